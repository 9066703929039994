//! A curve as few break points, made while it comes: between two of them it is a straight line.
//!
//! The swinging door of E. H. Bristol (US patent 4,669,097, 1987): from the last
//! break point on, the slopes are kept that pass within tolerance of every value since; when none is left, the value
//! before becomes a break point, moved onto the nearest slope. So the line lies within tolerance of every value,
//! unless there would be too many points.

use crate::ride::choices::LANE_POINTS_PER_S;

/// Break points whose times are kept, to be counted.
const NUM_COUNTED: usize = LANE_POINTS_PER_S as usize;

/// A second, with which the points of the last one are counted.
const SECOND_S: f64 = 1.0;

/// A break point of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BreakPoint {
    /// When, s.
    pub time_s: f64,
    /// The curve's value there, in its own unit.
    pub value: f32,
}

/// The last value, and between which slopes the line may go on, in units per s.
#[derive(Debug, Clone, Copy)]
struct Door {
    newest: BreakPoint,
    lowest: f64,
    highest: f64,
}

/// Thins one curve. It never allocates, locks or panics, so that the audio thread may have one.
#[derive(Debug, Clone)]
pub struct Thinner {
    tolerance: f32,
    /// Times of the last points, the oldest first, s.
    recent_s: [f64; NUM_COUNTED],
    last: Option<BreakPoint>,
    door: Option<Door>,
}

impl Thinner {
    /// Nothing yet, of a curve that may be wrong by `tolerance` (in its unit, 0 or more).
    pub fn new(tolerance: f32) -> Self {
        Self {
            tolerance,
            recent_s: [f64::NEG_INFINITY; NUM_COUNTED],
            last: None,
            door: None,
        }
    }

    /// Forgets the curve: the next value begins another.
    pub fn reset(&mut self) {
        *self = Self::new(self.tolerance);
    }

    /// Takes the curve's value at `time_s`, and gives the break point that comes of it: the first value at once,
    /// later ones when the value after them shows that there is a bend. A value that isn't finite is left out; a
    /// time that isn't later than the last begins another curve.
    pub fn push(&mut self, time_s: f64, value: f32) -> Option<BreakPoint> {
        let span = (value - self.tolerance, value + self.tolerance);
        self.push_within(time_s, value, span)
    }

    /// As [`Self::push`], but the line may pass the value anywhere between both ends of `span`: for curves whose
    /// tolerance isn't the same everywhere, such as gains, which are judged in dB.
    pub fn push_within(
        &mut self,
        time_s: f64,
        value: f32,
        (low, high): (f32, f32),
    ) -> Option<BreakPoint> {
        let is_finite = time_s.is_finite() && value.is_finite() && low <= value && value <= high;
        if !is_finite {
            return None;
        }
        let now = BreakPoint { time_s, value };
        let newest_s = self.door.map(|door| door.newest.time_s);
        let is_new = |last: BreakPoint| time_s <= newest_s.unwrap_or(last.time_s);
        let Some(last) = self.last.filter(|last| !is_new(*last)) else {
            self.reset();
            return Some(self.set(now));
        };
        let slope = |from: BreakPoint, to: f32| {
            (f64::from(to) - f64::from(from.value)) / (time_s - from.time_s)
        };
        let mut lowest = slope(last, low);
        let mut highest = slope(last, high);
        if let Some(door) = self.door {
            lowest = lowest.max(door.lowest);
            highest = highest.min(door.highest);
        }
        if lowest <= highest {
            self.door = Some(Door {
                newest: now,
                lowest,
                highest,
            });
            return None;
        }
        let Some(door) = self.door else {
            // A span that contains its value has a slope; only rounding could come here.
            return Some(self.set(now));
        };
        if door.lowest > door.highest {
            // Overdue already: the value itself, as soon as there may be one.
            if self.may_set(time_s) {
                return Some(self.set(now));
            }
            self.door = Some(Door {
                newest: now,
                ..door
            });
            return None;
        }
        if !self.may_set(door.newest.time_s) {
            self.door = Some(Door {
                newest: now,
                lowest,
                highest,
            });
            return None;
        }
        let bend = self.set(on_the_door(last, door));
        self.door = Some(Door {
            newest: now,
            lowest: slope(bend, low),
            highest: slope(bend, high),
        });
        Some(bend)
    }

    /// The curve ends: gives its last point, unless that was given already, however many there were in the last
    /// second, and forgets the curve.
    pub fn finish(&mut self) -> Option<BreakPoint> {
        let end = match (self.last, self.door) {
            (Some(last), Some(door)) if door.lowest <= door.highest => {
                Some(on_the_door(last, door))
            }
            (_, Some(door)) => Some(door.newest),
            _ => None,
        };
        self.reset();
        end
    }

    /// Whether there are fewer points than may be in the second before `time_s`.
    fn may_set(&self, time_s: f64) -> bool {
        let [oldest_s, ..] = self.recent_s;
        time_s - oldest_s > SECOND_S
    }

    fn set(&mut self, point: BreakPoint) -> BreakPoint {
        self.recent_s.rotate_left(1);
        if let Some(newest_s) = self.recent_s.last_mut() {
            *newest_s = point.time_s;
        }
        self.last = Some(point);
        self.door = None;
        point
    }
}

/// The newest value, moved onto the nearest slope that the line from `last` may have.
fn on_the_door(last: BreakPoint, door: Door) -> BreakPoint {
    let later_s = door.newest.time_s - last.time_s;
    let slope = (f64::from(door.newest.value) - f64::from(last.value)) / later_s;
    let slope = slope.max(door.lowest).min(door.highest);
    BreakPoint {
        time_s: door.newest.time_s,
        value: (f64::from(last.value) + slope * later_s) as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_S: f64 = 256.0 / 48_000.0;

    fn thin(values: &[f32], tolerance: f32) -> Vec<BreakPoint> {
        let mut thinner = Thinner::new(tolerance);
        let times = (0..).map(|idx| f64::from(idx) * HOP_S);
        let mut points: Vec<BreakPoint> = times
            .zip(values)
            .filter_map(|(time_s, &value)| thinner.push(time_s, value))
            .collect();
        points.extend(thinner.finish());
        points
    }

    fn value_at(points: &[BreakPoint], time_s: f64) -> f32 {
        let idx = points.partition_point(|point| point.time_s <= time_s);
        let before = points[idx.saturating_sub(1)];
        let Some(after) = points.get(idx) else {
            return before.value;
        };
        let share = (time_s - before.time_s) / (after.time_s - before.time_s);
        before.value + share as f32 * (after.value - before.value)
    }

    fn worst(values: &[f32], points: &[BreakPoint]) -> f32 {
        let times = (0..).map(|idx| f64::from(idx) * HOP_S);
        let errors = times
            .zip(values)
            .map(|(time_s, value)| (value_at(points, time_s) - value).abs());
        errors.fold(0.0, f32::max)
    }

    /// Lines of a ride: 4 LU that set in within 80 ms, sway, and go within 400 ms.
    fn ride() -> Vec<f32> {
        let level = |idx: u32| {
            let time_s = f64::from(idx) * HOP_S % 3.0;
            let rise = (time_s - 0.5) / 0.08;
            let fall = 1.0 - (time_s - 2.0) / 0.4;
            let sway = 4.0 + 0.5 * (time_s * 5.0).sin();
            (sway * rise.min(fall).clamp(0.0, 1.0)) as f32
        };
        (0..2000).map(level).collect()
    }

    #[test]
    fn the_line_lies_within_tolerance_of_every_value() {
        let values = ride();
        let points = thin(&values, 0.1);
        let error = worst(&values, &points);
        assert!(error <= 0.1001, "{error}");
        assert!(points.len() < 60, "{}", points.len());
    }

    #[test]
    fn no_second_has_more_points_than_it_may_and_the_curve_is_found_again() {
        let wild: Vec<f32> = test_support::noise::white(6.0, 3)
            .take(2000)
            .chain(std::iter::repeat_n(2.0, 400))
            .collect();
        let points = thin(&wild, 0.1);
        for point in &points {
            let end_s = point.time_s + SECOND_S;
            let within = points
                .iter()
                .filter(|other| other.time_s >= point.time_s && other.time_s < end_s);
            // The end may be one more.
            assert!(within.count() <= NUM_COUNTED + 1);
        }
        let calm = value_at(&points, 2300.0 * HOP_S);
        assert!((calm - 2.0).abs() <= 0.1, "{calm}");
    }

    #[test]
    fn a_curve_that_stays_has_two_ends_and_no_point_between() {
        let points = thin(&[1.5; 500], 0.1);
        assert_eq!(points.len(), 2);
        assert_eq!((points[0].time_s, points[0].value), (0.0, 1.5));
        assert!((points[1].time_s - 499.0 * HOP_S).abs() < 1e-9);
    }

    #[test]
    fn a_jump_back_and_values_that_are_none_begin_anew_or_are_left_out() {
        let mut thinner = Thinner::new(0.1);
        assert!(thinner.push(10.0, 1.0).is_some());
        for value in [f32::NAN, f32::INFINITY] {
            assert_eq!(thinner.push(10.1, value), None);
        }
        assert_eq!(thinner.push(f64::NAN, 1.0), None);
        assert_eq!(thinner.push(10.2, 1.0), None);
        let back = BreakPoint {
            time_s: 3.0,
            value: 2.0,
        };
        assert_eq!(thinner.push(3.0, 2.0), Some(back));
        assert_eq!(thinner.push(3.1, 2.0), None);
    }

    #[test]
    fn gains_are_thinned_within_so_many_decibels() {
        let gain = |db: f32| 10f32.powf(db / 20.0);
        let mut thinner = Thinner::new(0.0);
        let values = ride();
        let mut points = Vec::new();
        for (idx, lu) in (0..).zip(&values) {
            let span = (gain(-lu - 0.1), gain(-lu + 0.1));
            points.extend(thinner.push_within(f64::from(idx) * HOP_S, gain(-lu), span));
        }
        points.extend(thinner.finish());
        for (idx, lu) in (0..).zip(&values) {
            let db = 20.0 * value_at(&points, f64::from(idx) * HOP_S).log10();
            assert!((db + lu).abs() <= 0.101, "{idx}: {db} for {lu}");
        }
    }
}
