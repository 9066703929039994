//! Pure signal code: slices in, slices out, no idea of hearing, speech or plugins. This room runs on the
//! audio thread: it never allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod aligned;
pub mod band_math;
pub mod biquad;
pub mod clean;
pub mod common_sound;
pub mod correlation;
pub mod crossfade;
pub mod decimator;
pub mod delay;
pub mod dense;
pub mod dot;
pub mod eq;
pub mod followed_power;
pub mod packed_samples;
pub mod shared_tables;
pub mod small_layers;
pub mod smoothing;
pub mod spectrum;
pub mod time_shift;
pub mod units;
