//! Whether stems add up to the music.

use crate::found::music_copy::solve;
use crate::lines::doubts::Doubt;

/// How far from 1 the gain of a stem in the music may be, dB: what limiters on a mix bus do, not another
/// version.
const MAX_GAIN_ERROR_DB: f64 = 1.5;

/// What may be in none of the stems, dB under the music: reverberation of the mix bus and the like.
const MAX_REST_DB: f64 = -12.0;

/// Gain of a stem in the music under which it isn't in it, dB, where other stems are missing.
const ABSENT_DB: f64 = -6.0;

/// Share of a stem in the power of all below which its gain isn't judged.
const LEAST_SHARE: f64 = 1e-4;

/// Adds up products of the music and its stems, each as one channel.
#[derive(Debug, Clone)]
pub struct StemSum {
    names: Vec<String>,
    stems: Vec<Vec<f64>>,
    with_music: Vec<f64>,
    music: f64,
    rest: f64,
}

impl StemSum {
    /// Of stems of these names.
    pub fn new(names: Vec<String>) -> Self {
        let num_stems = names.len();
        Self {
            names,
            stems: vec![vec![0.0; num_stems]; num_stems],
            with_music: vec![0.0; num_stems],
            music: 0.0,
            rest: 0.0,
        }
    }

    /// Takes the next samples of the music and of each stem.
    pub fn push(&mut self, music: &[f32], stems: &[&[f32]]) {
        let product = |a: &[f32], b: &[f32]| -> f64 {
            let products = a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b));
            products.sum()
        };
        for ((sums, with_music), stem) in self.stems.iter_mut().zip(&mut self.with_music).zip(stems)
        {
            *with_music += product(stem, music);
            for (sum, other) in sums.iter_mut().zip(stems) {
                *sum += product(stem, other);
            }
        }
        self.music += product(music, music);
        for (idx, sample) in music.iter().enumerate() {
            let sum: f32 = stems.iter().filter_map(|stem| stem.get(idx)).sum();
            self.rest += f64::from(sample - sum).powi(2);
        }
    }

    /// What is doubtful, if the stems don't add up to the music.
    pub fn doubt(&self) -> Option<Doubt> {
        if self.names.is_empty() || self.music <= 0.0 {
            return None;
        }
        let rest_db = 10.0 * (self.rest / self.music).max(1e-14).log10();
        if rest_db <= MAX_REST_DB {
            return None;
        }
        let gains = solve(self.stems.clone(), self.with_music.clone());
        let explained: f64 = gains.iter().zip(&self.with_music).map(|(a, b)| a * b).sum();
        let unexplained_db = 10.0 * (1.0 - explained / self.music).max(1e-14).log10();
        // Beside a stem that is missing, the gain of one that resembles it is too high.
        let is_off = |error_db: f64| match unexplained_db <= MAX_REST_DB {
            true => error_db.abs() > MAX_GAIN_ERROR_DB,
            false => error_db < ABSENT_DB,
        };
        let foreign: Vec<String> = gains
            .iter()
            .enumerate()
            .filter(|&(idx, gain)| {
                let error_db = 20.0 * gain.max(1e-9).log10();
                self.stems[idx][idx] > LEAST_SHARE * self.music && is_off(error_db)
            })
            .map(|(idx, _)| self.names[idx].clone())
            .collect();
        Some(match foreign.is_empty() {
            false => Doubt::ForeignStems(foreign),
            true => Doubt::MissingStem {
                rest_db: rest_db as f32,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(seed: u64) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..48_000).map(|_| random.f32() - 0.5).collect()
    }

    fn doubt(music: &[f32], stems: &[&[f32]]) -> Option<Doubt> {
        let names = (0..stems.len()).map(|idx| format!("s{idx}"));
        let mut sum = StemSum::new(names.collect());
        sum.push(music, stems);
        sum.doubt()
    }

    #[test]
    fn stems_that_add_up_are_not_doubted_and_others_are_named() {
        let (a, b, c) = (noise(1), noise(2), noise(3));
        let music: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a + b).collect();
        assert_eq!(doubt(&music, &[&a, &b]), None);
        let soft: Vec<f32> = a.iter().map(|it| 0.5 * it).collect();
        let names = |found| match found {
            Some(Doubt::ForeignStems(names)) => names,
            other => panic!("{other:?}"),
        };
        assert_eq!(names(doubt(&music, &[&soft, &b])), ["s0"]);
        assert_eq!(names(doubt(&music, &[&a, &c])), ["s1"]);
        let rest = doubt(&music, &[&a]);
        assert!(
            matches!(rest, Some(Doubt::MissingStem { rest_db }) if (rest_db + 3.0).abs() < 0.2)
        );
    }
}
