//! How a cut moves in time: attack, hold over the gaps between words, release.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::duck::choices::{MAX_SLEW_DB_PER_S, RELEASE_AFTER_SPEECH};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::settings::Settings;

/// Steady part of the release, dB per second: an exponential alone never arrives at 0.
const RELEASE_FLOOR_DB_PER_S: f32 = 1.0;

/// The cut of every band, moved towards the wanted one hop by hop.
pub struct Ballistics {
    hop_rate_hz: f64,
    cut_db: PerBand,
    hops_since_speech: u32,
}

impl Ballistics {
    /// No cut; moved `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            hop_rate_hz,
            cut_db: [0.0; NUM_BANDS],
            hops_since_speech: u32::MAX,
        }
    }

    /// The cut as it is, dB per band.
    pub fn cut_db(&self) -> &PerBand {
        &self.cut_db
    }

    /// Goes on from a cut that was decided elsewhere, dB per band, as if somebody spoke until now.
    pub fn set_cut_db(&mut self, cut_db: &PerBand) {
        self.cut_db = *cut_db;
        self.hops_since_speech = 0;
    }

    /// Back to no cut at once.
    pub fn reset(&mut self) {
        self.cut_db = [0.0; NUM_BANDS];
        self.hops_since_speech = u32::MAX;
    }

    /// Moves by one hop towards `wanted_db`, or, where that is `None` because nobody speaks, holds
    /// the cut and then lets it go. If the sound `is_refuted` that it was for, the cut goes at once, as fast
    /// as it came. Returns the cut, dB per band; never more than the maximum cut, even where that was
    /// lowered.
    pub fn advance(
        &mut self,
        wanted_db: Option<&PerBand>,
        is_refuted: bool,
        settings: &Settings,
    ) -> &PerBand {
        let hold_hops = (f64::from(settings.hold_ms) * 1e-3 * self.hop_rate_hz).round() as u32;
        let (wanted_db, release_ms) = match wanted_db {
            Some(wanted_db) => {
                self.hops_since_speech = 0;
                (wanted_db, settings.release_ms)
            }
            None => {
                self.hops_since_speech = self.hops_since_speech.saturating_add(1);
                let release_ms = if is_refuted {
                    settings.attack_ms
                } else {
                    RELEASE_AFTER_SPEECH * settings.release_ms
                };
                (&[0.0; NUM_BANDS], release_ms)
            }
        };
        let is_held =
            !is_refuted && self.hops_since_speech > 0 && self.hops_since_speech <= hold_hops;
        let attack = one_pole_coefficient(f64::from(settings.attack_ms), self.hop_rate_hz);
        let release = one_pole_coefficient(f64::from(release_ms), self.hop_rate_hz);
        let floor_db = RELEASE_FLOOR_DB_PER_S / self.hop_rate_hz as f32;
        let most_db = MAX_SLEW_DB_PER_S / self.hop_rate_hz as f32;
        for (cut_db, &wanted_db) in self.cut_db.iter_mut().zip(wanted_db) {
            let step_db = wanted_db - *cut_db;
            if step_db >= 0.0 {
                *cut_db += (attack * step_db).min(most_db);
            } else if !is_held {
                let released_db = *cut_db + (release * step_db - floor_db).max(-most_db);
                *cut_db = released_db.max(wanted_db);
            }
            *cut_db = cut_db.clamp(0.0, settings.max_cut_db);
        }
        &self.cut_db
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_RATE_HZ: f64 = 187.5;

    #[test]
    fn holds_then_releases_to_exactly_nothing() {
        let settings = Settings::default();
        let mut ballistics = Ballistics::new(HOP_RATE_HZ);
        for _ in 0..100 {
            ballistics.advance(Some(&[10.0; NUM_BANDS]), false, &settings);
        }
        let hold_hops = (f64::from(settings.hold_ms) * 1e-3 * HOP_RATE_HZ) as usize;
        for _ in 0..hold_hops {
            let cut_db = ballistics.advance(None, false, &settings)[0];
            assert!(cut_db > 9.9, "{cut_db} dB in the hold");
        }
        let mut num_hops = 0;
        while ballistics.advance(None, false, &settings)[0] > 0.0 {
            num_hops += 1;
        }
        let seconds = f64::from(num_hops) / HOP_RATE_HZ;
        assert!((0.5..2.0).contains(&seconds), "released in {seconds} s");
    }

    #[test]
    fn a_cut_for_no_voice_goes_as_fast_as_it_came() {
        let settings = Settings::default();
        let mut ballistics = Ballistics::new(HOP_RATE_HZ);
        for _ in 0..12 {
            ballistics.advance(Some(&[10.0; NUM_BANDS]), false, &settings);
        }
        let reached_db = ballistics.cut_db()[0];
        assert!(reached_db > 5.0, "{reached_db} dB");
        for _ in 0..12 {
            ballistics.advance(None, true, &settings);
        }
        let left_db = ballistics.cut_db()[0];
        assert!(left_db < 0.5 * reached_db, "{left_db} of {reached_db} dB");
    }

    #[test]
    fn never_exceeds_a_maximum_that_comes_down() {
        let mut settings = Settings::default();
        let mut ballistics = Ballistics::new(HOP_RATE_HZ);
        for _ in 0..100 {
            ballistics.advance(Some(&[12.0; NUM_BANDS]), false, &settings);
        }
        settings.max_cut_db = 3.0;
        let cut_db = ballistics.advance(Some(&[12.0; NUM_BANDS]), false, &settings);
        assert!(cut_db.iter().all(|&cut_db| cut_db <= 3.0));
    }
}
