//! What the user changes: parameters and orders with undo, presets, and files to export.

pub mod list_export;
pub mod order_history;
pub mod order_steps;
pub mod param_edits;
pub mod ride_files;
pub mod user_presets;
