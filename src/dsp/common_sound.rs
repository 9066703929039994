//! Whether two signals have a sound in common, and how much later one has it: generalised
//! cross-correlation with phase transform (Knapp and Carter 1976, IEEE Trans. ASSP 24:320), segment by
//! segment. Both go through one FFT.
//!
//! It runs beside the engine, off the audio thread: a segment takes milliseconds.

use std::sync::Arc;

use rustfft::num_complex::Complex;
use rustfft::{Fft, FftPlanner};

use crate::dsp::clean::cleaned;
use crate::dsp::decimator::{Decimator, OUTPUT_RATE_HZ};

/// Length of a segment, samples at [`OUTPUT_RATE_HZ`]: 8.2 s, of which shifts of some seconds leave
/// enough in common.
const SEGMENT_SAMPLES: usize = 1 << 17;
/// Twice as long, so that what is shifted out at one end doesn't come in at the other.
const FFT_SAMPLES: usize = 2 * SEGMENT_SAMPLES;
/// Shortest end of a file that counts as a segment, samples: half a second.
const LEAST_SAMPLES: usize = 8000;
/// Greatest shift that is looked for, samples: 4 s.
const MAX_SHIFT_SAMPLES: usize = SEGMENT_SAMPLES / 2;

/// Segments that are all heard; after them one of so many: two hours take little longer than ten
/// minutes.
const NUM_ALL_HEARD: usize = 16;
const THEN_ONE_OF: usize = 8;

/// Frequencies that count, Hz: below lies hum, above what coding leaves out.
const BAND_HZ: (f64, f64) = (150.0, 7000.0);

/// Level below which a segment is silence, mean square (-75 dBFS).
const LEAST_POWER: f32 = 3e-8;

/// Power of a bin, over the mean of all, below which it isn't compared (-70 dB): the rounding of the
/// transform, which both share, stays under it.
const LEAST_BIN: f32 = 1e-7;

/// Half the width of a peak, and how far from it the correlation is taken for what it is without one,
/// samples: 1 ms and 125 ms. Tones, whose correlation swings on, have no peak then.
const PEAK_SAMPLES: usize = 16;
const BESIDE_SAMPLES: usize = 2000;

/// Share of a segment over which it fades in, and out.
const FADE_SHARE: f32 = 0.1;

/// A sound that both signals have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Common {
    /// How much later the first signal has it, s.
    pub shift_s: f64,
    /// Height of the correlation's peak over its mean square on both sides, as an amplitude ratio. Signals
    /// that have nothing in common come to some 4.
    pub strength: f32,
}

/// Hears two signals side by side.
pub struct CommonSound {
    decimators: [Decimator; 2],
    segments: [Vec<f32>; 2],
    fft: Arc<dyn Fft<f32>>,
    inverse: Arc<dyn Fft<f32>>,
    spectrum: Vec<Complex<f32>>,
    /// Phase differences of all segments, summed per bin.
    phases: Vec<Complex<f32>>,
    num_segments: usize,
    /// Samples of the segment at hand so far, and of a whole one, as they come in.
    num_inputs: usize,
    segment_inputs: usize,
}

impl CommonSound {
    /// Allocates for signals at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let mut planner = FftPlanner::new();
        Self {
            decimators: [(); 2].map(|()| Decimator::new(sample_rate_hz)),
            segments: [const { Vec::new() }; 2],
            fft: planner.plan_fft_forward(FFT_SAMPLES),
            inverse: planner.plan_fft_inverse(FFT_SAMPLES),
            spectrum: vec![Complex::default(); FFT_SAMPLES],
            phases: vec![Complex::default(); FFT_SAMPLES / 2],
            num_segments: 0,
            num_inputs: 0,
            segment_inputs: (SEGMENT_SAMPLES as f64 * sample_rate_hz / OUTPUT_RATE_HZ) as usize,
        }
    }

    /// Takes the next samples of both, as many of one as of the other.
    pub fn push(&mut self, signals: [&[f32]; 2]) {
        let [mut first, mut second] = signals;
        while !first.is_empty() {
            let num_left = self.segment_inputs - self.num_inputs;
            let (taken, rest) = first.split_at(first.len().min(num_left));
            let (also_taken, also_rest) = second.split_at(second.len().min(taken.len()));
            (first, second) = (rest, also_rest);
            self.num_inputs += taken.len();
            if self.is_heard() {
                self.decimate([taken, also_taken]);
            }
            if self.num_inputs == self.segment_inputs {
                self.end_segment();
            }
        }
    }

    /// Whether the segment at hand is one that is compared.
    fn is_heard(&self) -> bool {
        self.num_segments < NUM_ALL_HEARD || self.num_segments.is_multiple_of(THEN_ONE_OF)
    }

    fn decimate(&mut self, signals: [&[f32]; 2]) {
        for ((decimator, segment), signal) in self
            .decimators
            .iter_mut()
            .zip(&mut self.segments)
            .zip(signals)
        {
            decimator.push(signal, |samples| {
                segment.extend(samples.iter().map(|&sample| cleaned(sample)));
            });
        }
    }

    fn end_segment(&mut self) {
        if self.is_heard() {
            self.hear_segment();
        }
        self.num_segments += 1;
        self.num_inputs = 0;
        self.decimators.iter_mut().for_each(Decimator::reset);
        self.segments.iter_mut().for_each(Vec::clear);
    }

    fn hear_segment(&mut self) {
        let num_samples = self.segments.iter().map(Vec::len).min().unwrap_or(0);
        let num_samples = num_samples.min(SEGMENT_SAMPLES);
        let [first, second] = self
            .segments
            .each_mut()
            .map(|it| it.drain(..num_samples).collect::<Vec<f32>>());
        let is_silent = |signal: &[f32]| {
            let sum: f32 = signal.iter().map(|it| it * it).sum();
            sum <= LEAST_POWER * num_samples as f32
        };
        if is_silent(&first) || is_silent(&second) {
            return;
        }
        self.spectrum.fill(Complex::default());
        // Both begin and end together: without a fade those edges would be a sound that they share.
        let gains = (0..num_samples).map(|idx| fade(idx, num_samples));
        let both = first.iter().zip(&second).zip(gains);
        for (bin, ((&first, &second), gain)) in self.spectrum.iter_mut().zip(both) {
            *bin = Complex::new(gain * first, gain * second);
        }
        self.fft.process(&mut self.spectrum);
        // By the symmetry of real spectra the two come apart again: bin 0 mirrors itself.
        let power: f32 = self.spectrum.iter().map(Complex::norm_sqr).sum();
        let least = LEAST_BIN * power / FFT_SAMPLES as f32;
        let mirrored = self.spectrum.iter().skip(1).rev();
        let pairs = self.spectrum.iter().skip(1).zip(mirrored);
        for (phase, (z, mirror)) in self.phases.iter_mut().skip(1).zip(pairs) {
            let (first, second) = (
                z + mirror.conj(),
                (z - mirror.conj()) * Complex::new(0.0, -1.0),
            );
            let cross = first * second.conj();
            let norm = cross.norm();
            // What lies above the range of either is the noise of its conversion.
            if norm.is_normal() && first.norm_sqr() > least && second.norm_sqr() > least {
                *phase += cross / norm;
            }
        }
    }

    /// What both have in common, once both have ended; `None` if there was nothing to compare.
    pub fn finish(mut self) -> Option<Common> {
        if self.segments.iter().all(|it| it.len() >= LEAST_SAMPLES) {
            self.hear_segment();
        }
        let hz_per_bin = OUTPUT_RATE_HZ / FFT_SAMPLES as f64;
        self.spectrum.fill(Complex::default());
        let bins = self.spectrum.iter_mut().zip(&self.phases).enumerate();
        for (bin_idx, (bin, &phase)) in bins {
            let hz = bin_idx as f64 * hz_per_bin;
            if hz >= BAND_HZ.0 && hz <= BAND_HZ.1 {
                *bin = phase;
            }
        }
        // One-sided, so that its magnitude is the envelope: the sign doesn't matter.
        self.inverse.process(&mut self.spectrum);
        let powers: Vec<f32> = self.spectrum.iter().map(Complex::norm_sqr).collect();
        let near = powers.iter().enumerate().filter(|(lag_idx, _)| {
            *lag_idx <= MAX_SHIFT_SAMPLES || *lag_idx >= FFT_SAMPLES - MAX_SHIFT_SAMPLES
        });
        let (lag_idx, &peak) = near.max_by(|a, b| a.1.total_cmp(b.1))?;
        let mean = mean_beside(&powers, lag_idx);
        let shift_samples = match lag_idx > SEGMENT_SAMPLES {
            true => lag_idx as f64 - FFT_SAMPLES as f64,
            false => lag_idx as f64,
        };
        (mean > 0.0).then(|| Common {
            shift_s: shift_samples / OUTPUT_RATE_HZ,
            strength: (peak / mean).sqrt(),
        })
    }
}

/// Mean of what lies on both sides of the peak at `lag_idx`; the lags go round.
fn mean_beside(powers: &[f32], lag_idx: usize) -> f32 {
    let beside = PEAK_SAMPLES..BESIDE_SAMPLES;
    let num_lags = powers.len();
    let sides = beside.clone().flat_map(|distance| {
        let (before, after) = (lag_idx + num_lags - distance, lag_idx + distance);
        [before, after].map(|idx| powers.get(idx % num_lags).copied().unwrap_or_default())
    });
    sides.sum::<f32>() / (2 * beside.len()) as f32
}

/// Gain of the sample at `idx` of a segment: a smooth fade at both ends.
fn fade(idx: usize, num_samples: usize) -> f32 {
    let from_end = idx.min(num_samples.saturating_sub(idx + 1)) as f32;
    let way = (from_end / (FADE_SHARE * num_samples as f32)).min(1.0);
    way * way * (3.0 - 2.0 * way)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u64, num_samples: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..num_samples)
            .map(|_| 0.2 * (random.f32() - 0.5))
            .collect()
    }

    fn common(first: &[f32], second: &[f32]) -> Common {
        let mut common = CommonSound::new(48_000.0);
        for (first, second) in first.chunks(5000).zip(second.chunks(5000)) {
            common.push([first, second]);
        }
        common.finish().unwrap()
    }

    #[test]
    fn a_sound_that_both_have_is_found_with_its_shift_under_a_louder_one() {
        let music = noise(1, 480_000);
        let other = noise(2, 480_000);
        for shift in [0, 4800, 60_000] {
            let mut first: Vec<f32> = vec![0.0; shift];
            first.extend(&music[..480_000 - shift]);
            for (sample, other) in first.iter_mut().zip(&other) {
                *sample = 0.3 * *sample + other;
            }
            let later = common(&first, &music);
            assert!(
                (later.shift_s - shift as f64 / 48_000.0).abs() < 1e-4,
                "{later:?}"
            );
            assert!(later.strength > 20.0, "{later:?}");
            let earlier = common(&music, &first);
            assert!(
                (earlier.shift_s + shift as f64 / 48_000.0).abs() < 1e-4,
                "{earlier:?}"
            );
        }
    }

    #[test]
    fn signals_of_narrow_range_that_begin_and_end_together_have_nothing_in_common() {
        let tone = |hz: f32, num_samples: usize| -> Vec<f32> {
            let phase = |n: usize| n as f32 * hz * std::f32::consts::TAU / 48_000.0;
            (0..num_samples).map(|n| 0.3 * phase(n).sin()).collect()
        };
        let found = common(&tone(440.0, 96_000), &tone(310.0, 96_000));
        assert!(found.strength < 6.0, "{found:?}");
    }

    #[test]
    fn signals_with_nothing_in_common_stay_far_below() {
        let found = common(&noise(1, 480_000), &noise(2, 480_000));
        assert!(found.strength < 6.0, "{found:?}");
        assert_eq!(CommonSound::new(48_000.0).finish(), None);
    }
}
