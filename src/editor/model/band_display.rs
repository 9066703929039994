//! The spectrum as it is shown: smoothed in time, tilted, with held peaks.

use crate::clash::meter::SiiMeter;
use crate::dsp::units::SILENCE_DB;
use crate::params::display::{Smoothing, Tilt};
use crate::psycho::audiences::Situations;
use crate::psycho::bands::{NUM_BANDS, PerBand, centre_hz};
use crate::snapshot::Snapshot;

/// Time in which shown levels rise, s: a word shows before it is over.
const RISE_S: f32 = 0.03;

/// What `tilt` adds in each band, dB.
pub fn tilt_band_db(tilt: Tilt) -> PerBand {
    std::array::from_fn(|band_idx| {
        tilt.db_per_octave() * (centre_hz(band_idx) as f32 / 1000.0).log2()
    })
}

/// Levels and cuts as they are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curves {
    /// Level of the dialogue, dBFS.
    pub dialogue_band_dbfs: PerBand,
    /// Level of the music before any cut, dBFS.
    pub music_band_dbfs: PerBand,
    /// Level below which the music hides a voice, dBFS.
    pub masking_band_dbfs: PerBand,
    /// How far that stands above the dialogue, dB; 0 or more.
    pub excess_band_db: PerBand,
    /// Cut, dB; 0 or more.
    pub cut_band_db: PerBand,
}

impl Curves {
    const SILENCE: Self = Self {
        dialogue_band_dbfs: [SILENCE_DB; NUM_BANDS],
        music_band_dbfs: [SILENCE_DB; NUM_BANDS],
        masking_band_dbfs: [SILENCE_DB; NUM_BANDS],
        excess_band_db: [0.0; NUM_BANDS],
        cut_band_db: [0.0; NUM_BANDS],
    };
}

/// Works out what the music masks.
#[derive(Debug, Default)]
struct Masks {
    meter: SiiMeter,
    situations: Situations,
}

impl Masks {
    /// Level below which the music of a hop hides a voice from its audience, dBFS in each band.
    fn of(&self, snapshot: &Snapshot) -> PerBand {
        let audience = snapshot.audience;
        let situation = self.situations.of(audience, snapshot.monitor_db_spl);
        let heard_music = snapshot.heard_levels().music_power;
        self.meter.masking_in(&situation, &heard_music).dbfs
    }
}

/// What the spectrum view shows.
#[derive(Debug)]
pub struct Spectrum {
    /// Boxed: they are large, and views are moved about.
    masks: Box<Masks>,
    live: Curves,
    frozen: Option<Curves>,
    peaks: Option<(PerBand, PerBand)>,
}

impl Default for Spectrum {
    fn default() -> Self {
        Self {
            masks: Box::default(),
            live: Curves::SILENCE,
            frozen: None,
            peaks: None,
        }
    }
}

impl Spectrum {
    /// Takes in a hop.
    pub fn push(&mut self, snapshot: &Snapshot, smoothing: Smoothing) {
        let hop_s = snapshot.hop_s() as f32;
        let rise = (-hop_s / RISE_S).exp();
        // As a mean power with this time constant falls.
        let fall_db = 10.0 * std::f32::consts::LOG10_E * hop_s / smoothing.time_s();
        let masking_band_dbfs = self.masks.of(snapshot);
        let live = &mut self.live;
        for (shown, levels) in [
            (&mut live.dialogue_band_dbfs, snapshot.dialogue_band_dbfs),
            (&mut live.music_band_dbfs, snapshot.music_band_dbfs),
            (&mut live.masking_band_dbfs, masking_band_dbfs),
        ] {
            for (shown, level) in shown.iter_mut().zip(levels) {
                *shown = if level > *shown {
                    level + rise * (*shown - level)
                } else {
                    level.max(*shown - fall_db)
                };
            }
        }
        // While somebody speaks it is the difference of levels that follow words already.
        let keep = if snapshot.is_speech {
            rise
        } else {
            (-hop_s / smoothing.time_s()).exp()
        };
        for (shown, excess_db) in live.excess_band_db.iter_mut().zip(snapshot.excess_band_db) {
            *shown = excess_db + keep * (*shown - excess_db);
        }
        // The cut has its own times, which are what the user wants to see.
        live.cut_band_db = snapshot.cut_band_db;
        if let Some((dialogue, music)) = &mut self.peaks
            && self.frozen.is_none()
        {
            for (peak, level) in dialogue.iter_mut().zip(live.dialogue_band_dbfs) {
                *peak = peak.max(level);
            }
            for (peak, level) in music.iter_mut().zip(live.music_band_dbfs) {
                *peak = peak.max(level);
            }
        }
    }

    /// What to draw: the levels now, or those that were frozen.
    pub fn curves(&self) -> &Curves {
        self.frozen.as_ref().unwrap_or(&self.live)
    }

    /// Highest levels of dialogue and music since the hold was switched on, dBFS.
    pub fn peaks(&self) -> Option<&(PerBand, PerBand)> {
        self.peaks.as_ref()
    }

    /// Stops the picture, or lets it go on.
    pub fn set_frozen(&mut self, is_frozen: bool) {
        self.frozen = is_frozen.then_some(self.live);
    }

    /// Whether the picture stands.
    pub fn is_frozen(&self) -> bool {
        self.frozen.is_some()
    }

    /// Holds the peaks from now on, or no more.
    pub fn hold_peaks(&mut self, is_held: bool) {
        let silence = [SILENCE_DB; NUM_BANDS];
        self.peaks = is_held.then_some((silence, silence));
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn hop(level_dbfs: f32) -> Snapshot {
        Snapshot {
            dialogue_band_dbfs: [level_dbfs; NUM_BANDS],
            ..Snapshot::default()
        }
    }

    /// Dialogue under music, alike in all bands, with nothing hidden and nothing cut.
    pub(crate) fn flat_curves() -> Curves {
        Curves {
            dialogue_band_dbfs: [-42.0; NUM_BANDS],
            music_band_dbfs: [-38.0; NUM_BANDS],
            masking_band_dbfs: [-36.0; NUM_BANDS],
            excess_band_db: [0.0; NUM_BANDS],
            cut_band_db: [0.0; NUM_BANDS],
        }
    }

    #[test]
    fn levels_rise_fast_and_fall_slowly() {
        let mut spectrum = Spectrum::default();
        for _ in 0..75 {
            spectrum.push(&hop(-30.0), Smoothing::Medium);
        }
        let risen = spectrum.curves().dialogue_band_dbfs[5];
        assert!(risen > -31.0, "{risen}");
        // 0.4 s: as long as the time constant.
        for _ in 0..75 {
            spectrum.push(&hop(-140.0), Smoothing::Medium);
        }
        let fallen = spectrum.curves().dialogue_band_dbfs[5];
        assert!((risen - fallen - 4.34).abs() < 0.05, "{fallen}");
    }

    #[test]
    fn a_frozen_picture_stands_and_its_peaks_too() {
        let mut spectrum = Spectrum::default();
        spectrum.hold_peaks(true);
        for _ in 0..500 {
            spectrum.push(&hop(-30.0), Smoothing::Fast);
        }
        spectrum.set_frozen(true);
        for _ in 0..500 {
            spectrum.push(&hop(-10.0), Smoothing::Fast);
        }
        assert!((spectrum.curves().dialogue_band_dbfs[0] + 30.0).abs() < 0.1);
        assert!(spectrum.peaks().unwrap().0[0] < -29.0);
        spectrum.set_frozen(false);
        assert!(spectrum.curves().dialogue_band_dbfs[0] > -11.0);
        spectrum.hold_peaks(false);
        assert!(spectrum.peaks().is_none());
    }

    #[test]
    fn tilt_turns_round_1_khz() {
        let offset = tilt_band_db(Tilt::Speech);
        assert_eq!(offset[10], 0.0);
        assert!((offset[13] - 3.0).abs() < 0.05 && (offset[7] + 3.0).abs() < 0.05);
        assert_eq!(tilt_band_db(Tilt::Flat), [0.0; NUM_BANDS]);
    }
}
