//! The picture of the whole reel: path data over a drawing that is as wide as the reel has columns.
//! Words and numbers stand beside it in HTML, so that they keep their size on a phone.

use std::fmt::Write;

use crate::found::trace::{MAX_COLUMNS, Moment};
use crate::lines::seconds::Segment;
use crate::psycho::bands::NUM_BANDS;

/// Height of the curves, units of the drawing.
pub const CURVE_HEIGHT: f32 = 100.0;

/// Loudness difference at the top and bottom of its curve, LU.
pub const MAX_DIFFERENCE_LU: f32 = 30.0;

/// Excess above which a cell of the map has each of its shades, dB.
pub const SHADES_DB: [f32; 4] = [0.5, 3.0, 6.0, 12.0];

/// The area under `height` (0 to 1 of the drawing) of each moment, as path data.
pub fn area(moments: &[Option<Moment>], height: impl Fn(&Moment) -> f32) -> String {
    let mut path = String::new();
    for (column_idx, moment) in moments.iter().enumerate() {
        let Some(moment) = moment else { continue };
        let top = CURVE_HEIGHT * (1.0 - height(moment).clamp(0.0, 1.0));
        let _ = write!(
            path,
            "M{column_idx} {CURVE_HEIGHT}V{top:.0}h1V{CURVE_HEIGHT}Z"
        );
    }
    path
}

/// A step at the loudness difference of each second of speech, or the mean of as many seconds as
/// are as wide as a column, over a drawing of 1 unit per s; path data.
pub fn loudness_steps(segments: &[Segment], duration_s: f64) -> String {
    let step_s = (duration_s / MAX_COLUMNS as f64).ceil().max(1.0);
    let step_of = |segment: &Segment| (segment.start_s / step_s).floor();
    let mut path = String::new();
    for step in segments.chunk_by(|a, b| step_of(a) == step_of(b)) {
        let sum_lu: f32 = step.iter().map(|it| it.loudness_difference_lu).sum();
        let y = y_from_lu(sum_lu / step.len() as f32);
        let _ = write!(path, "M{} {y:.0}h{step_s}", step_of(&step[0]) * step_s);
    }
    path
}

/// Where a loudness difference stands in its curve.
pub fn y_from_lu(difference_lu: f32) -> f32 {
    let share = (difference_lu / MAX_DIFFERENCE_LU).clamp(-1.0, 1.0);
    CURVE_HEIGHT * 0.5 * (1.0 - share)
}

/// The cells of the map that have shade `shade_idx`, low bands at the bottom: each is 1 wide and 1
/// high; neighbours in a row are one stroke. Path data.
pub fn map_cells(moments: &[Option<Moment>], shade_idx: usize) -> String {
    let mut path = String::new();
    for band_idx in 0..NUM_BANDS {
        let row = NUM_BANDS - 1 - band_idx;
        let has_shade = |moment: &Option<Moment>| {
            let excess_db = moment.map_or(0.0, |moment| moment.excess_band_db[band_idx]);
            SHADES_DB.partition_point(|&from_db| from_db <= excess_db) == shade_idx + 1
        };
        let mut column_idx = 0;
        for same in moments.chunk_by(|a, b| has_shade(a) == has_shade(b)) {
            if has_shade(&same[0]) {
                let _ = write!(path, "M{column_idx} {row}h{0}v1h-{0}Z", same.len());
            }
            column_idx += same.len();
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(excess_db: f32) -> Option<Moment> {
        let mut excess_band_db = [0.0; NUM_BANDS];
        excess_band_db[0] = excess_db;
        Some(Moment {
            sii: 0.25,
            sii_without_music: 1.0,
            excess_band_db,
        })
    }

    #[test]
    fn neighbours_of_one_shade_are_one_stroke() {
        let moments = [moment(4.0), moment(5.9), None, moment(6.0), moment(0.4)];
        assert_eq!(map_cells(&moments, 0), "");
        assert_eq!(map_cells(&moments, 1), "M0 20h2v1h-2Z");
        assert_eq!(map_cells(&moments, 2), "M3 20h1v1h-1Z");
    }

    #[test]
    fn curves_leave_out_where_nobody_speaks() {
        let moments = [None, moment(0.0)];
        let path = area(&moments, |moment| moment.sii);
        assert_eq!(path, "M1 100V75h1V100Z");
    }

    #[test]
    fn a_long_reel_has_no_more_steps_than_can_be_seen() {
        let segments: Vec<Segment> = (0..7200)
            .map(|second| Segment {
                start_s: f64::from(second),
                figures: Default::default(),
                clash_percent: 0.0,
                loudness_difference_lu: if second % 2 == 0 { 30.0 } else { -30.0 },
            })
            .collect();
        assert!(loudness_steps(&segments[..2], 2.0).starts_with("M0 0h1M1 100h1"));
        let path = loudness_steps(&segments, 7200.0);
        assert!(path.matches('M').count() <= MAX_COLUMNS, "{path}");
        assert!(path.starts_with("M0 47h15"), "{path}");
    }

    #[test]
    fn loudness_stays_inside_its_curve() {
        assert_eq!(y_from_lu(60.0), 0.0);
        assert_eq!(y_from_lu(0.0), 50.0);
        assert_eq!(y_from_lu(-30.0), 100.0);
    }
}
