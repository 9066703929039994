//! Who listens: named audiograms.

use crate::psycho::audiogram::Audiogram;

/// A listener with a name.
#[derive(Debug, Clone, Copy)]
pub struct Listener {
    /// By what people ask for it.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Where its thresholds come from.
    pub source: &'static str,
    thresholds: Thresholds,
}

#[derive(Debug, Clone, Copy)]
enum Thresholds {
    Normal,
    Age(u32),
    /// At [`BISGAARD_HZ`].
    Standard([f32; 10]),
}

/// Frequencies of the standard audiograms, Hz. There is none for 8 kHz: the value at 6 kHz is held.
const BISGAARD_HZ: [f32; 10] = [
    250.0, 375.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 6000.0,
];

const ISO_7029: &str = "ISO 7029:2000, median, women and men averaged";
const BISGAARD: &str =
    "Bisgaard, Vlaming, Dahlquist 2010, Trends in Amplification 14(2), 113, tables 2 and 4";

/// Every listener. The standard audiograms end with N4 and S2: from N5 on more is lost than what isn't audible, and the
/// index, which knows no other loss, would be far too kind.
pub const LISTENERS: [Listener; 10] = [
    Listener {
        name: "normal",
        title: "normal hearing",
        source: "0 dB HL",
        thresholds: Thresholds::Normal,
    },
    of_age("age-50", "50 years old", 50),
    of_age("age-60", "60 years old", 60),
    of_age("age-70", "70 years old", 70),
    standard(
        "N1",
        "very mild loss",
        [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 15.0, 20.0, 30.0, 40.0],
    ),
    standard(
        "N2",
        "mild loss",
        [20.0, 20.0, 20.0, 22.5, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0],
    ),
    standard(
        "N3",
        "moderate loss",
        [35.0, 35.0, 35.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0],
    ),
    standard(
        "N4",
        "moderate to severe loss",
        [55.0, 55.0, 55.0, 55.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0],
    ),
    standard(
        "S1",
        "very mild, steep loss",
        [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 15.0, 30.0, 55.0, 70.0],
    ),
    standard(
        "S2",
        "mild, steep loss",
        [20.0, 20.0, 20.0, 22.5, 25.0, 35.0, 55.0, 75.0, 95.0, 95.0],
    ),
];

const fn of_age(name: &'static str, title: &'static str, years: u32) -> Listener {
    Listener {
        name,
        title,
        source: ISO_7029,
        thresholds: Thresholds::Age(years),
    }
}

const fn standard(name: &'static str, title: &'static str, db_hl: [f32; 10]) -> Listener {
    Listener {
        name,
        title,
        source: BISGAARD,
        thresholds: Thresholds::Standard(db_hl),
    }
}

impl Listener {
    /// The listener called `name`, whatever the case of its letters.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        let mut listeners = LISTENERS.iter();
        listeners.find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// The listener's thresholds.
    pub fn audiogram(&self) -> Audiogram {
        match &self.thresholds {
            Thresholds::Normal => Audiogram::NORMAL,
            Thresholds::Age(years) => Audiogram::of_age(*years),
            Thresholds::Standard(db_hl) => Audiogram::through(&BISGAARD_HZ, db_hl),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::{FIRST_SII_BAND, NUM_SII_BANDS};

    #[test]
    fn a_listener_is_found_in_any_case_and_more_loss_is_more() {
        let n2 = Listener::of_name("n2").unwrap().audiogram();
        let n3 = Listener::of_name("N3").unwrap().audiogram();
        assert!(n2.db_hl().iter().zip(n3.db_hl()).all(|(n2, n3)| n2 < n3));
        assert!(Listener::of_name("N9").is_none());
    }

    #[test]
    fn s2_on_the_bands_of_the_standard() {
        let s2 = Listener::of_name("S2").unwrap().audiogram();
        let expected = [
            20.0, 20.0, 20.0, 20.0, 20.0, 20.0, 21.42, 23.06, 25.0, 30.5, 39.49, 55.0, 66.01,
            78.39, 95.0, 95.0, 95.0, 95.0,
        ];
        let bands = s2.db_hl().iter().skip(FIRST_SII_BAND).take(NUM_SII_BANDS);
        for (got, expected) in bands.zip(expected) {
            assert!((got - expected).abs() < 0.01, "{got} {expected}");
        }
    }
}
