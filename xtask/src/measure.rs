//! What a host can measure of a plugin from outside: levels, and the cut in each band, from the
//! samples that went in and those that came out.

use crate::audio::Clip;
use rustfft::algorithm::Radix4;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection};
use std::ops::Range;

/// The third-octave bands of ANSI S3.5 by their nominal centres, Hz.
const NOMINAL_HZ: [u32; NUM_BANDS] = [
    160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000, 5000, 6300,
    8000,
];
const NUM_BANDS: usize = 18;
/// Exponent of the first band's exact centre; see [`centre_hz`].
const FIRST_EXPONENT: i32 = -8;
/// 85 ms at 48 kHz: the 160 Hz band, 37 Hz wide, holds three bins.
const WINDOW_SAMPLES: usize = 4096;
/// A band that far below the music's loudest band is left out: a ratio of two residues means
/// nothing.
const FLOOR_DB: f64 = 60.0;

/// The deepest cut over a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cut {
    /// Nominal centre of the band, Hz.
    pub hz: u32,
    /// Input power over output power in the band, dB: positive where the plugin takes away.
    pub db: f64,
}

/// RMS level over all channels together (power summed), dBFS re an RMS of 1; -inf for silence.
pub fn level_dbfs(clip: &Clip, frames: Range<usize>) -> f64 {
    let num_frames = frames.len().max(1) as f64;
    let power: f64 = clip
        .channels
        .iter()
        .filter_map(|channel| channel.get(frames.clone()))
        .flatten()
        .map(|&sample| f64::from(sample) * f64::from(sample))
        .sum();
    10.0 * (power / num_frames).log10()
}

/// Number of samples that are the same in both clips, to the bit.
pub fn num_same_samples(a: &Clip, b: &Clip) -> usize {
    let pairs = a.channels.iter().zip(&b.channels);
    pairs
        .flat_map(|(a, b)| a.iter().zip(b))
        .filter(|(a, b)| a.to_bits() == b.to_bits())
        .count()
}

/// The band that lost most between `before` and `after`, mean over `frames`; `None` if the
/// stretch is silent or shorter than one window.
pub fn deepest_cut(before: &Clip, after: &Clip, frames: Range<usize>) -> Option<Cut> {
    let before_power = band_powers(before, frames.clone());
    let after_power = band_powers(after, frames);
    let floor_power =
        before_power.iter().copied().fold(0.0, f64::max) * 10f64.powf(-FLOOR_DB / 10.0);
    NOMINAL_HZ
        .into_iter()
        .zip(before_power.iter().zip(&after_power))
        .filter(|&(_, (&before, &after))| before > floor_power && after > 0.0)
        .map(|(hz, (before, after))| Cut {
            hz,
            db: 10.0 * (before / after).log10(),
        })
        .max_by(|a, b| a.db.total_cmp(&b.db))
}

/// Centre of a base-10 third-octave band (IEC 61260-1), Hz.
fn centre_hz(exponent: i32) -> f64 {
    1000.0 * 10f64.powf(f64::from(exponent) / 10.0)
}

/// Power in each band, summed over channels and half-overlapped Hann windows; any scale.
fn band_powers(clip: &Clip, frames: Range<usize>) -> [f64; NUM_BANDS] {
    // A planner would take along all that it can choose from: 20 s more to compile.
    let fft = Radix4::<f64>::new(WINDOW_SAMPLES, FftDirection::Forward);
    let hann: Vec<f64> = (0..WINDOW_SAMPLES)
        .map(|n| {
            let phase = std::f64::consts::TAU * n as f64 / WINDOW_SAMPLES as f64;
            0.5 - 0.5 * phase.cos()
        })
        .collect();
    let bin_hz = f64::from(clip.sample_rate_hz) / WINDOW_SAMPLES as f64;
    let half_band = 10f64.powf(0.05);
    let mut spectrum = vec![Complex::default(); WINDOW_SAMPLES];
    let mut powers = [0.0; NUM_BANDS];
    for channel in &clip.channels {
        let stretch = channel.get(frames.clone()).unwrap_or_default();
        for window in stretch.windows(WINDOW_SAMPLES).step_by(WINDOW_SAMPLES / 2) {
            for ((bin, &sample), weight) in spectrum.iter_mut().zip(window).zip(&hann) {
                *bin = Complex::new(f64::from(sample) * weight, 0.0);
            }
            fft.process(&mut spectrum);
            for (exponent, power) in (FIRST_EXPONENT..).zip(&mut powers) {
                let centre_hz = centre_hz(exponent);
                let first = (centre_hz / half_band / bin_hz).ceil() as usize;
                let end = (centre_hz * half_band / bin_hz).ceil() as usize;
                let bins = spectrum.iter().take(end).skip(first);
                *power += bins.map(Complex::norm_sqr).sum::<f64>();
            }
        }
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tones(gain_at_1000_hz: f32) -> Clip {
        let sine = |hz: f64, n: usize| (std::f64::consts::TAU * hz * n as f64 / 48_000.0).sin();
        let samples = (0..48_000)
            .map(|n| 0.1 * (sine(250.0, n) as f32 + gain_at_1000_hz * sine(1000.0, n) as f32))
            .collect();
        Clip {
            sample_rate_hz: 48_000,
            channels: vec![samples],
        }
    }

    #[test]
    fn a_tone_taken_down_by_6_db_is_found_in_its_band() {
        let gain = 10f32.powf(-6.0 / 20.0);
        let cut = deepest_cut(&tones(1.0), &tones(gain), 0..48_000).unwrap();
        assert_eq!(cut.hz, 1000);
        assert!((cut.db - 6.0).abs() < 0.01, "{cut:?}");
    }

    #[test]
    fn silence_and_stretches_too_short_have_no_cut() {
        let silence = Clip {
            sample_rate_hz: 48_000,
            channels: vec![vec![0.0; 48_000]],
        };
        assert_eq!(deepest_cut(&silence, &silence, 0..48_000), None);
        assert_eq!(deepest_cut(&tones(1.0), &tones(0.5), 0..1000), None);
    }

    #[test]
    fn the_level_of_a_full_scale_sine_is_minus_3_dbfs() {
        let mut clip = tones(0.0);
        clip.channels[0].iter_mut().for_each(|x| *x *= 10.0);
        assert!((level_dbfs(&clip, 0..48_000) + 3.01).abs() < 0.01);
    }
}
