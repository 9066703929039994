//! Pure signal code: slices in, slices out, no idea of hearing, speech or plugins.

pub mod bell;
pub mod decimator;
pub mod dynamic_eq;
pub mod glide;
pub mod overlap;
pub mod smoothing;
pub mod spectrum;
pub mod units;
