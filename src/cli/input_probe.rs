//! Both inputs heard sample by sample while they are read: what they have in common, and how high they go.

use crate::dsp::clean::add_finite;
use crate::dsp::common_sound::{Common, CommonSound};

/// Listens to both inputs sample by sample while they are read.
pub struct InputProbe {
    common: CommonSound,
    mono: [Vec<f32>; 2],
    peaks: [f32; 2],
}

/// What an [`InputProbe`] came to.
#[derive(Debug, Clone, Copy)]
pub struct Probed {
    /// What both have in common.
    pub common: Option<Common>,
    /// Highest sample of the dialogue and of the music.
    pub peaks: [f32; 2],
}

/// One channel out of all, and the highest sample.
#[derive(Debug, Clone, Default)]
pub struct MonoBlock {
    samples: Vec<f32>,
    /// The highest sample of any channel.
    pub peak: f32,
}

impl MonoBlock {
    /// Of `num_frames` of all channels; one that is shorter is silent for the rest.
    pub fn of(channels: &[Vec<f32>], num_frames: usize) -> Self {
        let mut mono = Self {
            samples: vec![0.0; num_frames],
            peak: 0.0,
        };
        for channel in channels {
            mono.peak = mono.peak.max(add_finite(&mut mono.samples, channel));
        }
        mono
    }
}

impl InputProbe {
    /// For inputs at `sample_rate_hz`.
    pub fn new(sample_rate_hz: u32) -> Self {
        Self {
            common: CommonSound::new(f64::from(sample_rate_hz)),
            mono: [const { Vec::new() }; 2],
            peaks: [0.0; 2],
        }
    }

    /// Takes the next block of both, the dialogue first, of one length.
    pub fn push(&mut self, blocks: [&MonoBlock; 2]) {
        for ((mono, peak), block) in self.mono.iter_mut().zip(&mut self.peaks).zip(blocks) {
            mono.clear();
            mono.extend_from_slice(&block.samples);
            *peak = peak.max(block.peak);
        }
        let [dialogue, music] = &self.mono;
        self.common.push([dialogue, music]);
    }

    /// What was heard.
    pub fn finish(self) -> Probed {
        Probed {
            common: self.common.finish(),
            peaks: self.peaks,
        }
    }
}
