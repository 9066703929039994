//! How each line fares for audiences that were asked for: heard in the same pass, judged hop by hop.

use rayon::prelude::*;

use crate::clash::meter::SiiMeter;
use crate::clash::verdict::Verdict;
use crate::lines::advice::Advice;
use crate::lines::audience_help::{AudienceHelp, clear_from_sii, help};
use crate::lines::log::Line;
use crate::lines::moves::BandCut;
use crate::lines::speech_runs::{SpeechRuns, Sum};
use crate::psycho::bands::NUM_BANDS;
use crate::psycho::situation::{Parts, Situation};
use crate::snapshot::HopLevels;

/// An audience that somebody asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct AskedAudience {
    /// As the user names it; without spaces.
    pub name: String,
    /// Who and where, as it stands in a sentence: "clear ...".
    pub title: String,
    /// Listener, place, device and level, in words.
    pub what: String,
    /// What the figures need.
    pub parts: Parts,
    /// Whether it hears the stereo fold-down of a mix for more loudspeakers.
    pub hears_fold_down: bool,
}

/// How a line fares for one audience.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceFigures {
    /// SII under the music, 0 to 1.
    pub sii: f32,
    /// SII without the music, 0 to 1: what place, device and hearing leave.
    pub sii_without_music: f32,
    /// How the line fares, by the thresholds that it has for the reference listener.
    pub verdict: Verdict,
    /// What is lost and what would help; `None` for a clear line.
    pub help: Option<AudienceHelp>,
}

/// All speech for one audience.
#[derive(Debug, Clone, PartialEq)]
pub struct AudienceSummary {
    /// Who.
    pub audience: AskedAudience,
    /// Mean SII over speech, 0 to 1.
    pub sii: f32,
    /// Mean SII without the music, 0 to 1.
    pub sii_without_music: f32,
    /// Number of lines that are clear, strained and masked.
    pub num_lines: [usize; 3],
}

impl AudienceSummary {
    /// Number of lines of this verdict.
    pub fn num_with(&self, verdict: Verdict) -> usize {
        self.num_lines[verdict as usize]
    }
}

#[derive(Debug, Clone, Default)]
struct Sums(Vec<(f64, f64)>);

impl Sum for Sums {
    fn add(&mut self, other: &Self) {
        let num = self.0.len().max(other.0.len());
        self.0.resize(num, (0.0, 0.0));
        for (sum, it) in self.0.iter_mut().zip(&other.0) {
            sum.0 += it.0;
            sum.1 += it.1;
        }
    }
}

/// Gathers the figures of audiences while somebody speaks.
#[derive(Debug, Clone)]
pub struct AudienceLog {
    audiences: Vec<(AskedAudience, Situation)>,
    meter: SiiMeter,
    runs: SpeechRuns<Sums>,
}

impl AudienceLog {
    /// A log for these.
    pub fn new(audiences: Vec<AskedAudience>) -> Self {
        let with_situation = |it: AskedAudience| {
            let situation = Situation::new(&it.parts);
            (it, situation)
        };
        Self {
            audiences: audiences.into_iter().map(with_situation).collect(),
            meter: SiiMeter::new(),
            runs: SpeechRuns::default(),
        }
    }

    /// Whether nobody was asked for.
    pub fn is_empty(&self) -> bool {
        self.audiences.is_empty()
    }

    /// Takes in a hop of speech from `start_s` to `end_s` with the levels of the pair, and those of its stereo fold-down.
    pub fn push(&mut self, (start_s, end_s): (f64, f64), levels: &HopLevels, folded: &HopLevels) {
        if self.is_empty() {
            return;
        }
        let sums = self.runs.at(start_s, end_s);
        sums.0.resize(self.audiences.len(), (0.0, 0.0));
        for ((audience, situation), sum) in self.audiences.iter().zip(&mut sums.0) {
            let levels = if audience.hears_fold_down {
                folded
            } else {
                levels
            };
            let quiet = HopLevels {
                music_power: [0.0; NUM_BANDS],
                ..*levels
            };
            sum.0 += f64::from(self.meter.sii_in(situation, levels));
            sum.1 += f64::from(self.meter.sii_in(situation, &quiet));
        }
    }

    /// How each of `lines`, with its advice for the reference listener, fares for each audience, and all of them together.
    pub fn judge(
        &self,
        lines: &[(&Line, &Advice)],
    ) -> (Vec<Vec<AudienceFigures>>, Vec<AudienceSummary>) {
        let by_line: Vec<Vec<AudienceFigures>> = lines
            .par_iter()
            .map(|(line, advice)| self.figures_of(line, advice))
            .collect();
        let (num_hops, whole) = self.runs.whole().unwrap_or_default();
        let mean = |sum: f64| (sum / f64::from(num_hops.max(1))) as f32;
        let summaries = self.audiences.iter().enumerate();
        let summaries = summaries.map(|(audience_idx, (audience, _))| {
            let (sii, sii_without_music) = whole.0.get(audience_idx).copied().unwrap_or_default();
            let mut num_lines = [0; 3];
            for figures in &by_line {
                num_lines[figures[audience_idx].verdict as usize] += 1;
            }
            AudienceSummary {
                audience: audience.clone(),
                sii: mean(sii),
                sii_without_music: mean(sii_without_music),
                num_lines,
            }
        });
        let summaries = summaries.collect();
        (by_line, summaries)
    }

    fn figures_of(&self, line: &Line, advice: &Advice) -> Vec<AudienceFigures> {
        let (num_hops, sums) = self
            .runs
            .between(line.start_s, line.end_s)
            .unwrap_or_default();
        let remedies = advice.remedies.iter();
        let cut: Option<BandCut> = remedies
            .filter(|remedy| remedy.goal == Verdict::Clear)
            .find_map(|remedy| remedy.cut.map(|cut| cut.what));
        let audiences = self.audiences.iter().enumerate();
        let figures = audiences.map(|(audience_idx, (audience, _))| {
            let (sii, quiet) = sums.0.get(audience_idx).copied().unwrap_or_default();
            let mean = |sum: f64| (sum / f64::from(num_hops.max(1))) as f32;
            let sii = mean(sii);
            let verdict = Verdict::new(sii, line.figures.sii_without_music);
            AudienceFigures {
                sii,
                sii_without_music: mean(quiet),
                verdict,
                help: (verdict != Verdict::Clear)
                    .then(|| {
                        let goal_sii = clear_from_sii(line);
                        help(line, &audience.parts, sii, goal_sii, cut.as_ref())
                    })
                    .flatten(),
            }
        });
        figures.collect()
    }
}
