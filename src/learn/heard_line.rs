//! A line as it was heard, and what a curve makes of it.

use std::ops::Range;

use crate::clash::meter::SiiMeter;
use crate::dsp::band_math::db_from_powers;
use crate::dsp::units::{db_from_power, power_from_db};
use crate::duck::music_loss::KPowers;
use crate::duck::terms::Terms;
use crate::learn::choices::{FIGURES_STRIDE, TARGET_ABOVE_LISTS, USUAL_S};
use crate::memory::remembered::Effect;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::situation::Situation;
use crate::ride::choices::FALL_S;
use crate::ride::curve::Curve;
use crate::settings::{MAX_CUT_DB, Settings};
use crate::snapshot::{Figures, HopLevels};

/// What is heard in one hop.
#[derive(Debug, Clone)]
pub struct Hop {
    /// Middle of the hop's window, s on the timeline.
    pub time_s: f64,
    /// Whether somebody speaks for certain.
    pub is_speech: bool,
    /// Whether a voice is heard in the music.
    pub has_music_voice: bool,
    /// What the music is made of.
    pub loudness: KPowers,
    /// The levels that the clash figures compare.
    pub levels: HopLevels,
    /// Whether a word sounds: the hold after one is none of it.
    pub is_word: bool,
}

/// The hops of a line, up to the end of the hold after its last sound.
pub struct HeardLine<'a> {
    meter: &'a SiiMeter,
    hops: &'a [Hop],
    /// Start of the first word and end of the last sound, s on the timeline.
    pub span_s: (f64, f64),
    /// The voice as it usually is, dBFS per band.
    pub usual_db: PerBand,
    /// Level of the monitors, dB SPL at -20 dBFS RMS.
    pub monitor_db_spl: f32,
    /// For whom the line is ducked.
    pub situation: Situation,
}

impl<'a> HeardLine<'a> {
    /// The line from `span_s.0` to `span_s.1` among all hops that were heard; `None` if nobody speaks in it.
    pub fn among(
        all: &'a [Hop],
        span_s: (f64, f64),
        terms: &Terms,
        meter: &'a SiiMeter,
        settings: &Settings,
    ) -> Option<Self> {
        let first = all.partition_point(|hop| hop.time_s < span_s.0);
        let last = all.partition_point(|hop| hop.time_s < span_s.1);
        let num_held = all.iter().skip(last).take_while(|hop| hop.is_speech);
        let range = first..last + num_held.count();
        let hops = all.get(range.clone())?;
        hops.iter().find(|hop| hop.is_word)?;
        Some(Self {
            meter,
            hops,
            span_s,
            usual_db: usual_db(all, range),
            monitor_db_spl: settings.monitor_db_spl,
            situation: terms.situation(settings),
        })
    }

    /// The hops in which somebody speaks.
    pub fn spoken(&self) -> impl Iterator<Item = &'a Hop> {
        self.hops.iter().filter(|hop| hop.is_speech)
    }

    /// Mean K-weighted power of the music while somebody speaks.
    pub fn loudness_power(&self) -> f32 {
        let powers = self.spoken().map(|hop| hop.loudness.total_power());
        powers.sum::<f32>() / self.spoken().count().max(1) as f32
    }

    /// Mean audibility of the words under a curve, 0 to 1: that of the lists, on the scale of Target.
    pub fn audibility(&self, curve: &Curve) -> f32 {
        let listed = self.figures(curve, 1.0).audibility;
        (listed + TARGET_ABOVE_LISTS).min(1.0)
    }

    /// Loudness that the music loses under a curve while somebody speaks, LU.
    pub fn loss_lu(&self, curve: &Curve) -> f32 {
        self.loss_of_share_lu(curve, 1.0)
    }

    /// What a share of a curve takes and brings.
    pub fn effect(&self, curve: &Curve, share: f32) -> Effect {
        Effect {
            loss_lu: self.loss_of_share_lu(curve, share),
            figures: self.figures(curve, share),
        }
    }

    fn figures(&self, curve: &Curve, share: f32) -> Figures {
        let mut figures = Figures::default();
        let mut num = 0.0;
        for hop in self.spoken().step_by(FIGURES_STRIDE) {
            let levels = self.levels_under(hop, &self.cut_db_at(curve, share, hop.time_s));
            figures += self.meter.read_in(
                &self.situation,
                &levels,
                self.monitor_db_spl,
                hop.has_music_voice,
            );
            num += 1.0;
        }
        figures / f32::max(num, 1.0)
    }

    fn loss_of_share_lu(&self, curve: &Curve, share: f32) -> f32 {
        let (mut before, mut after) = (0.0, 0.0);
        for hop in self.spoken() {
            before += hop.loudness.total_power();
            after += hop
                .loudness
                .power_under(&self.cut_db_at(curve, share, hop.time_s));
        }
        db_from_power(before) - db_from_power(after)
    }

    /// The cut as it is played, in the fall after the last sound as well.
    fn cut_db_at(&self, curve: &Curve, share: f32, time_s: f64) -> PerBand {
        let fall = 1.0 - ((time_s - self.span_s.1) / FALL_S).clamp(0.0, 1.0) as f32;
        let cut_db = curve.cut_db_at(time_s);
        cut_db.map(|cut_db| fall * (share * cut_db).min(MAX_CUT_DB.range.max))
    }

    fn levels_under(&self, hop: &Hop, cut_db: &PerBand) -> HopLevels {
        let mut levels = hop.levels;
        for (power, cut_db) in levels.music_power.iter_mut().zip(cut_db) {
            *power *= power_from_db(-cut_db);
        }
        levels
    }
}

/// Mean level of the voice, from the speech before a line and its own: so it is the same however much was heard
/// after it.
fn usual_db(all: &[Hop], range: Range<usize>) -> PerBand {
    let start_s = all.get(range.start).map_or(0.0, |hop| hop.time_s);
    let first = all.partition_point(|hop| hop.time_s < start_s - USUAL_S);
    let mut usual_power = [0.0; NUM_BANDS];
    let mut num = 0.0;
    let near = all.get(first..range.end).unwrap_or_default();
    for hop in near.iter().filter(|hop| hop.is_speech) {
        for (sum, power) in usual_power.iter_mut().zip(&hop.levels.dialogue_power) {
            *sum += power;
        }
        num += 1.0;
    }
    db_from_powers(&usual_power.map(|sum| sum / f32::max(num, 1.0)))
}
