//! Finds what a line takes: the one price at which its words, over the whole line, are as audible as wanted.

use crate::clash::choices::{FAST_ATTACK_MS, WORD_RELEASE_MS};
use crate::clash::meter::SiiMeter;
use crate::dsp::band_math::db_from_powers;
use crate::dsp::smoothing::AttackRelease;
use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::dsp::units::power_from_db;
use crate::duck::choices::{LEAST_WORD_RATIO_DB, MUSIC_ATTACK_MS, MUSIC_RELEASE_MS};
use crate::duck::terms::Terms;
use crate::learn::choices::USUAL_S;
use crate::learn::heard_line::{HeardLine, Hop};
use crate::learn::price_search::needed_curve;
use crate::memory::remembered::{RideLine, SCALES};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::ride::curve::Curve;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// Hears a reel, hop by hop.
#[derive(Default)]
pub struct Listener {
    terms: Terms,
    meter: SiiMeter,
    followers: Option<Followers>,
    hops: Vec<Hop>,
}

/// Word and music as the live duck follows them.
struct Followers {
    word: AttackRelease,
    word_power: PerBand,
    music: AttackRelease,
    music_power: PerBand,
}

impl Followers {
    fn new(hop_rate_hz: f64) -> Self {
        Self {
            word: AttackRelease::new(FAST_ATTACK_MS, WORD_RELEASE_MS, hop_rate_hz),
            word_power: [0.0; NUM_BANDS],
            music: AttackRelease::new(MUSIC_ATTACK_MS, MUSIC_RELEASE_MS, hop_rate_hz),
            music_power: [0.0; NUM_BANDS],
        }
    }

    fn follow(&mut self, dialogue_power: &PerBand, music_power: &PerBand) {
        for (state, power) in self.word_power.iter_mut().zip(dialogue_power) {
            self.word.follow(state, *power);
        }
        for (state, power) in self.music_power.iter_mut().zip(music_power) {
            self.music.follow(state, *power);
        }
    }
}

impl Listener {
    /// Hears the next hop, in which it is decided whether somebody speaks.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let music_power = snapshot.music_band_dbfs.map(power_from_db);
        let followers = self
            .followers
            .get_or_insert_with(|| Followers::new(snapshot.hop_rate_hz()));
        followers.follow(
            &snapshot.dialogue_band_dbfs.map(power_from_db),
            &music_power,
        );
        let masker_power = self.terms.masker_power_for(
            snapshot.audience,
            snapshot.monitor_db_spl,
            &followers.music_power,
        );
        let word_db = db_from_powers(&followers.word_power);
        let masker_db = db_from_powers(&masker_power);
        self.hops.push(Hop {
            time_s: snapshot.end_s() - 0.5 * WINDOW_S,
            is_speech: snapshot.is_speech,
            has_music_voice: snapshot.is_music_voice,
            loudness: self
                .terms
                .loudness(&music_power, snapshot.music_outside_k_power),
            levels: snapshot.levels,
            is_word: snapshot.is_speech && snapshot.held_hops == 0,
            headroom_db: std::array::from_fn(|idx| {
                word_db[idx] - masker_db[idx] - LEAST_WORD_RATIO_DB
            }),
        });
    }

    /// Forgets what lies so far before a time of the timeline, s, that no later line needs it.
    pub fn forget_before(&mut self, time_s: f64) {
        let num = self
            .hops
            .partition_point(|hop| hop.time_s < time_s - USUAL_S);
        self.hops.drain(..num);
    }

    /// What a line takes that was spoken from `start_s` to `end_s` on the timeline, as far as it was heard;
    /// `None` if nothing of it was.
    pub fn solve(&self, start_s: f64, end_s: f64, settings: &Settings) -> Option<RideLine> {
        let span_s = (start_s, end_s);
        let line = HeardLine::among(&self.hops, span_s, &self.terms, &self.meter, settings)?;
        let (curve, learned_scale) = needed_curve(&line, &self.terms, settings);
        let audibility = match learned_scale > 0.0 {
            true => line.audibility(&curve),
            false => line.audibility(&Curve::default()),
        };
        let effects = SCALES.map(|scale| line.effect(&curve, scale));
        Some(RideLine {
            start_s,
            end_s,
            curve,
            learned_scale,
            audibility,
            effects,
            ..RideLine::default()
        })
    }
}
