//! The equaliser that makes the cut: bells in cascade, corrected for their overlap.

pub mod bell;
pub mod dynamic_eq;
pub mod glide;
pub mod overlap;
pub mod side_by_side;
pub mod vector;
