//! Clashes: where the music hides the dialogue, line by line, and what would help.

pub mod activity;
pub mod advice;
pub mod ballistics;
pub mod composer;
pub mod confirmed;
mod curve_shape;
pub mod log;
pub mod loudness;
pub mod meter;
pub mod model;
pub mod music_loss;
pub mod music_voice;
mod offer;
pub mod onsets;
pub mod pitch;
pub mod policy;
pub mod segments;
mod sound;
pub mod speech_gate;
pub mod stretch;
mod thinned;
mod usual_voice;
pub mod verdict;
pub mod voice_bands;
pub mod voice_score;
