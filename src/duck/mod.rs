//! What to take out of the music, band by band, and how fast. This room runs on the audio thread: it
//! never allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod amount_loop;
pub mod ballistics;
pub mod choices;
pub mod curve_shape;
pub mod given_loss;
pub mod music_loss;
pub mod offer;
mod passage;
pub mod policy;
mod price_loop;
pub mod ride_measure;
mod target_loop;
pub mod terms;
