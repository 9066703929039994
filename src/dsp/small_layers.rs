//! Layers of a small convolutional network with 16 channels. Sums are added up in a fixed order, input by input, so
//! they are the same on every processor.

use multiversion::multiversion;

/// Channels of a layer.
pub const NUM_CHANNELS: usize = 16;

/// Taps of a kernel along the values of a layer.
pub const NUM_TAPS: usize = 3;

/// One value for each channel.
pub type PerChannel = [f32; NUM_CHANNELS];

/// Slides a kernel of three taps for each of three frames along the values of these: `values` are the frames, one
/// after another and of one length, `slid` gets two values fewer than a frame has.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn slide(slid: &mut [f32], values: &[f32], kernel: &[[f32; NUM_TAPS]; 3]) {
    slid.fill(0.0);
    let frames = values.chunks_exact(values.len() / kernel.len());
    for (frame, taps) in frames.zip(kernel) {
        for (values, weight) in frame.windows(slid.len()).zip(taps) {
            for (slid, value) in slid.iter_mut().zip(values) {
                *slid += value * weight;
            }
        }
    }
}

/// Gives each channel its weight of a row of values and its bias; of three neighbours of the result the highest is kept,
/// at least 0, at places that lie two values apart.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn spread_and_pool(
    places: &mut [PerChannel],
    row: &[f32],
    weights: &PerChannel,
    biases: &PerChannel,
) {
    for (place, values) in places.iter_mut().zip(row.windows(NUM_TAPS).step_by(2)) {
        let mut highest = [0.0; NUM_CHANNELS];
        for value in values {
            for ((highest, weight), bias) in highest.iter_mut().zip(weights).zip(biases) {
                let sum = value * weight + bias;
                *highest = if sum > *highest { sum } else { *highest };
            }
        }
        *place = highest;
    }
}

/// Slides each channel's own kernel along its places, two at a step and with silence beyond both ends, and mixes the
/// channels: `kernel` is of `[tap][channel]`, `mix` of `[input channel][output channel]`.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn slide_and_mix(
    mixed: &mut [PerChannel],
    places: &[PerChannel],
    kernel: &[PerChannel; NUM_TAPS],
    mix: &[PerChannel; NUM_CHANNELS],
) {
    for (idx, mixed) in mixed.iter_mut().enumerate() {
        let mut slid = [0.0; NUM_CHANNELS];
        for (tap, weights) in kernel.iter().enumerate() {
            let place = (2 * idx + tap).checked_sub(1);
            if let Some(place) = place.and_then(|idx| places.get(idx)) {
                for ((slid, value), weight) in slid.iter_mut().zip(place).zip(weights) {
                    *slid += value * weight;
                }
            }
        }
        let mut sums = [0.0; NUM_CHANNELS];
        for (input, column) in slid.iter().zip(mix) {
            for (sum, weight) in sums.iter_mut().zip(column) {
                *sum += input * weight;
            }
        }
        *mixed = sums;
    }
}

/// For each of the rows, as long as `inputs` and one after another, the sum of its products with them, as whole numbers.
/// They must be small enough for the sums: else these wrap.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn whole_products<const N: usize>(sums: &mut [i32], rows: &[[i16; N]], inputs: &[i16; N]) {
    for (sum, row) in sums.iter_mut().zip(rows) {
        let mut products = 0i32;
        for (weight, input) in row.iter().zip(inputs) {
            products = products.wrapping_add(i32::from(*weight) * i32::from(*input));
        }
        *sum = products;
    }
}

/// Finite values as whole numbers of 2^-15, the nearest, halves away from 0; what is beyond 16 bits as the nearest that
/// isn't.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn in_q15(whole: &mut [i16], values: &[f32]) {
    for (whole, value) in whole.iter_mut().zip(values) {
        *whole = (value * 32_768.0).round() as i16;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_slid_spread_and_pooled() {
        let values: Vec<f32> = (0..15u8).map(f32::from).collect();
        let kernel = [[1.0, 0.0, 0.0], [0.0, 10.0, 0.0], [0.0, 0.0, 100.0]];
        let mut row = [0.0; 3];
        slide(&mut row, &values, &kernel);
        // The frames begin with 0, 5 and 10.
        assert_eq!(row, [1260.0, 1371.0, 1482.0]);
        let weights: PerChannel = std::array::from_fn(|idx| if idx == 1 { -1.0 } else { 1.0 });
        let biases: PerChannel = std::array::from_fn(|idx| if idx == 2 { -1e4 } else { 1.0 });
        let mut places = [[0.0; NUM_CHANNELS]];
        spread_and_pool(&mut places, &row, &weights, &biases);
        let [place] = places;
        assert_eq!(place[..4], [1483.0, 0.0, 0.0, 1483.0]);
    }

    #[test]
    fn beyond_the_ends_is_silence() {
        let places: [PerChannel; 3] =
            [1.0, 2.0, 4.0].map(|value| std::array::from_fn(|idx| value * (idx + 1) as f32));
        let kernel = [
            [100.0; NUM_CHANNELS],
            [10.0; NUM_CHANNELS],
            [1.0; NUM_CHANNELS],
        ];
        // Each output hears the channel after its own.
        let mix = std::array::from_fn(|from| {
            std::array::from_fn(|to| f32::from(u8::from(from == (to + 1) % NUM_CHANNELS)))
        });
        let mut mixed = [[0.0; NUM_CHANNELS]; 2];
        slide_and_mix(&mut mixed, &places, &kernel, &mix);
        let [first, last] = mixed;
        assert_eq!(first[..2], [2.0 * 12.0, 3.0 * 12.0]);
        assert_eq!(last[..2], [2.0 * 240.0, 3.0 * 240.0]);
        assert_eq!(last[15], 240.0);
    }

    #[test]
    fn whole_numbers_are_exact_and_rounded_away_from_0() {
        let rows = [[i16::MIN; 2], [3, -4]];
        let mut sums = [0; 2];
        whole_products(&mut sums, &rows, &[i16::MAX, 0]);
        assert_eq!(sums, [i32::from(i16::MIN) * i32::from(i16::MAX), 98_301]);
        let mut whole = [0; 5];
        let half = 0.5 / 32_768.0;
        in_q15(&mut whole, &[half, -half, 0.9 * half, 2.0, -2.0]);
        assert_eq!(whole, [1, -1, 0, i16::MAX, i16::MIN]);
    }
}
