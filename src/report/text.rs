//! The report as text for a terminal or a pipe.

use std::fmt::Write;

use crate::clash::verdict::Verdict;
use crate::found::Report;
use crate::found::compare::Change;
use crate::found::fold_down::COEFFICIENTS;
use crate::lines::advice::worst_bands;
use crate::lines::doubts::Doubt;
use crate::report::advice_words::bands_text;
use crate::report::audience_words::reel_text;
use crate::report::columns::{Column, Table, rows};
use crate::report::ear_words::ears_text;
use crate::report::left_out_words::{ignored_text, left_out_text, unlikely_text};
use crate::timeline::Timeline;
use crate::words::{counted, one_line};

/// Table of lines, one row each, then the summary.
pub fn to_text(report: &Report, timeline: &Timeline) -> String {
    let mut text = String::new();
    if !report.lines.is_empty() {
        write_table(&mut text, report, timeline);
        text.push('\n');
    }
    text.push_str(&summary_text(report, timeline));
    text
}

/// Columns of which nothing is known are left out.
fn write_table(text: &mut String, report: &Report, timeline: &Timeline) {
    let columns: Vec<Vec<String>> = Column::all(report)
        .into_iter()
        .filter(|column| column.is_known(report, timeline))
        .map(|column| {
            let heading = column.heading(Table::Terminal, report);
            let cells = rows(report, timeline).map(|row| column.text(&row));
            aligned(column, std::iter::once(heading).chain(cells).collect())
        })
        .collect();
    for row_idx in 0..=report.lines.len() {
        let cells: Vec<&str> = columns
            .iter()
            .map(|cells| cells[row_idx].as_str())
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
}

/// The cells of `column`, all of one width.
fn aligned(column: Column, cells: Vec<String>) -> Vec<String> {
    let widths = cells.iter().map(|cell| cell.chars().count());
    let width = widths.max().unwrap_or(0);
    let is_right = column.is_number() || column.is_time();
    let cells = cells.into_iter().map(|cell| match is_right {
        true => format!("{cell:>width$}"),
        false => format!("{cell:<width$}"),
    });
    cells.collect()
}

fn summary_text(report: &Report, timeline: &Timeline) -> String {
    let summary = &report.summary;
    let mut text = doubts_text(&report.doubts, timeline);
    let _ = writeln!(
        text,
        "Speech   {:.1} s of {:.1} s in {}",
        summary.speech_s,
        report.source.duration_s,
        counted(report.lines.len(), "line"),
    );
    let about_lines = [
        unlikely_text(report.num_unlikely()),
        left_out_text(&report.left_out),
    ];
    for about in about_lines.into_iter().flatten() {
        let _ = writeln!(text, "Lines    {about}");
    }
    if let Some(ignored) = ignored_text(&report.left_out, report.source.duration_s) {
        let _ = writeln!(text, "Ignored  {ignored}");
    }
    if report.lines.is_empty() && report.left_out.is_anything() {
        text.push_str("Clash    none: no line is left in the list\n");
        return text;
    }
    if report.lines.is_empty() && report.is_doubtful() {
        text.push_str("Clash    not known\n");
        return text;
    }
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
    text.push_str(&speech_loudness_text(report));
    let worst = worst_bands(&summary.excess_band_db);
    if !worst.is_empty() {
        let _ = writeln!(text, "Worst    {} over all speech", bands_text(&worst));
    }
    text.push_str(&fold_downs_summary(report));
    if let Some(ears) = ears_text(report) {
        let _ = writeln!(text, "Ears     {ears}");
    }
    text.push_str(&audiences_summary(report));
    text.push_str(&comparison_summary(report));
    text
}

/// How loud the dialogue is by itself, and against the programme.
fn speech_loudness_text(report: &Report) -> String {
    let mut text = format!(
        "Dialogue {:.1} LUFS, gated by the speech detector",
        report.summary.dialogue_lufs,
    );
    if let Some((least_lu, most_lu)) = report.speech_loudness_range_lu() {
        let _ = write!(text, "; lines {least_lu:+.1} to {most_lu:+.1} LU from it");
    }
    if let (Some(lufs), Some(lu)) = (report.programme_lufs, report.loudness_to_dialogue_lu()) {
        let _ = write!(
            text,
            "; with the music {lufs:.1} LUFS, {lu:+.1} LU to dialogue"
        );
    }
    text.push('\n');
    text
}

/// A row for each thing that is wrong with the inputs.
pub fn doubts_text(doubts: &[Doubt], timeline: &Timeline) -> String {
    let mut text = String::new();
    for doubt in doubts {
        let _ = writeln!(
            text,
            "Doubtful {}",
            doubt.text(timeline.frames_per_second())
        );
    }
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

/// One sentence for the reel, and a row for each audience.
fn audiences_summary(report: &Report) -> String {
    if report.audiences.is_empty() {
        return String::new();
    }
    let mut text = format!("Heard    {}\n", reel_text(report));
    for it in &report.audiences {
        let _ = writeln!(
            text,
            "         {}: {}; SII {:.2}, {:.2} without the music",
            it.audience.name, it.audience.what, it.sii, it.sii_without_music,
        );
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
        assert_eq!(rows.len(), 10, "{text}");
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
        assert!(rows[7].contains("guide of 10 LU") && rows[9].contains("2000 (+2.5)"));
    }
}
