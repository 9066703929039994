//! What every band offers to the search for a cut: from levels of the moment, whoever followed them.

use crate::dsp::band_math::db_from_powers;
use crate::dsp::units::power_from_db;
use crate::duck::choices::{
    ABSENT_BELOW_DB, EVEN_WEIGHT_HZ, LEAST_WORD_RATIO_DB, PRESENCE_FADE_DB,
};
use crate::duck::curve_shape::{Shape, near, weighted_mean};
use crate::duck::music_loss::KPowers;
use crate::duck::offer::Offer;
use crate::psycho::audibility::{AUDIBILITY_RANGE_DB, importance, threshold_power};
use crate::psycho::audiences::Situations;
use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand, centre_hz, edges_hz};
use crate::psycho::k_weighting;
use crate::psycho::situation::Situation;
use crate::settings::{MONITOR_DB_SPL, Settings};

/// What is the same for every moment.
pub struct Terms {
    weights: PerBand,
    k_weights: PerBand,
    ranges_hz: [(f32, f32); NUM_BANDS],
    threshold_power: PerBand,
    /// Weights of all bands in what lies near each.
    near: [PerBand; NUM_BANDS],
    situations: Situations,
}

/// Levels of a moment: mean squares per band, full scale = 1.
pub struct Heard<'a> {
    /// Of a word of the dialogue.
    pub word_power: &'a PerBand,
    /// What the voice usually has.
    pub usual_power: &'a PerBand,
    /// Of the music.
    pub music_power: &'a PerBand,
    /// K-weighted powers of the music.
    pub loudness: &'a KPowers,
    /// K-weighted mean square of the passage of music.
    pub passage_power: f32,
}

impl Default for Terms {
    /// As the standard and `duck/choices.rs` have them.
    fn default() -> Self {
        Self {
            weights: benefit_weights(),
            k_weights: std::array::from_fn(|band_idx| {
                k_weighting::power_gain(centre_hz(band_idx)) as f32
            }),
            ranges_hz: std::array::from_fn(|band_idx| {
                let (low_hz, high_hz) = edges_hz(band_idx);
                (low_hz as f32, high_hz as f32)
            }),
            threshold_power: threshold_power(),
            near: near(),
            situations: Situations::new(),
        }
    }
}

impl Terms {
    /// K-weighted powers of music, from its mean squares per band and the K-weighted one outside the bands.
    pub fn loudness(&self, music: &PerBand, outside_power: f32) -> KPowers {
        KPowers::new(music, &self.k_weights, outside_power)
    }

    /// What the bands' audibility is worth; 0 where no words are. Sums to 1.
    pub fn weights(&self) -> &PerBand {
        &self.weights
    }

    /// In which bands the settings allow a cut.
    pub fn may_cut(&self, settings: &Settings) -> [bool; NUM_BANDS] {
        self.ranges_hz
            .map(|(low_hz, high_hz)| low_hz < settings.high_hz && high_hz > settings.low_hz)
    }

    /// What hides words in each band: the music, or the threshold of hearing with monitors at `monitor_db_spl`.
    pub fn masker_power(&self, music_power: &PerBand, monitor_db_spl: f32) -> PerBand {
        let mut masker_power = *music_power;
        let quieter = power_from_db(MONITOR_DB_SPL.range.default - monitor_db_spl);
        for (masker, threshold) in masker_power.iter_mut().zip(&self.threshold_power) {
            *masker = masker.max(quieter * threshold);
        }
        masker_power
    }

    /// Who listens, and where, with these settings.
    pub fn situation(&self, settings: &Settings) -> Situation {
        self.situations
            .of(settings.audience, settings.monitor_db_spl)
    }

    /// What hides words in each band in `situation`: the music with the noise of the place, or what isn't heard anyway.
    pub fn masker_power_in(&self, situation: &Situation, music_power: &PerBand) -> PerBand {
        if situation.is_reference() {
            return self.masker_power(music_power, situation.monitor_db_spl);
        }
        let mut masker_power = situation.with_room(music_power);
        for (masker, floor) in masker_power.iter_mut().zip(situation.floor_power()) {
            *masker = masker.max(*floor);
        }
        masker_power
    }

    /// What the bands offer, under a curve that is `last_cut_db` so far.
    pub fn offers(
        &self,
        heard: &Heard,
        last_cut_db: &PerBand,
        settings: &Settings,
        shape: &Shape,
    ) -> [Offer; NUM_BANDS] {
        let mut offers = [Offer::default(); NUM_BANDS];
        let passage_power = heard.passage_power;
        // What a cut takes counts against what the others leave: so a cut of all bands costs the
        // same in each of its decibels.
        let left = heard.loudness.share_left(last_cut_db);
        let mean_db = last_cut_db.iter().sum::<f32>() / NUM_BANDS as f32;
        let fixed = self
            .weights
            .iter()
            .zip(&self.k_weights)
            .zip(self.may_cut(settings));
        let situation = self.situation(settings);
        let masker_power = self.masker_power_in(&situation, heard.music_power);
        let useful_db = useful_cut_db(&situation, heard.music_power);
        let [word_db, usual_db, masker_db] = [
            db_from_powers(heard.word_power),
            db_from_powers(heard.usual_power),
            db_from_powers(&masker_power),
        ];
        let voice = word_db.iter().zip(&usual_db);
        let music = heard.music_power.iter().zip(&masker_db).zip(&useful_db);
        for (
            (((offer, ((&weight, &k_weight), is_allowed)), (word_db, usual_db)), near),
            ((&music, masker_db), &useful_db),
        ) in offers
            .iter_mut()
            .zip(fixed)
            .zip(voice)
            .zip(&self.near)
            .zip(music)
        {
            let presence =
                ((word_db - usual_db + ABSENT_BELOW_DB) / PRESENCE_FADE_DB).clamp(0.0, 1.0);
            *offer = Offer {
                benefit_per_db: presence * weight / AUDIBILITY_RANGE_DB,
                weight,
                headroom_db: word_db - masker_db - LEAST_WORD_RATIO_DB,
                loudness_share: music * k_weight / (left * passage_power),
                // What lies below the words, or above, has no part in it.
                around_db: if weight > 0.0 {
                    shape.around_db(weighted_mean(near, last_cut_db), mean_db)
                } else {
                    0.0
                },
                max_cut_db: if is_allowed {
                    settings.max_cut_db.min(useful_db)
                } else {
                    0.0
                },
            };
        }
        offers
    }
}

/// How far a cut of the music in each band helps somebody in `situation`, dB: down to where the noise of the place or the
/// threshold of hearing hides as much. The reference listener hears in silence, where the limits of the settings are
/// enough.
pub fn useful_cut_db(situation: &Situation, music_power: &PerBand) -> PerBand {
    if situation.is_reference() {
        return [f32::MAX; NUM_BANDS];
    }
    let mut floor_power = *situation.floor_power();
    for (floor, room) in floor_power.iter_mut().zip(situation.room_power()) {
        *floor = floor.max(*room);
    }
    let floor_db = db_from_powers(&floor_power);
    let mut useful_db = db_from_powers(music_power);
    for (useful_db, floor_db) in useful_db.iter_mut().zip(&floor_db) {
        *useful_db = (*useful_db - floor_db).max(0.0);
    }
    useful_db
}

/// Audibility of the words under a cut, weighted over the bands.
pub fn audibility_under(cut_db: &PerBand, offers: &[Offer; NUM_BANDS]) -> f32 {
    let bands = offers.iter().zip(cut_db);
    bands.map(|(offer, &cut_db)| offer.audibility(cut_db)).sum()
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
