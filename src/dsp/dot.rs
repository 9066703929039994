//! The inner product, in SIMD lanes.

use multiversion::multiversion;
use wide::f32x8;

/// Sum of the products of two slices, to the end of the shorter one. The order of the additions is
/// fixed, so the result is the same in every run and on every processor. Lengths that are multiples
/// of 16 are fastest.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let len = a.len().min(b.len());
    let (a, _) = a.split_at(len);
    let (b, _) = b.split_at(len);
    let (a_lanes, a_rest) = a.as_chunks::<8>();
    let (b_lanes, b_rest) = b.as_chunks::<8>();
    // Two sums, so that one addition needn't wait for the other.
    let (mut sum, mut other) = ([0.0f32; 8], [0.0f32; 8]);
    let (a_pairs, a_last) = a_lanes.as_chunks::<2>();
    let (b_pairs, b_last) = b_lanes.as_chunks::<2>();
    for ([a, a_other], [b, b_other]) in a_pairs.iter().zip(b_pairs) {
        add_products(&mut sum, a, b);
        add_products(&mut other, a_other, b_other);
    }
    for (a, b) in a_last.iter().zip(b_last) {
        add_products(&mut sum, a, b);
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    (f32x8::from(sum) + f32x8::from(other)).reduce_add() + rest
}

#[inline(always)]
fn add_products(sums: &mut [f32; 8], a: &[f32; 8], b: &[f32; 8]) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum += a * b;
    }
}

#[cfg(test)]
mod tests {
    use crate::dsp::dot::dot;

    #[test]
    fn sums_every_product_once_at_any_length() {
        for len in 0..100u16 {
            // Small whole numbers: exact in any order.
            let a: Vec<f32> = (0..len).map(f32::from).collect();
            let b: Vec<f32> = (0..len + 3).map(|n| f32::from(n % 7)).collect();
            let expected: u32 = (0..u32::from(len)).map(|n| n * (n % 7)).sum();
            assert_eq!(dot(&a, &b), expected as f32, "{len}");
        }
    }
}
