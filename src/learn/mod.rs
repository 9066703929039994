//! Learns what lines take out of the music: with the whole line known. It allocates, and runs off the audio
//! thread.

pub mod choices;
pub mod learner;
pub mod recorder;
pub mod solver;
