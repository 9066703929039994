//! Fundamental of a voice, and how periodic it is, every 5 ms.
//!
//! Normalised cross-correlation of the last 20 ms with what lay one period before (as in RAPT:
//! Talkin 1995, in Kleijn, Paliwal (eds.), Speech Coding and Synthesis, 495), on a copy at 4 kHz that
//! holds the harmonics below 900 Hz. It looks at nothing but the past, so that it can tell a voice's
//! onset from a noise's within some 20 ms.

use crate::dsp::correlation::{MAX_LAGS, correlations};
use crate::speech::voice_filters::{LOW_RATE_HZ, LOW_SAMPLES};

/// The window that is compared with its past, samples at 4 kHz: 20 ms.
const WINDOW_SAMPLES: usize = 80;
/// Shortest and longest period, samples at 4 kHz: 444 and 70 Hz.
const MIN_LAG: usize = 9;
const MAX_LAG: usize = 57;
const HISTORY_SAMPLES: usize = WINDOW_SAMPLES + MAX_LAG;

/// A multiple of the period correlates as well as the period itself: the shortest lag within this
/// share of the best is taken.
const OCTAVE_SHARE: f32 = 0.9;

/// An estimate of the fundamental.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pitch {
    /// Correlation with the period before, 0 (noise) to 1 (exactly periodic).
    pub periodicity: f32,
    /// Fundamental, Hz, 70 to 444; meaningful where the periodicity is high.
    pub fundamental_hz: f32,
}

/// Follows the fundamental of a signal. Its cost is that of some 4,000 multiplications
/// each 5 ms; it never allocates.
pub struct PitchTracker {
    /// Newest sample last.
    history: [f32; HISTORY_SAMPLES],
}

impl Default for PitchTracker {
    fn default() -> Self {
        Self {
            history: [0.0; HISTORY_SAMPLES],
        }
    }
}

impl PitchTracker {
    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
    }

    /// Takes a frame of the low copy, at 4 kHz, and estimates the fundamental at its end.
    pub fn push(&mut self, low: &[f32; LOW_SAMPLES]) -> Pitch {
        self.history.copy_within(LOW_SAMPLES.., 0);
        let (_, newest) = self.history.split_at_mut(HISTORY_SAMPLES - LOW_SAMPLES);
        newest.copy_from_slice(low);
        self.estimate()
    }

    fn estimate(&self) -> Pitch {
        // A faint tail of the filters is neither voice nor noise.
        const LEAST_ENERGY: f32 = 1e-10;
        let (_, window) = self.history.split_at(MAX_LAG);
        let energy: f32 = window.iter().map(|x| x * x).sum();
        if energy < LEAST_ENERGY {
            return Pitch::default();
        }
        let correlation = self.correlation(window, energy);
        let best = correlation.iter().copied().fold(0.0, f32::max);
        let peak = (MIN_LAG..MAX_LAG)
            .zip(correlation.iter().skip(MIN_LAG - 1))
            .zip(correlation.iter().skip(MIN_LAG))
            .zip(correlation.iter().skip(MIN_LAG + 1))
            .map(|(((lag, &before), &at), &after)| (lag, before, at, after))
            .find(|&(_, before, at, after)| {
                at >= OCTAVE_SHARE * best && at >= before && at >= after
            });
        let Some((lag, before, at, after)) = peak else {
            return Pitch {
                periodicity: best.min(1.0),
                fundamental_hz: 0.0,
            };
        };
        // The top of the parabola through the three.
        let bend = before - 2.0 * at + after;
        let offset = if bend < 0.0 {
            0.5 * (before - after) / bend
        } else {
            0.0
        };
        Pitch {
            periodicity: best.min(1.0),
            fundamental_hz: LOW_RATE_HZ as f32 / (lag as f32 + offset),
        }
    }
}

impl PitchTracker {
    /// Correlation of the window with what lies each lag before it; 0 for lags under the shortest.
    fn correlation(&self, window: &[f32], energy: f32) -> [f32; MAX_LAG + 1] {
        const { assert!(MAX_LAG - MIN_LAG < MAX_LAGS) };
        let dots = correlations(window, &self.history);
        // The energy of each past from that of the one before it in time: one sample comes, one goes.
        let mut past_energies = [0.0; MAX_LAGS];
        let (first, _) = self.history.split_at(WINDOW_SAMPLES);
        let mut past_energy: f64 = first.iter().map(|&x| f64::from(x).powi(2)).sum();
        let steps = self
            .history
            .iter()
            .zip(self.history.iter().skip(WINDOW_SAMPLES));
        for (slot, (&gone, &come)) in past_energies.iter_mut().zip(steps) {
            *slot = past_energy as f32;
            past_energy += f64::from(come).powi(2) - f64::from(gone).powi(2);
        }
        let mut by_start = [0.0f32; MAX_LAGS];
        for ((value, dot), past_energy) in by_start.iter_mut().zip(dots).zip(past_energies) {
            // A past much weaker than the window doesn't count as a period.
            *value = dot / (energy * past_energy.max(0.0)).sqrt().max(0.25 * energy);
        }
        let mut correlation = [0.0; MAX_LAG + 1];
        let lags = correlation.iter_mut().skip(MIN_LAG).rev();
        for (correlation, value) in lags.zip(by_start) {
            *correlation = value;
        }
        correlation
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::decimator::OUTPUT_RATE_HZ;
    use crate::speech::sound_frame::FRAME_SAMPLES;
    use crate::speech::voice_filters::VoiceFilters;

    fn track(signal: impl Fn(f64) -> f64) -> Vec<Pitch> {
        let (mut filters, mut tracker) = (VoiceFilters::default(), PitchTracker::default());
        (0..100)
            .map(|frame_idx| {
                let frame = std::array::from_fn(|k| {
                    signal((frame_idx * FRAME_SAMPLES + k) as f64 / OUTPUT_RATE_HZ) as f32
                });
                tracker.push(&filters.push(&frame).low)
            })
            .collect()
    }

    #[test]
    fn harmonic_tones_are_found_within_a_third_of_a_semitone() {
        for fundamental_hz in [75.0, 98.0, 130.8, 220.0, 311.0, 392.0, 430.0] {
            let voice = |t: f64| -> f64 {
                (1..=12)
                    .map(|k| {
                        let harmonic = f64::from(k);
                        let phase = std::f64::consts::TAU * fundamental_hz * harmonic * t;
                        0.05 * (phase + harmonic).sin() / harmonic
                    })
                    .sum()
            };
            for pitch in &track(voice)[20..] {
                let semitones = 12.0 * (f64::from(pitch.fundamental_hz) / fundamental_hz).log2();
                assert!(semitones.abs() < 0.34, "{fundamental_hz} Hz: {pitch:?}");
                assert!(pitch.periodicity > 0.95, "{fundamental_hz} Hz: {pitch:?}");
            }
        }
    }

    #[test]
    fn noise_is_not_periodic_and_silence_has_no_pitch() {
        let noise: Vec<f32> = test_support::noise::white(0.1, 1).take(8000).collect();
        let pitches = track(|t| f64::from(noise[(t * OUTPUT_RATE_HZ).round() as usize]));
        let num_periodic = pitches.iter().filter(|p| p.periodicity > 0.65).count();
        assert!(num_periodic <= 1, "{num_periodic} of 100 frames");
        assert!(track(|_| 0.0).iter().all(|&p| p == Pitch::default()));
    }
}
