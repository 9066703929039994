//! Lists in the forms that other programs read: of clashes and of dips. Tables hold every line; marker lists
//! hold those for which there is something to do, in the mix or in a fold-down of it, and every dip.

pub mod cell_text;
pub mod edl;
pub mod midi_markers;
pub mod otio;
pub mod reaper;
pub mod spreadsheet;

use serde_json::{Value, json};

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

/// A place on the timeline, as marker lists name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Marker {
    /// Where it begins, s.
    pub start_s: f64,
    /// Where it ends, s.
    pub end_s: f64,
    /// Short name, on one line: number, cue, what it is.
    pub name: String,
    /// What to do or what was done, on one line.
    pub note: String,
    /// One of the colours that every editor has, in upper case.
    pub colour: &'static str,
    /// More about it, for forms that have a place for it: a JSON object.
    pub about: Value,
}

/// The lines for which there is something to do, in order of time.
pub fn markers(report: &Report, timeline: &Timeline) -> Vec<Marker> {
    let clashing = |(_, line): &(usize, &LineReport)| line.is_to_work_on();
    let marker = |(line_idx, of_line): (usize, &LineReport)| {
        let number = line_idx + 1;
        let line = &of_line.line;
        Marker {
            start_s: line.start_s,
            end_s: line.end_s,
            name: format!(
                "#{number}{} {}, clash {:.0} %",
                cue_text(timeline, line.start_s, line.end_s),
                of_line.verdict_word(),
                line.clash_percent
            ),
            note: note(report, of_line),
            colour: colour(line.verdict()),
            about: json!({
                "number": number,
                "start_s": line.start_s,
                "end_s": line.end_s,
                "verdict": of_line.verdict_word(),
                "clash_percent": f64::from(line.clash_percent),
            }),
        }
    };
    let lines = report.lines.iter().enumerate();
    lines.filter(clashing).map(marker).collect()
}

/// The name of the cue in which something lies, after a space; nothing outside of cues.
pub fn cue_text(timeline: &Timeline, start_s: f64, end_s: f64) -> String {
    let cue = timeline.cue(start_s, end_s);
    cue.map_or(String::new(), |cue| format!(" {}", one_line(&cue.name)))
}

/// Red for a masked line, yellow for a strained one, cyan for one that only a fold-down or an audience loses: colours
/// that every editor has.
pub fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Masked => "RED",
        Verdict::Strained => "YELLOW",
        Verdict::Clear => "CYAN",
    }
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

impl Marker {
    /// Name and note together.
    pub fn text(&self) -> String {
        format!("{}: {}", self.name, self.note)
    }
}
