//! How loud the passage of music is to which the price of a cut refers.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::duck::choices::{ONSET_SHARE, PASSAGE_LOUDNESS_MS, PASSAGE_ONSET_MS};
use crate::duck::music_loss::LEAST_PASSAGE_POWER;

/// Follows the K-weighted power of the music.
pub struct Passage {
    coefficient: f32,
    power: f32,
    onset_coefficient: f32,
    /// Power of the last moments: that of a passage which has just begun.
    onset_power: f32,
}

impl Passage {
    /// Silence; moved on `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            coefficient: one_pole_coefficient(PASSAGE_LOUDNESS_MS, hop_rate_hz),
            power: 0.0,
            onset_coefficient: one_pole_coefficient(PASSAGE_ONSET_MS, hop_rate_hz),
            onset_power: 0.0,
        }
    }

    /// Forgets the music.
    pub fn reset(&mut self) {
        self.power = 0.0;
        self.onset_power = 0.0;
    }

    /// Takes the K-weighted mean square of the music of a hop.
    pub fn hear(&mut self, power: f32) {
        if self.power == 0.0 {
            self.power = power;
        }
        self.power += self.coefficient * (power - self.power);
        self.onset_power += self.onset_coefficient * (power - self.onset_power);
    }

    /// K-weighted mean square of the passage; more than 0.
    pub fn power(&self) -> f32 {
        self.power
            .max(ONSET_SHARE * self.onset_power)
            .max(LEAST_PASSAGE_POWER)
    }
}
