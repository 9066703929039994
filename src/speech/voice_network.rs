//! The network of Silero VAD 6 (MIT licence, `assets/voice`) at 16 kHz: is this a voice? Frames of 32 ms,
//! each heard with the 4 ms before it; a recurrent layer remembers what came before.
//!
//! Written for the audio thread: memory is taken once, and a frame can be worked off in steps of about
//! equal cost, so that no audio block carries all of it. A test compares the scores with those of ONNX
//! Runtime.

use std::f64::consts::TAU;
use std::sync::OnceLock;

use crate::dsp::aligned::Aligned;
use crate::dsp::dense::{Gates, add_columns, recall};
use crate::dsp::spectrum::real_spectrum::{Put, RealSpectrum, Workspace};

/// New samples of a frame: 32 ms.
pub const FRAME_SAMPLES: usize = 512;

/// Samples of the frame before that are heard again: 4 ms.
pub const CONTEXT_SAMPLES: usize = 64;

/// Samples that are heard at once: the end of the frame before, and the frame.
pub const HEARD_SAMPLES: usize = CONTEXT_SAMPLES + FRAME_SAMPLES;

/// Samples that are mirrored at the end, so that a last window fits.
const MIRRORED_SAMPLES: usize = 64;

/// Length of a window of the spectrum, from window to window, and number of windows in a frame.
const WINDOW_SAMPLES: usize = 256;
const STRIDE_SAMPLES: usize = 128;
const NUM_WINDOWS: usize = 4;
const NUM_BINS: usize = WINDOW_SAMPLES / 2 + 1;

/// Places of the second convolution.
const NUM_PLACES: usize = NUM_WINDOWS / 2;

/// Channels after each of the four convolutions, each of three taps.
const NUM_FIRST: usize = 128;
const NUM_SECOND: usize = 64;
const NUM_THIRD: usize = 64;
const NUM_FOURTH: usize = 128;
const NUM_TAPS: usize = 3;

/// Size of the recurrent layer, and of its four gates together (input, forget, cell, output).
const NUM_STATES: usize = 128;
const NUM_GATES: usize = 4 * NUM_STATES;

/// The weights as `assets/voice/extract.py` orders them.
static WEIGHTS_FILE: &[u8] = include_bytes!("../../assets/voice/silero-16k.f32");

/// One convolution: weights of `[tap][input][output]` and a bias for each output.
struct Convolution {
    weights: Aligned<f32>,
    biases: Vec<f32>,
    num_inputs: usize,
}

struct Weights {
    window: Aligned<f32>,
    first: Convolution,
    second: Convolution,
    third: Convolution,
    fourth: Convolution,
    /// Of `[input][gate]`, for the inputs and then for the state.
    recurrent: Aligned<f32>,
    recurrent_biases: Vec<f32>,
    last: Vec<f32>,
    last_bias: f32,
}

impl Weights {
    /// The weights, which all instances share.
    fn shared() -> &'static Self {
        static WEIGHTS: OnceLock<Weights> = OnceLock::new();
        WEIGHTS.get_or_init(Self::read)
    }

    fn read() -> Self {
        let (bytes, _) = WEIGHTS_FILE.as_chunks::<4>();
        let mut values = bytes.iter().map(|bytes| f32::from_le_bytes(*bytes));
        let mut take = |count: usize| values.by_ref().take(count).collect::<Vec<f32>>();
        let mut convolution = |num_inputs: usize, num_outputs: usize| Convolution {
            weights: Aligned::of(&take(NUM_TAPS * num_inputs * num_outputs)),
            biases: take(num_outputs),
            num_inputs,
        };
        let first = convolution(NUM_BINS, NUM_FIRST);
        let second = convolution(NUM_FIRST, NUM_SECOND);
        let third = convolution(NUM_SECOND, NUM_THIRD);
        let fourth = convolution(NUM_THIRD, NUM_FOURTH);
        let window = |n: usize| 0.5 - 0.5 * (TAU * n as f64 / WINDOW_SAMPLES as f64).cos();
        Self {
            window: (0..WINDOW_SAMPLES).map(|n| window(n) as f32).collect(),
            first,
            second,
            third,
            fourth,
            recurrent: Aligned::of(&take((NUM_FOURTH + NUM_STATES) * NUM_GATES)),
            recurrent_biases: take(NUM_GATES),
            last: take(NUM_STATES),
            last_bias: take(1).first().copied().unwrap_or_default(),
        }
    }
}

impl Convolution {
    /// Adds what the input at `tap` gives to the sums of one output place; `part` of its channels.
    fn add(&self, sums: &mut [f32], tap: usize, inputs: &[f32], part: std::ops::Range<usize>) {
        let num_outputs = self.biases.len();
        let first = (tap * self.num_inputs + part.start) * num_outputs;
        let weights = self.weights.get(first..first + part.len() * num_outputs);
        if let (Some(weights), Some(inputs)) = (weights, inputs.get(part)) {
            add_columns(sums, weights, inputs);
        }
    }
}

/// The network with what it remembers.
pub struct VoiceNetwork {
    weights: &'static Weights,
    spectrum: RealSpectrum,
    workspace: Workspace,
    /// Context, frame, and the mirrored end.
    samples: [f32; HEARD_SAMPLES + MIRRORED_SAMPLES],
    bins: [[f32; NUM_BINS]; NUM_WINDOWS],
    first: [[f32; NUM_FIRST]; NUM_WINDOWS],
    second: [[f32; NUM_SECOND]; NUM_PLACES],
    third: [f32; NUM_THIRD],
    fourth: [f32; NUM_FOURTH],
    gates: Aligned<f32>,
    state: [f32; NUM_STATES],
    cell: [f32; NUM_STATES],
    /// Sum of the last layer, as far as it is worked out.
    sum: f32,
    log_odds: f32,
    score: f32,
}

/// What is done in one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Work {
    Spectrum { window: usize },
    First { window: usize, part: usize },
    Second { place: usize, part: usize },
    Third,
    Fourth,
    Recurrent { part: usize },
    State { part: usize },
}

/// Parts of a place of the first and second convolution, of the recurrent layer, and of its new state, whose
/// curves are the dearest: each part costs no more than a spectrum. A part is worked off for all windows (or places)
/// before the next, so that its weights come from the processor's nearest cache for all but the first.
const FIRST_PARTS: usize = 6;
const SECOND_PARTS: usize = 3;
const RECURRENT_PARTS: usize = 16;
const STATE_PARTS: usize = 8;

/// Steps in which a frame is worked off.
pub const NUM_STEPS: usize =
    NUM_WINDOWS * (1 + FIRST_PARTS) + NUM_PLACES * SECOND_PARTS + 2 + RECURRENT_PARTS + STATE_PARTS;

impl Work {
    /// What is done in step `step_idx`, below [`NUM_STEPS`].
    fn of_step(step_idx: usize) -> Self {
        let mut rest = step_idx;
        let mut within = |count: usize| {
            let is_within = rest < count;
            let idx = rest;
            rest = rest.saturating_sub(count);
            is_within.then_some(idx)
        };
        if let Some(window) = within(NUM_WINDOWS) {
            return Self::Spectrum { window };
        }
        if let Some(idx) = within(NUM_WINDOWS * FIRST_PARTS) {
            return Self::First {
                window: idx % NUM_WINDOWS,
                part: idx / NUM_WINDOWS,
            };
        }
        if let Some(idx) = within(NUM_PLACES * SECOND_PARTS) {
            return Self::Second {
                place: idx % NUM_PLACES,
                part: idx / NUM_PLACES,
            };
        }
        if within(1).is_some() {
            return Self::Third;
        }
        if within(1).is_some() {
            return Self::Fourth;
        }
        match within(RECURRENT_PARTS) {
            Some(part) => Self::Recurrent { part },
            None => Self::State { part: rest },
        }
    }
}

impl Default for VoiceNetwork {
    fn default() -> Self {
        Self::new()
    }
}

impl VoiceNetwork {
    /// Allocates; the first one reads the weights for all.
    pub fn new() -> Self {
        let spectrum = RealSpectrum::new(WINDOW_SAMPLES);
        Self {
            weights: Weights::shared(),
            workspace: spectrum.workspace(),
            spectrum,
            samples: [0.0; HEARD_SAMPLES + MIRRORED_SAMPLES],
            bins: [[0.0; NUM_BINS]; NUM_WINDOWS],
            first: [[0.0; NUM_FIRST]; NUM_WINDOWS],
            second: [[0.0; NUM_SECOND]; NUM_PLACES],
            third: [0.0; NUM_THIRD],
            fourth: [0.0; NUM_FOURTH],
            gates: Aligned::new(0.0, NUM_GATES),
            state: [0.0; NUM_STATES],
            cell: [0.0; NUM_STATES],
            sum: 0.0,
            log_odds: 0.0,
            score: 0.0,
        }
    }

    /// Forgets all that was heard. Never allocates.
    pub fn reset(&mut self) {
        self.samples.fill(0.0);
        self.state.fill(0.0);
        self.cell.fill(0.0);
        self.log_odds = 0.0;
        self.score = 0.0;
    }

    /// Takes the next frame with the end of the one before it, finite samples with full scale at 1, to be
    /// worked off by [`Self::work`].
    pub fn begin(&mut self, heard: &[f32; HEARD_SAMPLES]) {
        let (new, mirrored) = self.samples.split_at_mut(HEARD_SAMPLES);
        new.copy_from_slice(heard);
        // The last sample itself isn't mirrored.
        for (to, from) in mirrored.iter_mut().zip(new.iter().rev().skip(1)) {
            *to = *from;
        }
    }

    /// Does step `step_idx` (from 0 to [`NUM_STEPS`]) of the frame; with the last one the score is that of
    /// the frame.
    pub fn work(&mut self, step_idx: usize) {
        match Work::of_step(step_idx) {
            Work::Spectrum { window } => self.transform(window),
            Work::First { window, part } => self.convolve_first(window, part),
            Work::Second { place, part } => self.convolve_second(place, part),
            Work::Third => self.convolve_third(),
            Work::Fourth => self.convolve_fourth(),
            Work::Recurrent { part } => self.recur(part),
            Work::State { part } => self.remember(part),
        }
    }

    /// Hears a whole frame at once, and gives its score.
    pub fn hear(&mut self, heard: &[f32; HEARD_SAMPLES]) -> f32 {
        self.begin(heard);
        for step_idx in 0..NUM_STEPS {
            self.work(step_idx);
        }
        self.score
    }

    /// Score of the last frame that was worked off, 0 to 1; 0 before the first.
    pub fn score(&self) -> f32 {
        self.score
    }

    /// Logarithm of the odds that [`Self::score`] is the probability of; 0 before the first frame.
    pub fn log_odds(&self) -> f32 {
        self.log_odds
    }

    fn transform(&mut self, window_idx: usize) {
        let first = window_idx * STRIDE_SAMPLES;
        let samples = self.samples.get(first..first + WINDOW_SAMPLES);
        if let (Some(samples), Some(bins)) = (samples, self.bins.get_mut(window_idx)) {
            let (workspace, window) = (&mut self.workspace, &self.weights.window);
            self.spectrum
                .power(workspace, bins, Put::Anew, window, [samples, &[]], 1.0);
            bins.iter_mut().for_each(|bin| *bin = bin.sqrt());
        }
    }

    fn convolve_first(&mut self, window_idx: usize, part_idx: usize) {
        let Some(sums) = self.first.get_mut(window_idx) else {
            return;
        };
        let layer = &self.weights.first;
        let (tap, half) = (part_idx / 2, part_idx % 2);
        if part_idx == 0 {
            sums.copy_from_slice(&layer.biases);
        }
        // The taps lie on the window before, the window itself and the one after it.
        let inputs = (window_idx + tap).checked_sub(1);
        if let Some(inputs) = inputs.and_then(|window_idx| self.bins.get(window_idx)) {
            let middle = NUM_BINS / 2;
            let part = if half == 0 {
                0..middle
            } else {
                middle..NUM_BINS
            };
            layer.add(sums, tap, inputs, part);
        }
        if part_idx + 1 == FIRST_PARTS {
            rectify(sums);
        }
    }

    fn convolve_second(&mut self, place: usize, tap: usize) {
        let Some(sums) = self.second.get_mut(place) else {
            return;
        };
        let layer = &self.weights.second;
        if tap == 0 {
            sums.copy_from_slice(&layer.biases);
        }
        // Every second place of the first layer has an output.
        let inputs = (2 * place + tap).checked_sub(1);
        if let Some(inputs) = inputs.and_then(|window_idx| self.first.get(window_idx)) {
            layer.add(sums, tap, inputs, 0..NUM_FIRST);
        }
        if tap + 1 == NUM_TAPS {
            rectify(sums);
        }
    }

    /// The third layer has one place left, whose middle and last tap lie on the second layer's two.
    fn convolve_third(&mut self) {
        let layer = &self.weights.third;
        self.third.copy_from_slice(&layer.biases);
        for (place, inputs) in self.second.iter().enumerate() {
            layer.add(&mut self.third, place + 1, inputs, 0..NUM_SECOND);
        }
        rectify(&mut self.third);
    }

    /// Of the fourth layer only the middle tap lies on anything.
    fn convolve_fourth(&mut self) {
        let layer = &self.weights.fourth;
        self.fourth.copy_from_slice(&layer.biases);
        layer.add(&mut self.fourth, 1, &self.third, 0..NUM_THIRD);
        rectify(&mut self.fourth);
    }

    fn recur(&mut self, part_idx: usize) {
        if part_idx == 0 {
            self.gates.copy_from_slice(&self.weights.recurrent_biases);
        }
        let part_inputs = (NUM_FOURTH + NUM_STATES) / RECURRENT_PARTS;
        let half = RECURRENT_PARTS / 2;
        let (inputs, first) = if part_idx < half {
            (&self.fourth, part_idx * part_inputs)
        } else {
            (&self.state, (part_idx - half) * part_inputs)
        };
        let row = part_idx * part_inputs * NUM_GATES;
        let weights = self
            .weights
            .recurrent
            .get(row..row + part_inputs * NUM_GATES);
        if let (Some(weights), Some(inputs)) = (weights, inputs.get(first..first + part_inputs)) {
            add_columns(&mut self.gates, weights, inputs);
        }
    }

    /// Works out a part of the new state and of the last layer's sum; the score with the last part.
    fn remember(&mut self, part_idx: usize) {
        if part_idx == 0 {
            self.sum = self.weights.last_bias;
        }
        let part_states = NUM_STATES / STATE_PARTS;
        let part = part_idx * part_states..(part_idx + 1) * part_states;
        let gate = |gate_idx: usize| {
            let first = gate_idx * NUM_STATES + part.start;
            self.gates
                .get(first..first + part_states)
                .unwrap_or_default()
        };
        let gates = Gates {
            input: gate(0),
            forget: gate(1),
            candidate: gate(2),
            output: gate(3),
        };
        let states = self.state.get_mut(part.clone()).unwrap_or_default();
        let cells = self.cell.get_mut(part.clone()).unwrap_or_default();
        recall(states, cells, gates);
        let weights = self.weights.last.get(part).unwrap_or_default();
        for (state, weight) in states.iter().zip(weights) {
            self.sum += weight * state.max(0.0);
        }
        if part_idx + 1 == STATE_PARTS {
            self.log_odds = self.sum;
            self.score = sigmoid(self.sum);
        }
    }
}

fn rectify(values: &mut [f32]) {
    for value in values {
        *value = value.max(0.0);
    }
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}
