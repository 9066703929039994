//! The duck's policy: which cut buys the most audibility for the least music.
//!
//! For a price `p` of music, the cut `r` of a band (dB, 0 to the limit) is the one that maximises
//!
//! ```text
//! w * clip(headroom + r, 0, 30)  -  p * share * (1 - 10^(-r/10))  -  d * r^2
//! ```
//!
//! where `w` is the band's importance per dB, `headroom` is 15 dB plus the dialogue-to-masker ratio
//! (ANSI S3.5-1997: a band begins to help at -15 dB and is clear at +15), `share` is the band's part
//! of the passage's K-weighted loudness and `d` the price on depth. The first term is a ramp, so the
//! worst-masked band is not the first to be cut: its first decibels buy nothing. In the ramp the
//! derivative `w - p * share * b * e^(-b r) - 2 d r` is concave in `r`: its greater root is the only
//! inner maximum, and is compared with no cut at all.
//!
//! The price is found by bisection: the highest at which the line is clear enough (closed loop) or
//! the one at which the music loses the wanted loudness (open loop).

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use super::model::Clash;
use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::dsp::units::db_from_power;
use crate::psycho::audibility::importance;
use crate::psycho::bands::{NUM_BANDS, PerBand, edges_hz};
use crate::psycho::choices::{
    ABSENT_BELOW_DB, DEPTH_PRICE, MAX_SLOPE_DB_PER_BAND, PASSAGE_LOUDNESS_MS, USUAL_LEVEL_MS,
};
use crate::psycho::k_weighting;
use crate::settings::{Settings, Steer};

/// Range of the dialogue-to-masker ratio over which audibility grows, dB.
const AUDIBILITY_RANGE_DB: f32 = 30.0;

/// Lowest ratio at which a band is audible at all, dB.
const LEAST_RATIO_DB: f32 = -15.0;

/// Prices between which the search runs, as natural logarithms.
const LOG_PRICE: (f32, f32) = (-5.5, 4.0);

/// Steps of the search: the price is known to 0.2 % afterwards, the cut to under 0.01 dB.
const NUM_SEARCH_STEPS: usize = 12;

/// Newton steps to the inner maximum; it converges from above, and to 0.01 dB in this many.
const NUM_NEWTON_STEPS: usize = 4;

/// Width over which a band fades from absent to present, dB.
const PRESENCE_FADE_DB: f32 = 6.0;

/// d/dr of 10^(-r/10), relative: ln(10) / 10.
const POWER_PER_DB: f32 = std::f32::consts::LN_10 / 10.0;

/// Smoothing across neighbouring bands: half of each neighbour.
const BAND_SMOOTHING: f32 = 0.5;

/// Loudness of the music and what a cut takes from it.
#[derive(Debug, Clone, Copy)]
struct Loudness {
    band_power: PerBand,
    /// What lies outside the bands and can't be cut.
    outside_power: f32,
}

impl Loudness {
    fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        let before: f32 = self.band_power.iter().sum::<f32>() + self.outside_power;
        let after: f32 = self
            .band_power
            .iter()
            .zip(cut_db)
            .map(|(power, &cut_db)| power * remaining_power(cut_db))
            .sum::<f32>()
            + self.outside_power;
        if before > 1e-14 {
            (db_from_power(before) - db_from_power(after)).max(0.0)
        } else {
            0.0
        }
    }
}

/// Share of power that a cut leaves.
fn remaining_power(cut_db: f32) -> f32 {
    (-POWER_PER_DB * cut_db).exp()
}

/// What one band offers to the search.
#[derive(Debug, Clone, Copy, Default)]
struct Offer {
    /// Importance per dB of audible ratio.
    benefit_per_db: f32,
    importance: f32,
    /// Ratio above the lowest audible one, dB.
    headroom_db: f32,
    /// Share of the passage's loudness.
    loudness_share: f32,
    max_cut_db: f32,
}

impl Offer {
    /// Audibility of the band under a cut, weighted.
    fn audibility(&self, cut_db: f32) -> f32 {
        self.importance * ((self.headroom_db + cut_db) / AUDIBILITY_RANGE_DB).clamp(0.0, 1.0)
    }

    fn value(&self, cut_db: f32, price: f32) -> f32 {
        self.benefit_per_db * (self.headroom_db + cut_db).clamp(0.0, AUDIBILITY_RANGE_DB)
            - price * self.loudness_share * (1.0 - remaining_power(cut_db))
            - DEPTH_PRICE * cut_db * cut_db
    }

    /// The cut that is worth most at `price`, dB.
    fn best_cut_db(&self, price: f32) -> f32 {
        let most_db = self.max_cut_db.min(AUDIBILITY_RANGE_DB - self.headroom_db);
        if most_db <= 0.0 || self.benefit_per_db <= 0.0 {
            return 0.0;
        }
        let mut cut_db = most_db;
        for _ in 0..NUM_NEWTON_STEPS {
            let loudness = price * self.loudness_share * POWER_PER_DB * remaining_power(cut_db);
            let slope = self.benefit_per_db - loudness - 2.0 * DEPTH_PRICE * cut_db;
            if slope >= 0.0 {
                break;
            }
            let curvature = POWER_PER_DB * loudness - 2.0 * DEPTH_PRICE;
            if curvature >= 0.0 {
                // Left of the derivative's own maximum: there is no inner maximum.
                return 0.0;
            }
            cut_db -= slope / curvature;
            if cut_db <= 0.0 {
                return 0.0;
            }
        }
        let cut_db = cut_db.clamp(0.0, most_db);
        if self.value(cut_db, price) > self.value(0.0, price) {
            cut_db
        } else {
            0.0
        }
    }
}

/// The policy with what it remembers: the voice's usual levels and the passage's loudness.
pub struct DuckPolicy {
    importance: PerBand,
    k_weight: PerBand,
    band_range_hz: [(f32, f32); NUM_BANDS],
    usual_coefficient: f32,
    usual_power: PerBand,
    has_usual_power: bool,
    passage: AttackRelease,
    passage_power: f32,
    loudness: Loudness,
}

impl DuckPolicy {
    /// A policy that is asked `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            importance: importance(),
            k_weight: std::array::from_fn(|band_idx| {
                let (low_hz, high_hz) = edges_hz(band_idx);
                k_weighting::power_gain((low_hz * high_hz).sqrt()) as f32
            }),
            band_range_hz: std::array::from_fn(|band_idx| {
                let (low_hz, high_hz) = edges_hz(band_idx);
                (low_hz as f32, high_hz as f32)
            }),
            usual_coefficient: one_pole_coefficient(USUAL_LEVEL_MS, hop_rate_hz),
            usual_power: [0.0; NUM_BANDS],
            has_usual_power: false,
            passage: AttackRelease::new(PASSAGE_LOUDNESS_MS.0, PASSAGE_LOUDNESS_MS.1, hop_rate_hz),
            passage_power: 0.0,
            loudness: Loudness {
                band_power: [0.0; NUM_BANDS],
                outside_power: 0.0,
            },
        }
    }

    /// Forgets voice and passage.
    pub fn reset(&mut self) {
        self.usual_power = [0.0; NUM_BANDS];
        self.has_usual_power = false;
        self.passage_power = 0.0;
        self.loudness.band_power = [0.0; NUM_BANDS];
        self.loudness.outside_power = 0.0;
    }

    /// Takes the music of a hop: mean square per band, and K-weighted mean square outside them.
    pub fn hear_music(&mut self, band_power: &PerBand, outside_power: f32) {
        for ((loudness, &power), &weight) in self
            .loudness
            .band_power
            .iter_mut()
            .zip(band_power)
            .zip(&self.k_weight)
        {
            *loudness = power * weight;
        }
        self.loudness.outside_power = outside_power;
        let total = self.loudness.band_power.iter().sum::<f32>() + outside_power;
        self.passage.follow(&mut self.passage_power, total);
    }

    /// Loudness that the music of the last hop loses through `cut_db`, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        self.loudness.loss_lu(cut_db)
    }

    /// The cut wanted at this hop, dB per band, 0 to the maximum cut; 0 while nobody speaks.
    pub fn wanted_cut_db(
        &mut self,
        clash: &Clash,
        is_speech: bool,
        settings: &Settings,
    ) -> PerBand {
        if !is_speech {
            return [0.0; NUM_BANDS];
        }
        self.learn_voice(&clash.word_band_power);
        let offers = self.offers(clash, settings);
        let cut_at = |price: f32| -> PerBand { offers.map(|offer| offer.best_cut_db(price)) };
        let is_enough = |cut_db: &PerBand| match settings.steer {
            Steer::Target => {
                let audible: f32 = offers
                    .iter()
                    .zip(cut_db)
                    .map(|(offer, &cut_db)| offer.audibility(cut_db))
                    .sum();
                audible >= settings.target
            }
            Steer::Amount => self.loss_lu(cut_db) >= settings.amount_lu,
        };
        if is_enough(&[0.0; NUM_BANDS]) {
            return [0.0; NUM_BANDS];
        }
        let (mut low, mut high) = LOG_PRICE;
        let mut cut_db = cut_at(low.exp());
        if is_enough(&cut_db) {
            for _ in 0..NUM_SEARCH_STEPS {
                let middle = 0.5 * (low + high);
                let candidate = cut_at(middle.exp());
                if is_enough(&candidate) {
                    low = middle;
                    cut_db = candidate;
                } else {
                    high = middle;
                }
            }
        }
        smooth_across_bands(&mut cut_db);
        for (cut_db, offer) in cut_db.iter_mut().zip(&offers) {
            *cut_db = cut_db.min(offer.max_cut_db);
        }
        cut_db
    }

    fn learn_voice(&mut self, word_band_power: &PerBand) {
        if self.has_usual_power {
            for (usual, &power) in self.usual_power.iter_mut().zip(word_band_power) {
                *usual += self.usual_coefficient * (power - *usual);
            }
        } else {
            self.usual_power = *word_band_power;
            self.has_usual_power = true;
        }
    }

    fn offers(&self, clash: &Clash, settings: &Settings) -> [Offer; NUM_BANDS] {
        let mut offers = [Offer::default(); NUM_BANDS];
        let bands = self
            .importance
            .iter()
            .zip(&self.band_range_hz)
            .zip(&self.usual_power)
            .zip(&self.loudness.band_power);
        let levels = clash
            .word_band_power
            .iter()
            .zip(&clash.slow_masking_band_power);
        for ((offer, (((&importance, &range_hz), &usual), &loudness)), (&word, &masking)) in
            offers.iter_mut().zip(bands).zip(levels)
        {
            let word_db = db_from_power(word);
            let presence = ((word_db - db_from_power(usual) + ABSENT_BELOW_DB) / PRESENCE_FADE_DB)
                .clamp(0.0, 1.0);
            let (low_hz, high_hz) = range_hz;
            let is_allowed = low_hz < settings.high_hz && high_hz > settings.low_hz;
            *offer = Offer {
                benefit_per_db: presence * importance / AUDIBILITY_RANGE_DB,
                importance,
                headroom_db: word_db - db_from_power(masking) - LEAST_RATIO_DB,
                loudness_share: loudness / self.passage_power.max(1e-12),
                max_cut_db: if is_allowed { settings.max_cut_db } else { 0.0 },
            };
        }
        offers
    }
}

/// Limits the slope between neighbours by lowering the deeper one, then evens out what is left.
fn smooth_across_bands(cut_db: &mut PerBand) {
    let limit = |previous: &mut f32, cut: &mut f32| {
        *cut = cut.min(*previous + MAX_SLOPE_DB_PER_BAND);
        *previous = *cut;
    };
    let mut previous = f32::INFINITY;
    for cut in cut_db.iter_mut() {
        limit(&mut previous, cut);
    }
    previous = f32::INFINITY;
    for cut in cut_db.iter_mut().rev() {
        limit(&mut previous, cut);
    }
    let original = *cut_db;
    let left = original.iter().take(1).chain(&original);
    let right = original.iter().skip(1).chain(original.iter().last());
    for (((cut, &left), &middle), &right) in cut_db.iter_mut().zip(left).zip(&original).zip(right) {
        *cut = (middle + BAND_SMOOTHING * (left + right)) / (1.0 + 2.0 * BAND_SMOOTHING);
    }
}
