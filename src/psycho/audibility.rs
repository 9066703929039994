//! How much of a voice gets through a masker: the band audibility of ANSI S3.5-1997 on the
//! engine's bands, without its level distortion, averaged over the bands that carry words.
//!
//! This plain mean follows measured intelligibility better than the Speech Intelligibility Index
//! does (see [`AUDIBILITY_BANDS`]), so the clash figure rests on it; the exact index stands beside
//! it.

use crate::psycho::bands::{FIRST_SII_BAND, NOMINAL_HZ, NUM_BANDS, NUM_SII_BANDS, PerBand};
use crate::psycho::calibration::SpectrumLevels;
use crate::psycho::sii_tables::{ONE_THIRD_OCTAVE, VocalEffort};
use crate::psycho::spreading::FastSpread;
use crate::settings::MONITOR_DB_SPL;

/// Bands over which audibility is averaged, 160 Hz to 5 kHz, all alike. Over one-second segments of
/// speech over scores, this plain mean ranks with ESTOI and with a recogniser's word errors as well
/// as or better than the Speech Intelligibility Index with its importance function, and better than
/// the mean over all bands. Without the band at 5 kHz it would agree with ESTOI as well, which hears
/// nothing above 4.3 kHz, but less with HASPI: docs/science.md has the figures.
pub const AUDIBILITY_BANDS: std::ops::Range<usize> = 2..18;

/// Lowest ratio of a band's level to the disturbance at which it is audible, dB (ANSI S3.5-1997,
/// 4.7.1, equation 12).
pub const LEAST_RATIO_DB: f32 = -15.0;

/// Range of the ratio over which audibility grows from 0 to 1, dB (ANSI S3.5-1997, 4.7.1, equation 12).
pub const AUDIBILITY_RANGE_DB: f32 = 30.0;

/// Importance per band of the engine: that of the standard for average speech, and 0 for the bands
/// that it lacks.
pub fn importance() -> PerBand {
    let mut per_band = [0.0; NUM_BANDS];
    let standard = ONE_THIRD_OCTAVE.average_importance();
    for (band, &importance) in per_band.iter_mut().skip(FIRST_SII_BAND).zip(standard) {
        *band = importance as f32;
    }
    per_band
}

/// Speech of normal effort as it is on the long-term mean, at 1 m and the default level of the monitors: mean
/// square per band, full scale = 1 (ANSI S3.5-1997, table 3). Bands that it lacks get their neighbour's spectrum
/// level.
pub fn usual_speech_power() -> PerBand {
    let speech_db = ONE_THIRD_OCTAVE.speech_db(VocalEffort::Normal);
    let level_db = std::array::from_fn(|band_idx| {
        let sii_idx = band_idx
            .saturating_sub(FIRST_SII_BAND)
            .min(NUM_SII_BANDS - 1);
        speech_db.get(sii_idx).copied().unwrap_or_default() as f32
    });
    SpectrumLevels::new().to_power(&level_db, MONITOR_DB_SPL.range.default)
}

/// Threshold of hearing per band as a spectrum level, dB SPL in 1 Hz: the reference internal noise
/// of the standard. Bands that it lacks get their neighbour's.
pub fn threshold_db() -> PerBand {
    std::array::from_fn(|band_idx| {
        let sii_idx = band_idx
            .saturating_sub(FIRST_SII_BAND)
            .min(NUM_SII_BANDS - 1);
        let internal_noise_db = ONE_THIRD_OCTAVE.internal_noise_db.get(sii_idx);
        internal_noise_db.copied().unwrap_or_default() as f32
    })
}

/// Threshold of hearing as a masker at the default level of the monitors: mean square per band, full
/// scale = 1.
pub fn threshold_power() -> PerBand {
    SpectrumLevels::new().to_power(&threshold_db(), MONITOR_DB_SPL.range.default)
}

/// Audibility of one band, 0 to 1, where the voice stands `ratio_db` over what disturbs it.
pub fn band_audibility(ratio_db: f32) -> f32 {
    ((ratio_db - LEAST_RATIO_DB) / AUDIBILITY_RANGE_DB).clamp(0.0, 1.0)
}

/// Masking, threshold and audibility on the bands of the engine. All levels are spectrum levels,
/// dB SPL in 1 Hz.
#[derive(Debug, Clone)]
pub struct Audibility {
    spread: FastSpread<NUM_BANDS>,
    threshold_db: PerBand,
}

impl Audibility {
    /// Computes the tables.
    pub fn new() -> Self {
        Self {
            spread: FastSpread::new(&NOMINAL_HZ.map(f64::from)),
            threshold_db: threshold_db(),
        }
    }

    /// What music of the levels `music_db` hides in each band: its own level, and what spreads
    /// upwards from its lower bands.
    pub fn masking_db(&self, music_db: &PerBand) -> PerBand {
        self.spread.masking_level_db(music_db, None)
    }

    /// The greater of `masking_db` and the threshold of hearing, in each band.
    pub fn disturbance_db(&self, masking_db: &PerBand) -> PerBand {
        Self::disturbance_over_db(masking_db, &self.threshold_db)
    }

    /// Mean audibility, 0 to 1, of a voice of the levels `voice_db`.
    pub fn mean(&self, voice_db: &PerBand, disturbance_db: &PerBand) -> f32 {
        let bands = voice_db.iter().zip(disturbance_db);
        let sum: f32 = bands
            .skip(AUDIBILITY_BANDS.start)
            .take(AUDIBILITY_BANDS.len())
            .map(|(voice_db, disturbance_db)| band_audibility(voice_db - disturbance_db))
            .sum();
        sum / AUDIBILITY_BANDS.len() as f32
    }

    /// The greater of `masking_db` and of what isn't heard anyway, `floor_db`, in each band.
    pub fn disturbance_over_db(masking_db: &PerBand, floor_db: &PerBand) -> PerBand {
        let mut disturbance_db = *floor_db;
        for (disturbance_db, masking_db) in disturbance_db.iter_mut().zip(masking_db) {
            *disturbance_db = disturbance_db.max(*masking_db);
        }
        disturbance_db
    }

    /// How many of the [`AUDIBILITY_RANGE_DB`] of each band a voice of the levels `voice_db` has in silence,
    /// dB: what music can take of it at most.
    pub fn range_in_quiet_db(&self, voice_db: &PerBand) -> PerBand {
        let mut range_db = *voice_db;
        for (range_db, threshold_db) in range_db.iter_mut().zip(&self.threshold_db) {
            *range_db = AUDIBILITY_RANGE_DB * band_audibility(*range_db - threshold_db);
        }
        range_db
    }

    /// Mean audibility in silence, 0 to 1: only the threshold disturbs.
    pub fn mean_in_quiet(&self, voice_db: &PerBand) -> f32 {
        self.mean(voice_db, &self.threshold_db)
    }
}

impl Default for Audibility {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_from_nothing_at_minus_15_db_to_all_at_plus_15_db() {
        let audibility = Audibility::new();
        for (ratio_db, expected) in [(-20.0, 0.0), (-15.0, 0.0), (0.0, 0.5), (15.0, 1.0)] {
            let voice_db = [50.0 + ratio_db; NUM_BANDS];
            let got = audibility.mean(&voice_db, &[50.0; NUM_BANDS]);
            assert!((got - expected).abs() < 1e-6, "{ratio_db} dB: {got}");
        }
    }

    #[test]
    fn music_below_the_threshold_takes_nothing() {
        let audibility = Audibility::new();
        let masking_db = audibility.masking_db(&[-40.0; NUM_BANDS]);
        let voice_db = [10.0; NUM_BANDS];
        assert_eq!(
            audibility.mean(&voice_db, &audibility.disturbance_db(&masking_db)),
            audibility.mean_in_quiet(&voice_db)
        );
    }
}
