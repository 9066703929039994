//! The floor: what the transforms and the filters cost alone.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use realfft::{RealFftPlanner, RealToComplex};
use underscore::speech::voice_network::{FRAME_SAMPLES, VoiceNetwork};
use underscore::speech::voice_score::VoiceScore;
use wide::f32x4;

use test_support::demo::RATE_HZ;

const HOP_SAMPLES: usize = 256;
const FFT_SAMPLES: usize = 2048;
const NUM_BANDS: usize = 21;

/// Hops of a pass.
const NUM_HOPS: usize = 1000;

/// For each hop one transform per channel (none for the LFE of 7.1.4), and, if the music is filtered, an
/// update of every band's filter for every sample of every channel, four channels side by side and three
/// filters at a time, which is as many as the processor's registers hold.
pub struct Floor {
    fft: Arc<dyn RealToComplex<f32>>,
    num_transforms: usize,
    filters: Vec<[Filter; NUM_BANDS]>,
    /// The shortest time of each hop.
    least: Vec<Duration>,
}

impl Floor {
    pub fn new(num_dialogue_channels: usize, num_music_channels: usize, filters: bool) -> Self {
        let num_filtered = num_music_channels - usize::from(num_music_channels == 12);
        let num_quads = if filters { num_filtered.div_ceil(4) } else { 0 };
        Self {
            fft: RealFftPlanner::<f32>::new().plan_fft_forward(FFT_SAMPLES),
            num_transforms: num_dialogue_channels + num_filtered,
            filters: vec![[Filter::new(); NUM_BANDS]; num_quads],
            least: vec![Duration::MAX; NUM_HOPS],
        }
    }

    /// Runs it once more.
    pub fn pass(&mut self) {
        let fft = &self.fft;
        let (mut input, mut output) = (fft.make_input_vec(), fft.make_output_vec());
        let mut scratch = fft.make_scratch_vec();
        let mut samples = [f32x4::ZERO; HOP_SAMPLES];
        for least in &mut self.least {
            let begin = Instant::now();
            for _ in 0..self.num_transforms {
                let input = black_box(&mut input);
                fft.process_with_scratch(input, &mut output, &mut scratch)
                    .expect("the buffers are the plan's");
                black_box(&mut output);
            }
            for filters in &mut self.filters {
                let (threes, _) = filters.as_chunks_mut::<3>();
                for three in threes {
                    run(three, black_box(&mut samples));
                }
            }
            *least = (*least).min(begin.elapsed());
        }
    }

    /// What it costs by all passes so far, in percent of a core.
    pub fn percent(&self) -> f64 {
        let seconds = self.least.iter().sum::<Duration>().as_secs_f64();
        100.0 * seconds * RATE_HZ / (NUM_HOPS * HOP_SAMPLES) as f64
    }
}

/// Cost of the witness alone while it is awake, in percent of a core: one frame of its network every 32 ms.
pub fn witness_percent(num_passes: usize) -> f64 {
    let mut network = VoiceNetwork::new();
    let heard = buzz();
    frames_percent(num_passes, FRAME_SAMPLES, || {
        black_box(network.hear(black_box(&heard)));
    })
}

/// Cost of one voice detector alone, in percent of a core: a frame of 256 samples at 16 kHz. The
/// engine has two for the dialogue, and one for the music while it is observed; the floor has none.
pub fn voice_detector_percent(num_passes: usize) -> f64 {
    let mut detector = VoiceScore::new(1);
    let frame: [f32; 256] = buzz();
    frames_percent(num_passes, frame.len(), || {
        detector.push(black_box(&frame), 1.0);
        black_box(detector.score());
    })
}

/// Something to hear.
fn buzz<const N: usize>() -> [f32; N] {
    std::array::from_fn(|n| ((n * n) as f32 * 0.01).sin() * 0.1)
}

/// Cost of what hears frames of so many samples at 16 kHz, one at each call, in percent of a core.
fn frames_percent(num_passes: usize, frame_samples: usize, mut hear: impl FnMut()) -> f64 {
    let mut least = [Duration::MAX; 500];
    for _ in 0..num_passes {
        for least in &mut least {
            let begin = Instant::now();
            hear();
            *least = (*least).min(begin.elapsed());
        }
    }
    let seconds = least.iter().sum::<Duration>().as_secs_f64();
    100.0 * seconds * 16_000.0 / (least.len() * frame_samples) as f64
}

/// Three filters, one after another.
fn run(filters: &mut [Filter; 3], samples: &mut [f32x4]) {
    let mut three = *filters;
    for sample in samples {
        *sample = three.iter_mut().fold(*sample, |x, filter| filter.update(x));
    }
    *filters = three;
}

/// A bell with fixed coefficients: the state-variable filter of `dsp::bell`.
#[derive(Clone, Copy)]
struct Filter {
    g: f32x4,
    g_squared: f32x4,
    a: f32x4,
    b: f32x4,
    s1: f32x4,
    s2: f32x4,
}

impl Filter {
    fn new() -> Self {
        Self {
            g: f32x4::splat(black_box(0.1)),
            g_squared: f32x4::splat(black_box(0.01)),
            a: f32x4::splat(black_box(1.9)),
            b: f32x4::splat(black_box(-0.1)),
            s1: f32x4::ZERO,
            s2: f32x4::ZERO,
        }
    }

    fn update(&mut self, x: f32x4) -> f32x4 {
        let w = (self.g * x - self.s2) + self.s1;
        let twice_v1 = self.a * w;
        self.s1 = twice_v1 - self.s1;
        self.s2 += self.g_squared * twice_v1;
        x + self.b * w
    }
}
