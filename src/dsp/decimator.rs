//! Streaming conversion to the 16 kHz that the voice detector hears, for any input rate.
//!
//! A windowed-sinc low-pass, evaluated only at the output's instants. It feeds a detector and is
//! never heard: a stop band of some 60 dB is plenty. It is written here because it runs on the
//! audio thread sample by sample, whatever the block size.

use super::dot::dot;

/// Output rate, Hz.
pub const OUTPUT_RATE_HZ: f64 = 16_000.0;

/// Fractional delays in the table. The nearest one is off by at most 1/512 of an input sample.
const NUM_PHASES: usize = 256;

/// Zero crossings of the sinc to each side of its centre.
const SIDE_LOBES: f64 = 12.0;

/// Streaming converter to [`OUTPUT_RATE_HZ`].
pub struct Decimator {
    /// Input samples per output sample.
    step_samples: f64,
    /// How long after the newest input sample the next output lies, input samples.
    until_output_samples: f64,
    taps: Vec<Vec<f32>>,
    /// The newest samples, written twice, so that any window of them is one slice.
    history: Vec<f32>,
    write_idx: usize,
    num_taps: usize,
}

impl Decimator {
    /// Designs and allocates for `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let step_samples = sample_rate_hz / OUTPUT_RATE_HZ;
        // Cut-off as a share of the input rate: below both Nyquist frequencies.
        let cutoff = 0.46 * (1.0f64).min(1.0 / step_samples);
        let half_samples = SIDE_LOBES / (2.0 * cutoff);
        let num_taps = 2 * half_samples.ceil() as usize + 1;
        let taps = (0..NUM_PHASES)
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
            .collect();
        Self {
            step_samples,
            until_output_samples: 0.0,
            taps,
            history: vec![0.0; 2 * num_taps],
            write_idx: 0,
            num_taps,
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
        self.write_idx = 0;
        self.until_output_samples = 0.0;
    }

    /// Takes one input sample and hands each output sample that it completes to `output`.
    #[inline]
    pub fn push(&mut self, sample: f32, mut output: impl FnMut(f32)) {
        for idx in [self.write_idx, self.write_idx + self.num_taps] {
            if let Some(slot) = self.history.get_mut(idx) {
                *slot = sample;
            }
        }
        self.write_idx += 1;
        if self.write_idx == self.num_taps {
            self.write_idx = 0;
        }
        while self.until_output_samples <= 0.0 {
            // The output lies this long before the newest sample.
            let delay_samples = -self.until_output_samples;
            let phase_idx = (delay_samples * NUM_PHASES as f64) as usize % NUM_PHASES;
            if let Some(taps) = self.taps.get(phase_idx) {
                let newest = self.history.get(self.write_idx..).unwrap_or_default();
                output(dot(taps, newest));
            }
            self.until_output_samples += self.step_samples;
        }
        self.until_output_samples -= 1.0;
    }
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
            decimator.push(x, |y| squares.push(f64::from(y).powi(2)));
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
    fn makes_16000_samples_a_second() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0, 12_345.0] {
            let mut decimator = Decimator::new(rate_hz);
            let mut num_out = 0;
            for _ in 0..(10.0 * rate_hz) as usize {
                decimator.push(0.0, |_| num_out += 1);
            }
            assert!(
                (159_998..=160_002).contains(&num_out),
                "{rate_hz}: {num_out}"
            );
        }
    }
}
