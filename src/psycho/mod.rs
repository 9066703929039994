//! Hearing and speech: the bands in which both are compared, and how the ear weighs them.
//! This room runs on the audio thread: it never allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod audibility;
pub mod audiences;
pub mod audiogram;
pub mod bands;
pub mod calibration;
pub mod choices;
pub mod devices;
pub mod fast_sii;
pub mod head_shadow;
pub mod k_weighting;
pub mod listeners;
pub mod listening_places;
pub mod notes;
pub mod sii;
pub mod sii_tables;
pub mod situation;
pub mod spreading;
pub mod two_ears;
