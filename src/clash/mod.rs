//! What the music hides of the words, hop by hop. This room runs on the audio thread: it never
//! allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

pub mod choices;
pub mod follower;
pub mod loudness_difference;
pub mod meter;
pub mod verdict;
