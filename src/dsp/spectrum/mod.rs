//! Short-time spectra: of a bus, of a lone channel, and in mel bands for the voice detector.

pub mod mel;
pub mod plans;
pub mod power_spectrum;
pub mod range_sums;
pub mod real_spectrum;
pub mod transforms;
