//! The remembered lines as rows: gathered anew only when the memory has changed, so that a frame of a long list
//! costs no more than the rows that are seen.

use crate::clash::verdict::Verdict;
use crate::editor::edit::order_steps::{in_s, out_s};
use crate::editor::model::row_choice::RowChoice;
use crate::memory::orders::{Order, Orders};
use crate::memory::remembered::{Effect, RideLine};
use crate::memory::shared::SharedReel;

/// A remembered line, as the list tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RememberedRow {
    /// Where its words begin and end, s on the timeline.
    pub line_span_s: (f64, f64),
    /// Where its cut begins and ends by its orders, s on the timeline.
    pub span_s: (f64, f64),
    /// How it fares with the music untouched.
    pub before: Verdict,
    /// How it fares by its orders.
    pub after: Verdict,
    /// Loudness that the music loses by its orders, LU.
    pub gets_lu: f32,
    /// Loudness that it would have to lose, as it was learned, LU.
    pub needs_lu: f32,
    /// What the user wants.
    pub orders: Orders,
}

impl RememberedRow {
    fn new(line: &RideLine) -> Self {
        let verdict = |effect: Effect| {
            let figures = effect.figures;
            Verdict::new(figures.sii, figures.sii_without_music)
        };
        let (needed, given) = (line.needed(), line.given());
        Self {
            line_span_s: (line.start_s, line.end_s),
            span_s: (in_s(line), out_s(line)),
            before: verdict(line.effect_at(0.0)),
            after: verdict(given),
            gets_lu: given.loss_lu,
            needs_lu: needed.loss_lu,
            orders: line.orders.clone(),
        }
    }
}

/// Which of the remembered lines are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OrderFilter {
    /// Every line.
    #[default]
    All,
    /// Those with an order, a moved end or a note.
    Edited,
    /// Those that the untouched music masks.
    Masked,
    /// Those that are left alone by order.
    Off,
}

impl OrderFilter {
    fn takes(self, row: &RememberedRow) -> bool {
        match self {
            Self::All => true,
            Self::Edited => row.orders.are_given(),
            Self::Masked => row.before == Verdict::Masked,
            Self::Off => row.orders.order == Order::Off,
        }
    }
}

/// The remembered lines, those of them that are shown, and those that are chosen.
#[derive(Debug, Default)]
pub struct RememberedList {
    rows: Vec<RememberedRow>,
    revision: Option<u64>,
    shown: Vec<usize>,
    shown_by: (OrderFilter, String),
    /// The chosen rows, by their indexes.
    pub choice: RowChoice,
}

impl RememberedList {
    /// Reads the memory if it has changed, and finds the rows to show: those of `filter` with `search` in their
    /// notes, whether in capitals or not.
    pub fn update(&mut self, reel: &SharedReel, filter: OrderFilter, search: &str) {
        // Before reading: what comes in between is read again.
        let revision = Some(reel.revision());
        let has_changed = revision != self.revision;
        if has_changed {
            self.revision = revision;
            reel.read(|reel| {
                let former = std::mem::take(&mut self.rows);
                self.rows = reel.lines().iter().map(RememberedRow::new).collect();
                let new_idx = |idx: usize| reel.line_over(former.get(idx)?.line_span_s);
                self.choice.renumber(new_idx);
            });
        }
        if has_changed || (filter, search) != (self.shown_by.0, self.shown_by.1.as_str()) {
            let wanted = search.trim().to_lowercase();
            let is_shown = |row: &RememberedRow| {
                filter.takes(row) && row.orders.note.to_lowercase().contains(&wanted)
            };
            self.shown = (0..self.rows.len())
                .filter(|&row_idx| is_shown(&self.rows[row_idx]))
                .collect();
            self.shown_by = (filter, search.to_owned());
            self.choice.keep_to(&self.shown);
        }
    }

    /// All rows, in order of time.
    pub fn rows(&self) -> &[RememberedRow] {
        &self.rows
    }

    /// Indexes of the rows that are shown, ascending.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// The row that began last at a time of the timeline, s.
    pub fn last_begun(&self, time_s: f64) -> Option<usize> {
        let num_begun = self.rows.partition_point(|row| row.line_span_s.0 <= time_s);
        num_begun.checked_sub(1)
    }

    /// The row that shares most with a stretch of the timeline, s.
    pub fn row_over(&self, span_s: (f64, f64)) -> Option<usize> {
        most_shared(self.rows.iter().map(|row| row.line_span_s), span_s)
    }

    /// The row in which a time of the timeline, s, lies.
    pub fn row_at(&self, time_s: f64) -> Option<usize> {
        let row_idx = self.last_begun(time_s)?;
        (time_s < self.rows[row_idx].line_span_s.1).then_some(row_idx)
    }
}

/// Which of some stretches of the timeline shares most with another one, s; `None` if none shares anything.
pub fn most_shared(spans_s: impl Iterator<Item = (f64, f64)>, span_s: (f64, f64)) -> Option<usize> {
    let shared = spans_s
        .map(|(from_s, to_s)| to_s.min(span_s.1) - from_s.max(span_s.0))
        .enumerate()
        .filter(|(_, shared_s)| *shared_s > 0.0)
        .max_by(|(_, a), (_, b)| a.total_cmp(b));
    shared.map(|(idx, _)| idx)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::edit::order_steps::tests::{line, reel};
    use crate::editor::model::row_choice::Reach;

    fn shared() -> SharedReel {
        let shared = SharedReel::default();
        shared.change(|it| *it = reel(&[(1.0, 2.0), (4.0, 6.0), (8.0, 9.0)]));
        shared
    }

    fn order(reel: &SharedReel, line_idx: usize, order: Order, note: &str) {
        let orders = Orders {
            order,
            note: note.into(),
            ..Orders::default()
        };
        reel.change(|reel| reel.set_orders(line_idx, orders));
    }

    #[test]
    fn a_row_tells_what_a_line_gets_and_needs() {
        let (reel, mut list) = (shared(), RememberedList::default());
        order(&reel, 1, Order::Change(-1.0), "");
        list.update(&reel, OrderFilter::All, "");
        let row = &list.rows()[1];
        assert_eq!((row.gets_lu, row.needs_lu), (1.0, 2.0));
        assert_eq!(
            (row.before, row.after),
            (Verdict::Masked, Verdict::Strained)
        );
        assert_eq!(list.row_at(5.0), Some(1));
        assert_eq!((list.row_at(7.0), list.last_begun(7.0)), (None, Some(1)));
        assert_eq!(list.last_begun(0.5), None);
        assert_eq!(list.row_over((1.5, 5.0)), Some(1));
        assert_eq!(list.row_over((2.0, 4.0)), None);
    }

    #[test]
    fn rows_are_filtered_and_searched() {
        let (reel, mut list) = (shared(), RememberedList::default());
        order(&reel, 0, Order::Off, "");
        order(&reel, 2, Order::Auto, "Loud Strings");
        let mut shown = |filter, search| {
            list.update(&reel, filter, search);
            list.shown().to_vec()
        };
        assert_eq!(shown(OrderFilter::All, ""), [0, 1, 2]);
        assert_eq!(shown(OrderFilter::Edited, ""), [0, 2]);
        assert_eq!(shown(OrderFilter::Masked, ""), [0, 1, 2]);
        assert_eq!(shown(OrderFilter::Off, ""), [0]);
        assert_eq!(shown(OrderFilter::All, "strings "), [2]);
        assert!(shown(OrderFilter::Off, "strings").is_empty());
    }

    #[test]
    fn nothing_is_gathered_again_while_nothing_changes() {
        let (reel, mut list) = (shared(), RememberedList::default());
        list.update(&reel, OrderFilter::All, "");
        let before = list.rows().as_ptr();
        list.update(&reel, OrderFilter::Masked, "");
        assert_eq!(list.rows().as_ptr(), before);
    }

    #[test]
    fn the_chosen_line_stays_chosen_when_a_pass_finds_others_before_it() {
        let (reel, mut list) = (shared(), RememberedList::default());
        list.update(&reel, OrderFilter::All, "");
        list.choice.go_to(1, Reach::Alone, &[0, 1, 2]);
        reel.change(|reel| reel.replace((0.0, 3.0), vec![line(0.5, 0.9), line(1.0, 2.0)]));
        list.update(&reel, OrderFilter::All, "");
        assert_eq!(list.choice.rows(), [2]);
        reel.change(|reel| reel.replace((3.0, 7.0), Vec::new()));
        list.update(&reel, OrderFilter::All, "");
        assert_eq!(list.choice.num_rows(), 0);
    }
}
