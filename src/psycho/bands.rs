//! The 21 third-octave bands of the analysis, 100 Hz to 10 kHz: the 18 bands of ANSI S3.5-1997
//! (160 Hz to 8 kHz) and the neighbours that mask into them or are cut with them.

/// Number of bands.
pub const NUM_BANDS: usize = 21;

/// Index of the lowest band that ANSI S3.5-1997 has (160 Hz).
pub const FIRST_SII_BAND: usize = 2;

/// Number of bands that ANSI S3.5-1997 has (160 Hz to 8 kHz).
pub const NUM_SII_BANDS: usize = 18;

/// Nominal centre frequencies, Hz (IEC 61260-1; ANSI S3.5-1997, table 3).
pub const NOMINAL_HZ: [f32; NUM_BANDS] = [
    100.0, 125.0, 160.0, 200.0, 250.0, 315.0, 400.0, 500.0, 630.0, 800.0, 1000.0, 1250.0, 1600.0,
    2000.0, 2500.0, 3150.0, 4000.0, 5000.0, 6300.0, 8000.0, 10000.0,
];

/// One value per band.
pub type PerBand = [f32; NUM_BANDS];

/// Exact centre frequency of band `band_idx`, Hz: 10^(n/10) (IEC 61260-1, base ten).
pub fn centre_hz(band_idx: usize) -> f64 {
    10f64.powf((20 + band_idx) as f64 / 10.0)
}

/// Exact edges of band `band_idx`, Hz: half a third-octave to each side of its centre.
pub fn edges_hz(band_idx: usize) -> (f64, f64) {
    let half = 10f64.powf(0.05);
    (centre_hz(band_idx) / half, centre_hz(band_idx) * half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_centres_are_within_two_percent_of_the_nominal_ones() {
        for (band_idx, nominal_hz) in NOMINAL_HZ.into_iter().enumerate() {
            let ratio = centre_hz(band_idx) / f64::from(nominal_hz);
            assert!((ratio - 1.0).abs() < 0.02, "{nominal_hz} Hz: {ratio}");
        }
    }
}
