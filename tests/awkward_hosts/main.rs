//! Hosts that do what they shouldn't, or what few do, in both plugin formats: every test runs
//! against the VST3 and against the CLAP plugin, through the entry points that the bundles export,
//! with raw calls, so that any pointer can be null.
#![cfg(feature = "plugin")]

mod audio_thread;
mod built_library;
mod buses;
mod clap_instance;
#[path = "../realtime/counting.rs"]
mod counting;
mod edits;
mod fuzz;
mod harness;
#[cfg(target_os = "linux")]
mod killed_host;
mod lane_hosts;
mod lanes;
mod playing;
mod pointers;
mod remembered;
mod run_loop;
mod signals;
#[path = "../realtime/strace.rs"]
mod strace;
mod surfaces;
mod vst3_instance;
