//! Weighted sums over ranges of a spectrum, all of them at once: a call for each of many short ones takes longer than
//! its sum.

use multiversion::multiversion;

use crate::dsp::dot::{NUM_DOTS, add_each, totals_of_pairs};
use crate::dsp::spectrum::power_spectrum::window_samples;

/// Bins that one vector holds.
const NUM_LANES: usize = 8;

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

/// The sums over `N` ranges, each the same, to the bit, as [`dot`](crate::dsp::dot::dot) makes it.
pub struct RangeSums<const N: usize> {
    spans: [Span; N],
    /// Of all ranges, one after another.
    weights: Vec<[f32; NUM_LANES]>,
    tails: Vec<Tail>,
}

/// The whole vectors of a range.
struct Span {
    first_bin_idx: usize,
    num_vectors: usize,
}

/// The bins of a range that fill no vector, as the spectrum ends with them.
struct Tail {
    range_idx: usize,
    first_bin_idx: usize,
    weights: Vec<f32>,
}

impl<const N: usize> RangeSums<N> {
    /// Allocates for these ranges.
    pub fn new(ranges: [BinRange; N]) -> Self {
        let (mut weights, mut tails) = (Vec::new(), Vec::new());
        let mut range_idx = 0;
        let spans = ranges.map(|range| {
            let mut own = range.weights;
            // Filled up with zeros, for the sake of whole vectors.
            let padded = own.len().next_multiple_of(NUM_LANES);
            own.resize(padded.min(range.num_bins - range.first_bin_idx), 0.0);
            let (vectors, rest) = own.as_chunks();
            weights.extend_from_slice(vectors);
            if !rest.is_empty() {
                tails.push(Tail {
                    range_idx,
                    first_bin_idx: range.first_bin_idx + NUM_LANES * vectors.len(),
                    weights: rest.to_vec(),
                });
            }
            range_idx += 1;
            Span {
                first_bin_idx: range.first_bin_idx,
                num_vectors: vectors.len(),
            }
        });
        Self {
            spans,
            weights,
            tails,
        }
    }

    /// Sums of `power`, one value for each bin, over the ranges.
    pub fn of(&self, power: &[f32]) -> [f32; N] {
        let mut sums = [0.0; N];
        sum_vectors(&mut sums, &self.spans, &self.weights, power);
        for tail in &self.tails {
            let bins = power.get(tail.first_bin_idx..).unwrap_or_default();
            if let Some(sum) = sums.get_mut(tail.range_idx) {
                let products = tail.weights.iter().zip(bins).map(|(a, b)| a * b);
                *sum += products.sum::<f32>();
            }
        }
        sums
    }
}

/// The sum over the vectors of each range, four ranges at a time.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn sum_vectors(sums: &mut [f32], spans: &[Span], weights: &[[f32; NUM_LANES]], power: &[f32]) {
    let mut weights = weights;
    for (sums, spans) in sums.chunks_mut(NUM_DOTS).zip(spans.chunks(NUM_DOTS)) {
        let mut pairs = [[0.0; NUM_LANES]; NUM_DOTS];
        for (pairs, span) in pairs.iter_mut().zip(spans) {
            let (own, others) = weights.split_at(span.num_vectors.min(weights.len()));
            weights = others;
            let bins = power.get(span.first_bin_idx..).unwrap_or_default();
            *pairs = products_in_pairs(own, bins);
        }
        for (sum, total) in sums.iter_mut().zip(totals_apart(&pairs)) {
            *sum = total;
        }
    }
}

/// The products of weights and bins, added up in two vectors by turns, and these to each other.
#[inline(always)]
fn products_in_pairs(weights: &[[f32; NUM_LANES]], bins: &[f32]) -> [f32; NUM_LANES] {
    let (mut first, mut other) = ([0.0; NUM_LANES], [0.0; NUM_LANES]);
    let (bins, _) = bins.as_chunks::<NUM_LANES>();
    let (twos, last) = weights.as_chunks::<2>();
    let (bin_twos, _) = bins.as_chunks::<2>();
    for ([weights, more_weights], [bins, more_bins]) in twos.iter().zip(bin_twos) {
        add_each(&mut first, bins, weights);
        add_each(&mut other, more_bins, more_weights);
    }
    if let ([weights], Some(bins)) = (last, bins.get(2 * twos.len())) {
        add_each(&mut first, bins, weights);
    }
    for (first, other) in first.iter_mut().zip(other) {
        *first += other;
    }
    first
}

/// A function of its own, for what `dsp/dot.rs` says of sums that are added up where they are made.
#[inline(never)]
fn totals_apart(pairs: &[[f32; NUM_LANES]; NUM_DOTS]) -> [f32; NUM_DOTS] {
    totals_of_pairs(pairs)
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
