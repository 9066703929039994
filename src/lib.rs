//! Underscore: meters where music hides dialogue, and ducks just the frequencies that do.

pub mod clash;
pub mod cli;
pub mod engine;
pub mod layout;
pub mod psycho;
pub mod report;
pub mod settings;
pub mod snapshot;
