//! The cut over all bands that is worth most near one moment, at a price.
//!
//! As in [`policy`](crate::duck::policy) a band's audibility is weighed against the loudness that its cut takes,
//! the depth, and how far it stands out. But the benefit is a mean over the hops of a word or two, which is no
//! ramp any more and has several maxima; and a cut is compared with its neighbours' on both sides. So all depths
//! of all bands are searched, band after band, for the best path (dynamic programming): none is better.

use crate::dsp::units::power_from_db;
use crate::duck::choices::{DEPTH_PRICE, MAX_SLOPE_DB_PER_BAND};
use crate::duck::curve_shape::smooth_across_bands;
use crate::duck::terms::Terms;
use crate::learn::choices::{DEPTH_STEP_DB, OVERALL_EVENNESS_PRICE, STEP_EVENNESS_PRICE};
use crate::learn::moments::{MAX_DEPTHS, Moment, PerDepth};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::settings::{MAX_CUT_DB, Settings, Steer};

/// Runs in which a cut settles against its own mean.
const NUM_MEANS: usize = 2;

/// What decides the best cut, apart from the moment and the price of loudness.
pub struct CutSearch {
    /// Depths that are compared, from none to the maximum cut.
    num_depths: usize,
    /// Difference between two of them, dB.
    pub depth_db: f32,
    /// Share of power that each depth takes.
    taken: PerDepth,
    /// Price of each depth.
    depth_price: PerDepth,
    /// Price of each difference between neighbours, as far as one is allowed.
    step_prices: Vec<f32>,
    overall_price: f32,
    may_cut: [bool; NUM_BANDS],
    carries_words: [bool; NUM_BANDS],
}

impl CutSearch {
    /// The lower Max cut, the more depth and unevenness cost, so that small cuts colour little.
    pub fn new(settings: &Settings, steer: Steer, terms: &Terms) -> Self {
        let max_cut_db = settings.max_cut_db;
        let num_steps = ((max_cut_db / DEPTH_STEP_DB).ceil() as usize).clamp(1, MAX_DEPTHS - 1);
        let depth_db = max_cut_db / num_steps as f32;
        let scale = MAX_CUT_DB.range.default / max_cut_db.max(1.0);
        let cut_db = |step: usize| depth_db * step as f32;
        let slope = match depth_db > 0.0 {
            true => (MAX_SLOPE_DB_PER_BAND / depth_db) as usize,
            false => 0,
        };
        Self {
            num_depths: num_steps + 1,
            depth_db,
            taken: std::array::from_fn(|step| 1.0 - power_from_db(-cut_db(step))),
            depth_price: std::array::from_fn(|step| scale * DEPTH_PRICE * cut_db(step).powi(2)),
            step_prices: (0..=slope.min(num_steps))
                .map(|step| scale * STEP_EVENNESS_PRICE * cut_db(step).powi(2))
                .collect(),
            overall_price: match steer {
                Steer::Target => scale * OVERALL_EVENNESS_PRICE,
                Steer::Amount => 0.0,
            },
            may_cut: terms.may_cut(settings),
            carries_words: terms.weights().map(|weight| weight > 0.0),
        }
    }

    /// The cut that is worth most at a price of the music's loudness, dB per band.
    pub fn best_cut_db(&self, moment: &Moment, price: f32) -> PerBand {
        let mut cut_db = [0.0; NUM_BANDS];
        for _ in 0..NUM_MEANS {
            let mean_db = cut_db.iter().sum::<f32>() / NUM_BANDS as f32;
            cut_db = self.best_around(moment, price, mean_db);
            if self.overall_price == 0.0 {
                break;
            }
        }
        smooth_across_bands(&mut cut_db);
        cut_db
    }

    fn best_around(&self, moment: &Moment, price: f32, mean_db: f32) -> PerBand {
        let mut values = [0.0; MAX_DEPTHS];
        let mut from = [[0_u8; MAX_DEPTHS]; NUM_BANDS];
        for (idx, from) in from.iter_mut().enumerate() {
            if idx > 0 {
                values = self.stepped(&values, from);
            }
            let loudness = price * moment.loudness_share[idx];
            let overall = match self.carries_words[idx] {
                true => self.overall_price,
                // What lies below the words, or above, has no part in it.
                false => 0.0,
            };
            for (step, value) in values.iter_mut().enumerate().take(self.num_depths) {
                let stands_out_db = self.depth_db * step as f32 - mean_db;
                *value += moment.benefit[idx][step]
                    - loudness * self.taken[step]
                    - self.depth_price[step]
                    - overall * stands_out_db * stands_out_db;
                if !self.may_cut[idx] && step > 0 {
                    *value = f32::NEG_INFINITY;
                }
            }
        }
        let mut step = deepest_of_best(&values[..self.num_depths]);
        let mut cut_db = [0.0; NUM_BANDS];
        for (cut_db, from) in cut_db.iter_mut().zip(&from).rev() {
            *cut_db = self.depth_db * step as f32;
            step = usize::from(from[step]);
        }
        cut_db
    }

    /// The best value with which each depth of the next band can be come to, and from where.
    fn stepped(&self, values: &PerDepth, from: &mut [u8; MAX_DEPTHS]) -> PerDepth {
        let mut best = [f32::NEG_INFINITY; MAX_DEPTHS];
        let mut offer = |to: usize, there: usize, price: f32| {
            let value = values[there] - price;
            if value > best[to] {
                best[to] = value;
                from[to] = there as u8;
            }
        };
        for to in 0..self.num_depths {
            for (difference, &price) in self.step_prices.iter().enumerate() {
                if to >= difference {
                    offer(to, to - difference, price);
                }
                if to + difference < self.num_depths {
                    offer(to, to + difference, price);
                }
            }
        }
        best
    }
}

fn deepest_of_best(values: &[f32]) -> usize {
    let best = values.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
    best.map_or(0, |(step, _)| step)
}
