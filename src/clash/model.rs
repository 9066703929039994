//! The clash model: what the music costs the words, band by band, hop by hop.

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use crate::dsp::smoothing::AttackRelease;
use crate::dsp::units::db_from_power;
use crate::psycho::audibility::{audibility, importance, spl_of_full_scale_db, threshold_power};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::choices::{
    FAST_ATTACK_MS, FAST_RELEASE_MS, HIDDEN_BELOW_DB, MONITOR_DB_SPL, MUSIC_RELEASE_MS,
    WORD_RELEASE_MS,
};
use crate::psycho::masking::spread;

/// Audibility below which nothing can be lost, so that the clash figure stays finite.
const LEAST_AUDIBILITY: f32 = 1e-3;

/// What a hop tells about dialogue and music. Powers are mean squares per band, full scale = 1.
#[derive(Debug, Clone, Copy)]
pub struct Clash {
    /// Overall clash, 0 to 100 %; 0 while nobody speaks.
    pub percent: f32,
    /// Audibility of the dialogue under the music, 0 to 1.
    pub audibility: f32,
    /// Audibility without the music, 0 to 1.
    pub audibility_without_music: f32,
    /// How far the masking stands above the word's level, dB; 0 where it doesn't, and in bands
    /// that carry no words.
    pub excess_band_db: PerBand,
    /// Masking by the music per band, the spread from lower bands included.
    pub masking_band_power: PerBand,
    /// Level of the word at hand per band.
    pub word_band_power: PerBand,
    /// Masking at the pace at which the duck looks at it.
    pub slow_masking_band_power: PerBand,
}

/// Follows the levels on both sides and compares them.
pub struct ClashModel {
    fast: AttackRelease,
    word: AttackRelease,
    slow_music: AttackRelease,
    dialogue_power: PerBand,
    word_power: PerBand,
    music_power: PerBand,
    slow_music_power: PerBand,
    importance: PerBand,
    threshold_power: PerBand,
}

impl ClashModel {
    /// A model that is updated `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        let follower = |release_ms| AttackRelease::new(FAST_ATTACK_MS, release_ms, hop_rate_hz);
        Self {
            fast: follower(FAST_RELEASE_MS),
            word: follower(WORD_RELEASE_MS),
            slow_music: follower(MUSIC_RELEASE_MS),
            dialogue_power: [0.0; NUM_BANDS],
            word_power: [0.0; NUM_BANDS],
            music_power: [0.0; NUM_BANDS],
            slow_music_power: [0.0; NUM_BANDS],
            importance: importance(),
            threshold_power: threshold_power(),
        }
    }

    /// Forgets all levels.
    pub fn reset(&mut self) {
        self.dialogue_power = [0.0; NUM_BANDS];
        self.word_power = [0.0; NUM_BANDS];
        self.music_power = [0.0; NUM_BANDS];
        self.slow_music_power = [0.0; NUM_BANDS];
    }

    /// Takes the band powers of a hop and compares them.
    pub fn update(&mut self, dialogue: &PerBand, music: &PerBand, is_speech: bool) -> Clash {
        let follow = |follower: AttackRelease, states: &mut PerBand, inputs: &PerBand| {
            for (state, &input) in states.iter_mut().zip(inputs) {
                follower.follow(state, input);
            }
        };
        follow(self.fast, &mut self.dialogue_power, dialogue);
        follow(self.word, &mut self.word_power, dialogue);
        follow(self.fast, &mut self.music_power, music);
        follow(self.slow_music, &mut self.slow_music_power, music);

        let full_scale_db_spl = spl_of_full_scale_db(MONITOR_DB_SPL);
        let masking = spread(&self.music_power, full_scale_db_spl);
        let with_threshold = |masking: &PerBand| -> PerBand {
            let mut louder = self.threshold_power;
            for (louder, &masking) in louder.iter_mut().zip(masking) {
                *louder = louder.max(masking);
            }
            louder
        };
        let audible =
            |masking: &PerBand| audibility(&self.dialogue_power, masking, &self.importance);
        let with_music = audible(&with_threshold(&masking));
        let without_music = audible(&self.threshold_power);

        let mut excess_band_db = [0.0; NUM_BANDS];
        let mut percent = 0.0;
        if is_speech {
            let levels = self.word_power.iter().zip(&masking);
            for ((excess_db, (&word, &masking)), &importance) in
                excess_band_db.iter_mut().zip(levels).zip(&self.importance)
            {
                if importance > 0.0 {
                    *excess_db =
                        (db_from_power(masking) - db_from_power(word) + HIDDEN_BELOW_DB).max(0.0);
                }
            }
            if without_music > LEAST_AUDIBILITY {
                percent = 100.0 * (1.0 - with_music / without_music).clamp(0.0, 1.0);
            }
        }
        Clash {
            percent,
            audibility: with_music,
            audibility_without_music: without_music,
            excess_band_db,
            masking_band_power: masking,
            word_band_power: self.word_power,
            slow_masking_band_power: with_threshold(&spread(
                &self.slow_music_power,
                full_scale_db_spl,
            )),
        }
    }
}
