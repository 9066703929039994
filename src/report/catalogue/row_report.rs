//! Reads what `check --json` wrote of one pair: its report, or why it failed.

use serde::{Deserialize, Deserializer};

use crate::clash::verdict::Verdict;
use crate::found::compare::{
    Change, Changes, CompareError, SCHEMA, UNSURE, from_json, schema_of, verdict_of,
};
use crate::report::json::row_mark::{FAILURE_SCHEMA, RowMark};

/// Schema of what `merge --json` writes.
pub const SUMMARY_SCHEMA: &str = "underscore.summary/1";

/// What came of a row, as its JSON tells it.
#[derive(Debug, Clone, PartialEq)]
pub enum RowResult {
    /// It was checked.
    Checked(Box<RowReport>),
    /// It failed.
    Failed(RowFailure),
}

/// The report of a row, as far as a summary needs it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RowReport {
    /// Version of the program that made it.
    pub version: String,
    /// The dialogue file, as it was named.
    pub dialogue: String,
    /// The music file, as it was named.
    pub music: String,
    /// Length of the music, s.
    pub duration_s: f64,
    /// For how long somebody speaks, s.
    pub speech_s: f64,
    /// Clash over all speech, 0 to 100 %.
    pub clash_percent: f64,
    /// SII over all speech.
    pub sii: f64,
    /// SII over all speech without the music.
    pub sii_without_music: f64,
    /// Loudness of the dialogue over that of the music, LU.
    pub loudness_difference_lu: f64,
    /// Whether the inputs are such that no figure can be trusted.
    #[serde(default)]
    pub is_doubtful: bool,
    /// What is wrong with the inputs.
    #[serde(default)]
    pub doubts: Vec<RowDoubt>,
    /// Its lines, in order of time.
    pub lines: Vec<RowLine>,
    /// How all lines fare for each audience that was asked for.
    #[serde(default)]
    pub audiences: Vec<RowAudience>,
    /// What changed since an earlier report, if one was given.
    #[serde(default)]
    compare: Option<RowComparison>,
    /// Whose it is and what it was made of, in a run of many pairs.
    #[serde(default)]
    pub row: Option<RowMark>,
}

/// Something that is wrong with the inputs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RowDoubt {
    /// What it is, in a sentence.
    pub text: String,
}

/// A line of a row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RowLine {
    /// Where it begins, s.
    pub start_s: f64,
    /// Where it ends, s.
    pub end_s: f64,
    /// Name of the cue that it belongs to, if cues were given.
    #[serde(default)]
    pub cue: Option<String>,
    /// Clash, 0 to 100 %.
    pub clash_percent: f64,
    /// How it fares; `None` if it would be clear, but the inputs are doubtful.
    #[serde(deserialize_with = "verdict_of_word")]
    pub verdict: Option<Verdict>,
    #[serde(default)]
    compare: Option<RowChange>,
}

/// How all lines of a row fare for one audience.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct RowAudience {
    /// Its name.
    pub name: String,
    /// SII over all speech.
    pub sii: f64,
    /// Lines that are clear to it.
    pub clear: usize,
    /// Lines that are strained for it.
    pub strained: usize,
    /// Lines that are masked for it.
    pub masked: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct RowChange {
    change: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct RowComparison {
    gone: Vec<serde::de::IgnoredAny>,
}

/// Why a row failed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RowFailure {
    /// Version of the program that tried.
    pub version: String,
    /// The reason, on one line.
    pub error: String,
    /// Whose it is.
    pub row: RowMark,
}

fn verdict_of_word<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Verdict>, D::Error> {
    let word = String::deserialize(from)?;
    match verdict_of(&word) {
        None if word != UNSURE => {
            let error = format!("a line has the verdict {word:?}");
            Err(serde::de::Error::custom(error))
        }
        found => Ok(found),
    }
}

impl RowResult {
    /// Reads what stands in the JSON of a row.
    ///
    /// # Errors
    /// [`CompareError`] if it is neither a report nor a failure.
    pub fn parse(bytes: &[u8]) -> Result<Self, CompareError> {
        // The schema first, so that a file of another kind is called by its name.
        let schema = schema_of(bytes)?;
        match schema.as_str() {
            SCHEMA => from_json(bytes).map(|report| Self::Checked(Box::new(report))),
            FAILURE_SCHEMA => from_json(bytes).map(Self::Failed),
            _ => Err(CompareError::Schema(schema)),
        }
    }

    /// Whose it is and what it was made of, in a run of many pairs.
    pub fn mark(&self) -> Option<&RowMark> {
        match self {
            Self::Checked(report) => report.row.as_ref(),
            Self::Failed(failure) => Some(&failure.row),
        }
    }

    /// Version of the program that made it.
    pub fn version(&self) -> &str {
        match self {
            Self::Checked(report) => &report.version,
            Self::Failed(failure) => &failure.version,
        }
    }
}

impl RowReport {
    /// Lines that fare so in the mix itself.
    pub fn num_with(&self, verdict: Verdict) -> usize {
        let verdicts = self.lines.iter().map(|line| line.verdict);
        verdicts.filter(|it| *it == Some(verdict)).count()
    }

    /// What changed since an earlier report, if one was given.
    pub fn changes(&self) -> Option<Changes> {
        let num_with = |change: Change| {
            let changes = self.lines.iter().filter_map(|line| line.compare.as_ref());
            changes.filter(|it| it.change == change.word()).count()
        };
        self.compare.as_ref().map(|compare| Changes {
            better: num_with(Change::Better),
            worse: num_with(Change::Worse),
            same: num_with(Change::Same),
            new: num_with(Change::New),
            gone: compare.gone.len(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::sample::sample_report;
    use crate::report::catalogue::row_figures::RowFigures;
    use crate::report::json::to_json;
    use crate::timeline::Timeline;

    #[test]
    fn a_report_that_is_read_has_the_figures_of_the_one_that_was_written() {
        let report = sample_report();
        let json = to_json(&report, &Timeline::default()).unwrap();
        let Ok(RowResult::Checked(row)) = RowResult::parse(json.as_bytes()) else {
            panic!("it is a report");
        };
        assert_eq!(RowFigures::of_row(&row), RowFigures::of_report(&report));
        assert!(!row.lines.is_empty());
    }

    #[test]
    fn what_is_no_report_is_called_by_its_name() {
        for (json, expected) in [
            ("{", "is not a report"),
            ("[]", "is not a report"),
            (
                r#"{"schema": "underscore.summary/1"}"#,
                "underscore.summary/1",
            ),
            (r#"{"schema": "underscore.report/1"}"#, "is not a report"),
        ] {
            let error = RowResult::parse(json.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{json}: {error}");
        }
    }
}
