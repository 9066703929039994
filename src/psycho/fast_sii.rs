//! The Speech Intelligibility Index for every hop of an audio stream: the one-third-octave procedure
//! of [`crate::psycho::sii`] in single precision, for one ear and average speech.

use crate::psycho::bands::NUM_SII_BANDS;
use crate::psycho::sii::Sii;
use crate::psycho::sii_tables::{ONE_THIRD_OCTAVE, VocalEffort};
use crate::psycho::spreading::{FastSpread, in_level_range};

/// Levels of the bands of the standard, dB SPL in 1 Hz.
pub type SiiLevels = [f32; NUM_SII_BANDS];

/// The index, within 0.0001 of [`Sii::index`] for levels from -100 to 120 dB.
#[derive(Debug, Clone)]
pub struct FastSii {
    spread: FastSpread<NUM_SII_BANDS>,
    importance: SiiLevels,
    internal_noise_db: SiiLevels,
    /// Level of speech at which distortion begins.
    undistorted_db: SiiLevels,
}

impl FastSii {
    /// Computes the tables.
    pub fn new() -> Self {
        let procedure = &ONE_THIRD_OCTAVE;
        let single = |values: &[f64; NUM_SII_BANDS]| values.map(|value| value as f32);
        Self {
            spread: FastSpread::new(&procedure.centre_hz),
            importance: single(Sii::new(procedure).importance()),
            internal_noise_db: single(&procedure.internal_noise_db),
            undistorted_db: procedure
                .speech_db(VocalEffort::Normal)
                .map(|speech_db| speech_db as f32 + 10.0),
        }
    }

    /// The index, 0 to 1, of speech in noise for normal hearing; finite for any levels. The letters are those of
    /// the standard ([`crate::psycho::sii`]).
    pub fn index(&self, speech_db: &SiiLevels, noise_db: &SiiLevels) -> f32 {
        self.index_over(speech_db, noise_db, &self.internal_noise_db)
    }

    /// The index, 0 to 1, as by [`Self::index`], of a listener who hears nothing below the levels
    /// `internal_noise_db` (X' of the standard): never greater where they are.
    pub fn index_over(
        &self,
        speech_db: &SiiLevels,
        noise_db: &SiiLevels,
        internal_noise_db: &SiiLevels,
    ) -> f32 {
        // Z
        let masking_db = self.spread.masking_level_db(noise_db, Some(speech_db));
        let speech_db = speech_db.map(in_level_range);
        let (mut distortion, mut audible) = (speech_db, speech_db);
        for (distortion, undistorted_db) in distortion.iter_mut().zip(&self.undistorted_db) {
            // L
            *distortion = unit(1.0 - (*distortion - undistorted_db) / 160.0);
        }
        let disturbance_db = masking_db.iter().zip(internal_noise_db);
        for (audible, (masking_db, noise_db)) in audible.iter_mut().zip(disturbance_db) {
            // D, K
            let disturbance_db = if masking_db > noise_db {
                masking_db
            } else {
                noise_db
            };
            *audible = unit((*audible - disturbance_db + 15.0) / 30.0);
        }
        let bands = distortion.iter().zip(&audible).zip(&self.importance);
        let sum: f32 = bands.map(|((l, k), importance)| importance * l * k).sum();
        sum.min(1.0)
    }
}

/// A finite value clamped to 0 to 1. (Not by `clamp`, whose path for NaN prevents auto-vectorisation.)
fn unit(value: f32) -> f32 {
    let value = if value > 0.0 { value } else { 0.0 };
    if value < 1.0 { value } else { 1.0 }
}

impl Default for FastSii {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::sii::SiiInput;

    #[test]
    fn agrees_with_the_exact_procedure_on_any_spectra() {
        let (fast, exact) = (FastSii::new(), Sii::new(&ONE_THIRD_OCTAVE));
        let mut random = fastrand::Rng::with_seed(1);
        let mut level_db = |span_db: f32| random.f32() * span_db;
        let (mut greatest, mut sum) = (0.0f64, 0.0);
        for case in 0..10_000 {
            let (speech_base_db, noise_base_db) = (level_db(120.0) - 40.0, level_db(130.0) - 50.0);
            let speech_db = [(); NUM_SII_BANDS].map(|()| speech_base_db + level_db(40.0));
            let noise_db = [(); NUM_SII_BANDS].map(|()| noise_base_db + level_db(40.0));
            let expected = exact.index(&SiiInput::new(
                speech_db.map(f64::from),
                noise_db.map(f64::from),
            ));
            let got = f64::from(fast.index(&speech_db, &noise_db));
            greatest = greatest.max((got - expected).abs());
            sum += expected;
            assert!(
                (got - expected).abs() < 1e-4,
                "case {case}: {got} {expected}"
            );
        }
        assert!(
            sum > 1000.0,
            "the spectra are no trivial ones: {sum}, {greatest}"
        );
    }

    #[test]
    fn is_finite_for_any_levels() {
        let fast = FastSii::new();
        for level_db in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30, -1e30] {
            let index = fast.index(&[level_db; NUM_SII_BANDS], &[-50.0; NUM_SII_BANDS]);
            assert!((0.0..=1.0).contains(&index), "{level_db}: {index}");
            let index = fast.index(&[60.0; NUM_SII_BANDS], &[level_db; NUM_SII_BANDS]);
            assert!((0.0..=1.0).contains(&index), "{level_db}: {index}");
        }
    }
}
