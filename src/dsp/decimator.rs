//! Streaming conversion to the 16 kHz that the voice detector hears, for any input rate.
//!
//! A windowed-sinc low-pass, evaluated only at the output's instants. It feeds a detector and is
//! never heard: a stop band of some 60 dB is plenty. It is written here because it runs on the
//! audio thread sample by sample, whatever the block size.

use std::sync::Arc;

use crate::dsp::dot::{NUM_DOTS, dot, dots};
use crate::dsp::shared_tables::SharedTables;

/// Output rate, Hz.
pub const OUTPUT_RATE_HZ: f64 = 16_000.0;

/// Fractional delays in the table. The nearest one is off by at most 1/512 of an input sample.
const NUM_PHASES: usize = 256;

/// Zero crossings of the sinc to each side of its centre.
const SIDE_LOBES: f64 = 12.0;

/// Fractions of an input sample in which time is counted: whole numbers, so that the outputs lie
/// the same however the input is cut. A rate that they can't hold exactly drifts by less than a
/// sample in a day.
const SAMPLE: i64 = 1 << 32;

/// Outputs that are handed on at once.
const OUTPUTS_AT_ONCE: usize = 32;

/// Windows of taps that the history holds: its newest end moves to the front once in so many.
const HISTORY_WINDOWS: usize = 8;

/// The filter's taps for each fractional delay.
type Taps = Vec<Vec<f32>>;

/// Those of each sample rate.
static TAPS: SharedTables<f64, Taps> = SharedTables::new();

/// Streaming converter to [`OUTPUT_RATE_HZ`].
pub struct Decimator {
    /// Distance between two outputs, in fractions of an input sample.
    step: i64,
    /// How long after the newest input sample the next output lies, in fractions of one.
    until_output: i64,
    taps: Arc<Taps>,
    /// Samples in order, the newest before `end_idx`.
    history: Vec<f32>,
    end_idx: usize,
    num_taps: usize,
}

impl Decimator {
    /// Designs and allocates for `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let step_samples = sample_rate_hz / OUTPUT_RATE_HZ;
        let taps = TAPS.of(sample_rate_hz, || taps(step_samples));
        let num_taps = taps.first().map_or(0, Vec::len);
        Self {
            step: ((step_samples * SAMPLE as f64).round() as i64).max(1),
            until_output: SAMPLE,
            taps,
            history: vec![0.0; HISTORY_WINDOWS * num_taps],
            end_idx: num_taps,
            num_taps,
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
        self.end_idx = self.num_taps;
        self.until_output = SAMPLE;
    }

    /// Takes input samples and hands the output samples that they complete to `output`, in pieces of 1 to 32.
    pub fn push(&mut self, samples: &[f32], mut output: impl FnMut(&[f32])) {
        let mut rest = samples;
        while !rest.is_empty() {
            if self.end_idx == self.history.len() {
                let newest = self.end_idx - self.num_taps..self.end_idx;
                self.history.copy_within(newest, 0);
                self.end_idx = self.num_taps;
            }
            let num_free = self.history.len() - self.end_idx;
            let (taken, left) = rest.split_at(rest.len().min(num_free));
            if let Some(slots) = self
                .history
                .get_mut(self.end_idx..self.end_idx + taken.len())
            {
                slots.copy_from_slice(taken);
            }
            self.run(taken.len(), &mut output);
            rest = left;
        }
    }

    /// Moves on by `num_samples` that were put into the history.
    fn run(&mut self, num_samples: usize, output: &mut impl FnMut(&[f32])) {
        let (mut made, mut num_made) = ([0.0; OUTPUTS_AT_ONCE], 0);
        let start_idx = self.end_idx;
        self.end_idx += num_samples;
        let arrived = num_samples as i64 * SAMPLE;
        let num_steps = self.step >> SAMPLE.trailing_zeros();
        // Where the outputs lie alike between samples, some of them are made at once.
        let is_even = num_steps * SAMPLE == self.step;
        while self.until_output <= arrived {
            // The first sample that isn't before the output, and how far it is past it.
            let num_needed = (self.until_output + SAMPLE - 1) >> SAMPLE.trailing_zeros();
            let delay = num_needed * SAMPLE - self.until_output;
            let phase_idx = (delay * NUM_PHASES as i64) >> SAMPLE.trailing_zeros();
            let taps = self.taps.get(phase_idx as usize);
            let taps = taps.map(Vec::as_slice).unwrap_or_default();
            let newest_idx = start_idx + num_needed as usize;
            let oldest_idx = newest_idx - self.num_taps;
            let more = (NUM_DOTS as i64 - 1) * self.step;
            if is_even && self.until_output + more <= arrived {
                let window = self.history.get(oldest_idx..).unwrap_or_default();
                let next = made.get_mut(num_made..num_made + NUM_DOTS);
                if let Some(next) = next {
                    next.copy_from_slice(&dots(taps, window, num_steps as usize));
                }
                num_made += NUM_DOTS;
                self.until_output += more + self.step;
            } else {
                let window = self.history.get(oldest_idx..newest_idx);
                if let Some(next) = made.get_mut(num_made) {
                    *next = dot(taps, window.unwrap_or_default());
                }
                num_made += 1;
                self.until_output += self.step;
            }
            if num_made + NUM_DOTS > OUTPUTS_AT_ONCE {
                output(made.get(..num_made).unwrap_or_default());
                num_made = 0;
            }
        }
        if num_made > 0 {
            output(made.get(..num_made).unwrap_or_default());
        }
        self.until_output -= arrived;
    }
}

/// Designs the filter for outputs that lie `step_samples` apart.
fn taps(step_samples: f64) -> Taps {
    // Cut-off as a share of the input rate: below both Nyquist frequencies.
    let cutoff = 0.46 * (1.0f64).min(1.0 / step_samples);
    let half_samples = SIDE_LOBES / (2.0 * cutoff);
    let num_sinc = 2 * half_samples.ceil() as usize + 1;
    // Filled up with zeros at its old end, for the sake of the inner product.
    let num_taps = num_sinc.next_multiple_of(16);
    (0..NUM_PHASES)
        .map(|phase_idx| {
            let delay_samples = phase_idx as f64 / NUM_PHASES as f64;
            // Newest sample last; the centre lies `half_samples + delay` before it.
            let raw: Vec<f64> = (0..num_taps)
                .map(|tap_idx| {
                    let age_samples = (num_taps - 1 - tap_idx) as f64;
                    let t = age_samples - half_samples.ceil() - delay_samples + 0.5;
                    windowed_sinc(t, cutoff, half_samples)
                })
                .collect();
            let sum: f64 = raw.iter().sum();
            raw.iter().map(|tap| (tap / sum) as f32).collect()
        })
        .collect()
}

/// Sinc of cut-off `cutoff` (share of the rate) under a Blackman window of `half_samples`.
fn windowed_sinc(t_samples: f64, cutoff: f64, half_samples: f64) -> f64 {
    use std::f64::consts::PI;
    let x = t_samples / half_samples;
    if x.abs() >= 1.0 {
        return 0.0;
    }
    let blackman = 0.42 + 0.5 * (PI * x).cos() + 0.08 * (2.0 * PI * x).cos();
    let angle = 2.0 * PI * cutoff * t_samples;
    let sinc = if angle.abs() < 1e-9 {
        1.0
    } else {
        angle.sin() / angle
    };
    blackman * sinc
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Output RMS for a sine of RMS 1.
    fn rms_out(sample_rate_hz: f64, frequency_hz: f64) -> f64 {
        let mut decimator = Decimator::new(sample_rate_hz);
        let mut squares = Vec::new();
        for n in 0..(0.5 * sample_rate_hz) as usize {
            let phase = std::f64::consts::TAU * frequency_hz * n as f64 / sample_rate_hz;
            let x = (phase.sin() * std::f64::consts::SQRT_2) as f32;
            decimator.push(&[x], |y| {
                squares.extend(y.iter().map(|&y| f64::from(y).powi(2)));
            });
        }
        let settled = &squares[1000..];
        (settled.iter().sum::<f64>() / settled.len() as f64).sqrt()
    }

    #[test]
    fn passes_speech_and_stops_aliases_at_every_rate() {
        for rate_hz in [22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            let pass = rms_out(rate_hz, 1000.0);
            assert!((pass - 1.0).abs() < 0.01, "{rate_hz} Hz: {pass}");
            if rate_hz > 32_000.0 {
                let stop = rms_out(rate_hz, 10_000.0);
                assert!(stop < 2e-3, "{rate_hz} Hz: {stop}");
            }
        }
    }

    #[test]
    fn the_outputs_are_the_same_however_the_input_is_cut() {
        let input: Vec<f32> = (0..5000).map(|n| (n as f32 * 0.37).sin()).collect();
        for rate_hz in [8_000.0, 44_100.0, 48_000.0, 96_000.0] {
            let run = |piece_samples: usize| {
                let (mut decimator, mut outputs) = (Decimator::new(rate_hz), Vec::new());
                for piece in input.chunks(piece_samples) {
                    decimator.push(piece, |y| outputs.extend_from_slice(y));
                }
                outputs
            };
            let whole = run(5000);
            for piece_samples in [1, 3, 64, 257] {
                assert_eq!(run(piece_samples), whole, "{rate_hz} Hz, {piece_samples}");
            }
        }
    }

    #[test]
    fn makes_16000_samples_a_second() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0, 12_345.0] {
            let mut decimator = Decimator::new(rate_hz);
            let mut num_out = 0;
            for _ in 0..(10.0 * rate_hz) as usize {
                decimator.push(&[0.0], |y| num_out += y.len());
            }
            assert!(
                (159_998..=160_002).contains(&num_out),
                "{rate_hz}: {num_out}"
            );
        }
    }
}
