//! Means over a stretch of speech: a line, a second, the whole programme.

use crate::clash::loudness_difference::loudness_difference_lu;
use crate::clash::verdict::clash_percent;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::{Figures, Snapshot};

/// Sums over the hops in which somebody speaks.
#[derive(Debug, Clone, Default)]
pub struct SpeechMeans {
    num_hops: u64,
    audibility: f64,
    audibility_without_music: f64,
    sii: f64,
    sii_without_music: f64,
    excess_band_db: [f64; NUM_BANDS],
    dialogue_k_power: f64,
    music_k_power: f64,
}

impl SpeechMeans {
    /// Takes in a hop in which somebody speaks.
    pub fn add(&mut self, snapshot: &Snapshot) {
        let Figures {
            audibility,
            audibility_without_music,
            sii,
            sii_without_music,
        } = snapshot.hop_figures;
        self.num_hops += 1;
        self.audibility += f64::from(audibility);
        self.audibility_without_music += f64::from(audibility_without_music);
        self.sii += f64::from(sii);
        self.sii_without_music += f64::from(sii_without_music);
        self.dialogue_k_power += f64::from(snapshot.dialogue_k_power);
        self.music_k_power += f64::from(snapshot.music_k_power);
        for (sum_db, &excess_db) in self.excess_band_db.iter_mut().zip(&snapshot.excess_band_db) {
            *sum_db += f64::from(excess_db);
        }
    }

    /// Takes in another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.num_hops += other.num_hops;
        self.audibility += other.audibility;
        self.audibility_without_music += other.audibility_without_music;
        self.sii += other.sii;
        self.sii_without_music += other.sii_without_music;
        self.dialogue_k_power += other.dialogue_k_power;
        self.music_k_power += other.music_k_power;
        for (sum_db, other_db) in self.excess_band_db.iter_mut().zip(other.excess_band_db) {
            *sum_db += other_db;
        }
    }

    /// Number of hops.
    pub fn num_hops(&self) -> u64 {
        self.num_hops
    }

    /// Mean figures; 0 without speech.
    pub fn figures(&self) -> Figures {
        Figures {
            audibility: self.mean(self.audibility),
            audibility_without_music: self.mean(self.audibility_without_music),
            sii: self.mean(self.sii),
            sii_without_music: self.mean(self.sii_without_music),
        }
    }

    /// Clash of the mean audibilities, 0 to 100 %.
    pub fn clash_percent(&self) -> f32 {
        let figures = self.figures();
        clash_percent(figures.audibility, figures.audibility_without_music)
    }

    /// Loudness of the dialogue over that of the music, both over the whole stretch, LU.
    pub fn loudness_difference_lu(&self) -> f32 {
        loudness_difference_lu(self.dialogue_k_power, self.music_k_power)
    }

    /// Mean excess of each band, dB.
    pub fn excess_band_db(&self) -> PerBand {
        self.excess_band_db.map(|sum_db| self.mean(sum_db))
    }

    fn mean(&self, sum: f64) -> f32 {
        (sum / self.num_hops.max(1) as f64) as f32
    }
}
