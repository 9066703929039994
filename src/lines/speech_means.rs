//! Means over a stretch of speech: a line, a second, the whole programme.

use crate::clash::loudness_difference::loudness_difference_lu;
use crate::clash::verdict::clash_percent;
use crate::lines::programme_loudness::lufs_of_power;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::{EarFigures, Figures, NUM_FIGURES, NUM_SURROUNDS, Snapshot};

/// Sums over the hops in which somebody speaks.
#[derive(Debug, Clone, Default)]
pub struct SpeechMeans {
    num_hops: u64,
    figures: [f64; NUM_FIGURES],
    excess_band_db: [f64; NUM_BANDS],
    ears: EarSums,
    dialogue_k_power: f64,
    music_k_power: f64,
}

impl SpeechMeans {
    /// Takes in a hop in which somebody speaks.
    pub fn add(&mut self, snapshot: &Snapshot) {
        self.num_hops += 1;
        add(
            &mut self.figures,
            snapshot.hop_figures.to_array().map(f64::from),
        );
        if let Some(ears) = &snapshot.ears {
            self.ears.add(ears);
        }
        self.dialogue_k_power += f64::from(snapshot.dialogue_k_power);
        self.music_k_power += f64::from(snapshot.music_k_power);
        add(
            &mut self.excess_band_db,
            snapshot.excess_band_db.map(f64::from),
        );
    }

    /// Takes in another stretch.
    pub fn merge(&mut self, other: &Self) {
        self.num_hops += other.num_hops;
        add(&mut self.figures, other.figures);
        self.ears.merge(&other.ears);
        self.dialogue_k_power += other.dialogue_k_power;
        self.music_k_power += other.music_k_power;
        add(&mut self.excess_band_db, other.excess_band_db);
    }

    /// Number of hops.
    pub fn num_hops(&self) -> u64 {
        self.num_hops
    }

    /// Mean figures; 0 without speech.
    pub fn figures(&self) -> Figures {
        Figures::from_array(self.figures.map(|sum| self.mean(sum)))
    }

    /// Mean of what two ears make of it; `None` unless they heard every hop.
    pub fn ear_figures(&self) -> Option<EarFigures> {
        let EarSums {
            num_hops,
            num_surrounds_hops,
            one_ear,
            in_surrounds,
        } = self.ears;
        let has_surrounds = num_surrounds_hops == num_hops;
        (num_hops > 0 && num_hops == self.num_hops).then(|| EarFigures {
            one_ear_sii: self.mean(one_ear),
            in_surrounds_sii: has_surrounds.then(|| in_surrounds.map(|sum| self.mean(sum))),
        })
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

    /// Loudness of the dialogue while somebody speaks, LUFS: K-weighted as in BS.1770, gated by the speech detector.
    pub fn dialogue_lufs(&self) -> f32 {
        lufs_of_power(self.dialogue_k_power / self.num_hops.max(1) as f64) as f32
    }

    /// Mean excess of each band, dB.
    pub fn excess_band_db(&self) -> PerBand {
        self.excess_band_db.map(|sum_db| self.mean(sum_db))
    }

    fn mean(&self, sum: f64) -> f32 {
        (sum / self.num_hops.max(1) as f64) as f32
    }
}

/// Sums of indexes that two ears make of hops.
#[derive(Debug, Clone, Copy, Default)]
struct EarSums {
    num_hops: u64,
    num_surrounds_hops: u64,
    one_ear: f64,
    in_surrounds: [f64; NUM_SURROUNDS],
}

impl EarSums {
    fn add(&mut self, ears: &EarFigures) {
        self.num_hops += 1;
        self.one_ear += f64::from(ears.one_ear_sii);
        if let Some(in_surrounds) = ears.in_surrounds_sii {
            self.num_surrounds_hops += 1;
            add(&mut self.in_surrounds, in_surrounds.map(f64::from));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.num_hops += other.num_hops;
        self.num_surrounds_hops += other.num_surrounds_hops;
        self.one_ear += other.one_ear;
        add(&mut self.in_surrounds, other.in_surrounds);
    }
}

fn add<const N: usize>(sums: &mut [f64; N], values: [f64; N]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}
