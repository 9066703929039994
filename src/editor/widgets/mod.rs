//! What the views are made of.

pub mod cells;
pub mod choice;
pub mod field;
pub mod label;
pub mod paint;
pub mod spoken_value;
