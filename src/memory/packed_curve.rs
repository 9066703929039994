//! A curve as bytes that deflate well: what a simple prediction from the knots before and the band below misses.
//! Curves are smooth in both, so most of it is 0.

use crate::memory::packing::{Packer, Unpacker};
use crate::psycho::bands::NUM_BANDS;
use crate::ride::curve::{Curve, Knot};

/// Predictions that are tried: from the last knot or the last two, alone or with how the band below missed that.
const NUM_PREDICTIONS: u8 = 4;

/// Most knots of a curve: a line of 40 minutes.
const MAX_KNOTS: usize = 60_000;

/// The bytes of a curve.
pub fn pack(curve: &Curve) -> Vec<u8> {
    let mut bytes = Packer::default();
    bytes.signed(curve.first_knot());
    bytes.unsigned(curve.knots().len() as u64);
    let missed =
        (0..NUM_PREDICTIONS).map(|prediction| (prediction, missed(curve.knots(), prediction)));
    let size = |(_, missed): &(u8, Vec<u8>)| -> u64 {
        let sizes = missed
            .iter()
            .map(|&missed| u64::from((missed as i8).unsigned_abs()));
        sizes.sum()
    };
    if let Some((prediction, missed)) = missed.min_by_key(size) {
        bytes.bytes.push(prediction);
        bytes.bytes.extend(missed);
    }
    bytes.bytes
}

/// The curve of bytes that [`pack`] made; `None` if they are none of these.
pub fn unpack(bytes: &[u8]) -> Option<Curve> {
    let mut from = Unpacker::new(bytes);
    let first_knot = from.signed()?;
    let num_knots = usize::try_from(from.unsigned()?).ok()?;
    let prediction = from.byte()?;
    if num_knots > MAX_KNOTS || prediction >= NUM_PREDICTIONS {
        return None;
    }
    let missed = from.bytes(num_knots * NUM_BANDS)?;
    let mut knots: Vec<Knot> = vec![[0; NUM_BANDS]; num_knots];
    let mut missed = missed.iter();
    for band_idx in 0..NUM_BANDS {
        for knot_idx in 0..num_knots {
            let predicted = predicted(&knots, knot_idx, band_idx, prediction);
            knots[knot_idx][band_idx] = predicted.wrapping_add(*missed.next()?);
        }
    }
    Some(Curve::from_knots(first_knot, knots.into()))
}

/// What a prediction misses, band by band.
fn missed(knots: &[Knot], prediction: u8) -> Vec<u8> {
    let places = (0..NUM_BANDS).flat_map(|band_idx| (0..knots.len()).map(move |it| (it, band_idx)));
    places
        .map(|(knot_idx, band_idx)| {
            let predicted = predicted(knots, knot_idx, band_idx, prediction);
            knots[knot_idx][band_idx].wrapping_sub(predicted)
        })
        .collect()
}

fn predicted(knots: &[Knot], knot_idx: usize, band_idx: usize, prediction: u8) -> u8 {
    let from_time = |band_idx: usize| {
        let before = |num: usize| knot_idx.checked_sub(num).map(|idx| knots[idx][band_idx]);
        match (before(1), before(2)) {
            (Some(last), Some(one_before)) if prediction & 1 == 1 => {
                last.wrapping_mul(2).wrapping_sub(one_before)
            }
            (last, _) => last.unwrap_or(0),
        }
    };
    let mut predicted = from_time(band_idx);
    if prediction & 2 == 2 && band_idx > 0 {
        let missed_below = knots[knot_idx][band_idx - 1].wrapping_sub(from_time(band_idx - 1));
        predicted = predicted.wrapping_add(missed_below);
    }
    predicted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_curve_comes_back_as_it_was() {
        let mut random = fastrand::Rng::with_seed(1);
        for num_knots in [0, 1, 2, 3, 100] {
            let knots: Vec<Knot> = (0..num_knots)
                .map(|_| std::array::from_fn(|_| random.u8(..)))
                .collect();
            let curve = Curve::from_knots(-5, knots.into());
            assert_eq!(unpack(&pack(&curve)), Some(curve));
        }
    }
}
