//! What the listener gets with the duck at work. The engine's figures are those of the music before
//! any cut, so that they don't depend on the duck; the same meter reads the levels with the cuts.

use crate::clash::choices::DISPLAY_SMOOTHING_MS;
use crate::clash::meter::SiiMeter;
use crate::dsp::smoothing::one_pole_coefficient;
use crate::dsp::units::power_from_db;
use crate::psycho::audiences::Situations;
use crate::snapshot::Snapshot;

/// Cuts below this change no figure that is shown, dB.
const NO_CUT_DB: f32 = 0.05;

/// The index of what is heard.
#[derive(Debug, Default)]
pub struct AfterDuck {
    meter: SiiMeter,
    situations: Situations,
    num_hops: f32,
    mean: f32,
}

/// SII of what is heard, 0 to 1; 0 while nobody speaks.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeardSii {
    /// SII of this hop.
    pub hop: f32,
    /// SII smoothed as the engine smooths figures for display.
    pub shown: f32,
}

impl AfterDuck {
    /// Reads a hop.
    pub fn push(&mut self, snapshot: &Snapshot) -> HeardSii {
        if !snapshot.is_speech {
            self.num_hops = 0.0;
            return HeardSii::default();
        }
        let hop = self.sii(snapshot);
        self.num_hops += 1.0;
        let share = one_pole_coefficient(DISPLAY_SMOOTHING_MS, snapshot.hop_rate_hz());
        self.mean += share.max(1.0 / self.num_hops) * (hop - self.mean);
        HeardSii {
            hop,
            shown: self.mean,
        }
    }

    fn sii(&self, snapshot: &Snapshot) -> f32 {
        if !is_cut(snapshot) {
            return snapshot.hop_figures.sii;
        }
        let mut levels = snapshot.heard_levels();
        for (power, cut_db) in levels.music_power.iter_mut().zip(snapshot.cut_band_db) {
            *power *= power_from_db(-cut_db);
        }
        let situation = self
            .situations
            .of(snapshot.audience, snapshot.monitor_db_spl);
        self.meter.sii_in(&situation, &levels)
    }
}

/// Whether something is taken out of the music.
pub fn is_cut(snapshot: &Snapshot) -> bool {
    let cuts = &snapshot.cut_band_db;
    cuts.iter().any(|&cut_db| cut_db >= NO_CUT_DB)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;
    use crate::snapshot::HopLevels;

    fn hop(cut_db: f32) -> Snapshot {
        let meter = SiiMeter::new();
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: [5e-4; NUM_BANDS],
        };
        Snapshot {
            is_speech: true,
            levels,
            hop_figures: meter.read(&levels, Snapshot::default().monitor_db_spl),
            cut_band_db: [cut_db; NUM_BANDS],
            ..Snapshot::default()
        }
    }

    #[test]
    fn without_a_cut_it_is_the_engines_figure() {
        let mut heard = AfterDuck::default();
        let snapshot = hop(0.0);
        assert_eq!(heard.push(&snapshot).hop, snapshot.hop_figures.sii);
        assert_eq!(heard.push(&snapshot).shown, snapshot.hop_figures.sii);
    }

    #[test]
    fn a_cut_of_all_bands_is_music_that_much_softer() {
        let mut heard = AfterDuck::default();
        let cut = heard.push(&hop(6.0));
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: [5e-4 * power_from_db(-6.0); NUM_BANDS],
        };
        let expected = SiiMeter::new().sii(&levels, Snapshot::default().monitor_db_spl);
        assert!((cut.hop - expected).abs() < 1e-5);
        assert!(cut.hop > hop(0.0).hop_figures.sii + 0.1);
        let silent = Snapshot {
            is_speech: false,
            ..hop(6.0)
        };
        assert_eq!(heard.push(&silent), HeardSii::default());
    }
}
