//! The duck's policy: which cut buys the most audibility for the least music.
//!
//! For a price `p` of music, the cut `r` of a band (dB, 0 to the limit) is the one that maximises
//!
//! ```text
//! w * clip(headroom + r, 0, 30)  -  p * share * (1 - 10^(-r/10))  -  d * r^2  -  e * (r - around)^2
//! ```
//!
//! where `w` is the band's weight per dB, `headroom` how far the word stands above the lowest
//! ratio to the music at which it helps, `share` the band's part of the passage's K-weighted
//! loudness, `d` the price on depth and `e` that on a cut which stands out of those `around` it.
//! The first term is a ramp, so the worst-masked band is not the first to be cut: its first
//! decibels buy nothing. On each of its three straight pieces the derivative
//! `w - p * share * b * e^(-b r) - 2 d r - 2 e (r - around)` is concave in `r`: its greater root is
//! the only inner maximum (`duck/offer.rs`).
//!
//! The price is one for all bands and, nearly, for all moments: a decibel must buy as much here as
//! there, now as later. So it moves slowly, until the words are as audible as wanted ([`Steer::Target`])
//! or the music has lost what it may ([`Steer::Amount`]). Bringing each moment to the target by
//! itself would buy the hopeless ones at any price.

use crate::dsp::band_math::db_from_powers;
use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::dsp::units::power_from_db;
use crate::duck::choices::{
    ABSENT_BELOW_DB, EVEN_WEIGHT_HZ, LEAST_WORD_RATIO_DB, LINE_SMOOTHING_MS, LOSS_MEMORY_MS,
    MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, PASSAGE_LOUDNESS_MS, PASSAGE_ONSET_MS, UNCUT_SMOOTHING_MS,
    USUAL_LEVEL_MS,
};
use crate::duck::curve_shape::{Shape, limit_slope, near, smooth_across_bands, weighted_mean};
use crate::duck::music_loss::{Account, KPowers, LEAST_PASSAGE_POWER};
use crate::duck::offer::{Offer, Prices};
use crate::psycho::audibility::{AUDIBILITY_RANGE_DB, importance, threshold_power};
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand, centre_hz, edges_hz};
use crate::psycho::k_weighting;
use crate::settings::{MONITOR_DB_SPL, Settings, Steer};

/// Prices between which the loop moves, as natural logarithms: with Target the lowest leaves a line
/// that can't be saved some music; with Amount it reaches every loss that can be had.
const LOG_PRICE_OF_TARGET: (f32, f32) = (-4.3, 2.0);
const LOG_PRICE_OF_AMOUNT: (f32, f32) = (-6.0, 6.0);

/// The price that is right as a rule, from which the loop corrects: at the target, and per unit of
/// audibility that the uncut words exceed it by.
const USUAL_LOG_PRICE: f32 = 0.3;
const LOG_PRICE_PER_AUDIBILITY: f32 = 8.0;

/// Greatest correction either way.
const MAX_CORRECTION: f32 = 2.0;

/// Speed of the price: nepers per second and unit of missing audibility.
const PRICE_SPEED_PER_S: f32 = 6.0;

/// Nepers by which the price falls per missing LU, at once and per second: what came short is noticed
/// late, so the first keeps the second from swinging.
const PRICE_PER_LU: f32 = 0.4;
const PRICE_SPEED_PER_LU_S: f32 = 0.6;

/// Price of a new pass with Amount: for no loss at all, and its fall per LU.
const FIRST_LOG_PRICE: f32 = 1.2;
const FIRST_LOG_PRICE_PER_LU: f32 = -1.2;

/// Audibility of the line before the first word: half.
const FIRST_AUDIBILITY: f32 = 0.5;

/// Silence after which a new line begins, s.
const NEW_LINE_S: f32 = 0.3;

/// Length that the line before has in the judgement of a new one, s: a sound or two.
const FORMER_LINE_S: f32 = 0.1;

/// Audibility by which the uncut words may exceed the target before nothing at all is cut.
const CLEAR_BEYOND_TARGET: f32 = 0.1;

/// Width over which a band fades from absent to present, dB.
const PRESENCE_FADE_DB: f32 = 6.0;

/// A passage counts at least as this share of its last moments.
const ONSET_SHARE: f32 = 0.5;

/// The policy with what it remembers: levels, the voice's usual ones, the passage's loudness, the
/// last curve, what the music has lost, and its price.
pub struct DuckPolicy {
    hop_s: f32,
    weights: PerBand,
    k_weights: PerBand,
    ranges_hz: [(f32, f32); NUM_BANDS],
    threshold_power: PerBand,
    word_power: PerBand,
    music: AttackRelease,
    music_power: PerBand,
    usual_coefficient: f32,
    usual_power: PerBand,
    passage_coefficient: f32,
    onset_coefficient: f32,
    /// KPowers power of the last moments: of a passage that has just begun.
    onset_power: f32,
    passage_power: f32,
    loudness: KPowers,
    account_coefficient: f32,
    account: Account,
    /// Weights of all bands in what lies near each.
    near: [PerBand; NUM_BANDS],
    last_cut_db: PerBand,
    uncut_coefficient: f32,
    /// Audibility of the words without any cut, smoothed.
    uncut_audibility: f32,
    line_coefficient: f32,
    /// The same over the words of the line.
    line_audibility: f32,
    /// Hops of speech in the line, and hops since somebody spoke.
    hops_in_line: u32,
    hops_since_speech: u32,
    /// What the loop adds to the price by rule, with Target.
    correction: f32,
    /// The same with Amount.
    amount_correction: f32,
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
            word_power: [0.0; NUM_BANDS],
            music: AttackRelease::new(MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, hop_rate_hz),
            music_power: [0.0; NUM_BANDS],
            usual_coefficient: coefficient(USUAL_LEVEL_MS),
            usual_power: [0.0; NUM_BANDS],
            passage_coefficient: coefficient(PASSAGE_LOUDNESS_MS),
            onset_coefficient: coefficient(PASSAGE_ONSET_MS),
            onset_power: 0.0,
            passage_power: 0.0,
            loudness: KPowers::SILENT,
            account_coefficient: coefficient(LOSS_MEMORY_MS),
            account: Account::default(),
            near: near(),
            last_cut_db: [0.0; NUM_BANDS],
            uncut_coefficient: coefficient(UNCUT_SMOOTHING_MS),
            uncut_audibility: 0.0,
            line_coefficient: coefficient(LINE_SMOOTHING_MS),
            line_audibility: FIRST_AUDIBILITY,
            hops_in_line: 0,
            hops_since_speech: 0,
            correction: 0.0,
            amount_correction: 0.0,
        }
    }

    /// Forgets voice, passage and price.
    pub fn reset(&mut self) {
        self.word_power = [0.0; NUM_BANDS];
        self.music_power = [0.0; NUM_BANDS];
        self.usual_power = [0.0; NUM_BANDS];
        self.passage_power = 0.0;
        self.onset_power = 0.0;
        self.loudness = KPowers::SILENT;
        self.account = Account::default();
        self.last_cut_db = [0.0; NUM_BANDS];
        self.uncut_audibility = 0.0;
        self.line_audibility = FIRST_AUDIBILITY;
        self.hops_in_line = 0;
        self.hops_since_speech = 0;
        self.correction = 0.0;
        self.amount_correction = 0.0;
    }

    /// Takes a hop: mean squares per band of a word of the dialogue as
    /// [`ClashFollower`](crate::clash::follower::ClashFollower) follows it and of the music (full scale
    /// = 1), and the K-weighted mean square of the music outside the bands.
    pub fn hear(&mut self, word_power: &PerBand, music: &PerBand, music_outside_power: f32) {
        self.word_power = *word_power;
        for (state, &power) in self.music_power.iter_mut().zip(music) {
            self.music.follow(state, power);
        }
        self.loudness = KPowers::new(music, &self.k_weights, music_outside_power);
        let total = self.loudness.total_power();
        if self.passage_power == 0.0 {
            self.passage_power = total;
        }
        self.passage_power += self.passage_coefficient * (total - self.passage_power);
        self.onset_power += self.onset_coefficient * (total - self.onset_power);
        self.hops_since_speech = self.hops_since_speech.saturating_add(1);
    }

    /// KPowers that the music of the last hop loses through `cut_db`, LU.
    pub fn loss_lu(&self, cut_db: &PerBand) -> f32 {
        self.loudness.loss_lu(cut_db)
    }

    /// Takes note of the cut that was made while somebody speaks: what [`Steer::Amount`] steers by.
    pub fn note(&mut self, cut_db: &PerBand) {
        self.account.enter(
            self.loudness.total_power(),
            self.loudness.power_under(cut_db),
            self.account_coefficient,
        );
    }

    /// The cut that the words of this hop want, dB per band, 0 to the maximum cut. To be asked
    /// while somebody speaks: the price moves on with each call.
    pub fn wanted_cut_db(&mut self, settings: &Settings) -> PerBand {
        self.learn_voice();
        let shape = Shape::of(settings);
        let offers = self.offers(settings, &shape);
        let audibility_under = |cut_db: &PerBand| -> f32 {
            let bands = offers.iter().zip(cut_db);
            bands.map(|(offer, &cut_db)| offer.audibility(cut_db)).sum()
        };
        let uncut = audibility_under(&[0.0; NUM_BANDS]);
        self.uncut_audibility += self.uncut_coefficient * (uncut - self.uncut_audibility);
        self.hear_line(uncut);
        let log_price = match settings.steer {
            Steer::Target => self.log_price_of_target(settings.target),
            Steer::Amount => self.log_price_of_amount(settings.amount_lu),
        };
        let need = match settings.steer {
            Steer::Target => {
                let beyond_target = self.uncut_audibility - settings.target;
                (1.0 - beyond_target / CLEAR_BEYOND_TARGET).clamp(0.0, 1.0)
            }
            Steer::Amount => 1.0,
        };
        if need == 0.0 {
            self.last_cut_db = [0.0; NUM_BANDS];
            return [0.0; NUM_BANDS];
        }
        let prices = Prices {
            loudness: log_price.exp() / need,
            ..shape.prices
        };
        let mut cut_db = offers.map(|offer| offer.best_cut_db(&prices));
        self.last_cut_db = cut_db;
        limit_slope(&mut cut_db);
        match settings.steer {
            Steer::Target => {
                let missing = settings.target - audibility_under(&cut_db);
                let (low, high) = LOG_PRICE_OF_TARGET;
                // What can't be had isn't saved up for.
                if (missing < 0.0 || log_price > low) && (missing > 0.0 || log_price < high) {
                    let step = PRICE_SPEED_PER_S * missing * self.hop_s;
                    self.correction =
                        (self.correction - step).clamp(-MAX_CORRECTION, MAX_CORRECTION);
                }
            }
            Steer::Amount => {
                let missing_lu = settings.amount_lu - self.account.loss_lu();
                let (low, high) = LOG_PRICE_OF_AMOUNT;
                if (missing_lu < 0.0 || log_price > low) && (missing_lu > 0.0 || log_price < high) {
                    self.amount_correction -= PRICE_SPEED_PER_LU_S * missing_lu * self.hop_s;
                }
            }
        }
        smooth_across_bands(&mut cut_db);
        for (cut_db, offer) in cut_db.iter_mut().zip(&offers) {
            *cut_db = cut_db.min(offer.max_cut_db);
        }
        cut_db
    }

    /// The price by rule, from how clear the line is, and what the loop has found to be wrong with it.
    fn log_price_of_target(&self, target: f32) -> f32 {
        let (low, high) = LOG_PRICE_OF_TARGET;
        let by_rule = USUAL_LOG_PRICE + LOG_PRICE_PER_AUDIBILITY * (self.line_audibility - target);
        (by_rule + self.correction).clamp(low, high)
    }

    fn log_price_of_amount(&self, amount_lu: f32) -> f32 {
        let (low, high) = LOG_PRICE_OF_AMOUNT;
        let by_rule = FIRST_LOG_PRICE + FIRST_LOG_PRICE_PER_LU * amount_lu;
        let missing_lu = amount_lu - self.account.loss_lu();
        (by_rule + self.amount_correction - PRICE_PER_LU * missing_lu).clamp(low, high)
    }

    /// A line is judged by its own words from its first on, not by the line before.
    fn hear_line(&mut self, uncut: f32) {
        if self.hops_since_speech as f32 * self.hop_s > NEW_LINE_S {
            self.hops_in_line = (FORMER_LINE_S / self.hop_s) as u32;
        }
        self.hops_since_speech = 0;
        self.hops_in_line = self.hops_in_line.saturating_add(1);
        let coefficient = self.line_coefficient.max(1.0 / self.hops_in_line as f32);
        self.line_audibility += coefficient * (uncut - self.line_audibility);
    }

    fn learn_voice(&mut self) {
        for (usual, &power) in self.usual_power.iter_mut().zip(&self.word_power) {
            *usual += self.usual_coefficient * (power - *usual);
        }
    }

    fn offers(&self, settings: &Settings, shape: &Shape) -> [Offer; NUM_BANDS] {
        let mut offers = [Offer::default(); NUM_BANDS];
        let passage_power = self
            .passage_power
            .max(ONSET_SHARE * self.onset_power)
            .max(LEAST_PASSAGE_POWER);
        // What a cut takes counts against what the others leave: so a cut of all bands costs the
        // same in each of its decibels.
        let left = self.loudness.share_left(&self.last_cut_db);
        let mean_db = self.last_cut_db.iter().sum::<f32>() / NUM_BANDS as f32;
        let fixed = self
            .weights
            .iter()
            .zip(&self.k_weights)
            .zip(&self.ranges_hz);
        let mut masker_power = self.music_power;
        let quieter = power_from_db(MONITOR_DB_SPL.range.default - settings.monitor_db_spl);
        for (masker, threshold) in masker_power.iter_mut().zip(&self.threshold_power) {
            *masker = masker.max(quieter * threshold);
        }
        let [word_db, usual_db, masker_db] = [
            db_from_powers(&self.word_power),
            db_from_powers(&self.usual_power),
            db_from_powers(&masker_power),
        ];
        let voice = word_db.iter().zip(&usual_db);
        let music = self.music_power.iter().zip(&masker_db);
        for (
            (((offer, ((&weight, &k_weight), &(low_hz, high_hz))), (word_db, usual_db)), near),
            (&music, masker_db),
        ) in offers
            .iter_mut()
            .zip(fixed)
            .zip(voice)
            .zip(&self.near)
            .zip(music)
        {
            let presence =
                ((word_db - usual_db + ABSENT_BELOW_DB) / PRESENCE_FADE_DB).clamp(0.0, 1.0);
            let is_allowed = low_hz < settings.high_hz && high_hz > settings.low_hz;
            *offer = Offer {
                benefit_per_db: presence * weight / AUDIBILITY_RANGE_DB,
                weight,
                headroom_db: word_db - masker_db - LEAST_WORD_RATIO_DB,
                loudness_share: music * k_weight / (left * passage_power),
                // What lies below the words, or above, has no part in it.
                around_db: if weight > 0.0 {
                    shape.around_db(weighted_mean(near, &self.last_cut_db), mean_db)
                } else {
                    0.0
                },
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
