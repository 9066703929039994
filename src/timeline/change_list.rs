//! Lists of changes: what of an old reel is where in the new one, as an edit decision list (CMX 3600) says it.

use smpte_timecode::FrameRate;

use crate::files::text_decoding::decoded;
use crate::timeline::timecode::{Clock, parse_label};

/// Sample rate at which times are counted, Hz; any that whole frames fit.
const RATE_HZ: u32 = 48_000;

/// What is wrong with a list of changes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangeListError {
    /// No event in it.
    #[error("is no list of changes: give an EDL (CMX 3600) whose source is the old reel")]
    NoEvents,
    /// An event whose times can't be read.
    #[error("line {line}: {text:?}: {reason}")]
    Time {
        /// Line of the file, from 1.
        line: usize,
        /// What stands there.
        text: String,
        /// What is wrong.
        reason: String,
    },
}

/// A stretch of the old reel in the new one, s from the start of each.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Kept {
    old_from_s: f64,
    old_to_s: f64,
    new_from_s: f64,
}

/// What of an old reel is where in a new one.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeList {
    kept: Vec<Kept>,
}

impl ChangeList {
    /// Reads an EDL whose timecodes are at `rate`; both reels begin at the hour of the first event, `at_s` on
    /// the timeline. Sources other than that of most events are inserts.
    ///
    /// # Errors
    /// If nothing is in it, or a timecode can't be.
    pub fn parse(bytes: &[u8], rate: FrameRate, at_s: f64) -> Result<Self, ChangeListError> {
        let text = decoded(bytes);
        let mut events: Vec<(String, [f64; 4])> = Vec::new();
        let mut clock: Option<Clock> = None;
        for (line_idx, line) in text.lines().enumerate() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [
                number,
                source,
                ..,
                source_in,
                source_out,
                record_in,
                record_out,
            ] = fields[..]
            else {
                continue;
            };
            if fields.len() < 8 || !number.chars().all(|c| c.is_ascii_digit()) {
                continue;
            }
            let label = |text: &str| {
                parse_label(text, rate).map_err(|error| ChangeListError::Time {
                    line: line_idx + 1,
                    text: text.into(),
                    reason: error.to_string(),
                })
            };
            let clock = match clock {
                Some(clock) => clock,
                None => {
                    label(record_in)?;
                    let hour = record_in.get(..2).unwrap_or_default();
                    *clock.insert(Clock::from_label(
                        label(&format!("{hour}:00:00:00"))?,
                        RATE_HZ,
                    ))
                }
            };
            let time_s = |text: &str| label(text).map(|label| clock.time_s(label));
            let times = [
                time_s(source_in)?,
                time_s(source_out)?,
                time_s(record_in)?,
                time_s(record_out)?,
            ];
            events.push((source.to_owned(), times));
        }
        if events.is_empty() {
            return Err(ChangeListError::NoEvents);
        }
        let num_of = |name: &str| events.iter().filter(|event| event.0 == name).count();
        let source = events
            .iter()
            .map(|event| event.0.as_str())
            .max_by_key(|name| num_of(name));
        let kept = events
            .iter()
            .filter(|event| Some(event.0.as_str()) == source && event.1[0] < event.1[1])
            .map(|(_, [source_in, source_out, record_in, _])| Kept {
                old_from_s: source_in + at_s,
                old_to_s: source_out + at_s,
                new_from_s: record_in + at_s,
            });
        Ok(Self {
            kept: kept.collect(),
        })
    }

    /// Where the start of a line is in the new reel, s: by the event that has most of the line.
    pub fn new_time_s(&self, start_s: f64, end_s: f64) -> Option<f64> {
        let shared_s = |kept: &&Kept| kept.old_to_s.min(end_s) - kept.old_from_s.max(start_s);
        let kept = self.kept.iter().filter(|kept| shared_s(kept) > 0.0);
        let kept = kept.max_by(|a, b| shared_s(a).total_cmp(&shared_s(b)))?;
        Some(kept.new_from_s + start_s - kept.old_from_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDL: &str = "TITLE: X\nFCM: NON-DROP FRAME\n\
        001  OLD V C 01:00:00:00 01:00:10:00 01:00:00:00 01:00:10:00\n\
        002  NEW V C 00:00:00:00 00:00:02:12 01:00:10:00 01:00:12:12\n\
        003  OLD V C 01:00:11:00 01:00:20:00 01:00:12:12 01:00:21:12\n";

    #[test]
    fn a_line_is_where_the_event_with_most_of_it_says() {
        let changes = ChangeList::parse(EDL.as_bytes(), FrameRate::FPS_24, 0.0).unwrap();
        assert_eq!(changes.new_time_s(2.0, 3.0), Some(2.0));
        assert_eq!(changes.new_time_s(12.0, 13.0), Some(13.5));
        assert_eq!(changes.new_time_s(10.0, 13.0), Some(11.5));
        assert_eq!(changes.new_time_s(10.2, 10.8), None);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let parse = |text: &str| ChangeList::parse(text.as_bytes(), FrameRate::FPS_24, 0.0);
        assert_eq!(parse("a,b,c"), Err(ChangeListError::NoEvents));
        let error = parse(&EDL.replace("01:00:12:12", "01:00:12:24")).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("line 4: \"01:00:12:24\": is out of range"),
            "{error}"
        );
    }
}
