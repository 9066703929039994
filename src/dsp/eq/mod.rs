//! The equaliser that makes the cut: bells in cascade, corrected for their overlap.

pub mod bell;
pub mod dynamic_eq;
pub mod glide;
pub mod overlap;
