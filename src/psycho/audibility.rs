//! How much of a voice gets through a masker: the band audibility of ANSI S3.5-1997 on the
//! engine's bands, summed by importance.

use super::bands::{FIRST_SII_BAND, NUM_BANDS, NUM_SII_BANDS, PerBand, centre_hz, edges_hz};
use super::choices::MONITOR_DB_SPL;
use crate::dsp::units::{db_from_power, power_from_db};

/// Importance of the 18 third-octave bands for average speech, sums to 1 (ANSI S3.5-1997, table 3).
const IMPORTANCE: [f32; NUM_SII_BANDS] = [
    0.0083, 0.0095, 0.0150, 0.0289, 0.0440, 0.0578, 0.0653, 0.0711, 0.0818, 0.0844, 0.0882, 0.0898,
    0.0868, 0.0844, 0.0771, 0.0527, 0.0364, 0.0185,
];

/// Reference internal noise of the same bands, spectrum level, dB SPL (ANSI S3.5-1997, table 3).
const INTERNAL_NOISE_DB: [f32; NUM_SII_BANDS] = [
    0.6, -1.7, -3.9, -6.1, -8.2, -9.7, -10.8, -11.9, -12.5, -13.5, -15.4, -17.7, -21.2, -24.2,
    -25.9, -23.6, -15.8, -7.1,
];

/// Sound pressure level of an RMS of full scale, dB SPL, where -20 dBFS gives `monitor_db_spl`.
pub fn spl_of_full_scale_db(monitor_db_spl: f32) -> f32 {
    monitor_db_spl + 20.0
}

/// Importance per band of the engine: that of the standard, and 0 for the bands that it lacks.
pub fn importance() -> PerBand {
    let mut per_band = [0.0; NUM_BANDS];
    for (band, importance) in per_band.iter_mut().skip(FIRST_SII_BAND).zip(IMPORTANCE) {
        *band = importance;
    }
    per_band
}

/// Threshold of hearing as a masker: mean square per band re full scale. Bands that the standard
/// lacks get their neighbour's threshold.
pub fn threshold_power() -> PerBand {
    std::array::from_fn(|band_idx| {
        let sii_idx = band_idx
            .saturating_sub(FIRST_SII_BAND)
            .min(NUM_SII_BANDS - 1);
        let (low_hz, high_hz) = edges_hz(band_idx);
        debug_assert!((low_hz..high_hz).contains(&centre_hz(band_idx)));
        let spectrum_level_db = INTERNAL_NOISE_DB.get(sii_idx).copied().unwrap_or_default();
        let band_db_spl = spectrum_level_db + 10.0 * ((high_hz - low_hz) as f32).log10();
        power_from_db(band_db_spl - spl_of_full_scale_db(MONITOR_DB_SPL))
    })
}

/// Band audibility, 0 to 1: ANSI S3.5-1997, 5.8, equation 12, without the level distortion.
pub fn band_audibility(dialogue_power: f32, masking_power: f32) -> f32 {
    let ratio_db = db_from_power(dialogue_power) - db_from_power(masking_power);
    ((ratio_db + 15.0) / 30.0).clamp(0.0, 1.0)
}

/// Audibility of a voice under a masker, 0 to 1: band audibilities weighted by `importance`.
/// Arguments per band; powers as mean squares re full scale.
pub fn audibility(dialogue: &PerBand, masking: &PerBand, importance: &PerBand) -> f32 {
    dialogue
        .iter()
        .zip(masking)
        .zip(importance)
        .map(|((&dialogue, &masking), weight)| weight * band_audibility(dialogue, masking))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_from_nothing_at_minus_15_db_to_all_at_plus_15_db() {
        let weights = importance();
        for (ratio_db, expected) in [(-15.0, 0.0), (0.0, 0.5), (15.0, 1.0)] {
            let got = audibility(
                &[power_from_db(ratio_db - 40.0); NUM_BANDS],
                &[power_from_db(-40.0); NUM_BANDS],
                &weights,
            );
            assert!((got - expected).abs() < 1e-4, "{ratio_db} dB: {got}");
        }
    }
}
