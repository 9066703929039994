//! The list of clashes in the forms that other programs read. Tables hold every line; marker lists
//! hold those for which there is something to do, in the mix or in a fold-down of it.

pub mod cell_text;
pub mod edl;
pub mod midi_markers;
pub mod otio;
pub mod reaper;
pub mod spreadsheet;

use crate::clash::verdict::Verdict;
use crate::found::fold_down::fold_downs_text;
use crate::found::stems::StemShares;
use crate::found::{LineReport, Report};
use crate::report::advice_words::advice_text;
use crate::report::audience_words::line_text;
use crate::timeline::Timeline;
use crate::words::one_line;

/// Why a list can't be written in some form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The form counts in frames.
    #[error("counts in frames: give --fps")]
    NoFrameRate,
    /// More than the form can hold.
    #[error("the reel is longer than the form can count")]
    TooLong,
    /// The writer of JSON or CSV refuses; not known to occur in memory.
    #[error("the list can't be made: {0}")]
    Writer(String),
}

impl From<serde_json::Error> for ExportError {
    fn from(error: serde_json::Error) -> Self {
        Self::Writer(error.to_string())
    }
}

impl From<csv::Error> for ExportError {
    fn from(error: csv::Error) -> Self {
        Self::Writer(error.to_string())
    }
}

/// A place to work on, as marker lists name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker<'a> {
    /// Number of the line in the report, from 1.
    pub number: usize,
    /// The line.
    pub line: &'a LineReport,
    /// Short name, on one line: number, cue, verdict, clash.
    pub name: String,
    /// What to do, on one line.
    pub note: String,
}

/// The lines for which there is something to do, in order of time.
pub fn markers<'a>(
    report: &'a Report,
    timeline: &'a Timeline,
) -> impl Iterator<Item = Marker<'a>> + use<'a> {
    let clashing = |(_, line): &(usize, &LineReport)| line.is_to_work_on();
    let marker = |(line_idx, line): (usize, &'a LineReport)| {
        let number = line_idx + 1;
        let cue = timeline.cue(line.line.start_s, line.line.end_s);
        let cue = cue.map_or(String::new(), |cue| format!(" {}", one_line(&cue.name)));
        Marker {
            number,
            line,
            name: format!(
                "#{number}{cue} {}, clash {:.0} %",
                line.verdict_word(),
                line.line.clash_percent
            ),
            note: note(report, line),
        }
    };
    report.lines.iter().enumerate().filter(clashing).map(marker)
}

/// What to do about a line, which stem costs most, and the fold-downs in which the line is worse.
fn note(report: &Report, line: &LineReport) -> String {
    let mut note = advice_text(&line.advice);
    if let Some(stem) = line.stems.as_ref().and_then(StemShares::worst) {
        let name = one_line(&stem.name);
        note.push_str(&format!("; most from {name} ({:.0} %)", 100.0 * stem.share));
    }
    if line.worse_fold_downs().next().is_some() {
        note.push_str("; ");
        note.push_str(&fold_downs_text(line.worse_fold_downs()));
    }
    for text in line_text(report, line) {
        note.push_str("; ");
        note.push_str(&text);
    }
    note
}

impl Marker<'_> {
    /// Name and note together.
    pub fn text(&self) -> String {
        format!("{}: {}", self.name, self.note)
    }

    /// Red for a masked line, yellow for a strained one, cyan for one that only a fold-down or an audience loses:
    /// colours that every editor has.
    pub fn colour(&self) -> &'static str {
        match self.line.line.verdict() {
            Verdict::Masked => "RED",
            Verdict::Strained => "YELLOW",
            Verdict::Clear => "CYAN",
        }
    }
}
