//! The one price of a line, and the curve at it.

use crate::duck::choices::{LOG_PRICE_OF_AMOUNT, LOG_PRICE_OF_TARGET};
use crate::duck::terms::Terms;
use crate::learn::best_cut::CutSearch;
use crate::learn::choices::{LEAST_OPENING_SHARE, LOWEST_LOG_PRICE, OPENING_S, SPARE_LOSS_LU};
use crate::learn::heard_line::HeardLine;
use crate::learn::moments::{Moment, moments};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::ride::curve::{Curve, KNOT_S};
use crate::settings::{Settings, Steer};

/// Steps of the search for a price: to 0.05 nepers. What is then too much is taken back evenly.
const NUM_PRICE_STEPS: usize = 7;

/// Steps in which the price goes further down for a line that nothing else brings to Max cut, nepers.
const PRICE_STEP: f32 = 0.3;

/// A cut that is so near to Max cut has reached it, dB: a step of what is remembered.
const NEARLY_DB: f32 = 0.1;

/// Steps of the search for the share of a curve: to 0.4 %.
const NUM_SHARE_STEPS: usize = 8;

/// The curve of a line, and how much of it the line needs: 1, or 0 if nothing.
pub fn needed_curve(line: &HeardLine, terms: &Terms, settings: &Settings) -> (Curve, f32) {
    let is_enough = match settings.steer {
        Steer::Target => line.audibility(&Curve::default()) >= settings.target,
        Steer::Amount => settings.amount_lu <= 0.0,
    };
    if is_enough {
        let wanted = Wanted {
            steer: Steer::Amount,
            amount: SPARE_LOSS_LU,
        };
        return (PriceSearch::new(line, terms, settings, wanted).found(), 0.0);
    }
    let wanted = Wanted {
        steer: settings.steer,
        amount: match settings.steer {
            Steer::Target => settings.target,
            Steer::Amount => settings.amount_lu,
        },
    };
    (PriceSearch::new(line, terms, settings, wanted).found(), 1.0)
}

/// What a curve shall bring: an audibility, or a loss in LU.
#[derive(Clone, Copy)]
struct Wanted {
    steer: Steer,
    amount: f32,
}

struct PriceSearch<'a> {
    line: &'a HeardLine<'a>,
    wanted: Wanted,
    cuts: CutSearch,
    moments: Vec<Moment>,
    /// The deepest cut that is allowed, dB per band.
    deepest_db: PerBand,
}

impl<'a> PriceSearch<'a> {
    fn new(line: &'a HeardLine<'a>, terms: &Terms, settings: &Settings, wanted: Wanted) -> Self {
        let cuts = CutSearch::new(settings, wanted.steer, terms);
        let may_cut = terms.may_cut(settings);
        Self {
            moments: moments(line, terms, cuts.depth_db),
            line,
            wanted,
            cuts,
            deepest_db: may_cut.map(|may| if may { settings.max_cut_db } else { 0.0 }),
        }
    }

    /// The curve that brings what is wanted, or as much of it as may be had.
    fn found(&self) -> Curve {
        let (mut low, high) = match self.wanted.steer {
            Steer::Target => (LOWEST_LOG_PRICE, LOG_PRICE_OF_TARGET.1),
            Steer::Amount => LOG_PRICE_OF_AMOUNT,
        };
        let mut best = self.cuts_db(low);
        while self.wanted.steer == Steer::Target
            && low > LOG_PRICE_OF_TARGET.0
            && self.is_too_little(&best)
            && !self.is_deepest(&best)
        {
            low -= PRICE_STEP;
            best = self.cuts_db(low);
        }
        if self.is_too_little(&best) {
            if self.wanted.steer == Steer::Target {
                return self.on_knots(&best);
            }
            // No word gains by more, but so much is to be lost: now loudness is paid for being taken.
            let deepest = self.cuts_at(-LOG_PRICE_OF_AMOUNT.1.exp());
            if self.is_too_little(&deepest) {
                // Nor could Max cut bring it.
                return self.on_knots(&best);
            }
            best = self.enough(LOG_PRICE_OF_AMOUNT, deepest, |log_price| -log_price.exp());
        } else {
            best = self.enough((-high, -low), best, |log_price| (-log_price).exp());
        }
        self.least_enough(&best)
    }

    /// The cuts at the least of the prices that are enough, where `most` are those at the end of the range at
    /// which most is cut.
    fn enough(
        &self,
        (mut low, mut high): (f32, f32),
        most: Vec<PerBand>,
        price: impl Fn(f32) -> f32,
    ) -> Vec<PerBand> {
        let mut best = most;
        for _ in 0..NUM_PRICE_STEPS {
            let middle = 0.5 * (low + high);
            let cuts_db = self.cuts_at(price(middle));
            if self.is_too_little(&cuts_db) {
                low = middle;
            } else {
                high = middle;
                best = cuts_db;
            }
        }
        best
    }

    /// The curve of the least share of cuts that is enough.
    fn least_enough(&self, cuts_db: &[PerBand]) -> Curve {
        let part = |share: f32| -> Vec<PerBand> {
            let part = |cut_db: &PerBand| cut_db.map(|cut_db| share * cut_db);
            cuts_db.iter().map(part).collect()
        };
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..NUM_SHARE_STEPS {
            let middle = 0.5 * (low + high);
            match self.is_too_little(&part(middle)) {
                true => low = middle,
                false => high = middle,
            }
        }
        self.on_knots(&part(high))
    }

    fn is_too_little(&self, cuts_db: &[PerBand]) -> bool {
        let curve = self.on_knots(cuts_db);
        let brought = match self.wanted.steer {
            Steer::Target => self.line.audibility(&curve),
            Steer::Amount => self.line.loss_lu(&curve),
        };
        brought < self.wanted.amount
    }

    /// Whether Max cut is reached somewhere.
    fn is_deepest(&self, cuts_db: &[PerBand]) -> bool {
        let mut bands = cuts_db
            .iter()
            .flat_map(|cut_db| cut_db.iter().zip(&self.deepest_db));
        bands.any(|(cut_db, deepest_db)| *deepest_db > 0.0 && *cut_db >= deepest_db - NEARLY_DB)
    }

    /// The cut at each moment for a price, as its natural logarithm.
    fn cuts_db(&self, log_price: f32) -> Vec<PerBand> {
        self.cuts_at(log_price.exp())
    }

    /// The cut at each moment for a price.
    fn cuts_at(&self, price: f32) -> Vec<PerBand> {
        let best = |moment| self.cuts.best_cut_db(moment, price);
        let mut cuts_db = evened(&self.moments.iter().map(best).collect::<Vec<_>>());
        self.open_whole(&mut cuts_db);
        cuts_db
    }

    /// Takes from a line's mean cut what its opening lacks.
    fn open_whole(&self, cuts_db: &mut [PerBand]) {
        let length_s = self.line.span_s.1 - self.line.span_s.0;
        let share = (OPENING_S / length_s).min(1.0);
        let num_opening = (share * cuts_db.len() as f64).ceil() as usize;
        let (opening, rest) = cuts_db.split_at_mut(num_opening.min(cuts_db.len()));
        if rest.is_empty() {
            return;
        }
        let rest_db = mean_cut_db(rest);
        let depth = |cut_db: &PerBand| cut_db.iter().sum::<f32>();
        let lacking =
            LEAST_OPENING_SHARE - depth(&mean_cut_db(opening)) / depth(&rest_db).max(1e-6);
        let lacking = lacking.clamp(0.0, 1.0);
        for (cut_db, rest_db) in opening
            .iter_mut()
            .flat_map(|cut_db| cut_db.iter_mut().zip(&rest_db))
        {
            *cut_db += lacking * rest_db;
        }
        for cut_db in opening {
            self.limit(cut_db);
        }
    }

    fn limit(&self, cut_db: &mut PerBand) {
        for (cut_db, deepest_db) in cut_db.iter_mut().zip(&self.deepest_db) {
            *cut_db = cut_db.min(*deepest_db);
        }
    }

    /// The cuts at the moments as a curve on the timeline's knots.
    fn on_knots(&self, cuts_db: &[PerBand]) -> Curve {
        let (start_s, end_s) = self.line.span_s;
        let last_idx = cuts_db.len().saturating_sub(1);
        let per_s = last_idx as f64 / (end_s - start_s).max(f64::MIN_POSITIVE);
        let first_knot = (start_s / KNOT_S).floor() as i64;
        let last_knot = (end_s / KNOT_S).ceil() as i64;
        let knots: Vec<PerBand> = (first_knot..=last_knot)
            .map(|knot_idx| {
                let time_s = knot_idx as f64 * KNOT_S;
                let place = ((time_s - start_s) * per_s).clamp(0.0, last_idx as f64);
                let idx = (place as usize).min(last_idx.saturating_sub(1));
                let share = (place - idx as f64) as f32;
                let (from, to) = (&cuts_db[idx], &cuts_db[(idx + 1).min(last_idx)]);
                let mut cut_db =
                    std::array::from_fn(|band| from[band] + share * (to[band] - from[band]));
                self.limit(&mut cut_db);
                cut_db
            })
            .collect();
        Curve::new(first_knot, &knots)
    }
}

/// Evens out the steps in which depths are searched: each moment gets half of itself and a quarter of each
/// neighbour.
fn evened(cuts_db: &[PerBand]) -> Vec<PerBand> {
    let last_idx = cuts_db.len().saturating_sub(1);
    (0..cuts_db.len())
        .map(|idx| {
            let (before, after) = (idx.saturating_sub(1), (idx + 1).min(last_idx));
            std::array::from_fn(|band| {
                0.5 * cuts_db[idx][band] + 0.25 * (cuts_db[before][band] + cuts_db[after][band])
            })
        })
        .collect()
}

fn mean_cut_db(cuts_db: &[PerBand]) -> PerBand {
    let mut mean_db = [0.0; NUM_BANDS];
    for cut_db in cuts_db {
        for (mean_db, cut_db) in mean_db.iter_mut().zip(cut_db) {
            *mean_db += cut_db;
        }
    }
    mean_db.map(|sum| sum / cuts_db.len().max(1) as f32)
}
