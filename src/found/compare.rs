//! What got better or worse since an earlier report.

use serde::Deserialize;

use crate::clash::verdict::Verdict;
use crate::lines::log::Line;

/// Name and version of the schema of a report's JSON.
pub const SCHEMA: &str = "underscore.report/1";

/// What is said in place of *clear* where the inputs are doubtful.
pub const UNSURE: &str = "unsure";

/// Change of the SII below which a line with the same verdict is the same.
pub const LEAST_SII_CHANGE: f32 = 0.02;

/// Share of the shorter of two lines that both have in common if they are the same line.
const LEAST_OVERLAP: f64 = 0.5;

/// What is wrong with an earlier report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Not JSON, or not with what a report has.
    #[error("is not a report of `underscore check --json` ({0})")]
    Form(String),
    /// Of another kind or a later version.
    #[error("has schema {0:?}: give a report of schema {SCHEMA:?}")]
    Schema(String),
}

/// The parts of an earlier report that are compared.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Earlier {
    schema: String,
    /// Name of the music file that the report was about.
    pub music: String,
    /// Clash over all speech, 0 to 100 %.
    pub clash_percent: f32,
    /// SII over all speech.
    pub sii: f32,
    lines: Vec<EarlierLine>,
}

/// A line of an earlier report.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EarlierLine {
    /// Where the line began, s.
    pub start_s: f64,
    /// Where the line ended, s.
    pub end_s: f64,
    /// Verdict, in a word.
    pub verdict: String,
    /// Clash, 0 to 100 %.
    pub clash_percent: f32,
    /// SII of the line.
    pub sii: f32,
}

/// How a line changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A better verdict, or the same with a higher SII, unless both are clear.
    Better,
    /// A worse verdict, or the same with a lower SII, unless both are clear.
    Worse,
    /// Neither better nor worse.
    Same,
    /// There was no such line.
    New,
}

impl Change {
    /// The change in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::New => "new",
        }
    }
}

/// How a line compares with the earlier report.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChange {
    /// How the line changed.
    pub change: Change,
    /// What the line was, unless it is new.
    pub before: Option<EarlierLine>,
}

impl LineChange {
    /// The change in words, such as `better (was masked, 62 %)`.
    pub fn text(&self) -> String {
        match &self.before {
            Some(before) => format!(
                "{} (was {}, {:.0} %)",
                self.change.word(),
                before.verdict,
                before.clash_percent
            ),
            None => self.change.word().into(),
        }
    }
}

/// What changed from an earlier report to this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The earlier report.
    pub earlier: Earlier,
    /// One for each line of the report, in order.
    pub lines: Vec<LineChange>,
    /// Lines that are no longer there.
    pub gone: Vec<EarlierLine>,
}

impl Earlier {
    /// Reads a report's JSON.
    ///
    /// # Errors
    /// [`CompareError`] if it isn't one.
    pub fn parse(bytes: &[u8]) -> Result<Self, CompareError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let form = |error: serde_json::Error| CompareError::Form(error.to_string());
        // The schema first, so that a file of another kind is called by its name.
        let head: Head = serde_json::from_slice(bytes).map_err(form)?;
        if head.schema != SCHEMA {
            return Err(CompareError::Schema(head.schema));
        }
        let earlier: Self = serde_json::from_slice(bytes).map_err(form)?;
        for line in &earlier.lines {
            if verdict_of(&line.verdict).is_none() && line.verdict != UNSURE {
                let reason = format!("a line has the verdict {:?}", line.verdict);
                return Err(CompareError::Form(reason));
            }
        }
        Ok(earlier)
    }
}

impl Comparison {
    /// Compares each line with the one of `earlier` that it shares most time with.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a Line>, earlier: Earlier) -> Self {
        let mut is_found = vec![false; earlier.lines.len()];
        let lines = lines
            .into_iter()
            .map(|line| {
                let shared_s = |before: &EarlierLine| {
                    before.end_s.min(line.end_s) - before.start_s.max(line.start_s)
                };
                let found = earlier
                    .lines
                    .iter()
                    .enumerate()
                    .filter(|(_, before)| {
                        let shorter_s =
                            (before.end_s - before.start_s).min(line.end_s - line.start_s);
                        let shared_s = shared_s(before);
                        shared_s > 0.0 && shared_s >= LEAST_OVERLAP * shorter_s
                    })
                    .max_by(|(_, a), (_, b)| shared_s(a).total_cmp(&shared_s(b)));
                match found {
                    Some((before_idx, before)) => {
                        is_found[before_idx] = true;
                        LineChange {
                            change: change(before, line.verdict(), line.figures.sii),
                            before: Some(before.clone()),
                        }
                    }
                    None => LineChange {
                        change: Change::New,
                        before: None,
                    },
                }
            })
            .collect();
        let gone = earlier
            .lines
            .iter()
            .zip(&is_found)
            .filter(|&(_, is_found)| !is_found)
            .map(|(line, _)| line.clone())
            .collect();
        Self {
            earlier,
            lines,
            gone,
        }
    }

    /// Number of lines that changed as `change` says.
    pub fn num_with(&self, change: Change) -> usize {
        self.lines.iter().filter(|it| it.change == change).count()
    }
}

impl Comparison {
    /// All changes in words, such as `3 better, 1 worse, 2 the same, 1 new, 1 gone`.
    pub fn text(&self) -> String {
        format!(
            "{} better, {} worse, {} the same, {} new, {} gone",
            self.num_with(Change::Better),
            self.num_with(Change::Worse),
            self.num_with(Change::Same),
            self.num_with(Change::New),
            self.gone.len()
        )
    }
}

fn change(before: &EarlierLine, verdict: Verdict, sii: f32) -> Change {
    let rise = sii - before.sii;
    match verdict_of(&before.verdict) {
        Some(before) if verdict < before => Change::Better,
        Some(before) if verdict > before => Change::Worse,
        _ if verdict == Verdict::Clear => Change::Same,
        _ if rise >= LEAST_SII_CHANGE => Change::Better,
        _ if rise <= -LEAST_SII_CHANGE => Change::Worse,
        _ => Change::Same,
    }
}

fn verdict_of(word: &str) -> Option<Verdict> {
    [Verdict::Clear, Verdict::Strained, Verdict::Masked]
        .into_iter()
        .find(|verdict| verdict.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::sample::sample_report;
    use crate::found::{LineReport, Report};

    fn earlier() -> Earlier {
        Earlier::parse(json(&sample_report()).as_bytes()).unwrap()
    }

    /// What [`Earlier`] reads of a report's JSON.
    fn json(report: &Report) -> String {
        let lines: Vec<_> = report
            .lines
            .iter()
            .map(|LineReport { line, .. }| {
                serde_json::json!({
                    "start_s": line.start_s,
                    "end_s": line.end_s,
                    "verdict": line.verdict().word(),
                    "clash_percent": line.clash_percent,
                    "sii": line.figures.sii,
                })
            })
            .collect();
        let report = serde_json::json!({
            "schema": SCHEMA,
            "music": report.source.music,
            "clash_percent": report.summary.clash_percent,
            "sii": report.summary.figures.sii,
            "lines": lines,
        });
        report.to_string()
    }

    fn compared(before: Earlier) -> Comparison {
        let report = sample_report();
        Comparison::new(report.lines.iter().map(|it| &it.line), before)
    }

    #[test]
    fn nothing_changed_since_the_same_report() {
        let comparison = compared(earlier());
        assert_eq!(
            comparison.text(),
            "0 better, 0 worse, 2 the same, 0 new, 0 gone"
        );
    }

    #[test]
    fn each_line_says_what_it_was() {
        let mut before = earlier();
        before.lines[0].verdict = "masked".into();
        before.lines[1].sii += 0.1;
        let texts = |before| {
            let comparison = compared(before);
            comparison
                .lines
                .iter()
                .map(LineChange::text)
                .collect::<Vec<_>>()
        };
        let found = texts(before);
        assert!(found[0].starts_with("better (was masked, "), "{found:?}");
        assert!(found[1].starts_with("same (was clear, "), "{found:?}");
        let mut before = earlier();
        before.lines[0].sii += 0.1;
        assert!(texts(before)[0].starts_with("worse (was strained, "));
    }

    #[test]
    fn lines_are_found_by_their_time() {
        let mut before = earlier();
        // A line that begins a little later, and one that is elsewhere.
        before.lines[0].start_s += 0.3;
        before.lines[1].start_s += 100.0;
        before.lines[1].end_s += 100.0;
        let comparison = compared(before);
        let changes = comparison.lines.iter().map(|line| line.change);
        assert_eq!(changes.collect::<Vec<_>>(), [Change::Same, Change::New]);
        assert_eq!(comparison.gone.len(), 1);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let report = json(&sample_report());
        for (text, expected) in [
            ("", "is not a report"),
            ("[]", "is not a report"),
            (r#"{"schema": "underscore.report/1"}"#, "missing field"),
            (r#"{"schema": "underscore.report/2"}"#, "has schema"),
            (&report.replace("strained", "so-so"), "so-so"),
            (&report[..report.len() / 2], "is not a report"),
        ] {
            let error = Earlier::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.lines().count() == 1,
                "{error}"
            );
        }
    }
}
