//! Finds what a line takes: the one price at which its words, over the whole line, are as audible as wanted.

use crate::clash::meter::SiiMeter;
use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::dsp::units::power_from_db;
use crate::duck::terms::Terms;
use crate::learn::choices::USUAL_S;
use crate::learn::heard_line::{HeardLine, Hop};
use crate::learn::price_search::needed_curve;
use crate::memory::remembered::{RideLine, SCALES};
use crate::ride::curve::Curve;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// Hears a reel, hop by hop.
#[derive(Default)]
pub struct Listener {
    terms: Terms,
    meter: SiiMeter,
    hops: Vec<Hop>,
}

impl Listener {
    /// Hears the next hop, in which it is decided whether somebody speaks.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let music_power = snapshot.music_band_dbfs.map(power_from_db);
        self.hops.push(Hop {
            time_s: snapshot.end_s() - 0.5 * WINDOW_S,
            is_speech: snapshot.is_speech,
            has_music_voice: snapshot.is_music_voice,
            loudness: self
                .terms
                .loudness(&music_power, snapshot.music_outside_k_power),
            levels: snapshot.levels,
            is_word: snapshot.is_speech && snapshot.held_hops == 0,
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
