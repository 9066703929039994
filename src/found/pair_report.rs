//! What `check` found in one pair of files, as data.

use rayon::prelude::*;

use crate::clash::choices::GUIDE_LU;
use crate::clash::verdict::Verdict;
use crate::found::audience_log::{AudienceFigures, AudienceLog, AudienceSummary};
use crate::found::compare::{Comparison, LineChange, UNSURE};
use crate::found::fold_down::{FoldDown, FoldFigures, FoldLog};
use crate::found::stems::{StemLog, StemShares};
use crate::lines::advice::{Advice, BandExcess, advise, worst_bands};
use crate::lines::doubts::{Doubt, are_grave};
use crate::lines::fingerprint::{Fingerprint, VoiceTrack};
use crate::lines::log::{ClashLog, Line, Summary};
use crate::lines::seconds::Segment;

/// Where the figures of a report come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// The dialogue file, as the user named it.
    pub dialogue: String,
    /// The music file, as the user named it.
    pub music: String,
    /// How the dialogue's channels were understood, in words; empty where nobody says.
    pub dialogue_channels: String,
    /// How the music's channels were understood, in words; empty where nobody says.
    pub music_channels: String,
    /// Sample rate of the music, Hz.
    pub sample_rate_hz: u32,
    /// Length of the music, s.
    pub duration_s: f64,
    /// What was noticed about the files: faults, times, lengths; each a sentence that names its file.
    pub notes: Vec<String>,
    /// Whether there are no files: the plugin heard what its host played, and `music` and `dialogue` are names of
    /// tracks.
    pub is_heard: bool,
}

/// What a list leaves out because somebody said so.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeftOut {
    /// Least confidence of the lines that are in the list, 0 to 1.
    pub min_confidence: f32,
    /// Lines that aren't in the list, nor in its sums: of less confidence, or struck.
    pub num_lines: usize,
    /// Begin and end of each stretch in which the dialogue was taken for silent, s, in order of time.
    pub ignored_s: Vec<(f64, f64)>,
}

impl LeftOut {
    /// Whether anything was left out.
    pub fn is_anything(&self) -> bool {
        self.num_lines > 0 || !self.ignored_s.is_empty()
    }
}

/// A spoken line with what to do about it.
#[derive(Debug, Clone, PartialEq)]
pub struct LineReport {
    /// When the line is spoken and how badly it fares.
    pub line: Line,
    /// The bands that hide most, worst first; empty for a clear line.
    pub worst_bands: Vec<BandExcess>,
    /// What the clash comes from, and what would lift the line.
    pub advice: Advice,
    /// Each stem's share of the SII that the music takes, where stems were given.
    pub stems: Option<StemShares>,
    /// How the line fares in each fold-down that was asked for.
    pub fold_downs: Vec<FoldFigures>,
    /// How the line fares for each audience that was asked for.
    pub audiences: Vec<AudienceFigures>,
    /// Whether the inputs are such that no figure can be trusted.
    pub is_doubtful: bool,
    /// By what the line is known again elsewhere; empty where nobody asked.
    pub fingerprint: Fingerprint,
}

impl LineReport {
    /// `line` with what advice makes of its levels; stems and fold-downs are added later.
    pub fn new(line: Line) -> Self {
        Self {
            worst_bands: worst_bands(&line.excess_band_db),
            advice: advise(&line),
            stems: None,
            fold_downs: Vec::new(),
            audiences: Vec::new(),
            is_doubtful: false,
            fingerprint: Fingerprint::default(),
            line,
        }
    }

    /// The verdict in a word; never *clear* where the inputs are doubtful.
    pub fn verdict_word(&self) -> &'static str {
        self.word_of(self.line.verdict())
    }

    /// A verdict on the line, the reference listener's or an audience's, in a word; never *clear* where the
    /// inputs are doubtful.
    pub fn word_of(&self, verdict: Verdict) -> &'static str {
        match self.is_doubtful && verdict == Verdict::Clear {
            true => UNSURE,
            false => verdict.word(),
        }
    }

    /// Whether the line is clear to every audience that was asked for.
    pub fn is_clear_to_all(&self) -> bool {
        let mut audiences = self.audiences.iter();
        audiences.all(|it| it.verdict == Verdict::Clear)
    }

    /// Whether the line seems clear, but the inputs are doubtful.
    pub fn is_unsure(&self) -> bool {
        self.is_doubtful && self.line.verdict() == Verdict::Clear
    }

    /// The fold-downs in which the line fares worse than in the mix itself.
    pub fn worse_fold_downs(&self) -> impl Iterator<Item = &FoldFigures> {
        let verdict = self.line.verdict();
        self.fold_downs
            .iter()
            .filter(move |fold| fold.verdict() > verdict)
    }

    /// Whether there is something to do, in the mix, in a fold-down of it or for an audience.
    pub fn is_to_work_on(&self) -> bool {
        !self.advice.is_clear()
            || self.worse_fold_downs().next().is_some()
            || !self.is_clear_to_all()
    }
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
    /// Integrated loudness of dialogue and music together, LUFS; `None` where it wasn't measured or nothing sounds.
    pub programme_lufs: Option<f32>,
    /// Loudness difference that the dialogue should have over the music, LU.
    pub guide_lu: f32,
    /// All speech in each fold-down that was asked for.
    pub fold_downs: Vec<FoldFigures>,
    /// All speech for each audience that was asked for.
    pub audiences: Vec<AudienceSummary>,
    /// With which ears the figures were heard, in words; `None` for one.
    pub ears: Option<&'static str>,
    /// What changed since an earlier report, if one was given.
    pub comparison: Option<Comparison>,
    /// What is wrong with the inputs.
    pub doubts: Vec<Doubt>,
    /// What was left out.
    pub left_out: LeftOut,
}

impl Report {
    /// A report of what `log` holds, for expert listeners.
    pub fn new(source: Source, log: &ClashLog) -> Self {
        let lines: Vec<Line> = log.lines().collect();
        // Advice is a search, for each line apart from the others.
        let lines = lines.into_par_iter().map(LineReport::new).collect();
        Self::of_lines(source, lines, log.segments(), log.summary())
    }

    /// A report of lines that were judged before, for expert listeners.
    pub fn of_lines(
        source: Source,
        lines: Vec<LineReport>,
        segments: Vec<Segment>,
        summary: Summary,
    ) -> Self {
        Self {
            source,
            lines,
            segments,
            summary,
            programme_lufs: None,
            guide_lu: GUIDE_LU,
            fold_downs: Vec::new(),
            audiences: Vec::new(),
            ears: None,
            comparison: None,
            doubts: Vec::new(),
            left_out: LeftOut::default(),
        }
    }

    /// Adds by what each line is known, of the dialogue that was heard.
    pub fn add_fingerprints(&mut self, track: &VoiceTrack) {
        for report in &mut self.lines {
            let line = &report.line;
            report.fingerprint = Fingerprint::of(track, line.start_s, line.end_s);
        }
    }

    /// Adds which stems the loss of each clashing line comes from.
    pub fn add_stems(&mut self, log: &StemLog) {
        for report in &mut self.lines {
            if !report.advice.is_clear() {
                report.stems = log.shares(report.line.start_s, report.line.end_s);
            }
        }
    }

    /// Adds how the lines fare in fold-downs.
    pub fn add_fold_downs(&mut self, log: &FoldLog) {
        let lines = self.lines.iter().map(|it| (it.line.start_s, it.line.end_s));
        let (lines, whole) = log.lines(&lines.collect::<Vec<_>>());
        for (report, fold_downs) in self.lines.iter_mut().zip(lines) {
            report.fold_downs = fold_downs;
        }
        self.fold_downs = whole;
    }

    /// Adds how the lines fare for the audiences that were asked for.
    pub fn add_audiences(&mut self, log: &AudienceLog) {
        let lines = self.lines.iter().map(|it| (&it.line, &it.advice));
        let (lines, audiences) = log.judge(&lines.collect::<Vec<_>>());
        for (report, figures) in self.lines.iter_mut().zip(lines) {
            report.audiences = figures;
        }
        self.audiences = audiences;
    }

    /// Adds what is wrong with the inputs.
    pub fn add_doubts(&mut self, doubts: Vec<Doubt>) {
        self.doubts = doubts;
        let is_doubtful = self.is_doubtful();
        for line in &mut self.lines {
            line.is_doubtful = is_doubtful;
        }
    }

    /// Whether the inputs are such that no figure can be trusted.
    pub fn is_doubtful(&self) -> bool {
        are_grave(&self.doubts)
    }

    /// How the line at `line_idx` changed since an earlier report, if one was given.
    pub fn change(&self, line_idx: usize) -> Option<&LineChange> {
        self.comparison.as_ref()?.lines.get(line_idx)
    }

    /// Numbers (from 1) of the lines that fare worse in `fold_down` than in the mix itself: those
    /// that are clear in the mix, and the others.
    pub fn worse_in(&self, fold_down: FoldDown) -> (Vec<usize>, Vec<usize>) {
        let numbered = self.lines.iter().enumerate();
        let worse = numbered.filter(|(_, line)| {
            let mut worse = line.worse_fold_downs();
            worse.any(|fold| fold.fold_down == fold_down)
        });
        let (only_there, worse_there): (Vec<_>, Vec<_>) =
            worse.partition(|(_, line)| line.advice.is_clear());
        let numbers = |lines: Vec<(usize, &LineReport)>| {
            lines
                .into_iter()
                .map(|(line_idx, _)| line_idx + 1)
                .collect()
        };
        (numbers(only_there), numbers(worse_there))
    }

    /// Loudness-to-dialogue ratio, LU (EBU R 128 s4): programme loudness less dialogue loudness; `None` where one of
    /// them isn't known.
    pub fn loudness_to_dialogue_lu(&self) -> Option<f32> {
        let is_spoken = self.summary.speech_s > 0.0;
        let programme_lufs = self.programme_lufs.filter(|_| is_spoken)?;
        Some(programme_lufs - self.summary.dialogue_lufs)
    }

    /// Speech loudness deviation of `line`, LU (Torcoli et al. 2024): loudness of its speech over that of all speech.
    /// Local is the line here, whatever its length.
    pub fn speech_loudness_deviation_lu(&self, line: &Line) -> f32 {
        line.dialogue_lufs - self.summary.dialogue_lufs
    }

    /// The softest line and the loudest one: their speech loudness deviations, LU; `None` without lines.
    pub fn speech_loudness_range_lu(&self) -> Option<(f32, f32)> {
        let lines = self.lines.iter();
        let deviations = lines.map(|it| self.speech_loudness_deviation_lu(&it.line));
        deviations.fold(None, |range, it| match range {
            None => Some((it, it)),
            Some((low, high)) => Some((it.min(low), it.max(high))),
        })
    }

    /// Number of lines for which there is something to do.
    pub fn num_clashing(&self) -> usize {
        self.lines
            .iter()
            .filter(|line| !line.advice.is_clear())
            .count()
    }

    /// Number of lines that may be no speech.
    pub fn num_unlikely(&self) -> usize {
        let lines = self.lines.iter();
        lines.filter(|line| line.line.may_be_no_voice()).count()
    }

    /// Number of lines with this verdict.
    pub fn num_with(&self, verdict: Verdict) -> usize {
        let verdicts = self.lines.iter().map(|line| line.line.verdict());
        verdicts.filter(|&it| it == verdict).count()
    }
}
