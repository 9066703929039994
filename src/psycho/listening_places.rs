//! Where somebody listens: the noise of the place, and how loud people have it there. One table, with sources.
//!
//! No measured third-octave spectrum of a living room, a kitchen, a train or a cabin could be had: noises without
//! a note have Hoth's room spectrum, which is sure, at a level that is a choice within published ranges. So each
//! place is a preset to change, not a measurement.

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::choices::{DIALOGUE_LUFS, HOME_DIALOGUE_DBA, RAISED_ABOVE_DBA, RAISED_PER_DB};

/// A place.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// By what people ask for it.
    pub name: &'static str,
    /// What it is, in words.
    pub title: &'static str,
    /// Where noise and level come from, and how sure they are.
    pub source: &'static str,
    noise: Noise,
    level: PlayedAt,
}

#[derive(Debug, Clone, Copy)]
enum Noise {
    /// Nothing is heard of it.
    None,
    /// Hoth's room noise of so many dBA.
    Hoth { dba: f32 },
    /// Third-octave levels, dB SPL, and their A-weighted sum.
    Thirds { db_spl: PerBand, dba: f32 },
}

#[derive(Debug, Clone, Copy)]
enum PlayedAt {
    /// A calibrated room: level of a noise of -20 dBFS RMS, dB SPL.
    Monitor(f32),
    /// Somebody has a knob, and turns it until the dialogue is easy to follow.
    Knob,
}

/// Every place.
pub const PLACES: [Place; 8] = [
    Place {
        name: "dub-stage",
        title: "on a dub stage",
        source: "85 dB SPL at -20 dBFS (SMPTE RP 200); its noise isn't heard",
        noise: Noise::None,
        level: PlayedAt::Monitor(85.0),
    },
    Place {
        name: "near-field",
        title: "at near-field monitors",
        source: "79 dB SPL at -20 dBFS (ATSC A/85); the room's noise isn't heard",
        noise: Noise::None,
        level: PlayedAt::Monitor(79.0),
    },
    Place {
        name: "cinema",
        title: "in the cinema",
        source: "NC-30 (Beranek 1957; ANSI S12.2), octaves spread over thirds; 85 dB SPL at -20 dBFS, the reference level: \
                 many halls play softer (SMPTE 2024, without a figure)",
        noise: Noise::Thirds {
            db_spl: NC_30,
            dba: 39.7,
        },
        level: PlayedAt::Monitor(85.0),
    },
    Place {
        name: "living-room",
        title: "in a quiet living room",
        source: "Hoth's spectrum (IEEE 269, ITU-T P.800) at 30 dBA, a choice between NC-20 (31) and less",
        noise: Noise::Hoth { dba: 30.0 },
        level: PlayedAt::Knob,
    },
    Place {
        name: "living-room-busy",
        title: "in a busy living room",
        source: "Hoth's spectrum at 42 dBA, a choice within the 35 to 50 dBA of heating and ventilation (Jackson and \
                 Leventhall 1975)",
        noise: Noise::Hoth { dba: 42.0 },
        level: PlayedAt::Knob,
    },
    Place {
        name: "kitchen",
        title: "in a kitchen at work",
        source: "Hoth's spectrum at 55 dBA, a choice within the 40 to 90 dBA of kitchen appliances (Jackson and Leventhall \
                 1975)",
        noise: Noise::Hoth { dba: 55.0 },
        level: PlayedAt::Knob,
    },
    Place {
        name: "train",
        title: "on a train",
        source: "Hoth's spectrum at 62 dBA, within the 59 to 66 dBA of studies of high-speed trains (J. Acoust. Soc. Am. 138, \
                 3976, 2015); the shape is a choice",
        noise: Noise::Hoth { dba: 62.0 },
        level: PlayedAt::Knob,
    },
    Place {
        name: "aeroplane",
        title: "in an aeroplane",
        source: "69.5 dBA and 83.7 dBC in cruise (A380, a published average); a straight line of 4.3 dB per octave that has \
                 both",
        noise: Noise::Thirds {
            db_spl: A380,
            dba: 69.5,
        },
        level: PlayedAt::Knob,
    },
];

/// Hoth's room noise of 50 dBA in third-octaves, dB SPL (IEEE 269-2001, ITU-T P.800; 10 kHz extrapolated).
const HOTH_50_DBA: PerBand = [
    46.0, 45.5, 44.8, 44.3, 43.6, 43.0, 42.4, 41.7, 41.1, 40.5, 39.8, 39.2, 38.6, 38.0, 37.2, 36.4,
    35.1, 33.2, 30.3, 26.1, 21.7,
];

/// NC-30 in third-octaves, dB SPL: octave levels interpolated over log frequency, less 4.77 dB.
const NC_30: PerBand = [
    46.2, 43.2, 40.7, 38.5, 36.2, 34.2, 32.2, 30.2, 28.9, 27.5, 26.2, 25.6, 24.9, 24.2, 23.9, 23.6,
    23.2, 22.9, 22.6, 22.2, 21.9,
];

/// Cabin of an A380 in cruise in third-octaves, dB SPL.
const A380: PerBand = [
    72.4, 71.1, 69.5, 68.1, 66.7, 65.3, 63.8, 62.4, 61.0, 59.5, 58.1, 56.7, 55.2, 53.8, 52.4, 51.0,
    49.5, 48.1, 46.7, 45.2, 43.8,
];

impl Place {
    /// The place called `name`, whatever the case of its letters.
    pub fn of_name(name: &str) -> Option<&'static Self> {
        let mut places = PLACES.iter();
        places.find(|it| it.name.eq_ignore_ascii_case(name))
    }

    /// Level of its noise, dBA; `None` where nothing is heard of it.
    pub fn noise_dba(&self) -> Option<f32> {
        match &self.noise {
            Noise::None => None,
            Noise::Hoth { dba } | Noise::Thirds { dba, .. } => Some(*dba),
        }
    }

    /// Its noise in each band, dB SPL; `None` where nothing is heard of it.
    pub fn noise_db_spl(&self) -> Option<PerBand> {
        match &self.noise {
            Noise::None => None,
            Noise::Hoth { dba } => Some(hoth_db_spl(*dba)),
            Noise::Thirds { db_spl, .. } => Some(*db_spl),
        }
    }

    /// How loud people have it: level of a noise of -20 dBFS RMS, dB SPL.
    pub fn monitor_db_spl(&self) -> f32 {
        match self.level {
            PlayedAt::Monitor(db_spl) => db_spl,
            PlayedAt::Knob => monitor_for_dialogue(chosen_dialogue_dba(self.noise_dba())),
        }
    }
}

/// Hoth's room noise of `dba` in each band, dB SPL.
pub fn hoth_db_spl(dba: f32) -> PerBand {
    let mut db_spl = [0.0; NUM_BANDS];
    for (db_spl, at_50) in db_spl.iter_mut().zip(HOTH_50_DBA) {
        *db_spl = at_50 + dba - 50.0;
    }
    db_spl
}

/// Level at which people have dialogue in a noise of so many dBA: see [`HOME_DIALOGUE_DBA`].
fn chosen_dialogue_dba(noise_dba: Option<f32>) -> f32 {
    let above_db = noise_dba.map_or(0.0, |dba| (dba - RAISED_ABOVE_DBA).max(0.0));
    HOME_DIALOGUE_DBA + RAISED_PER_DB * above_db
}

/// The level of a noise of -20 dBFS RMS at which dialogue of [`DIALOGUE_LUFS`] has `dba`, dB SPL.
fn monitor_for_dialogue(dba: f32) -> f32 {
    dba + crate::psycho::calibration::ALIGNMENT_DBFS - DIALOGUE_LUFS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::centre_hz;

    /// A-weighted sum of third-octave levels (IEC 61672-1), dBA.
    fn dba(db_spl: &PerBand) -> f64 {
        let weight = |hz: f64| {
            let f = hz * hz;
            let gain = 12_194f64.powi(2) * f * f
                / ((f + 20.6f64.powi(2))
                    * ((f + 107.7f64.powi(2)) * (f + 737.9f64.powi(2))).sqrt()
                    * (f + 12_194f64.powi(2)));
            20.0 * gain.log10() + 2.0
        };
        let bands = db_spl.iter().enumerate();
        let powers = bands.map(|(band_idx, &db)| {
            10f64.powf((f64::from(db) + weight(centre_hz(band_idx))) / 10.0)
        });
        10.0 * powers.sum::<f64>().log10()
    }

    #[test]
    fn the_noise_of_every_place_has_the_level_that_is_told() {
        for place in &PLACES {
            let (Some(told), Some(db_spl)) = (place.noise_dba(), place.noise_db_spl()) else {
                continue;
            };
            // The cabin's level counts bands below 100 Hz; NC curves are told by their octaves.
            let got = dba(&db_spl);
            assert!((got - f64::from(told)).abs() < 1.0, "{}: {got}", place.name);
        }
        assert!((dba(&HOTH_50_DBA) - 50.0).abs() < 0.1);
    }

    #[test]
    fn a_film_is_played_softer_at_home_and_louder_in_noise() {
        let level = |name| Place::of_name(name).unwrap().monitor_db_spl();
        assert_eq!(level("cinema"), 85.0);
        assert_eq!(level("living-room"), 67.0);
        assert!((level("kitchen") - 71.5).abs() < 1e-4);
        assert!(level("train") > level("kitchen"));
    }
}
