//! The duck's policy: which cut buys the most audibility for the least music.
//!
//! For a price `p` of music, the cut `r` of a band (dB, 0 to the limit) is the one that maximises
//!
//! ```text
//! w * clip(headroom + r, 0, 30)  -  p * share * (1 - 10^(-r/10))  -  d * r^2
//! ```
//!
//! where `w` is the band's weight per dB, `headroom` how far the word stands above the lowest
//! ratio to the music at which it helps, `share` the band's part of the passage's K-weighted
//! loudness and `d` the price on depth. The first term is a ramp, so the worst-masked band is not
//! the first to be cut: its first decibels buy nothing. In the ramp the derivative
//! `w - p * share * b * e^(-b r) - 2 d r` is concave in `r`: its greater root is the only inner
//! maximum, and is compared with no cut at all.
//!
//! The price is one for all bands and, nearly, for all moments: a decibel must buy as much here as
//! there, now as later. So it moves slowly, until the words are as audible as wanted ([`Steer::Target`])
//! or the music has lost what it may ([`Steer::Amount`]). Bringing each moment to the target by
//! itself would buy the hopeless ones at any price.

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use crate::dsp::lanes::db_from_powers;
use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::dsp::units::db_from_power;
use crate::psycho::audibility::{importance, threshold_power};
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand, centre_hz, edges_hz};
use crate::psycho::choices::{
    ABSENT_BELOW_DB, DEPTH_PRICE, EVEN_WEIGHT_HZ, FAST_ATTACK_MS, LEAST_WORD_RATIO_DB,
    MAX_SLOPE_DB_PER_BAND, MUSIC_RELEASE_MS, PASSAGE_LOUDNESS_MS, UNCUT_SMOOTHING_MS,
    USUAL_LEVEL_MS, WORD_RELEASE_MS,
};
use crate::psycho::k_weighting;
use crate::settings::{Settings, Steer};

/// Range of the ratio of word to music over which audibility grows, dB (ANSI S3.5-1997, 4.7.1).
const AUDIBILITY_RANGE_DB: f32 = 30.0;

/// Prices between which the loop moves, as natural logarithms. At the lowest, every cut is taken
/// that helps at all; from the highest the loop is back in a second when the music comes up.
const LOG_PRICE: (f32, f32) = (-5.3, 2.0);

/// Price of a new pass.
const FIRST_LOG_PRICE: f32 = 0.7;

/// Speed of the price: nepers per second and unit of missing audibility.
const PRICE_SPEED_PER_S: f32 = 6.0;

/// What a missing LU counts as, in units of missing audibility.
const SHORTFALL_PER_LU: f32 = 0.1;

/// Audibility by which the uncut words may exceed the target before nothing at all is cut.
const CLEAR_BEYOND_TARGET: f32 = 0.1;

/// Newton steps to the inner maximum; it converges from above, and to 0.01 dB in this many.
const NUM_NEWTON_STEPS: usize = 6;

/// Width over which a band fades from absent to present, dB.
const PRESENCE_FADE_DB: f32 = 6.0;

/// Mean square below which a passage is silence.
const LEAST_PASSAGE_POWER: f32 = 1e-12;

/// d/dr of 10^(-r/10), relative: ln(10) / 10.
const POWER_PER_DB: f32 = std::f32::consts::LN_10 / 10.0;

/// Loudness of the music and what a cut takes from it.
#[derive(Debug, Clone, Copy)]
struct Loudness {
    /// K-weighted mean square per band.
    band_power: PerBand,
    /// The same for what lies outside the bands and can't be cut.
    outside_power: f32,
}

impl Loudness {
    const SILENT: Self = Self {
        band_power: [0.0; NUM_BANDS],
        outside_power: 0.0,
    };

    fn new(band_power: &PerBand, k_weights: &PerBand, outside_power: f32) -> Self {
        let mut weighted = *band_power;
        for (weighted, k_weight) in weighted.iter_mut().zip(k_weights) {
            *weighted *= k_weight;
        }
        Self {
            band_power: weighted,
            outside_power,
        }
    }

    fn total_power(&self) -> f32 {
        self.band_power.iter().sum::<f32>() + self.outside_power
    }

    fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        let bands = self.band_power.iter().zip(cut_db);
        let left: f32 = bands
            .map(|(power, &cut_db)| power * remaining_power(cut_db))
            .sum();
        (db_from_power(self.total_power()) - db_from_power(left + self.outside_power)).max(0.0)
    }
}

/// Share of power that a cut leaves.
fn remaining_power(cut_db: f32) -> f32 {
    (-POWER_PER_DB * cut_db).exp()
}

/// What one band offers to the search.
#[derive(Debug, Clone, Copy, Default)]
struct Offer {
    /// Weight per dB of ratio; 0 where the voice is absent.
    benefit_per_db: f32,
    weight: f32,
    /// Ratio of word to music above the lowest one that helps, dB.
    headroom_db: f32,
    /// Share of the passage's loudness.
    loudness_share: f32,
    max_cut_db: f32,
}

impl Offer {
    /// Audibility of the band under a cut, weighted.
    fn audibility(&self, cut_db: f32) -> f32 {
        self.weight * ((self.headroom_db + cut_db) / AUDIBILITY_RANGE_DB).clamp(0.0, 1.0)
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

/// The policy with what it remembers: levels, the voice's usual ones, the passage's loudness, and
/// the price of music.
pub struct DuckPolicy {
    hop_s: f32,
    weights: PerBand,
    k_weights: PerBand,
    ranges_hz: [(f32, f32); NUM_BANDS],
    threshold_power: PerBand,
    word: AttackRelease,
    word_power: PerBand,
    music: AttackRelease,
    music_power: PerBand,
    usual_coefficient: f32,
    usual_power: PerBand,
    passage_coefficient: f32,
    passage_power: f32,
    loudness: Loudness,
    uncut_coefficient: f32,
    /// Audibility of the words without any cut, smoothed.
    uncut_audibility: f32,
    /// Natural logarithm of the price.
    log_price: f32,
}

impl DuckPolicy {
    /// A policy that is asked `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        let coefficient = |time_ms| one_pole_coefficient(time_ms, hop_rate_hz);
        Self {
            hop_s: (1.0 / hop_rate_hz) as f32,
            weights: benefit_weights(),
            k_weights: std::array::from_fn(|band_idx| {
                k_weighting::power_gain(centre_hz(band_idx)) as f32
            }),
            ranges_hz: std::array::from_fn(|band_idx| {
                let (low_hz, high_hz) = edges_hz(band_idx);
                (low_hz as f32, high_hz as f32)
            }),
            threshold_power: threshold_power(),
            word: AttackRelease::new(FAST_ATTACK_MS, WORD_RELEASE_MS, hop_rate_hz),
            word_power: [0.0; NUM_BANDS],
            music: AttackRelease::new(FAST_ATTACK_MS, MUSIC_RELEASE_MS, hop_rate_hz),
            music_power: [0.0; NUM_BANDS],
            usual_coefficient: coefficient(USUAL_LEVEL_MS),
            usual_power: [0.0; NUM_BANDS],
            passage_coefficient: coefficient(PASSAGE_LOUDNESS_MS),
            passage_power: 0.0,
            loudness: Loudness::SILENT,
            uncut_coefficient: coefficient(UNCUT_SMOOTHING_MS),
            uncut_audibility: 0.0,
            log_price: FIRST_LOG_PRICE,
        }
    }

    /// Forgets voice, passage and price.
    pub fn reset(&mut self) {
        self.word_power = [0.0; NUM_BANDS];
        self.music_power = [0.0; NUM_BANDS];
        self.usual_power = [0.0; NUM_BANDS];
        self.passage_power = 0.0;
        self.loudness = Loudness::SILENT;
        self.uncut_audibility = 0.0;
        self.log_price = FIRST_LOG_PRICE;
    }

    /// Takes a hop: mean squares per band of dialogue and music (full scale = 1), and the
    /// K-weighted mean square of the music outside the bands.
    pub fn hear(&mut self, dialogue: &PerBand, music: &PerBand, music_outside_power: f32) {
        for (state, &power) in self.word_power.iter_mut().zip(dialogue) {
            self.word.follow(state, power);
        }
        for (state, &power) in self.music_power.iter_mut().zip(music) {
            self.music.follow(state, power);
        }
        self.loudness = Loudness::new(music, &self.k_weights, music_outside_power);
        let total = self.loudness.total_power();
        if self.passage_power == 0.0 {
            self.passage_power = total;
        }
        self.passage_power += self.passage_coefficient * (total - self.passage_power);
    }

    /// Loudness that the music of the last hop loses through `cut_db`, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        self.loudness.loss_lu(cut_db)
    }

    /// The cut that the words of this hop want, dB per band, 0 to the maximum cut. To be asked
    /// while somebody speaks: the price moves on with each call.
    pub fn wanted_cut_db(&mut self, settings: &Settings) -> PerBand {
        self.learn_voice();
        let offers = self.offers(settings);
        let audibility_under = |cut_db: &PerBand| -> f32 {
            let bands = offers.iter().zip(cut_db);
            bands.map(|(offer, &cut_db)| offer.audibility(cut_db)).sum()
        };
        let uncut = audibility_under(&[0.0; NUM_BANDS]);
        self.uncut_audibility += self.uncut_coefficient * (uncut - self.uncut_audibility);
        let need = match settings.steer {
            Steer::Target => {
                let beyond_target = self.uncut_audibility - settings.target;
                (1.0 - beyond_target / CLEAR_BEYOND_TARGET).clamp(0.0, 1.0)
            }
            Steer::Amount => 1.0,
        };
        if need == 0.0 {
            return [0.0; NUM_BANDS];
        }
        let price = self.log_price.exp() / need;
        let mut cut_db = offers.map(|offer| offer.best_cut_db(price));
        limit_slope(&mut cut_db);
        let shortfall = match settings.steer {
            Steer::Target => settings.target - audibility_under(&cut_db),
            Steer::Amount => SHORTFALL_PER_LU * (settings.amount_lu - self.loss_lu(&cut_db)),
        };
        self.log_price = (self.log_price - PRICE_SPEED_PER_S * shortfall * self.hop_s)
            .clamp(LOG_PRICE.0, LOG_PRICE.1);
        smooth_across_bands(&mut cut_db);
        for (cut_db, offer) in cut_db.iter_mut().zip(&offers) {
            *cut_db = cut_db.min(offer.max_cut_db);
        }
        cut_db
    }

    fn learn_voice(&mut self) {
        for (usual, &power) in self.usual_power.iter_mut().zip(&self.word_power) {
            *usual += self.usual_coefficient * (power - *usual);
        }
    }

    fn offers(&self, settings: &Settings) -> [Offer; NUM_BANDS] {
        let mut offers = [Offer::default(); NUM_BANDS];
        let passage_power = self.passage_power.max(LEAST_PASSAGE_POWER);
        let fixed = self
            .weights
            .iter()
            .zip(&self.k_weights)
            .zip(&self.ranges_hz);
        let mut masker_power = self.music_power;
        for (masker, threshold) in masker_power.iter_mut().zip(&self.threshold_power) {
            *masker = masker.max(*threshold);
        }
        let [word_db, usual_db, masker_db] = [
            db_from_powers(&self.word_power),
            db_from_powers(&self.usual_power),
            db_from_powers(&masker_power),
        ];
        let voice = word_db.iter().zip(&usual_db);
        let music = self.music_power.iter().zip(&masker_db);
        for (
            ((offer, ((&weight, &k_weight), &(low_hz, high_hz))), (word_db, usual_db)),
            (&music, masker_db),
        ) in offers.iter_mut().zip(fixed).zip(voice).zip(music)
        {
            let presence =
                ((word_db - usual_db + ABSENT_BELOW_DB) / PRESENCE_FADE_DB).clamp(0.0, 1.0);
            let is_allowed = low_hz < settings.high_hz && high_hz > settings.low_hz;
            *offer = Offer {
                benefit_per_db: presence * weight / AUDIBILITY_RANGE_DB,
                weight,
                headroom_db: word_db - masker_db - LEAST_WORD_RATIO_DB,
                loudness_share: music * k_weight / passage_power,
                max_cut_db: if is_allowed { settings.max_cut_db } else { 0.0 },
            };
        }
        offers
    }
}

/// What a band's audibility is worth: half the importance of the standard for average speech, half
/// an even share of the bands that carry words; sums to 1.
fn benefit_weights() -> PerBand {
    let is_even = |hz: f32| (EVEN_WEIGHT_HZ.0..=EVEN_WEIGHT_HZ.1).contains(&hz);
    let num_even = NOMINAL_HZ.into_iter().filter(|&hz| is_even(hz)).count() as f32;
    let mut weights = importance();
    for (weight, hz) in weights.iter_mut().zip(NOMINAL_HZ) {
        let even = if is_even(hz) { 1.0 / num_even } else { 0.0 };
        *weight = 0.5 * (*weight + even);
    }
    weights
}

/// Limits the slope between neighbours by lowering the deeper one.
fn limit_slope(cut_db: &mut PerBand) {
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
}

/// Evens out the cut: each band gets half of itself and a quarter of each neighbour.
fn smooth_across_bands(cut_db: &mut PerBand) {
    let original = *cut_db;
    let left = original.iter().take(1).chain(&original);
    let right = original.iter().skip(1).chain(original.iter().last());
    for (((cut, &left), &middle), &right) in cut_db.iter_mut().zip(left).zip(&original).zip(right) {
        *cut = 0.5 * middle + 0.25 * (left + right);
    }
}
