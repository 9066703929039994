//! Tables of all lines: CSV for programs, tab-separated text for spotting sheets.

use crate::found::compare::LineChange;
use crate::found::fold_down::fold_downs_text;
use crate::found::stems::StemShares;
use crate::found::{LineReport, Report};
use crate::lines::advice::Cause;
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::words::{advice_text, causes_text};
use crate::timeline::Timeline;
use crate::words::one_line;

const NUM_COLUMNS: usize = 23;

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
    "stem",
    "stem_share",
    "fold_downs",
    "change",
    "verdict_before",
    "clash_percent_before",
];

const NUM_SHEET_COLUMNS: usize = 12;

const SHEET_COLUMNS: [&str; NUM_SHEET_COLUMNS] = [
    "#",
    "Cue",
    "In",
    "Out",
    "Bar|Beat",
    "Verdict",
    "Clash",
    "Stem (share)",
    "Fold-down",
    "Since",
    "Cause, Hz (share)",
    "What to do",
];

/// Every line as CSV (RFC 4180, UTF-8, LF) under [`CSV_COLUMNS`]; what isn't known is empty, bands
/// and their shares are separated by spaces, `stem` is the one with the greatest share, and
/// `fold_downs` names those in which the line fares worse.
///
/// # Errors
/// Those of the CSV writer; none is known to occur in memory.
pub fn to_csv(report: &Report, timeline: &Timeline) -> csv::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(CSV_COLUMNS)?;
    for (line_idx, line) in report.lines.iter().enumerate() {
        writer.write_record(csv_row(
            line_idx + 1,
            line,
            report.change(line_idx),
            timeline,
        ))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn csv_row(
    number: usize,
    report: &LineReport,
    change: Option<&LineChange>,
    timeline: &Timeline,
) -> [String; NUM_COLUMNS] {
    let stem = report.stems.as_ref().and_then(StemShares::worst);
    let before = change.and_then(|change| change.before.as_ref());
    let folds: Vec<String> = report
        .worse_fold_downs()
        .map(|fold| format!("{}:{}", fold.fold_down.name(), fold.verdict().word()))
        .collect();
    let line = &report.line;
    let bar_beat = timeline.bar_beat(line.start_s);
    let causes = |text: fn(&Cause) -> String| {
        let texts: Vec<String> = report.advice.causes.iter().map(text).collect();
        texts.join(" ")
    };
    [
        number.to_string(),
        timeline
            .cue(line.start_s, line.end_s)
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
        stem.map_or(String::new(), |stem| stem.name.clone()),
        stem.map_or(String::new(), |stem| format!("{:.4}", stem.share)),
        folds.join(" "),
        change.map_or(String::new(), |change| change.change.word().into()),
        before.map_or(String::new(), |line| line.verdict.clone()),
        before.map_or(String::new(), |line| format!("{:.2}", line.clash_percent)),
    ]
}

/// Every line with tabs between its fields, under a row of headings: pasted into a spreadsheet it
/// fills cells. Columns of which nothing is known are left out.
pub fn to_session_text(report: &Report, timeline: &Timeline) -> String {
    let is_shown: [bool; NUM_SHEET_COLUMNS] = SHEET_COLUMNS.map(|heading| match heading {
        "Stem (share)" => report.lines.iter().any(|line| line.stems.is_some()),
        "Fold-down" => !report.fold_downs.is_empty(),
        "Since" => report.comparison.is_some(),
        _ => true,
    });
    let shown = |row: [String; NUM_SHEET_COLUMNS]| {
        let cells = row.into_iter().zip(is_shown);
        let cells: Vec<String> = cells.filter(|it| it.1).map(|it| it.0).collect();
        cells.join("\t") + "\n"
    };
    let mut text = shown(SHEET_COLUMNS.map(String::from));
    for (line_idx, line) in report.lines.iter().enumerate() {
        let row = [
            (line_idx + 1).to_string(),
            timeline
                .cue(line.line.start_s, line.line.end_s)
                .map_or(String::new(), |cue| one_line(&cue.name)),
            timeline.start_text(line.line.start_s),
            timeline.end_text(line.line.end_s),
            timeline
                .bar_beat(line.line.start_s)
                .map_or(String::new(), |place| place.to_string()),
            line.line.verdict().word().into(),
            format!("{:.0} %", line.line.clash_percent),
            line.stems.as_ref().map_or("-".into(), StemShares::text),
            fold_downs_text(line.worse_fold_downs()),
            report
                .change(line_idx)
                .map_or(String::new(), LineChange::text),
            causes_text(&line.advice.causes),
            advice_text(&line.advice),
        ];
        text.push_str(&shown(row));
    }
    text
}
