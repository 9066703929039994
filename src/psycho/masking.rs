//! Upward spread of masking: what a sound in one band hides in the bands above it.

use super::bands::{NUM_BANDS, PerBand};
use crate::dsp::units::{db_from_power, power_from_db};

/// Decades between neighbouring band centres.
const STEP_LOG10: f32 = 0.1;

/// Slope of masking at low level, dB per octave, and how it flattens per dB of band level.
/// ANSI S3.5-1997, 4.3.2.2: C = -80 + 0.6 (B + 10 lg f - 6.353), where the parenthesis is the
/// third-octave band level.
const SLOPE_DB_PER_OCTAVE: (f32, f32) = (-80.0, 0.6);

/// Octaves per decade, as the standard rounds it.
const OCTAVES_PER_DECADE: f32 = 3.32;

/// Band levels that a masker reaches when it spreads upwards.
///
/// `band_power`: the masker's mean square per band (full scale = 1); `spl_of_full_scale_db`: sound
/// pressure level of an RMS of 1, dB SPL. Returns the equivalent masking power per band, its own
/// level included. ANSI S3.5-1997, 4.3.2.3, equation 9, written for band levels: from band to band
/// the spread falls by a constant ratio, so that one pass suffices.
pub fn spread(band_power: &PerBand, spl_of_full_scale_db: f32) -> PerBand {
    let mut masking = *band_power;
    // Band levels grow with bandwidth where spectrum levels don't: one step is 1 dB.
    let bandwidth_db = 10.0 * STEP_LOG10;
    let lower_edge_log10 = 0.89f32.log10();
    for (masker_idx, &power) in band_power.iter().enumerate() {
        if power <= 0.0 {
            continue;
        }
        let level_db_spl = db_from_power(power) + spl_of_full_scale_db;
        // Above about 130 dB SPL the slope of the formula would turn upwards.
        let slope_db = (SLOPE_DB_PER_OCTAVE.0 + SLOPE_DB_PER_OCTAVE.1 * level_db_spl).min(0.0)
            * OCTAVES_PER_DECADE;
        let first_db = slope_db * (STEP_LOG10 + lower_edge_log10) + bandwidth_db;
        let mut reached = power * power_from_db(first_db);
        let ratio = power_from_db(slope_db * STEP_LOG10 + bandwidth_db);
        for band in masking.iter_mut().take(NUM_BANDS).skip(masker_idx + 1) {
            *band += reached;
            reached *= ratio;
        }
    }
    masking
}
