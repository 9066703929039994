//! A smooth curve through the band values: pure maths.

use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Points between two neighbouring bands.
pub const POINTS_PER_BAND: usize = 6;

/// Number of points of a curve.
pub const NUM_POINTS: usize = (NUM_BANDS - 1) * POINTS_PER_BAND + 1;

/// `values` with [`POINTS_PER_BAND`] points from band to band, by a cubic that keeps to the bands'
/// values and never swings over them (Fritsch and Carlson 1980, SIAM J. Numer. Anal. 17:238, with
/// the harmonic mean of the slopes on both sides).
pub fn smooth(values: &PerBand) -> [f32; NUM_POINTS] {
    let slope_to = |band_idx: usize| values[band_idx + 1] - values[band_idx];
    let slopes: PerBand = std::array::from_fn(|band_idx| {
        if band_idx == 0 || band_idx == NUM_BANDS - 1 {
            return 0.0;
        }
        let (before, after) = (slope_to(band_idx - 1), slope_to(band_idx));
        if before * after > 0.0 {
            2.0 * before * after / (before + after)
        } else {
            0.0
        }
    });
    std::array::from_fn(|point_idx| {
        let band_idx = (point_idx / POINTS_PER_BAND).min(NUM_BANDS - 2);
        let t = (point_idx - band_idx * POINTS_PER_BAND) as f32 / POINTS_PER_BAND as f32;
        let (from, to) = (values[band_idx], values[band_idx + 1]);
        let (t2, t3) = (t * t, t * t * t);
        (2.0 * t3 - 3.0 * t2 + 1.0) * from
            + (t3 - 2.0 * t2 + t) * slopes[band_idx]
            + (3.0 * t2 - 2.0 * t3) * to
            + (t3 - t2) * slopes[band_idx + 1]
    })
}

/// Place of a point on the frequency axis, in bands from the lowest one.
pub fn band_of_point(point_idx: usize) -> f32 {
    point_idx as f32 / POINTS_PER_BAND as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_the_bands_and_never_swings_over() {
        let mut values = [-60.0; NUM_BANDS];
        values[7] = -20.0;
        values[8] = -25.0;
        values[15] = -80.0;
        let curve = smooth(&values);
        for (band_idx, value) in values.iter().enumerate() {
            assert_eq!(curve[band_idx * POINTS_PER_BAND], *value);
        }
        for (point_idx, value) in curve.iter().enumerate() {
            let band_idx = (point_idx / POINTS_PER_BAND).min(NUM_BANDS - 2);
            let (a, b) = (values[band_idx], values[band_idx + 1]);
            assert!((a.min(b) - 1e-4..=a.max(b) + 1e-4).contains(value));
        }
    }
}
