//! Short-time power spectrum of a bus: overlapping Hann windows, one real FFT per channel, power
//! summed over channels.
//!
//! The work is cut into one job per channel, which the engine spreads over the hop that follows
//! the window, so that no audio block carries all of it.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

/// Window length, s: 2048 samples at 48 kHz.
pub const WINDOW_S: f64 = 2048.0 / 48_000.0;

/// Hop, s: 256 samples at 48 kHz.
pub const HOP_S: f64 = 256.0 / 48_000.0;

/// Hop in samples at `sample_rate_hz`; at least 1.
pub fn hop_samples(sample_rate_hz: f64) -> usize {
    ((HOP_S * sample_rate_hz).round() as usize).max(1)
}

/// Window, transform and the power spectrum of one bus.
pub struct PowerSpectrum {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    windowed: Vec<f32>,
    bins: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// History of each channel, a ring of a power of two that holds a window and one more hop.
    rings: Vec<Vec<f32>>,
    write_idx: usize,
    /// Where in the rings the window under analysis ends (exclusive).
    window_end_idx: usize,
    /// Power per bin, scaled so that the sum over a band is the mean square of the signal in it.
    power: Vec<f32>,
    power_scale: f32,
}

impl PowerSpectrum {
    /// Allocates for `num_channels` channels at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64, num_channels: usize) -> Self {
        let window_samples = ((WINDOW_S * sample_rate_hz).round() as usize).max(16);
        let fft_samples = window_samples.next_power_of_two();
        let ring_samples = (window_samples + hop_samples(sample_rate_hz)).next_power_of_two();
        let fft = RealFftPlanner::new().plan_fft_forward(fft_samples);
        // Periodic Hann, so that overlapping windows add up evenly.
        let window: Vec<f32> = (0..window_samples)
            .map(|n| {
                let phase = std::f64::consts::TAU * n as f64 / window_samples as f64;
                (0.5 - 0.5 * phase.cos()) as f32
            })
            .collect();
        let window_energy: f64 = window.iter().map(|&w| f64::from(w).powi(2)).sum();
        Self {
            windowed: fft.make_input_vec(),
            bins: fft.make_output_vec(),
            scratch: fft.make_scratch_vec(),
            rings: vec![vec![0.0; ring_samples]; num_channels],
            write_idx: 0,
            window_end_idx: 0,
            power: vec![0.0; fft_samples / 2 + 1],
            // Parseval; the factor 2 is for the negative frequencies.
            power_scale: (2.0 / (fft_samples as f64 * window_energy)) as f32,
            fft,
            window,
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        for ring in &mut self.rings {
            ring.fill(0.0);
        }
        self.power.fill(0.0);
        self.write_idx = 0;
        self.window_end_idx = 0;
    }

    /// Appends `samples` to channel `channel_idx`, at the place that [`Self::advance`] moves on.
    pub fn push(&mut self, channel_idx: usize, samples: impl Iterator<Item = f32>) {
        let Some(ring) = self.rings.get_mut(channel_idx) else {
            return;
        };
        let mask = ring.len() - 1;
        for (offset, sample) in samples.enumerate() {
            if let Some(slot) = ring.get_mut((self.write_idx + offset) & mask) {
                *slot = sample;
            }
        }
    }

    /// Says that every channel was given `num_samples` more.
    pub fn advance(&mut self, num_samples: usize) {
        let mask = self.rings.first().map_or(0, |ring| ring.len() - 1);
        self.write_idx = (self.write_idx + num_samples) & mask;
    }

    /// Fixes the window that ends here as the one to analyse. Its jobs must be done within a hop.
    pub fn begin_window(&mut self) {
        self.window_end_idx = self.write_idx;
        self.power.fill(0.0);
    }

    /// One job: transforms a channel's window and adds its power to the sum.
    pub fn add_channel(&mut self, channel_idx: usize) {
        let Some(ring) = self.rings.get(channel_idx) else {
            return;
        };
        let len = ring.len();
        let start = (self.window_end_idx + len - self.window.len()) & (len - 1);
        // The window in the ring is one piece, or two round its end.
        let (wrapped, tail) = ring.split_at(start.min(len));
        let history = tail.iter().chain(wrapped);
        // The transform uses its input as scratch: the padding must be cleared each time.
        self.windowed.fill(0.0);
        for ((windowed, weight), sample) in self.windowed.iter_mut().zip(&self.window).zip(history)
        {
            *windowed = weight * sample;
        }
        let done =
            self.fft
                .process_with_scratch(&mut self.windowed, &mut self.bins, &mut self.scratch);
        debug_assert!(done.is_ok(), "the buffers were made by the plan");
        for (power, bin) in self.power.iter_mut().zip(&self.bins) {
            *power += bin.norm_sqr() * self.power_scale;
        }
    }

    /// Power per bin of the window, summed over the channels done so far: the sum over the bins
    /// of a band is the mean square of the signal in it.
    pub fn power(&self) -> &[f32] {
        &self.power
    }
}

/// Weights that gather bins into one band, an edge that cuts through a bin taking its share.
#[derive(Debug, Clone)]
pub struct BinRange {
    first_bin_idx: usize,
    weights: Vec<f32>,
}

impl BinRange {
    /// Bins between two frequencies at `sample_rate_hz`, each with `weight(its frequency in Hz)`;
    /// none above the Nyquist frequency.
    pub fn new(
        sample_rate_hz: f64,
        (low_hz, high_hz): (f64, f64),
        weight: impl Fn(f64) -> f64,
    ) -> Self {
        let window_samples = ((WINDOW_S * sample_rate_hz).round() as usize).max(16);
        let fft_samples = window_samples.next_power_of_two();
        let bin_hz = sample_rate_hz / fft_samples as f64;
        let share = |bin_idx: usize| {
            let centre_hz = bin_idx as f64 * bin_hz;
            let covered_hz =
                (centre_hz + bin_hz / 2.0).min(high_hz) - (centre_hz - bin_hz / 2.0).max(low_hz);
            covered_hz.max(0.0) / bin_hz
        };
        let num_bins = fft_samples / 2 + 1;
        let first_bin_idx = (0..num_bins).find(|&k| share(k) > 0.0).unwrap_or(num_bins);
        let weights = (first_bin_idx..num_bins)
            .take_while(|&k| share(k) > 0.0)
            .map(|k| (share(k) * weight(k as f64 * bin_hz)) as f32)
            .collect();
        Self {
            first_bin_idx,
            weights,
        }
    }

    /// Weighted sum over the range.
    pub fn sum(&self, power: &[f32]) -> f32 {
        power
            .iter()
            .skip(self.first_bin_idx)
            .zip(&self.weights)
            .map(|(power, weight)| power * weight)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine_band_power(sample_rate_hz: f64, frequency_hz: f64, band_hz: (f64, f64)) -> f32 {
        let mut spectrum = PowerSpectrum::new(sample_rate_hz, 1);
        let num_samples = (0.1 * sample_rate_hz) as usize;
        for n in 0..num_samples {
            let phase = std::f64::consts::TAU * frequency_hz * n as f64 / sample_rate_hz;
            spectrum.push(0, std::iter::once(phase.sin() as f32));
            spectrum.advance(1);
        }
        spectrum.begin_window();
        spectrum.add_channel(0);
        BinRange::new(sample_rate_hz, band_hz, |_| 1.0).sum(spectrum.power())
    }

    #[test]
    fn a_full_scale_sine_has_half_its_square_in_its_band_at_any_rate() {
        for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            let inside = sine_band_power(rate_hz, 1000.0, (891.25, 1122.0));
            let outside = sine_band_power(rate_hz, 1000.0, (2000.0, 2500.0));
            assert!((inside - 0.5).abs() < 0.005, "{rate_hz} Hz: {inside}");
            assert!(outside < 1e-7, "{rate_hz} Hz: {outside}");
        }
    }
}
