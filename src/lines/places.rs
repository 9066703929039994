//! Finds lines in another dialogue by their fingerprints, wherever they were moved to.
//!
//! Each line is looked for in pieces of about a second, at each step of the dialogue, by the correlation of
//! what its fingerprint says with what is heard there. So a line is found that lost its head or tail, or was
//! cut in two. What few lines agree upon is the speed of the reel; neighbours vouch for short lines.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use crate::lines::choices::{
    LEAST_CORRELATION, LEAST_CORRELATION_OF_PART, LEAST_SURENESS, LEAST_SURENESS_WITH_NEIGHBOURS,
};
use crate::lines::fingerprint::{
    FRAME_S, Fingerprint, MARGIN_S, NUM_PARTS, STEP_S, Shape, VoiceTrack, between, step_of,
};

/// Longest piece that is looked for at once, frames; a longer line is looked for in pieces that overlap by
/// half.
const PIECE_FRAMES: usize = 32;

/// Shortest piece that is looked for, frames: 0.28 s.
const LEAST_FRAMES: usize = 7;

/// Share of a short line that is looked for as well, from either end: the other end may be cut off.
const END_SHARE: f64 = 0.65;

/// Places of a piece that are looked at closer, and the correlation from which on they are.
const NUM_PEAKS: usize = 6;
const LEAST_PEAK: f32 = 0.5;

/// Steps that are searched at once: what is summed stays in the nearest cache.
const BLOCK_STEPS: usize = 2048;

/// How far beyond sound a line is looked for, s: it may begin softly.
const SOUND_MARGIN_S: f64 = 0.6;

/// Places that are nearer than this are one, s.
const SAME_PLACE_S: f64 = 0.03;

/// How far from the place that a list of changes says a line may be, s: two frames of picture.
const HINT_TOLERANCE_S: f64 = 0.085;

/// Share of a line from which on it is the line, less what was trimmed, and not a phrase that it has in common
/// with others.
const LEAST_WHOLE: f64 = 0.6;

/// Width of the window in which it is seen how far a line goes on at its place, frames, how far it moves at
/// once, and how alike it must be.
const LOCAL_FRAMES: usize = 10;
const LOCAL_STEP_FRAMES: usize = 2;
const LEAST_LOCAL: f64 = 0.45;

/// Standard deviations above chance, of the Fisher transform of a correlation of 0 over one second: measured
/// on speech against other speech (59 independent values a second).
const SURENESS_OF_ONE_S: f64 = 7.7;

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

/// What is searched: the values of each part of the spectrum, step by step.
pub struct Field {
    first_step: i64,
    shapes: Vec<Shape>,
    parts: [Vec<f32>; NUM_PARTS],
    /// Sums of values and of squares up to each step.
    sums: Vec<[f64; NUM_PARTS]>,
    squares: Vec<f64>,
    /// Stretches in which lines may be, steps.
    stretches: Vec<Range<usize>>,
}

impl Field {
    /// What was heard of a dialogue.
    pub fn of_track(track: &VoiceTrack) -> Self {
        let (first_step, shapes) = track.all_shapes();
        let margin = (SOUND_MARGIN_S / STEP_S) as usize;
        let mut stretches: Vec<Range<usize>> = Vec::new();
        for idx in track.steps_with_sound() {
            let (from, to) = (idx.saturating_sub(margin), idx + margin);
            match stretches.last_mut() {
                Some(last) if last.end >= from => last.end = to,
                _ => stretches.push(from..to),
            }
        }
        Self::new(first_step, shapes, stretches)
    }

    /// What is known of lines by their fingerprints: their starts, s, with them, in order of time.
    pub fn of_lines<'a>(lines: impl IntoIterator<Item = (f64, &'a Fingerprint)>) -> Self {
        let lines: Vec<(f64, &Fingerprint)> = lines
            .into_iter()
            .filter(|(_, fingerprint)| !fingerprint.is_empty())
            .collect();
        let first_step = lines
            .first()
            .map_or(0, |line| step_of(line.0 - MARGIN_S).floor() as i64);
        let mut shapes: Vec<Shape> = Vec::new();
        let mut stretches = Vec::new();
        for (start_s, fingerprint) in lines {
            let frames: Vec<Shape> = fingerprint.frames().collect();
            let place = step_of(start_s - MARGIN_S) - first_step as f64;
            let from = (place.ceil().max(0.0) as usize).max(shapes.len());
            shapes.resize(from, [0.0; NUM_PARTS]);
            let frames_per_step = STEP_S / FRAME_S;
            let rest =
                (from..).map_while(|idx| between(&frames, (idx as f64 - place) * frames_per_step));
            shapes.extend(rest);
            stretches.push(from.saturating_sub(LEAST_FRAMES)..shapes.len());
        }
        Self::new(first_step, shapes, stretches)
    }

    fn new(first_step: i64, shapes: Vec<Shape>, mut stretches: Vec<Range<usize>>) -> Self {
        let parts = std::array::from_fn(|part| shapes.iter().map(|shape| shape[part]).collect());
        let (mut sums, mut squares) = (vec![[0.0; NUM_PARTS]], vec![0.0]);
        let (mut sum, mut square) = ([0.0; NUM_PARTS], 0.0);
        for shape in &shapes {
            for (sum, value) in sum.iter_mut().zip(shape) {
                *sum += f64::from(*value);
                square += f64::from(value * value);
            }
            sums.push(sum);
            squares.push(square);
        }
        for stretch in &mut stretches {
            stretch.end = stretch.end.min(shapes.len());
        }
        Self {
            first_step,
            shapes,
            parts,
            sums,
            squares,
            stretches,
        }
    }

    /// Time of a step, s, or of a place between two.
    fn time_s(&self, place: f64) -> f64 {
        (place + self.first_step as f64) * STEP_S
    }

    /// The place of a time, s.
    fn place(&self, time_s: f64) -> f64 {
        step_of(time_s) - self.first_step as f64
    }

    /// Variance of what is heard from a step on, summed over the parts, times its length.
    fn variance(&self, from: usize, len: usize) -> f64 {
        let (low, high) = (&self.sums[from], &self.sums[from + len]);
        let means: f64 = low
            .iter()
            .zip(high)
            .map(|(low, high)| (high - low).powi(2) / len as f64)
            .sum();
        self.squares[from + len] - self.squares[from] - means
    }

    /// The best places for the first of `frames`, as steps, with their correlations, the best first.
    fn peaks(&self, frames: &[Shape], speed: f64) -> Vec<(usize, f32)> {
        let (frames, norm) = centred(frames);
        let stride = FRAME_S / STEP_S / speed;
        let offsets: Vec<usize> = (0..frames.len())
            .map(|idx| (idx as f64 * stride).round() as usize)
            .collect();
        let len = offsets.last().map_or(0, |last| last + 1);
        let mut peaks: Vec<(usize, f32)> = Vec::new();
        let mut found = Vec::new();
        for stretch in &self.stretches {
            let end = stretch.end.min((self.shapes.len() + 1).saturating_sub(len));
            found.clear();
            let mut from = stretch.start;
            while from < end {
                let to = (from + BLOCK_STEPS).min(end);
                self.correlate(&frames, &offsets, from..to, &mut found);
                from = to;
            }
            for (idx, value) in found.iter_mut().enumerate() {
                let variance = self.variance(stretch.start + idx, len) / stride;
                *value /= (norm * variance.max(1e-6)).sqrt() as f32;
            }
            for (idx, &value) in found.iter().enumerate() {
                let near = |by: usize| found.get(idx.wrapping_add_signed(by as isize));
                let before = idx.checked_sub(1).and_then(|idx| found.get(idx));
                let is_peak =
                    before.is_none_or(|it| *it <= value) && near(1).is_none_or(|it| *it < value);
                if is_peak && value >= LEAST_PEAK {
                    peaks.push((stretch.start + idx, value));
                }
            }
        }
        peaks.sort_by(|a, b| b.1.total_cmp(&a.1));
        peaks.truncate(NUM_PEAKS);
        peaks
    }

    /// Appends what `frames` and what is heard from each of `starts` on have in common.
    fn correlate(
        &self,
        frames: &[Shape],
        offsets: &[usize],
        starts: Range<usize>,
        found: &mut Vec<f32>,
    ) {
        let first = found.len();
        found.resize(first + starts.len(), 0.0);
        let sums = &mut found[first..];
        for (frame, offset) in frames.iter().zip(offsets) {
            for (part, weight) in self.parts.iter().zip(frame) {
                let heard = &part[starts.start + offset..starts.end + offset];
                for (sum, heard) in sums.iter_mut().zip(heard) {
                    *sum += weight * heard;
                }
            }
        }
    }

    /// Correlation of frames with what is heard from a place on; as far as something is.
    fn correlation(&self, frames: &[Shape], place: f64, speed: f64) -> f64 {
        let stride = FRAME_S / STEP_S / speed;
        let heard: Vec<(Shape, Shape)> = frames
            .iter()
            .enumerate()
            .filter_map(|(idx, frame)| {
                let heard = between(&self.shapes, place + idx as f64 * stride)?;
                Some((*frame, heard))
            })
            .collect();
        if heard.len() < 2 || 2 * heard.len() < frames.len() {
            return 0.0;
        }
        let (frames, heard): (Vec<Shape>, Vec<Shape>) = heard.into_iter().unzip();
        let ((frames, norm), (heard, heard_norm)) = (centred(&frames), centred(&heard));
        let product: f32 = frames
            .iter()
            .zip(&heard)
            .flat_map(|(a, b)| a.iter().zip(b))
            .map(|(a, b)| a * b)
            .sum();
        f64::from(product) / (norm * heard_norm).max(1e-12).sqrt()
    }

    /// The place near `place` where frames fit best.
    fn refined(&self, frames: &[Shape], place: f64, speed: f64) -> f64 {
        let mut place = place;
        for step in [1.0, 0.5] {
            let at = |by: f64| self.correlation(frames, place + by, speed);
            let (before, here, after) = (at(-step), at(0.0), at(step));
            let curvature = before - 2.0 * here + after;
            if curvature < 0.0 {
                let by = 0.5 * (before - after) / curvature;
                place += step * by.clamp(-1.0, 1.0);
            }
        }
        place
    }
}

/// Values less the mean of each part, and the sum of their squares.
fn centred(frames: &[Shape]) -> (Vec<Shape>, f64) {
    let mut means = [0.0; NUM_PARTS];
    for frame in frames {
        for (mean, value) in means.iter_mut().zip(frame) {
            *mean += value / frames.len() as f32;
        }
    }
    let centred: Vec<Shape> = frames
        .iter()
        .map(|frame| std::array::from_fn(|part| frame[part] - means[part]))
        .collect();
    let squares = centred.iter().flatten().map(|it| f64::from(it * it)).sum();
    (centred, squares)
}

/// A place at which a line may be.
#[derive(Debug, Clone)]
struct Candidate {
    line_idx: usize,
    /// Where the line's first frame would be, steps.
    place: f64,
    /// Frames that are there.
    frames: Range<usize>,
    correlation: f64,
    /// Standard deviations above chance.
    sureness: f64,
}

impl Candidate {
    /// What makes one of two candidates the better one.
    fn worth(&self) -> f64 {
        self.correlation * (self.frames.len() as f64).sqrt()
    }
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
    let candidates: Vec<Vec<Candidate>> = (0..lines.len())
        .into_par_iter()
        .map(|line_idx| {
            let frames = &frames[line_idx];
            let mut found = candidates(line_idx, frames, field, speed);
            if let Some(expected_s) = lines[line_idx].expected_s {
                found.extend(at_hint(line_idx, frames, expected_s, field, speed));
            }
            found
        })
        .collect();
    let num_frames: Vec<usize> = frames.iter().map(Vec::len).collect();
    let accepted = accepted(lines, &num_frames, candidates, field, speed);
    let places = accepted.into_iter().map(|(candidate, is_copy)| {
        let frames = &candidate.frames;
        let line = &lines[candidate.line_idx];
        let length_s = line.end_s - line.start_s;
        let in_line_s = |frame: usize| (frame as f64 * FRAME_S - MARGIN_S).clamp(0.0, length_s);
        Place {
            line_idx: candidate.line_idx,
            start_s: field.time_s(candidate.place) + MARGIN_S / speed,
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

/// Where a line may be, the most likely place first.
fn candidates(line_idx: usize, frames: &[Shape], field: &Field, speed: f64) -> Vec<Candidate> {
    let stride = FRAME_S / STEP_S / speed;
    let mut seeds: Vec<(f64, f32, Range<usize>)> = Vec::new();
    for piece in pieces(frames.len()) {
        for (step, correlation) in field.peaks(&frames[piece.clone()], speed) {
            let place = step as f64 - piece.start as f64 * stride;
            seeds.push((
                place,
                correlation * (piece.len() as f32).sqrt(),
                piece.clone(),
            ));
        }
    }
    seeds.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut found: Vec<Candidate> = Vec::new();
    for (place, _, piece) in seeds {
        let is_known = |it: &Candidate| {
            (it.place - place).abs() * STEP_S < SAME_PLACE_S && it.frames.contains(&piece.start)
        };
        if found.iter().any(is_known) {
            continue;
        }
        let offset = piece.start as f64 * stride;
        let place = field.refined(&frames[piece.clone()], place + offset, speed) - offset;
        found.extend(grown(line_idx, frames, piece, place, field, speed));
    }
    found.sort_by(|a, b| b.worth().total_cmp(&a.worth()));
    found.truncate(2 * NUM_PEAKS);
    found
}

/// The line at the place that a list of changes says, if it is there.
fn at_hint(
    line_idx: usize,
    frames: &[Shape],
    expected_s: f64,
    field: &Field,
    speed: f64,
) -> Option<Candidate> {
    let whole = 0..frames.len();
    let place = field.refined(frames, field.place(expected_s - MARGIN_S / speed), speed);
    let found_s = field.time_s(place) + MARGIN_S / speed;
    let is_near = (found_s - expected_s).abs() < HINT_TOLERANCE_S;
    let found = (whole.len() >= 2).then(|| grown(line_idx, frames, whole, place, field, speed));
    found.flatten().filter(|_| is_near)
}

/// The pieces of a line that are looked for.
fn pieces(num_frames: usize) -> Vec<Range<usize>> {
    if num_frames < LEAST_FRAMES {
        return Vec::new();
    }
    if num_frames <= PIECE_FRAMES + PIECE_FRAMES / 4 {
        let end = (num_frames as f64 * END_SHARE) as usize;
        let whole = 0..num_frames;
        return match end >= LEAST_FRAMES {
            true => vec![whole, 0..end, num_frames - end..num_frames],
            false => vec![whole],
        };
    }
    let last = num_frames - PIECE_FRAMES;
    let num = last.div_ceil(PIECE_FRAMES / 2);
    (0..=num)
        .map(|idx| {
            let start = last * idx / num.max(1);
            start..start + PIECE_FRAMES
        })
        .collect()
}

/// A piece at its place, with what of the line goes on before and after it.
fn grown(
    line_idx: usize,
    frames: &[Shape],
    piece: Range<usize>,
    place: f64,
    field: &Field,
    speed: f64,
) -> Option<Candidate> {
    let stride = FRAME_S / STEP_S / speed;
    let correlation = |range: Range<usize>, place: f64| {
        field.correlation(
            &frames[range.clone()],
            place + range.start as f64 * stride,
            speed,
        )
    };
    let fits = |range: Range<usize>| correlation(range, place) >= LEAST_LOCAL;
    let (mut from, mut to) = (piece.start, piece.end);
    // A piece that hangs over an end that was cut off.
    let width = LOCAL_FRAMES.min(piece.len());
    while to - from > width && !fits(from..from + width) {
        from += LOCAL_STEP_FRAMES.min(to - from - width);
    }
    while to - from > width && !fits(to - width..to) {
        to -= LOCAL_STEP_FRAMES.min(to - from - width);
    }
    while from > 0 {
        let next = from.saturating_sub(LOCAL_STEP_FRAMES);
        if !fits(next..(next + width).min(frames.len())) {
            break;
        }
        from = next;
    }
    while to < frames.len() {
        let next = (to + LOCAL_STEP_FRAMES).min(frames.len());
        if !fits(next.saturating_sub(width)..next) {
            break;
        }
        to = next;
    }
    let range = from..to;
    let offset = from as f64 * stride;
    let place = field.refined(&frames[range.clone()], place + offset, speed) - offset;
    let correlation = correlation(range.clone(), place);
    if correlation < LEAST_CORRELATION {
        return None;
    }
    let seconds = range.len() as f64 * FRAME_S;
    Some(Candidate {
        line_idx,
        place,
        sureness: correlation.min(0.999).atanh() * SURENESS_OF_ONE_S * seconds.sqrt(),
        correlation,
        frames: range,
    })
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

/// Which candidates are places: sure by themselves or by their neighbours, and no two lines at one place.
fn accepted(
    lines: &[Sought],
    num_frames: &[usize],
    candidates: Vec<Vec<Candidate>>,
    field: &Field,
    speed: f64,
) -> Vec<(Candidate, bool)> {
    let start_s = |it: &Candidate| field.time_s(it.place) + MARGIN_S / speed;
    let shift_s = |it: &Candidate| start_s(it) - lines[it.line_idx].start_s / speed;
    // What the surest candidate of each line says about where its neighbours are.
    let shifts: Vec<Option<f64>> = candidates
        .iter()
        .map(|all| {
            all.first()
                .filter(|it| it.sureness >= LEAST_SURENESS)
                .map(shift_s)
        })
        .collect();
    let is_expected_there = |it: &Candidate| {
        let own_s = shift_s(it);
        let reach = it.line_idx.saturating_sub(2)..(it.line_idx + 3).min(lines.len());
        let agrees = |idx: usize| {
            idx != it.line_idx
                && shifts[idx].is_some_and(|other_s| (other_s - own_s).abs() < SAME_PLACE_S)
        };
        let is_expected = |expected_s: f64| (start_s(it) - expected_s).abs() < HINT_TOLERANCE_S;
        lines[it.line_idx].expected_s.is_some_and(is_expected) || reach.into_iter().any(agrees)
    };
    let mut all: Vec<(f64, bool, Candidate)> = candidates
        .into_iter()
        .flatten()
        .filter_map(|it| {
            let is_vouched = is_expected_there(&it);
            let least = match is_vouched {
                true => LEAST_SURENESS_WITH_NEIGHBOURS,
                false => LEAST_SURENESS,
            };
            // Of two alike, the one that goes with its neighbours.
            let worth = it.worth() * if is_vouched { 1.1 } else { 1.0 };
            (it.sureness >= least).then_some((worth, is_vouched, it))
        })
        .collect();
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut taken: BTreeMap<usize, Vec<Range<usize>>> = BTreeMap::new();
    let mut places: Vec<Range<f64>> = Vec::new();
    let mut accepted: Vec<(Candidate, bool)> = Vec::new();
    for (_, is_vouched, candidate) in all {
        let stride = FRAME_S / STEP_S / speed;
        let at = |frame: usize| candidate.place + frame as f64 * stride;
        let here = at(candidate.frames.start)..at(candidate.frames.end);
        let is_taken = |there: &Range<f64>| {
            let shared = there.end.min(here.end) - there.start.max(here.start);
            shared > 0.3 * (there.end - there.start).min(here.end - here.start)
        };
        if places.iter().any(is_taken) {
            continue;
        }
        let parts = taken.entry(candidate.line_idx).or_default();
        let is_copy = parts.iter().any(|part| {
            let shared = part
                .end
                .min(candidate.frames.end)
                .saturating_sub(part.start.max(candidate.frames.start));
            2 * shared > part.len().min(candidate.frames.len())
        });
        let share = candidate.frames.len() as f64 / num_frames[candidate.line_idx].max(1) as f64;
        let is_whole = share >= LEAST_WHOLE;
        let is_certain = match (is_copy, is_whole) {
            (true, true) => candidate.sureness >= LEAST_SURENESS,
            (true, false) => false,
            (false, true) => true,
            // The same phrase may be in other lines.
            (false, false) => is_vouched || candidate.correlation >= LEAST_CORRELATION_OF_PART,
        };
        if !is_certain {
            continue;
        }
        parts.push(candidate.frames.clone());
        places.push(here);
        accepted.push((candidate, is_copy));
    }
    accepted.sort_by_key(|(it, is_copy)| (it.line_idx, *is_copy));
    accepted
}

impl Places {
    /// Where a time of the old dialogue is at a place of one of its lines, s.
    pub fn time_s(&self, place: &Place, line: &Sought, time_s: f64) -> f64 {
        place.start_s + (time_s - line.start_s) / self.speed
    }
}
