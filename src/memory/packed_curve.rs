//! The knots of curves as bits: what a prediction from the knots before and the band below misses, coded by how much was
//! missed around it. Curves are smooth in both, so most of it is little.

use crate::memory::range_coder::{Bit, Decoder, Encoder};
use crate::psycho::bands::NUM_BANDS;
use crate::ride::curve::Knot;

/// Limits between the kinds of places, as weighted sums of what was missed around them.
const KINDS: [u32; 7] = [1, 3, 5, 8, 12, 20, 40];
const NUM_KINDS: usize = KINDS.len() + 1;

/// Sizes up to this are counted bit by bit, larger ones as binary numbers.
const MAX_COUNTED: u32 = 14;

/// Bits of a number beyond the counted ones.
const NUM_LARGE_BITS: usize = 8;

/// What was learned of the bits of one kind of place.
#[derive(Debug, Clone, Copy, Default)]
struct Kind {
    counts: [Bit; MAX_COUNTED as usize],
    sign: Bit,
    large: [Bit; NUM_LARGE_BITS],
}

/// Of either direction: what is known at a knot.
#[derive(Debug, Default)]
struct Past {
    kinds: [Kind; NUM_KINDS],
    /// The last two knots, and what was missed in them.
    knots: [[i32; NUM_BANDS]; 2],
    missed: [[u32; NUM_BANDS]; 2],
}

impl Past {
    /// Before the first knot of a curve.
    fn begin_curve(&mut self) {
        (self.knots, self.missed) = Default::default();
    }

    /// What is expected of a band, and the kind of place; `knot` and `missed` hold the bands below it.
    fn expected(
        &self,
        band_idx: usize,
        knot: &[i32; NUM_BANDS],
        missed: &[u32; NUM_BANDS],
    ) -> (i32, usize) {
        let [last, before] = self.knots.map(|knot| knot[band_idx]);
        let [missed_last, missed_before] = self.missed.map(|missed| missed[band_idx]);
        // Eighths: half of the last step again, and three quarters of what the band below does beside that.
        let mut eighths = 8 * last + 4 * (last - before);
        let mut around = 2 * missed_last + missed_before;
        if let Some(below) = band_idx.checked_sub(1) {
            let [last, before] = self.knots.map(|knot| knot[below]);
            eighths += 6 * (knot[below] - last) - 3 * (last - before);
            around += 2 * missed[below] + self.missed[0][below];
        }
        let kind = KINDS.partition_point(|&limit| limit <= around);
        (((eighths + 4) >> 3).clamp(0, 255), kind)
    }

    fn take(&mut self, knot: [i32; NUM_BANDS], missed: [u32; NUM_BANDS]) {
        self.knots = [knot, self.knots[0]];
        self.missed = [missed, self.missed[0]];
    }
}

/// Writes curves, one after another.
#[derive(Debug, Default)]
pub struct CurvePacker {
    past: Past,
    encoder: Encoder,
}

impl CurvePacker {
    /// Writes the knots of a curve.
    pub fn put(&mut self, knots: &[Knot]) {
        self.past.begin_curve();
        for knot in knots {
            let knot = knot.map(i32::from);
            let mut missed = [0; NUM_BANDS];
            for band_idx in 0..NUM_BANDS {
                let (expected, kind) = self.past.expected(band_idx, &knot, &missed);
                let by = knot[band_idx] - expected;
                missed[band_idx] = by.unsigned_abs();
                put(&mut self.encoder, &mut self.past.kinds[kind], by);
            }
            self.past.take(knot, missed);
        }
    }

    /// All bytes.
    pub fn finish(self) -> Vec<u8> {
        self.encoder.finish()
    }
}

/// Reads what a [`CurvePacker`] wrote.
#[derive(Debug)]
pub struct CurveUnpacker<'a> {
    past: Past,
    decoder: Decoder<'a>,
}

impl<'a> CurveUnpacker<'a> {
    /// From the start of `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            past: Past::default(),
            decoder: Decoder::new(bytes),
        }
    }

    /// The next curve, of so many knots.
    pub fn knots(&mut self, num_knots: usize) -> Vec<Knot> {
        self.past.begin_curve();
        let mut knots = Vec::with_capacity(num_knots);
        for _ in 0..num_knots {
            let (mut knot, mut missed) = ([0; NUM_BANDS], [0; NUM_BANDS]);
            for band_idx in 0..NUM_BANDS {
                let (expected, kind) = self.past.expected(band_idx, &knot, &missed);
                let by = get(&mut self.decoder, &mut self.past.kinds[kind]);
                knot[band_idx] = (expected + by).clamp(0, 255);
                missed[band_idx] = by.unsigned_abs();
            }
            self.past.take(knot, missed);
            knots.push(knot.map(|step| step as u8));
        }
        knots
    }
}

fn put(encoder: &mut Encoder, kind: &mut Kind, by: i32) {
    let size = by.unsigned_abs();
    for (count, bit) in (0..).zip(&mut kind.counts) {
        encoder.put(bit, size > count);
        if size <= count {
            break;
        }
    }
    if size > 0 {
        encoder.put(&mut kind.sign, by < 0);
    }
    if let Some(large) = size.checked_sub(MAX_COUNTED) {
        for (bit_idx, bit) in kind.large.iter_mut().enumerate() {
            encoder.put(bit, large >> bit_idx & 1 == 1);
        }
    }
}

fn get(decoder: &mut Decoder, kind: &mut Kind) -> i32 {
    let mut size = 0;
    for bit in &mut kind.counts {
        if !decoder.bit(bit) {
            break;
        }
        size += 1;
    }
    let is_negative = size > 0 && decoder.bit(&mut kind.sign);
    if size == MAX_COUNTED as i32 {
        for (bit_idx, bit) in kind.large.iter_mut().enumerate() {
            size += i32::from(decoder.bit(bit)) << bit_idx;
        }
    }
    if is_negative { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_curves_come_back_as_they_were() {
        let mut random = fastrand::Rng::with_seed(1);
        let curves: Vec<Vec<Knot>> = [0, 1, 2, 3, 100, 500]
            .map(|num_knots| {
                let knots = (0..num_knots).map(|idx| {
                    // Wild ones, and smooth ones.
                    std::array::from_fn(|band_idx| match num_knots {
                        500 => (idx / 9 + 3 * band_idx) as u8,
                        _ => random.u8(..),
                    })
                });
                knots.collect()
            })
            .into();
        let mut packer = CurvePacker::default();
        for curve in &curves {
            packer.put(curve);
        }
        let bytes = packer.finish();
        let mut unpacker = CurveUnpacker::new(&bytes);
        for curve in &curves {
            assert!(
                unpacker.knots(curve.len()) == *curve,
                "{} knots",
                curve.len()
            );
        }
    }
}
