//! The report as text for a terminal or a pipe.

use std::fmt::Write;

use super::compare::{Change, LineChange};
use super::export::one_line;
use super::fold_down::{COEFFICIENTS, fold_downs_text};
use super::stems::StemShares;
use super::timeline::Timeline;
use super::{LineReport, Report};
use crate::clash::advice::{Advice, BandCut, BandExcess, Cause, Remedy, worst_bands};
use crate::clash::verdict::Verdict;
use crate::psycho::bands::{NOMINAL_HZ, edges_hz};

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
            .cue(line)
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

/// `count` with its noun: `1 line`, `2 lines`.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Bands with their excess, such as `2000 (+5.1), 1600 (+4.0)`; `-` for none.
pub fn bands_text(bands: &[BandExcess]) -> String {
    if bands.is_empty() {
        return "-".into();
    }
    bands
        .iter()
        .map(|band| format!("{} (+{:.1})", NOMINAL_HZ[band.band_idx], band.excess_db))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Bands with their share of what is lost, such as `2000 (31 %), 1600 (22 %)`; `-` for none.
pub fn causes_text(causes: &[Cause]) -> String {
    if causes.is_empty() {
        return "-".into();
    }
    causes
        .iter()
        .map(|cause| {
            let percent = 100.0 * cause.share;
            format!("{} ({percent:.0} %)", NOMINAL_HZ[cause.band_idx])
        })
        .collect::<Vec<_>>()
        .join(", ")
}

/// The advice in words, such as `clear: -4.2 dB at 1.4 to 2.8 kHz, or -6.0 dB on the fader`; `none
/// needed` for a clear line.
pub fn advice_text(advice: &Advice) -> String {
    if advice.is_clear() {
        return "none needed".into();
    }
    advice
        .remedies
        .iter()
        .map(remedy_text)
        .collect::<Vec<_>>()
        .join("; ")
}

fn remedy_text(remedy: &Remedy) -> String {
    let cut = remedy.cut.map(|cut| cut_text(&cut.what));
    let fader = remedy
        .fader_cut_db
        .map(|fader| format!("-{:.1} dB on the fader", fader.what));
    let ways: Vec<String> = cut.into_iter().chain(fader).collect();
    let ways = if ways.is_empty() {
        "no level helps".into()
    } else {
        ways.join(", or ")
    };
    format!("{}: {ways}", remedy.goal.word())
}

/// A cut with the edges of its outer bands, to two digits.
pub fn cut_text(cut: &BandCut) -> String {
    let (low_hz, _) = edges_hz(cut.low_band_idx);
    let (_, high_hz) = edges_hz(cut.high_band_idx);
    let (low_hz, high_hz) = (two_digits(low_hz), two_digits(high_hz));
    let span = if low_hz >= 1000.0 {
        format!("{} to {}", low_hz / 1000.0, frequency_text(high_hz))
    } else if high_hz < 1000.0 {
        format!("{low_hz} to {}", frequency_text(high_hz))
    } else {
        format!("{} to {}", frequency_text(low_hz), frequency_text(high_hz))
    };
    format!("-{:.1} dB at {span}", cut.cut_db)
}

fn two_digits(hz: f64) -> f64 {
    let unit = 10f64.powf(hz.log10().floor() - 1.0);
    (hz / unit).round() * unit
}

fn frequency_text(hz: f64) -> String {
    if hz < 1000.0 {
        format!("{hz} Hz")
    } else {
        format!("{} kHz", hz / 1000.0)
    }
}

/// A time as `h:mm:ss.mmm`, rounded to the nearest millisecond; negative times count as 0.
pub fn clock_text(time_s: f64) -> String {
    let time_ms = (time_s.max(0.0) * 1000.0).round() as u64;
    format!(
        "{}:{:02}:{:02}.{:03}",
        time_ms / 3_600_000,
        time_ms / 60_000 % 60,
        time_ms / 1000 % 60,
        time_ms % 1000
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::clash::log::ClashLog;
    use crate::clash::meter::{HopLevels, Meter};
    use crate::psycho::bands::NUM_BANDS;
    use crate::report::Source;
    use crate::snapshot::Snapshot;

    /// 7 s: a strained line from 1 to 2 s with 5 dB of excess at 2 kHz, and a line without music
    /// from 5 to 6 s.
    pub(in crate::report) fn sample_report() -> Report {
        let mut log = ClashLog::new();
        for hop_idx in 1..=700 {
            let second = (hop_idx - 1) / 100;
            let music_power = if second == 1 { 1.5e-4 } else { 0.0 };
            let levels = HopLevels {
                dialogue_power: [1e-4; NUM_BANDS],
                music_power: [music_power; NUM_BANDS],
            };
            let mut excess_band_db = [0.0; NUM_BANDS];
            excess_band_db[13] = if second == 1 { 5.0 } else { 0.0 };
            log.push(&Snapshot {
                hop_samples: 480,
                position_samples: hop_idx * 480,
                is_speech: second == 1 || second == 5,
                speech_hops: u32::from(second == 1 || second == 5),
                hop_figures: Meter::new().read(&levels, 79.0),
                dialogue_fast_power: levels.dialogue_power,
                music_fast_power: levels.music_power,
                dialogue_k_power: 1e-3,
                music_k_power: 2e-3,
                excess_band_db,
                ..Snapshot::default()
            });
        }
        let source = Source {
            dialogue: "dialogue.wav".into(),
            music: "music.wav".into(),
            sample_rate_hz: 48_000,
            duration_s: 12.5,
        };
        Report::new(source, &log)
    }

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

    #[test]
    fn clock_carries_into_minutes_and_hours() {
        assert_eq!(clock_text(0.0), "0:00:00.000");
        assert_eq!(clock_text(59.9996), "0:01:00.000");
        assert_eq!(clock_text(3_599.999_6), "1:00:00.000");
        assert_eq!(clock_text(7_384.125), "2:03:04.125");
    }

    #[test]
    fn spans_name_their_unit_once() {
        let cut = |low_band_idx, high_band_idx| {
            cut_text(&BandCut {
                low_band_idx,
                high_band_idx,
                cut_db: 4.2,
            })
        };
        assert_eq!(cut(12, 14), "-4.2 dB at 1.4 to 2.8 kHz");
        assert_eq!(cut(4, 6), "-4.2 dB at 220 to 450 Hz");
        assert_eq!(cut(8, 11), "-4.2 dB at 560 Hz to 1.4 kHz");
    }
}
