//! What is played of a memory: made whole off the audio thread, read on it.

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::ride::choices::{FALL_S, LEAST_RISE_S, LONG_GAP_S, SHORT_GAP_S};
use crate::ride::curve::Curve;
use crate::settings::MAX_CUT_DB;

/// One line to be played.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedLine {
    /// Where its first word begins, s on the timeline.
    pub start_s: f64,
    /// Where its last sound ends.
    pub end_s: f64,
    /// What it takes, as it was learned.
    pub curve: Curve,
    /// How much of the curve is played: 0 leaves the line alone, 1 takes what was learned.
    pub scale: f32,
}

impl PlannedLine {
    /// The cut at a time within the line, or at the end of it that is nearer, dB per band.
    fn cut_db_at(&self, time_s: f64) -> PerBand {
        let cut_db = self.curve.cut_db_at(time_s.clamp(self.start_s, self.end_s));
        cut_db.map(|cut_db| (self.scale * cut_db).min(MAX_CUT_DB.range.max))
    }
}

/// What all lines of a timeline take, and where nothing is remembered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    /// In order of time; they don't overlap.
    lines: Vec<PlannedLine>,
    /// Stretches of the timeline that are remembered, s: in order, without overlaps.
    spans_s: Vec<(f64, f64)>,
}

impl Plan {
    /// From lines, and the stretches of the timeline of which all lines are among them, s.
    pub fn new(mut lines: Vec<PlannedLine>, mut spans_s: Vec<(f64, f64)>) -> Self {
        lines.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        spans_s.sort_by(|a, b| a.0.total_cmp(&b.0));
        Self { lines, spans_s }
    }

    /// Whether what happens at a time of the timeline, s, is remembered.
    pub fn knows(&self, time_s: f64) -> bool {
        let idx = self.spans_s.partition_point(|span| span.0 <= time_s);
        let span = idx.checked_sub(1).and_then(|idx| self.spans_s.get(idx));
        span.is_some_and(|span| time_s < span.1)
    }

    /// Whether something may be cut from `from_s` to `to_s` on the timeline, s. Never allocates.
    pub fn may_cut(&self, from_s: f64, to_s: f64, ahead_s: f64) -> bool {
        let rise_s = ahead_s.max(LEAST_RISE_S);
        let idx = self
            .lines
            .partition_point(|line| line.start_s < to_s + rise_s);
        let (begun, coming) = self.lines.split_at_checked(idx).unwrap_or_default();
        let near = begun
            .iter()
            .rev()
            .take_while(|line| line.end_s + LONG_GAP_S > from_s);
        // In a short gap the cut goes over to the line after it from the gap's begin on.
        let after_gap = coming.first().filter(|next| {
            let last = begun.last();
            last.is_some_and(|last| next.start_s - last.end_s < LONG_GAP_S)
        });
        let mut cutting = near.chain(after_gap).filter(|line| line.scale > 0.0);
        cutting.next().is_some()
    }

    /// The cut at a time of the timeline, s: dB per band. It sets in `ahead_s` before a first word, so that it
    /// is whole there, and goes after a last one; in short gaps between lines it goes over from one to the next. Never allocates.
    pub fn cut_db_at(&self, time_s: f64, ahead_s: f64) -> PerBand {
        let idx = self.lines.partition_point(|line| line.start_s <= time_s);
        let before = idx.checked_sub(1).and_then(|idx| self.lines.get(idx));
        let after = self.lines.get(idx);
        let mut cut_db = [0.0; NUM_BANDS];
        if let Some(line) = before {
            let fall = 1.0 - (time_s - line.end_s).max(0.0) / FALL_S;
            raise(&mut cut_db, fall, || line.cut_db_at(time_s));
        }
        if let Some(line) = after {
            let rise = 1.0 - (line.start_s - time_s) / ahead_s.max(LEAST_RISE_S);
            raise(&mut cut_db, rise, || line.cut_db_at(time_s));
        }
        if let (Some(before), Some(after)) = (before, after)
            && time_s > before.end_s
        {
            let gap_s = after.start_s - before.end_s;
            let stays = (LONG_GAP_S - gap_s) / (LONG_GAP_S - SHORT_GAP_S);
            raise(&mut cut_db, stays.min(1.0), || {
                let share = ((time_s - before.end_s) / gap_s) as f32;
                let (mut from, to) = (before.cut_db_at(time_s), after.cut_db_at(time_s));
                for (from, to) in from.iter_mut().zip(&to) {
                    *from += share * (to - *from);
                }
                from
            });
        }
        cut_db
    }
}

/// Raises a cut to a share of another where that is deeper.
fn raise(cut_db: &mut PerBand, share: f64, other_db: impl Fn() -> PerBand) {
    if share <= 0.0 {
        return;
    }
    for (cut_db, other_db) in cut_db.iter_mut().zip(other_db()) {
        *cut_db = cut_db.max(share as f32 * other_db);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ride::curve::KNOT_S;

    const AHEAD_S: f64 = 0.08;

    fn plan(spans_s: &[(f64, f64)]) -> Plan {
        let line = |&(start_s, end_s): &(f64, f64)| PlannedLine {
            start_s,
            end_s,
            curve: Curve::new((start_s / KNOT_S) as i64, &[[6.0; NUM_BANDS]]),
            scale: 1.0,
        };
        Plan::new(spans_s.iter().map(line).collect(), vec![(0.0, 100.0)])
    }

    fn cut_db(plan: &Plan, time_s: f64) -> f32 {
        plan.cut_db_at(time_s, AHEAD_S)[5]
    }

    #[test]
    fn a_cut_is_whole_at_the_first_word_and_gone_after_the_last() {
        let plan = plan(&[(10.0, 12.0), (20.0, 21.0)]);
        assert_eq!(cut_db(&plan, 9.91), 0.0);
        assert!((cut_db(&plan, 9.96) - 3.0).abs() < 1e-3);
        assert_eq!(cut_db(&plan, 10.0), 6.0);
        assert_eq!(cut_db(&plan, 12.0), 6.0);
        assert_eq!(cut_db(&plan, 12.0 + FALL_S), 0.0);
        assert_eq!(cut_db(&plan, 16.0), 0.0);
    }

    #[test]
    fn short_gaps_stay_down_and_long_ones_are_untouched() {
        let short = plan(&[(10.0, 12.0), (12.5, 14.0)]);
        assert!(
            (0..=50).all(|idx| (cut_db(&short, 12.0 + 0.01 * f64::from(idx)) - 6.0).abs() < 1e-3)
        );
        let long = plan(&[(10.0, 12.0), (13.51, 14.0)]);
        assert_eq!(cut_db(&long, 12.9), 0.0);
    }

    #[test]
    fn says_where_something_may_be_cut() {
        let plan = plan(&[(10.0, 12.0), (20.0, 21.0)]);
        for (from_s, to_s, may_cut) in [
            (9.0, 9.9, false),
            (9.0, 9.95, true),
            (11.0, 11.1, true),
            (12.3, 12.4, true),
            (14.0, 14.4, false),
            (0.0, 30.0, true),
            (23.0, 30.0, false),
        ] {
            assert_eq!(plan.may_cut(from_s, to_s, AHEAD_S), may_cut, "{from_s} s");
        }
    }

    #[test]
    fn after_a_line_that_takes_nothing_a_short_gap_may_be_cut() {
        let mut plan = plan(&[(10.0, 12.0), (13.2, 14.0)]);
        plan.lines[0].scale = 0.0;
        assert!(cut_db(&plan, 12.6) > 0.0);
        assert!(plan.may_cut(12.2, 12.5, AHEAD_S));
    }

    #[test]
    fn without_time_ahead_a_cut_still_sets_in_without_a_step() {
        let plan = plan(&[(10.0, 12.0)]);
        assert!(plan.cut_db_at(9.98, 0.0)[5] < 1e-3);
        assert!((plan.cut_db_at(9.99, 0.0)[5] - 3.0).abs() < 1e-3);
        assert_eq!(plan.cut_db_at(10.0, 0.0)[5], 6.0);
    }

    #[test]
    fn knows_what_it_was_told() {
        let plan = Plan::new(Vec::new(), vec![(5.0, 6.0), (1.0, 2.0)]);
        let known: Vec<bool> = [0.5, 1.0, 1.99, 2.0, 5.5, 7.0]
            .map(|time_s| plan.knows(time_s))
            .into();
        assert_eq!(known, [false, true, true, false, true, false]);
    }
}
