//! Tables of all lines: CSV for programs, tab-separated text for spotting sheets.

use super::one_line;
use crate::clash::advice::Cause;
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::text::{advice_text, causes_text};
use crate::report::timeline::Timeline;
use crate::report::{LineReport, Report};

const NUM_COLUMNS: usize = 17;

/// Columns of the CSV table. Programs read them: they are only ever added to, at the end.
pub const CSV_COLUMNS: [&str; NUM_COLUMNS] = [
    "number",
    "cue",
    "start_s",
    "end_s",
    "start",
    "end",
    "fps",
    "bar",
    "beat",
    "verdict",
    "clash_percent",
    "sii",
    "sii_without_music",
    "loudness_difference_lu",
    "cause_hz",
    "cause_share",
    "advice",
];

const SHEET_COLUMNS: [&str; 9] = [
    "#",
    "Cue",
    "In",
    "Out",
    "Bar|Beat",
    "Verdict",
    "Clash",
    "Cause, Hz (share)",
    "What to do",
];

/// Every line as CSV (RFC 4180, UTF-8, LF) under [`CSV_COLUMNS`]; what isn't known is empty, bands
/// and their shares are separated by spaces.
///
/// # Errors
/// Those of the CSV writer; none is known to occur in memory.
pub fn to_csv(report: &Report, timeline: &Timeline) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(CSV_COLUMNS)?;
    for (line_idx, line) in report.lines.iter().enumerate() {
        writer.write_record(csv_row(line_idx + 1, line, timeline))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn csv_row(number: usize, report: &LineReport, timeline: &Timeline) -> [String; NUM_COLUMNS] {
    let line = &report.line;
    let bar_beat = timeline.bar_beat(line.start_s);
    let causes = |text: fn(&Cause) -> String| {
        let texts: Vec<String> = report.advice.causes.iter().map(text).collect();
        texts.join(" ")
    };
    [
        number.to_string(),
        timeline
            .cue(line)
            .map_or(String::new(), |cue| cue.name.clone()),
        format!("{:.3}", line.start_s),
        format!("{:.3}", line.end_s),
        timeline.start_text(line.start_s),
        timeline.end_text(line.end_s),
        timeline.rate_name().unwrap_or_default().into(),
        bar_beat.map_or(String::new(), |place| place.bar.to_string()),
        bar_beat.map_or(String::new(), |place| format!("{:.2}", place.beat)),
        line.verdict().word().into(),
        format!("{:.2}", line.clash_percent),
        format!("{:.4}", line.figures.sii),
        format!("{:.4}", line.figures.sii_without_music),
        format!("{:.2}", line.loudness_difference_lu),
        causes(|cause| NOMINAL_HZ[cause.band_idx].to_string()),
        causes(|cause| format!("{:.4}", cause.share)),
        advice_text(&report.advice),
    ]
}

/// Every line with tabs between its fields, under a row of headings: pasted into a spreadsheet it
/// fills cells.
pub fn to_session_text(report: &Report, timeline: &Timeline) -> String {
    let mut text = SHEET_COLUMNS.join("\t");
    text.push('\n');
    for (line_idx, line) in report.lines.iter().enumerate() {
        let row = [
            (line_idx + 1).to_string(),
            timeline
                .cue(&line.line)
                .map_or(String::new(), |cue| one_line(&cue.name)),
            timeline.start_text(line.line.start_s),
            timeline.end_text(line.line.end_s),
            timeline
                .bar_beat(line.line.start_s)
                .map_or(String::new(), |place| place.to_string()),
            line.line.verdict().word().into(),
            format!("{:.0} %", line.line.clash_percent),
            causes_text(&line.advice.causes),
            advice_text(&line.advice),
        ];
        text.push_str(&row.join("\t"));
        text.push('\n');
    }
    text
}
