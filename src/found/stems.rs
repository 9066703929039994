//! Which stem of the music a clash comes from.

use crate::clash::meter::SiiMeter;
use crate::lines::speech_runs::{SpeechRuns, Sum};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::HopLevels;
use crate::words::one_line;

/// Share of a line's loss below which a stem isn't worth a word.
pub const LEAST_SHARE: f32 = 0.05;

/// How much of a line's loss one stem causes.
#[derive(Debug, Clone, PartialEq)]
pub struct StemShare {
    /// The stem's name, as the user gave it.
    pub name: String,
    /// The stem's share of the SII that the music takes from the line, 0 to 1. In each band the loss is
    /// divided by the masking that each stem would cause alone, spread from lower bands included.
    pub share: f32,
    /// SII of the line if the stem were left out.
    pub sii_without: f32,
}

/// Each stem's share of a line's SII loss, the greatest first, and the share that no stem explains.
#[derive(Debug, Clone, PartialEq)]
pub struct StemShares {
    /// Every stem that was given.
    pub stems: Vec<StemShare>,
    /// Share of what is in the music and in no stem, 0 to 1.
    pub other_share: f32,
}

impl StemShares {
    /// The stem with the greatest share, if it is worth a word.
    pub fn worst(&self) -> Option<&StemShare> {
        self.stems.first().filter(|stem| stem.share >= LEAST_SHARE)
    }

    /// The shares in words, such as `brass 62 %, strings 30 %`; `-` if none is worth a word.
    pub fn text(&self) -> String {
        let stems = self
            .stems
            .iter()
            .map(|stem| (one_line(&stem.name), stem.share));
        let words: Vec<String> = stems
            .chain([("other".to_owned(), self.other_share)])
            .filter(|&(_, share)| share >= LEAST_SHARE)
            .map(|(name, share)| format!("{name} {:.0} %", 100.0 * share))
            .collect();
        match words.is_empty() {
            true => "-".into(),
            false => words.join(", "),
        }
    }
}

#[derive(Debug, Clone, Default)]
struct StemSums {
    /// SII lost to all of the music.
    loss: f32,
    /// SII lost to each stem, and SII without that stem.
    stems: Vec<(f32, f32)>,
}

impl Sum for StemSums {
    fn add(&mut self, other: &Self) {
        self.loss += other.loss;
        self.stems
            .resize(other.stems.len().max(self.stems.len()), (0.0, 0.0));
        for (sum, stem) in self.stems.iter_mut().zip(&other.stems) {
            sum.0 += stem.0;
            sum.1 += stem.1;
        }
    }
}

/// Gathers the levels of stems while somebody speaks.
#[derive(Debug, Clone)]
pub struct StemLog {
    names: Vec<String>,
    meter: SiiMeter,
    runs: SpeechRuns<StemSums>,
}

impl StemLog {
    /// A log of the stems of these names.
    pub fn new(names: Vec<String>) -> Self {
        Self {
            names,
            meter: SiiMeter::new(),
            runs: SpeechRuns::default(),
        }
    }

    /// Takes in a hop of speech from `start_s` to `end_s` with the levels of the pair, and the
    /// followed powers of each stem, in the order of the names.
    pub fn push(
        &mut self,
        (start_s, end_s): (f64, f64),
        levels: &HopLevels,
        stem_powers: &[PerBand],
        monitor_db_spl: f32,
    ) {
        let loss = self.meter.sii_loss(levels, monitor_db_spl);
        let masking = |power: &PerBand| self.meter.masking_power(power, monitor_db_spl);
        let music_masking = masking(&levels.music_power);
        let stem_maskings: Vec<PerBand> = stem_powers.iter().map(masking).collect();
        // Stems that sum to more than the music share all of it; what they lack is another's.
        let whole: PerBand = std::array::from_fn(|band_idx| {
            let sum: f32 = stem_maskings.iter().map(|stem| stem[band_idx]).sum();
            sum.max(music_masking[band_idx])
        });
        let stems = stem_maskings
            .iter()
            .zip(stem_powers)
            .map(|(masking, power)| {
                let lost: f32 = (0..NUM_BANDS)
                    .filter(|&band_idx| whole[band_idx] > 0.0)
                    .map(|band_idx| loss[band_idx] * masking[band_idx] / whole[band_idx])
                    .sum();
                let rest = HopLevels {
                    music_power: std::array::from_fn(|band_idx| {
                        (levels.music_power[band_idx] - power[band_idx]).max(0.0)
                    }),
                    ..*levels
                };
                (lost, self.meter.sii(&rest, monitor_db_spl))
            })
            .collect();
        self.runs.at(start_s, end_s).add(&StemSums {
            loss: loss.iter().sum(),
            stems,
        });
    }

    /// Each stem's share of the loss of the line from `start_s` to `end_s`; `None` without stems or
    /// speech.
    pub fn shares(&self, start_s: f64, end_s: f64) -> Option<StemShares> {
        let (num_hops, sums) = self.runs.between(start_s, end_s)?;
        let share_of = |lost: f32| match sums.loss > 0.0 {
            true => (lost / sums.loss).clamp(0.0, 1.0),
            false => 0.0,
        };
        let mut stems: Vec<StemShare> = self
            .names
            .iter()
            .zip(&sums.stems)
            .map(|(name, &(lost, sii_without))| StemShare {
                name: name.clone(),
                share: share_of(lost),
                sii_without: sii_without / num_hops as f32,
            })
            .collect();
        stems.sort_by(|a, b| b.share.total_cmp(&a.share));
        let explained: f32 = sums.stems.iter().map(|stem| stem.0).sum();
        Some(StemShares {
            other_share: share_of(sums.loss - explained),
            stems,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MONITOR_DB_SPL: f32 = 79.0;

    /// Powers of a stem that plays only in these bands.
    fn stem(bands: std::ops::Range<usize>, power: f32) -> PerBand {
        let mut powers = [0.0; NUM_BANDS];
        powers[bands].fill(power);
        powers
    }

    fn shares(music: PerBand, stems: &[PerBand]) -> StemShares {
        let names = (0..stems.len()).map(|idx| format!("s{idx}")).collect();
        let mut log = StemLog::new(names);
        let levels = HopLevels {
            dialogue_power: [1e-4; NUM_BANDS],
            music_power: music,
        };
        for hop_idx in 0..100 {
            let start_s = f64::from(hop_idx) * 0.005;
            log.push((start_s, start_s + 0.005), &levels, stems, MONITOR_DB_SPL);
        }
        log.shares(0.0, 0.5).unwrap()
    }

    fn sum(a: PerBand, b: PerBand) -> PerBand {
        std::array::from_fn(|band_idx| a[band_idx] + b[band_idx])
    }

    #[test]
    fn the_stem_that_stands_where_the_words_are_is_named() {
        let (bass, brass) = (stem(0..3, 1e-3), stem(9..15, 1e-3));
        let found = shares(sum(bass, brass), &[bass, brass]);
        let worst = found.worst().unwrap();
        assert_eq!(worst.name, "s1");
        assert!(worst.share > 0.8, "{found:?}");
        // The words come back only without the brass.
        assert!(worst.sii_without > found.stems[1].sii_without + 0.1);
        assert!(found.other_share < 0.02, "{found:?}");
    }

    #[test]
    fn two_equal_stems_share_alike_and_all_of_it() {
        let half = stem(0..NUM_BANDS, 5e-4);
        let found = shares(sum(half, half), &[half, half]);
        for stem in &found.stems {
            assert!((stem.share - 0.5).abs() < 0.01, "{found:?}");
        }
    }

    #[test]
    fn what_no_stem_has_is_the_others() {
        let (given, missing) = (stem(3..6, 1e-5), stem(8..16, 1e-2));
        let found = shares(sum(given, missing), &[given]);
        assert!(found.other_share > 0.8, "{found:?}");
    }

    #[test]
    fn silent_music_is_nobodys_fault() {
        let silent = [0.0; NUM_BANDS];
        let found = shares(silent, &[silent]);
        assert_eq!(found.worst(), None);
        assert_eq!(found.other_share, 0.0);
    }
}
