//! From what is heard of a hop to what is cut: clash, duck or memory, and the lane over both.

use crate::clash::follower::{Clash, ClashFollower, HeardBeside, Voices};
use crate::clash::loudness_difference::Momentary;
use crate::dsp::units::db_from_power;
use crate::duck::ballistics::Ballistics;
use crate::duck::policy::DuckPolicy;
use crate::duck::ride_measure::RideMeasure;
use crate::engine::bus::BusLevels;
use crate::engine::ear_sums::SurroundsAlike;
use crate::engine::lane_reader::{LaneHop, LaneReader};
use crate::engine::memory_lane::{Decider, MemoryLane};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::choices::CINEMA_DIFFUSE_DB;
use crate::psycho::two_ears::TwoEars;
use crate::ride::plan::Plan;
use crate::settings::{Ears, Mode, Settings};
use crate::speech::activity::SpeechActivity;
use crate::speech::choices::LEAST_SPEECH_DBFS;

/// Time in which a cut goes when the mode is changed to [`Mode::Meter`], ms: no click, and soon
/// bit-exact.
const METER_RELEASE_MS: f32 = 10.0;

/// Judges hop after hop.
pub struct Decision {
    clash: ClashFollower,
    two_ears: TwoEars,
    two_ears_in_cinema: TwoEars,
    momentary: Momentary,
    policy: DuckPolicy,
    ballistics: Ballistics,
    memory: MemoryLane,
    /// The cut of the last hop without a lane, dB per band.
    base_db: PerBand,
    ride: RideMeasure,
    lane: LaneReader,
    /// The cut of the last hop, dB per band.
    cut_db: PerBand,
}

/// What is known of a hop.
pub struct HeardHop<'a> {
    /// Levels of the dialogue.
    pub dialogue: &'a BusLevels,
    /// Levels of the music.
    pub music: &'a BusLevels,
    /// Where music can go from the front.
    pub surrounds: Option<&'a SurroundsAlike>,
    /// Whether somebody speaks, as far as is known.
    pub is_speech: bool,
    /// More about the voice.
    pub activity: &'a SpeechActivity,
    /// When on the timeline, s, the EQ has done what it is told now; `None` off it.
    pub told_time_s: Option<f64>,
    /// Whether the EQ's filters have heard enough of the music for a cut to begin.
    pub may_begin: bool,
}

impl HeardHop<'_> {
    fn is_held(&self) -> bool {
        self.activity.held_hops() > 0
    }

    /// What two ears hear of the music beside the words in a room; `None` for a window that isn't theirs yet.
    fn beside(&self, room: &TwoEars) -> Option<HeardBeside> {
        let (words, music) = (self.dialogue.at_ears?.all(), self.music.at_ears?);
        let in_surrounds = self.surrounds.map(|surrounds| {
            let moved = music.in_surrounds(surrounds);
            moved.map(|moved| room.heard(&words, &moved))
        });
        Some(HeardBeside {
            music: room.heard(&words, &music.all()),
            in_surrounds,
        })
    }
}

impl Decision {
    /// Allocates for hops of `hop_samples`.
    pub fn new(sample_rate_hz: f64, hop_samples: usize) -> Self {
        let hop_rate_hz = sample_rate_hz / hop_samples as f64;
        Self {
            clash: ClashFollower::new(hop_rate_hz),
            two_ears: TwoEars::new(None),
            two_ears_in_cinema: TwoEars::new(Some(CINEMA_DIFFUSE_DB)),
            momentary: Momentary::new(hop_rate_hz),
            policy: DuckPolicy::new(hop_rate_hz),
            ballistics: Ballistics::new(hop_rate_hz),
            memory: MemoryLane::new(hop_samples as f64 / sample_rate_hz),
            base_db: [0.0; NUM_BANDS],
            ride: RideMeasure::new(hop_rate_hz),
            lane: LaneReader::new(hop_rate_hz),
            cut_db: [0.0; NUM_BANDS],
        }
    }

    /// Forgets all that was heard; the plan stays.
    pub fn reset(&mut self) {
        self.clash.reset();
        self.momentary.reset();
        self.policy.reset();
        self.ballistics.reset();
        self.memory.reset();
        self.base_db = [0.0; NUM_BANDS];
        self.ride.reset();
        self.lane.reset();
        self.cut_db = [0.0; NUM_BANDS];
    }

    /// Forgets what only figures for the eye need.
    pub fn forget_display(&mut self) {
        self.clash.forget_display();
    }

    /// Says that the coming hop doesn't follow the last one on the timeline.
    pub fn interrupt(&mut self) {
        self.memory.interrupt();
    }

    /// Takes another plan of remembered lines, or none, and gives back the one before.
    pub fn swap_plan(&mut self, plan: Option<Box<Plan>>) -> Option<Box<Plan>> {
        self.memory.swap(plan)
    }

    /// Judges a hop, and decides its [cut](Self::cut_db). Whether anything may be cut soon, whatever the mode.
    pub fn decide(&mut self, hop: &HeardHop, settings: &Settings) -> bool {
        let (dialogue, music) = (hop.dialogue, hop.music);
        let beside = match settings.ears {
            Ears::One => None,
            Ears::Two => hop.beside(&self.two_ears),
            Ears::TwoInCinema => hop.beside(&self.two_ears_in_cinema),
        };
        self.clash
            .follow(&dialogue.band_power, &music.band_power, beside.as_ref());
        self.momentary.push(dialogue.k_power, music.k_power);
        self.policy.hear(
            self.clash.word_power(),
            &music.band_power,
            music.outside_k_power,
        );
        let decider = self.memory.decider(hop.told_time_s, settings);
        self.base_db = match decider {
            Decider::Duck => {
                if self.memory.leave() {
                    self.ballistics.set_cut_db(&self.base_db);
                }
                self.decided_by_duck(hop, settings)
            }
            Decider::Memory | Decider::Nobody => {
                let (time_s, last_db) = (hop.told_time_s, self.base_db);
                self.memory
                    .cut_db(decider, time_s, &last_db, hop.may_begin, settings)
            }
        };
        if hop.is_speech && settings.mode == Mode::Duck {
            self.policy.note(&self.base_db);
        }
        self.lay_lane(hop, settings);
        let dialogue_dbfs = db_from_power(dialogue.band_power.iter().sum());
        let may_speak = decider == Decider::Duck && dialogue_dbfs > LEAST_SPEECH_DBFS;
        may_speak || self.memory.may_cut(hop.told_time_s, settings) || self.lane.may_cut(settings)
    }

    /// The cut by what is heard, dB per band.
    fn decided_by_duck(&mut self, hop: &HeardHop, settings: &Settings) -> PerBand {
        if settings.mode == Mode::Meter {
            let quick = Settings {
                hold_ms: 0.0,
                release_ms: METER_RELEASE_MS,
                ..*settings
            };
            return *self.ballistics.advance(None, false, &quick);
        }
        let wanted_db = hop.is_speech.then(|| self.policy.wanted_cut_db(settings));
        let mut wanted_db = wanted_db.filter(|_| hop.may_begin);
        if let Some(wanted_db) = &mut wanted_db
            && hop.is_held()
        {
            // After the last sound of a word nothing comes back yet: the next may follow.
            for (wanted_db, cut_db) in wanted_db.iter_mut().zip(self.ballistics.cut_db()) {
                *wanted_db = wanted_db.max(*cut_db);
            }
        }
        let is_refuted = hop.activity.is_refuted();
        *self
            .ballistics
            .advance(wanted_db.as_ref(), is_refuted, settings)
    }

    /// Lays the lane over what was decided.
    fn lay_lane(&mut self, hop: &HeardHop, settings: &Settings) {
        self.ride.hear(self.policy.loudness());
        let base_lu = self.ride.take(&self.base_db);
        let lane_hop = LaneHop {
            base_db: &self.base_db,
            base_lu,
            is_voiced: hop.is_speech && !hop.is_held(),
            may_begin: hop.may_begin,
        };
        self.cut_db = self
            .lane
            .cut_db(&lane_hop, &self.policy, &self.ride, settings);
        match self.lane.more_lu(base_lu, settings) {
            Some(more_lu) if hop.is_speech => self.policy.lean(more_lu),
            Some(_) => {}
            None => self.policy.stand_upright(),
        }
    }

    /// What the last hop is to a listener.
    pub fn read(&mut self, voices: Voices, settings: &Settings) -> Clash {
        let situation = self.policy.situation(settings);
        self.clash.read(voices, &situation, settings.monitor_db_spl)
    }

    /// The cut of the last hop, dB per band.
    pub fn cut_db(&self) -> &PerBand {
        &self.cut_db
    }

    /// How much the cut takes off the music, LU.
    pub fn loss_lu(&self) -> f32 {
        self.policy.loss_lu(&self.cut_db)
    }

    /// What a lane would have to say for the cut, LU.
    pub fn ride_lu(&self) -> f32 {
        self.ride.ride_lu()
    }

    /// Whether a voice was heard from which the cut is worked out; else it is for usual speech.
    pub fn has_heard_a_voice(&self) -> bool {
        self.policy.has_heard_a_voice()
    }

    /// How much louder the dialogue is than the music over the last moments, LU.
    pub fn loudness_difference_lu(&self) -> f32 {
        self.momentary.difference_lu()
    }
}
