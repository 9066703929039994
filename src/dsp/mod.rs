//! Pure signal code: slices in, slices out, no idea of hearing, speech or plugins.

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod bell;
pub mod biquad;
pub mod clean;
pub mod correlation;
pub mod crossfade;
pub mod decimator;
pub mod delay;
pub mod dot;
pub mod dynamic_eq;
pub mod glide;
pub mod lanes;
pub mod mel;
pub mod overlap;
pub mod real_spectrum;
pub mod smoothing;
pub mod spectrum;
pub mod units;
