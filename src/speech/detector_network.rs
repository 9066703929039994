//! The network of the voice detector `earshot` 1.2.2 (pyke.io; MIT or Apache-2.0) on mel bands: how likely
//! is this a voice? Its weights are the crate's (`assets/voice`).
//!
//! Written for the audio thread: the crate's own takes seven times the instructions, as it is compiled for
//! the oldest processors and its layers lie across the vectors. The scores are the same to the bit; a test
//! compares them.

use std::sync::OnceLock;

use crate::dsp::small_layers::{
    NUM_CHANNELS, NUM_TAPS, PerChannel, in_q15, slide, slide_and_mix, spread_and_pool,
    whole_products,
};

/// Mel bands of a frame.
pub const NUM_BANDS: usize = 40;

/// Frames that are heard at once, one after another, the newest last.
pub const NUM_FRAMES: usize = 3;

/// What the network hears.
pub type Features = [f32; NUM_BANDS * NUM_FRAMES];

/// Values along the bands after the kernel that lies on all frames, and places after the pooling and each of the
/// two layers behind it.
const NUM_SLID: usize = NUM_BANDS + 1 - NUM_TAPS;
const NUM_FIRST: usize = 18;
const NUM_SECOND: usize = 9;
const NUM_THIRD: usize = 5;

/// Values that the first recurrent layer hears, size of either, and of its candidates and gates together.
const NUM_HEARD: usize = NUM_THIRD * NUM_CHANNELS;
const NUM_STATES: usize = 64;
const NUM_GATES: usize = 2 * NUM_STATES;

/// 1 as a gate has it.
const OPEN: i32 = 0xff_ffff;

/// The weights as they lie in the crate: floats of 32 bits, then whole numbers of 16 bits.
static WEIGHTS_FILE: &[u8] = include_bytes!("../../assets/voice/earshot-16k.bin");

/// Number of the floats.
const NUM_FLOATS: usize = 705;

struct Weights {
    band_weights: [f32; NUM_BANDS],
    first_kernel: [[f32; NUM_TAPS]; NUM_FRAMES],
    first_weights: PerChannel,
    first_biases: PerChannel,
    second: Separable,
    second_biases: PerChannel,
    third: Separable,
    /// Of `[candidate or gate][input]`.
    first_recurrent: [[i16; NUM_HEARD]; NUM_GATES],
    second_recurrent: [[i16; NUM_STATES]; NUM_GATES],
    last: [i16; NUM_GATES],
}

/// A layer that slides a kernel along each channel and mixes the channels.
struct Separable {
    /// Of `[tap][channel]`.
    kernel: [PerChannel; NUM_TAPS],
    /// Of `[input][output]`.
    mix: [PerChannel; NUM_CHANNELS],
}

impl Weights {
    /// The weights, which all instances share.
    fn shared() -> &'static Self {
        static WEIGHTS: OnceLock<Box<Weights>> = OnceLock::new();
        WEIGHTS.get_or_init(|| Box::new(Self::read()))
    }

    fn read() -> Self {
        let (floats, whole) = WEIGHTS_FILE.split_at(4 * NUM_FLOATS);
        let mut floats = floats.as_chunks::<4>().0.iter();
        let mut float = || floats.next().map_or(0.0, |it| f32::from_le_bytes(*it));
        let mut whole = whole.as_chunks::<2>().0.iter();
        let mut whole = || whole.next().map_or(0, |it| i16::from_le_bytes(*it));
        let band_weights = std::array::from_fn(|_| float());
        let first_kernel = std::array::from_fn(|_| std::array::from_fn(|_| float()));
        let first_weights = std::array::from_fn(|_| float());
        let first_biases = std::array::from_fn(|_| float());
        let second = Separable::read(&mut float);
        let second_biases = std::array::from_fn(|_| float());
        Self {
            band_weights,
            first_kernel,
            first_weights,
            first_biases,
            second,
            second_biases,
            third: Separable::read(&mut float),
            first_recurrent: std::array::from_fn(|_| std::array::from_fn(|_| whole())),
            second_recurrent: std::array::from_fn(|_| std::array::from_fn(|_| whole())),
            last: std::array::from_fn(|_| whole()),
        }
    }
}

impl Separable {
    /// Reads a kernel of `[channel][tap]` and a mix of `[output][input]`.
    fn read(float: &mut impl FnMut() -> f32) -> Self {
        Self {
            kernel: transposed::<NUM_CHANNELS, NUM_TAPS>(float),
            mix: transposed::<NUM_CHANNELS, NUM_CHANNELS>(float),
        }
    }
}

/// Reads `ROWS` rows of `COLUMNS`, and gives the columns.
fn transposed<const ROWS: usize, const COLUMNS: usize>(
    float: &mut impl FnMut() -> f32,
) -> [[f32; ROWS]; COLUMNS] {
    let mut columns = [[0.0; ROWS]; COLUMNS];
    for row_idx in 0..ROWS {
        for column in &mut columns {
            if let Some(value) = column.get_mut(row_idx) {
                *value = float();
            }
        }
    }
    columns
}

/// The network with what it remembers.
pub struct DetectorNetwork {
    weights: &'static Weights,
    first_state: [i16; NUM_STATES],
    second_state: [i16; NUM_STATES],
}

impl DetectorNetwork {
    /// A network that has heard nothing; the first one reads the weights for all.
    pub fn new() -> Self {
        Self {
            weights: Weights::shared(),
            first_state: [0; NUM_STATES],
            second_state: [0; NUM_STATES],
        }
    }

    /// Forgets all that was heard. Never allocates.
    pub fn reset(&mut self) {
        self.first_state = [0; NUM_STATES];
        self.second_state = [0; NUM_STATES];
    }

    /// Brings the logarithms of a frame's bands to the level that the network knows.
    pub fn normalise(&self, bands: &mut [f32; NUM_BANDS]) {
        let energy: f32 = bands.iter().map(|band| band * band).sum();
        let gain = (energy / NUM_BANDS as f32).sqrt().recip();
        for (band, weight) in bands.iter_mut().zip(&self.weights.band_weights) {
            *band = weight * *band * gain;
        }
    }

    /// Hears normalised frames, of which only the newest is new; gives how likely it is a voice, 0 to 1.
    pub fn hear(&mut self, features: &Features) -> f32 {
        let weights = self.weights;
        let mut row = [0.0; NUM_SLID];
        slide(&mut row, features, &weights.first_kernel);
        let mut first = [[0.0; NUM_CHANNELS]; NUM_FIRST];
        spread_and_pool(
            &mut first,
            &row,
            &weights.first_weights,
            &weights.first_biases,
        );
        let mut second = [[0.0; NUM_CHANNELS]; NUM_SECOND];
        slide_and_mix(
            &mut second,
            &first,
            &weights.second.kernel,
            &weights.second.mix,
        );
        for place in &mut second {
            for (sum, bias) in place.iter_mut().zip(&weights.second_biases) {
                *sum = (*sum + bias).max(0.0);
            }
        }
        let mut third = [[0.0; NUM_CHANNELS]; NUM_THIRD];
        slide_and_mix(
            &mut third,
            &second,
            &weights.third.kernel,
            &weights.third.mix,
        );
        let mut heard = [0; NUM_HEARD];
        in_q15(&mut heard, third.as_flattened());
        let mut gates = [0; NUM_GATES];
        whole_products(&mut gates, &weights.first_recurrent, &heard);
        remember(&mut self.first_state, &gates);
        whole_products(&mut gates, &weights.second_recurrent, &self.first_state);
        remember(&mut self.second_state, &gates);
        let states = self.first_state.iter().chain(&self.second_state);
        let products = states.zip(&weights.last);
        let sum = products.fold(0i32, |sum, (state, weight)| {
            sum.wrapping_add(i32::from(*state) * i32::from(*weight))
        });
        // Whole numbers of 2^-24.
        let log_odds = sum as f32 / 16_777_216.0;
        1.0 / (1.0 + (-log_odds).exp())
    }
}

/// Moves each state towards its candidate by as much as its gate is open: `gates` holds the candidates and then the
/// gates, whole numbers of 2^-24, and states are such of 2^-15.
fn remember(states: &mut [i16; NUM_STATES], gates: &[i32; NUM_GATES]) {
    let (candidates, gates) = gates.split_at(NUM_STATES);
    for ((state, candidate), gate) in states.iter_mut().zip(candidates).zip(gates) {
        let gate = (gate << 2).clamp(0, OPEN);
        let (open, shut) = (i64::from(gate), i64::from(OPEN - gate));
        let sum = shut * (i64::from(*state) << 9) + open * i64::from(*candidate);
        *state = (sum >> 33).clamp(i64::from(i16::MIN), i64::from(i16::MAX)) as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use earshot::{DefaultPredictor, Predictor};

    #[test]
    fn scores_are_the_crates_to_the_bit() {
        let mut theirs = DefaultPredictor::new();
        let mut ours = DetectorNetwork::new();
        let mut scratch = [0.0; 1026];
        let mut random = fastrand::Rng::with_seed(1);
        let mut features = [0.0; NUM_BANDS * NUM_FRAMES];
        let (mut lowest, mut highest) = (1.0f32, 0.0f32);
        for frame_idx in 0..20_000 {
            // Bands that are alike for some frames, as in speech, at levels from silence to far beyond full scale.
            if frame_idx % 400 == 0 {
                theirs.reset();
                ours.reset();
            }
            let tilt = (frame_idx / 7 % 41) as f32 - 20.0;
            let mut bands: [f32; NUM_BANDS] = std::array::from_fn(|band_idx| {
                tilt * 0.05 * band_idx as f32 - 10.0 + 8.0 * random.f32()
            });
            let mut theirs_bands = bands;
            theirs.normalize(&mut theirs_bands);
            ours.normalise(&mut bands);
            assert_eq!(bands.map(f32::to_bits), theirs_bands.map(f32::to_bits));
            features.copy_within(NUM_BANDS.., 0);
            if let Some(newest) = features.last_chunk_mut() {
                *newest = bands;
            }
            let score = ours.hear(&features);
            let expected = theirs.predict(&features, &mut scratch);
            assert_eq!(score.to_bits(), expected.to_bits(), "frame {frame_idx}");
            (lowest, highest) = (lowest.min(score), highest.max(score));
        }
        assert!(lowest < 0.2 && highest > 0.7, "{lowest} {highest}");
    }
}
