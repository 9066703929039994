//! Where syllables and accents begin, from the levels in snapshots.
//!
//! An accent is a local maximum of the spectral flux of the music: the mean rise of its bands, as in
//! Bello et al. 2005 (IEEE Trans. Speech Audio Process. 13:1035). A syllable is one of the rise of
//! the voice's level. Both are taken from the same windows, so that their times compare.

use std::collections::VecDeque;

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::Snapshot;

/// Time over which a rise is measured, ms: most of the analysis window.
const RISE_MS: f64 = 32.0;
/// Mean rise of the music's bands that makes an accent, dB: well over the flux of sustained chords.
const LEAST_ACCENT_DB: f32 = 4.0;
/// Rise of the voice that makes a syllable, dB.
const LEAST_SYLLABLE_DB: f32 = 5.0;
/// Time after an onset in which there is no other, ms: shorter than a syllable.
const DEAD_MS: f64 = 107.0;
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
#[derive(Debug, Clone, Default)]
pub struct OnsetFinder {
    /// Levels of the last [`RISE_MS`], oldest first.
    levels: VecDeque<Levels>,
    accent: Peak,
    syllable: Peak,
}

/// Levels of one hop, at least [`FLOOR_DBFS`].
#[derive(Debug, Clone, Copy)]
struct Levels {
    music_dbfs: PerBand,
    dialogue_dbfs: f32,
}

impl Levels {
    const SILENT: Self = Self {
        music_dbfs: [FLOOR_DBFS; NUM_BANDS],
        dialogue_dbfs: FLOOR_DBFS,
    };

    fn of(snapshot: &Snapshot) -> Self {
        Self {
            music_dbfs: snapshot.music_band_dbfs.map(|dbfs| dbfs.max(FLOOR_DBFS)),
            dialogue_dbfs: snapshot.dialogue_dbfs.max(FLOOR_DBFS),
        }
    }
}

/// Picks local maxima above a threshold, one hop late.
#[derive(Debug, Clone, Default)]
struct Peak {
    last: f32,
    is_rising: bool,
    dead_hops: usize,
}

impl OnsetFinder {
    /// Takes the next hop, spoken or not.
    pub fn push(&mut self, snapshot: &Snapshot) -> Onsets {
        let now = Levels::of(snapshot);
        let before = self.exchange(now, num_hops(RISE_MS, snapshot));
        let rises_db = now.music_dbfs.iter().zip(&before.music_dbfs);
        let music_rise_db: f32 = rises_db.map(|(now, before)| (now - before).max(0.0)).sum();
        let dialogue_rise_db = now.dialogue_dbfs - before.dialogue_dbfs;
        let dead_hops = num_hops(DEAD_MS, snapshot);
        Onsets {
            is_accent: self.accent.pick(
                music_rise_db / NUM_BANDS as f32,
                LEAST_ACCENT_DB,
                dead_hops,
            ),
            is_syllable: self
                .syllable
                .pick(dialogue_rise_db, LEAST_SYLLABLE_DB, dead_hops),
        }
    }

    /// Takes the levels of a hop, and gives those of `num_hops` before.
    fn exchange(&mut self, now: Levels, num_hops: usize) -> Levels {
        self.levels.push_back(now);
        let mut before = Levels::SILENT;
        while self.levels.len() > num_hops {
            before = self.levels.pop_front().unwrap_or(now);
        }
        before
    }
}

impl Peak {
    /// Whether the value before `value` was a maximum above `threshold`, the first in `dead_hops`.
    fn pick(&mut self, value: f32, threshold: f32, dead_hops: usize) -> bool {
        let was_maximum = self.is_rising && value < self.last && self.last > threshold;
        if value != self.last {
            self.is_rising = value > self.last;
        }
        self.last = value;
        self.dead_hops = self.dead_hops.saturating_sub(1);
        if was_maximum && self.dead_hops == 0 {
            self.dead_hops = dead_hops;
            return true;
        }
        false
    }
}

/// Hops in `ms`, to the nearest.
fn num_hops(ms: f64, snapshot: &Snapshot) -> usize {
    (1e-3 * ms * snapshot.hop_rate_hz()).round() as usize
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
