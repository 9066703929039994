//! What the page says, apart from how it looks.

use crate::clash::advice::{Cause, Remedy};
use crate::clash::verdict::Verdict;
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::text::{advice_text, cut_text};
use crate::report::timeline::Timeline;
use crate::report::trace::{Spectra, Trace};
use crate::report::{LineReport, Report};

/// A sign for each verdict, so that colour never stands alone.
pub fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Clear => "○",
        Verdict::Strained => "◐",
        Verdict::Masked => "●",
    }
}

/// One line of the dialogue as the page shows it.
pub struct PageLine {
    /// From 1, as in every other list.
    pub number: usize,
    pub start_s: f64,
    pub end_s: f64,
    pub start: String,
    pub end: String,
    pub cue: Option<String>,
    pub bar_beat: Option<String>,
    pub verdict: Verdict,
    pub clash_percent: f32,
    pub sii: f32,
    pub sii_without_music: f32,
    pub loudness_difference_lu: f32,
    /// Where its words are lost, as a sentence; empty for a clear line.
    pub cause: String,
    /// What to do, as the other lists say it; `none needed` for a clear line.
    pub advice: String,
    /// The same with what it brings, one sentence for each better verdict.
    pub remedies: Vec<String>,
    pub spectra: Option<Spectra>,
}

impl PageLine {
    /// Whether the page has a card for it: where there is something to do.
    pub fn has_card(&self) -> bool {
        self.verdict != Verdict::Clear
    }
}

/// Every line, in order of time.
pub fn lines(report: &Report, timeline: &Timeline, trace: &Trace) -> Vec<PageLine> {
    let page_line = |(line_idx, report): (usize, &LineReport)| {
        let line = &report.line;
        PageLine {
            number: line_idx + 1,
            start_s: line.start_s,
            end_s: line.end_s,
            start: timeline.start_text(line.start_s),
            end: timeline.end_text(line.end_s),
            cue: timeline.cue(line).map(|cue| cue.name.clone()),
            bar_beat: timeline
                .bar_beat(line.start_s)
                .map(|place| place.to_string()),
            verdict: line.verdict(),
            clash_percent: line.clash_percent,
            sii: line.figures.sii,
            sii_without_music: line.figures.sii_without_music,
            loudness_difference_lu: line.loudness_difference_lu,
            cause: cause_text(&report.advice.causes),
            advice: advice_text(&report.advice),
            remedies: remedy_texts(&report.advice.remedies),
            spectra: trace.spectra(line.start_s, line.end_s),
        }
    };
    report.lines.iter().enumerate().map(page_line).collect()
}

/// Where the words are lost, such as `Most is lost at 2 kHz (31 %), 1.6 kHz (22 %).`
fn cause_text(causes: &[Cause]) -> String {
    if causes.is_empty() {
        return String::new();
    }
    let bands: Vec<String> = causes
        .iter()
        .map(|cause| {
            let hz = band_name(NOMINAL_HZ[cause.band_idx]);
            format!("{hz} ({:.0} %)", 100.0 * cause.share)
        })
        .collect();
    format!("Most is lost at {}.", bands.join(", "))
}

/// One sentence for each verdict that can be reached, such as `To be clear: -4.2 dB at 1.4 to 2.8
/// kHz (SII 0.46), or -6.0 dB on the fader (SII 0.46)`.
fn remedy_texts(remedies: &[Remedy]) -> Vec<String> {
    let sentence = |remedy: &Remedy| {
        let cut = remedy
            .cut
            .map(|cut| format!("{} (SII {:.2})", cut_text(&cut.what), cut.sii));
        let fader = remedy
            .fader_cut_db
            .map(|fader| format!("-{:.1} dB on the fader (SII {:.2})", fader.what, fader.sii));
        let ways: Vec<String> = cut.into_iter().chain(fader).collect();
        match ways.is_empty() {
            true => format!("To be {}: no level helps", remedy.goal.word()),
            false => format!("To be {}: {}", remedy.goal.word(), ways.join(", or ")),
        }
    };
    remedies.iter().map(sentence).collect()
}

/// `500 Hz` or `2.5 kHz`.
pub fn band_name(hz: f32) -> String {
    if hz < 1000.0 {
        format!("{hz} Hz")
    } else {
        format!("{} kHz", hz / 1000.0)
    }
}
