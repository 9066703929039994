//! The report as text for a terminal or a pipe.

use std::fmt::Write;

use crate::clash::verdict::Verdict;
use crate::found::compare::{Change, LineChange};
use crate::found::fold_down::{COEFFICIENTS, fold_downs_text};
use crate::found::stems::StemShares;
use crate::found::{LineReport, Report};
use crate::lines::advice::worst_bands;
use crate::report::words::{advice_text, bands_text, causes_text};
use crate::timeline::Timeline;
use crate::words::{counted, one_line};

const NUM_COLUMNS: usize = 14;

/// Headings of the table; columns of which nothing is known are left out.
const HEADINGS: [&str; NUM_COLUMNS] = [
    "#",
    "cue",
    "start",
    "end",
    "bar|beat",
    "verdict",
    "clash",
    "SII",
    "LD, LU",
    "stem (share)",
    "fold-down",
    "since",
    "cause, Hz (share)",
    "what to do",
];

/// Table of lines, one row each, then the summary.
pub fn to_text(report: &Report, timeline: &Timeline) -> String {
    let mut text = String::new();
    if !report.lines.is_empty() {
        write_table(&mut text, report, timeline);
        text.push('\n');
    }
    text.push_str(&summary_text(report));
    text
}

fn write_table(text: &mut String, report: &Report, timeline: &Timeline) {
    let lines = report.lines.iter().enumerate();
    let rows: Vec<[String; NUM_COLUMNS]> = std::iter::once(HEADINGS.map(String::from))
        .chain(
            lines
                .map(|(line_idx, line)| row(line_idx + 1, line, report.change(line_idx), timeline)),
        )
        .collect();
    let widths: [usize; NUM_COLUMNS] = std::array::from_fn(|column_idx| {
        rows.iter()
            .map(|row| row[column_idx].chars().count())
            .max()
            .unwrap_or(0)
    });
    let is_shown = |heading| match heading {
        "cue" => !timeline.cues.is_empty(),
        "bar|beat" => timeline.tempo_map.is_some(),
        "stem (share)" => report.lines.iter().any(|line| line.stems.is_some()),
        "fold-down" => !report.fold_downs.is_empty(),
        "since" => report.comparison.is_some(),
        _ => true,
    };
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(widths)
            .zip(HEADINGS)
            .filter(|&(_, heading)| is_shown(heading))
            .map(|((cell, width), heading)| match heading {
                "#" | "start" | "end" | "bar|beat" | "clash" | "SII" | "LD, LU" => {
                    format!("{cell:>width$}")
                }
                _ => format!("{cell:<width$}"),
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
}

fn row(
    number: usize,
    report: &LineReport,
    change: Option<&LineChange>,
    timeline: &Timeline,
) -> [String; NUM_COLUMNS] {
    let line = &report.line;
    [
        number.to_string(),
        timeline
            .cue(line.start_s, line.end_s)
            .map_or(String::new(), |cue| cue.name.clone()),
        timeline.start_text(line.start_s),
        timeline.end_text(line.end_s),
        timeline
            .bar_beat(line.start_s)
            .map_or(String::new(), |place| place.to_string()),
        line.verdict().word().into(),
        format!("{:.0} %", line.clash_percent),
        format!("{:.2}", line.figures.sii),
        format!("{:+.1}", line.loudness_difference_lu),
        report.stems.as_ref().map_or("-".into(), StemShares::text),
        fold_downs_text(report.worse_fold_downs()),
        change.map_or(String::new(), LineChange::text),
        causes_text(&report.advice.causes),
        advice_text(&report.advice),
    ]
}

fn summary_text(report: &Report) -> String {
    let summary = &report.summary;
    let mut text = format!(
        "Speech   {:.1} s of {:.1} s in {}\n",
        summary.speech_s,
        report.source.duration_s,
        counted(report.lines.len(), "line"),
    );
    if report.lines.is_empty() {
        text.push_str("Clash    none: nobody speaks in the dialogue\n");
        return text;
    }
    let _ = writeln!(
        text,
        "Clash    {:.1} % over all speech; {} of {} to work on: {} strained, {} masked",
        summary.clash_percent,
        report.num_clashing(),
        counted(report.lines.len(), "line"),
        report.num_with(Verdict::Strained),
        report.num_with(Verdict::Masked),
    );
    let _ = writeln!(
        text,
        "SII      {:.2} over all speech, {:.2} without the music",
        summary.figures.sii, summary.figures.sii_without_music,
    );
    let num_under = report
        .lines
        .iter()
        .filter(|line| line.line.loudness_difference_lu < report.guide_lu)
        .count();
    let _ = writeln!(
        text,
        "Loudness {:+.1} LU, dialogue over music, over all speech; {} under the guide of {} LU",
        summary.loudness_difference_lu,
        counted(num_under, "line"),
        report.guide_lu,
    );
    let worst = worst_bands(&summary.excess_band_db);
    if !worst.is_empty() {
        let _ = writeln!(text, "Worst    {} over all speech", bands_text(&worst));
    }
    text.push_str(&fold_downs_summary(report));
    text.push_str(&comparison_summary(report));
    text
}

/// A row for each fold-down, and what its gains are.
fn fold_downs_summary(report: &Report) -> String {
    let mut text = String::new();
    for fold in &report.fold_downs {
        let (only_there, worse_there) = report.worse_in(fold.fold_down);
        let numbers = |numbers: &[usize]| match numbers {
            [] => "none".to_owned(),
            _ => {
                let numbers: Vec<String> = numbers.iter().map(|it| format!("#{it}")).collect();
                numbers.join(", ")
            }
        };
        let _ = writeln!(
            text,
            "Folded   {}: clash {:.1} %, SII {:.2}; clash only there: {}; worse there: {}",
            fold.fold_down.name(),
            fold.clash_percent,
            fold.figures.sii,
            numbers(&only_there),
            numbers(&worse_there),
        );
    }
    if !report.fold_downs.is_empty() {
        let _ = writeln!(text, "         ({COEFFICIENTS})");
    }
    text
}

fn comparison_summary(report: &Report) -> String {
    let Some(comparison) = &report.comparison else {
        return String::new();
    };
    let earlier = &comparison.earlier;
    let mut text = format!(
        "Since    {}: {}; clash {:.1} % before, SII {:.2}\n",
        one_line(&earlier.music),
        comparison.text(),
        earlier.clash_percent,
        earlier.sii,
    );
    if comparison.num_with(Change::New) == comparison.lines.len() && !comparison.gone.is_empty() {
        text.push_str("         (no line is where one was: is it the same dialogue?)\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::sample::sample_report;

    #[test]
    fn each_line_is_a_row_and_the_summary_follows() {
        let text = to_text(&sample_report(), &Timeline::default());
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 9, "{text}");
        for part in [
            "0:00:01.000",
            "0:00:02.000",
            "strained",
            "-3.0",
            "clear: -",
            "dB on the fader",
        ] {
            assert!(rows[1].contains(part), "{part:?} in {:?}", rows[1]);
        }
        assert!(rows[2].contains("none needed"));
        assert!(rows[4].contains("2.0 s of 12.5 s in 2 lines"), "{text}");
        assert!(rows[5].contains("1 of 2 lines to work on: 1 strained, 0 masked"));
        assert!(rows[7].contains("guide of 10 LU") && rows[8].contains("2000 (+2.5)"));
    }
}
