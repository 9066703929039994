//! Which of the places at which lines may be are theirs.
//!
//! In a reel phrases come back, word by word or as the same recording. So a line isn't judged alone: of all
//! ways through the reel, line after line, the one is taken whose places are most alike, where it counts for
//! two lines that they were moved by the same time. Where two lines want one place, the one has it that more
//! lines around it went along with, and the way is looked for anew. What is left are parts of lines that were
//! cut, and copies.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::lines::choices::{
    COPY_SHORTFALL, EXPECTED_WORTH, LEAST_CORRELATION_OF_PART, LEAST_SURENESS,
    LEAST_SURENESS_OF_COPY, LEAST_SURENESS_WITH_NEIGHBOURS, MOVED_ALIKE_WORTH, UNMOVED_WORTH,
};
use crate::lines::fingerprint::{FRAME_S, STEP_S};
use crate::lines::line_places::{Candidate, SAME_PLACE_S};

/// How far from the place that a list of changes says a line may be, s: two frames of picture.
pub const HINT_TOLERANCE_S: f64 = 0.085;

/// Share of a line from which on it is the line, less what was trimmed, and not a phrase that it has in common
/// with others.
const LEAST_WHOLE: f64 = 0.6;

/// How many lines away a line looks for those that were moved alike.
const REACH_LINES: usize = 8;

/// Most times that the way is looked for: each time at least one of two lines gives way.
const MAX_ROUNDS: usize = 100;

/// Lines to either side that vouch for one that is not sure by itself.
const NUM_NEIGHBOURS: usize = 2;

/// Share of a place from which on another line can't be there as well.
const SHARED_PLACE: f64 = 0.3;

/// What is known of a line whose place is chosen.
pub struct Candidates {
    /// Where the line may be.
    pub places: Vec<Candidate>,
    /// By how much the line is moved at each of them, s.
    pub shifts_s: Vec<f64>,
    /// By how much it is moved by a list of changes, s, if there is one.
    pub expected_shift_s: Option<f64>,
    /// Frames of the whole line.
    pub num_frames: usize,
}

impl Candidates {
    fn is_expected(&self, idx: usize) -> bool {
        let near = |expected_s: f64| (self.shifts_s[idx] - expected_s).abs() < HINT_TOLERANCE_S;
        self.expected_shift_s.is_some_and(near)
    }

    fn is_sure(&self, idx: usize) -> bool {
        self.places[idx].sureness >= LEAST_SURENESS
    }

    /// What the place of a candidate is worth by itself; 0 where only neighbours could make it sure.
    fn worth(&self, idx: usize) -> f64 {
        let place = &self.places[idx];
        let is_expected = self.is_expected(idx);
        let is_likely = place.sureness >= LEAST_SURENESS_WITH_NEIGHBOURS && is_expected;
        let more = match is_expected {
            true => EXPECTED_WORTH,
            // Of two places that are alike, the one where it was.
            false if self.shifts_s[idx].abs() < SAME_PLACE_S => UNMOVED_WORTH,
            false => 0.0,
        };
        match self.is_sure(idx) || is_likely {
            true => place.worth() + more,
            false => 0.0,
        }
    }
}

/// Which candidates are places, in the order of their lines, and whether each is a copy: sure by themselves or by
/// their neighbours, and no two lines at one place.
pub fn accepted(lines: &[Candidates], speed: f64) -> Vec<(Candidate, bool)> {
    let stride = FRAME_S / STEP_S / speed;
    let way = Contest::new(lines, stride).way();
    let mut chosen = Chosen {
        stride,
        places: Vec::new(),
        by_line: BTreeMap::new(),
    };
    let mut further = Vec::new();
    for Ranked {
        candidate,
        is_vouched,
        ..
    } in in_order_of_worth(lines, &way)
    {
        if chosen.own_of(candidate).is_some() {
            further.push(candidate);
            continue;
        }
        let line = &lines[candidate.line_idx];
        let share = candidate.frames.len() as f64 / line.num_frames.max(1) as f64;
        // The same phrase may be in other lines.
        let is_certain = share >= LEAST_WHOLE
            || is_vouched
            || candidate.correlation >= LEAST_CORRELATION_OF_PART;
        if is_certain {
            chosen.take(candidate, false);
        }
    }
    // A line is somewhere else as well only where no line has its own place.
    for candidate in further {
        let Some(own) = chosen.own_of(candidate) else {
            continue;
        };
        let num_frames = lines[candidate.line_idx].num_frames;
        let share = candidate.frames.len() as f64 / num_frames.max(1) as f64;
        // Another line of the same voice may have much in common with it.
        let is_as_like = candidate.correlation >= own.correlation - COPY_SHORTFALL;
        if share >= LEAST_WHOLE && is_as_like && candidate.sureness >= LEAST_SURENESS_OF_COPY {
            chosen.take(candidate, true);
        }
    }
    let mut accepted: Vec<(Candidate, bool)> = chosen
        .by_line
        .into_values()
        .flatten()
        .map(|(candidate, is_copy)| (candidate.clone(), is_copy))
        .collect();
    accepted.sort_by_key(|(it, is_copy)| (it.line_idx, *is_copy));
    accepted
}

/// Places that are given to lines.
struct Chosen<'a> {
    /// Steps of a frame.
    stride: f64,
    /// What is taken, steps.
    places: Vec<Range<f64>>,
    /// The places of each line, and whether each is a copy.
    by_line: BTreeMap<usize, Vec<(&'a Candidate, bool)>>,
}

impl<'a> Chosen<'a> {
    /// The place that the same part of a candidate's line has already.
    fn own_of(&self, candidate: &Candidate) -> Option<&'a Candidate> {
        let places = self.by_line.get(&candidate.line_idx)?;
        let mut own = places.iter().filter(|(_, is_copy)| !is_copy);
        own.find(|(own, _)| has_most_of(&own.frames, &candidate.frames))
            .map(|(own, _)| *own)
    }

    /// Gives a candidate its place, if it is free.
    fn take(&mut self, candidate: &'a Candidate, is_copy: bool) {
        let here = steps_of(candidate, self.stride);
        if self.places.iter().any(|there| is_one_place(there, &here)) {
            return;
        }
        self.places.push(here);
        let of_line = self.by_line.entry(candidate.line_idx).or_default();
        of_line.push((candidate, is_copy));
    }
}

/// What a candidate takes, steps.
fn steps_of(candidate: &Candidate, stride: f64) -> Range<f64> {
    let at = |frame: usize| candidate.place + frame as f64 * stride;
    at(candidate.frames.start)..at(candidate.frames.end)
}

fn is_one_place(there: &Range<f64>, here: &Range<f64>) -> bool {
    let shared = there.end.min(here.end) - there.start.max(here.start);
    shared > SHARED_PLACE * (there.end - there.start).min(here.end - here.start)
}

fn has_most_of(one: &Range<usize>, other: &Range<usize>) -> bool {
    let shared = one
        .end
        .min(other.end)
        .saturating_sub(one.start.max(other.start));
    2 * shared > one.len().min(other.len())
}

struct Ranked<'a> {
    candidate: &'a Candidate,
    is_vouched: bool,
    is_on_way: bool,
    worth: f64,
}

/// All candidates that may be places: those on the way first, then the rest by worth.
fn in_order_of_worth<'a>(lines: &'a [Candidates], way: &[Option<usize>]) -> Vec<Ranked<'a>> {
    let mut all = Vec::new();
    for (line_idx, line) in lines.iter().enumerate() {
        for (idx, candidate) in line.places.iter().enumerate() {
            let num_alike = num_moved_alike(lines, way, (line_idx, idx), NUM_NEIGHBOURS);
            let is_vouched = num_alike > 0 || line.is_expected(idx);
            let least = match is_vouched {
                true => LEAST_SURENESS_WITH_NEIGHBOURS,
                false => LEAST_SURENESS,
            };
            if candidate.sureness >= least {
                all.push(Ranked {
                    candidate,
                    is_vouched,
                    is_on_way: way[line_idx] == Some(idx),
                    worth: candidate.worth() + MOVED_ALIKE_WORTH * num_alike as f64,
                });
            }
        }
    }
    all.sort_by(|a, b| {
        let by_way = b.is_on_way.cmp(&a.is_on_way);
        by_way.then(b.worth.total_cmp(&a.worth))
    });
    all
}

/// How many lines within `reach` to either side are sure of a place to which they were moved as a line would be with
/// one of its candidates.
fn num_moved_alike(
    lines: &[Candidates],
    way: &[Option<usize>],
    (line_idx, idx): (usize, usize),
    reach: usize,
) -> usize {
    let own_s = lines[line_idx].shifts_s[idx];
    let around = line_idx.saturating_sub(reach)..(line_idx + reach + 1).min(lines.len());
    around
        .filter(|&other| {
            let line = &lines[other];
            let chosen = way[other].filter(|&it| line.is_sure(it));
            let is_alike = |it: usize| (line.shifts_s[it] - own_s).abs() < SAME_PLACE_S;
            other != line_idx && chosen.is_some_and(is_alike)
        })
        .count()
}

/// A place of a line as the last of the best way to it.
#[derive(Clone, Copy)]
struct Step {
    /// What the way is worth.
    worth: f64,
    /// The line and candidate before it.
    before: Option<(usize, usize)>,
}

/// Lines with what they may not have, as others have it.
struct Contest<'a> {
    lines: &'a [Candidates],
    is_lost: Vec<Vec<bool>>,
    /// Steps of a frame.
    stride: f64,
}

impl<'a> Contest<'a> {
    fn new(lines: &'a [Candidates], stride: f64) -> Self {
        let none_lost = |line: &Candidates| vec![false; line.places.len()];
        Self {
            lines,
            is_lost: lines.iter().map(none_lost).collect(),
            stride,
        }
    }

    /// The candidate of each line on the best way on which no two lines have one place.
    fn way(mut self) -> Vec<Option<usize>> {
        let mut way = self.best_way();
        for _ in 0..MAX_ROUNDS {
            if !self.settle(&way) {
                break;
            }
            way = self.best_way();
        }
        way
    }

    /// Where two lines want one place, takes it from the one that fewer lines went along with. Whether any did.
    fn settle(&mut self, way: &[Option<usize>]) -> bool {
        let mut wanted: Vec<(f64, (usize, usize), Range<f64>)> = Vec::new();
        for (line_idx, chosen) in way.iter().enumerate() {
            let Some(idx) = *chosen else {
                continue;
            };
            let at = (line_idx, idx);
            let line = &self.lines[line_idx];
            let candidate = &line.places[idx];
            let num_alike = num_moved_alike(self.lines, way, at, REACH_LINES);
            let worth = line.worth(idx) + MOVED_ALIKE_WORTH * num_alike as f64;
            wanted.push((worth, at, steps_of(candidate, self.stride)));
        }
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut places: Vec<Range<f64>> = Vec::new();
        let mut has_lost = false;
        for (_, (line_idx, idx), here) in wanted {
            if places.iter().any(|there| is_one_place(there, &here)) {
                self.is_lost[line_idx][idx] = true;
                has_lost = true;
            } else {
                places.push(here);
            }
        }
        has_lost
    }

    /// The candidate of each line on the best way through all lines; two lines may have the same place on it.
    fn best_way(&self) -> Vec<Option<usize>> {
        let lines = self.lines;
        let mut steps: Vec<Vec<Step>> = Vec::with_capacity(lines.len());
        // The best way to each line or one before it.
        let mut best: Vec<Option<(usize, usize)>> = Vec::with_capacity(lines.len());
        for (line_idx, line) in lines.iter().enumerate() {
            let worth_of = |at: Option<(usize, usize)>| {
                let step = at.and_then(|(line, idx)| steps.get(line)?.get(idx));
                step.map_or(0.0, |step: &Step| step.worth)
            };
            let best_before = best.last().copied().flatten();
            let steps_here: Vec<Step> = (0..line.places.len())
                .map(|idx| {
                    let mut step = Step {
                        worth: worth_of(best_before),
                        before: best_before,
                    };
                    let alike =
                        (line_idx.saturating_sub(REACH_LINES)..line_idx).flat_map(|other| {
                            let is_alike = move |it: &usize| {
                                (lines[other].shifts_s[*it] - line.shifts_s[idx]).abs()
                                    < SAME_PLACE_S
                            };
                            let found = (0..lines[other].places.len()).filter(is_alike);
                            found.map(move |it| (other, it))
                        });
                    for at in alike {
                        let worth = worth_of(Some(at)) + MOVED_ALIKE_WORTH;
                        if worth > step.worth {
                            step = Step {
                                worth,
                                before: Some(at),
                            };
                        }
                    }
                    step.worth += match self.is_lost[line_idx][idx] {
                        true => f64::NEG_INFINITY,
                        false => line.worth(idx),
                    };
                    step
                })
                .collect();
            let here = steps_here
                .iter()
                .enumerate()
                .map(|(idx, it)| (idx, it.worth));
            let best_here = here.max_by(|a, b| a.1.total_cmp(&b.1));
            best.push(match best_here {
                Some((idx, worth)) if worth > worth_of(best_before) => Some((line_idx, idx)),
                _ => best_before,
            });
            steps.push(steps_here);
        }
        let mut way = vec![None; lines.len()];
        let mut at = best.last().copied().flatten();
        while let Some((line, idx)) = at {
            way[line] = Some(idx);
            at = steps[line][idx].before;
        }
        way
    }
}
