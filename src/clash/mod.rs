//! Clashes: where the music hides the dialogue, line by line, and what would help.

pub mod activity;
pub mod advice;
pub mod ballistics;
pub mod log;
pub mod model;
pub mod policy;
