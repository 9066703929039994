//! What the music loses through a cut, of the moment and over the last seconds.

use crate::dsp::units::{db_from_power, power_from_db};
use crate::duck::offer::remaining_power;
use crate::psycho::bands::{NUM_BANDS, PerBand, centre_hz};
use crate::psycho::k_weighting;
use crate::snapshot::Snapshot;

/// Least share of the music that counts as left under a cut.
const LEAST_SHARE_LEFT: f32 = 0.01;

/// Mean square below which a passage is silence.
pub const LEAST_PASSAGE_POWER: f32 = 1e-12;

/// K-weighted powers of the music, and what a cut takes from them.
#[derive(Debug, Clone, Copy)]
pub struct KPowers {
    /// K-weighted mean square per band.
    band_power: PerBand,
    /// K-weighted mean square of what lies outside the bands and can't be cut.
    outside_power: f32,
}

impl KPowers {
    /// No music.
    pub const SILENT: Self = Self {
        band_power: [0.0; NUM_BANDS],
        outside_power: 0.0,
    };

    /// From mean squares per band, and the K-weighted one outside the bands.
    pub fn new(band_power: &PerBand, k_weights: &PerBand, outside_power: f32) -> Self {
        let mut weighted = *band_power;
        for (weighted, k_weight) in weighted.iter_mut().zip(k_weights) {
            *weighted *= k_weight;
        }
        Self {
            band_power: weighted,
            outside_power,
        }
    }

    /// K-weighted powers of the music in a snapshot's window.
    pub fn of_window(snapshot: &Snapshot) -> Self {
        let k_weights = std::array::from_fn(|idx| k_weighting::power_gain(centre_hz(idx)) as f32);
        let band_power = snapshot.music_band_dbfs.map(power_from_db);
        Self::new(&band_power, &k_weights, snapshot.music_outside_k_power)
    }

    /// Moves every power towards that of `other` by a share of the way.
    pub fn follow(&mut self, other: &Self, share: f32) {
        for (power, to) in self.band_power.iter_mut().zip(&other.band_power) {
            *power += share * (to - *power);
        }
        self.outside_power += share * (other.outside_power - self.outside_power);
    }

    /// K-weighted mean square per band.
    pub fn band_power(&self) -> &PerBand {
        &self.band_power
    }

    /// K-weighted mean square.
    pub fn total_power(&self) -> f32 {
        self.band_power.iter().sum::<f32>() + self.outside_power
    }

    /// K-weighted mean square under a cut of so many dB per band.
    pub fn power_under(&self, cut_db: &PerBand) -> f32 {
        let bands = self.band_power.iter().zip(cut_db);
        let left: f32 = bands
            .map(|(power, &cut_db)| power * remaining_power(cut_db))
            .sum();
        left + self.outside_power
    }

    /// Share of the power that `cut_db` leaves; 1 of silence.
    pub fn share_left(&self, cut_db: &PerBand) -> f32 {
        let total_power = self.total_power().max(LEAST_PASSAGE_POWER);
        (self.power_under(cut_db) / total_power).clamp(LEAST_SHARE_LEFT, 1.0)
    }

    /// Loudness that `cut_db` takes, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        if cut_db.iter().all(|&cut_db| cut_db == 0.0) {
            return 0.0;
        }
        (db_from_power(self.total_power()) - db_from_power(self.power_under(cut_db))).max(0.0)
    }
}

/// Loudness of the music in the last seconds of speech, before and after the cut: as mean squares, since
/// a loud moment counts for more.
#[derive(Debug, Clone, Copy, Default)]
pub struct Account {
    num_entries: u32,
    before_power: f32,
    after_power: f32,
}

impl Account {
    /// The first entries count alike, so that the account is right from the start.
    pub fn enter(&mut self, before_power: f32, after_power: f32, coefficient: f32) {
        self.num_entries = self.num_entries.saturating_add(1);
        let coefficient = coefficient.max(1.0 / self.num_entries as f32);
        self.before_power += coefficient * (before_power - self.before_power);
        self.after_power += coefficient * (after_power - self.after_power);
    }

    /// Loudness that was lost, LU.
    pub fn loss_lu(&self) -> f32 {
        db_from_power(self.before_power) - db_from_power(self.after_power)
    }
}
