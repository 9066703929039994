//! Where remembered lines decide, and how one decision goes over into the next without a step.

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::ride::plan::Plan;
use crate::settings::{Elsewhere, Mode, Pass, Settings};

/// Time in which what was cut goes over into what is remembered, s: after a jump, a new plan, a change of the
/// pass. As fast as the duck's fastest cut (`MAX_SLEW_DB_PER_S`): the deepest one takes all of it.
const CARRY_S: f64 = 0.06;

/// Time before a cut from which on the EQ's filters hear the music, s: in it the slowest of them has forgotten
/// what it heard before, to -120 dB, so the sound doesn't depend on where playing began.
const WAKE_S: f64 = 0.3;

/// Who decides what is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    /// The duck, by what it hears.
    Duck,
    /// The memory.
    Memory,
    /// Nobody: nothing is cut.
    Nobody,
}

/// The plan that is followed, and what is left of what was cut before.
pub struct MemoryLane {
    plan: Option<Box<Plan>>,
    hop_s: f64,
    decider: Decider,
    /// Whether what is remembered doesn't go on from what was cut in the last hop.
    is_interrupted: bool,
    carried_db: PerBand,
    carry_hops: u32,
    carry_left_hops: u32,
}

impl MemoryLane {
    /// Without a plan, for hops of `hop_s`.
    pub fn new(hop_s: f64) -> Self {
        Self {
            plan: None,
            hop_s,
            decider: Decider::Duck,
            is_interrupted: false,
            carried_db: [0.0; NUM_BANDS],
            carry_hops: (CARRY_S / hop_s).round().max(1.0) as u32,
            carry_left_hops: 0,
        }
    }

    /// Forgets what was cut, and keeps the plan.
    pub fn reset(&mut self) {
        self.decider = Decider::Duck;
        self.is_interrupted = false;
        self.carry_left_hops = 0;
    }

    /// Takes another plan, and gives back the one before.
    pub fn swap(&mut self, plan: Option<Box<Plan>>) -> Option<Box<Plan>> {
        self.interrupt();
        std::mem::replace(&mut self.plan, plan)
    }

    /// Says that the coming hop doesn't follow the last one on the timeline.
    pub fn interrupt(&mut self) {
        self.is_interrupted = true;
    }

    /// Who decides at a time of the timeline, s, or off it.
    pub fn decider(&self, time_s: Option<f64>, settings: &Settings) -> Decider {
        if settings.mode != Mode::Duck || settings.pass != Pass::Play {
            return Decider::Duck;
        }
        let plan = self.plan.as_ref();
        let is_known = time_s.is_some_and(|time_s| plan.is_some_and(|plan| plan.knows(time_s)));
        match (is_known, settings.elsewhere) {
            (true, _) => Decider::Memory,
            (false, Elsewhere::Live) => Decider::Duck,
            (false, Elsewhere::Untouched) => Decider::Nobody,
        }
    }

    /// Whether the memory may cut something soon, so that the EQ's filters should hear the music.
    pub fn may_cut(&self, time_s: Option<f64>, settings: &Settings) -> bool {
        let (Pass::Play, Some(time_s), Some(plan)) = (settings.pass, time_s, &self.plan) else {
            return false;
        };
        plan.may_cut(time_s, time_s + WAKE_S, ahead_s(settings))
    }

    /// Leaves the hop to the duck. Whether it had not decided in the last one.
    pub fn leave(&mut self) -> bool {
        self.is_interrupted = false;
        std::mem::replace(&mut self.decider, Decider::Duck) != Decider::Duck
    }

    /// The cut at a time of the timeline, s, where `decider` decides, who isn't the duck: dB per band.
    /// `last_db` is that of the last hop; where nothing may be cut yet, `may_begin` is false.
    pub fn cut_db(
        &mut self,
        decider: Decider,
        time_s: Option<f64>,
        last_db: &PerBand,
        may_begin: bool,
        settings: &Settings,
    ) -> PerBand {
        let plan = self.plan.as_ref().filter(|_| decider == Decider::Memory);
        let remembered_db = |time_s: Option<f64>| match (plan, time_s) {
            (Some(plan), Some(time_s)) => plan.cut_db_at(time_s, ahead_s(settings)),
            _ => [0.0; NUM_BANDS],
        };
        if self.is_interrupted || std::mem::replace(&mut self.decider, decider) != decider {
            // Against what this one would have cut a hop ago: where both are one, nothing is carried.
            let before_db = remembered_db(time_s.map(|time_s| time_s - self.hop_s));
            for ((carried_db, last_db), before_db) in
                self.carried_db.iter_mut().zip(last_db).zip(before_db)
            {
                *carried_db = last_db - before_db;
            }
            self.carry_left_hops = self.carry_hops;
            // Filters that have just woken ring by themselves: until then all is as it was, nothing.
            self.is_interrupted = !may_begin;
        }
        if !may_begin {
            return *last_db;
        }
        let mut cut_db = remembered_db(time_s);
        if self.carry_left_hops > 0 {
            self.carry_left_hops -= 1;
            let share = self.carry_left_hops as f32 / self.carry_hops as f32;
            for (cut_db, carried_db) in cut_db.iter_mut().zip(&self.carried_db) {
                *cut_db = (*cut_db + share * carried_db).max(0.0);
            }
        }
        cut_db
    }
}

fn ahead_s(settings: &Settings) -> f64 {
    1e-3 * f64::from(settings.ahead_ms)
}
