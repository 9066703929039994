//! The meter proper: what dialogue and music at certain levels mean for the listener.
//!
//! The meter has no memory. The follower calls it for every hop; advice calls it again with the levels that
//! the music would have after a cut, so that what is promised is what is then measured.

use crate::clash::choices::{HIDDEN_BELOW_DB, MUSIC_VOICE_COST_DB};
use crate::dsp::band_math::db_from_powers;
use crate::psycho::audibility::{Audibility, importance};
use crate::psycho::bands::{FIRST_SII_BAND, NUM_BANDS, NUM_SII_BANDS, PerBand};
use crate::psycho::calibration::SpectrumLevels;
use crate::psycho::fast_sii::{FastSii, SiiLevels};
use crate::psycho::sii::{NO_NOISE_DB, Sii, SiiInput};
use crate::psycho::sii_tables::ONE_THIRD_OCTAVE;
use crate::psycho::situation::Situation;
use crate::snapshot::{Figures, HopLevels};

/// Tables for the figures.
///
/// ```
/// use underscore::clash::meter::SiiMeter;
/// use underscore::clash::verdict::Verdict;
/// use underscore::psycho::bands::NUM_BANDS;
/// use underscore::snapshot::HopLevels;
///
/// // Every band of the dialogue at -40 dBFS, of the music at -60 and at -30 dBFS.
/// let [under_soft, under_loud] = [1e-6, 1e-3].map(|music_power| {
///     let levels = HopLevels {
///         dialogue_power: [1e-4; NUM_BANDS],
///         music_power: [music_power; NUM_BANDS],
///     };
///     SiiMeter::new().read(&levels, 79.0)
/// });
/// assert!(under_loud.sii < under_soft.sii && under_loud.audibility < under_soft.audibility);
/// let verdict = Verdict::new(under_loud.sii, under_loud.sii_without_music);
/// assert_eq!(verdict, Verdict::Masked);
/// ```
#[derive(Debug, Clone)]
pub struct SiiMeter {
    levels: SpectrumLevels,
    audibility: Audibility,
    fast_sii: FastSii,
    sii: Sii<NUM_SII_BANDS>,
    importance: PerBand,
}

/// Music and what it masks, as spectrum levels per band, dB SPL in 1 Hz.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Masking {
    music_db: PerBand,
    masking_db: PerBand,
    /// Level of the masking in each band, the spread from lower bands included, dBFS.
    pub dbfs: PerBand,
}

impl SiiMeter {
    /// Computes the tables.
    pub fn new() -> Self {
        Self {
            levels: SpectrumLevels::new(),
            audibility: Audibility::new(),
            fast_sii: FastSii::new(),
            sii: Sii::new(&ONE_THIRD_OCTAVE),
            importance: importance(),
        }
    }

    /// Audibility and SII at `monitor_db_spl`, with and without the music. Finite for any levels;
    /// never allocates.
    pub fn read(&self, levels: &HopLevels, monitor_db_spl: f32) -> Figures {
        self.read_foreground(levels, monitor_db_spl, false)
    }

    /// Audibility and SII as by [`Self::read`], of music that may have a voice in it. A voice competes for
    /// the listener's ear beyond what it masks, so the audibility is that under music louder by
    /// [`MUSIC_VOICE_COST_DB`]; the SII is as the standard has it.
    pub fn read_foreground(
        &self,
        levels: &HopLevels,
        monitor_db_spl: f32,
        has_music_voice: bool,
    ) -> Figures {
        let situation = Situation::reference(monitor_db_spl);
        self.read_in(&situation, levels, monitor_db_spl, has_music_voice)
    }

    /// Audibility and SII as by [`Self::read_foreground`], of somebody who listens in `situation`. The SII without the
    /// music is that of the reference listener at `monitor_db_spl` all the same: what the line has to lose, by which
    /// it is judged.
    pub fn read_in(
        &self,
        situation: &Situation,
        levels: &HopLevels,
        monitor_db_spl: f32,
        has_music_voice: bool,
    ) -> Figures {
        let masking = self.masking_in(situation, &levels.music_power);
        let dialogue_power = &levels.dialogue_power;
        self.figures_in(
            situation,
            dialogue_power,
            &masking,
            monitor_db_spl,
            has_music_voice,
        )
    }

    /// Figures as by [`Self::read_in`], and how far what the music masks stands above a word of `word_power` (mean squares
    /// per band) in each band, dB; 0 where it doesn't.
    pub fn read_hop(
        &self,
        situation: &Situation,
        levels: &HopLevels,
        word_power: &PerBand,
        monitor_db_spl: f32,
        has_music_voice: bool,
    ) -> (Figures, PerBand) {
        let masking = self.masking_in(situation, &levels.music_power);
        let figures = self.figures_in(
            situation,
            &levels.dialogue_power,
            &masking,
            monitor_db_spl,
            has_music_voice,
        );
        let excess_band_db = self.excess_db(word_power, &masking.dbfs, situation.monitor_db_spl);
        (figures, excess_band_db)
    }

    /// Levels of music of these powers (mean squares per band), and what it masks.
    pub fn masking(&self, music_power: &PerBand, monitor_db_spl: f32) -> Masking {
        self.masking_in(&Situation::reference(monitor_db_spl), music_power)
    }

    /// Levels of music of these powers with the noise of the place, and what is hidden in `situation`.
    pub fn masking_in(&self, situation: &Situation, music_power: &PerBand) -> Masking {
        let monitor_db_spl = situation.monitor_db_spl;
        let noise_power = situation.with_room(music_power);
        let music_db = self.levels.from_power(&noise_power, monitor_db_spl);
        let masking_db = self.audibility.masking_db(&music_db);
        let hiding_db = situation.hiding_db(&masking_db);
        Masking {
            dbfs: self.levels.to_dbfs(&hiding_db, monitor_db_spl),
            music_db,
            masking_db,
        }
    }

    /// Masking by music of these powers, its own level included: mean squares per band.
    pub fn masking_power(&self, music_power: &PerBand, monitor_db_spl: f32) -> PerBand {
        let music_db = self.levels.from_power(music_power, monitor_db_spl);
        let masking_db = self.audibility.masking_db(&music_db);
        self.levels.to_power(&masking_db, monitor_db_spl)
    }

    /// Audibility and SII of dialogue of these powers under `masking`, which is of the same `situation`, as by
    /// [`Self::read_in`].
    fn figures_in(
        &self,
        situation: &Situation,
        dialogue_power: &PerBand,
        masking: &Masking,
        monitor_db_spl: f32,
        has_music_voice: bool,
    ) -> Figures {
        let heard_db_spl = situation.monitor_db_spl;
        let voice_db = self.levels.from_power(dialogue_power, heard_db_spl);
        let mixed_db = match heard_db_spl == monitor_db_spl {
            true => voice_db,
            false => self.levels.from_power(dialogue_power, monitor_db_spl),
        };
        let masking_db = if has_music_voice {
            let louder_db = masking.music_db.map(|db| db + MUSIC_VOICE_COST_DB);
            self.audibility.masking_db(&louder_db)
        } else {
            masking.masking_db
        };
        let disturbance_db = Audibility::disturbance_over_db(&masking_db, situation.floor_db());
        let speech_db = sii_bands(&voice_db);
        let noise_db = noise_bands(&masking.music_db);
        Figures {
            audibility: self.audibility.mean(&voice_db, &disturbance_db),
            audibility_without_music: self.audibility.mean(&voice_db, situation.quiet_db()),
            sii: self
                .fast_sii
                .index_over(&speech_db, &noise_db, situation.sii_floor_db()),
            sii_without_music: self
                .fast_sii
                .index(&sii_bands(&mixed_db), &[NO_NOISE_DB as f32; NUM_SII_BANDS]),
        }
    }

    /// How far a masking of these levels stands above the voice in each band, dB; 0 where it doesn't and
    /// in bands that carry no words. Never more than the voice has to lose in the band at
    /// `monitor_db_spl`: where it has no energy, as above the end of a recording's range, nothing is hidden.
    fn excess_db(
        &self,
        voice_power: &PerBand,
        masking_dbfs: &PerBand,
        monitor_db_spl: f32,
    ) -> PerBand {
        let mut excess_band_db = [0.0; NUM_BANDS];
        let voice_db = self.levels.from_power(voice_power, monitor_db_spl);
        let most_db = self.audibility.range_in_quiet_db(&voice_db);
        let voice_dbfs = db_from_powers(voice_power);
        let levels = voice_dbfs.iter().zip(masking_dbfs).zip(&most_db);
        for ((excess_db, ((voice_dbfs, masking_dbfs), &most_db)), &importance) in
            excess_band_db.iter_mut().zip(levels).zip(&self.importance)
        {
            if importance > 0.0 {
                let above_db = HIDDEN_BELOW_DB - (voice_dbfs - masking_dbfs);
                *excess_db = above_db.clamp(0.0, most_db);
            }
        }
        excess_band_db
    }

    /// The SII under the music alone: the part of [`Self::read`] that a search repeats.
    pub fn sii(&self, levels: &HopLevels, monitor_db_spl: f32) -> f32 {
        self.sii_in(&Situation::reference(monitor_db_spl), levels)
    }

    /// The SII as by [`Self::sii`], of somebody who listens in `situation`.
    pub fn sii_in(&self, situation: &Situation, levels: &HopLevels) -> f32 {
        let voice_db = self.voice_db(situation, &levels.dialogue_power);
        self.sii_over(situation, &voice_db, &levels.music_power)
    }

    /// Spectrum levels of dialogue of these powers (mean squares per band) as it is played in `situation`, dB SPL in
    /// 1 Hz, for [`Self::sii_over`].
    pub fn voice_db(&self, situation: &Situation, dialogue_power: &PerBand) -> SiiLevels {
        let voice_db = self
            .levels
            .from_power(dialogue_power, situation.monitor_db_spl);
        sii_bands(&voice_db)
    }

    /// The SII as by [`Self::sii_in`], of dialogue of these levels ([`Self::voice_db`]) over music of these powers.
    pub fn sii_over(
        &self,
        situation: &Situation,
        voice_db: &SiiLevels,
        music_power: &PerBand,
    ) -> f32 {
        let noise_power = situation.with_room(music_power);
        let noise_db = self
            .levels
            .from_power(&noise_power, situation.monitor_db_spl);
        let noise_db = noise_bands(&noise_db);
        self.fast_sii
            .index_over(voice_db, &noise_db, situation.sii_floor_db())
    }

    /// SII that the music takes in each band; they sum to the difference of the two indexes.
    pub fn sii_loss(&self, levels: &HopLevels, monitor_db_spl: f32) -> PerBand {
        let voice_db = self
            .levels
            .from_power(&levels.dialogue_power, monitor_db_spl);
        let music_db = self.levels.from_power(&levels.music_power, monitor_db_spl);
        let (input, quiet) = sii_inputs(&voice_db, &music_db);
        let bands = self.sii.bands(&input);
        let quiet_bands = self.sii.bands(&quiet);
        let mut loss = [0.0; NUM_BANDS];
        let pairs = quiet_bands.iter().zip(&bands).zip(self.sii.importance());
        for (loss, ((quiet, band), importance)) in loss.iter_mut().skip(FIRST_SII_BAND).zip(pairs) {
            *loss = (importance * (quiet.audibility - band.audibility)) as f32;
        }
        loss
    }
}

impl Default for SiiMeter {
    fn default() -> Self {
        Self::new()
    }
}

/// Inputs of the exact index, with and without the music, from spectrum levels of the engine's bands.
fn sii_inputs(
    voice_db: &PerBand,
    music_db: &PerBand,
) -> (SiiInput<NUM_SII_BANDS>, SiiInput<NUM_SII_BANDS>) {
    let speech_db = sii_bands(voice_db).map(f64::from);
    let noise_db = noise_bands(music_db).map(f64::from);
    (
        SiiInput::new(speech_db, noise_db),
        SiiInput::in_quiet(speech_db),
    )
}

/// Values of the bands that the standard has.
fn sii_bands(per_band: &PerBand) -> SiiLevels {
    let mut bands = [0.0; NUM_SII_BANDS];
    for (band, value) in bands.iter_mut().zip(per_band.iter().skip(FIRST_SII_BAND)) {
        *band = *value;
    }
    bands
}

/// Noise levels of the music in the bands that the standard has. Silent music is no noise at all, so that
/// it costs exactly nothing.
fn noise_bands(music_db: &PerBand) -> SiiLevels {
    sii_bands(music_db).map(|noise_db| noise_db.max(NO_NOISE_DB as f32))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(dialogue_power: f32, music_power: f32) -> HopLevels {
        HopLevels {
            dialogue_power: [dialogue_power; NUM_BANDS],
            music_power: [music_power; NUM_BANDS],
        }
    }

    #[test]
    fn nothing_is_hidden_where_the_voice_has_no_energy() {
        let meter = SiiMeter::new();
        let mut voice_power = [1e-4; NUM_BANDS];
        // Above the end of a recording at 12 kHz.
        let dead_idx = NUM_BANDS - 2;
        voice_power[dead_idx] = 1e-12;
        let masking = meter.masking(&[1e-3; NUM_BANDS], 79.0);
        let excess_db = meter.excess_db(&voice_power, &masking.dbfs, 79.0);
        assert_eq!(excess_db[dead_idx], 0.0);
        assert!(excess_db[dead_idx - 1] > 5.0, "{excess_db:?}");
    }

    #[test]
    fn silent_music_costs_exactly_nothing() {
        let figures = SiiMeter::new().read(&levels(1e-4, 0.0), 79.0);
        assert_eq!(figures.sii, figures.sii_without_music);
        assert_eq!(figures.audibility, figures.audibility_without_music);
        assert!(figures.sii > 0.5 && figures.audibility > 0.9, "{figures:?}");
    }

    #[test]
    fn a_voice_in_the_music_costs_as_much_as_louder_music_and_silence_nothing() {
        let meter = SiiMeter::new();
        let sung = meter.read_foreground(&levels(1e-4, 1e-5), 79.0, true);
        let louder_power = 1e-5 * 10f32.powf(0.1 * MUSIC_VOICE_COST_DB);
        let louder = meter.read(&levels(1e-4, louder_power), 79.0);
        let played = meter.read(&levels(1e-4, 1e-5), 79.0);
        assert!((sung.audibility - louder.audibility).abs() < 1e-4);
        assert!(sung.audibility < played.audibility - 0.05);
        assert_eq!(sung.sii, played.sii);
        let silent = meter.read_foreground(&levels(1e-4, 0.0), 79.0, true);
        assert_eq!(silent.audibility, silent.audibility_without_music);
    }

    #[test]
    fn losses_of_the_bands_sum_to_the_loss() {
        let meter = SiiMeter::new();
        let levels = levels(1e-4, 1e-4);
        let figures = meter.read(&levels, 79.0);
        let sum: f32 = meter.sii_loss(&levels, 79.0).iter().sum();
        let loss = figures.sii_without_music - figures.sii;
        assert!(loss > 0.2 && (sum - loss).abs() < 1e-5, "{sum} {loss}");
        assert!((meter.sii(&levels, 79.0) - figures.sii).abs() < 1e-7);
    }

    #[test]
    fn the_same_mix_played_louder_has_other_figures() {
        let meter = SiiMeter::new();
        // A whisper, most of whose high bands lie near the threshold.
        let soft = levels(1e-9, 1e-11);
        let at = |monitor_db_spl| meter.read(&soft, monitor_db_spl);
        assert!(at(85.0).sii > at(79.0).sii + 0.02);
        // A shout, which distorts the louder it is played.
        let loud = levels(1e-2, 1e-5);
        let at = |monitor_db_spl| meter.read(&loud, monitor_db_spl);
        assert!(at(85.0).sii < at(79.0).sii - 0.01);
    }
}
