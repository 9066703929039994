//! Learns what lines take out of the music: with the whole line known. It allocates, and runs off the audio
//! thread.

mod best_cut;
pub mod choices;
mod heard_line;
pub mod learner;
mod moments;
mod price_search;
pub mod recorder;
pub mod solver;
