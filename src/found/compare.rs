//! What got better or worse since an earlier report.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::clash::verdict::Verdict;
use crate::lines::fingerprint::{Fingerprint, VoiceTrack};
use crate::lines::log::Line;
use crate::lines::places::{Sought, find};
use crate::lines::voice_field::Field;
use crate::words::shift_text;

/// Name and version of the schema of a report's JSON.
pub const SCHEMA: &str = "underscore.report/1";

/// What is said in place of *clear* where the inputs are doubtful.
pub const UNSURE: &str = "unsure";

/// Change of the SII below which a line with the same verdict is the same.
pub const LEAST_SII_CHANGE: f32 = 0.02;

/// Share of the shorter of two lines that both have in common if they are the same line.
const LEAST_OVERLAP: f64 = 0.5;

/// What is wrong with an earlier report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// Not JSON, or not with what a report has.
    #[error("is not a report of `underscore check --json` ({0})")]
    Form(String),
    /// Of another kind or a later version.
    #[error("has schema {0:?}: give a report of schema {SCHEMA:?}")]
    Schema(String),
}

/// The parts of an earlier report that are compared.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Earlier {
    schema: String,
    /// Name of the music file that the report was about.
    pub music: String,
    /// Clash over all speech, 0 to 100 %.
    pub clash_percent: f32,
    /// SII over all speech.
    pub sii: f32,
    lines: Vec<EarlierLine>,
}

/// A line of an earlier report.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct EarlierLine {
    /// Where the line began, s.
    pub start_s: f64,
    /// Where the line ended, s.
    pub end_s: f64,
    /// Verdict, in a word.
    pub verdict: String,
    /// Clash, 0 to 100 %.
    pub clash_percent: f32,
    /// SII of the line.
    pub sii: f32,
    /// By what the line is known; empty in a report of an earlier version.
    #[serde(default, deserialize_with = "fingerprint_of_text")]
    pub fingerprint: Fingerprint,
}

/// A damaged one is none: the line is found by its time then.
fn fingerprint_of_text<'de, D: Deserializer<'de>>(from: D) -> Result<Fingerprint, D::Error> {
    let text = String::deserialize(from)?;
    Ok(Fingerprint::from_bytes(
        &STANDARD.decode(text).unwrap_or_default(),
    ))
}

/// A line that is moved by less than this is where it was, s: half a frame of picture.
const LEAST_MOVE_S: f64 = 0.02;

/// How a line changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A better verdict, or the same with a higher SII, unless both are clear.
    Better,
    /// A worse verdict, or the same with a lower SII, unless both are clear.
    Worse,
    /// Neither better nor worse.
    Same,
    /// There was no such line.
    New,
}

impl Change {
    /// The change in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::New => "new",
        }
    }
}

/// How a line compares with the earlier report.
#[derive(Debug, Clone, PartialEq)]
pub struct LineChange {
    /// How the line changed.
    pub change: Change,
    /// What the line was, unless it is new.
    pub before: Option<EarlierLine>,
    /// By how much it is later than it was, s, if it was moved.
    pub moved_s: Option<f64>,
}

impl LineChange {
    /// The change in words, such as `better (was masked, 62 %)`; frames are counted where there is a rate.
    pub fn text(&self, frames_per_second: Option<f64>) -> String {
        let Some(before) = &self.before else {
            return self.change.word().into();
        };
        let moved = match self.moved_s {
            Some(moved_s) => format!("; moved by {}", shift_text(moved_s, frames_per_second)),
            None => String::new(),
        };
        format!(
            "{} (was {}, {:.0} %{moved})",
            self.change.word(),
            before.verdict,
            before.clash_percent
        )
    }
}

/// What changed from an earlier report to this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// The earlier report.
    pub earlier: Earlier,
    /// One for each line of the report, in order.
    pub lines: Vec<LineChange>,
    /// Lines that are no longer there.
    pub gone: Vec<EarlierLine>,
}

impl Earlier {
    /// Reads a report's JSON.
    ///
    /// # Errors
    /// [`CompareError`] if it isn't one.
    pub fn parse(bytes: &[u8]) -> Result<Self, CompareError> {
        // The schema first, so that a file of another kind is called by its name.
        let schema = schema_of(bytes)?;
        if schema != SCHEMA {
            return Err(CompareError::Schema(schema));
        }
        let earlier: Self = from_json(bytes)?;
        for line in &earlier.lines {
            if verdict_of(&line.verdict).is_none() && line.verdict != UNSURE {
                let reason = format!("a line has the verdict {:?}", line.verdict);
                return Err(CompareError::Form(reason));
            }
        }
        Ok(earlier)
    }
}

impl Comparison {
    /// Compares each line with the one of `earlier` that has its words, wherever that was; without fingerprints,
    /// and where the words say nothing, with the one that it shares most time with.
    pub fn new<'a>(
        lines: impl IntoIterator<Item = &'a Line>,
        track: &VoiceTrack,
        earlier: Earlier,
    ) -> Self {
        let now: Vec<Now> = by_words(&earlier.lines, track)
            .into_iter()
            .zip(&earlier.lines)
            .map(|(found, line)| found.unwrap_or_else(|| by_neighbours(line)))
            .collect();
        let now = vouched(now);
        let mut is_found = vec![false; earlier.lines.len()];
        let lines = lines
            .into_iter()
            .map(|line| {
                let shared_s =
                    |now: &Now| now.end_s.min(line.end_s) - now.start_s.max(line.start_s);
                let found = now
                    .iter()
                    .enumerate()
                    .filter(|(_, now)| {
                        let shorter_s = (now.end_s - now.start_s).min(line.end_s - line.start_s);
                        let shared_s = shared_s(now);
                        shared_s > 0.0 && shared_s >= LEAST_OVERLAP * shorter_s
                    })
                    .max_by(|(_, a), (_, b)| shared_s(a).total_cmp(&shared_s(b)));
                let Some((now_idx, now)) = found else {
                    return LineChange {
                        change: Change::New,
                        before: None,
                        moved_s: None,
                    };
                };
                is_found[now_idx] = true;
                let before = &earlier.lines[now_idx];
                LineChange {
                    change: change(before, line.verdict(), line.figures.sii),
                    before: Some(before.clone()),
                    moved_s: Some(now.moved_s).filter(|it| it.abs() >= LEAST_MOVE_S),
                }
            })
            .collect();
        let gone = earlier
            .lines
            .iter()
            .zip(&is_found)
            .filter(|&(_, is_found)| !is_found)
            .map(|(line, _)| line.clone())
            .collect();
        Self {
            earlier,
            lines,
            gone,
        }
    }

    /// Number of lines that changed as `change` says.
    pub fn num_with(&self, change: Change) -> usize {
        self.lines.iter().filter(|it| it.change == change).count()
    }
}

impl Comparison {
    /// How many lines changed in which way.
    pub fn changes(&self) -> Changes {
        Changes {
            better: self.num_with(Change::Better),
            worse: self.num_with(Change::Worse),
            same: self.num_with(Change::Same),
            new: self.num_with(Change::New),
            gone: self.gone.len(),
        }
    }

    /// All changes in words, such as `3 better, 1 worse, 2 the same, 1 new, 1 gone`.
    pub fn text(&self) -> String {
        self.changes().text()
    }
}

/// How many lines changed in which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changes {
    /// Lines that fare better.
    pub better: usize,
    /// Lines that fare worse.
    pub worse: usize,
    /// Lines that fare as before.
    pub same: usize,
    /// Lines that weren't there.
    pub new: usize,
    /// Lines that are no longer there.
    pub gone: usize,
}

impl Changes {
    /// All in words, such as `3 better, 1 worse, 2 the same, 1 new, 1 gone`.
    pub fn text(&self) -> String {
        let Self {
            better,
            worse,
            same,
            new,
            gone,
        } = self;
        format!("{better} better, {worse} worse, {same} the same, {new} new, {gone} gone")
    }
}

/// Where an earlier line is now, s.
#[derive(Debug, Clone, Copy)]
struct Now {
    start_s: f64,
    end_s: f64,
    moved_s: f64,
    /// Whether its words were found there.
    is_heard: bool,
}

/// A line where it was, until its neighbours say more.
fn by_neighbours(line: &EarlierLine) -> Now {
    Now {
        start_s: line.start_s,
        end_s: line.end_s,
        moved_s: 0.0,
        is_heard: false,
    }
}

/// Where the words of each line are now, if they are found.
fn by_words(lines: &[EarlierLine], track: &VoiceTrack) -> Vec<Option<Now>> {
    let sought: Vec<Sought> = lines
        .iter()
        .map(|line| Sought {
            start_s: line.start_s,
            end_s: line.end_s,
            fingerprint: &line.fingerprint,
            expected_s: None,
        })
        .collect();
    let mut now = vec![None; lines.len()];
    if sought.iter().all(|line| line.fingerprint.is_empty()) {
        return now;
    }
    let found = find(&sought, &Field::of_track(track));
    for place in found.places.iter().filter(|place| !place.is_copy) {
        let (from_s, to_s) = place.part_s;
        now[place.line_idx].get_or_insert(Now {
            start_s: place.start_s + from_s / found.speed,
            end_s: place.start_s + to_s / found.speed,
            moved_s: place.start_s - lines[place.line_idx].start_s,
            is_heard: true,
        });
    }
    now
}

/// Moves lines whose words weren't found as the one before them was moved, or else the one after: words that were
/// recorded anew are found so, and very short ones.
fn vouched(mut now: Vec<Now>) -> Vec<Now> {
    let heard: Vec<(usize, f64)> = now
        .iter()
        .enumerate()
        .filter(|(_, now)| now.is_heard)
        .map(|(idx, now)| (idx, now.moved_s))
        .collect();
    for (idx, line) in now.iter_mut().enumerate().filter(|(_, now)| !now.is_heard) {
        let next = heard.partition_point(|it| it.0 < idx);
        let neighbour = next
            .checked_sub(1)
            .and_then(|idx| heard.get(idx))
            .or(heard.get(next));
        if let Some(&(_, moved_s)) = neighbour {
            line.moved_s = moved_s;
            line.start_s += moved_s;
            line.end_s += moved_s;
        }
    }
    now
}

fn change(before: &EarlierLine, verdict: Verdict, sii: f32) -> Change {
    let rise = sii - before.sii;
    match verdict_of(&before.verdict) {
        Some(before) if verdict < before => Change::Better,
        Some(before) if verdict > before => Change::Worse,
        _ if verdict == Verdict::Clear => Change::Same,
        _ if rise >= LEAST_SII_CHANGE => Change::Better,
        _ if rise <= -LEAST_SII_CHANGE => Change::Worse,
        _ => Change::Same,
    }
}

/// The schema that the JSON `bytes` names.
///
/// # Errors
/// [`CompareError`] if there is none.
pub fn schema_of(bytes: &[u8]) -> Result<String, CompareError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    from_json(bytes).map(|head: Head| head.schema)
}

/// What stands in the JSON `bytes`.
///
/// # Errors
/// [`CompareError`] if it has another form.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CompareError> {
    serde_json::from_slice(bytes).map_err(|error| CompareError::Form(error.to_string()))
}

/// The verdict that `word` names, if it is one.
pub fn verdict_of(word: &str) -> Option<Verdict> {
    [Verdict::Clear, Verdict::Strained, Verdict::Masked]
        .into_iter()
        .find(|verdict| verdict.word() == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::found::sample::sample_report;
    use crate::found::{LineReport, Report};

    fn earlier() -> Earlier {
        Earlier::parse(json(&sample_report()).as_bytes()).unwrap()
    }

    /// What [`Earlier`] reads of a report's JSON.
    fn json(report: &Report) -> String {
        let lines: Vec<_> = report
            .lines
            .iter()
            .map(|LineReport { line, .. }| {
                serde_json::json!({
                    "start_s": line.start_s,
                    "end_s": line.end_s,
                    "verdict": line.verdict().word(),
                    "clash_percent": line.clash_percent,
                    "sii": line.figures.sii,
                })
            })
            .collect();
        let report = serde_json::json!({
            "schema": SCHEMA,
            "music": report.source.music,
            "clash_percent": report.summary.clash_percent,
            "sii": report.summary.figures.sii,
            "lines": lines,
        });
        report.to_string()
    }

    fn compared(before: Earlier) -> Comparison {
        let report = sample_report();
        let lines = report.lines.iter().map(|it| &it.line);
        Comparison::new(lines, &VoiceTrack::default(), before)
    }

    #[test]
    fn nothing_changed_since_the_same_report() {
        let comparison = compared(earlier());
        assert_eq!(
            comparison.text(),
            "0 better, 0 worse, 2 the same, 0 new, 0 gone"
        );
    }

    #[test]
    fn each_line_says_what_it_was() {
        let mut before = earlier();
        before.lines[0].verdict = "masked".into();
        before.lines[1].sii += 0.1;
        let texts = |before| {
            let comparison = compared(before);
            comparison
                .lines
                .iter()
                .map(|line| line.text(None))
                .collect::<Vec<_>>()
        };
        let found = texts(before);
        assert!(found[0].starts_with("better (was masked, "), "{found:?}");
        assert!(found[1].starts_with("same (was clear, "), "{found:?}");
        let mut before = earlier();
        before.lines[0].sii += 0.1;
        assert!(texts(before)[0].starts_with("worse (was strained, "));
    }

    #[test]
    fn lines_are_found_by_their_time() {
        let mut before = earlier();
        // A line that begins a little later, and one that is elsewhere.
        before.lines[0].start_s += 0.3;
        before.lines[1].start_s += 100.0;
        before.lines[1].end_s += 100.0;
        let comparison = compared(before);
        let changes = comparison.lines.iter().map(|line| line.change);
        assert_eq!(changes.collect::<Vec<_>>(), [Change::Same, Change::New]);
        assert_eq!(comparison.gone.len(), 1);
    }

    #[test]
    fn what_is_no_report_is_refused() {
        let report = json(&sample_report());
        for (text, expected) in [
            ("", "is not a report"),
            ("[]", "is not a report"),
            (r#"{"schema": "underscore.report/1"}"#, "missing field"),
            (r#"{"schema": "underscore.report/2"}"#, "has schema"),
            (&report.replace("strained", "so-so"), "so-so"),
            (&report[..report.len() / 2], "is not a report"),
        ] {
            let error = Earlier::parse(text.as_bytes()).unwrap_err().to_string();
            assert!(
                error.contains(expected) && error.lines().count() == 1,
                "{error}"
            );
        }
    }
}
