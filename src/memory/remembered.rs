//! All lines of a timeline.

use crate::lines::fingerprint::Fingerprint;
use crate::lines::places::{Place, Places, Sought, find, find_as_it_was};
use crate::lines::voice_field::Field;
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

/// A time as it is remembered and written to files, s: to a hundredth of a millisecond, less than a sample.
pub fn rounded_s(time_s: f64) -> f64 {
    (time_s * 1e5).round() / 1e5 + 0.0
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
    /// Audibility of its words with what it needs, 0 to 1, on the scale of Target: that of [`Figures`] and 0.1.
    pub audibility: f32,
    /// What each of [`SCALES`] takes and brings.
    pub effects: [Effect; SCALES.len()],
    /// What the user wants.
    pub orders: Orders,
    /// By what the line is known again elsewhere; empty if nobody knows.
    pub fingerprint: Fingerprint,
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

    /// Takes orders over, unless it has some; `at` tells where their times are now.
    fn take_orders(&mut self, orders: &Orders, at: impl Fn(f64) -> f64) {
        if self.orders.are_given() {
            return;
        }
        let moved_s = |time_s: Option<f64>| time_s.map(|it| rounded_s(at(it)));
        let (in_s, out_s) = (moved_s(orders.in_s), moved_s(orders.out_s));
        self.orders = Orders {
            // One that leaves no room went with what was cut off.
            in_s: in_s.filter(|it| *it < out_s.unwrap_or(self.end_s)),
            out_s: out_s.filter(|it| *it > in_s.unwrap_or(self.start_s)),
            ..orders.clone()
        };
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

fn sought_of(lines: &[RideLine]) -> Vec<Sought<'_>> {
    let sought = lines.iter().map(|line| Sought {
        start_s: line.start_s,
        end_s: line.end_s,
        fingerprint: &line.fingerprint,
        expected_s: None,
    });
    sought.collect()
}

fn field_of(lines: &[RideLine]) -> Field {
    Field::of_lines(lines.iter().map(|it| (it.start_s, &it.fingerprint)))
}

/// Hands the orders of `old` lines on to those of `lines` that have none: to the same words where they were
/// `found`, else to what is spoken in their place. Gives the lines whose orders nobody took.
fn hand_on(old: &[RideLine], lines: &mut [RideLine], found: &Places) -> Vec<RideLine> {
    let mut orphans = Vec::new();
    for (line_idx, old) in old
        .iter()
        .enumerate()
        .filter(|(_, it)| it.orders.are_given())
    {
        let mut is_taken = false;
        let places = found.places.iter().filter(|it| it.line_idx == line_idx);
        for place in places {
            let at = |time_s: f64| place.start_s + time_s / found.speed;
            let (from_s, to_s) = (at(place.part_s.0), at(place.part_s.1));
            // The list may have the line in parts now.
            for line in lines.iter_mut() {
                let shared_s = line.end_s.min(to_s) - line.start_s.max(from_s);
                if shared_s >= LEAST_SHARE * (line.end_s - line.start_s) {
                    is_taken = true;
                    line.take_orders(&old.orders, |time_s| at(time_s - old.start_s));
                }
            }
        }
        if !is_taken {
            let heir = lines.iter_mut().find(|line| {
                let shared_s = line.end_s.min(old.end_s) - line.start_s.max(old.start_s);
                let longer_s = (line.end_s - line.start_s).max(old.end_s - old.start_s);
                let has_other_words = !line.fingerprint.is_empty() && !old.fingerprint.is_empty();
                let least = if has_other_words {
                    IN_SYNC_SHARE
                } else {
                    LEAST_SHARE
                };
                shared_s >= least * longer_s
            });
            match heir {
                Some(heir) => heir.take_orders(&old.orders, |time_s| time_s),
                None => orphans.push(old.clone()),
            }
        }
    }
    orphans
}

/// What two lines must have in common to be the same.
const LEAST_SHARE: f64 = 0.5;

/// What a line and other words in its place must have in common for these to be the same line spoken anew.
const IN_SYNC_SHARE: f64 = 0.8;

/// Lines that are gone of which the orders are kept for when their words come again.
const MAX_ORPHANS: usize = 500;

/// What is remembered of a timeline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reel {
    lines: Vec<RideLine>,
    /// Lines with orders that are gone, and whose words weren't heard again yet.
    orphans: Vec<RideLine>,
    /// Stretches of the timeline that were heard, s: in order, without overlaps.
    spans_s: Vec<(f64, f64)>,
}

impl Reel {
    /// From lines, and the stretches of the timeline that were heard, s.
    pub fn new(mut lines: Vec<RideLine>, spans_s: Vec<(f64, f64)>) -> Self {
        lines.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        let mut reel = Self {
            lines,
            ..Self::default()
        };
        for span_s in spans_s {
            reel.add_span(span_s);
        }
        reel
    }

    /// The lines, in order of time.
    pub fn lines(&self) -> &[RideLine] {
        &self.lines
    }

    /// Lines with orders that are gone, and whose words weren't heard again yet: 500 at most.
    pub fn orphans(&self) -> &[RideLine] {
        &self.orphans
    }

    /// With lines that are gone, whose orders wait for their words.
    #[must_use]
    pub fn with_orphans(mut self, orphans: Vec<RideLine>) -> Self {
        self.orphans = orphans;
        self.orphans.truncate(MAX_ORPHANS);
        self
    }

    /// Stretches of the timeline that were heard, s: in order, without overlaps.
    pub fn spans_s(&self) -> &[(f64, f64)] {
        &self.spans_s
    }

    /// Remembers a stretch of the timeline: lines that begin there, or lie under new ones, are gone, but for what
    /// the user wants of them. That goes to the line with the same words, wherever it is now or is heard later,
    /// else to the one in the same place.
    pub fn replace(&mut self, span_s: (f64, f64), lines: Vec<RideLine>) {
        let (from_s, to_s) = (rounded_s(span_s.0), rounded_s(span_s.1));
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
        let mut lines: Vec<RideLine> = lines
            .into_iter()
            .map(|line| RideLine {
                start_s: rounded_s(line.start_s),
                end_s: rounded_s(line.end_s),
                effects: line.effects.map(Effect::rounded),
                ..line
            })
            .collect();
        self.inherit_all(gone, &kept, &mut lines);
        kept.extend(lines);
        kept.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
        self.lines = kept;
        self.add_span((from_s, to_s));
    }

    /// Gives new lines the orders of those that are gone, of those that went before, and of those elsewhere whose
    /// words they have.
    fn inherit_all(&mut self, gone: Vec<RideLine>, kept: &[RideLine], lines: &mut [RideLine]) {
        let has_orders = |line: &RideLine| line.orders.are_given();
        self.orphans.extend(gone.into_iter().filter(has_orders));
        let elsewhere = kept.iter().filter(|line| has_orders(line));
        let mut old: Vec<RideLine> = elsewhere.cloned().collect();
        let num_elsewhere = old.len();
        if lines.is_empty() || old.len() + self.orphans.len() == 0 {
            return;
        }
        old.append(&mut self.orphans);
        let found = find_as_it_was(&sought_of(&old), &field_of(lines));
        hand_on(&old[..num_elsewhere], lines, &found);
        let of_orphans = Places {
            places: found
                .places
                .iter()
                .filter(|place| place.line_idx >= num_elsewhere)
                .map(|place| Place {
                    line_idx: place.line_idx - num_elsewhere,
                    ..*place
                })
                .collect(),
            ..found
        };
        self.orphans = hand_on(&old[num_elsewhere..], lines, &of_orphans);
        let num_over = self.orphans.len().saturating_sub(MAX_ORPHANS);
        self.orphans.drain(..num_over);
    }

    /// Gives a line what the user wants of it; without a line of this index nothing happens.
    pub fn set_orders(&mut self, line_idx: usize, orders: Orders) {
        if let Some(line) = self.lines.get_mut(line_idx) {
            line.orders = orders;
        }
    }

    /// Index of the line that a stretch of the timeline, s, is or has become: the one that shares most with it,
    /// and at least half of the shorter of the two. A later pass finds a line's ends a little elsewhere.
    pub fn line_over(&self, span_s: (f64, f64)) -> Option<usize> {
        let (start_s, end_s) = span_s;
        let exact = self
            .lines
            .binary_search_by(|line| line.start_s.total_cmp(&start_s));
        if let Ok(idx) = exact
            && self.lines.get(idx).is_some_and(|line| line.end_s == end_s)
        {
            return Some(idx);
        }
        let shared_s = |line: &RideLine| line.end_s.min(end_s) - line.start_s.max(start_s);
        let (idx, line) = self
            .lines
            .iter()
            .enumerate()
            .max_by(|(_, a), (_, b)| shared_s(a).total_cmp(&shared_s(b)))?;
        let shorter_s = (end_s - start_s).min(line.end_s - line.start_s);
        (shared_s(line) > 0.0 && shared_s(line) >= 0.5 * shorter_s).then_some(idx)
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
            ..Self::default()
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

    /// Takes orders over from earlier lines with the same words, as far as this one's have none of their own; from
    /// lines whose words aren't there any more, if others are spoken in their place.
    pub fn inherit(&mut self, earlier: &[RideLine]) {
        let sought = sought_of(earlier);
        let found = find(&sought, &field_of(&self.lines));
        hand_on(earlier, &mut self.lines, &found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;
    use crate::ride::curve::KNOT_S;

    fn line(start_s: f64, end_s: f64) -> RideLine {
        RideLine {
            start_s,
            end_s,
            curve: Curve::new((start_s / KNOT_S) as i64, &[[6.0; NUM_BANDS]]),
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
    fn a_line_is_found_again_when_its_ends_have_moved_a_little() {
        let mut reel = Reel::default();
        reel.replace((0.0, 10.0), vec![line(1.0, 2.0), line(4.0, 6.0)]);
        assert_eq!(reel.line_over((4.0, 6.0)), Some(1));
        assert_eq!(reel.line_over((3.9, 6.1)), Some(1));
        assert_eq!(reel.line_over((0.5, 1.6)), Some(0));
        assert_eq!(reel.line_over((1.8, 3.0)), None);
        assert_eq!(reel.line_over((2.5, 3.5)), None);
        assert_eq!(Reel::default().line_over((1.0, 2.0)), None);
        let off = Orders {
            order: Order::Off,
            ..Orders::default()
        };
        reel.set_orders(1, off.clone());
        reel.set_orders(2, off.clone());
        assert_eq!(reel.lines()[1].orders, off);
        assert!(!reel.lines()[0].orders.are_given());
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

    /// A line with words of its own.
    fn spoken(start_s: f64, end_s: f64, seed: u32) -> RideLine {
        let mut state = seed;
        let mut bytes = Vec::new();
        let num_frames = ((end_s - start_s) / 0.04) as usize + 8;
        for _ in 0..3 * num_frames {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            bytes.push((state >> 24) as u8);
        }
        RideLine {
            fingerprint: Fingerprint::from_bytes(&bytes),
            ..line(start_s, end_s)
        }
    }

    fn moved(line: &RideLine, by_s: f64) -> RideLine {
        RideLine {
            start_s: line.start_s + by_s,
            end_s: line.end_s + by_s,
            orders: Orders::default(),
            ..line.clone()
        }
    }

    #[test]
    fn orders_go_with_the_words_when_a_pass_hears_them_later() {
        let old = [
            spoken(1.0, 2.5, 1),
            spoken(4.0, 6.0, 2),
            spoken(8.0, 9.2, 3),
        ];
        let mut reel = Reel::new(old.to_vec(), vec![(0.0, 10.0)]);
        for line_idx in 0..3 {
            let note = format!("line {line_idx}");
            let in_s = Some(reel.lines[line_idx].start_s - 0.2);
            reel.set_orders(
                line_idx,
                Orders {
                    in_s,
                    note,
                    ..Orders::default()
                },
            );
        }
        // A line that wasn't there comes first, and all others 3.5 s later: the second where the third was.
        reel.replace((0.0, 3.0), vec![spoken(1.6, 2.9, 9)]);
        for (line, from_s) in old.iter().zip([3.0, 6.5, 10.0]) {
            let line = moved(line, 3.5);
            reel.replace((from_s, line.end_s), vec![line]);
        }
        let found: Vec<(&str, Option<f64>)> = reel
            .lines()
            .iter()
            .map(|line| (line.orders.note.as_str(), line.orders.in_s))
            .collect();
        let expected = [
            ("", None),
            ("line 0", Some(4.3)),
            ("line 1", Some(7.3)),
            ("line 2", Some(11.3)),
        ];
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.0, expected.0);
            match (found.1, expected.1) {
                (Some(found), Some(expected)) => assert!((found - expected).abs() < 0.01),
                (found, expected) => assert_eq!(found, expected),
            }
        }
    }
}
