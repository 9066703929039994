//! Channels that are filtered side by side, in the lanes of vectors.

use std::ops::Range;

use crate::dsp::eq::bell::{Coefficients, State, Steps, run_cascade};
use crate::dsp::eq::vector::Vector;

/// Longest piece, samples.
pub const MAX_PIECE_SAMPLES: usize = 64;

/// Smallest output that is no silence: anything below would be a subnormal number, on which many
/// a processor is slow.
const MIN_OUTPUT: f32 = f32::MIN_POSITIVE;

/// Largest output that is finite.
const MAX_OUTPUT: f32 = f32::MAX;

/// As many channels as a vector holds, or less, that get the same gains.
#[derive(Debug, Clone)]
pub struct SideBySide<V> {
    channel_idxs: Vec<usize>,
    states: Vec<State<V>>,
    /// The samples of a piece, one frame of all channels for each; lanes without a channel hold 0.
    frames: Vec<V>,
}

impl<V: Vector> SideBySide<V> {
    /// For all of these channels, as many of these as it takes.
    pub fn of(channel_idxs: &[usize], num_bells: usize) -> Vec<Self> {
        let side_by_side = |channel_idxs: &[usize]| Self {
            channel_idxs: channel_idxs.to_vec(),
            states: vec![State::silent(); num_bells],
            frames: vec![V::splat(0.0); MAX_PIECE_SAMPLES],
        };
        channel_idxs.chunks(V::WIDTH).map(side_by_side).collect()
    }

    /// Makes the filters silent.
    pub fn reset(&mut self) {
        self.states.fill(State::silent());
    }

    /// Sets to 0 what is no signal in the filters' states.
    pub fn clean(&mut self) {
        self.states.iter_mut().for_each(State::clean);
    }

    /// Filters the samples `range` of the channels, at most [`MAX_PIECE_SAMPLES`], and puts them back if they are to
    /// change; else the filters just listen. A channel that is missing or too short counts as silent.
    pub fn process(
        &mut self,
        channels: &mut [&mut [f32]],
        range: Range<usize>,
        coefficients: &mut [Coefficients],
        steps: Steps,
        changes: bool,
    ) {
        self.load(channels, range.clone());
        let frames = self.frames.get_mut(..range.len()).unwrap_or_default();
        run_cascade(coefficients, &mut self.states, frames, steps);
        if changes {
            self.store(channels, range);
        }
    }

    /// Puts the samples `range` of the channels into frames.
    fn load(&mut self, channels: &[&mut [f32]], range: Range<usize>) {
        for (lane, &channel_idx) in self.channel_idxs.iter().enumerate() {
            let samples = channels
                .get(channel_idx)
                .and_then(|channel| channel.get(range.clone()));
            let frames = self.frames.iter_mut().take(range.len());
            let slots = frames.filter_map(|frame| frame.values_mut().get_mut(lane));
            match samples {
                Some(samples) => slots.zip(samples).for_each(|(to, sample)| *to = *sample),
                None => slots.for_each(|to| *to = 0.0),
            }
        }
    }

    /// Puts frames back into the samples `range` of the channels; what isn't finite, or is
    /// subnormal, becomes 0.
    fn store(&mut self, channels: &mut [&mut [f32]], range: Range<usize>) {
        for (lane, &channel_idx) in self.channel_idxs.iter().enumerate() {
            let samples = channels
                .get_mut(channel_idx)
                .and_then(|channel| channel.get_mut(range.clone()));
            let values = self
                .frames
                .iter_mut()
                .filter_map(|it| it.values_mut().get(lane));
            for (sample, value) in samples.unwrap_or_default().iter_mut().zip(values) {
                let is_signal = value.abs() >= MIN_OUTPUT && value.abs() <= MAX_OUTPUT;
                *sample = if is_signal { *value } else { 0.0 };
            }
        }
    }
}
