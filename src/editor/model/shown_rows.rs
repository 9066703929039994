//! Which rows of the list are shown, and in which order.

use crate::clash::verdict::Verdict;
use crate::editor::model::line_list::Row;
use crate::params::strikes::Strikes;

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// In the order of the timeline.
    #[default]
    Time,
    /// The worst first.
    Clash,
}

/// Which rows are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Filter {
    /// Every line.
    #[default]
    All,
    /// Strained and masked ones.
    ToWorkOn,
    /// Masked ones only.
    Masked,
    /// Struck ones, which no other filter shows.
    Struck,
}

impl Filter {
    fn takes(self, verdict: Verdict, is_struck: bool) -> bool {
        match self {
            Self::All => !is_struck,
            Self::ToWorkOn => !is_struck && verdict > Verdict::Clear,
            Self::Masked => !is_struck && verdict == Verdict::Masked,
            Self::Struck => is_struck,
        }
    }
}

/// Indexes of the rows to show, in the order to show them.
pub fn shown(rows: &[Row], struck: &Strikes, filter: Filter, sort: Sort) -> Vec<usize> {
    let takes = |row: &Row| filter.takes(row.verdict(), struck.has(row.span_s()));
    let mut shown: Vec<usize> = (0..rows.len())
        .filter(|&row_idx| takes(&rows[row_idx]))
        .collect();
    if sort == Sort::Clash {
        let clash = |row_idx: usize| rows[row_idx].report.line.clash_percent;
        shown.sort_by(|&a, &b| clash(b).total_cmp(&clash(a)));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::line_list::ClashList;
    use crate::editor::model::line_list::tests::{HOP_S, play};

    #[test]
    fn rows_are_filtered_and_sorted() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 9.0, |time_s| {
            let is_speech = time_s % 3.0 > 1.0;
            is_speech.then_some([0.4, 0.9, 0.1][(time_s / 3.0) as usize])
        });
        list.end_line(HOP_S);
        let rows = list.rows();
        let mut struck = Strikes::default();
        let shown = |struck: &Strikes, filter, sort| shown(rows, struck, filter, sort);
        assert_eq!(shown(&struck, Filter::All, Sort::Time), [0, 1, 2]);
        assert_eq!(shown(&struck, Filter::ToWorkOn, Sort::Clash), [2, 0]);
        assert_eq!(shown(&struck, Filter::Masked, Sort::Time), [2]);
        assert!(shown(&struck, Filter::Struck, Sort::Time).is_empty());
        struck.strike(rows[2].span_s());
        assert_eq!(shown(&struck, Filter::All, Sort::Time), [0, 1]);
        assert!(shown(&struck, Filter::Masked, Sort::Time).is_empty());
        assert_eq!(shown(&struck, Filter::Struck, Sort::Clash), [2]);
    }
}
