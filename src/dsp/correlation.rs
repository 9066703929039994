//! Correlation of a signal with its own past, many lags side by side in SIMD lanes.

use multiversion::multiversion;

/// Vectors of lags that are computed together: as many as the registers hold.
const NUM_VECTORS: usize = 7;

/// Most lags of [`correlations`].
pub const MAX_LAGS: usize = 8 * NUM_VECTORS;

/// Inner products of `window` with each piece of `history` of the same length: the first begins at
/// its start, each next one a sample later. Products for which `history` is too short are 0.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn correlations(window: &[f32], history: &[f32]) -> [f32; MAX_LAGS] {
    let mut sums = [[0.0f32; 8]; NUM_VECTORS];
    for (sample_idx, &sample) in window.iter().enumerate() {
        let pieces = history.get(sample_idx..).unwrap_or_default();
        let (lanes, rest) = pieces.as_chunks::<8>();
        if let Some(lanes) = lanes.first_chunk::<NUM_VECTORS>() {
            for (sums, lanes) in sums.iter_mut().zip(lanes) {
                for (sum, value) in sums.iter_mut().zip(lanes) {
                    *sum += sample * value;
                }
            }
        } else {
            let mut last = [0.0; 8];
            for (last, &rest) in last.iter_mut().zip(rest) {
                *last = rest;
            }
            for (sums, lanes) in sums.iter_mut().zip(lanes.iter().chain([&last])) {
                for (sum, value) in sums.iter_mut().zip(lanes) {
                    *sum += sample * value;
                }
            }
        }
    }
    let mut correlations = [0.0; MAX_LAGS];
    let (lanes, _) = correlations.as_chunks_mut::<8>();
    for (lanes, sums) in lanes.iter_mut().zip(sums) {
        *lanes = sums;
    }
    for correlation in correlations
        .iter_mut()
        .skip((history.len() + 1).saturating_sub(window.len()))
    {
        *correlation = 0.0;
    }
    correlations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_multiplied_with_the_window() {
        let history: Vec<f32> = (0..70u16).map(|n| f32::from(n * n % 11)).collect();
        for history_samples in [10, 17, 25, 68, 70] {
            let (history, _) = history.split_at(history_samples);
            let window = &history[3..13.min(history_samples)];
            let got = correlations(window, history);
            for (start, &got) in got.iter().enumerate() {
                let piece = history.get(start..start + window.len()).unwrap_or_default();
                let expected: f32 = window.iter().zip(piece).map(|(a, b)| a * b).sum();
                assert_eq!(got, expected, "{history_samples} samples, from {start}");
            }
        }
    }
}
