//! What the page says, apart from how it looks.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::clash::verdict::Verdict;
use crate::found::Report;
use crate::found::compare::LineChange;
use crate::found::excerpts::{Excerpt, Excerpts, MEDIA_TYPE};
use crate::found::stems::{StemShare, StemShares};
use crate::found::trace::{Spectra, Trace};
use crate::lines::advice::{Cause, Remedy};
use crate::lines::composers_view::ComposersView;
use crate::psycho::bands::NOMINAL_HZ;
use crate::psycho::notes::Note;
use crate::report::advice_words::cut_text;
use crate::report::columns::{Column, LineRow, rows};
use crate::timeline::Timeline;

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
    /// The verdict in a word; *unsure* where the inputs are doubtful and it would be clear.
    pub verdict_word: &'static str,
    /// How sure it is that the line is a voice, 0 to 1.
    pub confidence: f32,
    pub may_be_no_voice: bool,
    pub clash_percent: f32,
    pub sii: f32,
    pub sii_without_music: f32,
    pub loudness_difference_lu: f32,
    /// Loudness of its speech over that of all speech, LU.
    pub speech_loudness_deviation_lu: f32,
    /// Where the line's words are lost, as a sentence; empty for a clear line.
    pub cause: String,
    /// What to do and what it brings, for each better verdict.
    pub remedies: Vec<(Verdict, String)>,
    /// The stem that most of the loss comes from, in a word; empty without stems.
    pub stem: String,
    /// What that stem does to the line, as a sentence; empty without stems.
    pub worst_stem: String,
    /// Fold-downs in which the line is worse; `-` for none.
    pub fold_downs: String,
    /// What the line was in the earlier report, in a few words; empty without one.
    pub change_short: String,
    /// What the line was in the earlier report, with figures; empty without one.
    pub change: String,
    /// What a composer asks about the line, as sentences.
    pub composer: Vec<String>,
    pub is_to_work_on: bool,
    pub spectra: Option<Spectra>,
    /// The files of the line's excerpt as data URIs, as it is and ducked.
    pub excerpt: Option<[String; 2]>,
}

impl PageLine {
    /// Whether the page has a card for the line: where there is something to do.
    pub fn has_card(&self) -> bool {
        self.is_to_work_on
    }
}

/// Every line, in order of time.
pub fn lines(
    report: &Report,
    timeline: &Timeline,
    trace: &Trace,
    excerpts: &Excerpts,
) -> Vec<PageLine> {
    let page_line = |row: LineRow| {
        let (report, line) = (row.line, &row.line.line);
        let stem = report.stems.as_ref().and_then(StemShares::worst);
        PageLine {
            number: row.number,
            start_s: line.start_s,
            end_s: line.end_s,
            start: Column::Start.text(&row),
            end: Column::End.text(&row),
            cue: timeline
                .cue(line.start_s, line.end_s)
                .map(|cue| cue.name.clone()),
            bar_beat: timeline
                .bar_beat(line.start_s)
                .map(|place| place.to_string()),
            verdict: line.verdict(),
            verdict_word: report.verdict_word(),
            confidence: line.confidence,
            may_be_no_voice: line.may_be_no_voice(),
            clash_percent: line.clash_percent,
            sii: line.figures.sii,
            sii_without_music: line.figures.sii_without_music,
            loudness_difference_lu: line.loudness_difference_lu,
            speech_loudness_deviation_lu: row.speech_loudness_deviation_lu,
            cause: cause_text(&report.advice.causes),
            remedies: remedy_texts(&report.advice.remedies),
            stem: stem.map_or(String::new(), |stem| {
                format!("{} {:.0} %", stem.name, 100.0 * stem.share)
            }),
            worst_stem: stem.map_or(String::new(), |stem| {
                stem_text(stem, line.figures.sii_without_music)
            }),
            fold_downs: Column::FoldDown.text(&row),
            change_short: row.change.map_or(String::new(), short_change_text),
            change: Column::Since.text(&row),
            composer: composer_texts(&line.composer),
            is_to_work_on: report.is_to_work_on(),
            spectra: trace.spectra(line.start_s, line.end_s),
            excerpt: excerpts.by_line.get(&(row.number - 1)).map(data_uris),
        }
    };
    rows(report, timeline).map(page_line).collect()
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

/// What leads to each better verdict, such as `-4.2 dB at 1.4 to 2.8 kHz (SII 0.46), or -6.0 dB on
/// the fader (SII 0.46)`.
fn remedy_texts(remedies: &[Remedy]) -> Vec<(Verdict, String)> {
    let words = |remedy: &Remedy| {
        let cut = remedy
            .cut
            .map(|cut| format!("{} (SII {:.2})", cut_text(&cut.what), cut.sii));
        let fader = remedy
            .fader_cut_db
            .map(|fader| format!("-{:.1} dB on the fader (SII {:.2})", fader.what, fader.sii));
        let ways: Vec<String> = cut.into_iter().chain(fader).collect();
        match ways.is_empty() {
            true => (remedy.goal, "no level helps".into()),
            false => (remedy.goal, ways.join(", or ")),
        }
    };
    remedies.iter().map(words).collect()
}

/// What the worst stem does, such as `Most of it comes from brass (62 %); without it the line would
/// be clear (SII 0.51).`
fn stem_text(worst: &StemShare, sii_without_music: f32) -> String {
    format!(
        "Most of it comes from {} ({:.0} %); without it the line would be {} (SII {:.2}).",
        worst.name,
        100.0 * worst.share,
        Verdict::new(worst.sii_without, sii_without_music).word(),
        worst.sii_without,
    )
}

/// How a line changed, such as `better, was masked`.
fn short_change_text(change: &LineChange) -> String {
    match &change.before {
        Some(before) => format!("{}, was {}", change.change.word(), before.verdict),
        None => change.change.word().into(),
    }
}

/// Where the voice lies and what the music does there.
fn composer_texts(view: &ComposersView) -> Vec<String> {
    let name = |hz| Note::nearest(hz).map_or_else(String::new, |note| note.to_string());
    let mut texts = Vec::new();
    if let Some(voice) = &view.voice_notes {
        texts.push(format!(
            "The voice speaks around {} ({} to {}).",
            name(voice.median_hz),
            name(voice.low_hz),
            name(voice.high_hz)
        ));
    }
    if let Some(music) = &view.music_register {
        texts.push(format!(
            "The music is thickest against it from {} to {} ({:.0} % of its power there).",
            name(music.low_hz),
            name(music.high_hz),
            100.0 * music.share
        ));
    }
    if view.num_accents_on_syllables > 0 {
        let (accents, fall) = match view.num_accents_on_syllables {
            1 => ("accent", "falls"),
            _ => ("accents", "fall"),
        };
        texts.push(format!(
            "{} {accents} of the music {fall} on syllables.",
            view.num_accents_on_syllables
        ));
    }
    if view.has_lead_vocal() {
        texts.push(format!(
            "A voice is heard in the music for {:.0} % of the line.",
            view.music_voice_percent
        ));
    }
    texts
}

fn data_uris(excerpt: &Excerpt) -> [String; 2] {
    [&excerpt.as_is, &excerpt.ducked]
        .map(|bytes| format!("data:{MEDIA_TYPE};base64,{}", BASE64_STANDARD.encode(bytes)))
}

/// `500 Hz` or `2.5 kHz`.
pub fn band_name(hz: f32) -> String {
    if hz < 1000.0 {
        format!("{hz} Hz")
    } else {
        format!("{} kHz", hz / 1000.0)
    }
}
