//! Sample rates that an engine can be prepared for.

/// Sample rates that the engine runs at, Hz.
pub const SAMPLE_RATES_HZ: std::ops::RangeInclusive<f64> = 1_000.0..=768_000.0;

/// Why an engine could not be prepared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrepareError {
    /// Sample rate outside [`SAMPLE_RATES_HZ`].
    #[error(
        "sample rate {0} Hz: {least} to {most} kHz are supported",
        least = SAMPLE_RATES_HZ.start() / 1000.0,
        most = SAMPLE_RATES_HZ.end() / 1000.0
    )]
    SampleRate(f64),
}
