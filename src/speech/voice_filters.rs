//! What a frame of 5 ms is filtered into, at 16 kHz: the power in five bands, and a low copy for the pitch.

use std::f64::consts::FRAC_1_SQRT_2;

use crate::dsp::biquad::{BandsAndChain, Biquad, CHAIN_STEP, NUM_BANDS};
use crate::dsp::decimator::OUTPUT_RATE_HZ;
use crate::speech::sound_frame::FRAME_SAMPLES;

/// Bands of a voice.
pub const NUM_VOICE_BANDS: usize = NUM_BANDS;

/// Edges of the bands, Hz: fundamental, first, second and third formant, fricatives.
const BANDS_HZ: [(f64, f64); NUM_VOICE_BANDS] = [
    (100.0, 400.0),
    (400.0, 1000.0),
    (1000.0, 2200.0),
    (2200.0, 4000.0),
    (4000.0, 7200.0),
];

/// Rate of the low copy, Hz.
pub const LOW_RATE_HZ: f64 = OUTPUT_RATE_HZ / CHAIN_STEP as f64;

/// Samples of the low copy in a frame.
pub const LOW_SAMPLES: usize = FRAME_SAMPLES / CHAIN_STEP;

/// A frame, filtered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilteredFrame {
    /// Mean square in each band.
    pub band_power: [f32; NUM_VOICE_BANDS],
    /// What lies between 80 and 900 Hz, at 4 kHz.
    pub low: [f32; LOW_SAMPLES],
}

/// Filters frame after frame; never allocates.
pub struct VoiceFilters {
    filters: BandsAndChain,
}

impl Default for VoiceFilters {
    fn default() -> Self {
        let low_pass = |hz, q| Biquad::low_pass(OUTPUT_RATE_HZ, hz, q);
        let high_pass = |hz| Biquad::high_pass(OUTPUT_RATE_HZ, hz);
        let bands =
            BANDS_HZ.map(|(low_hz, high_hz)| [high_pass(low_hz), low_pass(high_hz, FRAC_1_SQRT_2)]);
        // The last two are the halves of a Butterworth low-pass of fourth order.
        let chain = [
            high_pass(80.0),
            low_pass(900.0, 0.541_196),
            low_pass(900.0, 1.306_563),
        ];
        Self {
            filters: BandsAndChain::new(&bands, &chain),
        }
    }
}

impl VoiceFilters {
    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.filters.reset();
    }

    /// Filters the next frame, whose samples are finite.
    pub fn push(&mut self, frame: &[f32; FRAME_SAMPLES]) -> FilteredFrame {
        let mut low = [0.0; LOW_SAMPLES];
        let energies = self.filters.push(frame, &mut low);
        FilteredFrame {
            band_power: energies.map(|energy| (energy / FRAME_SAMPLES as f64) as f32),
            low,
        }
    }
}
