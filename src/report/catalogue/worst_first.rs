//! The rows of a catalogue in the order in which somebody should look at them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::clash::verdict::Verdict;
use crate::report::catalogue::catalogue_row::CatalogueRow;
use crate::report::catalogue::grouped::{Grouping, groupings};
use crate::report::catalogue::row_report::{RowReport, RowResult};
use crate::words::counted;

/// All rows of a catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalogue {
    /// The rows, worst first.
    pub rows: Vec<CatalogueRow>,
    /// Headings of what the manifest says of the rows beside their files.
    pub headings: Vec<String>,
    /// Sums by language and the like, by audience, and by cue.
    pub groupings: Vec<Grouping>,
}

impl Catalogue {
    /// The catalogue of `rows`, in whatever order they are: those that failed first, then those without a report,
    /// then doubtful ones, then the others; each kind by its clash, then by the lines to work on, then by name.
    pub fn new(mut rows: Vec<CatalogueRow>) -> Self {
        rows.sort_by(|a, b| {
            let clash = |row: &CatalogueRow| row.report().map_or(0.0, |it| it.clash_percent);
            let clashing = |row: &CatalogueRow| {
                let num_with =
                    |it: &RowReport| (it.num_with(Verdict::Masked), it.num_with(Verdict::Strained));
                Reverse(row.report().map_or((0, 0), num_with))
            };
            a.rank()
                .cmp(&b.rank())
                .then_with(|| clash(b).total_cmp(&clash(a)))
                .then_with(|| clashing(a).cmp(&clashing(b)))
                .then_with(|| a.name.cmp(&b.name))
        });
        let mut headings: Vec<String> = Vec::new();
        for (heading, text) in rows.iter().flat_map(|row| &row.labels) {
            if !text.is_empty() && !headings.contains(heading) {
                headings.push(heading.clone());
            }
        }
        headings.sort_by_key(|heading| heading.to_lowercase());
        Self {
            groupings: groupings(&rows, &headings),
            rows,
            headings,
        }
    }

    /// How many rows came to this state.
    pub fn num_with(&self, state: &str) -> usize {
        self.rows.iter().filter(|row| row.state() == state).count()
    }

    /// The rows whose figures count.
    pub fn reports(&self) -> impl Iterator<Item = &RowReport> {
        let reports = self.rows.iter().filter_map(CatalogueRow::report);
        reports.filter(|report| !report.is_doubtful)
    }

    /// How many rows of which kind there are, such as `60 pairs: 58 checked, 1 doubtful, 1 failed`.
    pub fn counts_text(&self) -> String {
        let mut text = format!(
            "{}: {} checked",
            counted(self.rows.len(), "pair"),
            self.num_with("done")
        );
        for state in ["doubtful", "failed", "missing"] {
            let count = self.num_with(state);
            if count > 0 {
                text += &format!(", {count} {state}");
            }
        }
        text
    }

    /// That not all rows were checked alike, if so, a sentence each without its full stop.
    pub fn unlike(&self) -> Vec<String> {
        let results = || self.rows.iter().filter_map(|row| row.result.as_ref());
        let versions: BTreeSet<&str> = results().map(RowResult::version).collect();
        let marks = results().filter_map(RowResult::mark);
        let settings: BTreeSet<&str> = marks.map(|mark| mark.settings.as_str()).collect();
        let mut texts = Vec::new();
        if versions.len() > 1 {
            let versions: Vec<&str> = versions.into_iter().collect();
            texts.push(format!(
                "the reports were made by versions {}: their figures may not compare",
                versions.join(", ")
            ));
        } else if settings.len() > 1 {
            texts.push(format!(
                "the reports were made with {} different settings: their figures may not compare",
                settings.len()
            ));
        }
        texts
    }
}
