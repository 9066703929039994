//! Decibels, powers and exponentials of all bands at once, in SIMD lanes. Single values are
//! converted by [`crate::dsp::units`].
//!
//! The polynomials are those of S. L. Moshier's Cephes library (`exp2f`, `logf`), whose relative error is
//! below 2e-7.

use multiversion::multiversion;

use crate::dsp::units::SILENCE_DB;

/// Most values that are converted at once.
pub const MAX_VALUES: usize = 24;

/// One value per lane; unused lanes hold anything finite.
pub type Values = [f32; MAX_VALUES];

/// Values, at most [`MAX_VALUES`], in lanes, the rest 0.
pub fn padded<const N: usize>(values: &[f32; N]) -> Values {
    const { assert!(N <= MAX_VALUES) };
    let mut lanes = [0.0; MAX_VALUES];
    for (lane, &value) in lanes.iter_mut().zip(values) {
        *lane = value;
    }
    lanes
}

/// The first `N` lanes.
pub fn first<const N: usize>(lanes: &Values) -> [f32; N] {
    const { assert!(N <= MAX_VALUES) };
    let mut values = [0.0; N];
    for (value, &lane) in values.iter_mut().zip(lanes) {
        *value = lane;
    }
    values
}

/// Level of each power, dB, within 0.00002 dB; [`SILENCE_DB`] for powers at or below silence, negative
/// ones and NaN.
pub fn db_from_powers<const N: usize>(powers: &[f32; N]) -> [f32; N] {
    let mut lanes = padded(powers);
    powers_to_db(&mut lanes);
    first(&lanes)
}

/// Power of each level in dB, which lies within 379 dB of 0. Within 0.00005 dB.
pub fn powers_from_db<const N: usize>(levels_db: &[f32; N]) -> [f32; N] {
    let mut lanes = padded(levels_db);
    db_to_powers(&mut lanes);
    first(&lanes)
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn powers_to_db(lanes: &mut Values) {
    const SILENCE_POWER: f32 = 1e-14;
    for lane in lanes {
        let is_sound = *lane > SILENCE_POWER;
        let power = if is_sound { *lane } else { 1.0 };
        let power = if power < f32::MAX { power } else { f32::MAX };
        let level_db = 10.0 * std::f32::consts::LOG10_2 * log2(power);
        *lane = if is_sound { level_db } else { SILENCE_DB };
    }
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn db_to_powers(lanes: &mut Values) {
    for lane in lanes {
        *lane = exp2(*lane * (std::f32::consts::LOG2_10 / 10.0));
    }
}

/// Binary logarithm of each value, all normal and above 0.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn log2_all(values: &mut [f32]) {
    for value in values {
        *value = log2(*value);
    }
}

/// 2 to the power of each value, within -126 to 127.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn exp2_all(lanes: &mut Values) {
    for lane in lanes {
        *lane = exp2(*lane);
    }
}

/// What one source adds to the lanes: 2^(`start` + `slope` x) times `share`.
#[derive(Debug, Clone)]
pub struct ExpLine {
    /// Where on the line each lane lies.
    x: Values,
    /// 1 for the lanes that the source adds to, else 0.
    share: Values,
    /// Number of leading 8-lane chunks this source does not touch.
    num_skipped: usize,
}

impl ExpLine {
    /// A source that adds to the lanes from `first_lane` on, which lie at `x`.
    pub fn new(x: Values, first_lane: usize) -> Self {
        let share = std::array::from_fn(|lane| if lane < first_lane { 0.0 } else { 1.0 });
        Self {
            x,
            share,
            num_skipped: first_lane / 8,
        }
    }
}

/// Adds to the sums what each line gives, `start` and `slope` being those of the same index.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn add_lines(sums: &mut Values, lines: &[ExpLine], starts: &[f32], slopes: &[f32]) {
    for ((line, start), slope) in lines.iter().zip(starts).zip(slopes) {
        let (sums, _) = sums.as_chunks_mut::<8>();
        let (xs, _) = line.x.as_chunks::<8>();
        let (shares, _) = line.share.as_chunks::<8>();
        let lanes = sums.iter_mut().zip(xs).zip(shares);
        for ((sums, xs), shares) in lanes.skip(line.num_skipped) {
            for ((sum, x), share) in sums.iter_mut().zip(xs).zip(shares) {
                *sum += share * exp2(start + slope * x);
            }
        }
    }
}

/// 2^x, with x clamped to -126 to 127.
#[inline(always)]
pub(super) fn exp2(x: f32) -> f32 {
    let x = if x > -126.0 { x } else { -126.0 };
    let x = if x < 127.0 { x } else { 127.0 };
    // Adding it leaves the nearest whole number in the lowest bits.
    const ROUNDER: f32 = 12_582_912.0;
    let rounded = x + ROUNDER;
    let rest = x - (rounded - ROUNDER);
    let mut y = 1.535_336_2e-4;
    for coefficient in [
        1.339_887_4e-3,
        9.618_437e-3,
        5.550_332_5e-2,
        2.402_264_8e-1,
        6.931_472e-1,
        1.0,
    ] {
        y = y * rest + coefficient;
    }
    f32::from_bits(y.to_bits().wrapping_add(rounded.to_bits() << 23))
}

/// Binary logarithm of a normal number above 0.
#[inline(always)]
fn log2(x: f32) -> f32 {
    const SQRT_HALF_BITS: u32 = std::f32::consts::FRAC_1_SQRT_2.to_bits();
    let exponent = (x.to_bits().wrapping_sub(SQRT_HALF_BITS) as i32) >> 23;
    // From the root of 1/2 to that of 2, less 1.
    let mantissa = f32::from_bits(x.to_bits().wrapping_sub((exponent << 23) as u32)) - 1.0;
    let mut y = 7.037_683_6e-2;
    for coefficient in [
        -1.151_461e-1,
        1.167_699_9e-1,
        -1.242_014_1e-1,
        1.424_932_3e-1,
        -1.666_805_8e-1,
        2.000_071_5e-1,
        -2.499_999_4e-1,
        3.333_333e-1,
    ] {
        y = y * mantissa + coefficient;
    }
    let square = mantissa * mantissa;
    let ln = mantissa + (y * mantissa * square - 0.5 * square);
    exponent as f32 + ln * std::f32::consts::LOG2_E
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::units::{db_from_power, power_from_db};

    #[test]
    fn levels_and_powers_are_those_of_single_values() {
        for step in -1399..1500 {
            let level_db = step as f32 / 10.0;
            let [power] = powers_from_db(&[level_db]);
            let exact = 10f64.powf(f64::from(level_db) / 10.0);
            let error_db = 10.0 * (f64::from(power) / exact).log10();
            assert!(error_db.abs() < 5e-5, "{level_db} dB: {error_db}");
            let [back_db] = db_from_powers(&[power]);
            let exact_db = 10.0 * f64::from(power).log10();
            let error_db = f64::from(back_db) - exact_db;
            assert!(error_db.abs() < 2e-5, "{level_db} dB: {error_db}");
        }
    }

    #[test]
    fn silence_and_nonsense_have_the_level_of_silence() {
        for power in [0.0, -0.0, f32::MIN_POSITIVE, 1e-40, -1.0, f32::NAN] {
            assert_eq!(db_from_powers(&[power; 21]), [SILENCE_DB; 21]);
        }
        let [loudest_db] = db_from_powers(&[f32::INFINITY]);
        assert!((loudest_db - db_from_power(f32::MAX)).abs() < 1e-3);
        assert_eq!(powers_from_db(&[-1e6]), [f32::MIN_POSITIVE]);
        assert!(
            powers_from_db(&[f32::NAN, 1e6])
                .iter()
                .all(|it| it.is_finite())
        );
    }

    #[test]
    fn lines_add_up_where_they_have_a_share() {
        let mut sums = [1.0; MAX_VALUES];
        let line = ExpLine::new(std::array::from_fn(|lane| lane as f32), 10);
        add_lines(&mut sums, &[line.clone(), line], &[0.0, 3.0], &[-1.0, 0.5]);
        for (lane, sum) in sums.iter().enumerate() {
            let x = lane as f32;
            let added = (-x).exp2() + (3.0 + 0.5 * x).exp2();
            let expected = if lane < 10 { 1.0 } else { 1.0 + added };
            assert!(
                (sum / expected - 1.0).abs() < 1e-6,
                "{lane}: {sum} {expected}"
            );
        }
        assert!((power_from_db(3.0) - powers_from_db(&[3.0])[0]).abs() < 1e-6);
    }
}
