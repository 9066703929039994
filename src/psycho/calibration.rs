//! From full-scale powers to sound pressure: the calibration of the monitors.
//!
//! Thresholds of hearing, level distortion and the spread of masking are laws of sound pressure, so
//! the same mix has other figures when it is played louder: at 85 dB SPL less of it falls below the
//! threshold than at 79, masking reaches further up, and loud speech begins to distort.

use crate::dsp::band_math::{db_from_powers, powers_from_db};
use crate::dsp::units::SILENCE_DB;
use crate::psycho::bands::{PerBand, edges_hz};

/// RMS level of the noise with which rooms are aligned, dBFS (SMPTE RP 200, ATSC A/85).
pub const ALIGNMENT_DBFS: f32 = -20.0;

/// Sound pressure level of an RMS of full scale, dB SPL, where [`ALIGNMENT_DBFS`] gives
/// `monitor_db_spl`.
pub fn spl_of_full_scale_db(monitor_db_spl: f32) -> f32 {
    monitor_db_spl - ALIGNMENT_DBFS
}

/// Spectrum levels of bands, dB SPL in 1 Hz, from mean squares per band (full scale = 1).
#[derive(Debug, Clone)]
pub struct SpectrumLevels {
    /// Width of each band, dB re 1 Hz.
    width_db: PerBand,
}

impl SpectrumLevels {
    /// For the bands of [`crate::psycho::bands`].
    pub fn new() -> Self {
        Self {
            width_db: std::array::from_fn(|band_idx| {
                let (low_hz, high_hz) = edges_hz(band_idx);
                (10.0 * (high_hz - low_hz).log10()) as f32
            }),
        }
    }

    /// Spectrum level of each band, dB SPL in 1 Hz; finite for any power.
    pub fn from_power(&self, band_power: &PerBand, monitor_db_spl: f32) -> PerBand {
        let full_scale_db_spl = spl_of_full_scale_db(monitor_db_spl);
        let mut level_db = db_from_powers(band_power);
        for (level_db, width_db) in level_db.iter_mut().zip(&self.width_db) {
            *level_db = *level_db + full_scale_db_spl - width_db;
        }
        level_db
    }

    /// Level of each band, dB re full scale, from its spectrum level; not less than silence has.
    pub fn to_dbfs(&self, level_db: &PerBand, monitor_db_spl: f32) -> PerBand {
        let full_scale_db_spl = spl_of_full_scale_db(monitor_db_spl);
        let mut dbfs = *level_db;
        for (dbfs, width_db) in dbfs.iter_mut().zip(&self.width_db) {
            *dbfs = (*dbfs - full_scale_db_spl + width_db).max(SILENCE_DB);
        }
        dbfs
    }

    /// Mean square of each band, full scale = 1, from its spectrum level.
    pub fn to_power(&self, level_db: &PerBand, monitor_db_spl: f32) -> PerBand {
        let full_scale_db_spl = spl_of_full_scale_db(monitor_db_spl);
        let mut band_dbfs = *level_db;
        for (dbfs, width_db) in band_dbfs.iter_mut().zip(&self.width_db) {
            *dbfs = *dbfs - full_scale_db_spl + width_db;
        }
        powers_from_db(&band_dbfs)
    }
}

impl Default for SpectrumLevels {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alignment_noise_has_the_level_of_the_monitors() {
        // Noise of equal spectrum level over all bands, -20 dBFS in total.
        let levels = SpectrumLevels::new();
        let width_hz = levels.width_db.map(|width_db| 10f32.powf(width_db / 10.0));
        let total_hz: f32 = width_hz.iter().sum();
        let band_power = width_hz.map(|width_hz| 0.01 * width_hz / total_hz);
        for monitor_db_spl in [79.0, 85.0] {
            let expected_db = monitor_db_spl - 10.0 * total_hz.log10();
            for level_db in levels.from_power(&band_power, monitor_db_spl) {
                assert!(
                    (level_db - expected_db).abs() < 0.01,
                    "{level_db} {expected_db}"
                );
            }
        }
    }

    #[test]
    fn levels_and_back() {
        let levels = SpectrumLevels::new();
        let band_power: PerBand = std::array::from_fn(|band_idx| 1e-6 * (band_idx + 1) as f32);
        let back = levels.to_power(&levels.from_power(&band_power, 82.0), 82.0);
        for (got, want) in back.iter().zip(band_power) {
            assert!((got / want - 1.0).abs() < 1e-4);
        }
    }
}
