//! The list of clashes in the forms that other programs read. Tables hold every line; marker lists
//! hold those for which there is something to do.

pub mod edl;
pub mod midi;
pub mod otio;
pub mod reaper;
pub mod table;

use super::timeline::Timeline;
use super::{LineReport, Report};
use crate::clash::verdict::Verdict;
use crate::report::text::advice_text;

/// Why a list can't be written in some form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The form counts in frames.
    #[error("counts in frames: give --fps")]
    NoFrameRate,
    /// More than the form can hold.
    #[error("the reel is longer than the form can count")]
    TooLong,
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
    let clashing = |(_, line): &(usize, &LineReport)| !line.advice.is_clear();
    let marker = |(line_idx, line): (usize, &'a LineReport)| {
        let number = line_idx + 1;
        let cue = timeline.cue(&line.line);
        let cue = cue.map_or(String::new(), |cue| format!(" {}", one_line(&cue.name)));
        Marker {
            number,
            line,
            name: format!(
                "#{number}{cue} {}, clash {:.0} %",
                line.line.verdict().word(),
                line.line.clash_percent
            ),
            note: advice_text(&line.advice),
        }
    };
    report.lines.iter().enumerate().filter(clashing).map(marker)
}

impl Marker<'_> {
    /// Name and note together.
    pub fn text(&self) -> String {
        format!("{}: {}", self.name, self.note)
    }

    /// Red for a masked line, else yellow: colours that every editor has.
    pub fn colour(&self) -> &'static str {
        match self.line.line.verdict() {
            Verdict::Masked => "RED",
            Verdict::Strained | Verdict::Clear => "YELLOW",
        }
    }
}

/// `text` with a space for each control character: names come from files.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
