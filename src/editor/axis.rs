//! Where values stand on the screen: pure functions, in logical pixels.

use std::ops::RangeInclusive;

/// A logarithmic frequency axis.
#[derive(Debug, Clone, Copy)]
pub struct HzAxis {
    /// Frequency at the left end, Hz, above 0.
    pub min_hz: f32,
    /// Frequency at the right end, Hz, above `min_hz`.
    pub max_hz: f32,
    /// Position of the left end.
    pub left: f32,
    /// Position of the right end.
    pub right: f32,
}

impl HzAxis {
    /// Position of a frequency; one outside the axis is put on its end.
    pub fn x_from_hz(&self, hz: f32) -> f32 {
        let hz = hz.clamp(self.min_hz, self.max_hz);
        let proportion = (hz / self.min_hz).ln() / (self.max_hz / self.min_hz).ln();
        self.left + proportion * (self.right - self.left)
    }
}

/// A linear axis of decibels, upwards.
#[derive(Debug, Clone, Copy)]
pub struct DbAxis {
    /// Value at the bottom, dB.
    pub min_db: f32,
    /// Value at the top, dB, above `min_db`.
    pub max_db: f32,
    /// Position of the top.
    pub top: f32,
    /// Position of the bottom.
    pub bottom: f32,
}

impl DbAxis {
    /// Position of a value; one outside the axis is put on its end, NaN at the bottom.
    pub fn y_from_db(&self, db: f32) -> f32 {
        let db = if db.is_nan() { self.min_db } else { db };
        let db = db.clamp(self.min_db, self.max_db);
        let proportion = (db - self.min_db) / (self.max_db - self.min_db);
        self.bottom + proportion * (self.top - self.bottom)
    }

    /// The multiples of `step_db` that lie on the axis, dB, from the bottom up.
    pub fn ticks_db(&self, step_db: f32) -> impl Iterator<Item = f32> {
        let steps: RangeInclusive<i32> =
            (self.min_db / step_db).ceil() as i32..=(self.max_db / step_db).floor() as i32;
        steps.map(move |step| step as f32 * step_db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HZ: HzAxis = HzAxis {
        min_hz: 100.0,
        max_hz: 10_000.0,
        left: 50.0,
        right: 250.0,
    };
    const DB: DbAxis = DbAxis {
        min_db: -90.0,
        max_db: 0.0,
        top: 10.0,
        bottom: 100.0,
    };

    #[test]
    fn a_decade_is_as_wide_everywhere() {
        for (hz, x) in [(100.0, 50.0), (1000.0, 150.0), (10_000.0, 250.0)] {
            assert!((HZ.x_from_hz(hz) - x).abs() < 1e-3, "{hz} Hz");
        }
    }

    #[test]
    fn more_decibels_stand_higher() {
        assert_eq!(DB.y_from_db(0.0), 10.0);
        assert_eq!(DB.y_from_db(-45.0), 55.0);
        assert_eq!(DB.y_from_db(-90.0), 100.0);
    }

    #[test]
    fn nothing_is_drawn_outside_the_axes() {
        assert_eq!(HZ.x_from_hz(0.0), 50.0);
        assert_eq!(HZ.x_from_hz(f32::INFINITY), 250.0);
        assert_eq!(DB.y_from_db(f32::NEG_INFINITY), 100.0);
        assert_eq!(DB.y_from_db(12.0), 10.0);
        assert_eq!(DB.y_from_db(f32::NAN), 100.0);
    }

    #[test]
    fn ticks_are_the_multiples_within_the_axis() {
        let axis = DbAxis {
            min_db: -18.0,
            max_db: 0.0,
            ..DB
        };
        assert!(axis.ticks_db(6.0).eq([-18.0, -12.0, -6.0, 0.0]));
        assert!(axis.ticks_db(5.0).eq([-15.0, -10.0, -5.0, 0.0]));
    }
}
