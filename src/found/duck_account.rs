//! What a duck did to the lines: each before and after, and what it cost.

use crate::clash::verdict::Verdict;
use crate::found::dips::{Dip, DipLine};
use crate::found::pair_report::LeftOut;
use crate::lines::log::{ClashLog, Line};

/// A line under the music and under the ducked music.
#[derive(Debug, Clone, PartialEq)]
pub struct DuckedLine {
    /// The line under the music as it was.
    pub before: Line,
    /// The line under the ducked music.
    pub after: Line,
}

impl DuckedLine {
    /// Loudness that the music lost while the line was spoken, LU.
    pub fn loss_lu(&self) -> f32 {
        self.after.loudness_difference_lu - self.before.loudness_difference_lu
    }
}

/// What a duck came to.
#[derive(Debug, Clone, PartialEq)]
pub struct DuckAccount {
    /// Every line, in order of time.
    pub lines: Vec<DuckedLine>,
    /// Loudness that the music lost while somebody spoke, LU.
    pub loss_lu: f32,
    /// Loudness that the music lost while nobody spoke, LU.
    pub loss_elsewhere_lu: f32,
    /// SII over all speech, before and after.
    pub sii: (f32, f32),
    /// Clash over all speech, before and after, 0 to 100 %.
    pub clash_percent: (f32, f32),
    /// What was left out of the list.
    pub left_out: LeftOut,
    /// Where something was taken out of the music, in order of time.
    pub dips: Vec<Dip>,
}

impl DuckAccount {
    /// From the logs of the same hops before and after, and the loss outside speech.
    pub fn new(before: &ClashLog, after: &ClashLog, loss_elsewhere_lu: f32) -> Self {
        let lines = before.lines().zip(after.lines());
        let (was, is) = (before.summary(), after.summary());
        Self {
            lines: lines
                .map(|(before, after)| DuckedLine { before, after })
                .collect(),
            loss_lu: is.loudness_difference_lu - was.loudness_difference_lu,
            loss_elsewhere_lu,
            sii: (was.figures.sii, is.figures.sii),
            clash_percent: (was.clash_percent, is.clash_percent),
            left_out: LeftOut::default(),
            dips: Vec::new(),
        }
    }

    /// The lines, as dips name them.
    pub fn dip_lines(&self) -> Vec<DipLine> {
        let line = |(line_idx, line): (usize, &DuckedLine)| DipLine {
            number: line_idx + 1,
            start_s: line.before.start_s,
            end_s: line.before.end_s,
            before: line.before.verdict(),
            after: line.after.verdict(),
        };
        self.lines.iter().enumerate().map(line).collect()
    }

    /// Number of lines with this verdict, before and after.
    pub fn num_with(&self, verdict: Verdict) -> (usize, usize) {
        let count = |line_of: fn(&DuckedLine) -> &Line| {
            let lines = self.lines.iter().map(line_of);
            lines.filter(|line| line.verdict() == verdict).count()
        };
        (count(|it| &it.before), count(|it| &it.after))
    }
}
