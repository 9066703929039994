//! Where one line may be: pieces of it are looked for, and grown to what of the line goes on around them.

use std::ops::Range;

use crate::lines::choices::LEAST_CORRELATION;
use crate::lines::fingerprint::{FRAME_S, STEP_S, Shape};
use crate::lines::voice_field::{Field, LEAST_FRAMES, NUM_PEAKS};

/// Longest piece that is looked for at once, frames; a longer line is looked for in pieces that overlap by
/// half.
const PIECE_FRAMES: usize = 32;

/// Share of a short line that is looked for as well, from either end: the other end may be cut off.
const END_SHARE: f64 = 0.65;

/// Places that are nearer than this are one, s.
pub const SAME_PLACE_S: f64 = 0.03;

/// Width of the window in which it is seen how far a line goes on at its place, frames, how far it moves at
/// once, and how alike it must be.
const LOCAL_FRAMES: usize = 10;
const LOCAL_STEP_FRAMES: usize = 2;
const LEAST_LOCAL: f64 = 0.45;

/// Standard deviations above chance, of the Fisher transform of a correlation of 0 over one second: measured
/// on speech against other speech (59 independent values a second).
const SURENESS_OF_ONE_S: f64 = 7.7;

/// A place at which a line may be.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Which of the lines.
    pub line_idx: usize,
    /// Where the line's first frame would be, steps.
    pub place: f64,
    /// Frames that are there.
    pub frames: Range<usize>,
    /// How alike both are there, up to 1.
    pub correlation: f64,
    /// Standard deviations above chance.
    pub sureness: f64,
}

impl Candidate {
    /// What makes one of two candidates the better one.
    pub fn worth(&self) -> f64 {
        self.correlation * (self.frames.len() as f64).sqrt()
    }
}

/// Where a line may be, the most likely place first.
pub fn candidates(line_idx: usize, frames: &[Shape], field: &Field, speed: f64) -> Vec<Candidate> {
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

/// The line near a place that is told, a step of `field` for its first frame, if it is there.
pub fn at_hint(
    line_idx: usize,
    frames: &[Shape],
    place: f64,
    field: &Field,
    speed: f64,
) -> Option<Candidate> {
    if frames.len() < 2 {
        return None;
    }
    let place = field.refined(frames, place, speed);
    grown(line_idx, frames, 0..frames.len(), place, field, speed)
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
