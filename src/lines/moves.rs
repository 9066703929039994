//! Moves on the music that lift a line: what they are, and what they cost the mix.

use crate::dsp::units::power_from_db;
use crate::lines::choices::CUT_DEPTH_PRICE_DB;
use crate::psycho::bands::{NUM_BANDS, PerBand};

/// A cut of neighbouring bands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandCut {
    /// Index of the lowest band of the cut.
    pub low_band_idx: usize,
    /// Index of the highest band of the cut, itself included.
    pub high_band_idx: usize,
    /// How far the music comes down there, dB; more than 0.
    pub cut_db: f32,
}

impl BandCut {
    /// Price of the cut: area, deep cuts priced higher (dB times bands).
    pub(super) fn cost(&self) -> f32 {
        let num_bands = (self.high_band_idx + 1 - self.low_band_idx) as f32;
        num_bands * self.cut_db * (1.0 + self.cut_db / CUT_DEPTH_PRICE_DB)
    }

    /// Deepest cut of so many bands that costs no more than `cost`, dB.
    pub(super) fn depth_db_for(cost: f32, num_bands: usize) -> f32 {
        let half = CUT_DEPTH_PRICE_DB / 2.0;
        (half * half + CUT_DEPTH_PRICE_DB * cost / num_bands as f32).sqrt() - half
    }

    /// Gain of the music in each band, as a power.
    pub fn gain_power(&self) -> PerBand {
        let mut gain_power = [1.0; NUM_BANDS];
        for gain_power in &mut gain_power[self.low_band_idx..=self.high_band_idx] {
            *gain_power = power_from_db(-self.cut_db);
        }
        gain_power
    }
}

/// A move with the SII that follows from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move<T> {
    /// The move.
    pub what: T,
    /// Mean SII of the line after the move.
    pub sii: f32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cost_and_depth_agree() {
        for (num_bands, cut_db) in [(3, 2.0), (7, 6.5), (18, 12.0)] {
            let cut = BandCut {
                low_band_idx: 2,
                high_band_idx: 1 + num_bands,
                cut_db,
            };
            let depth_db = BandCut::depth_db_for(cut.cost(), num_bands);
            assert!((depth_db - cut_db).abs() < 1e-4);
        }
    }
}
