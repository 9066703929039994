//! Underscore: meters where music hides dialogue, and ducks just the frequencies that do.

pub mod dsp;
pub mod engine;
pub mod layout;
pub mod psycho;
pub mod settings;
pub mod snapshot;
