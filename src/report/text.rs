//! The report as text for a terminal or a pipe.

use std::fmt::Write;

use super::{LineReport, Report};
use crate::clash::advice::{Advice, BandCut, BandExcess, worst_bands};
use crate::psycho::bands::NOMINAL_HZ;

const HEADINGS: [&str; 6] = [
    "#",
    "start",
    "end",
    "clash",
    "worst bands, Hz (excess, dB)",
    "what to do",
];

/// Table of lines, one row each, then the summary.
pub fn to_text(report: &Report) -> String {
    let mut text = String::new();
    if !report.lines.is_empty() {
        write_table(&mut text, &report.lines);
        text.push('\n');
    }
    text.push_str(&summary_text(report));
    text
}

fn write_table(text: &mut String, lines: &[LineReport]) {
    let rows: Vec<[String; 6]> = std::iter::once(HEADINGS.map(String::from))
        .chain(lines.iter().enumerate().map(row))
        .collect();
    let widths: [usize; 6] = std::array::from_fn(|column_idx| {
        rows.iter()
            .map(|row| row[column_idx].len())
            .max()
            .unwrap_or(0)
    });
    for [number, start, end, clash, bands, advice] in &rows {
        let line = format!(
            "{number:>0$}  {start:>1$}  {end:>2$}  {clash:>3$}  {bands:<4$}  {advice}",
            widths[0], widths[1], widths[2], widths[3], widths[4],
        );
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn row((line_idx, report): (usize, &LineReport)) -> [String; 6] {
    [
        (line_idx + 1).to_string(),
        clock_text(report.line.start_s),
        clock_text(report.line.end_s),
        format!("{:.0} %", report.line.clash_percent),
        bands_text(&report.worst_bands),
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
        "Clash    {:.1} % over all speech; {} of {} to work on",
        summary.clash_percent,
        report.num_clashing(),
        counted(report.lines.len(), "line"),
    );
    let worst = worst_bands(&summary.excess_band_db);
    if !worst.is_empty() {
        let _ = writeln!(text, "Worst    {} over all speech", bands_text(&worst));
    }
    text
}

fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Bands with their excess, such as `2000 (+5.1), 1600 (+4.0)`; `-` for none.
fn bands_text(bands: &[BandExcess]) -> String {
    if bands.is_empty() {
        return "-".into();
    }
    bands
        .iter()
        .map(|band| format!("{} (+{:.1})", NOMINAL_HZ[band.band_idx], band.excess_db))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The advice in words, such as `-4.2 dB at 1.6 to 2.5 kHz, or -4.2 dB on the fader`; `none
/// needed` for a clear line.
pub fn advice_text(advice: &Advice) -> String {
    if advice.is_clear() {
        return "none needed".into();
    }
    let cuts: Vec<String> = advice.cuts.iter().map(cut_text).collect();
    format!(
        "{}, or -{:.1} dB on the fader",
        cuts.join(" and "),
        advice.fader_cut_db
    )
}

fn cut_text(cut: &BandCut) -> String {
    let low_hz = NOMINAL_HZ[cut.low_band_idx];
    let high_hz = NOMINAL_HZ[cut.high_band_idx];
    let span = if low_hz == high_hz {
        frequency_text(low_hz)
    } else if low_hz >= 1000.0 {
        format!("{} to {}", low_hz / 1000.0, frequency_text(high_hz))
    } else if high_hz < 1000.0 {
        format!("{low_hz} to {}", frequency_text(high_hz))
    } else {
        format!("{} to {}", frequency_text(low_hz), frequency_text(high_hz))
    };
    format!("-{:.1} dB at {span}", cut.cut_db)
}

fn frequency_text(hz: f32) -> String {
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
    use crate::psycho::bands::NUM_BANDS;
    use crate::report::Source;
    use crate::snapshot::Snapshot;

    /// A line from 1 to 2 s with 5 dB at 2 kHz, and a clear one from 5 to 6 s.
    pub(in crate::report) fn sample_report() -> Report {
        let mut log = ClashLog::new();
        for (second, clash_percent, excess_db) in [(1, 50.0, 5.0), (5, 0.0, 0.0)] {
            let mut excess_band_db = [0.0; NUM_BANDS];
            excess_band_db[13] = excess_db;
            for hop_idx in 1..=100 {
                log.push(&Snapshot {
                    hop_samples: 480,
                    position_samples: second * 48_000 + hop_idx * 480,
                    is_speech: true,
                    clash_percent,
                    excess_band_db,
                    ..Snapshot::default()
                });
            }
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
        let text = to_text(&sample_report());
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(rows.len(), 7, "{text}");
        for part in [
            "0:00:01.000",
            "0:00:02.000",
            "50 %",
            "2000 (+5.0)",
            "-5.0 dB at 2 kHz",
        ] {
            assert!(rows[1].contains(part), "{part:?} in {:?}", rows[1]);
        }
        assert!(rows[2].contains("none needed"));
        assert!(rows[4].contains("2.0 s of 12.5 s in 2 lines"), "{text}");
        assert!(rows[5].contains("25.0 %") && rows[5].contains("1 of 2 lines"));
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
        assert_eq!(cut(12, 14), "-4.2 dB at 1.6 to 2.5 kHz");
        assert_eq!(cut(4, 6), "-4.2 dB at 250 to 400 Hz");
        assert_eq!(cut(8, 11), "-4.2 dB at 630 Hz to 1.25 kHz");
        assert_eq!(cut(13, 13), "-4.2 dB at 2 kHz");
    }
}
