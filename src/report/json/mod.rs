//! The report as JSON, schema `underscore.report/1`. Keys are only ever added to it: programs of
//! other people read it.

mod comparison;
mod for_audiences;
mod for_ears;
pub(super) mod rounded;
pub mod row_mark;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use crate::report::json::comparison::{
    JsonChange, JsonComparison, JsonFoldDown, JsonStem, json_change, json_comparison,
    json_fold_down, json_stem,
};
use crate::report::json::for_audiences::{
    JsonAudience, JsonAudienceLine, json_audience, json_audience_lines,
};
use crate::report::json::for_ears::{JsonEars, json_ears};
use crate::report::json::rounded::{hundredths, seconds, ten_thousandths};

use crate::found::compare::{LineChange, SCHEMA};
use crate::found::fold_down::COEFFICIENTS;
use crate::found::{LeftOut, LineReport, Report};
use crate::lines::advice::{BandExcess, Cause, Remedy};
use crate::lines::composers_view::{MusicRegister, VoiceNotes};
use crate::lines::doubts::Doubt;
use crate::lines::moves::{BandCut, Move};
use crate::lines::seconds::Segment;
use crate::psycho::bands::{NOMINAL_HZ, edges_hz};
use crate::psycho::notes::Note;
use crate::report::advice_words::advice_text;
use crate::timeline::Timeline;

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'a str,
    version: &'a str,
    dialogue: &'a str,
    music: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    dialogue_channels: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    music_channels: &'a str,
    sample_rate_hz: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    fps: Option<&'static str>,
    duration_s: f64,
    speech_s: f64,
    clash_percent: f64,
    sii: f64,
    sii_without_music: f64,
    loudness_difference_lu: f64,
    guide_lu: f64,
    /// Of the dialogue while somebody speaks, by the speech detector.
    dialogue_loudness_lufs: f64,
    /// Of dialogue and music together, gated as in BS.1770; `null` where it wasn't measured.
    programme_loudness_lufs: Option<f64>,
    /// Programme loudness less dialogue loudness (EBU R 128 s4).
    loudness_to_dialogue_lu: Option<f64>,
    is_doubtful: bool,
    doubts: Vec<JsonDoubt>,
    notes: &'a [String],
    min_confidence: f64,
    lines_left_out: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ignored: Vec<JsonStretch>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fold_downs: Vec<JsonFoldDown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fold_down_coefficients: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<JsonAudience>,
    /// With which ears the figures were heard; left out for one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ears: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<JsonComparison<'a>>,
    lines: Vec<JsonLine>,
    segments: Vec<JsonSegment>,
    bands: JsonBands,
}

/// Where the dialogue was taken for silent.
#[derive(Serialize)]
struct JsonStretch {
    start_s: f64,
    end_s: f64,
}

/// What is wrong with the inputs; a grave one makes all figures doubtful.
#[derive(Serialize)]
struct JsonDoubt {
    kind: &'static str,
    is_grave: bool,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    shift_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    residual_db: Option<f64>,
}

#[derive(Serialize)]
struct JsonLine {
    start_s: f64,
    end_s: f64,
    /// Timecode where `fps` is known, else the time since the first sample.
    start: String,
    end: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    cue: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bar: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    beat: Option<f64>,
    clash_percent: f64,
    verdict: &'static str,
    /// How sure it is that the line is a voice, 0 to 1; 0.5 and more are voices.
    confidence: f64,
    sii: f64,
    sii_without_music: f64,
    loudness_difference_lu: f64,
    /// Loudness of the line's speech over that of all speech (Torcoli et al. 2024).
    speech_loudness_deviation_lu: f64,
    worst_bands: Vec<JsonBandExcess>,
    causes: Vec<JsonCause>,
    advice: String,
    remedies: Vec<JsonRemedy>,
    voice_notes: Option<JsonVoiceNotes>,
    music_register: Option<JsonMusicRegister>,
    accents_on_syllables: usize,
    music_voice_percent: f64,
    has_lead_vocal: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    stems: Option<Vec<JsonStem>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    other_stems_share: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fold_downs: Vec<JsonFoldDown>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    audiences: Vec<JsonAudienceLine>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ears: Option<JsonEars>,
    #[serde(skip_serializing_if = "Option::is_none")]
    compare: Option<JsonChange>,
    #[serde(skip_serializing_if = "String::is_empty")]
    fingerprint: String,
}

/// Register of the voice; `null` for a whisper.
#[derive(Serialize)]
struct JsonVoiceNotes {
    low: String,
    median: String,
    high: String,
    low_hz: f64,
    median_hz: f64,
    high_hz: f64,
}

/// The octave in which the music is thickest against the voice.
#[derive(Serialize)]
struct JsonMusicRegister {
    low: String,
    high: String,
    low_hz: f64,
    high_hz: f64,
    share: f64,
}

#[derive(Serialize)]
struct JsonSegment {
    start_s: f64,
    end_s: f64,
    sii: f64,
    sii_without_music: f64,
    clash_percent: f64,
    loudness_difference_lu: f64,
}

#[derive(Serialize)]
struct JsonBandExcess {
    hz: f64,
    excess_db: f64,
}

/// A band with the share of the SII lost that is lost in it.
#[derive(Serialize)]
struct JsonCause {
    hz: f64,
    share: f64,
}

/// The advice as numbers, for programs; `advice` says the same in words. `sii` is what the line has
/// after the move; a move that would be too big is `null`.
#[derive(Serialize)]
struct JsonRemedy {
    goal: &'static str,
    eq: Option<JsonCut>,
    fader: Option<JsonFader>,
}

/// The limits of a cut are the edges of its outer bands.
#[derive(Serialize)]
struct JsonCut {
    low_hz: f64,
    high_hz: f64,
    cut_db: f64,
    sii: f64,
}

#[derive(Serialize)]
struct JsonFader {
    cut_db: f64,
    sii: f64,
}

#[derive(Serialize)]
struct JsonBands {
    hz: Vec<f64>,
    excess_db: Vec<f64>,
}

/// The report as indented JSON with a final newline. Seconds are rounded to 1 ms, per cent, dB
/// and LU to 0.01, indexes to 0.0001; the same report always gives the same bytes.
///
/// # Errors
/// Errors of the serializer; none is known to occur.
pub fn to_json(report: &Report, timeline: &Timeline) -> serde_json::Result<String> {
    let json = JsonReport {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        dialogue: &report.source.dialogue,
        music: &report.source.music,
        dialogue_channels: &report.source.dialogue_channels,
        music_channels: &report.source.music_channels,
        sample_rate_hz: report.source.sample_rate_hz,
        fps: timeline.rate_name(),
        duration_s: seconds(report.source.duration_s),
        speech_s: seconds(report.summary.speech_s),
        clash_percent: hundredths(report.summary.clash_percent),
        sii: ten_thousandths(report.summary.figures.sii),
        sii_without_music: ten_thousandths(report.summary.figures.sii_without_music),
        loudness_difference_lu: hundredths(report.summary.loudness_difference_lu),
        guide_lu: hundredths(report.guide_lu),
        dialogue_loudness_lufs: hundredths(report.summary.dialogue_lufs),
        programme_loudness_lufs: report.programme_lufs.map(hundredths),
        loudness_to_dialogue_lu: report.loudness_to_dialogue_lu().map(hundredths),
        is_doubtful: report.is_doubtful(),
        doubts: json_doubts(&report.doubts, timeline),
        notes: &report.source.notes,
        min_confidence: hundredths(report.left_out.min_confidence),
        lines_left_out: report.left_out.num_lines,
        ignored: json_ignored(&report.left_out),
        fold_downs: report.fold_downs.iter().map(json_fold_down).collect(),
        fold_down_coefficients: (!report.fold_downs.is_empty()).then_some(COEFFICIENTS),
        audiences: report.audiences.iter().map(json_audience).collect(),
        ears: report.ears,
        compare: report.comparison.as_ref().map(json_comparison),
        lines: report
            .lines
            .iter()
            .enumerate()
            .map(|(line_idx, line)| JsonLine {
                speech_loudness_deviation_lu: hundredths(
                    report.speech_loudness_deviation_lu(&line.line),
                ),
                audiences: json_audience_lines(report, line),
                ears: json_ears(line),
                ..json_line(line, report.change(line_idx), timeline)
            })
            .collect(),
        segments: report.segments.iter().map(json_segment).collect(),
        bands: JsonBands {
            hz: NOMINAL_HZ.iter().copied().map(f64::from).collect(),
            excess_db: report
                .summary
                .excess_band_db
                .iter()
                .copied()
                .map(hundredths)
                .collect(),
        },
    };
    let mut text = serde_json::to_string_pretty(&json)?;
    text.push('\n');
    Ok(text)
}

/// Where the dialogue was taken for silent, as a JSON array.
pub(super) fn ignored_list(left_out: &LeftOut) -> serde_json::Value {
    // Numbers can't fail to be written.
    serde_json::to_value(json_ignored(left_out)).unwrap_or_default()
}

fn json_ignored(left_out: &LeftOut) -> Vec<JsonStretch> {
    let stretch = |&(start_s, end_s): &(f64, f64)| JsonStretch {
        start_s: seconds(start_s),
        end_s: seconds(end_s),
    };
    left_out.ignored_s.iter().map(stretch).collect()
}

/// What is wrong with the inputs, as a JSON array.
pub(super) fn doubt_list(doubts: &[Doubt], timeline: &Timeline) -> serde_json::Value {
    // Numbers and texts can't fail to be written.
    serde_json::to_value(json_doubts(doubts, timeline)).unwrap_or_default()
}

fn json_doubts(doubts: &[Doubt], timeline: &Timeline) -> Vec<JsonDoubt> {
    let json = |doubt: &Doubt| {
        let guide = match doubt {
            Doubt::DialogueHoldsMusic(guide) => *guide,
            _ => None,
        };
        let to_hundredths = |value: f64| (value * 100.0).round() / 100.0;
        JsonDoubt {
            kind: doubt.slug(),
            is_grave: doubt.is_grave(),
            text: doubt.text(timeline.frames_per_second()),
            shift_ms: guide.map(|it| to_hundredths(1000.0 * it.shift_s)),
            residual_db: guide.and_then(|it| it.residual_db).map(to_hundredths),
        }
    };
    doubts.iter().map(json).collect()
}

fn json_line(report: &LineReport, change: Option<&LineChange>, timeline: &Timeline) -> JsonLine {
    let bar_beat = timeline.bar_beat(report.line.start_s);
    JsonLine {
        start_s: seconds(report.line.start_s),
        end_s: seconds(report.line.end_s),
        start: timeline.start_text(report.line.start_s),
        end: timeline.end_text(report.line.end_s),
        cue: timeline
            .cue(report.line.start_s, report.line.end_s)
            .map(|cue| cue.name.clone()),
        bar: bar_beat.map(|place| place.bar),
        beat: bar_beat.map(|place| (place.beat * 100.0).round() / 100.0),
        clash_percent: hundredths(report.line.clash_percent),
        verdict: report.verdict_word(),
        confidence: hundredths(report.line.confidence),
        sii: ten_thousandths(report.line.figures.sii),
        sii_without_music: ten_thousandths(report.line.figures.sii_without_music),
        loudness_difference_lu: hundredths(report.line.loudness_difference_lu),
        speech_loudness_deviation_lu: 0.0,
        worst_bands: report.worst_bands.iter().map(json_band).collect(),
        causes: report.advice.causes.iter().map(json_cause).collect(),
        advice: match report.is_unsure() {
            true => "-".into(),
            false => advice_text(&report.advice),
        },
        remedies: report.advice.remedies.iter().map(json_remedy).collect(),
        voice_notes: report
            .line
            .composer
            .voice_notes
            .as_ref()
            .map(json_voice_notes),
        music_register: report
            .line
            .composer
            .music_register
            .as_ref()
            .map(json_music_register),
        accents_on_syllables: report.line.composer.num_accents_on_syllables,
        music_voice_percent: hundredths(report.line.composer.music_voice_percent as f32),
        has_lead_vocal: report.line.composer.has_lead_vocal(),
        stems: report
            .stems
            .as_ref()
            .map(|it| it.stems.iter().map(json_stem).collect()),
        other_stems_share: report
            .stems
            .as_ref()
            .map(|it| ten_thousandths(it.other_share)),
        fold_downs: report.fold_downs.iter().map(json_fold_down).collect(),
        audiences: Vec::new(),
        ears: None,
        compare: change.map(json_change),
        fingerprint: STANDARD.encode(report.fingerprint.bytes()),
    }
}

fn json_voice_notes(notes: &VoiceNotes) -> JsonVoiceNotes {
    JsonVoiceNotes {
        low: note_name(notes.low_hz),
        median: note_name(notes.median_hz),
        high: note_name(notes.high_hz),
        low_hz: tenths(notes.low_hz),
        median_hz: tenths(notes.median_hz),
        high_hz: tenths(notes.high_hz),
    }
}

fn json_music_register(register: &MusicRegister) -> JsonMusicRegister {
    JsonMusicRegister {
        low: note_name(register.low_hz),
        high: note_name(register.high_hz),
        low_hz: tenths(register.low_hz),
        high_hz: tenths(register.high_hz),
        share: ten_thousandths(register.share as f32),
    }
}

fn note_name(hz: f64) -> String {
    Note::nearest(hz).map_or_else(String::new, |note| note.to_string())
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn json_segment(segment: &Segment) -> JsonSegment {
    JsonSegment {
        start_s: seconds(segment.start_s),
        end_s: seconds(segment.start_s + 1.0),
        sii: ten_thousandths(segment.figures.sii),
        sii_without_music: ten_thousandths(segment.figures.sii_without_music),
        clash_percent: ten_thousandths(segment.clash_percent),
        loudness_difference_lu: hundredths(segment.loudness_difference_lu),
    }
}

fn json_band(band: &BandExcess) -> JsonBandExcess {
    JsonBandExcess {
        hz: f64::from(NOMINAL_HZ[band.band_idx]),
        excess_db: hundredths(band.excess_db),
    }
}

fn json_cause(cause: &Cause) -> JsonCause {
    JsonCause {
        hz: f64::from(NOMINAL_HZ[cause.band_idx]),
        share: ten_thousandths(cause.share),
    }
}

fn json_remedy(remedy: &Remedy) -> JsonRemedy {
    JsonRemedy {
        goal: remedy.goal.word(),
        eq: remedy.cut.as_ref().map(json_cut),
        fader: remedy.fader_cut_db.map(|fader| JsonFader {
            cut_db: hundredths(fader.what),
            sii: ten_thousandths(fader.sii),
        }),
    }
}

fn json_cut(cut: &Move<BandCut>) -> JsonCut {
    let (low_hz, _) = edges_hz(cut.what.low_band_idx);
    let (_, high_hz) = edges_hz(cut.what.high_band_idx);
    JsonCut {
        low_hz: (low_hz * 10.0).round() / 10.0,
        high_hz: (high_hz * 10.0).round() / 10.0,
        cut_db: hundredths(cut.what.cut_db),
        sii: ten_thousandths(cut.sii),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::sample::sample_report;

    #[test]
    fn the_contract_holds() {
        let text = to_json(&sample_report(), &Timeline::default()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["schema"], "underscore.report/1");
        assert_eq!(json["sample_rate_hz"], 48_000);
        assert_eq!(json["duration_s"], 12.5);
        assert_eq!(json["speech_s"], 2.0);
        let percent = |value: &serde_json::Value| value.as_f64().unwrap();
        let worst = percent(&json["lines"][0]["clash_percent"]);
        assert!(worst > 10.0 && percent(&json["lines"][1]["clash_percent"]) < 1.0);
        assert!((percent(&json["clash_percent"]) - worst / 2.0).abs() < 1.0);
        assert_eq!(json["lines"].as_array().unwrap().len(), 2);
        let line = &json["lines"][0];
        assert_eq!(line["start_s"], 1.0);
        assert_eq!(line["end_s"], 2.0);
        assert_eq!(line["worst_bands"][0]["hz"], 2000.0);
        assert_eq!(line["worst_bands"][0]["excess_db"], 5.0);
        assert_eq!(line["verdict"], "strained");
        assert_eq!(line["confidence"], 1.0);
        assert_eq!(json["notes"], serde_json::json!([]));
        assert!(percent(&line["sii"]) < 0.45 && percent(&line["sii_without_music"]) > 0.8);
        assert_eq!(line["loudness_difference_lu"], -3.01);
        assert!(percent(&line["causes"][0]["share"]) > 0.05);
        assert_eq!(line["remedies"].as_array().unwrap().len(), 1);
        let remedy = &line["remedies"][0];
        assert_eq!(remedy["goal"], "clear");
        for way in ["eq", "fader"] {
            assert!(percent(&remedy[way]["cut_db"]) > 0.0, "{remedy}");
            assert!(percent(&remedy[way]["sii"]) >= 0.45, "{remedy}");
        }
        assert!(percent(&remedy["eq"]["low_hz"]) < percent(&remedy["eq"]["high_hz"]));
        assert!(line["advice"].as_str().unwrap().contains("on the fader"));
        // Null for a line whose voice has no notes.
        assert!(line.get("voice_notes").is_some());
        assert_eq!(json["lines"][1]["verdict"], "clear");
        assert_eq!(json["lines"][1]["remedies"], serde_json::json!([]));
        assert_eq!(json["segments"].as_array().unwrap().len(), 2);
        let segment = &json["segments"][1];
        assert_eq!(segment["start_s"], 5.0);
        assert_eq!(segment["end_s"], 6.0);
        assert_eq!(segment["sii"], segment["sii_without_music"]);
        for figure in ["clash_percent", "loudness_difference_lu"] {
            assert!(segment[figure].is_f64(), "{figure}");
        }
        assert_eq!(json["lines"][1]["worst_bands"], serde_json::json!([]));
        assert_eq!(json["lines"][1]["advice"], "none needed");
        assert_eq!(json["bands"]["hz"].as_array().unwrap().len(), 21);
        assert_eq!(json["bands"]["excess_db"][13], 2.5);
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let report = sample_report();
        assert_eq!(
            to_json(&report, &Timeline::default()).unwrap(),
            to_json(&report.clone(), &Timeline::default()).unwrap()
        );
    }
}
