//! Is somebody speaking? In the dialogue, and in the music. This room runs on the audio thread: it
//! never allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod activity;
pub mod choices;
mod detector_network;
pub mod gate;
mod gate_rules;
pub mod music_voice;
pub mod pitch;
mod soft_voice;
mod sound;
mod sound_frame;
mod usual_voice;
pub mod voice_bands;
mod voice_filters;
pub mod voice_network;
pub mod voice_score;
mod witness;
