//! What the sound comes out of: the range that its loudspeakers reach.

use crate::psycho::bands::{PerBand, centre_hz};

/// What the sound comes out of: the loudspeakers of one kind of device.
#[derive(Debug, Clone, Copy)]
pub struct Device {
    /// By what people ask for it.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Where its range comes from, and how sure it is.
    pub source: &'static str,
    /// The range of its loudspeakers; `None` reaches everything.
    pub range: Option<PlayedRange>,
}

/// A range of frequencies with a slope at each end.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlayedRange {
    /// Where it is 3 dB down below, Hz.
    pub low_hz: f32,
    /// Where it is 3 dB down above, Hz.
    pub high_hz: f32,
    /// How fast it falls beyond both, dB per octave.
    pub slope_db_per_octave: f32,
}

/// Slope of a small closed loudspeaker below its resonance, dB per octave; vented or protected ones fall by 18 to 24.
pub const USUAL_SLOPE_DB_PER_OCTAVE: f32 = 12.0;

const TYPICAL: &str = "typical, not measured: a preset to change";

/// Every kind.
pub const DEVICES: [Device; 6] = [
    Device {
        name: "full",
        title: "full range",
        source: "reaches all that the mix has",
        range: None,
    },
    limited("tv", "flat television", 130.0, 16_000.0, TYPICAL),
    limited("laptop", "laptop", 300.0, 16_000.0, TYPICAL),
    limited(
        "tablet",
        "tablet",
        630.0,
        16_000.0,
        "lower end: Chang and Wang 2018, Journal of Mechanics (a micro-loudspeaker in a tablet of 10 inches); upper \
         end and slopes typical",
    ),
    limited("phone", "phone", 700.0, 16_000.0, TYPICAL),
    Device {
        range: Some(PlayedRange {
            low_hz: 300.0,
            high_hz: 3400.0,
            slope_db_per_octave: 24.0,
        }),
        ..limited(
            "telephone",
            "telephone line",
            300.0,
            3400.0,
            "ITU-T P.310 and P.342, 300 to 3400 Hz; slopes are our choice",
        )
    },
];

const fn limited(
    name: &'static str,
    title: &'static str,
    low_hz: f32,
    high_hz: f32,
    source: &'static str,
) -> Device {
    Device {
        name,
        title,
        source,
        range: Some(PlayedRange {
            low_hz,
            high_hz,
            slope_db_per_octave: USUAL_SLOPE_DB_PER_OCTAVE,
        }),
    }
}

impl Device {
    /// The kind called `name`, whatever the case of its letters.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        let mut kinds = DEVICES.iter();
        kinds.find(|it| it.name.eq_ignore_ascii_case(name))
    }
}

impl PlayedRange {
    /// Response in each band, dB; 0 or less. Falls as a Butterworth filter of the slope does.
    pub fn response_db(&self) -> PerBand {
        // 6 dB per octave and order; powers fall by the double exponent.
        let exponent = f64::from(self.slope_db_per_octave) / 3.0;
        std::array::from_fn(|band_idx| {
            let hz = centre_hz(band_idx);
            let below = (f64::from(self.low_hz) / hz).powf(exponent);
            let above = (hz / f64::from(self.high_hz)).powf(exponent);
            (-10.0 * ((1.0 + below) * (1.0 + above)).log10()) as f32
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_3_db_down_at_its_ends_and_falls_by_its_slope() {
        let range = PlayedRange {
            low_hz: 1000.0,
            high_hz: 80_000.0,
            slope_db_per_octave: 12.0,
        };
        let response_db = range.response_db();
        assert!((response_db[10] + 3.0).abs() < 0.05, "{response_db:?}");
        // An octave is three bands.
        let fall_db = response_db[3] - response_db[0];
        assert!((fall_db - 12.0).abs() < 0.1, "{fall_db}");
        assert!(response_db[16] > -0.1);
    }
}
