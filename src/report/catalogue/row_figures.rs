//! What stands in a row of the table of many pairs, rounded as in the JSON: whether it comes from a run or
//! from its report makes no difference.

use crate::clash::verdict::Verdict;
use crate::found::Report;
use crate::found::compare::Changes;
use crate::report::catalogue::row_report::RowReport;
use crate::report::json::rounded::{hundredths, ten_thousandths};

/// The figures of a pair, in short.
#[derive(Debug, Clone, PartialEq)]
pub struct RowFigures {
    /// Lines that were spoken.
    pub num_lines: usize,
    /// Lines that the music hides, in the mix itself.
    pub num_clashing: usize,
    /// Clash over all speech, 0 to 100 %.
    pub clash_percent: f64,
    /// SII over all speech.
    pub sii: f64,
    /// Loudness of the dialogue over that of the music, LU.
    pub loudness_difference_lu: f64,
    /// What changed since an earlier report, if one was given.
    pub changes: Option<Changes>,
    /// Whether the inputs are such that no figure can be trusted.
    pub is_doubtful: bool,
}

impl RowFigures {
    /// Those of a report that was just made.
    pub fn of_report(report: &Report) -> Self {
        Self {
            num_lines: report.lines.len(),
            num_clashing: report.num_clashing(),
            clash_percent: hundredths(report.summary.clash_percent),
            sii: ten_thousandths(report.summary.figures.sii),
            loudness_difference_lu: hundredths(report.summary.loudness_difference_lu),
            changes: report.comparison.as_ref().map(|it| it.changes()),
            is_doubtful: report.is_doubtful(),
        }
    }

    /// Those of a report that was read.
    pub fn of_row(row: &RowReport) -> Self {
        Self {
            num_lines: row.lines.len(),
            num_clashing: row.num_with(Verdict::Masked) + row.num_with(Verdict::Strained),
            clash_percent: row.clash_percent,
            sii: row.sii,
            loudness_difference_lu: row.loudness_difference_lu,
            changes: row.changes(),
            is_doubtful: row.is_doubtful,
        }
    }
}
