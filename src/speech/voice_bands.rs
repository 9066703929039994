//! How far a voice stands out of its background, every 5 ms: power in five bands over a noise
//! floor that is tracked in each.

use crate::dsp::units::{db_from_power, power_from_db};
use crate::speech::voice_filters::NUM_VOICE_BANDS;

/// Smoothing of the power whose minimum is the floor, share of a new frame of 5 ms (time constant
/// 31 ms).
const FLOOR_SMOOTHING: f32 = 0.15;
/// The floor is the minimum of the last 1.2 to 1.4 s, in blocks: longer than a word, short enough
/// to follow a car that passes (minimum statistics: Martin 2001, IEEE Trans. Speech Audio
/// Process. 9:504).
const NUM_BLOCKS: usize = 6;
const FLOOR_BLOCK_FRAMES: u32 = 40;
/// The minimum lies below the mean of a noise by some 2 dB.
const FLOOR_BIAS_POWER: f32 = 1.585;
/// Frames after a reset in which filters and smoothing settle, so that the floor just follows.
const SETTLE_FRAMES: u32 = 16;
/// Share of the floor's power that is taken off: single frames of a noise exceed its mean.
const FLOOR_SHARE: f32 = 2.0;

/// How much less a band's power over 10 ms varies than that of the lowest band, dB: the wider the band,
/// the more of the noise is averaged in it. It counts as prominence.
const STEADINESS_DB: [f32; NUM_VOICE_BANDS] = [0.0, 1.25, 2.0, 2.5, 2.5];
/// The first band of those above 1 kHz, in which the sounds are loudest that aren't voiced.
const FIRST_UPPER_BAND: usize = 2;

/// One frame of 5 ms, judged over 10 ms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceFrame {
    /// Power above the floor, all bands together, dBFS.
    pub above_floor_dbfs: f32,
    /// The band that stands out most: its level over the floor, dB, in units of the lowest band's
    /// variation.
    pub prominence_db: f32,
    /// The same over a floor that may lie lower, down to that of the softest voice.
    pub soft_prominence_db: f32,
    /// Share of the power above the floor that lies above 1 kHz, 0 to 1.
    pub upper_share: f32,
    /// Power of the floor in all bands, dBFS.
    pub floor_dbfs: f32,
    /// Power in all bands, mean square.
    pub power: f32,
}

/// Follows the bands and their floors; never allocates.
pub struct VoiceBands {
    bands: [Band; NUM_VOICE_BANDS],
    steadiness: [f32; NUM_VOICE_BANDS],
    num_settling: u32,
    num_in_block: u32,
    block_idx: usize,
}

struct Band {
    last_power: f32,
    smoothed_power: f32,
    block_min: f32,
    minima: [f32; NUM_BLOCKS],
}

impl Default for VoiceBands {
    fn default() -> Self {
        Self {
            bands: std::array::from_fn(|_| Band {
                last_power: 0.0,
                smoothed_power: 0.0,
                block_min: f32::MAX,
                minima: [f32::MAX; NUM_BLOCKS],
            }),
            steadiness: STEADINESS_DB.map(power_from_db),
            num_settling: SETTLE_FRAMES,
            num_in_block: 0,
            block_idx: 0,
        }
    }
}

impl VoiceBands {
    /// Forgets all samples.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes a frame's mean square in each band. No floor is taken to lie below `least_floor_dbfs`, and none that a soft voice
    /// stands out of below `least_soft_floor_dbfs`, the lower of the two.
    pub fn push(
        &mut self,
        band_power: &[f32; NUM_VOICE_BANDS],
        least_floor_dbfs: f32,
        least_soft_floor_dbfs: f32,
    ) -> VoiceFrame {
        let least_floor_power = power_from_db(least_floor_dbfs);
        let least_soft_floor_power = power_from_db(least_soft_floor_dbfs);
        let is_settling = self.num_settling > 0;
        self.num_settling = self.num_settling.saturating_sub(1);
        self.num_in_block += 1;
        let ends_block = self.num_in_block == FLOOR_BLOCK_FRAMES;
        let (mut above_power, mut upper_power, mut floors_power) = (0.0f32, 0.0f32, 0.0f32);
        let (mut most, mut most_soft, mut power) = (0.0f32, 0.0f32, 0.0f32);
        let bands = self.bands.iter_mut().zip(band_power).zip(self.steadiness);
        for (band_idx, ((band, &frame_power), steadiness)) in bands.enumerate() {
            let floor_power = band.floor_power(frame_power, is_settling);
            let soft_floor_power = (FLOOR_BIAS_POWER * floor_power).max(least_soft_floor_power);
            let floor_power = soft_floor_power.max(least_floor_power);
            if ends_block {
                if let Some(slot) = band.minima.get_mut(self.block_idx) {
                    *slot = band.block_min;
                }
                band.block_min = f32::MAX;
            }
            let mean_power = 0.5 * (frame_power + band.last_power);
            band.last_power = frame_power;
            let band_above_power = (mean_power - FLOOR_SHARE * floor_power).max(0.0);
            above_power += band_above_power;
            if band_idx >= FIRST_UPPER_BAND {
                upper_power += band_above_power;
            }
            floors_power += floor_power;
            most = most.max(steadiness * mean_power / floor_power);
            most_soft = most_soft.max(steadiness * mean_power / soft_floor_power);
            power += mean_power;
        }
        if ends_block {
            self.num_in_block = 0;
            self.block_idx = (self.block_idx + 1) % NUM_BLOCKS;
        }
        VoiceFrame {
            above_floor_dbfs: db_from_power(above_power),
            prominence_db: db_from_power(most),
            soft_prominence_db: db_from_power(most_soft),
            upper_share: upper_power / above_power.max(f32::MIN_POSITIVE),
            floor_dbfs: db_from_power(floors_power),
            power,
        }
    }
}

impl Band {
    fn floor_power(&mut self, frame_power: f32, is_settling: bool) -> f32 {
        self.smoothed_power += FLOOR_SMOOTHING * (frame_power - self.smoothed_power);
        self.block_min = if is_settling {
            self.smoothed_power
        } else {
            self.block_min.min(self.smoothed_power)
        };
        self.minima.iter().copied().fold(self.block_min, f32::min)
    }
}
