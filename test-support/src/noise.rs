//! White noise, the same in every run.

use std::iter;

use crate::Channels;

/// Peak of white noise of which the RMS is 0.1, -20 dBFS: its values are spread evenly.
const PEAK_AT_MINUS_20_DBFS: f32 = 0.173_205_08;

/// White noise without end, its values spread evenly from -`peak` to `peak`.
pub fn white(peak: f32, seed: u64) -> impl Iterator<Item = f32> {
    let mut rng = fastrand::Rng::with_seed(seed);
    iter::repeat_with(move || peak * (2.0 * rng.f32() - 1.0))
}

/// White noise of -20 dBFS, different in each channel.
pub fn noise(num_channels: usize, num_samples: usize, seed: u64) -> Channels {
    let mut white = white(PEAK_AT_MINUS_20_DBFS, seed);
    (0..num_channels)
        .map(|_| white.by_ref().take(num_samples).collect())
        .collect()
}
