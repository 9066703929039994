//! Thresholds of hearing of one listener, dB HL: 0 is what young people with normal hearing have.

use crate::psycho::bands::{NOMINAL_HZ, NUM_BANDS, PerBand};

/// Frequencies of an audiogram that is given as six numbers, Hz: the octaves of every audiometer.
pub const SIX_HZ: [f32; 6] = [250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0];

/// Thresholds that an audiometer measures, dB HL: what lies outside is a slip of the pen.
pub const THRESHOLD_RANGE_DB_HL: std::ops::RangeInclusive<f32> = -10.0..=120.0;

/// Frequencies that an audiogram may have, Hz.
pub const FREQUENCY_RANGE_HZ: std::ops::RangeInclusive<f32> = 100.0..=16_000.0;

/// Ages for which [`Audiogram::of_age`] has figures, years. The standard ends at 70: beyond, its formula would
/// be an extrapolation.
pub const AGE_RANGE_YEARS: std::ops::RangeInclusive<u32> = 18..=70;

/// Frequencies of [`ISO_7029_MEN`] and [`ISO_7029_WOMEN`], Hz.
const ISO_7029_HZ: [f32; 11] = [
    125.0, 250.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 6000.0, 8000.0,
];

/// Median threshold of otologically normal men over that at 18, dB per squared year: ISO 7029:2000. The
/// coefficient at 750 Hz rests on memory, those at 1500, 3000 and 6000 Hz on one copy of the standard's table.
const ISO_7029_MEN: [f32; 11] = [
    0.003, 0.003, 0.0035, 0.004, 0.004, 0.0055, 0.007, 0.0115, 0.016, 0.018, 0.022,
];

/// Median threshold of otologically normal women over that at 18, dB per squared year: ISO 7029:2000; sure and
/// less sure where [`ISO_7029_MEN`] is.
const ISO_7029_WOMEN: [f32; 11] = [
    0.003, 0.003, 0.0035, 0.004, 0.004, 0.005, 0.006, 0.0075, 0.009, 0.012, 0.015,
];

/// Hearing threshold level T' of one listener in each band of the engine, dB HL.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Audiogram {
    db_hl: PerBand,
}

impl Audiogram {
    /// Normal hearing: 0 dB HL everywhere.
    pub const NORMAL: Self = Self {
        db_hl: [0.0; NUM_BANDS],
    };

    /// Through measured points of rising frequency: `hz` and `db_hl` side by side. Straight lines over the logarithm
    /// of frequency, and the end values beyond the ends.
    pub fn through(hz: &[f32], db_hl: &[f32]) -> Self {
        let at = |band_hz: f32| {
            let mut below: Option<(f32, f32)> = None;
            for (&hz, &db_hl) in hz.iter().zip(db_hl) {
                if hz >= band_hz {
                    let Some((low_hz, low_db)) = below else {
                        return db_hl;
                    };
                    let share = (band_hz / low_hz).ln() / (hz / low_hz).ln();
                    return low_db + share * (db_hl - low_db);
                }
                below = Some((hz, db_hl));
            }
            below.map_or(0.0, |(_, db_hl)| db_hl)
        };
        Self {
            db_hl: NOMINAL_HZ.map(at),
        }
    }

    /// Median of otologically normal people of `years`, women and men averaged: ISO 7029:2000 (alpha times the
    /// squared years over 18). Ages outside of [`AGE_RANGE_YEARS`] count as its nearer end.
    ///
    /// The edition of 2017 gives men of 70 about 10 dB less at 4 kHz and women 3 dB more; its figures could not
    /// be checked, so this is the older one.
    pub fn of_age(years: u32) -> Self {
        let years = years.clamp(*AGE_RANGE_YEARS.start(), *AGE_RANGE_YEARS.end());
        let squared = ((years - AGE_RANGE_YEARS.start()) as f32).powi(2);
        let mut db_hl = ISO_7029_MEN;
        for (men, women) in db_hl.iter_mut().zip(ISO_7029_WOMEN) {
            *men = 0.5 * (*men + women) * squared;
        }
        Self::through(&ISO_7029_HZ, &db_hl)
    }

    /// The threshold in each band, dB HL.
    pub fn db_hl(&self) -> &PerBand {
        &self.db_hl
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(audiogram: &Audiogram, hz: f32) -> f32 {
        let band_idx = NOMINAL_HZ.iter().position(|&it| it == hz).unwrap();
        audiogram.db_hl()[band_idx]
    }

    #[test]
    fn ages_have_the_medians_of_the_standard() {
        // Men 43.3 and women 24.3 dB at 4 kHz, 18.9 and 16.2 dB at 2 kHz.
        let old = Audiogram::of_age(70);
        assert!((at(&old, 4000.0) - 33.8).abs() < 0.05);
        assert!((at(&old, 2000.0) - 17.6).abs() < 0.05);
        assert!((at(&Audiogram::of_age(50), 1000.0) - 4.1).abs() < 0.05);
        assert_eq!(Audiogram::of_age(18), Audiogram::NORMAL);
        assert_eq!(Audiogram::of_age(95), old);
    }

    #[test]
    fn between_points_it_is_straight_over_log_frequency_and_level_beyond() {
        // Bisgaard's N3 on the bands of the standard.
        let hz = [
            250.0, 375.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 6000.0,
        ];
        let db_hl = [35.0, 35.0, 35.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0];
        let n3 = Audiogram::through(&hz, &db_hl);
        for (hz, expected) in [
            (100.0, 35.0),
            (800.0, 36.122),
            (1600.0, 46.122),
            (3150.0, 55.848),
            (10_000.0, 65.0),
        ] {
            assert!((at(&n3, hz) - expected).abs() < 0.002, "{hz} Hz");
        }
    }
}
