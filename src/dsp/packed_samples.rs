//! Integer samples as they lie in files, as numbers.

use multiversion::multiversion;

/// 2^-31: integers are put into the upper bytes of four.
const INTEGER_SCALE: f32 = 1.0 / 2_147_483_648.0;

/// The sample of `bytes`, the least first, which stands `shift_bits` below their upper end: -1 to 1.
#[inline(always)]
pub fn from_integer(bytes: [u8; 4], shift_bits: u32) -> f32 {
    (i32::from_le_bytes(bytes) << shift_bits) as f32 * INTEGER_SCALE
}

/// Writes samples of three bytes, the least first, to `to`, as far as there are both: -1 to 1.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
pub fn from_24_bit(to: &mut [f32], samples: &[[u8; 3]]) {
    for (to, &[low, middle, high]) in to.iter_mut().zip(samples) {
        *to = from_integer([0, low, middle, high], 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_bytes_have_the_scale_of_four() {
        let mut found = [0.0; 3];
        from_24_bit(&mut found, &[[0, 0, 0x80], [1, 0, 0], [0, 0, 0x40]]);
        assert_eq!(found, [-1.0, 1.0 / 8_388_608.0, 0.5]);
        assert_eq!(from_integer([0, 0, 0x40, 0], 8), 0.5);
    }
}
