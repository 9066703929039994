//! What shapes the duck's curve over the bands, apart from the words and the music: prices of depth and
//! unevenness, the slope between neighbours, and smoothing.

use crate::duck::choices::{
    DEPTH_PRICE, MAX_SLOPE_DB_PER_BAND, NEAR_BANDS, NEAR_EVENNESS_PRICE, OVERALL_EVENNESS_PRICE,
};
use crate::duck::offer::Prices;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::settings::{MAX_CUT_DB, Settings, Steer};

/// What decides the shape of the curve, apart from the words and the music.
pub struct Shape {
    /// Prices of depth and evenness.
    pub prices: Prices,
    /// Share of the near bands in what a cut is compared with; the rest is the mean of all.
    near_share: f32,
}

impl Shape {
    /// The lower Max cut, the more depth and unevenness cost, so that small cuts colour little.
    pub fn of(settings: &Settings) -> Self {
        // At a maximum of 0 no price matters, but it stays finite.
        let scale = MAX_CUT_DB.range.default / settings.max_cut_db.max(1.0);
        let overall = match settings.steer {
            Steer::Target => OVERALL_EVENNESS_PRICE,
            Steer::Amount => 0.0,
        };
        let evenness = NEAR_EVENNESS_PRICE + overall;
        Self {
            prices: Prices {
                loudness: 0.0,
                depth: scale * DEPTH_PRICE,
                evenness: scale * evenness,
            },
            near_share: NEAR_EVENNESS_PRICE / evenness,
        }
    }

    /// The cut, dB, from which that of a band should not stand out: a mean of the near bands and of all.
    pub fn around_db(&self, near_db: f32, mean_db: f32) -> f32 {
        mean_db + self.near_share * (near_db - mean_db)
    }
}

/// Weights of all bands in what lies near each; each row sums to 1.
pub fn near() -> [PerBand; NUM_BANDS] {
    let mut rows = [[0.0; NUM_BANDS]; NUM_BANDS];
    for (band_idx, row) in rows.iter_mut().enumerate() {
        for (other_idx, weight) in row.iter_mut().enumerate() {
            let distance = other_idx.abs_diff(band_idx) as f32 / NEAR_BANDS;
            if other_idx != band_idx {
                *weight = (-0.5 * distance * distance).exp();
            }
        }
        let sum: f32 = row.iter().sum();
        for weight in row.iter_mut() {
            *weight /= sum;
        }
    }
    rows
}

/// Mean of `values` under weights that sum to 1.
pub fn weighted_mean(weights: &PerBand, values: &PerBand) -> f32 {
    weights.iter().zip(values).map(|(w, value)| w * value).sum()
}

/// Limits the slope between neighbours by lowering the deeper one.
pub fn limit_slope(cut_db: &mut PerBand) {
    let limit = |previous: &mut f32, cut: &mut f32| {
        *cut = cut.min(*previous + MAX_SLOPE_DB_PER_BAND);
        *previous = *cut;
    };
    let mut previous = f32::INFINITY;
    for cut in cut_db.iter_mut() {
        limit(&mut previous, cut);
    }
    previous = f32::INFINITY;
    for cut in cut_db.iter_mut().rev() {
        limit(&mut previous, cut);
    }
}

/// Evens out the cut: each band gets half of itself and a quarter of each neighbour.
pub fn smooth_across_bands(cut_db: &mut PerBand) {
    let original = *cut_db;
    let left = original.iter().take(1).chain(&original);
    let right = original.iter().skip(1).chain(original.iter().last());
    for (((cut, &left), &middle), &right) in cut_db.iter_mut().zip(left).zip(&original).zip(right) {
        *cut = 0.5 * middle + 0.25 * (left + right);
    }
}
