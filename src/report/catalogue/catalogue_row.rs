//! A row of a catalogue, with what came of it.

use crate::report::catalogue::row_report::{RowReport, RowResult};
use crate::words::one_line;

/// A row of the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct CatalogueRow {
    /// Its name.
    pub name: String,
    /// What the manifest says of it beside its files, such as its language: heading and text.
    pub labels: Vec<(String, String)>,
    /// What came of it; `None` if there is no report of it.
    pub result: Option<RowResult>,
}

impl CatalogueRow {
    /// Its report, if it was checked.
    pub fn report(&self) -> Option<&RowReport> {
        match &self.result {
            Some(RowResult::Checked(report)) => Some(report),
            _ => None,
        }
    }

    /// Why it failed, if it did.
    pub fn failure(&self) -> Option<&str> {
        match &self.result {
            Some(RowResult::Failed(failure)) => Some(&failure.error),
            _ => None,
        }
    }

    /// What came of it, in a word.
    pub fn state(&self) -> &'static str {
        match (&self.result, self.report()) {
            (None, _) => "missing",
            (Some(_), None) => "failed",
            (Some(_), Some(report)) if report.is_doubtful => "doubtful",
            _ => "done",
        }
    }

    /// What has to be known about it before its figures, on one line; empty if nothing has.
    pub fn reason(&self) -> String {
        match (&self.result, self.report()) {
            (None, _) => "no report of it".into(),
            (Some(_), None) => one_line(self.failure().unwrap_or_default()),
            (Some(_), Some(report)) => {
                let texts: Vec<&str> = report.doubts.iter().map(|it| it.text.as_str()).collect();
                one_line(&texts.join("; "))
            }
        }
    }

    /// What the manifest says of it under this heading; empty if nothing.
    pub fn label(&self, heading: &str) -> &str {
        let found = self.labels.iter().find(|(it, _)| it == heading);
        found.map_or("", |(_, text)| text)
    }

    /// Failed rows, rows without a report and doubtful ones come before those with figures that count.
    pub(super) fn rank(&self) -> u8 {
        match self.state() {
            "failed" => 0,
            "missing" => 1,
            "doubtful" => 2,
            _ => 3,
        }
    }
}

/// The name of the file at `path`, without the folders of the machine that checked it.
pub fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
