//! Weighted sums over ranges of a spectrum, all of them at once: a call for each of many short ones takes longer than
//! its sum.

use std::ops::Range;

use multiversion::multiversion;

use crate::dsp::dot::{Lanes, put_products, total};
use crate::dsp::spectrum::power_spectrum::window_samples;

/// Weights that gather bins into one band, an edge that cuts through a bin taking its share.
#[derive(Debug, Clone)]
pub struct BinRange {
    first_bin_idx: usize,
    weights: Vec<f32>,
    num_bins: usize,
}

impl BinRange {
    /// Bins between two frequencies at `sample_rate_hz`, each with `weight(its frequency in Hz)`;
    /// none above the Nyquist frequency.
    pub fn new(
        sample_rate_hz: f64,
        (low_hz, high_hz): (f64, f64),
        weight: impl Fn(f64) -> f64,
    ) -> Self {
        let fft_samples = window_samples(sample_rate_hz).next_power_of_two();
        let bin_hz = sample_rate_hz / fft_samples as f64;
        let share = |bin_idx: usize| {
            let centre_hz = bin_idx as f64 * bin_hz;
            let covered_hz =
                (centre_hz + bin_hz / 2.0).min(high_hz) - (centre_hz - bin_hz / 2.0).max(low_hz);
            covered_hz.max(0.0) / bin_hz
        };
        let num_bins = fft_samples / 2 + 1;
        let first_bin_idx = (0..num_bins).find(|&k| share(k) > 0.0).unwrap_or(num_bins);
        let weights: Vec<f32> = (first_bin_idx..num_bins)
            .take_while(|&k| share(k) > 0.0)
            .map(|k| (share(k) * weight(k as f64 * bin_hz)) as f32)
            .collect();
        Self::of_weights(first_bin_idx, weights, num_bins)
    }

    /// The range from `first_bin_idx` on with these weights, of a spectrum of `num_bins`.
    pub fn of_weights(first_bin_idx: usize, weights: Vec<f32>, num_bins: usize) -> Self {
        Self {
            first_bin_idx,
            weights,
            num_bins,
        }
    }
}

/// The sums over `N` ranges.
pub struct RangeSums<const N: usize> {
    spans: [Span; N],
    /// Of all ranges, one after another.
    weights: Vec<f32>,
}

struct Span {
    first_bin_idx: usize,
    weights: Range<usize>,
}

impl<const N: usize> RangeSums<N> {
    /// Allocates for these ranges.
    pub fn new(ranges: [BinRange; N]) -> Self {
        let mut weights = Vec::new();
        let spans = ranges.map(|range| {
            let start = weights.len();
            weights.extend_from_slice(&range.weights);
            // Filled up with zeros, for the sake of whole vectors.
            let padded = range.weights.len().next_multiple_of(8);
            let len = padded.min(range.num_bins - range.first_bin_idx);
            weights.resize(start + len, 0.0);
            Span {
                first_bin_idx: range.first_bin_idx,
                weights: start..start + len,
            }
        });
        Self { spans, weights }
    }

    /// Sums of `power`, one value for each bin, over the ranges.
    pub fn of(&self, power: &[f32]) -> [f32; N] {
        let mut sums = [0.0; N];
        sum_each(&mut sums, &self.spans, &self.weights, power);
        sums
    }
}

/// The sum over each range.
#[multiversion(targets("x86_64+avx2+fma"))]
fn sum_each(sums: &mut [f32], spans: &[Span], weights: &[f32], power: &[f32]) {
    for (sum, span) in sums.iter_mut().zip(spans) {
        let weights = weights.get(span.weights.clone()).unwrap_or_default();
        let end_bin_idx = span.first_bin_idx + weights.len();
        let bins = power.get(span.first_bin_idx..end_bin_idx);
        let mut lanes = Lanes::default();
        let rest = put_products(&mut lanes, bins.unwrap_or_default(), weights);
        *sum = total_apart(&lanes) + rest;
    }
}

/// A function of its own, for what `dsp/dot.rs` says of sums that are added up where they are made.
#[inline(never)]
fn total_apart(lanes: &Lanes) -> f32 {
    total(lanes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::dot::dot;

    #[test]
    fn each_sum_is_the_inner_product() {
        let power: Vec<f32> = test_support::noise::white(1.0, 3).take(600).collect();
        let lengths = [0, 1, 7, 8, 15, 16, 40, 553];
        let ranges = lengths.map(|len| {
            let weights = test_support::noise::white(1.0, 4).take(len).collect();
            BinRange::of_weights(600 - len, weights, 600)
        });
        let expected = ranges
            .each_ref()
            .map(|range| dot(&power[range.first_bin_idx..], &range.weights));
        let sums = RangeSums::new(ranges).of(&power);
        assert_eq!(sums.map(f32::to_bits), expected.map(f32::to_bits));
    }
}
