//! Who listens, where and through what, as the figures need it: a level, noise in the room, and what isn't heard.
//!
//! With E and N the speech and the noise of ANSI S3.5-1997, R the noise of the room, X the internal noise of the
//! ear, T' the hearing threshold (section 4.4) and G the response of the loudspeakers (0 dB or less):
//!
//! ```text
//! N = music + R, as powers
//! D = max(Z(E, N), F)                       disturbance                section 4.5
//! F = max(X + T', Z(R) if G < 0) - G        what isn't heard of E
//! ```
//!
//! A loudspeaker takes as much from the music as from the words, so what is between them stays; in its place the
//! room and the threshold come up by what it doesn't play. That is the standard's way for a full range (G = 0), and it is
//! careful for a narrow one: no relief is taken from music that masked upwards and isn't played. So the
//! figures never rise with more loss, more noise or a narrower loudspeaker.

use crate::psycho::audibility::{Audibility, threshold_db};
use crate::psycho::audiogram::Audiogram;
use crate::psycho::bands::{FIRST_SII_BAND, NUM_BANDS, NUM_SII_BANDS, PerBand};
use crate::psycho::calibration::{SpectrumLevels, spl_of_full_scale_db};
use crate::psycho::fast_sii::SiiLevels;
use crate::psycho::sii_tables::ONE_THIRD_OCTAVE;
use crate::psycho::spreading::FastSpread;

/// What a situation is made of, each part of which can be left out to see what it costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// Thresholds of the listener.
    pub audiogram: Audiogram,
    /// Noise of the place in each band, dB SPL; `None` for silence.
    pub room_db_spl: Option<PerBand>,
    /// Response of the loudspeakers in each band, dB, 0 or less; `None` for the full range.
    pub response_db: Option<PerBand>,
    /// Level of a noise of -20 dBFS RMS, dB SPL.
    pub monitor_db_spl: f32,
}

impl Parts {
    /// Normal hearing in silence, through loudspeakers of full range.
    pub fn reference(monitor_db_spl: f32) -> Self {
        Self {
            audiogram: Audiogram::NORMAL,
            room_db_spl: None,
            response_db: None,
            monitor_db_spl,
        }
    }
}

/// A listener in a place with a device at a level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Situation {
    /// Level of a noise of -20 dBFS RMS, dB SPL.
    pub monitor_db_spl: f32,
    /// Whether it is normal hearing in silence through loudspeakers of full range.
    is_reference: bool,
    /// Noise of the place as the music's equals: mean square per band, full scale = 1.
    room_power: PerBand,
    /// F on the bands of the engine, dB SPL in 1 Hz.
    floor_db: PerBand,
    /// F on the bands of the standard, dB SPL in 1 Hz.
    sii_floor_db: SiiLevels,
    /// What is hidden without any music, dB SPL in 1 Hz.
    quiet_db: PerBand,
    /// F as a mean square per band, full scale = 1.
    floor_power: PerBand,
}

impl Situation {
    /// Normal hearing in silence, through loudspeakers of full range.
    pub fn reference(monitor_db_spl: f32) -> Self {
        let threshold_db = threshold_db();
        Self {
            monitor_db_spl,
            is_reference: true,
            room_power: [0.0; NUM_BANDS],
            quiet_db: threshold_db,
            floor_power: [0.0; NUM_BANDS],
            floor_db: threshold_db,
            sii_floor_db: ONE_THIRD_OCTAVE.internal_noise_db.map(|db| db as f32),
        }
    }

    /// The reference listener's with monitors at another level, dB SPL of a noise of -20 dBFS RMS: nothing else of it
    /// depends on them.
    pub(super) fn with_monitors(self, monitor_db_spl: f32) -> Self {
        Self {
            monitor_db_spl,
            ..self
        }
    }

    /// The situation that `parts` make. Doesn't allocate.
    pub fn new(parts: &Parts) -> Self {
        let mut situation = Self::reference(parts.monitor_db_spl);
        let loss_db = parts.audiogram.db_hl();
        for (floor_db, loss_db) in situation.floor_db.iter_mut().zip(loss_db) {
            *floor_db += loss_db;
        }
        let sii_loss_db = loss_db.iter().skip(FIRST_SII_BAND);
        for (floor_db, loss_db) in situation.sii_floor_db.iter_mut().zip(sii_loss_db) {
            *floor_db += loss_db;
        }
        let full_scale_db = spl_of_full_scale_db(parts.monitor_db_spl);
        if let Some(room_db_spl) = &parts.room_db_spl {
            let room_dbfs = room_db_spl.map(|db_spl| db_spl - full_scale_db);
            situation.room_power = room_dbfs.map(|dbfs| 10f32.powf(dbfs / 10.0));
        }
        if let Some(response_db) = &parts.response_db {
            situation.raise_floors(response_db, parts.room_db_spl.is_some());
        }
        situation.is_reference = *parts == Parts::reference(parts.monitor_db_spl);
        if !situation.is_reference {
            let levels = SpectrumLevels::new();
            let room_db = levels.from_power(&situation.room_power, situation.monitor_db_spl);
            let room_db = Audibility::new().masking_db(&room_db);
            situation.quiet_db = Audibility::disturbance_over_db(&room_db, &situation.floor_db);
            situation.floor_power = levels.to_power(&situation.floor_db, situation.monitor_db_spl);
        }
        situation
    }

    /// Brings up what isn't heard by what the loudspeakers don't play.
    fn raise_floors(&mut self, response_db: &PerBand, has_room: bool) {
        let raise = |floor_db: &mut f32, room_db: f32, response_db: f32| {
            let response_db = response_db.min(0.0);
            if response_db < 0.0 && has_room {
                *floor_db = floor_db.max(room_db);
            }
            *floor_db -= response_db;
        };
        let room_db = SpectrumLevels::new().from_power(&self.room_power, self.monitor_db_spl);
        let spread_db = Audibility::new().masking_db(&room_db);
        let bands = spread_db.iter().zip(response_db);
        for (floor_db, (&room_db, &response_db)) in self.floor_db.iter_mut().zip(bands) {
            raise(floor_db, room_db, response_db);
        }
        let mut sii_room_db = [0.0; NUM_SII_BANDS];
        for (to_db, from_db) in sii_room_db
            .iter_mut()
            .zip(room_db.iter().skip(FIRST_SII_BAND))
        {
            *to_db = *from_db;
        }
        let spread = FastSpread::new(&ONE_THIRD_OCTAVE.centre_hz);
        let spread_db = spread.masking_level_db(&sii_room_db, None);
        let bands = spread_db
            .iter()
            .zip(response_db.iter().skip(FIRST_SII_BAND));
        for (floor_db, (&room_db, &response_db)) in self.sii_floor_db.iter_mut().zip(bands) {
            raise(floor_db, room_db, response_db);
        }
    }

    /// Whether it is normal hearing in silence through loudspeakers of full range.
    pub fn is_reference(&self) -> bool {
        self.is_reference
    }

    /// What is hidden without any music, dB SPL in 1 Hz.
    pub fn quiet_db(&self) -> &PerBand {
        &self.quiet_db
    }

    /// Mean square per band below which nothing is heard of a voice, full scale = 1; 0 for the reference listener, whose
    /// threshold goes with the monitors.
    pub fn floor_power(&self) -> &PerBand {
        &self.floor_power
    }

    /// What hides a voice where music masks with `masking_db`: for others than the reference listener the threshold, too.
    pub fn hiding_db(&self, masking_db: &PerBand) -> PerBand {
        match self.is_reference {
            true => *masking_db,
            false => Audibility::disturbance_over_db(masking_db, &self.floor_db),
        }
    }

    /// Noise of the place: mean square per band, full scale = 1; 0 in silence.
    pub fn room_power(&self) -> &PerBand {
        &self.room_power
    }

    /// Music of these powers and the noise of the place together: mean squares per band.
    pub fn with_room(&self, music_power: &PerBand) -> PerBand {
        let mut power = *music_power;
        for (power, room_power) in power.iter_mut().zip(&self.room_power) {
            *power += room_power;
        }
        power
    }

    /// Spectrum level below which nothing of the voice is heard whatever the music does, dB SPL in 1 Hz, before the
    /// loudspeakers: threshold, and where they don't reach the noise of the place.
    pub fn floor_db(&self) -> &PerBand {
        &self.floor_db
    }

    /// As [`Self::floor_db`], on the bands of the standard.
    pub fn sii_floor_db(&self) -> &SiiLevels {
        &self.sii_floor_db
    }
}
