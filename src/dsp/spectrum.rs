//! Short-time power spectrum of a bus: overlapping Hann windows, power summed over channels.
//!
//! Two real channels a and b go through one complex FFT as z = a + i b. The power of both together
//! is all that is wanted, and that needs no untangling: by the symmetry of real spectra,
//! |A\[k\]|² + |B\[k\]|² = (|Z\[k\]|² + |Z\[N - k\]|²) / 2.
//!
//! The work is cut into one job per pair of channels, which the engine spreads over the hop that
//! follows the window, so that no audio block carries all of it.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use super::dot::dot;

/// Window length, s: 2048 samples at 48 kHz.
pub const WINDOW_S: f64 = 2048.0 / 48_000.0;

/// Hop, s: 256 samples at 48 kHz.
pub const HOP_S: f64 = 256.0 / 48_000.0;

/// Largest sample that counts, +24 dBFS: beyond it lies no programme, and levels must find their
/// way back after a fault within a moment.
pub const MAX_SAMPLE: f32 = 16.0;

/// Smallest sample that counts, -200 dBFS: far below hearing, and so far above the subnormal
/// numbers, on which many a processor is slow, that no square of it is one.
const MIN_SAMPLE: f32 = 1e-10;

/// Hop in samples at `sample_rate_hz`; at least 1.
pub fn hop_samples(sample_rate_hz: f64) -> usize {
    ((HOP_S * sample_rate_hz).round() as usize).max(1)
}

fn window_samples(sample_rate_hz: f64) -> usize {
    ((WINDOW_S * sample_rate_hz).round() as usize).max(16)
}

/// Window, transform and the power spectrum of one bus.
pub struct PowerSpectrum {
    fft: Arc<dyn Fft<f32>>,
    window: Vec<f32>,
    /// The windowed pair, then its spectrum.
    pair: Vec<Complex<f32>>,
    scratch: Vec<Complex<f32>>,
    /// History of each channel, a ring of a power of two that holds a window and one more hop. An
    /// odd number of channels is filled up with a silent one.
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
        let window_samples = window_samples(sample_rate_hz);
        let fft_samples = window_samples.next_power_of_two();
        let ring_samples = (window_samples + hop_samples(sample_rate_hz)).next_power_of_two();
        let fft = FftPlanner::new().plan_fft_forward(fft_samples);
        // Periodic Hann, so that overlapping windows add up evenly.
        let window: Vec<f32> = (0..window_samples)
            .map(|n| {
                let phase = std::f64::consts::TAU * n as f64 / window_samples as f64;
                (0.5 - 0.5 * phase.cos()) as f32
            })
            .collect();
        let window_energy: f64 = window.iter().map(|&w| f64::from(w).powi(2)).sum();
        let zero = Complex::new(0.0, 0.0);
        Self {
            pair: vec![zero; fft_samples],
            scratch: vec![zero; fft.get_inplace_scratch_len()],
            rings: vec![vec![0.0; ring_samples]; num_channels.next_multiple_of(2)],
            write_idx: 0,
            window_end_idx: 0,
            power: vec![0.0; fft_samples / 2 + 1],
            // Parseval; half the power lies at negative frequencies, which makes up for the half
            // in the sum over a pair.
            power_scale: (1.0 / (fft_samples as f64 * window_energy)) as f32,
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

    /// Number of pairs of channels, each a job.
    pub fn num_pairs(&self) -> usize {
        self.rings.len() / 2
    }

    /// Appends `samples`, at most a hop, to channel `channel_idx`, at the place that
    /// [`Self::advance`] moves on. They count with at most [`MAX_SAMPLE`]; NaN is silence.
    pub fn push(&mut self, channel_idx: usize, samples: &[f32]) {
        let Some(ring) = self.rings.get_mut(channel_idx) else {
            return;
        };
        let counted = |sample: f32| {
            if sample.abs() >= MIN_SAMPLE {
                sample.clamp(-MAX_SAMPLE, MAX_SAMPLE)
            } else {
                0.0
            }
        };
        // The place in the ring is one piece, or two round its end.
        let start = self.write_idx.min(ring.len());
        let (head, tail) = ring.split_at_mut(start);
        let (to_tail, to_head) = samples.split_at(samples.len().min(tail.len()));
        for (part, samples) in [(tail, to_tail), (head, to_head)] {
            for (slot, &sample) in part.iter_mut().zip(samples) {
                *slot = counted(sample);
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

    /// One job: transforms the window of channels 2 `pair_idx` and the next, and adds their power
    /// to the sum.
    pub fn add_pair(&mut self, pair_idx: usize) {
        let (pairs, _) = self.rings.as_chunks::<2>();
        let Some([first, second]) = pairs.get(pair_idx) else {
            return;
        };
        let len = first.len();
        let start = ((self.window_end_idx + len - self.window.len()) & (len - 1)).min(len);
        // The window in the rings is one piece, or two round their end.
        let (first_wrapped, first_tail) = first.split_at(start);
        let (second_wrapped, second_tail) = second.split_at(start);
        let (tail_weights, wrapped_weights) =
            (self.window).split_at(self.window.len().min(first_tail.len()));
        let (windowed, padding) = self.pair.split_at_mut(self.window.len());
        let (windowed_tail, windowed_wrapped) = windowed.split_at_mut(tail_weights.len());
        weigh(windowed_tail, tail_weights, first_tail, second_tail);
        weigh(
            windowed_wrapped,
            wrapped_weights,
            first_wrapped,
            second_wrapped,
        );
        padding.fill(Complex::new(0.0, 0.0));

        self.fft
            .process_with_scratch(&mut self.pair, &mut self.scratch);
        // Bin k and its mirror image, N - k; 0 is its own.
        if let (Some(power), Some(bin)) = (self.power.first_mut(), self.pair.first()) {
            *power += 2.0 * bin.norm_sqr() * self.power_scale;
        }
        let bins = self.pair.iter().skip(1).zip(self.pair.iter().rev());
        for (power, (bin, mirrored)) in self.power.iter_mut().skip(1).zip(bins) {
            *power += (bin.norm_sqr() + mirrored.norm_sqr()) * self.power_scale;
        }
    }

    /// Power per bin of the window, summed over the pairs done so far: the sum over the bins
    /// of a band is the mean square of the signal in it.
    pub fn power(&self) -> &[f32] {
        &self.power
    }
}

/// Two real signals times a window, as one complex signal.
fn weigh(windowed: &mut [Complex<f32>], weights: &[f32], first: &[f32], second: &[f32]) {
    for (((windowed, weight), first), second) in
        windowed.iter_mut().zip(weights).zip(first).zip(second)
    {
        *windowed = Complex::new(weight * first, weight * second);
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
        let fft_samples = window_samples(sample_rate_hz).next_power_of_two();
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
        dot(
            power.get(self.first_bin_idx..).unwrap_or_default(),
            &self.weights,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power in a band of a sine in each channel, both of full scale.
    fn sine_band_power(sample_rate_hz: f64, frequencies_hz: &[f64], band_hz: (f64, f64)) -> f32 {
        let mut spectrum = PowerSpectrum::new(sample_rate_hz, frequencies_hz.len());
        let num_samples = (0.1 * sample_rate_hz) as usize;
        for n in 0..num_samples {
            for (channel_idx, frequency_hz) in frequencies_hz.iter().enumerate() {
                let phase = std::f64::consts::TAU * frequency_hz * n as f64 / sample_rate_hz;
                spectrum.push(channel_idx, &[phase.sin() as f32]);
            }
            spectrum.advance(1);
        }
        spectrum.begin_window();
        for pair_idx in 0..spectrum.num_pairs() {
            spectrum.add_pair(pair_idx);
        }
        BinRange::new(sample_rate_hz, band_hz, |_| 1.0).sum(spectrum.power())
    }

    #[test]
    fn a_full_scale_sine_has_half_its_square_in_its_band_at_any_rate() {
        for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            let inside = sine_band_power(rate_hz, &[1000.0], (891.25, 1122.0));
            let outside = sine_band_power(rate_hz, &[1000.0], (2000.0, 2500.0));
            assert!((inside - 0.5).abs() < 0.005, "{rate_hz} Hz: {inside}");
            assert!(outside < 1e-7, "{rate_hz} Hz: {outside}");
        }
    }

    #[test]
    fn channels_add_up_and_stay_apart() {
        for (frequencies_hz, expected) in [
            (&[1000.0, 1000.0][..], 1.0),
            (&[1000.0, 4000.0], 0.5),
            (&[4000.0, 1000.0], 0.5),
            (&[4000.0, 4000.0, 1000.0], 0.5),
        ] {
            let inside = sine_band_power(48_000.0, frequencies_hz, (891.25, 1122.0));
            let outside = sine_band_power(48_000.0, frequencies_hz, (2000.0, 2500.0));
            assert!(
                (inside - expected).abs() < 0.005,
                "{frequencies_hz:?}: {inside}"
            );
            assert!(outside < 1e-7, "{frequencies_hz:?}: {outside}");
        }
    }

    #[test]
    fn what_is_no_level_is_silence_or_the_largest_one() {
        for (sample, expected) in [(f32::NAN, 0.0), (1e-20, 0.0), (f32::MAX, 256.0)] {
            let mut spectrum = PowerSpectrum::new(48_000.0, 1);
            for _ in 0..4096 {
                spectrum.push(0, &[sample]);
                spectrum.advance(1);
            }
            spectrum.begin_window();
            spectrum.add_pair(0);
            let everything = BinRange::new(48_000.0, (0.0, 24_000.0), |_| 1.0);
            // Constant input lies at 0 Hz, which has no negative twin: twice its power, of which
            // half falls below the range.
            let got = everything.sum(spectrum.power());
            assert!((got - expected).abs() <= 0.6 * expected, "{sample}: {got}");
        }
    }
}
