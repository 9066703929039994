//! Clashes: where the music hides the dialogue, line by line, and what would help.

pub mod advice;
pub mod log;
