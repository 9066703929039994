//! What `check` found, as data; how it is written down is in [`json`], [`text`] and [`export`].

pub mod cues;
pub mod export;
pub mod json;
pub mod music_time;
pub mod page;
pub mod text;
pub mod timecode;
pub mod timeline;
pub mod trace;

use crate::clash::advice::{Advice, BandExcess, advise, worst_bands};
use crate::clash::log::{ClashLog, Line, Summary};
use crate::clash::segments::Segment;
use crate::clash::verdict::Verdict;
use crate::psycho::choices::GUIDE_LU;

/// Where the figures of a report come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The dialogue file, as the user named it.
    pub dialogue: String,
    /// The music file, as the user named it.
    pub music: String,
    /// Sample rate of the music, Hz.
    pub sample_rate_hz: u32,
    /// Length of the music, s.
    pub duration_s: f64,
}

/// A spoken line with what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct LineReport {
    /// When and how badly.
    pub line: Line,
    /// The bands that hide most, worst first; empty for a clear line.
    pub worst_bands: Vec<BandExcess>,
    /// What it comes from, and what would lift the line.
    pub advice: Advice,
}

/// Everything that `check` found in one pair of files.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The files.
    pub source: Source,
    /// Every spoken line, clashing or not, in order of time.
    pub lines: Vec<LineReport>,
    /// Every whole second with at least half a second of speech.
    pub segments: Vec<Segment>,
    /// All speech together.
    pub summary: Summary,
    /// Loudness difference that the dialogue should have over the music, LU.
    pub guide_lu: f32,
}

impl Report {
    /// A report of what `log` holds, for expert listeners.
    pub fn new(source: Source, log: &ClashLog) -> Self {
        let lines = log
            .lines()
            .map(|line| LineReport {
                worst_bands: worst_bands(&line.excess_band_db),
                advice: advise(&line),
                line,
            })
            .collect();
        Self {
            source,
            lines,
            segments: log.segments(),
            summary: log.summary(),
            guide_lu: GUIDE_LU,
        }
    }

    /// Number of lines for which there is something to do.
    pub fn num_clashing(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| !line.advice.is_clear())
            .count()
    }

    /// Number of lines with this verdict.
    pub fn num_with(&self, verdict: Verdict) -> usize {
        let verdicts = self.lines.iter().map(|line| line.line.verdict());
        verdicts.filter(|&it| it == verdict).count()
    }
}
