//! The inner product, in SIMD lanes.

use multiversion::multiversion;
use wide::f32x4;

/// Sums that run side by side, in two vectors of eight: one addition needn't wait for the other.
const NUM_SUMS: usize = 16;

/// These sums.
type Lanes = [f32; NUM_SUMS];

/// The sums of both vectors, added up.
pub(super) type Pairs = [f32; NUM_SUMS / 2];

/// Inner products that [`dots`] makes at once.
pub const NUM_DOTS: usize = 4;

/// Sum of the products of two slices, to the end of the shorter one. The order of the additions is
/// fixed, so the result is the same in every run and on every processor. Lengths that are multiples
/// of 16 are fastest.
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let len = a.len().min(b.len());
    let (a, _) = a.split_at(len);
    let (b, _) = b.split_at(len);
    let mut sums = [0.0; NUM_SUMS];
    let rest = products(&mut sums, a, b);
    total(&sums) + rest
}

/// The inner products of `a`, whose length is a multiple of 16, with the stretches of `b` that begin at 0, `step`,
/// 2 `step` and 3 `step`: each the same, to the bit, as [`dot`] makes it, in half the time. Products beyond the end of `b`
/// are left out.
pub fn dots(a: &[f32], b: &[f32], step: usize) -> [f32; NUM_DOTS] {
    let mut sums = [[0.0; NUM_SUMS]; NUM_DOTS];
    add_products_of_all(&mut sums, a, b, step);
    totals(&sums)
}

/// The products of whole vectors of eight of two slices of one length, added up in lanes; gives the sum of those that are
/// left. A function of its own: where the sums go on to be added up in the same one, LLVM lays them out for that, and the
/// loop takes three times as long.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn products(sums: &mut Lanes, a: &[f32], b: &[f32]) -> f32 {
    let (a_chunks, a_rest) = a.as_chunks::<NUM_SUMS>();
    let (b_chunks, b_rest) = b.as_chunks::<NUM_SUMS>();
    let mut running = [0.0; NUM_SUMS];
    for (a, b) in a_chunks.iter().zip(b_chunks) {
        add_each(&mut running, a, b);
    }
    let (a_last, a_rest) = a_rest.as_chunks::<8>();
    let (b_last, b_rest) = b_rest.as_chunks::<8>();
    let (first, _) = running.split_at_mut(8);
    for (a, b) in a_last.iter().zip(b_last) {
        add_each(first, a, b);
    }
    *sums = running;
    a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum()
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn add_products_of_all(sums: &mut [[f32; NUM_SUMS]; NUM_DOTS], a: &[f32], b: &[f32], step: usize) {
    let from = |start: usize| b.get(start..).unwrap_or_default().as_chunks::<NUM_SUMS>().0;
    let (a, _) = a.as_chunks::<NUM_SUMS>();
    let [mut first, mut second, mut third, mut fourth] = *sums;
    let later = from(step).iter().zip(from(2 * step)).zip(from(3 * step));
    for ((a, b), ((b_second, b_third), b_fourth)) in a.iter().zip(from(0)).zip(later) {
        add_each(&mut first, a, b);
        add_each(&mut second, a, b_second);
        add_each(&mut third, a, b_third);
        add_each(&mut fourth, a, b_fourth);
    }
    *sums = [first, second, third, fourth];
}

#[inline(always)]
pub(super) fn add_each(sums: &mut [f32], a: &[f32], b: &[f32]) {
    for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
        *sum += a * b;
    }
}

/// [`total`] of each, side by side.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn totals(sums: &[Lanes; NUM_DOTS]) -> [f32; NUM_DOTS] {
    let mut pairs = [[0.0; NUM_SUMS / 2]; NUM_DOTS];
    for (pairs, lanes) in pairs.iter_mut().zip(sums) {
        let (first, other) = lanes.split_at(NUM_SUMS / 2);
        for (pair, (first, other)) in pairs.iter_mut().zip(first.iter().zip(other)) {
            *pair = first + other;
        }
    }
    totals_of_pairs(&pairs)
}

/// What [`total`] makes of each, whose sums are added up in pairs already.
#[inline(always)]
pub(super) fn totals_of_pairs(pairs: &[Pairs; NUM_DOTS]) -> [f32; NUM_DOTS] {
    let mut halves = [[f32x4::ZERO; NUM_DOTS]; 2];
    let [lows, highs] = &mut halves;
    for ((low, high), pairs) in lows.iter_mut().zip(highs).zip(pairs) {
        let [a, b, c, d, e, f, g, h] = *pairs;
        (*low, *high) = ([a, b, c, d].into(), [e, f, g, h].into());
    }
    let [low, high] = halves;
    (added(low) + added(high)).to_array()
}

/// The four values of each vector added up, in a lane for each vector.
#[inline(always)]
fn added(vectors: [f32x4; NUM_DOTS]) -> f32x4 {
    // By lane, so that one addition is that of all four.
    let [a, b, c, d] = f32x4::transpose(vectors);
    a + b + c + d
}

/// All sums added up: those of one vector to those of the other, then the halves of that from their first to their last.
fn total(sums: &Lanes) -> f32 {
    let (first, other) = sums.split_at(NUM_SUMS / 2);
    let mut pairs = [0.0; NUM_SUMS / 2];
    for (pair, (first, other)) in pairs.iter_mut().zip(first.iter().zip(other)) {
        *pair = first + other;
    }
    let (low, high) = pairs.split_at(NUM_SUMS / 4);
    low.iter().sum::<f32>() + high.iter().sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn several_at_once_are_each_the_same_to_the_bit() {
        let noise: Vec<f32> = test_support::noise::white(1.0, 1).take(400).collect();
        let (a, b) = noise.split_at(96);
        for step in [1, 3, 6] {
            let expected = [0, 1, 2, 3].map(|idx| dot(a, &b[idx * step..idx * step + a.len()]));
            assert_eq!(
                dots(a, b, step).map(f32::to_bits),
                expected.map(f32::to_bits)
            );
        }
    }
}
