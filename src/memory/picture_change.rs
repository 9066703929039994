//! Follows the lines of a ride to where they are after the picture was cut anew: by their words, not by their
//! time.

use crate::lines::fingerprint::{Fingerprint, VoiceTrack};
use crate::lines::places::{Place, Sought, find};
use crate::lines::voice_field::Field;
use crate::memory::orders::Orders;
use crate::memory::remembered::{Reel, RideLine, rounded_s};
use crate::psycho::bands::PerBand;
use crate::ride::curve::{Curve, KNOT_S};
use crate::timeline::change_list::ChangeList;

/// A line that is moved by less than this is where it was, s: half a frame of picture.
const SAME_S: f64 = 0.02;

/// What is missing at an end of a line isn't cut off if it is less than this, s: it is too soft to be told.
const SOFT_END_S: f64 = 0.3;

/// Share of a line that a remembered one must cover for it not to be new.
const KNOWN_SHARE: f64 = 0.3;

/// How far around a new line nothing is remembered, s.
const NEW_MARGIN_S: f64 = 0.5;

/// Longest stretch between two lines that counts as uncut if they are as far apart as they were, s: a longer one
/// may have lost as much as it got.
const UNCUT_S: f64 = 12.0;

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is where it was.
    Same,
    /// It is elsewhere, or there a second time.
    Moved,
    /// It is no longer there.
    Lost,
    /// It wasn't there.
    New,
}

impl State {
    /// The state in a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Moved => "moved",
            Self::Lost => "lost",
            Self::New => "new",
        }
    }
}

/// A line, or a part of one, before and after.
#[derive(Debug, Clone, PartialEq)]
pub struct Followed {
    /// What became of it.
    pub state: State,
    /// Number of the old line, from 1; `None` if the old ride had no line there.
    pub old_number: Option<usize>,
    /// Where the line, or this part of it, was, s.
    pub old_s: Option<(f64, f64)>,
    /// Where that is now, s. Where the head was cut off, the start is where it would be.
    pub new_s: Option<(f64, f64)>,
    /// What of it is there, s on the new timeline.
    pub heard_s: Option<(f64, f64)>,
    /// How alike the two are, a correlation up to 1; 0 where there is no pair.
    pub likeness: f64,
    /// Whether it is there a second time.
    pub is_copy: bool,
    /// What the user wants of it.
    pub orders: Orders,
}

/// A ride after a picture change.
#[derive(Debug, Clone, PartialEq)]
pub struct Conformed {
    /// The lines that were found, at their new places.
    pub reel: Reel,
    /// Every line, in order of new time; those that were lost where they would have come.
    pub lines: Vec<Followed>,
    /// How much faster everything runs than it did: 1 as a rule.
    pub speed: f64,
}

impl Conformed {
    /// Number of entries with this state.
    pub fn num_with(&self, state: State) -> usize {
        self.lines.iter().filter(|line| line.state == state).count()
    }
}

/// Where each line of `old` is in what was heard, of which `spoken_s` are the lines, s.
pub fn conform(
    old: &Reel,
    track: &VoiceTrack,
    spoken_s: &[(f64, f64)],
    changes: Option<&ChangeList>,
) -> Conformed {
    let sought: Vec<Sought> = old
        .lines()
        .iter()
        .map(|line| Sought {
            start_s: line.start_s,
            end_s: line.end_s,
            fingerprint: &line.fingerprint,
            expected_s: changes.and_then(|it| it.new_time_s(line.start_s, line.end_s)),
        })
        .collect();
    let found = find(&sought, &Field::of_track(track));
    let mut lines: Vec<RideLine> = Vec::new();
    let mut followed = Vec::new();
    let mut orphans = old.orphans().to_vec();
    for (line_idx, line) in old.lines().iter().enumerate() {
        let of_line = || found.places.iter().filter(|it| it.line_idx == line_idx);
        let is_in_parts = of_line().filter(|it| !it.is_copy).count() > 1;
        if of_line().next().is_none() {
            if line.orders.are_given() {
                orphans.push(line.clone());
            }
            followed.push((line.start_s / found.speed, lost(line_idx, line)));
        }
        for place in of_line() {
            let moved = Move {
                line,
                start_s: place.start_s,
                speed: found.speed,
            };
            let heard_s = moved.heard_s(place, track);
            let old_s = match is_in_parts {
                true => (
                    line.start_s + place.part_s.0,
                    line.start_s + place.part_s.1.min(line.end_s - line.start_s),
                ),
                false => (line.start_s, line.end_s),
            };
            let new_s = (moved.new_s(old_s.0), moved.new_s(old_s.1));
            let is_same = !place.is_copy && (new_s.0 - old_s.0).abs() < SAME_S;
            let entry = Followed {
                state: if is_same { State::Same } else { State::Moved },
                old_number: Some(line_idx + 1),
                old_s: Some(old_s),
                new_s: Some(new_s),
                heard_s: Some(heard_s),
                likeness: place.correlation,
                is_copy: place.is_copy,
                orders: line.orders.clone(),
            };
            followed.push((new_s.0, entry));
            lines.push(moved.line(heard_s, track));
        }
    }
    let mut unknown_s = Vec::new();
    for &new_s in spoken_s {
        if share_known(new_s, &lines) < KNOWN_SHARE {
            unknown_s.push(new_s);
            let entry = match old_place(new_s, &followed) {
                Some(old_s) => unheard(old_s, new_s),
                None => new(new_s),
            };
            followed.push((new_s.0, entry));
        }
    }
    followed.sort_by(|a, b| a.0.total_cmp(&b.0));
    let followed: Vec<Followed> = followed.into_iter().map(|(_, entry)| entry).collect();
    let spans_s = without(track.span_s(), unknown_s.into_iter());
    Conformed {
        reel: Reel::new(lines, spans_s).with_orphans(orphans),
        lines: followed,
        speed: found.speed,
    }
}

fn lost(line_idx: usize, line: &RideLine) -> Followed {
    Followed {
        state: State::Lost,
        old_number: Some(line_idx + 1),
        old_s: Some((line.start_s, line.end_s)),
        new_s: None,
        heard_s: None,
        likeness: 0.0,
        is_copy: false,
        orders: line.orders.clone(),
    }
}

fn new(new_s: (f64, f64)) -> Followed {
    Followed {
        state: State::New,
        old_number: None,
        old_s: None,
        new_s: Some(new_s),
        heard_s: Some(new_s),
        likeness: 0.0,
        is_copy: false,
        orders: Orders::default(),
    }
}

/// Words that are where they were beside their neighbours, but that no line of the old ride has: it took them for
/// something else. They have no cut until they are learned.
fn unheard(old_s: (f64, f64), new_s: (f64, f64)) -> Followed {
    Followed {
        state: match (new_s.0 - old_s.0).abs() < SAME_S {
            true => State::Same,
            false => State::Moved,
        },
        old_s: Some(old_s),
        ..new(new_s)
    }
}

/// Where words were in the old reel that lie between two lines which are as far apart as they were, with no
/// other line lost there: the picture wasn't cut between them.
fn old_place(new_s: (f64, f64), followed: &[(f64, Followed)]) -> Option<(f64, f64)> {
    let placed = || {
        let placed = followed
            .iter()
            .filter(|(_, it)| !it.is_copy && it.old_number.is_some());
        placed.filter_map(|(_, it)| Some((it.old_s?, it.new_s?)))
    };
    let middle_s = 0.5 * (new_s.0 + new_s.1);
    let before = placed()
        .filter(|it| it.1.0 <= middle_s)
        .max_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    let after = placed()
        .filter(|it| it.1.0 > middle_s)
        .min_by(|a, b| a.1.0.total_cmp(&b.1.0))?;
    let shift_s = before.0.0 - before.1.0;
    let is_apart =
        (after.0.0 - after.1.0 - shift_s).abs() > SAME_S || after.1.0 - before.1.1 > UNCUT_S;
    let old_s = (new_s.0 + shift_s, new_s.1 + shift_s);
    let is_replaced = followed.iter().any(|(_, it)| {
        it.state == State::Lost
            && it
                .old_s
                .is_some_and(|lost| lost.0 < old_s.1 && lost.1 > old_s.0)
    });
    (!is_apart && !is_replaced).then_some(old_s)
}

/// A line on its way to another place.
struct Move<'a> {
    line: &'a RideLine,
    start_s: f64,
    speed: f64,
}

impl Move<'_> {
    fn new_s(&self, old_s: f64) -> f64 {
        self.start_s + (old_s - self.line.start_s) / self.speed
    }

    fn old_s(&self, new_s: f64) -> f64 {
        self.line.start_s + (new_s - self.start_s) * self.speed
    }

    /// What of the line is there, s on the new timeline.
    fn heard_s(&self, place: &Place, track: &VoiceTrack) -> (f64, f64) {
        let length_s = self.line.end_s - self.line.start_s;
        let (from_s, to_s) = place.part_s;
        let from_s = if from_s < SOFT_END_S { 0.0 } else { from_s };
        let to_s = if length_s - to_s < SOFT_END_S {
            length_s
        } else {
            to_s
        };
        let at = |time_s: f64| self.start_s + time_s / self.speed;
        let (first_s, last_s) = track.span_s();
        (at(from_s).max(first_s), at(to_s).min(last_s))
    }

    fn line(&self, heard_s: (f64, f64), track: &VoiceTrack) -> RideLine {
        let line = self.line;
        // An order that leaves the part that is there no room goes with what was cut off.
        let kept = |time_s: Option<f64>| time_s.map(|it| rounded_s(self.new_s(it)));
        let (in_s, out_s) = (kept(line.orders.in_s), kept(line.orders.out_s));
        let in_s = in_s.filter(|it| *it < out_s.unwrap_or(heard_s.1));
        let out_s = out_s.filter(|it| *it > in_s.unwrap_or(heard_s.0));
        RideLine {
            start_s: rounded_s(heard_s.0),
            end_s: rounded_s(heard_s.1),
            curve: self.curve(heard_s),
            orders: Orders {
                in_s,
                out_s,
                ..line.orders.clone()
            },
            fingerprint: Fingerprint::of(track, heard_s.0, heard_s.1),
            ..line.clone()
        }
    }

    /// The curve on the knots of the new place.
    fn curve(&self, heard_s: (f64, f64)) -> Curve {
        let first_knot = (heard_s.0 / KNOT_S).floor() as i64;
        let last_knot = (heard_s.1 / KNOT_S).ceil() as i64;
        let cuts: Vec<PerBand> = (first_knot..=last_knot)
            .map(|knot| self.line.curve.cut_db_at(self.old_s(knot as f64 * KNOT_S)))
            .collect();
        Curve::new(first_knot, &cuts)
    }
}

/// Share of a stretch that lines cover.
fn share_known((from_s, to_s): (f64, f64), lines: &[RideLine]) -> f64 {
    let shared = lines
        .iter()
        .map(|line| (line.end_s.min(to_s) - line.start_s.max(from_s)).max(0.0));
    shared.sum::<f64>() / (to_s - from_s).max(f64::MIN_POSITIVE)
}

/// What is left of a span without what lies around each of `holes`, which are in order of time.
fn without(span_s: (f64, f64), holes: impl Iterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
    let (mut from_s, end_s) = span_s;
    let mut left = Vec::new();
    for hole in holes {
        left.push((from_s, hole.0 - NEW_MARGIN_S));
        from_s = from_s.max(hole.1 + NEW_MARGIN_S);
    }
    left.push((from_s, end_s));
    left.retain(|span| span.1 > span.0);
    left
}
