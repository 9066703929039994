//! The curve that takes a given loudness, where it is best taken.

use crate::duck::choices::LOG_PRICE_OF_AMOUNT;
use crate::duck::curve_shape::{Shape, limit_slope, smooth_across_bands};
use crate::duck::offer::{Offer, Prices};
use crate::duck::ride_measure::RideMeasure;
use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Halvings of the range in which a depth is looked for: to 0.01 nepers of the price.
const NUM_HALVINGS: usize = 11;

/// How far a depth is looked for round that of the last hop at first.
const NEAR: f32 = 1.0 / 32.0;

/// A curve may be raised by this factor at most to take just what is given.
const MAX_STRETCH: f32 = 2.0;

/// How deep a curve is: from 0 to 1 the price falls over all its range; from 1 to 2 what it has bought then
/// goes over into the deepest cut of all bands.
const DEEPEST: f32 = 2.0;

/// All curves that the bands of a moment offer, from the shallowest to the deepest.
pub struct Curves {
    offers: [Offer; NUM_BANDS],
    shape: Shape,
}

impl Curves {
    /// Of `offers`, under the prices of `shape`.
    pub fn new(offers: [Offer; NUM_BANDS], shape: Shape) -> Self {
        Self { offers, shape }
    }

    /// The curve of a depth, dB per band.
    pub fn cut_db(&self, depth: f32) -> PerBand {
        let (low, high) = LOG_PRICE_OF_AMOUNT;
        let prices = Prices {
            loudness: (high + depth.min(1.0) * (low - high)).exp(),
            ..self.shape.prices
        };
        let mut cut_db = self.offers.map(|offer| offer.best_cut_db(&prices));
        limit_slope(&mut cut_db);
        smooth_across_bands(&mut cut_db);
        let beyond = (depth - 1.0).clamp(0.0, 1.0);
        for (cut_db, offer) in cut_db.iter_mut().zip(&self.offers) {
            *cut_db = cut_db.min(offer.max_cut_db);
            *cut_db += beyond * (offer.max_cut_db - *cut_db);
        }
        cut_db
    }

    /// The least depth at which `measure` loses `loss_lu`, or the greatest if that is too little; looked for
    /// from `near_depth` on.
    pub fn depth_of(&self, loss_lu: f32, measure: &RideMeasure, near_depth: f32) -> f32 {
        if loss_lu <= 0.0 {
            return 0.0;
        }
        let is_enough = |depth: f32| measure.loss_lu(&self.cut_db(depth)) >= loss_lu;
        let mut low = (near_depth - NEAR).max(0.0);
        let mut high = (near_depth + NEAR).min(DEEPEST);
        if is_enough(low) {
            (low, high) = (0.0, low);
        } else if !is_enough(high) {
            (low, high) = (high, DEEPEST);
        }
        for _ in 0..NUM_HALVINGS {
            let middle = 0.5 * (low + high);
            if high - low < 2.0 * NEAR / 16.0 {
                break;
            }
            match is_enough(middle) {
                true => high = middle,
                false => low = middle,
            }
        }
        high
    }

    /// `cut_db` with every band within what is allowed.
    pub fn allowed(&self, mut cut_db: PerBand) -> PerBand {
        for (cut_db, offer) in cut_db.iter_mut().zip(&self.offers) {
            *cut_db = cut_db.clamp(0.0, offer.max_cut_db.max(0.0));
        }
        cut_db
    }

    /// `cut_db` stretched so that `measure` loses `loss_lu`, as far as may be.
    pub fn stretched(&self, cut_db: &PerBand, loss_lu: f32, measure: &RideMeasure) -> PerBand {
        let by = |factor: f32| self.allowed(cut_db.map(|cut_db| factor * cut_db));
        if measure.loss_lu(&by(MAX_STRETCH)) <= loss_lu {
            return by(MAX_STRETCH);
        }
        let (mut low, mut high) = (0.0, MAX_STRETCH);
        for _ in 0..NUM_HALVINGS {
            let middle = 0.5 * (low + high);
            match measure.loss_lu(&by(middle)) >= loss_lu {
                true => high = middle,
                false => low = middle,
            }
        }
        by(0.5 * (low + high))
    }
}
