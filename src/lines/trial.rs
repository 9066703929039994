//! Moves tried on the levels that a line kept: what the meter would say after them.
//!
//! Its levels follow the music by constants alone, so a constant cut scales them exactly: what the meter says of
//! the scaled levels of a line is what it will measure once the move is made.

use crate::clash::meter::SiiMeter;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::fast_sii::SiiLevels;
use crate::psycho::situation::Situation;
use crate::snapshot::HopLevels;

/// How far from a goal the bounds of what is left of a trial must lie to decide it, SII: far more than single
/// precision loses in a sum, so that a trial that ends early ends as it would have at the last hop.
const LEAST_CERTAIN_SII: f32 = 1e-4;

/// Gains of all of the music for which bounds are known, as powers: what cuts by no more brings can't exceed what that
/// brings. 2, 4, 6, 8, 10 and 12 dB, which is the deepest cut that is advised; and none of the music left.
const BOUND_GAINS: [f32; 7] = [0.631, 0.398, 0.251, 0.158, 0.1, 0.063, 0.0];

/// Tries gains on some hops of a line, and answers for all of it.
pub struct Trial<'a> {
    meter: &'a SiiMeter,
    situation: Situation,
    hops: Vec<TriedHop>,
    /// Mean SII of these hops as they are.
    plain_sii: f32,
    /// What the mean over all hops of the line is more than that over these.
    offset_sii: f32,
}

struct TriedHop {
    levels: HopLevels,
    /// Spectrum level of the dialogue, dB SPL in 1 Hz.
    voice_db: SiiLevels,
}

/// A trial that tells soon whether a goal is reached.
pub struct BoundedTrial<'a> {
    trial: Trial<'a>,
    /// Of each hop.
    bounds: Vec<Bounds>,
}

struct Bounds {
    /// Sums of the SII of this hop and those after it, of the music as it is: no cut has less.
    least_left_sii: f32,
    /// The same with each of [`BOUND_GAINS`].
    most_left_sii: [f32; BOUND_GAINS.len()],
}

impl<'a> Trial<'a> {
    /// A trial on `hops` for somebody who listens in `situation`; `None` without hops. They stand for a line whose mean
    /// SII is `line_sii`, or for themselves alone where that isn't given.
    pub fn new<'b>(
        meter: &'a SiiMeter,
        situation: Situation,
        hops: impl Iterator<Item = &'b HopLevels>,
        line_sii: Option<f32>,
    ) -> Option<Self> {
        let hops: Vec<TriedHop> = hops
            .map(|levels| TriedHop {
                levels: *levels,
                voice_db: meter.voice_db(&situation, &levels.dialogue_power),
            })
            .collect();
        let mut trial = Self {
            meter,
            situation,
            hops,
            plain_sii: 0.0,
            offset_sii: 0.0,
        };
        if trial.hops.is_empty() {
            return None;
        }
        trial.plain_sii = trial.mean(|hop| trial.hop_sii(hop, &[1.0; NUM_BANDS]));
        trial.offset_sii = line_sii.map_or(0.0, |line_sii| line_sii - trial.plain_sii);
        Some(trial)
    }

    /// Mean SII of the tried hops as they are.
    pub fn plain_sii(&self) -> f32 {
        self.plain_sii
    }

    /// Mean SII of the line with a gain of the music per band, as a power.
    pub fn sii(&self, music_gain: &PerBand) -> f32 {
        self.mean(|hop| self.hop_sii(hop, music_gain)) + self.offset_sii
    }

    /// Mean SII of the line with a gain of the dialogue, as a power.
    pub fn sii_of_louder(&self, dialogue_gain: f32) -> f32 {
        let hop_sii = |hop: &TriedHop| {
            let mut levels = hop.levels;
            for power in &mut levels.dialogue_power {
                *power *= dialogue_gain;
            }
            self.meter.sii_in(&self.situation, &levels)
        };
        self.mean(hop_sii) + self.offset_sii
    }

    fn hop_sii(&self, hop: &TriedHop, music_gain: &PerBand) -> f32 {
        let mut music_power = hop.levels.music_power;
        for (power, gain) in music_power.iter_mut().zip(music_gain) {
            *power *= gain;
        }
        self.meter
            .sii_over(&self.situation, &hop.voice_db, &music_power)
    }

    fn mean(&self, hop_sii: impl FnMut(&TriedHop) -> f32) -> f32 {
        self.hops.iter().map(hop_sii).sum::<f32>() / self.hops.len() as f32
    }
}

impl<'a> BoundedTrial<'a> {
    /// Works out what any cut can bring at most on the hops of `trial`.
    pub fn new(trial: Trial<'a>) -> Self {
        let mut bounds: Vec<Bounds> = Vec::new();
        let mut least_left_sii = 0.0;
        let mut most_left_sii = [0.0; BOUND_GAINS.len()];
        for hop in trial.hops.iter().rev() {
            least_left_sii += trial.hop_sii(hop, &[1.0; NUM_BANDS]);
            for (most_left_sii, gain) in most_left_sii.iter_mut().zip(BOUND_GAINS) {
                *most_left_sii += trial.hop_sii(hop, &[gain; NUM_BANDS]);
            }
            bounds.push(Bounds {
                least_left_sii,
                most_left_sii,
            });
        }
        bounds.reverse();
        Self { trial, bounds }
    }

    /// Whether [`Trial::sii`] is `goal_sii` or more, of music that is cut and nowhere raised, by as many hops as that
    /// takes.
    pub fn reaches(&self, goal_sii: f32, music_gain: &PerBand) -> bool {
        let trial = &self.trial;
        let line_sii = |sum_sii: f32| sum_sii / trial.hops.len() as f32 + trial.offset_sii;
        let least_gain = music_gain.iter().copied().fold(1.0, f32::min);
        let is_bound = |bound_gain: &f32| *bound_gain <= least_gain;
        let bound_idx = BOUND_GAINS.iter().position(is_bound);
        let bound_idx = bound_idx.unwrap_or(BOUND_GAINS.len() - 1);
        let mut sum_sii = 0.0;
        for (hop, bounds) in trial.hops.iter().zip(&self.bounds) {
            if line_sii(sum_sii + bounds.most_left_sii[bound_idx]) < goal_sii - LEAST_CERTAIN_SII {
                return false;
            }
            if line_sii(sum_sii + bounds.least_left_sii) > goal_sii + LEAST_CERTAIN_SII {
                return true;
            }
            sum_sii += trial.hop_sii(hop, music_gain);
        }
        line_sii(sum_sii) >= goal_sii
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::units::power_from_db;

    /// 40 hops of dialogue and music of any levels.
    fn hops() -> Vec<HopLevels> {
        let mut random = fastrand::Rng::with_seed(1);
        let mut hop = || {
            let base_db = 30.0 * random.f32();
            let mut band_power = |dbfs: f32| power_from_db(dbfs - base_db - 20.0 * random.f32());
            HopLevels {
                dialogue_power: [(); NUM_BANDS].map(|()| band_power(-30.0)),
                music_power: [(); NUM_BANDS].map(|()| band_power(-25.0)),
            }
        };
        (0..40).map(|_| hop()).collect()
    }

    #[test]
    fn a_goal_is_reached_where_the_mean_over_all_hops_says_so() {
        let (meter, hops) = (SiiMeter::new(), hops());
        let situation = Situation::reference(79.0);
        let [trial, same] =
            [(); 2].map(|()| Trial::new(&meter, situation, hops.iter(), Some(0.4)).unwrap());
        let bounded = BoundedTrial::new(same);
        assert!((trial.sii(&[1.0; NUM_BANDS]) - 0.4).abs() < 1e-6);
        let (mut num_reached, mut num_not) = (0, 0);
        for depth_db in 1..=30 {
            let mut gain = [1.0; NUM_BANDS];
            gain[4..4 + depth_db / 2].fill(power_from_db(-(depth_db as f32)));
            let sii = trial.sii(&gain);
            for goal_sii in [0.3, 0.4, 0.45, 0.5, 0.6, 0.9, sii, sii.next_up()] {
                let reaches = bounded.reaches(goal_sii, &gain);
                assert_eq!(reaches, sii >= goal_sii, "{depth_db} dB, {goal_sii}");
                num_reached += u32::from(reaches);
                num_not += u32::from(!reaches);
            }
        }
        assert!(num_reached > 60 && num_not > 60, "{num_reached} {num_not}");
    }

    #[test]
    fn louder_dialogue_is_understood_better_and_no_hops_are_no_trial() {
        let (meter, hops) = (SiiMeter::new(), hops());
        let situation = Situation::reference(79.0);
        let trial = Trial::new(&meter, situation, hops.iter(), None).unwrap();
        assert_eq!(trial.sii_of_louder(1.0), trial.plain_sii());
        assert!(trial.sii_of_louder(4.0) > trial.plain_sii() + 0.05);
        assert!(Trial::new(&meter, situation, [].iter(), None).is_none());
    }
}
