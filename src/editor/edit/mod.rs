//! What the user changes: parameters with undo, presets, and files to export.

pub mod list_export;
pub mod param_edits;
pub mod user_presets;
