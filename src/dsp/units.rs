//! Conversions between decibels, linear amplitude (gain) and power.
//!
//! Levels are finite for any input: [`SILENCE_DB`] stands for everything at or below it, for zero,
//! for negative values and for NaN.

/// Level of silence, dB re 1: no conversion gives less.
pub const SILENCE_DB: f32 = -140.0;

/// Level of a linear amplitude, dB; at least [`SILENCE_DB`].
pub fn db_from_gain(gain: f32) -> f32 {
    (20.0 * gain.log10()).max(SILENCE_DB)
}

/// Linear amplitude of a level in dB.
pub fn gain_from_db(db: f32) -> f32 {
    10f32.powf(db / 20.0)
}

/// Level of a power, dB; at least [`SILENCE_DB`].
pub fn db_from_power(power: f32) -> f32 {
    (10.0 * power.log10()).max(SILENCE_DB)
}

/// Power of a level in dB.
pub fn power_from_db(db: f32) -> f32 {
    10f32.powf(db / 10.0)
}

/// [`gain_from_db`] in double precision.
pub fn gain_from_db_f64(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// [`db_from_power`] in double precision.
pub fn db_from_power_f64(power: f64) -> f64 {
    (10.0 * power.log10()).max(f64::from(SILENCE_DB))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decibels_and_back() {
        for db in [-120.0f32, -18.0, -6.0, 0.0, 3.0, 24.0] {
            assert!((db_from_gain(gain_from_db(db)) - db).abs() < 1e-4);
            assert!((db_from_power(power_from_db(db)) - db).abs() < 1e-4);
            assert!(
                (gain_from_db_f64(f64::from(db)) / f64::from(gain_from_db(db)) - 1.0).abs() < 1e-5
            );
        }
        assert!((db_from_gain(2.0) - 6.0206).abs() < 1e-4);
        assert!((db_from_power(2.0) - 3.0103).abs() < 1e-4);
        assert!((db_from_power_f64(2.0) - 3.0103).abs() < 1e-4);
    }

    #[test]
    fn silence_and_nonsense_have_the_level_of_silence() {
        for value in [0.0, -0.0, f32::MIN_POSITIVE, -1.0, f32::NAN] {
            assert_eq!(db_from_gain(value), SILENCE_DB);
            assert_eq!(db_from_power(value), SILENCE_DB);
            assert_eq!(db_from_power_f64(f64::from(value)), f64::from(SILENCE_DB));
        }
    }
}
