//! What tests, benchmarks and `cargo xtask` share: the demo scene, test signals, and a CLAP host.

pub mod clap_host;
pub mod clip;
pub mod demo;
pub mod noise;
pub mod tones;

/// Channels of audio, all of one length.
pub type Channels = Vec<Vec<f32>>;
