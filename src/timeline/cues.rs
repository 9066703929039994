//! Cues: named stretches of the reel, from a CSV file of name, in and out.

use crate::files::three_columns::{BadRow, ThreeFields, rows};
use crate::timeline::timecode::{Clock, parse_label};
use crate::words::{clock_text, one_line};

/// What the columns are called, here and in the lists of other programs.
const HEADINGS: [&[&str]; 3] = [
    &["name", "cue", "cue name", "title", "marker name"],
    &["in", "start", "tc in", "in tc", "timecode in", "start tc"],
    &["out", "end", "tc out", "out tc", "timecode out", "end tc"],
];

/// A piece of music with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// Name of the cue, such as `3M2`.
    pub name: String,
    /// Where the cue begins, s from the first sample.
    pub start_s: f64,
    /// Where the cue ends, s from the first sample; after `start_s`.
    pub end_s: f64,
}

/// What is wrong with a list of cues.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CuesError {
    /// Not a CSV file of three columns.
    #[error("is not a list of cues (line {line}: {reason}): give the columns name, in, out")]
    Columns {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// No such time.
    #[error("line {line}: {text:?}: {reason}")]
    Time {
        /// Line of the file, from 1.
        line: u64,
        /// What stands there.
        text: String,
        /// What is wrong.
        reason: String,
    },
    /// A cue that ends before it begins.
    #[error("line {line}: {name} ends before it begins: exchange in and out")]
    Backwards {
        /// Line of the file, from 1.
        line: u64,
        /// Name of the cue.
        name: String,
    },
    /// Two cues at one time.
    #[error("{first} and {second} overlap at {}: change one of them", clock_text(*time_s))]
    Overlap {
        /// Name of the earlier cue.
        first: String,
        /// Name of the later cue.
        second: String,
        /// Where the later one begins, s from the first sample.
        time_s: f64,
    },
}

impl From<BadRow> for CuesError {
    fn from(BadRow { line, reason }: BadRow) -> Self {
        Self::Columns { line, reason }
    }
}

/// Reads a table of name, in and out, as [`rows`] does. Times are timecode
/// of `clock`, or, without one, `h:mm:ss.mmm`, `m:ss` or seconds from the first sample,
/// with a decimal point or comma. Gives the
/// cues in order of time.
///
/// # Errors
/// If the columns or a time are wrong, a cue has no length, or two overlap.
pub fn parse(bytes: &[u8], clock: Option<&Clock>) -> Result<Vec<Cue>, CuesError> {
    let mut cues = rows(bytes, HEADINGS)
        .into_iter()
        .map(|row| cue(row?, clock))
        .collect::<Result<Vec<Cue>, CuesError>>()?;
    cues.sort_by(|a, b| a.start_s.total_cmp(&b.start_s));
    match cues.windows(2).find(|pair| pair[1].start_s < pair[0].end_s) {
        Some([first, second]) => Err(CuesError::Overlap {
            first: first.name.clone(),
            second: second.name.clone(),
            time_s: second.start_s,
        }),
        _ => Ok(cues),
    }
}

fn cue(row: ThreeFields, clock: Option<&Clock>) -> Result<Cue, CuesError> {
    let line = row.line;
    let [name, start, end] = row.fields;
    if name.is_empty() {
        return Err(CuesError::Columns {
            line,
            reason: "no name".into(),
        });
    }
    let time_s = |text: String| {
        parse_time_s(&text, clock).map_err(|reason| CuesError::Time { line, text, reason })
    };
    let cue = Cue {
        // A name goes into lists that have a row for each.
        name: one_line(&name),
        start_s: time_s(start)?,
        end_s: time_s(end)?,
    };
    match cue.end_s <= cue.start_s {
        true => Err(CuesError::Backwards {
            line,
            name: cue.name,
        }),
        false => Ok(cue),
    }
}

/// The time that `text` says, s from the first sample: timecode of `clock`, or, without one, `h:mm:ss.mmm`,
/// `m:ss` or seconds.
///
/// # Errors
/// With the rule that it breaks.
pub fn parse_time_s(text: &str, clock: Option<&Clock>) -> Result<f64, String> {
    if let Some(clock) = clock {
        return parse_label(text, clock.rate())
            .map(|label| clock.time_s(label))
            .map_err(|error| error.to_string());
    }
    parse_clock_s(text)
        .ok_or_else(|| "must be h:mm:ss.mmm, m:ss or seconds (timecode needs --fps)".to_owned())
}

/// `[[h:]m:]s[.fraction]` in s; `None` for anything else.
fn parse_clock_s(text: &str) -> Option<f64> {
    let text = text.replacen(',', ".", 1);
    let is_plain = |c: char| c.is_ascii_digit() || c == ':' || c == '.';
    if !text.chars().all(is_plain) {
        return None;
    }
    let fields: Vec<&str> = text.split(':').collect();
    let (seconds, larger) = fields.split_last()?;
    if larger.len() > 2 {
        return None;
    }
    let seconds: f64 = seconds.parse().ok()?;
    let larger = larger.iter().try_fold(0u32, |total, field| {
        total.checked_mul(60)?.checked_add(field.parse().ok()?)
    })?;
    Some(f64::from(larger) * 60.0 + seconds)
}

/// The cue in which a line from `start_s` to `end_s` begins, or else the one with most of it.
pub fn cue_of(cues: &[Cue], start_s: f64, end_s: f64) -> Option<&Cue> {
    let shared_s = |cue: &Cue| cue.end_s.min(end_s) - cue.start_s.max(start_s);
    cues.iter()
        .find(|cue| (cue.start_s..cue.end_s).contains(&start_s))
        .or_else(|| {
            cues.iter()
                .filter(|cue| shared_s(cue) > 0.0)
                .max_by(|a, b| shared_s(a).total_cmp(&shared_s(b)))
        })
}

#[cfg(test)]
mod tests {
    use smpte_timecode::FrameRate;

    use super::*;

    fn message(csv: &str) -> String {
        parse(csv.as_bytes(), None).unwrap_err().to_string()
    }

    #[test]
    fn times_are_read_in_every_form_and_sorted() {
        let csv = "\u{FEFF}Cue, In, Out\n3M2,1:00:00.5,1:00:01\n\"3M1, alt\",90,2:30\n";
        let cues = parse(csv.as_bytes(), None).unwrap();
        assert_eq!(cues[0].name, "3M1, alt");
        assert_eq!((cues[0].start_s, cues[0].end_s), (90.0, 150.0));
        assert_eq!((cues[1].start_s, cues[1].end_s), (3600.5, 3601.0));
    }

    #[test]
    fn lists_of_spreadsheets_are_read_with_decimal_commas_and_more_columns() {
        for text in [
            "Name;In;Out;Note\n1M1;0:01,5;2,75;x\n",
            "Note\tMarker Name\tIn\tOut\nx\t1M1\t0:01.5\t2.75\n",
            "1M1,\"1,5\",\"2,75\"\n",
        ] {
            let cues = parse(text.as_bytes(), None).unwrap();
            assert_eq!(cues[0].name, "1M1", "{text}");
            assert_eq!((cues[0].start_s, cues[0].end_s), (1.5, 2.75), "{text}");
        }
    }

    #[test]
    fn timecode_counts_from_the_clock() {
        let start = parse_label("01:00:00:00", FrameRate::FPS_25).unwrap();
        let clock = Clock::from_label(start, 48_000);
        let cues = parse(b"1M1,01:00:10:05,01:00:20:00", Some(&clock)).unwrap();
        assert_eq!((cues[0].start_s, cues[0].end_s), (10.2, 20.0));
        let error = parse(b"1M1,01:00:10:25,01:00:20:00", Some(&clock)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: \"01:00:10:25\": is out of range (at 25 frames per second)"
        );
    }

    #[test]
    fn each_mistake_is_named_with_its_line() {
        for (csv, expected) in [
            ("a,b", "line 1: 2 columns"),
            ("name,in,out\n1M1,0,1\n1M2,1\n", "line 3: 2 columns"),
            (",1,2", "line 1: no name"),
            ("1M1,1,x", "line 1: \"x\": must be"),
            ("1M1,-1,2", "line 1: \"-1\": must be"),
            ("1M1,1:2:3:4,2", "must be"),
            ("1M1,5,5", "line 1: 1M1 ends before it begins"),
            ("1M1,0,10\n1M2,9.5,20", "1M1 and 1M2 overlap at 0:00:09.500"),
            ("1M1,99999999999999999999:00,2", "must be"),
        ] {
            assert!(message(csv).contains(expected), "{csv:?}: {}", message(csv));
        }
        assert!(parse(b"1M1,\xFF,2", None).is_err());
        assert!(parse(b"1M1,NaN,inf", None).is_err());
    }

    #[test]
    fn a_line_belongs_to_the_cue_that_it_begins_in() {
        let cues = parse(b"1M1,10,20\n1M2,20,30", None).unwrap();
        let name = |start_s, end_s| cue_of(&cues, start_s, end_s).map(|cue| cue.name.as_str());
        assert_eq!(name(19.0, 29.0), Some("1M1"));
        assert_eq!(name(20.0, 21.0), Some("1M2"));
        assert_eq!(name(8.0, 25.0), Some("1M1"));
        assert_eq!(name(30.0, 31.0), None);
    }
}
