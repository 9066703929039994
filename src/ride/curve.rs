//! The cut of every band over the time of one line.

use std::sync::Arc;

use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Knots of a curve lie on the timeline at multiples of this, s: between them the cut moves in straight lines.
/// As far apart as the moments for which a cut is chosen.
pub const KNOT_S: f64 = 0.1;

/// Steps of a remembered cut, dB: what is played, saved and written to files is the same.
pub const STEP_DB: f32 = 0.1;

/// The cut at one knot, in steps of [`STEP_DB`] per band.
pub type Knot = [u8; NUM_BANDS];

/// What a line takes out of the music, from its first word to its last.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    first_knot: i64,
    knots: Arc<[Knot]>,
}

impl Curve {
    /// From cuts at the knots from number `first_knot` of the timeline on, dB per band: 0 to 25.5 in steps of
    /// [`STEP_DB`].
    pub fn new(first_knot: i64, cuts_db: &[PerBand]) -> Self {
        let steps = |cut_db: &PerBand| cut_db.map(|cut_db| (cut_db / STEP_DB).round() as u8);
        Self::from_knots(first_knot, cuts_db.iter().map(steps).collect())
    }

    /// From knots as they were saved.
    pub fn from_knots(first_knot: i64, knots: Arc<[Knot]>) -> Self {
        Self { first_knot, knots }
    }

    /// Number of the first knot on the timeline.
    pub fn first_knot(&self) -> i64 {
        self.first_knot
    }

    /// The knots.
    pub fn knots(&self) -> &[Knot] {
        &self.knots
    }

    /// The cut at a time of the timeline, s: dB per band. Before the first knot it is the first's, after the
    /// last the last's.
    pub fn cut_db_at(&self, time_s: f64) -> PerBand {
        let last_idx = self.knots.len().saturating_sub(1) as f64;
        let place = (time_s / KNOT_S - self.first_knot as f64).clamp(0.0, last_idx);
        let idx = place.floor() as usize;
        let share = (place - place.floor()) as f32;
        let mut cut_db = [0.0; NUM_BANDS];
        let Some(from) = self.knots.get(idx) else {
            return cut_db;
        };
        let to = self.knots.get(idx + 1).unwrap_or(from);
        for ((cut_db, &from), &to) in cut_db.iter_mut().zip(from).zip(to) {
            let (from, to) = (f32::from(from), f32::from(to));
            *cut_db = STEP_DB * (from + share * (to - from));
        }
        cut_db
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_in_straight_lines_between_knots_and_stays_at_its_ends() {
        let curve = Curve::new(100, &[[2.0; NUM_BANDS], [6.0; NUM_BANDS]]);
        for (time_s, cut_db) in [
            (0.0, 2.0),
            (10.0, 2.0),
            (10.025, 3.0),
            (10.1, 6.0),
            (90.0, 6.0),
        ] {
            let found = curve.cut_db_at(time_s)[7];
            assert!((found - cut_db).abs() < 1e-4, "{found} dB at {time_s} s");
        }
        assert_eq!(Curve::default().cut_db_at(1.0), [0.0; NUM_BANDS]);
    }
}
