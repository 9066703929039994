//! The VST3 and CLAP plugin: the host's buses, parameters and timeline on one side, the engine on the
//! other. `process` of [`Underscore`] and what the guard does round it run on the audio thread: they never
//! allocate, lock or panic.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod buses;
mod framework_editor;
mod handoff;
pub mod host_guard;
mod instance;
mod lane_writer;
mod speakers;

pub use self::host_guard::clap::clap_entry;
pub use self::host_guard::vst3::GetPluginFactory;
pub use self::instance::Underscore;
