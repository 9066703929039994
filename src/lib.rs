//! Underscore: meters where music hides dialogue, and ducks just the frequencies that do.

pub mod clash;
pub mod cli;
pub mod dsp;
#[cfg(feature = "plugin")]
pub mod editor;
pub mod engine;
pub mod layout;
#[cfg(feature = "plugin")]
pub mod plugin;
pub mod psycho;
pub mod report;
pub mod settings;
pub mod snapshot;
