//! Sentences about lines that may be no speech, and about what was left out of a list.

use crate::found::{LeftOut, Report};
use crate::lines::voice_confidence::VOICE_FROM;
use crate::words::counted;

/// All that there is to tell about the lines of `report` and what isn't among them, a sentence each without its
/// full stop.
pub fn about_lines(report: &Report) -> Vec<String> {
    let texts = [
        unlikely_text(report.num_unlikely()),
        left_out_text(&report.left_out),
        ignored_text(&report.left_out, report.source.duration_s),
    ];
    texts.into_iter().flatten().collect()
}

/// That some of the lines may be no speech, and what to do; nothing if none is doubtful.
pub fn unlikely_text(num_unlikely: usize) -> Option<String> {
    let them = if num_unlikely == 1 { "it" } else { "them" };
    (num_unlikely > 0).then(|| {
        format!(
            "{} may be no speech (confidence under {VOICE_FROM}): --min-confidence {VOICE_FROM} leaves \
             {them} out",
            counted(num_unlikely, "line")
        )
    })
}

/// That lines were left out; nothing if none was.
pub fn left_out_text(left_out: &LeftOut) -> Option<String> {
    let is_one = left_out.num_lines == 1;
    let why = match left_out.min_confidence > 0.0 {
        true => format!("confidence under {}", left_out.min_confidence),
        false => "struck".into(),
    };
    (left_out.num_lines > 0).then(|| {
        format!(
            "{} {} left out ({why})",
            counted(left_out.num_lines, "line"),
            if is_one { "is" } else { "are" },
        )
    })
}

/// That the dialogue was taken for silent here and there, and whether that was within the music, which lasts
/// `duration_s`; nothing if it wasn't.
pub fn ignored_text(left_out: &LeftOut, duration_s: f64) -> Option<String> {
    let num_stretches = left_out.ignored_s.len();
    let (mut ignored_s, mut reached_s) = (0.0, 0.0f64);
    for &(start_s, end_s) in &left_out.ignored_s {
        let (start_s, end_s) = (start_s.max(reached_s), end_s.min(duration_s));
        ignored_s += (end_s - start_s).max(0.0);
        reached_s = reached_s.max(end_s);
    }
    let is_outside = |&&(start_s, end_s): &&(f64, f64)| end_s <= 0.0 || start_s >= duration_s;
    let num_outside = left_out.ignored_s.iter().filter(is_outside).count();
    let outside = match num_outside {
        0 => String::new(),
        1 => "; 1 of them lies outside the music".into(),
        many => format!("; {many} of them lie outside the music"),
    };
    let places = if num_stretches == 1 {
        "place"
    } else {
        "places"
    };
    (num_stretches > 0).then(|| {
        format!(
            "{ignored_s:.1} s of the dialogue, in {num_stretches} {places}: taken for silence{outside}"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_told_in_a_sentence_each() {
        assert_eq!(unlikely_text(0), None);
        let text = unlikely_text(2).unwrap();
        assert!(text.starts_with("2 lines may be no speech (confidence under 0.5)"));
        let mut left_out = LeftOut::default();
        assert_eq!(left_out_text(&left_out), None);
        assert_eq!(ignored_text(&left_out, 10.0), None);
        left_out.num_lines = 1;
        assert_eq!(
            left_out_text(&left_out).unwrap(),
            "1 line is left out (struck)"
        );
        left_out.min_confidence = 0.5;
        left_out.num_lines = 3;
        let text = left_out_text(&left_out).unwrap();
        assert_eq!(text, "3 lines are left out (confidence under 0.5)");
    }

    #[test]
    fn stretches_that_overlap_count_once_and_those_outside_are_told() {
        let left_out = LeftOut {
            ignored_s: vec![(1.0, 3.0), (2.0, 2.5), (2.0, 4.0), (50.0, 60.0)],
            ..LeftOut::default()
        };
        let text = ignored_text(&left_out, 10.0).unwrap();
        let expected = "3.0 s of the dialogue, in 4 places: taken for silence; 1 of them lies outside \
                        the music";
        assert_eq!(text, expected);
    }
}
