//! What a report says of two ears, alike in every list.

use crate::clash::verdict::Verdict;
use crate::found::{LineReport, Report};
use crate::words::counted;

/// With which ears the figures were heard and how much rests on it, such as `two, without reverberation: 3 lines fare
/// worse for one ear`; `None` for one ear.
pub fn ears_text(report: &Report) -> Option<String> {
    let ears = report.ears?;
    let worse = report
        .lines
        .iter()
        .filter(|it| is_worse_for_one(it))
        .count();
    let moved = report.lines.iter().filter(|it| gains_by_moving(it)).count();
    let mut text = match worse {
        0 => format!("{ears}: no line fares worse for one ear"),
        1 => format!("{ears}: 1 line fares worse for one ear"),
        _ => format!("{ears}: {worse} lines fare worse for one ear"),
    };
    if moved > 0 {
        text += &format!(
            "; 3 dB of the music in a surround instead would bring {} a verdict further",
            counted(moved, "line")
        );
    }
    Some(text)
}

/// How the line fares for one ear, to which music hides as much from wherever it comes; `None` if one was asked.
pub fn one_ear_verdict(line: &LineReport) -> Option<Verdict> {
    let sii = line.line.ears?.one_ear_sii;
    Some(Verdict::new(sii, line.line.figures.sii_without_music))
}

fn is_worse_for_one(line: &LineReport) -> bool {
    one_ear_verdict(line).is_some_and(|verdict| verdict > line.line.verdict())
}

fn gains_by_moving(line: &LineReport) -> bool {
    let moved = line.advice.in_surrounds;
    moved.is_some_and(|moved| moved.verdict < line.line.verdict())
}
