//! By what a line is known again wherever it is moved to: how its spectrum changes over time, in a few bytes.
//!
//! Levels of eight parts of the spectrum, each against the others and against the moments around, every 40 ms:
//! a fader, an equaliser, room tone and what lies beside the line change little of that.

use std::sync::Arc;

use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::dsp::units::power_from_db;
use crate::lines::choices::{
    PRINT_AROUND_MS, PRINT_COMMON_SHARE, PRINT_FLOOR_DB, PRINT_LEVEL_MS, PRINT_SOUND_DB,
};
use crate::psycho::bands::PerBand;
use crate::snapshot::Snapshot;

/// Number of parts of the spectrum that are told apart, two bands each: 200 Hz to 6.3 kHz.
pub const NUM_PARTS: usize = 8;

/// The lowest band of the lowest part.
const FIRST_BAND: usize = 3;

/// Time between two frames of a fingerprint, s.
pub const FRAME_S: f64 = 0.04;

/// How far before a line its fingerprint begins, and after it ends, s: a soft beginning is heard there, and a
/// short line has more to be known by.
pub const MARGIN_S: f64 = 4.0 * FRAME_S;

/// Time between two steps of what is heard, s. Steps lie on the timeline at multiples of it.
pub const STEP_S: f64 = 0.01;

/// Bytes of a frame: eight values of 3 bits.
const FRAME_BYTES: usize = 3;

/// Width of a step of a value, in standard deviations: the best for eight steps (Max, IRE Trans. IT-6, 1960).
const CODE_STEP: f32 = 0.586;

/// How far around a step its level is taken against the voice's, and against what lies around, in steps.
const LEVEL_STEPS: usize = (PRINT_LEVEL_MS / 1e3 / STEP_S) as usize;
const AROUND_STEPS: usize = (PRINT_AROUND_MS / 1e3 / STEP_S) as usize;

/// Power that counts as silence.
const SILENT_POWER: f32 = 1e-14;

/// How the parts of the spectrum stand at one moment, dB.
pub type Shape = [f32; NUM_PARTS];

/// What a line is known by: eight values every [`FRAME_S`] from [`MARGIN_S`] before its start to as much after its
/// end, 75 bytes a second.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fingerprint {
    bytes: Arc<[u8]>,
}

impl Fingerprint {
    /// Of what was spoken from `start_s` to `end_s` on the timeline; empty where nothing of it was heard.
    pub fn of(track: &VoiceTrack, start_s: f64, end_s: f64) -> Self {
        let (start_s, end_s) = (start_s - MARGIN_S, end_s + MARGIN_S);
        let num_frames = ((end_s - start_s) / FRAME_S).floor().max(0.0) as usize + 1;
        let last_s = start_s + num_frames as f64 * FRAME_S;
        let (first_step, shapes) = track.shapes(step_of(start_s).floor(), step_of(last_s).ceil());
        let place = |time_s: f64| step_of(time_s) - first_step as f64;
        if shapes.is_empty() {
            return Self::default();
        }
        // Before what was heard and after it nothing is known.
        let frames: Vec<Shape> = (0..num_frames)
            .map(|idx| between(&shapes, place(start_s + idx as f64 * FRAME_S)).unwrap_or_default())
            .collect();
        Self::from_shapes(&frames)
    }

    fn from_shapes(frames: &[Shape]) -> Self {
        let count = frames.len().max(1) as f32;
        let mut words = vec![0_u32; frames.len()];
        for part in 0..NUM_PARTS {
            let values = || frames.iter().map(|frame| frame[part]);
            let mean = values().sum::<f32>() / count;
            let variance = values().map(|it| (it - mean).powi(2)).sum::<f32>() / count;
            let step = CODE_STEP * variance.sqrt().max(1e-3);
            for (word, value) in words.iter_mut().zip(values()) {
                let code = ((value - mean) / step).floor().clamp(-4.0, 3.0) as i32 + 4;
                *word |= (code as u32) << (3 * part);
            }
        }
        let bytes = words.iter().flat_map(|word| {
            let [a, b, c, _] = word.to_le_bytes();
            [a, b, c]
        });
        Self {
            bytes: bytes.collect(),
        }
    }

    /// As it was saved. What is left over after the last whole frame is left out.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let whole = bytes.len() - bytes.len() % FRAME_BYTES;
        Self {
            bytes: bytes[..whole].into(),
        }
    }

    /// To be saved: 3 bytes a frame.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of frames.
    pub fn num_frames(&self) -> usize {
        self.bytes.len() / FRAME_BYTES
    }

    /// Whether there is nothing to know the line by.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The values, in standard deviations of each part over the line.
    pub fn frames(&self) -> impl Iterator<Item = Shape> {
        let (frames, _) = self.bytes.as_chunks::<FRAME_BYTES>();
        frames.iter().map(|&[a, b, c]| {
            let word = u32::from_le_bytes([a, b, c, 0]);
            std::array::from_fn(|part| (word >> (3 * part) & 7) as f32 - 3.5)
        })
    }
}

/// Number of steps from the start of the timeline to a time, s.
pub fn step_of(time_s: f64) -> f64 {
    time_s / STEP_S
}

/// The value at a place between two; `None` outside.
pub fn between(shapes: &[Shape], place: f64) -> Option<Shape> {
    // Rounding of times is no way to be outside.
    let place = if place > -1e-6 { place.max(0.0) } else { place };
    let idx = place.floor();
    let share = (place - idx) as f32;
    let from = shapes.get(if idx < 0.0 { return None } else { idx as usize })?;
    let to = shapes.get(idx as usize + 1).unwrap_or(from);
    Some(std::array::from_fn(|part| {
        from[part] + share * (to[part] - from[part])
    }))
}

/// What is heard of the dialogue, hop by hop, as far as lines are known by it.
#[derive(Debug, Clone, Default)]
pub struct VoiceTrack {
    /// Number of the first step on the timeline.
    first_step: i64,
    /// Power of each part at each step.
    powers: Vec<Shape>,
    /// Time and powers of the last hop.
    last: Option<(f64, Shape)>,
}

impl VoiceTrack {
    /// Hears the next hop. After a jump of the timeline it begins anew.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let time_s = snapshot.end_s() - 0.5 * WINDOW_S;
        let powers = part_powers(&snapshot.dialogue_band_dbfs);
        let is_next = |&(last_s, _): &(f64, Shape)| {
            time_s > last_s && time_s - last_s < 1.5 * snapshot.hop_s()
        };
        match self.last.filter(is_next) {
            None => {
                self.first_step = step_of(time_s).ceil() as i64;
                self.powers.clear();
            }
            Some((last_s, last_powers)) => {
                while let next_s = self.end_step() as f64 * STEP_S
                    && next_s <= time_s
                {
                    let share = ((next_s - last_s) / (time_s - last_s)) as f32;
                    self.powers.push(std::array::from_fn(|part| {
                        last_powers[part] + share * (powers[part] - last_powers[part])
                    }));
                }
            }
        }
        self.last = Some((time_s, powers));
    }

    /// Forgets what lies before a time of the timeline, s, but for what later lines need.
    pub fn forget_before(&mut self, time_s: f64) {
        let margin = (AROUND_STEPS + LEVEL_STEPS + 1) as i64;
        let num = step_of(time_s).floor() as i64 - margin - self.first_step;
        let num = usize::try_from(num).unwrap_or(0).min(self.powers.len());
        self.powers.drain(..num);
        self.first_step += num as i64;
    }

    fn end_step(&self) -> i64 {
        self.first_step + self.powers.len() as i64
    }

    /// Start and end of what was heard, s on the timeline.
    pub fn span_s(&self) -> (f64, f64) {
        let (from, to) = (self.first_step as f64, self.end_step() as f64);
        (from * STEP_S, to * STEP_S)
    }

    /// Number of the first step, and what was heard from there on.
    pub fn all_shapes(&self) -> (i64, Vec<Shape>) {
        self.shapes(f64::NEG_INFINITY, f64::INFINITY)
    }

    /// The steps, from the first, in which something is heard over what is always there: a voice, even one that
    /// no detector takes for one.
    pub fn steps_with_sound(&self) -> Vec<usize> {
        let totals: Vec<f32> = self
            .powers
            .iter()
            .map(|powers| powers.iter().sum())
            .collect();
        let mut sorted = totals.clone();
        sorted.sort_by(f32::total_cmp);
        let floor = sorted.get(sorted.len() / 10).copied().unwrap_or(0.0);
        let least = (floor * power_from_db(PRINT_SOUND_DB)).max(SILENT_POWER);
        let steps = totals.iter().enumerate();
        steps.filter(|it| *it.1 >= least).map(|it| it.0).collect()
    }

    /// What was heard in the steps from number `from` to `to`, with the number of the first of them.
    fn shapes(&self, from: f64, to: f64) -> (i64, Vec<Shape>) {
        let place = |step: f64| {
            let place = step - self.first_step as f64;
            place.clamp(0.0, self.powers.len() as f64) as usize
        };
        let (from, to) = (place(from), (place(to) + 1).min(self.powers.len()));
        let first_step = self.first_step + from as i64;
        if from >= to {
            return (first_step, Vec::new());
        }
        let margin = AROUND_STEPS + LEVEL_STEPS + 1;
        let wide_from = from.saturating_sub(margin);
        let wide_to = (to + margin).min(self.powers.len());
        let levels = levels(&self.powers[wide_from..wide_to]);
        let around = averaged(&levels, AROUND_STEPS);
        let fast = averaged(&levels, 2);
        let shapes = fast.iter().zip(&around).skip(from - wide_from);
        let shapes = shapes
            .take(to - from)
            .map(|(level, around)| std::array::from_fn(|part| level[part] - around[part]));
        (first_step, shapes.collect())
    }
}

/// Power of each part of the spectrum.
fn part_powers(band_dbfs: &PerBand) -> Shape {
    std::array::from_fn(|part| {
        let first = FIRST_BAND + 2 * part;
        let bands = band_dbfs.get(first..first + 2).unwrap_or_default();
        bands.iter().map(|dbfs| power_from_db(*dbfs)).sum()
    })
}

/// Levels of the parts, dB: over a floor that moves with the voice, and partly against their own mean.
fn levels(powers: &[Shape]) -> Vec<Shape> {
    let totals: Vec<Shape> = powers
        .iter()
        .map(|powers| [powers.iter().sum(); NUM_PARTS])
        .collect();
    let means = averaged(&totals, LEVEL_STEPS);
    let pairs = powers.iter().zip(&means);
    pairs
        .map(|(powers, means)| {
            let floor = power_from_db(PRINT_FLOOR_DB) * means[0] + SILENT_POWER;
            let levels = powers.map(|power| 10.0 * (power + floor).log10());
            let mean = levels.iter().sum::<f32>() / NUM_PARTS as f32;
            levels.map(|level| level - PRINT_COMMON_SHARE * mean)
        })
        .collect()
}

/// Means over the steps nearer than `reach`, weighted by a raised cosine; at the ends over what there is.
fn averaged(values: &[Shape], reach: usize) -> Vec<Shape> {
    let weights: Vec<f32> = (0..reach)
        .map(|idx| 0.5 + 0.5 * (std::f32::consts::PI * idx as f32 / reach as f32).cos())
        .collect();
    (0..values.len())
        .map(|idx| {
            let (mut sum, mut total) = ([0.0; NUM_PARTS], 0.0);
            let from = (idx + 1).saturating_sub(reach);
            for (there, value) in values.iter().enumerate().take(idx + reach).skip(from) {
                let weight = weights[there.abs_diff(idx)];
                total += weight;
                for (sum, value) in sum.iter_mut().zip(value) {
                    *sum += weight * value;
                }
            }
            sum.map(|sum| sum / total)
        })
        .collect()
}
