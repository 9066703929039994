//! By how much a sound lies later in one recording than in another. For whole files: it allocates, and
//! nothing on the audio thread calls it.
//!
//! Source: C. Knapp, G. C. Carter, "The Generalized Correlation Method for Estimation of Time Delay",
//! IEEE Trans. ASSP 24 (1976), with the phase transform: every frequency counts alike, so that neither
//! the tone of one recording nor what else sounds in the other moves the maximum.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// Least product of two bins that has a phase to speak of: digital silence has none.
const LEAST_PRODUCT: f32 = 1e-24;

/// Where the maximum of a correlation is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeShift {
    /// By how much the sound lies later in the second recording, samples.
    pub samples: f64,
    /// The maximum over the root mean square of the correlation: recordings that have nothing in common
    /// come to about 6, since the largest of millions of random values is that much above them.
    pub sharpness: f32,
}

/// Where `part` lies in `whole`, which has other sounds too; `None` if one of them is silent.
pub fn find(part: &[f32], whole: &[f32]) -> Option<TimeShift> {
    let num_bins = (part.len() + whole.len()).next_power_of_two();
    let zero = Complex::new(0.0, 0.0);
    let mut planner = FftPlanner::new();
    // Two real signals in one complex transform.
    let mut bins = vec![zero; num_bins];
    for (bin, &sample) in bins.iter_mut().zip(part) {
        bin.re = sample;
    }
    for (bin, &sample) in bins.iter_mut().zip(whole) {
        bin.im = sample;
    }
    planner.plan_fft_forward(num_bins).process(&mut bins);
    // Bins k and N - k together hold both spectra at k: each becomes their product there.
    let (low, high) = bins.split_at_mut(num_bins / 2);
    if let (Some(first), Some(middle)) = (low.first_mut(), high.first_mut()) {
        (*first, *middle) = (zero, zero);
    }
    for (a, b) in low.iter_mut().skip(1).zip(high.iter_mut().rev()) {
        let of_part = (*a + b.conj()) * 0.5;
        let of_whole = (*a - b.conj()) * Complex::new(0.0, -0.5);
        let product = of_part.conj() * of_whole;
        let size = product.norm();
        let phase = match size > LEAST_PRODUCT {
            true => product / size,
            false => zero,
        };
        (*a, *b) = (phase, phase.conj());
    }
    planner.plan_fft_inverse(num_bins).process(&mut bins);
    let (peak_idx, peak) = bins
        .iter()
        .map(|bin| bin.re)
        .enumerate()
        .max_by(|(_, a), (_, b)| a.total_cmp(b))?;
    let power: f64 = bins.iter().map(|bin| f64::from(bin.re).powi(2)).sum();
    let rms = (power / num_bins as f64).sqrt() as f32;
    if rms <= 0.0 {
        return None;
    }
    let at = |idx: usize| bins.get(idx % num_bins).map_or(0.0, |bin| bin.re);
    let (before, after) = (at(peak_idx + num_bins - 1), at(peak_idx + 1));
    let curve = before - 2.0 * peak + after;
    // The top of the parabola through three points.
    let offset = if curve < 0.0 {
        0.5 * (before - after) / curve
    } else {
        0.0
    };
    let shift = match peak_idx < whole.len().max(1) {
        true => peak_idx as f64,
        false => peak_idx as f64 - num_bins as f64,
    };
    Some(TimeShift {
        samples: shift + f64::from(offset),
        sharpness: peak / rms,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(num_samples: usize, seed: u64) -> Vec<f32> {
        test_support::noise::white(0.1, seed)
            .take(num_samples)
            .collect()
    }

    #[test]
    fn a_part_is_found_in_a_mix_where_it_lies() {
        let part = noise(20_000, 1);
        for shift in [0, 1, 777, 30_000] {
            // 14 dB under what else there is.
            let mut whole: Vec<f32> = noise(60_000, 77).iter().map(|it| 5.0 * it).collect();
            for (to, from) in whole.iter_mut().skip(shift).zip(&part) {
                *to += from;
            }
            let found = find(&part, &whole).unwrap();
            assert!((found.samples - shift as f64).abs() < 0.2, "{found:?}");
            assert!(found.sharpness > 10.0, "{found:?}");
            let late: Vec<f32> = part.iter().skip(500).copied().collect();
            assert!((find(&part, &late).unwrap().samples + 500.0).abs() < 0.2);
        }
    }

    #[test]
    fn strangers_have_no_place_in_each_other() {
        let found = find(&noise(50_000, 3), &noise(90_000, 4)).unwrap();
        assert!(found.sharpness < 7.0, "{found:?}");
        assert_eq!(find(&[0.0; 100], &[0.0; 200]), None);
        assert_eq!(find(&[], &[]), None);
    }
}
