//! Loudness difference: how far the dialogue stands above the music, LU.

use crate::dsp::units::db_from_power_f64;
use crate::snapshot::MAX_LOUDNESS_DIFFERENCE_LU;

/// Length of the momentary window, s (EBU Tech 3341; ITU-R BS.1770-5 blocks).
const MOMENTARY_S: f64 = 0.4;

/// Loudness difference of two K-weighted mean squares (or sums over the same time), LU: positive
/// where the dialogue is louder, within [`MAX_LOUDNESS_DIFFERENCE_LU`] either way, 0 where both are
/// silent.
pub fn loudness_difference_lu(dialogue_k_power: f64, music_k_power: f64) -> f32 {
    let difference_lu = db_from_power_f64(dialogue_k_power) - db_from_power_f64(music_k_power);
    (difference_lu as f32).clamp(-MAX_LOUDNESS_DIFFERENCE_LU, MAX_LOUDNESS_DIFFERENCE_LU)
}

/// K-weighted powers of the hops of the last 400 ms.
pub struct Momentary {
    /// Dialogue and music of each hop; a ring.
    hops: Vec<(f32, f32)>,
    next_idx: usize,
}

impl Momentary {
    /// Allocates for `hop_rate_hz` hops a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        let num_hops = ((MOMENTARY_S * hop_rate_hz).round() as usize).max(1);
        Self {
            hops: vec![(0.0, 0.0); num_hops],
            next_idx: 0,
        }
    }

    /// Forgets all hops.
    pub fn reset(&mut self) {
        self.hops.fill((0.0, 0.0));
        self.next_idx = 0;
    }

    /// Takes the mean squares of a hop.
    pub fn push(&mut self, dialogue_k_power: f32, music_k_power: f32) {
        if let Some(slot) = self.hops.get_mut(self.next_idx) {
            *slot = (dialogue_k_power, music_k_power);
        }
        self.next_idx = (self.next_idx + 1) % self.hops.len().max(1);
    }

    /// Difference over the last 400 ms, LU.
    pub fn difference_lu(&self) -> f32 {
        let mut sums = (0.0, 0.0);
        for &(dialogue, music) in &self.hops {
            sums.0 += f64::from(dialogue);
            sums.1 += f64::from(music);
        }
        loudness_difference_lu(sums.0, sums.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_400_ms_and_no_more() {
        let mut momentary = Momentary::new(200.0);
        assert_eq!(momentary.difference_lu(), 0.0);
        for _ in 0..80 {
            momentary.push(0.1, 0.01);
        }
        assert!((momentary.difference_lu() - 10.0).abs() < 1e-4);
        for _ in 0..80 {
            momentary.push(0.01, 0.01);
        }
        assert!(momentary.difference_lu().abs() < 1e-4);
    }

    #[test]
    fn silence_on_one_side_has_a_bound() {
        assert_eq!(loudness_difference_lu(0.1, 0.0), MAX_LOUDNESS_DIFFERENCE_LU);
        assert_eq!(
            loudness_difference_lu(0.0, 0.1),
            -MAX_LOUDNESS_DIFFERENCE_LU
        );
        assert_eq!(loudness_difference_lu(0.0, 0.0), 0.0);
    }
}
