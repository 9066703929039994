//! All lines of a timeline.

use crate::memory::orders::{Order, Orders};
use crate::ride::curve::Curve;
use crate::ride::plan::{Plan, PlannedLine};
use crate::snapshot::Figures;

/// Shares of a line's curve for which it is known what they bring, ascending from 0: an order's loss lies
/// between two of them.
pub const SCALES: [f32; 9] = [0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0];

/// What a share of a line's curve takes and brings; means over the hops in which somebody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Effect {
    /// Loudness that the music loses while somebody speaks, LU.
    pub loss_lu: f32,
    /// How much of the line gets through.
    pub figures: Figures,
}

/// One remembered line.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RideLine {
    /// Where its first word begins, s on the timeline.
    pub start_s: f64,
    /// Where its last sound ends.
    pub end_s: f64,
    /// What it takes: of a line that needs nothing, what it would take.
    pub curve: Curve,
    /// How much of the curve the line needs: 1, or 0 if it needs nothing.
    pub learned_scale: f32,
    /// What each of [`SCALES`] takes and brings.
    pub effects: [Effect; SCALES.len()],
    /// What the user wants.
    pub orders: Orders,
}

impl RideLine {
    /// What is taken and brought at a share of the curve.
    pub fn effect_at(&self, scale: f32) -> Effect {
        let (idx, share) = place(&SCALES, scale);
        let (from, to) = (self.effects[idx], self.effects[idx + 1]);
        Effect {
            loss_lu: from.loss_lu + share * (to.loss_lu - from.loss_lu),
            figures: from.figures.moved_towards(to.figures, share),
        }
    }

    /// What the line needs, as it was learned.
    pub fn needed(&self) -> Effect {
        self.effect_at(self.learned_scale)
    }

    /// What the line gets by its orders.
    pub fn given(&self) -> Effect {
        self.effect_at(self.scale())
    }

    /// How much of the curve is played by the line's orders.
    pub fn scale(&self) -> f32 {
        match self.orders.order {
            Order::Auto => self.learned_scale,
            Order::Off => 0.0,
            Order::Change(change_lu) => self.scale_of(self.needed().loss_lu + change_lu),
            Order::Fixed(loss_lu) => self.scale_of(loss_lu),
        }
    }

    /// The share of the curve that takes `loss_lu`, at most the greatest that is known.
    fn scale_of(&self, loss_lu: f32) -> f32 {
        let losses_lu = self.effects.map(|effect| effect.loss_lu);
        let (idx, share) = place(&losses_lu, loss_lu.max(0.0));
        SCALES[idx] + share * (SCALES[idx + 1] - SCALES[idx])
    }

    fn planned(&self) -> PlannedLine {
        PlannedLine {
            start_s: self.orders.in_s.unwrap_or(self.start_s),
            end_s: self.orders.out_s.unwrap_or(self.end_s),
            curve: self.curve.clone(),
            scale: self.scale(),
        }
    }
}

/// Where a value lies among ascending ones: after which, and what share of the way to the next.
fn place<const N: usize>(ascending: &[f32; N], value: f32) -> (usize, f32) {
    let idx = ascending.partition_point(|&it| it <= value).clamp(1, N - 1) - 1;
    let (from, to) = (ascending[idx], ascending[idx + 1]);
    let share = (value - from) / (to - from).max(f32::MIN_POSITIVE);
    (idx, share.clamp(0.0, 1.0))
}

/// What is remembered of a timeline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reel {
    lines: Vec<RideLine>,
    /// Stretches of the timeline that were heard, s: in order, without overlaps.
    spans_s: Vec<(f64, f64)>,
}

impl Reel {
    /// The lines, in order of time.
    pub fn lines(&self) -> &[RideLine] {
        &self.lines
    }

    /// Stretches of the timeline that were heard, s: in order, without overlaps.
    pub fn spans_s(&self) -> &[(f64, f64)] {
        &self.spans_s
    }

    /// Remembers a stretch of the timeline: lines that begin there, or lie under new ones, are gone, but for what
    /// the user wants of them, which goes to the line that covers most of each.
    pub fn replace(&mut self, span_s: (f64, f64), lines: Vec<RideLine>) {
        let (from_s, to_s) = span_s;
        if to_s <= from_s {
            return;
        }
        let is_there = |old: &RideLine| {
            let is_under = |line: &RideLine| old.start_s < line.end_s && old.end_s > line.start_s;
            (from_s..to_s).contains(&old.start_s) || lines.iter().any(is_under)
        };
        let (gone, mut kept): (Vec<RideLine>, Vec<RideLine>) = std::mem::take(&mut self.lines)
            .into_iter()
            .partition(is_there);
        let first_new = kept.len();
        kept.extend(lines.into_iter().map(|line| RideLine {
            effects: line.effects.map(Effect::rounded),
            ..line
        }));
        for old in gone.into_iter().filter(|line| line.orders.are_given()) {
            let overlap_s =
                |line: &RideLine| line.end_s.min(old.end_s) - line.start_s.max(old.start_s);
            let heir = kept
                .iter_mut()
                .skip(first_new)
                .filter(|line| overlap_s(line) > 0.0)
                .max_by(|a, b| overlap_s(a).total_cmp(&overlap_s(b)));
            if let Some(heir) = heir {
                heir.orders = old.orders;
            }
        }
        kept.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        self.lines = kept;
        self.add_span(span_s);
    }

    /// A reel that was kept elsewhere: lines that are there, and the stretches of the timeline that were heard, s. Lines
    /// that overlap an earlier one are left out. If some lines may be missing (`are_all_known` is false), only what
    /// lies from a line's start to its end counts as heard: elsewhere it isn't known that nobody spoke.
    pub fn of_parts(
        mut lines: Vec<RideLine>,
        spans_s: Vec<(f64, f64)>,
        are_all_known: bool,
    ) -> Self {
        lines.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        let mut end_s = f64::NEG_INFINITY;
        lines.retain(|line| {
            let is_free = line.start_s >= end_s;
            if is_free {
                end_s = line.end_s;
            }
            is_free
        });
        let own_spans = lines
            .iter()
            .map(|line| (line.start_s, line.end_s))
            .collect();
        let mut reel = Self {
            lines,
            spans_s: Vec::new(),
        };
        for span_s in if are_all_known { spans_s } else { own_spans } {
            if span_s.0 < span_s.1 {
                reel.add_span(span_s);
            }
        }
        reel
    }

    fn add_span(&mut self, (mut from_s, mut to_s): (f64, f64)) {
        // Touching stretches are one: hops end where others begin, but for rounding.
        const SLACK_S: f64 = 1e-6;
        self.spans_s.retain(|span| {
            let is_apart = span.1 < from_s - SLACK_S || span.0 > to_s + SLACK_S;
            if !is_apart {
                (from_s, to_s) = (from_s.min(span.0), to_s.max(span.1));
            }
            is_apart
        });
        self.spans_s.push((from_s, to_s));
        self.spans_s.sort_by(|a, b| a.0.total_cmp(&b.0));
    }

    /// What is to be played.
    pub fn plan(&self) -> Plan {
        let lines = self.lines.iter().map(RideLine::planned).collect();
        Plan::new(lines, self.spans_s.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;

    fn line(start_s: f64, end_s: f64) -> RideLine {
        RideLine {
            start_s,
            end_s,
            curve: Curve::new((start_s / 0.04) as i64, &[[6.0; NUM_BANDS]]),
            learned_scale: 1.0,
            effects: SCALES.map(|scale| Effect {
                loss_lu: 2.0 * scale,
                figures: Figures::default(),
            }),
            ..RideLine::default()
        }
    }

    #[test]
    fn orders_take_what_they_say() {
        let mut line = line(1.0, 2.0);
        for (order, loss_lu) in [
            (Order::Auto, 2.0),
            (Order::Off, 0.0),
            (Order::Change(0.7), 2.7),
            (Order::Change(-3.0), 0.0),
            (Order::Fixed(1.1), 1.1),
            (Order::Fixed(60.0), 6.0),
        ] {
            line.orders.order = order;
            assert!((line.given().loss_lu - loss_lu).abs() < 1e-5, "{order:?}");
            assert_eq!(line.needed().loss_lu, 2.0);
        }
    }

    #[test]
    fn what_is_heard_again_replaces_what_was_there_and_keeps_its_orders() {
        let mut reel = Reel::default();
        reel.replace((0.0, 10.0), vec![line(1.0, 2.0), line(4.0, 6.0)]);
        reel.lines[1].orders.order = Order::Off;
        reel.replace((3.0, 7.0), vec![line(4.1, 4.4), line(4.5, 6.1)]);
        let orders: Vec<Order> = reel.lines().iter().map(|line| line.orders.order).collect();
        assert_eq!(orders, [Order::Auto, Order::Auto, Order::Off]);
        assert_eq!(reel.spans_s(), [(0.0, 10.0)]);
        reel.replace((20.0, 30.0), Vec::new());
        assert_eq!(reel.spans_s(), [(0.0, 10.0), (20.0, 30.0)]);
        reel.replace((10.0, 20.0), Vec::new());
        assert_eq!(reel.spans_s(), [(0.0, 30.0)]);
    }
}
