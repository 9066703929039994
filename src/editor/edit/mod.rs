//! What the user changes: parameters with undo, settings to compare, presets, and files to export.

pub mod desk;
pub mod export;
pub mod presets;
pub mod sound;
