//! What remembered lines take out of the music, as it is played. Reading it runs on the audio thread, which
//! never allocates, locks or panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod choices;
pub mod curve;
pub mod lane;
pub mod plan;
pub mod thinning;
