//! The search of the smallest moves that lift a line.

use crate::dsp::units::power_from_db;
use crate::lines::choices::{LEAST_ADVISED_BANDS, MAX_ADVISED_CUT_DB, MAX_ADVISED_FADER_DB};
use crate::lines::moves::{BandCut, Move};
use crate::lines::trial::{BoundedTrial, Trial};
use crate::psycho::bands::{FIRST_SII_BAND, NUM_BANDS, NUM_SII_BANDS, PerBand};

/// Moves are advised in steps of this, dB, rounded up.
const STEP_DB: f32 = 0.1;

/// Halvings of the range in which a move is searched: 30 dB to under 0.1 dB.
const NUM_HALVINGS: usize = 9;

/// Where the smallest moves on a line are searched.
pub struct Search<'a> {
    /// On some of its hops.
    pub some: &'a BoundedTrial<'a>,
    /// What is found must hold on all that were kept.
    pub all: &'a Trial<'a>,
    /// Mean SII that is to be reached.
    pub goal_sii: f32,
}

/// Depths of a move between which it reaches its goal, dB.
#[derive(Debug, Clone, Copy)]
struct Depth {
    fails_db: f32,
    reaches_db: f32,
}

/// The smallest moves that reach a goal; `None` where none within the limits of [`crate::lines::choices`] does.
#[derive(Debug, Clone, Copy, Default)]
pub struct SmallestMoves {
    /// Of neighbouring bands.
    pub cut: Option<Move<BandCut>>,
    /// Of all of the music, dB.
    pub fader_cut_db: Option<Move<f32>>,
}

impl Search<'_> {
    /// The smallest moves. `loss`: SII that is lost in each band; cuts where most is are tried first.
    pub fn smallest_moves(&self, loss: &PerBand) -> SmallestMoves {
        // What the fader can't do, no cut of some bands can.
        let Some(fader) = self.smallest_depth(MAX_ADVISED_FADER_DB, fader_gain) else {
            return SmallestMoves::default();
        };
        let cut = self.smallest_cut(loss, fader.fails_db);
        SmallestMoves {
            cut: cut.and_then(|cut| {
                self.stepped(cut.cut_db, MAX_ADVISED_CUT_DB, |cut_db| {
                    let cut = BandCut { cut_db, ..cut };
                    (cut, cut.gain_power())
                })
            }),
            fader_cut_db: self.stepped(fader.reaches_db, MAX_ADVISED_FADER_DB, |fader_db| {
                (fader_db, fader_gain(fader_db))
            }),
        }
    }

    /// The cheapest cut of neighbouring bands that reaches the goal, which a cut of all bands by `too_little_db` doesn't.
    fn smallest_cut(&self, loss: &PerBand, too_little_db: f32) -> Option<BandCut> {
        let bands = FIRST_SII_BAND..FIRST_SII_BAND + NUM_SII_BANDS;
        let mut ranges: Vec<(usize, usize)> = bands
            .clone()
            .flat_map(|low| (low + LEAST_ADVISED_BANDS - 1..bands.end).map(move |high| (low, high)))
            .collect();
        // Promising ones first: a good cut found early rules out most others at one trial each.
        let promise = |&(low, high): &(usize, usize)| {
            loss[low..=high].iter().sum::<f32>() / ((high + 1 - low) as f32).sqrt()
        };
        ranges.sort_by(|a, b| promise(b).total_cmp(&promise(a)));
        let mut best: Option<BandCut> = None;
        for (low_band_idx, high_band_idx) in ranges {
            let cut = |cut_db| BandCut {
                low_band_idx,
                high_band_idx,
                cut_db,
            };
            let num_bands = high_band_idx + 1 - low_band_idx;
            let deepest_db = best.map_or(MAX_ADVISED_CUT_DB, |best| {
                BandCut::depth_db_for(best.cost(), num_bands).min(MAX_ADVISED_CUT_DB)
            });
            if deepest_db <= too_little_db {
                continue;
            }
            if let Some(depth) = self.smallest_depth(deepest_db, |db| cut(db).gain_power())
                && best.is_none_or(|best| cut(depth.reaches_db).cost() < best.cost())
            {
                best = Some(cut(depth.reaches_db));
            }
        }
        best
    }

    /// The smallest depth up to `deepest_db` that reaches the goal.
    fn smallest_depth(&self, deepest_db: f32, gain: impl Fn(f32) -> PerBand) -> Option<Depth> {
        let reaches = |depth_db: f32| self.some.reaches(self.goal_sii, &gain(depth_db));
        if !reaches(deepest_db) {
            return None;
        }
        let mut depth = Depth {
            fails_db: 0.0,
            reaches_db: deepest_db,
        };
        for _ in 0..NUM_HALVINGS {
            let middle_db = 0.5 * (depth.fails_db + depth.reaches_db);
            if reaches(middle_db) {
                depth.reaches_db = middle_db;
            } else {
                depth.fails_db = middle_db;
            }
        }
        Some(depth)
    }

    /// Rounds a depth up to a step, and goes on until it reaches the goal on all hops, too.
    fn stepped<T>(
        &self,
        depth_db: f32,
        deepest_db: f32,
        make: impl Fn(f32) -> (T, PerBand),
    ) -> Option<Move<T>> {
        let first_step = (depth_db / STEP_DB).ceil() as u32;
        let last_step = (deepest_db / STEP_DB).round() as u32;
        (first_step..=last_step).find_map(|step| {
            let (what, gain) = make(step as f32 * STEP_DB);
            let sii = self.all.sii(&gain);
            (sii >= self.goal_sii).then_some(Move { what, sii })
        })
    }
}

/// Gain of the music in each band after a cut of all of it, as a power.
fn fader_gain(fader_db: f32) -> PerBand {
    [power_from_db(-fader_db); NUM_BANDS]
}
