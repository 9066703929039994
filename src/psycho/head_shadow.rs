//! How loud a sound from a side is at each ear, beside one from straight ahead.
//!
//! The head is the filter of Brown and Duda (1998, IEEE Trans. Speech Audio Proc. 6(5), 476): a sphere of 8.75 cm with
//! ears opposite each other, a shelf and a delay that depend on the angle between the sound and the axis of the ears.
//! For one noise at a side and speech ahead such a sphere gives 1 to 4 dB less than a manikin, most at 60 and 120
//! degrees: there is no ear lobe that faces the front. `SHADOW_DEPTH` deepens the shadow of the far ear by what the
//! better ear of the manikin KEMAR has (Gardner and Martin 1994, by the equations of [`crate::psycho::two_ears`]).

use crate::psycho::bands::{NUM_BANDS, PerBand, centre_hz};
use crate::psycho::choices::NEAR_EAR_SHARE;

/// Radius of the head, m.
const RADIUS_M: f64 = 0.0875;

/// Speed of sound, m/s.
const SOUND_M_S: f64 = 343.0;

/// Least gain of the shelf at high frequencies, and the angle from the ear at which it has it, degrees (Brown and Duda).
const LEAST_GAIN: f64 = 0.1;
const DARKEST_DEG: f64 = 150.0;

/// Angle from straight ahead, degrees, and what the far ear's shadow is multiplied by there, in dB: so that one
/// noise of the spectrum of speech leaves the better ear as much as KEMAR's. At 90 degrees it is left as it is:
/// with it 6.1 dB are gained by both ears, where 19 listeners had 6.2 (Nilsson, Jayaraman and Soli 1993), KEMAR 7.3.
const SHADOW_DEPTH: [(f64, f64); 8] = [
    (0.0, 1.416),
    (30.0, 1.416),
    (60.0, 1.77),
    (90.0, 1.0),
    (105.0, 1.81),
    (120.0, 2.16),
    (135.0, 1.75),
    (150.0, 1.48),
];

/// What a sound from one direction is at both ears, per band: powers, 1 for a sound from straight ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarGains {
    /// At the left ear.
    pub left: PerBand,
    /// At the right ear.
    pub right: PerBand,
    /// Left times the conjugate of right: the real part.
    pub cross_re: PerBand,
    /// Left times the conjugate of right: the imaginary part.
    pub cross_im: PerBand,
}

impl EarGains {
    /// Of a sound from straight ahead: exactly 1 at both ears.
    pub const AHEAD: Self = Self {
        left: [1.0; NUM_BANDS],
        right: [1.0; NUM_BANDS],
        cross_re: [1.0; NUM_BANDS],
        cross_im: [0.0; NUM_BANDS],
    };

    /// Of a sound from `azimuth_deg` (positive to the left, up to 180 either way), `elevation_deg` above the ears. What
    /// counts is how far it is to the side: a sound from above is as one that is nearer to the middle.
    pub fn from(azimuth_deg: f64, elevation_deg: f64) -> Self {
        let aside = azimuth_deg.to_radians().sin() * elevation_deg.to_radians().cos();
        if aside.abs() < 1e-9 {
            return Self::AHEAD;
        }
        let is_behind = azimuth_deg.abs() > 90.0;
        let level_deg = aside.abs().min(1.0).asin().to_degrees();
        let level_deg = if is_behind {
            180.0 - level_deg
        } else {
            level_deg
        };
        let mut gains = Self::AHEAD;
        let parts = gains.left.iter_mut().zip(&mut gains.right);
        let cross = gains.cross_re.iter_mut().zip(&mut gains.cross_im);
        for (band_idx, ((left, right), (cross_re, cross_im))) in parts.zip(cross).enumerate() {
            let (near, far) = near_and_far(level_deg, centre_hz(band_idx));
            let (at_left, at_right) = if aside > 0.0 {
                (near, far)
            } else {
                (far, near)
            };
            let both = at_left.gain * at_right.gain;
            let turn = at_left.phase - at_right.phase;
            *left = at_left.gain.powi(2) as f32;
            *right = at_right.gain.powi(2) as f32;
            *cross_re = (both * turn.cos()) as f32;
            *cross_im = (both * turn.sin()) as f32;
        }
        gains
    }
}

/// What an ear does to a sine.
struct AtEar {
    gain: f64,
    /// Radians.
    phase: f64,
}

/// The near and the far ear for a sound at `azimuth_deg`, 0 to 180, over those for one from straight ahead.
fn near_and_far(azimuth_deg: f64, hz: f64) -> (AtEar, AtEar) {
    let from_near_deg = (azimuth_deg - 90.0).abs();
    let ahead = at_ear(90.0, hz);
    let over_ahead = |from_ear_deg: f64| {
        let at = at_ear(from_ear_deg, hz);
        AtEar {
            gain: at.gain / ahead.gain,
            phase: at.phase - ahead.phase,
        }
    };
    let mut near = over_ahead(from_near_deg);
    near.gain = near.gain.powf(NEAR_EAR_SHARE);
    let mut far = over_ahead(180.0 - from_near_deg);
    if far.gain < 1.0 {
        far.gain = far.gain.powf(shadow_depth(azimuth_deg));
    }
    (near, far)
}

/// The filter of Brown and Duda for an ear from which the sound is `from_ear_deg` away, 0 to 180: a shelf
/// (1 + i alpha x) / (1 + i x) and a delay.
fn at_ear(from_ear_deg: f64, hz: f64) -> AtEar {
    let corner = SOUND_M_S / RADIUS_M;
    let x = std::f64::consts::TAU * hz / (2.0 * corner);
    let angle = (from_ear_deg * 180.0 / DARKEST_DEG).to_radians();
    let alpha = 1.0 + LEAST_GAIN / 2.0 + (1.0 - LEAST_GAIN / 2.0) * angle.cos();
    let from_ear = from_ear_deg.to_radians();
    let delay_s = match from_ear_deg < 90.0 {
        true => -from_ear.cos() / corner,
        false => (from_ear - std::f64::consts::FRAC_PI_2) / corner,
    };
    AtEar {
        gain: (1.0f64.hypot(alpha * x)) / 1.0f64.hypot(x),
        phase: (alpha * x).atan() - x.atan() - std::f64::consts::TAU * hz * delay_s,
    }
}

/// [`SHADOW_DEPTH`] between its rows, straight; beyond the last as there.
fn shadow_depth(azimuth_deg: f64) -> f64 {
    let rows = SHADOW_DEPTH.iter().zip(SHADOW_DEPTH.iter().skip(1));
    for (low, high) in rows {
        if azimuth_deg <= high.0 {
            let share = (azimuth_deg - low.0) / (high.0 - low.0);
            return low.1 + share * (high.1 - low.1);
        }
    }
    SHADOW_DEPTH.last().map_or(1.0, |row| row.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Level of the filter in two bands, dB: `audience.json` computed them from the equation of Brown and Duda, and six
    /// programs carry the same constants.
    #[test]
    fn the_filter_has_the_published_levels() {
        for (from_ear_deg, at_1000_db, at_8000_db) in [
            (0.0, 3.37, 5.94),
            (30.0, 2.79, 5.12),
            (60.0, 1.19, 2.52),
            (90.0, -0.80, -2.35),
            (120.0, -1.94, -9.95),
            (150.0, -2.13, -14.75),
            (180.0, -1.94, -9.95),
        ] {
            for (hz, expected_db) in [(1000.0, at_1000_db), (8000.0, at_8000_db)] {
                let got_db = 20.0 * at_ear(from_ear_deg, hz).gain.log10();
                assert!(
                    (got_db - expected_db).abs() < 0.02,
                    "{from_ear_deg} degrees, {hz} Hz: {got_db}"
                );
            }
        }
    }

    #[test]
    fn sides_are_mirrored_and_the_middle_is_exactly_one() {
        let (left, right) = (EarGains::from(110.0, 0.0), EarGains::from(-110.0, 0.0));
        assert_eq!((left.left, left.right), (right.right, right.left));
        for (azimuth_deg, elevation_deg) in [(0.0, 0.0), (180.0, 0.0), (-180.0, 45.0), (30.0, 90.0)]
        {
            assert_eq!(EarGains::from(azimuth_deg, elevation_deg), EarGains::AHEAD);
        }
        // 45 degrees up, a loudspeaker at the side is as far to the side as one at 45 degrees.
        let (up, level) = (EarGains::from(90.0, 45.0), EarGains::from(45.0, 0.0));
        assert!((up.right[15] - level.right[15]).abs() < 1e-5);
    }
}
