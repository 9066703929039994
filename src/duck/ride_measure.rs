//! The ride: what the music loses at this moment, as slowly as a lane of break points can tell it.
//!
//! A hop of 43 ms loses more or less with every note under it, and a word's cut sets in within 30 ms. Twenty
//! points a second can't follow either to 0.1 LU. So the cut is weighed against the spectrum of the last
//! moments, and its loss is smoothed twice.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::duck::choices::{RIDE_SMOOTHING_MS, RIDE_SPECTRUM_MS};
use crate::duck::music_loss::KPowers;
use crate::psycho::bands::PerBand;

/// Follows the loss of loudness through the cuts of successive hops.
pub struct RideMeasure {
    spectrum_coefficient: f32,
    loudness: KPowers,
    smoothing_coefficient: f32,
    first_lu: f32,
    ride_lu: f32,
    former_lu: f32,
}

impl RideMeasure {
    /// No music and no loss; moved on `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            spectrum_coefficient: one_pole_coefficient(RIDE_SPECTRUM_MS, hop_rate_hz),
            loudness: KPowers::SILENT,
            smoothing_coefficient: one_pole_coefficient(RIDE_SMOOTHING_MS, hop_rate_hz),
            first_lu: 0.0,
            ride_lu: 0.0,
            former_lu: 0.0,
        }
    }

    /// Forgets music and losses.
    pub fn reset(&mut self) {
        self.loudness = KPowers::SILENT;
        self.first_lu = 0.0;
        self.ride_lu = 0.0;
        self.former_lu = 0.0;
    }

    /// Takes the K-weighted powers of the music of a hop.
    pub fn hear(&mut self, loudness: &KPowers) {
        if self.loudness.total_power() == 0.0 {
            self.loudness = *loudness;
        }
        self.loudness.follow(loudness, self.spectrum_coefficient);
    }

    /// Loudness that `cut_db`, dB per band, takes from the music of the last moments, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        self.loudness.loss_lu(cut_db)
    }

    /// Takes the cut of the hop, dB per band; gives the loudness that it takes from the music of the last moments, LU.
    pub fn take(&mut self, cut_db: &PerBand) -> f32 {
        let loss_lu = self.loss_lu(cut_db);
        self.former_lu = self.ride_lu;
        self.first_lu += self.smoothing_coefficient * (loss_lu - self.first_lu);
        self.ride_lu += self.smoothing_coefficient * (self.first_lu - self.ride_lu);
        loss_lu
    }

    /// The ride at the last hop, LU.
    pub fn ride_lu(&self) -> f32 {
        self.ride_lu
    }

    /// The ride at the hop before, LU: what a lane has at the last one, as a break point is known to be one
    /// only a hop later.
    pub fn former_lu(&self) -> f32 {
        self.former_lu
    }
}
