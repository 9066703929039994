//! The host's lane as what decides how much is taken ([`Automation::Read`](crate::settings::Automation)).
//!
//! What is cut without a lane is found as ever, and moved until the music loses what the lane says. So a lane
//! that was written plays back as what was heard, to the band, and one drawn by hand ducks where nobody speaks
//! or takes less than the duck would. Between the two decides how far the lane is from the ride that would be
//! written now: close to it, its own fast part (which no lane holds) is put back.

use crate::dsp::smoothing::{AttackRelease, one_pole_coefficient};
use crate::duck::choices::{MAX_SLEW_DB_PER_S, RIDE_FAR_LU, RIDE_SAME_LU};
use crate::duck::policy::DuckPolicy;
use crate::duck::ride_measure::RideMeasure;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::settings::{Automation, Mode, Settings};

/// Smoothing of what the lane says, ms: a step in it shall be no click.
const LANE_SMOOTHING_MS: f64 = 10.0;

/// Smoothing of how far the lane is from what would be written while it gets further, ms: a lane of few points is off
/// for a moment where the ride bends, and a large difference is noticed at once all the same.
const FAR_ATTACK_MS: f64 = 200.0;

/// Smoothing of how far it is while it gets nearer, ms: a lane that was drawn by hand crosses the ride now and then.
const FAR_RELEASE_MS: f64 = 1000.0;

/// A lane that says less than the first takes nothing; a ride of more than the second is certainly another, LU.
const NOTHING_LU: f32 = 0.15;
const SOMETHING_LU: f32 = 0.3;

/// Smoothing of how the curve is moved, ms: the bands' offers change with every sound.
const MOVE_SMOOTHING_MS: f64 = 40.0;

/// Losses that differ by less are the same, LU.
const SAME_LOSS_LU: f32 = 0.005;

/// Moves the cut to the loss that a lane says.
pub struct LaneReader {
    lane_coefficient: f32,
    far: AttackRelease,
    move_coefficient: f32,
    most_db: f32,
    /// What the lane says more than would be written, smoothed, LU.
    lane_lu: f32,
    written_lu: f32,
    /// How far they are apart of late, LU.
    far_lu: f32,
    /// How the curve is moved, dB per band.
    moved_db: PerBand,
    /// Depths at which the curves were found last.
    depths: [f32; 2],
    /// The cut of the last hop without a lane and with it, dB per band.
    base_db: PerBand,
    cut_db: PerBand,
}

/// What is known of a hop.
pub struct LaneHop<'a> {
    /// The cut without a lane, dB per band.
    pub base_db: &'a PerBand,
    /// Loudness that it takes from the music of the last moments, LU.
    pub base_lu: f32,
    /// Whether somebody speaks, and a sound of it is heard now.
    pub is_voiced: bool,
    /// Whether a cut may begin.
    pub may_begin: bool,
}

impl LaneReader {
    /// No cut; asked `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            lane_coefficient: one_pole_coefficient(LANE_SMOOTHING_MS, hop_rate_hz),
            far: AttackRelease::new(FAR_ATTACK_MS, FAR_RELEASE_MS, hop_rate_hz),
            move_coefficient: one_pole_coefficient(MOVE_SMOOTHING_MS, hop_rate_hz),
            most_db: MAX_SLEW_DB_PER_S / hop_rate_hz as f32,
            lane_lu: 0.0,
            written_lu: 0.0,
            far_lu: 0.0,
            moved_db: [0.0; NUM_BANDS],
            depths: [0.0; 2],
            base_db: [0.0; NUM_BANDS],
            cut_db: [0.0; NUM_BANDS],
        }
    }

    /// Forgets what was cut.
    pub fn reset(&mut self) {
        self.lane_lu = 0.0;
        self.written_lu = 0.0;
        self.far_lu = 0.0;
        self.moved_db = [0.0; NUM_BANDS];
        self.depths = [0.0; 2];
        self.base_db = [0.0; NUM_BANDS];
        self.cut_db = [0.0; NUM_BANDS];
    }

    /// Whether a lane may cut something soon.
    pub fn may_cut(&self, settings: &Settings) -> bool {
        is_read(settings) && (settings.ride_lu > 0.0 || self.lane_lu > SAME_LOSS_LU)
    }

    /// How much more loudness the lane says than is lost without it, LU; `None` without a lane. The ride lags
    /// behind the loss: where only one of them misses what the lane says, nothing is missing.
    pub fn more_lu(&self, base_lu: f32, settings: &Settings) -> Option<f32> {
        let (ride_lu, now_lu) = (self.lane_lu - self.written_lu, self.lane_lu - base_lu);
        let more_lu = match ride_lu * now_lu > 0.0 {
            true => ride_lu.signum() * self.far_lu.min(now_lu.abs()),
            false => 0.0,
        };
        is_read(settings).then_some(more_lu)
    }

    /// The cut of a hop, dB per band. Without a lane it is `base_db`, once what one has moved is back.
    pub fn cut_db(
        &mut self,
        hop: &LaneHop,
        policy: &DuckPolicy,
        measure: &RideMeasure,
        settings: &Settings,
    ) -> PerBand {
        let wanted_db = match is_read(settings) {
            true => self.wanted_cut_db(hop, policy, measure, settings),
            // As always.
            false if self.cut_db == self.base_db => {
                self.base_db = *hop.base_db;
                self.cut_db = *hop.base_db;
                self.lane_lu = 0.0;
                return self.cut_db;
            }
            false => {
                self.moved_db = [0.0; NUM_BANDS];
                self.lane_lu = 0.0;
                self.written_lu = measure.former_lu();
                *hop.base_db
            }
        };
        let bands = self.cut_db.iter_mut().zip(&self.base_db);
        for ((cut_db, former_db), (base_db, wanted_db)) in
            bands.zip(hop.base_db.iter().zip(wanted_db))
        {
            // What is cut without a lane moves as it likes.
            let most_db = self.most_db.max((base_db - former_db).abs());
            *cut_db = wanted_db.clamp(*cut_db - most_db, *cut_db + most_db);
        }
        self.base_db = *hop.base_db;
        self.cut_db
    }

    fn wanted_cut_db(
        &mut self,
        hop: &LaneHop,
        policy: &DuckPolicy,
        measure: &RideMeasure,
        settings: &Settings,
    ) -> PerBand {
        self.lane_lu += self.lane_coefficient * (settings.ride_lu - self.lane_lu);
        self.written_lu += self.lane_coefficient * (measure.former_lu() - self.written_lu);
        let apart_lu = (self.lane_lu - self.written_lu).abs();
        self.far.follow(&mut self.far_lu, apart_lu);
        if self.lane_lu < NOTHING_LU && self.written_lu > SOMETHING_LU {
            self.far_lu = self.far_lu.max(RIDE_FAR_LU);
        }
        let base_lu = hop.base_lu;
        let loss_lu = self.loss_lu(base_lu);
        let curves = policy.curves(hop.is_voiced, &self.cut_db, settings);
        let mut move_db = [0.0; NUM_BANDS];
        if (loss_lu - base_lu).abs() > SAME_LOSS_LU {
            let [base, given] = &mut self.depths;
            *base = curves.depth_of(base_lu, measure, *base);
            *given = curves.depth_of(loss_lu, measure, *given);
            let (from_db, to_db) = (curves.cut_db(*base), curves.cut_db(*given));
            for ((move_db, from_db), to_db) in move_db.iter_mut().zip(from_db).zip(to_db) {
                *move_db = to_db - from_db;
            }
        }
        let mut cut_db = *hop.base_db;
        for ((cut_db, moved_db), move_db) in cut_db.iter_mut().zip(&mut self.moved_db).zip(move_db)
        {
            *moved_db += self.move_coefficient * (move_db - *moved_db);
            *cut_db += *moved_db;
        }
        if !hop.may_begin {
            return *hop.base_db;
        }
        curves.stretched(&curves.allowed(cut_db), loss_lu, measure)
    }

    /// What is to be lost where `base_lu` is without a lane, LU.
    fn loss_lu(&self, base_lu: f32) -> f32 {
        let more_lu = self.lane_lu - self.written_lu;
        let far =
            ((self.far_lu.abs() - RIDE_SAME_LU) / (RIDE_FAR_LU - RIDE_SAME_LU)).clamp(0.0, 1.0);
        let fast_lu = base_lu - self.written_lu;
        (self.written_lu + far * more_lu + (1.0 - far) * fast_lu).max(0.0)
    }
}

fn is_read(settings: &Settings) -> bool {
    settings.mode == Mode::Duck && settings.automation == Automation::Read
}
