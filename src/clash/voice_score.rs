//! The neural voice detector (the crate `earshot`) on a signal at 16 kHz.

// The audio thread never panics.
#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use earshot::Detector;

/// Samples per frame of the detector: 16 ms at 16 kHz.
const FRAME_SAMPLES: usize = 256;

/// Two detectors whose frames lie half a frame apart, so that a new score comes every 8 ms.
pub struct VoiceScore {
    lanes: [Lane; 2],
}

struct Lane {
    detector: Box<Detector>,
    frame: [f32; FRAME_SAMPLES],
    num_in_frame: usize,
    first_in_frame: usize,
    score: f32,
}

impl Default for VoiceScore {
    fn default() -> Self {
        Self {
            lanes: [0, FRAME_SAMPLES / 2].map(|first_in_frame| Lane {
                detector: Detector::default_boxed(),
                frame: [0.0; FRAME_SAMPLES],
                num_in_frame: first_in_frame,
                first_in_frame,
                score: 0.0,
            }),
        }
    }
}

impl VoiceScore {
    /// Forgets all samples. Never allocates.
    pub fn reset(&mut self) {
        for lane in &mut self.lanes {
            lane.detector.reset();
            lane.frame.fill(0.0);
            lane.num_in_frame = lane.first_in_frame;
            lane.score = 0.0;
        }
    }

    /// Takes one finite sample; it is clamped to full scale, the detectors' range.
    pub fn push(&mut self, sample: f32) {
        for lane in &mut self.lanes {
            if let Some(slot) = lane.frame.get_mut(lane.num_in_frame) {
                *slot = sample.clamp(-1.0, 1.0);
            }
            lane.num_in_frame += 1;
            if lane.num_in_frame == FRAME_SAMPLES {
                lane.score = lane.detector.predict_f32(&lane.frame);
                lane.num_in_frame = 0;
            }
        }
    }

    /// The higher of the two latest scores, 0 to 1: one of them is at most 8 ms old.
    pub fn score(&self) -> f32 {
        self.lanes.iter().map(|lane| lane.score).fold(0.0, f32::max)
    }
}
