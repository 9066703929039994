//! What lines are searched in: how a dialogue's spectrum moves, step by step, and where a piece of a line fits it.

use std::ops::Range;

use crate::lines::fingerprint::{
    FRAME_S, Fingerprint, MARGIN_S, NUM_PARTS, STEP_S, Shape, VoiceTrack, between, step_of,
};

/// Shortest piece that is looked for, frames: 0.28 s.
pub const LEAST_FRAMES: usize = 7;

/// Places of a piece that are looked at closer, and the correlation from which on they are.
pub const NUM_PEAKS: usize = 6;
const LEAST_PEAK: f32 = 0.5;

/// Steps that are searched at once: what is summed stays in the nearest cache.
const BLOCK_STEPS: usize = 2048;

/// How far beyond sound a line is looked for, s: it may begin softly.
const SOUND_MARGIN_S: f64 = 0.6;

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
    pub fn time_s(&self, place: f64) -> f64 {
        (place + self.first_step as f64) * STEP_S
    }

    /// The place of a time, s.
    pub fn place(&self, time_s: f64) -> f64 {
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
    pub fn peaks(&self, frames: &[Shape], speed: f64) -> Vec<(usize, f32)> {
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
    pub fn correlation(&self, frames: &[Shape], place: f64, speed: f64) -> f64 {
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
    pub fn refined(&self, frames: &[Shape], place: f64, speed: f64) -> f64 {
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
