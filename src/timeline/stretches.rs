//! Stretches of the timeline that somebody names: one as `IN-OUT`, or a table of them.

use crate::files::three_columns::{BadRow, rows};
use crate::timeline::time_text::{parse_clock_s, parse_time_s};
use crate::timeline::timecode::Clock;

/// What the columns are called, here and in the lists of other programs. Seconds come first, as lists that
/// have them have them beside another form.
const HEADINGS: [&[&str]; 3] = [
    &["name", "cue", "cue name", "title", "marker name", "number"],
    &[
        "start_s",
        "in",
        "start",
        "tc in",
        "in tc",
        "timecode in",
        "start tc",
    ],
    &[
        "end_s",
        "out",
        "end",
        "tc out",
        "out tc",
        "timecode out",
        "end tc",
    ],
];

/// From where to where, s from the first sample; the end comes after the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stretch {
    /// Where it begins.
    pub start_s: f64,
    /// Where it ends.
    pub end_s: f64,
}

/// What is wrong with a table of stretches.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum StretchesError {
    /// Not a table of three columns.
    #[error("is not a list of stretches (line {line}: {reason}): give the columns name, in, out")]
    Columns {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// No such stretch.
    #[error("line {line}: {reason}")]
    Times {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Nothing in it.
    #[error("has no stretches: give the columns name, in, out")]
    Empty,
}

impl From<BadRow> for StretchesError {
    fn from(BadRow { line, reason }: BadRow) -> Self {
        Self::Columns { line, reason }
    }
}

/// Whether `text` is meant as `IN-OUT` rather than as the name of a file.
pub fn is_stretch(text: &str) -> bool {
    let is_time = |text: &str| {
        text.contains(|c: char| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_digit() || " :;.,".contains(c))
    };
    text.split_once('-')
        .is_some_and(|(start, end)| is_time(start) && is_time(end))
}

/// The stretch `IN-OUT`, such as `12.5-14` or `0:01:10-0:01:12`; with `clock` also in timecode.
///
/// # Errors
/// The rule that it breaks.
pub fn parse_stretch(text: &str, clock: Option<&Clock>) -> Result<Stretch, String> {
    let Some((start, end)) = text.split_once('-') else {
        return Err("must be IN-OUT, such as 12.5-14".into());
    };
    stretch(start.trim(), end.trim(), clock)
}

fn stretch(start: &str, end: &str, clock: Option<&Clock>) -> Result<Stretch, String> {
    let time_s = |text: &str| {
        // Seconds are no timecode, with a clock or without.
        let seconds = (!text.contains([':', ';'])).then(|| parse_clock_s(text));
        match seconds.flatten() {
            Some(seconds) => Ok(seconds),
            None => parse_time_s(text, clock).map_err(|rule| format!("{text:?}: {rule}")),
        }
    };
    let (start_s, end_s) = (time_s(start)?, time_s(end)?);
    match end_s > start_s {
        true => Ok(Stretch { start_s, end_s }),
        false => Err("ends before it begins: exchange in and out".into()),
    }
}

/// Reads a table of name, in and out, as [`rows`] does; its times are those of [`parse_stretch`]. What
/// `underscore check --csv` writes is one.
///
/// # Errors
/// If the columns or a time are wrong, or there is no stretch.
pub fn parse_table(bytes: &[u8], clock: Option<&Clock>) -> Result<Vec<Stretch>, StretchesError> {
    let rows = rows(bytes, HEADINGS).into_iter().map(|row| {
        let row = row?;
        let line = row.line;
        let [_, start, end] = row.fields;
        stretch(&start, &end, clock).map_err(|reason| StretchesError::Times { line, reason })
    });
    match rows.collect::<Result<Vec<_>, StretchesError>>()? {
        stretches if stretches.is_empty() => Err(StretchesError::Empty),
        stretches => Ok(stretches),
    }
}

#[cfg(test)]
mod tests {
    use smpte_timecode::FrameRate;

    use super::*;
    use crate::timeline::timecode::parse_label;

    fn span(text: &str) -> Result<(f64, f64), String> {
        parse_stretch(text, None).map(|it| (it.start_s, it.end_s))
    }

    fn clock() -> Clock {
        let start = parse_label("01:00:00:00", FrameRate::FPS_25).unwrap();
        Clock::from_label(start, 48_000)
    }

    #[test]
    fn a_stretch_is_read_in_every_form() {
        assert_eq!(span("12.5-14"), Ok((12.5, 14.0)));
        assert_eq!(span("0:01:10.5 - 1:12,5"), Ok((70.5, 72.5)));
        let clock = clock();
        let read = |text| parse_stretch(text, Some(&clock)).map(|it| (it.start_s, it.end_s));
        assert_eq!(read("01:00:10:05-01:00:12:00"), Ok((10.2, 12.0)));
        assert_eq!(read("10.2-12"), Ok((10.2, 12.0)));
        assert!(read("01:00:10:25-01:00:12:00").is_err());
    }

    #[test]
    fn each_mistake_is_named() {
        for (text, expected) in [
            ("5-5", "ends before it begins"),
            ("5", "must be IN-OUT"),
            ("1:2:3:4-2:2:3:4", "timecode needs --fps"),
            ("1-x", "\"x\": must be"),
        ] {
            let error = span(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
        assert!(is_stretch("0:10-0:12") && is_stretch("01:00:00;00-01:00:01;00"));
        assert!(!is_stretch("bad-takes.csv") && !is_stretch("list.csv") && !is_stretch("-5"));
    }

    #[test]
    fn tables_of_all_programs_and_lists_of_this_one_are_read() {
        let spans = |text: &str, clock: Option<&Clock>| -> Vec<(f64, f64)> {
            let stretches = parse_table(text.as_bytes(), clock).unwrap();
            stretches.iter().map(|it| (it.start_s, it.end_s)).collect()
        };
        assert_eq!(
            spans("bark;1,5;2\n;0:03;0:04", None),
            [(1.5, 2.0), (3.0, 4.0)]
        );
        let list = "number,cue,start_s,end_s,start,end\n1,,10.200,12.000,01:00:10:05,01:00:12:00\n";
        assert_eq!(spans(list, Some(&clock())), [(10.2, 12.0)]);
        for (text, expected) in [
            ("", "has no stretches"),
            ("name,in,out\n", "has no stretches"),
            ("a,b", "line 1: 2 columns"),
            ("a,2,1", "line 1: ends before"),
        ] {
            let error = parse_table(text.as_bytes(), None).unwrap_err().to_string();
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }
}
