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

    /// Frequency at a position; a position outside the axis counts as its end.
    pub fn hz_from_x(&self, x: f32) -> f32 {
        let width = (self.right - self.left).max(f32::EPSILON);
        let proportion = ((x - self.left) / width).clamp(0.0, 1.0);
        self.min_hz * (self.max_hz / self.min_hz).powf(proportion)
    }
}

/// A linear axis, upwards: of decibels, or of any other value.
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

/// A stretch of the timeline across the screen.
#[derive(Debug, Clone, Copy)]
pub struct TimeAxis {
    /// Time at the left end, s.
    pub start_s: f64,
    /// Length, s, above 0.
    pub span_s: f64,
    /// Position of the left end.
    pub left: f32,
    /// Position of the right end.
    pub right: f32,
}

/// Distances of ticks that people count in, s.
const STEPS_S: [f64; 12] = [
    1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0,
];

impl TimeAxis {
    /// Position of a time, also of one outside the axis.
    pub fn x_from_s(&self, time_s: f64) -> f32 {
        let proportion = (time_s - self.start_s) / self.span_s;
        self.left + proportion as f32 * (self.right - self.left)
    }

    /// Time at a position.
    pub fn s_from_x(&self, x: f32) -> f64 {
        let width = (self.right - self.left).max(f32::EPSILON);
        self.start_s + self.span_s * f64::from((x - self.left) / width)
    }

    /// Time at the right end, s.
    pub fn end_s(&self) -> f64 {
        self.start_s + self.span_s
    }

    /// Times of ticks that are at least `least_px` apart, s: multiples of a step that people count
    /// in, none before 0.
    pub fn ticks_s(&self, least_px: f32) -> impl Iterator<Item = f64> {
        let width = (self.right - self.left).max(1.0);
        let least_s = self.span_s * f64::from(least_px / width);
        let step_s = STEPS_S
            .into_iter()
            .find(|&step_s| step_s >= least_s)
            .unwrap_or(7200.0);
        let first = (self.start_s.max(0.0) / step_s).ceil() as i64;
        let last = (self.end_s() / step_s).floor() as i64;
        (first..=last).map(move |step| step as f64 * step_s)
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
    const TIME: TimeAxis = TimeAxis {
        start_s: 3595.0,
        span_s: 10.0,
        left: 100.0,
        right: 300.0,
    };

    #[test]
    fn a_decade_is_as_wide_everywhere() {
        for (hz, x) in [(100.0, 50.0), (1000.0, 150.0), (10_000.0, 250.0)] {
            assert!((HZ.x_from_hz(hz) - x).abs() < 1e-3, "{hz} Hz");
            assert!((HZ.hz_from_x(x) / hz - 1.0).abs() < 1e-4, "{hz} Hz");
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
        assert_eq!(HZ.hz_from_x(-1e9), 100.0);
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

    #[test]
    fn times_go_there_and_back() {
        assert_eq!(TIME.x_from_s(3600.0), 200.0);
        assert_eq!(TIME.s_from_x(200.0), 3600.0);
        assert_eq!(TIME.end_s(), 3605.0);
    }

    #[test]
    fn time_ticks_are_steps_that_people_count_in_and_never_crowd() {
        assert!(TIME.ticks_s(60.0).eq([3595.0, 3600.0, 3605.0]));
        assert!(TIME.ticks_s(110.0).eq([3600.0]));
        for span_s in [10.0, 60.0, 600.0, 7200.0] {
            let axis = TimeAxis { span_s, ..TIME };
            let xs: Vec<f32> = axis.ticks_s(40.0).map(|t| axis.x_from_s(t)).collect();
            assert!(
                xs.windows(2).all(|pair| pair[1] - pair[0] >= 40.0),
                "{xs:?}"
            );
            assert!(!xs.is_empty());
        }
        let before = TimeAxis {
            start_s: -8.0,
            ..TIME
        };
        assert!(before.ticks_s(40.0).all(|t| t >= 0.0));
    }
}
