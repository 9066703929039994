//! Where syllables and accents begin, from the levels in snapshots.
//!
//! An accent is a local maximum of the spectral flux of the music: the mean rise of its bands, as in
//! Bello et al. 2005 (IEEE Trans. Speech Audio Process. 13:1035). A syllable is one of the rise of
//! the voice's level. Both are taken from the same windows, so that their times compare.

use crate::dsp::units::SILENCE_DB;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::Snapshot;

/// Hops over which a rise is measured: 32 ms, most of the analysis window.
const RISE_HOPS: usize = 6;
/// Mean rise of the music's bands that makes an accent, dB: well over the flux of sustained chords.
const LEAST_ACCENT_DB: f32 = 4.0;
/// Rise of the voice that makes a syllable, dB.
const LEAST_SYLLABLE_DB: f32 = 5.0;
/// Hops after an onset in which there is no other: 107 ms, shorter than a syllable.
const DEAD_HOPS: u32 = 20;
/// Levels below this are taken as this, dBFS: rises out of silence are no louder than others.
const FLOOR_DBFS: f32 = -70.0;

/// What began one hop ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Onsets {
    /// An accent of the music.
    pub is_accent: bool,
    /// A syllable of the dialogue.
    pub is_syllable: bool,
}

/// Finds onsets hop by hop.
#[derive(Debug, Clone)]
pub struct OnsetFinder {
    music_dbfs: [PerBand; RISE_HOPS],
    dialogue_dbfs: [f32; RISE_HOPS],
    hop_idx: usize,
    accent: Peak,
    syllable: Peak,
}

/// Picks local maxima above a threshold, one hop late.
#[derive(Debug, Clone, Default)]
struct Peak {
    last: f32,
    is_rising: bool,
    dead_hops: u32,
}

impl Default for OnsetFinder {
    fn default() -> Self {
        Self {
            music_dbfs: [[SILENCE_DB; NUM_BANDS]; RISE_HOPS],
            dialogue_dbfs: [SILENCE_DB; RISE_HOPS],
            hop_idx: 0,
            accent: Peak::default(),
            syllable: Peak::default(),
        }
    }
}

impl OnsetFinder {
    /// Takes the next hop, spoken or not.
    pub fn push(&mut self, snapshot: &Snapshot) -> Onsets {
        let before = &mut self.music_dbfs[self.hop_idx];
        let music_rise_db: f32 = before
            .iter()
            .zip(&snapshot.music_band_dbfs)
            .map(|(before, now)| (now.max(FLOOR_DBFS) - before.max(FLOOR_DBFS)).max(0.0))
            .sum();
        *before = snapshot.music_band_dbfs;
        let before = &mut self.dialogue_dbfs[self.hop_idx];
        let dialogue_rise_db = snapshot.dialogue_dbfs.max(FLOOR_DBFS) - before.max(FLOOR_DBFS);
        *before = snapshot.dialogue_dbfs;
        self.hop_idx = (self.hop_idx + 1) % RISE_HOPS;
        Onsets {
            is_accent: self
                .accent
                .pick(music_rise_db / NUM_BANDS as f32, LEAST_ACCENT_DB),
            is_syllable: self.syllable.pick(dialogue_rise_db, LEAST_SYLLABLE_DB),
        }
    }
}

impl Peak {
    /// Whether the value before `value` was a maximum above `threshold`.
    fn pick(&mut self, value: f32, threshold: f32) -> bool {
        let was_maximum = self.is_rising && value < self.last && self.last > threshold;
        if value != self.last {
            self.is_rising = value > self.last;
        }
        self.last = value;
        self.dead_hops = self.dead_hops.saturating_sub(1);
        if was_maximum && self.dead_hops == 0 {
            self.dead_hops = DEAD_HOPS;
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chord_and_a_word_begin_once_each() {
        let mut finder = OnsetFinder::default();
        let (mut accents, mut syllables) = (Vec::new(), Vec::new());
        for hop_idx in 0..200 {
            // Levels as a window of 8 hops gives them that enters a sound.
            let level = |start: i32| {
                let entered = (hop_idx - start).clamp(0, 8) as f32 / 8.0;
                -80.0 + 55.0 * entered.sqrt()
            };
            let onsets = finder.push(&Snapshot {
                music_band_dbfs: [level(50); NUM_BANDS],
                dialogue_dbfs: level(120),
                ..Snapshot::default()
            });
            if onsets.is_accent {
                accents.push(hop_idx);
            }
            if onsets.is_syllable {
                syllables.push(hop_idx);
            }
        }
        assert_eq!(accents.len(), 1, "{accents:?}");
        assert_eq!(syllables.len(), 1, "{syllables:?}");
        assert!((50..60).contains(&accents[0]), "{accents:?}");
        assert_eq!(syllables[0] - accents[0], 70);
    }
}
