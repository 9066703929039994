//! The engine's promises, one module each, tested on the demo scene.

mod audiences;
mod automation;
mod changes;
mod clash_scenarios;
mod common;
mod duck;
mod ears;
mod fuzz;
mod heard;
mod lane;
mod latency;
mod learned;
mod listen;
mod look_ahead;
mod loudness;
mod meter;
mod music_voice;
mod null;
mod properties;
mod remedies;
mod remembered;
mod speech_activity;
