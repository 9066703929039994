//! Finds lines in another dialogue by their fingerprints, wherever they were moved to.
//!
//! Each line is looked for in pieces of about a second, at each step of the dialogue, by the correlation of
//! what its fingerprint says with what is heard there (`lines/line_places.rs`). So a line is found that lost its
//! head or tail, or was cut in two. What few lines agree upon is the speed of the reel; which of the places that
//! may be is that of the line is decided over the whole reel (`lines/place_choice.rs`).

use std::cmp::Reverse;

use rayon::prelude::*;

use crate::lines::choices::LEAST_SURENESS;
use crate::lines::fingerprint::{FRAME_S, Fingerprint, MARGIN_S, STEP_S, Shape};
use crate::lines::line_places::{Candidate, SAME_PLACE_S, at_hint, candidates};
use crate::lines::place_choice::{Candidates, HINT_TOLERANCE_S, accepted};
use crate::lines::voice_field::Field;

/// Speeds at which a reel is looked for: as it was, and pulled up or down between 24 or 23.976 and 25 frames.
const SPEEDS: [f64; 3] = [1.0, 1.042_2, 0.959_5];

/// Speeds that a reel really has: 24 frames to 25, 23.976 to 25, 23.976 to 24, and back.
const TRUE_SPEEDS: [f64; 7] = [
    1.0,
    25.0 / 24.0,
    24.0 / 25.0,
    1.001 * 25.0 / 24.0,
    24.0 / 25.0 / 1.001,
    1.001,
    1.0 / 1.001,
];

/// How near a measured speed must be to one of [`TRUE_SPEEDS`] to be that.
const SPEED_TOLERANCE: f64 = 3e-4;

/// Number of lines by which the speed is found.
const NUM_SPEED_LINES: usize = 24;

/// Lines to either side from which a line takes hints where it may be.
const NUM_HINTS_FROM: usize = 4;

/// A line to be found.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'a> {
    /// Where it was, s.
    pub start_s: f64,
    /// Where it ended, s.
    pub end_s: f64,
    /// What it is known by.
    pub fingerprint: &'a Fingerprint,
    /// Where its start is by a list of changes, s, if there is one.
    pub expected_s: Option<f64>,
}

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Which of the lines.
    pub line_idx: usize,
    /// Where the line's start is now, s; where its head was cut off, where it would be.
    pub start_s: f64,
    /// The part of the line that is there, s from its start, in the line's own time.
    pub part_s: (f64, f64),
    /// How alike they are, a correlation.
    pub correlation: f64,
    /// Whether the line has a better place as well: it was doubled.
    pub is_copy: bool,
}

/// Where lines are.
#[derive(Debug, Clone, PartialEq)]
pub struct Places {
    /// How much faster everything is than it was: 1 as a rule.
    pub speed: f64,
    /// The places, in the order of the lines, the best of each first.
    pub places: Vec<Place>,
}

/// Finds `lines` in `field`. They are in order of time.
pub fn find(lines: &[Sought], field: &Field) -> Places {
    let frames: Vec<Vec<Shape>> = lines
        .iter()
        .map(|line| line.fingerprint.frames().collect())
        .collect();
    let speed = speed(lines, &frames, field);
    find_frames(lines, &frames, field, speed)
}

/// Finds `lines`, which are in order of time, in a `field` that runs as they did.
pub fn find_as_it_was(lines: &[Sought], field: &Field) -> Places {
    let frames: Vec<Vec<Shape>> = lines
        .iter()
        .map(|line| line.fingerprint.frames().collect())
        .collect();
    find_frames(lines, &frames, field, 1.0)
}

fn find_frames(lines: &[Sought], frames: &[Vec<Shape>], field: &Field, speed: f64) -> Places {
    let search = Search {
        lines,
        frames,
        field,
        speed,
    };
    let mut found = search.by_words();
    search.add_where_neighbours_are(&mut found);
    let places = accepted(&found, speed).into_iter();
    let places = places.map(|(candidate, is_copy)| {
        let frames = &candidate.frames;
        let line = &lines[candidate.line_idx];
        let length_s = line.end_s - line.start_s;
        let in_line_s = |frame: usize| (frame as f64 * FRAME_S - MARGIN_S).clamp(0.0, length_s);
        Place {
            line_idx: candidate.line_idx,
            start_s: search.start_s(&candidate),
            part_s: (in_line_s(frames.start), in_line_s(frames.end)),
            correlation: candidate.correlation,
            is_copy,
        }
    });
    Places {
        speed,
        places: places.collect(),
    }
}

/// Lines that are searched at a known speed.
struct Search<'a> {
    lines: &'a [Sought<'a>],
    frames: &'a [Vec<Shape>],
    field: &'a Field,
    speed: f64,
}

impl Search<'_> {
    /// Where the start of a line is at a candidate, s.
    fn start_s(&self, candidate: &Candidate) -> f64 {
        self.field.time_s(candidate.place) + MARGIN_S / self.speed
    }

    /// Where a line is that isn't moved, s.
    fn unmoved_s(&self, line_idx: usize) -> f64 {
        self.lines[line_idx].start_s / self.speed
    }

    fn shift_s(&self, candidate: &Candidate) -> f64 {
        self.start_s(candidate) - self.unmoved_s(candidate.line_idx)
    }

    /// Where each line may be by its words, or by a list of changes.
    fn by_words(&self) -> Vec<Candidates> {
        let of_line = |line_idx: usize| {
            let frames = &self.frames[line_idx];
            let expected_s = self.lines[line_idx].expected_s;
            let mut places = candidates(line_idx, frames, self.field, self.speed);
            places.extend(expected_s.and_then(|it| self.near(line_idx, it, HINT_TOLERANCE_S)));
            Candidates {
                shifts_s: places.iter().map(|it| self.shift_s(it)).collect(),
                places,
                expected_shift_s: expected_s.map(|it| it - self.unmoved_s(line_idx)),
                num_frames: frames.len(),
            }
        };
        (0..self.lines.len()).into_par_iter().map(of_line).collect()
    }

    /// A phrase that comes back often is found in so many places that its own may not be among them: so it is
    /// looked for where it was, and where the lines around it are.
    fn add_where_neighbours_are(&self, found: &mut [Candidates]) {
        let surest_s: Vec<Option<f64>> = found
            .iter()
            .map(|it| {
                let first = it.places.first()?;
                (first.sureness >= LEAST_SURENESS).then(|| it.shifts_s[0])
            })
            .collect();
        found
            .par_iter_mut()
            .enumerate()
            .for_each(|(line_idx, of_line)| {
                let from = line_idx.saturating_sub(NUM_HINTS_FROM);
                let to = (line_idx + NUM_HINTS_FROM + 1).min(surest_s.len());
                let around = surest_s[from..to].iter().flatten().copied();
                for shift_s in around.chain([0.0]) {
                    let is_known = |it: &f64| (it - shift_s).abs() < SAME_PLACE_S;
                    if of_line.shifts_s.iter().any(is_known) {
                        continue;
                    }
                    let expected_s = self.unmoved_s(line_idx) + shift_s;
                    if let Some(place) = self.near(line_idx, expected_s, SAME_PLACE_S) {
                        of_line.shifts_s.push(self.shift_s(&place));
                        of_line.places.push(place);
                    }
                }
            });
    }

    fn near(&self, line_idx: usize, expected_s: f64, tolerance_s: f64) -> Option<Candidate> {
        let frames = &self.frames[line_idx];
        let place = self.field.place(expected_s - MARGIN_S / self.speed);
        let found = at_hint(line_idx, frames, place, self.field, self.speed)?;
        let is_near = (self.start_s(&found) - expected_s).abs() < tolerance_s;
        is_near.then_some(found)
    }
}

/// By how much faster everything is than it was.
fn speed(lines: &[Sought], frames: &[Vec<Shape>], field: &Field) -> f64 {
    let mut longest: Vec<usize> = (0..lines.len()).collect();
    longest.sort_by_key(|&idx| Reverse(frames[idx].len()));
    longest.truncate(NUM_SPEED_LINES);
    let best_of = |speed: f64| -> Vec<Candidate> {
        let found = longest.par_iter().filter_map(|&idx| {
            let found = candidates(idx, &frames[idx], field, speed);
            let mut found = found.into_iter().filter(|it| it.sureness >= LEAST_SURENESS);
            found.next()
        });
        found.collect()
    };
    let mut best = (1.0, Vec::new(), 0.0);
    for speed in SPEEDS {
        let found = best_of(speed);
        let sum: f64 = found
            .iter()
            .map(|it| it.correlation * it.frames.len() as f64)
            .sum();
        if sum > best.2 {
            best = (speed, found, sum);
        }
    }
    let (coarse, mut found, _) = best;
    found.sort_by_key(|it| it.line_idx);
    let mut ratios: Vec<f64> = Vec::new();
    for (idx, first) in found.iter().enumerate() {
        for second in found.iter().skip(idx + 1) {
            let then_s = lines[second.line_idx].start_s - lines[first.line_idx].start_s;
            let now_s = (second.place - first.place) * STEP_S;
            let ratio = then_s / now_s;
            if then_s > 5.0 && (ratio / coarse - 1.0).abs() < 0.003 {
                ratios.push(ratio);
            }
        }
    }
    ratios.sort_by(f64::total_cmp);
    let measured = ratios.get(ratios.len() / 2).copied().unwrap_or(coarse);
    let is_near = |speed: &&f64| (*speed / measured - 1.0).abs() < SPEED_TOLERANCE;
    TRUE_SPEEDS
        .iter()
        .find(is_near)
        .copied()
        .unwrap_or(measured)
}

impl Places {
    /// Where a time of the old dialogue is at a place of one of its lines, s.
    pub fn time_s(&self, place: &Place, line: &Sought, time_s: f64) -> f64 {
        place.start_s + (time_s - line.start_s) / self.speed
    }
}
