//! Sample rates that an engine can be prepared for.

/// Sample rates that the engine runs at, Hz.
pub const SAMPLE_RATES_HZ: std::ops::RangeInclusive<f64> = 1_000.0..=768_000.0;

/// Why an engine could not be prepared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrepareError {
    /// Sample rate outside [`SAMPLE_RATES_HZ`].
    #[error("sample rate {0} Hz: 1 to 768 kHz are supported")]
    SampleRate(f64),
}
