//! The report as JSON, schema `underscore.report/1`. Keys are only ever added to it: programs of
//! other people read it.

use serde::Serialize;

use super::{LineReport, Report};
use crate::clash::advice::{BandCut, BandExcess};
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::text::advice_text;

/// Name and version of the schema.
pub const SCHEMA: &str = "underscore.report/1";

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'a str,
    version: &'a str,
    dialogue: &'a str,
    music: &'a str,
    sample_rate_hz: u32,
    duration_s: f64,
    speech_s: f64,
    clash_percent: f64,
    lines: Vec<JsonLine>,
    bands: JsonBands,
}

#[derive(Serialize)]
struct JsonLine {
    start_s: f64,
    end_s: f64,
    clash_percent: f64,
    worst_bands: Vec<JsonBandExcess>,
    advice: String,
    remedy: JsonRemedy,
}

#[derive(Serialize)]
struct JsonBandExcess {
    hz: f64,
    excess_db: f64,
}

/// The advice as numbers, for programs; `advice` says the same in words.
#[derive(Serialize)]
struct JsonRemedy {
    cuts: Vec<JsonCut>,
    fader_cut_db: f64,
}

#[derive(Serialize)]
struct JsonCut {
    low_hz: f64,
    high_hz: f64,
    cut_db: f64,
}

#[derive(Serialize)]
struct JsonBands {
    hz: Vec<f64>,
    excess_db: Vec<f64>,
}

/// The report as indented JSON with a final newline. Seconds are rounded to 1 ms, per cent and dB
/// to 0.01; the same report always gives the same bytes.
///
/// # Errors
/// Those of the serializer; none is known to occur.
pub fn to_json(report: &Report) -> serde_json::Result<String> {
    let json = JsonReport {
        schema: SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        dialogue: &report.source.dialogue,
        music: &report.source.music,
        sample_rate_hz: report.source.sample_rate_hz,
        duration_s: seconds(report.source.duration_s),
        speech_s: seconds(report.summary.speech_s),
        clash_percent: hundredths(report.summary.clash_percent),
        lines: report.lines.iter().map(json_line).collect(),
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

fn json_line(report: &LineReport) -> JsonLine {
    JsonLine {
        start_s: seconds(report.line.start_s),
        end_s: seconds(report.line.end_s),
        clash_percent: hundredths(report.line.clash_percent),
        worst_bands: report.worst_bands.iter().map(json_band).collect(),
        advice: advice_text(&report.advice),
        remedy: JsonRemedy {
            cuts: report.advice.cuts.iter().map(json_cut).collect(),
            fader_cut_db: hundredths(report.advice.fader_cut_db),
        },
    }
}

fn json_band(band: &BandExcess) -> JsonBandExcess {
    JsonBandExcess {
        hz: f64::from(NOMINAL_HZ[band.band_idx]),
        excess_db: hundredths(band.excess_db),
    }
}

fn json_cut(cut: &BandCut) -> JsonCut {
    JsonCut {
        low_hz: f64::from(NOMINAL_HZ[cut.low_band_idx]),
        high_hz: f64::from(NOMINAL_HZ[cut.high_band_idx]),
        cut_db: hundredths(cut.cut_db),
    }
}

fn seconds(value_s: f64) -> f64 {
    (value_s * 1000.0).round() / 1000.0
}

fn hundredths(value: f32) -> f64 {
    (f64::from(value) * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::text::tests::sample_report;

    #[test]
    fn the_contract_holds() {
        let text = to_json(&sample_report()).unwrap();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["schema"], "underscore.report/1");
        assert_eq!(json["sample_rate_hz"], 48_000);
        assert_eq!(json["duration_s"], 12.5);
        assert_eq!(json["speech_s"], 2.0);
        assert_eq!(json["clash_percent"], 25.0);
        assert_eq!(json["lines"].as_array().unwrap().len(), 2);
        let line = &json["lines"][0];
        assert_eq!(line["start_s"], 1.0);
        assert_eq!(line["end_s"], 2.0);
        assert_eq!(line["clash_percent"], 50.0);
        assert_eq!(line["worst_bands"][0]["hz"], 2000.0);
        assert_eq!(line["worst_bands"][0]["excess_db"], 5.0);
        assert!(line["advice"].as_str().unwrap().contains("2 kHz"));
        assert_eq!(json["lines"][1]["worst_bands"], serde_json::json!([]));
        assert_eq!(json["lines"][1]["advice"], "none needed");
        assert_eq!(json["bands"]["hz"].as_array().unwrap().len(), 21);
        assert_eq!(json["bands"]["excess_db"][13], 2.5);
    }

    #[test]
    fn the_same_report_gives_the_same_bytes() {
        let report = sample_report();
        assert_eq!(to_json(&report).unwrap(), to_json(&report.clone()).unwrap());
    }
}
