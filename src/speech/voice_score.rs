//! The neural voice detector on a signal at 16 kHz: the network of `earshot` (`detector_network.rs`) on
//! mel bands of the last 48 ms. Detectors half a frame apart share their samples, and our transform takes
//! a third of the time of the crate's. A test compares the scores with those of the crate's own detector.

use std::sync::OnceLock;

use crate::dsp::decimator::OUTPUT_RATE_HZ;
use crate::dsp::spectrum::mel::LogMel;
use crate::dsp::spectrum::real_spectrum::Workspace;
use crate::speech::detector_network::{DetectorNetwork, Features, NUM_BANDS, NUM_FRAMES};

/// Samples per frame of a detector: 16 ms.
const NETWORK_FRAME_SAMPLES: usize = 256;

/// Samples that are heard at once: 48 ms.
const WINDOW_SAMPLES: usize = 768;

/// Range of the mel bands, Hz.
const RANGE_HZ: (f64, f64) = (72.0, 7600.0);

/// Share of each sample that is taken off the next, as the crate's own detector does it.
const PRE_EMPHASIS: f32 = 0.97;

/// One or two detectors: the frames of two lie half a frame apart, so that a new score comes every
/// 8 ms.
pub struct VoiceScore {
    log_mel: &'static Mel,
    workspace: Workspace,
    /// Pre-emphasised samples, the newest last, and room for those to come.
    history: Vec<f32>,
    num_in_history: usize,
    /// Newest samples in a row that are 0, or less than that.
    num_silent: usize,
    /// Bands of a window of zeros.
    silent_bands: [f32; NUM_BANDS],
    /// Samples from score to score.
    step_samples: usize,
    num_in_step: usize,
    last_sample: f32,
    /// The one that hears the next frame first.
    detectors: Vec<Detector>,
}

type Mel = LogMel<NUM_BANDS, WINDOW_SAMPLES>;

/// That of all instances.
static LOG_MEL: OnceLock<Mel> = OnceLock::new();

struct Detector {
    network: DetectorNetwork,
    /// Bands of the last frames, the newest last.
    features: Features,
    score: f32,
}

impl VoiceScore {
    /// Allocates for `num_detectors`, 1 or 2.
    pub fn new(num_detectors: usize) -> Self {
        let num_detectors = num_detectors.clamp(1, 2);
        let log_mel = LOG_MEL.get_or_init(|| LogMel::new(OUTPUT_RATE_HZ, RANGE_HZ));
        let mut workspace = log_mel.workspace();
        let mut score = Self {
            silent_bands: log_mel.of(&mut workspace, &[0.0; WINDOW_SAMPLES]),
            num_silent: 0,
            log_mel,
            workspace,
            history: vec![0.0; 2 * WINDOW_SAMPLES],
            num_in_history: 0,
            step_samples: NETWORK_FRAME_SAMPLES / num_detectors,
            num_in_step: 0,
            last_sample: 0.0,
            detectors: (0..num_detectors)
                .map(|_| Detector {
                    network: DetectorNetwork::new(),
                    features: [0.0; NUM_BANDS * NUM_FRAMES],
                    score: 0.0,
                })
                .collect(),
        };
        score.reset();
        score
    }

    /// Forgets all samples. Never allocates.
    pub fn reset(&mut self) {
        self.history.fill(0.0);
        self.num_in_history = WINDOW_SAMPLES;
        self.num_silent = WINDOW_SAMPLES;
        self.num_in_step = 0;
        self.last_sample = 0.0;
        for detector in &mut self.detectors {
            detector.network.reset();
            detector.features.fill(0.0);
            detector.score = 0.0;
        }
    }

    /// Takes finite samples times `gain`, clamped to full scale, the detectors' range.
    pub fn push(&mut self, samples: &[f32], gain: f32) {
        let mut left = samples;
        while !left.is_empty() {
            let num_to_step = self.step_samples - self.num_in_step;
            let (taken, rest) = left.split_at(left.len().min(num_to_step));
            left = rest;
            let (_, free) = self.history.split_at_mut(self.num_in_history);
            for (slot, &sample) in free.iter_mut().zip(taken) {
                let sample = (gain * sample).clamp(-1.0, 1.0);
                *slot = sample - PRE_EMPHASIS * self.last_sample;
                self.last_sample = sample;
            }
            let (new, _) = free.split_at(taken.len());
            self.num_silent = match new.iter().all(|&sample| sample == 0.0) {
                true => self.num_silent.saturating_add(new.len()),
                false => 0,
            };
            self.num_in_history += taken.len();
            self.num_in_step += taken.len();
            if self.num_in_step == self.step_samples {
                self.num_in_step = 0;
                self.end_step();
            }
        }
    }

    fn end_step(&mut self) {
        self.judge();
        if self.num_in_history == self.history.len() {
            let newest = self.num_in_history - WINDOW_SAMPLES..self.num_in_history;
            self.history.copy_within(newest, 0);
            self.num_in_history = WINDOW_SAMPLES;
        }
    }

    /// Lets the detector whose turn it is hear the last 48 ms.
    fn judge(&mut self) {
        let (heard, _) = self.history.split_at(self.num_in_history);
        if let (Some(window), Some(detector)) = (heard.last_chunk(), self.detectors.first_mut()) {
            let bands = match self.num_silent >= WINDOW_SAMPLES {
                true => self.silent_bands,
                false => self.log_mel.of(&mut self.workspace, window),
            };
            detector.hear(&bands);
        }
        let next_idx = 1.min(self.detectors.len());
        self.detectors.rotate_left(next_idx);
    }

    /// The highest of the detectors' latest scores, 0 to 1.
    pub fn score(&self) -> f32 {
        let scores = self.detectors.iter().map(|detector| detector.score);
        scores.fold(0.0, f32::max)
    }
}

impl Detector {
    fn hear(&mut self, bands: &[f32; NUM_BANDS]) {
        self.features.copy_within(NUM_BANDS.., 0);
        if let Some(newest) = self.features.last_chunk_mut::<NUM_BANDS>() {
            *newest = *bands;
            self.network.normalise(newest);
        }
        self.score = self.network.hear(&self.features);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP_SAMPLES: usize = NETWORK_FRAME_SAMPLES / 2;

    /// Something like a voice: bursts of a buzz with formants that move.
    fn voice(n: usize) -> f32 {
        let t = n as f32 / 16_000.0;
        let envelope = (3.0 * t).sin().max(0.0) * 0.2;
        let harmonic = |k: u32| {
            let hz = 120.0 * k as f32;
            let formant = 600.0 + 300.0 * (2.0 * t).sin();
            let weight = 1.0 / (1.0 + ((hz - formant) / 200.0).powi(2));
            weight * (std::f32::consts::TAU * hz * t).sin()
        };
        envelope * (1..20).map(harmonic).sum::<f32>() + 1e-4 * ((n * n) as f32).sin()
    }

    #[test]
    fn in_and_after_silence_a_detector_says_what_its_network_does() {
        let mut score = VoiceScore::new(1);
        let log_mel = LogMel::<NUM_BANDS, WINDOW_SAMPLES>::new(OUTPUT_RATE_HZ, RANGE_HZ);
        let mut workspace = log_mel.workspace();
        let (mut network, mut features) = (DetectorNetwork::new(), [0.0; NUM_BANDS * NUM_FRAMES]);
        let mut window = [0.0; WINDOW_SAMPLES];
        let (mut last_sample, mut num_silent) = (0.0, 0);
        for frame_idx in 0..375 {
            let is_silent = (125..250).contains(&frame_idx);
            let frame: [f32; NETWORK_FRAME_SAMPLES] = std::array::from_fn(|n| match is_silent {
                true => 0.0,
                false => voice(NETWORK_FRAME_SAMPLES * frame_idx + n),
            });
            score.push(&frame, 1.0);
            num_silent += u32::from(score.num_silent >= WINDOW_SAMPLES);
            window.copy_within(NETWORK_FRAME_SAMPLES.., 0);
            let (_, newest) = window.split_at_mut(WINDOW_SAMPLES - NETWORK_FRAME_SAMPLES);
            for (slot, sample) in newest.iter_mut().zip(frame) {
                *slot = sample - PRE_EMPHASIS * last_sample;
                last_sample = sample;
            }
            let mut bands = log_mel.of(&mut workspace, &window);
            network.normalise(&mut bands);
            features.copy_within(NUM_BANDS.., 0);
            features[NUM_BANDS * (NUM_FRAMES - 1)..].copy_from_slice(&bands);
            let expected = network.hear(&features);
            assert_eq!(score.score().to_bits(), expected.to_bits(), "{frame_idx}");
        }
        // The first three frames of silence are heard with the end of the voice.
        assert_eq!(num_silent, 125 - 3);
    }

    #[test]
    fn scores_are_those_of_the_crates_own_detectors() {
        let mut score = VoiceScore::new(2);
        let mut detectors = [(); 2].map(|()| earshot::Detector::default_boxed());
        let mut latest = [0.0f32; 2];
        let (mut greatest, mut num_voiced) = (0.0f32, 0);
        let padding = [0.0; STEP_SAMPLES];
        let samples: Vec<f32> = (0..48_000).map(voice).collect();
        let delayed: Vec<f32> = padding.iter().chain(&samples).copied().collect();
        for (n, &sample) in samples.iter().enumerate() {
            score.push(&[sample], 1.0);
            let num_heard = n + 1;
            if num_heard % STEP_SAMPLES == 0 {
                let is_delayed = num_heard % NETWORK_FRAME_SAMPLES != 0;
                let stream = if is_delayed {
                    &delayed[..num_heard + STEP_SAMPLES]
                } else {
                    &samples[..num_heard]
                };
                let frame = &stream[stream.len() - NETWORK_FRAME_SAMPLES..];
                latest[usize::from(is_delayed)] =
                    detectors[usize::from(is_delayed)].predict_f32(frame);
                let expected = latest[0].max(latest[1]);
                greatest = greatest.max((score.score() - expected).abs());
                num_voiced += usize::from(expected > 0.5);
            }
        }
        assert!(num_voiced > 20, "the detectors hear a voice: {num_voiced}");
        assert!(greatest < 2e-3, "{greatest}");
    }
}
