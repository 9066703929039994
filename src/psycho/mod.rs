//! Hearing and speech: the bands in which both are compared, and how the ear weighs them.

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod audibility;
pub mod bands;
pub mod calibration;
pub mod choices;
pub mod fast_sii;
pub mod k_weighting;
pub mod notes;
pub mod sii;
pub mod sii_tables;
pub mod spreading;
