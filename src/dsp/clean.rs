//! Sanitises input samples: NaN, infinite and subnormal values become 0.

use multiversion::multiversion;

use crate::dsp::spectrum::power_spectrum::MAX_SAMPLE;

/// `sample`, or 0 where it is not finite or subnormal. It looks at bits alone, since it has to prevent
/// arithmetic on subnormal numbers.
#[inline(always)]
pub fn cleaned(sample: f32) -> f32 {
    const SIGN: u32 = 0x8000_0000;
    const EXPONENT: u32 = 0x7f80_0000;
    let bits = sample.to_bits();
    let exponent = bits & EXPONENT;
    // Exponent 0 is zero or subnormal, all ones infinite or NaN.
    let is_normal = exponent != 0 && exponent != EXPONENT;
    f32::from_bits(if is_normal { bits } else { bits & SIGN })
}

/// Cleans samples in place.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn clean(samples: &mut [f32]) {
    for sample in samples {
        *sample = cleaned(*sample);
    }
}

/// Writes `samples` to `to`: cleaned, times `gain`, and limited to the range of the analysis.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn clean_into(to: &mut [f32], samples: &[f32], gain: f32) {
    for (to, &sample) in to.iter_mut().zip(samples) {
        *to = limited(gain * cleaned(sample));
    }
}

/// [`clean_into`] with a gain for each sample.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn clean_into_under(to: &mut [f32], samples: &[f32], gains: &[f32]) {
    for ((to, &sample), &gain) in to.iter_mut().zip(samples).zip(gains) {
        *to = limited(gain * cleaned(sample));
    }
}

/// Adds `gain` times finite samples within the range of the analysis.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn add_limited(sums: &mut [f32], samples: &[f32], gain: f32) {
    for (sum, &sample) in sums.iter_mut().zip(samples) {
        *sum += gain * limited(sample);
    }
}

/// Adds `samples`, as far as they are finite, to `sums`, and gives the highest of them.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn add_finite(sums: &mut [f32], samples: &[f32]) -> f32 {
    const LANES: usize = 8;
    let mut peaks = [0.0; LANES];
    let mut add = |sums: &mut [f32], samples: &[f32]| {
        for ((peak, sum), &sample) in peaks.iter_mut().zip(sums).zip(samples) {
            let finite = if sample.is_finite() { sample } else { 0.0 };
            *sum += finite;
            // Not `max`, whose path for NaN takes longer.
            *peak = if finite.abs() > *peak {
                finite.abs()
            } else {
                *peak
            };
        }
    };
    let len = sums.len().min(samples.len());
    let (sums, sums_rest) = sums.split_at_mut(len).0.as_chunks_mut::<LANES>();
    let (samples, samples_rest) = samples.split_at(len).0.as_chunks::<LANES>();
    for (sums, samples) in sums.iter_mut().zip(samples) {
        add(sums, samples);
    }
    add(sums_rest, samples_rest);
    peaks.into_iter().fold(0.0, f32::max)
}

/// A finite sample within the range of the analysis.
#[inline(always)]
fn limited(sample: f32) -> f32 {
    // Not `clamp`, whose path for NaN prevents auto-vectorisation.
    let below = if sample > MAX_SAMPLE {
        MAX_SAMPLE
    } else {
        sample
    };
    if below < -MAX_SAMPLE {
        -MAX_SAMPLE
    } else {
        below
    }
}

#[cfg(test)]
mod tests {
    use crate::dsp::clean::{add_finite, cleaned, limited};

    #[test]
    fn what_is_not_finite_is_left_out_of_sum_and_peak() {
        let mut sums = [0.5; 11];
        let samples = [1.0, f32::NAN, -3.0, f32::INFINITY, 0.0, 0.0, 0.0, 0.0, 2.0];
        assert_eq!(add_finite(&mut sums, &samples), 3.0);
        assert_eq!(sums[..4], [1.5, 0.5, -2.5, 0.5]);
        assert_eq!(sums[8..], [2.5, 0.5, 0.5]);
    }

    #[test]
    fn limits_lie_at_24_dbfs() {
        for (sample, expected) in [(0.5, 0.5), (17.0, 16.0), (-f32::MAX, -16.0)] {
            assert_eq!(limited(sample), expected);
        }
    }

    #[test]
    fn normal_numbers_and_both_zeros_pass_and_all_else_is_zero() {
        for sample in [1.0, -0.5, f32::MIN_POSITIVE, -f32::MAX, 0.0, -0.0] {
            assert_eq!(cleaned(sample).to_bits(), sample.to_bits());
        }
        for sample in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e-40, -1e-45] {
            assert_eq!(cleaned(sample), 0.0);
        }
    }
}
