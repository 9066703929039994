//! Speech activity on the dialogue: is somebody speaking?

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use earshot::Detector;

use crate::dsp::decimator::Decimator;
use crate::psycho::choices::{
    LEAST_SPEECH_DBFS, SPEECH_BEGINS_ABOVE, SPEECH_ENDS_BELOW, SPEECH_HOLD_MS,
};

/// Samples per frame of the voice detector: 16 ms at 16 kHz.
const FRAME_SAMPLES: usize = 256;

/// A neural voice detector (the crate `earshot`) on a 16 kHz copy of the dialogue, with
/// hysteresis, a hold over the gaps between words, and a floor below which nothing is speech.
pub struct SpeechActivity {
    decimator: Decimator,
    detector: Box<Detector>,
    frame: [f32; FRAME_SAMPLES],
    num_in_frame: usize,
    probability: f32,
    is_speech: bool,
    hold_hops: u32,
    hops_since_speech: u32,
}

impl SpeechActivity {
    /// Allocates for dialogue at `sample_rate_hz`, judged `hop_rate_hz` times a second.
    pub fn new(sample_rate_hz: f64, hop_rate_hz: f64) -> Self {
        Self {
            decimator: Decimator::new(sample_rate_hz),
            detector: Detector::default_boxed(),
            frame: [0.0; FRAME_SAMPLES],
            num_in_frame: 0,
            probability: 0.0,
            is_speech: false,
            hold_hops: (SPEECH_HOLD_MS * 1e-3 * hop_rate_hz).round() as u32,
            hops_since_speech: u32::MAX,
        }
    }

    /// Forgets all that was heard.
    pub fn reset(&mut self) {
        self.decimator.reset();
        self.detector.reset();
        self.frame.fill(0.0);
        self.num_in_frame = 0;
        self.probability = 0.0;
        self.is_speech = false;
        self.hops_since_speech = u32::MAX;
    }

    /// Takes one sample of the dialogue, summed to mono; it must be finite.
    #[inline]
    pub fn push(&mut self, sample: f32) {
        let Self {
            decimator,
            detector,
            frame,
            num_in_frame,
            probability,
            ..
        } = self;
        decimator.push(sample, |output| {
            if let Some(slot) = frame.get_mut(*num_in_frame) {
                // The detector's range.
                *slot = output.clamp(-1.0, 1.0);
            }
            *num_in_frame += 1;
            if *num_in_frame == FRAME_SAMPLES {
                *probability = detector.predict_f32(frame);
                *num_in_frame = 0;
            }
        });
    }

    /// Judges a hop, given the level of the dialogue in the speech bands, dBFS.
    pub fn judge(&mut self, dialogue_dbfs: f32) -> bool {
        let threshold = if self.is_speech {
            SPEECH_ENDS_BELOW
        } else {
            SPEECH_BEGINS_ABOVE
        };
        if self.probability > threshold && dialogue_dbfs > LEAST_SPEECH_DBFS {
            self.hops_since_speech = 0;
        } else {
            self.hops_since_speech = self.hops_since_speech.saturating_add(1);
        }
        self.is_speech = self.hops_since_speech <= self.hold_hops;
        self.is_speech
    }

    /// The detector's latest score, 0 to 1, one frame (16 ms) old at most.
    pub fn probability(&self) -> f32 {
        self.probability
    }
}
