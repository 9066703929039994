//! Overlap correction: from the curve that is wanted at the band centres to the gains of bells
//! that, one after another, add up to it.
//!
//! Neighbouring bells overlap, or a flat curve would ripple. So a bell's gain isn't the response
//! at its centre, and the gains are found by iteration: evaluate the response of all bells in
//! closed form ([`Bell::power_response`]), multiply what is missing at the centres by a fixed
//! inverse of the interaction matrix, repeat. The matrix holds the response of each bell at each
//! centre per dB of its gain (as in J. S. Abel and D. P. Berners, "Filter design using
//! second-order peaking and shelving sections", ICMC 2004, and V. Välimäki and J. Liski,
//! "Accurate cascade graphic equalizer", IEEE Signal Processing Letters 24, 2017).

use wide::f32x8;

use crate::dsp::eq::bell::{Bell, warped};

/// Most bands that a correction can hold.
pub const MAX_BANDS: usize = 24;

/// Number of vectors of eight bands.
pub const NUM_BAND_VECTORS: usize = MAX_BANDS / 8;

/// One value per band in SIMD lanes; bands that don't exist hold 0.
pub type BandVectors = [f32x8; NUM_BAND_VECTORS];

/// Q of a bell whose neighbours stand a third-octave (10^(1/10)) away.
///
/// A trade: at 2.77 a flat cut of 12 dB ripples by 0.47 dB between centres; at 2.5 by 0.31 dB, but
/// a cut of one band then needs 27 dB in its bell (24 dB here) and wild curves overshoot between
/// centres by 0.65 dB before the guard (0.5 dB here); at 3.5 the ripple is 1.1 dB.
const THIRD_OCTAVE_Q: f64 = 2.77;

/// Highest centre that gets a bell, as a fraction of the sample rate. Above it the bilinear
/// transform squeezes a third-octave into too little.
const MAX_CENTRE: f64 = 0.45;

/// Gain at which the interaction matrix is taken, dB. The response isn't quite proportional to the
/// gain; a matrix for deep cuts converges fastest where the error would be largest.
const MATRIX_GAIN_DB: f64 = -12.0;

/// Passes that also move the aim against overshoot, and passes after them.
const NUM_GUARDED_PASSES: usize = 2;
const NUM_FINAL_PASSES: usize = 2;

/// Where overshoot is looked for, to both sides of a centre, in steps to the neighbour: an
/// overshoot beside a steep flank lies there.
const GUARD_OFFSET: f64 = 0.3;

/// How far the aim is moved against an overshoot, as a factor: the response between centres moves
/// less than the response at them.
const GUARD_FACTOR: f32 = 1.3;

/// Most by which the aim is moved, dB: what the 0.5 dB of accuracy allow.
const MAX_GUARD_DB: f32 = 0.45;

/// How much deeper than the deepest band the response may be between centres, dB.
const ALLOWED_EXCESS_DB: f32 = 0.3;

/// Gain below which a bell is left out, dB.
const MIN_GAIN_DB: f32 = 0.002;

/// Bells for bands with the given centres, Hz, ascending; bands above 0.45 of the sample rate get
/// none. Q follows the distance of the neighbours on the warped axis, so that the overlap, and
/// with it the curve, is the same at any sample rate.
#[expect(
    clippy::indexing_slicing,
    reason = "runs once, before any audio; the indexes are those of the loops"
)]
pub fn bells(sample_rate_hz: f64, centres_hz: &[f64]) -> Vec<Bell> {
    let warped_centres: Vec<f64> = centres_hz
        .iter()
        .filter(|&&centre_hz| centre_hz <= MAX_CENTRE * sample_rate_hz)
        .map(|&centre_hz| warped(sample_rate_hz, centre_hz))
        .collect();
    let third_octave = 10f64.powf(0.1);
    (0..warped_centres.len())
        .map(|band_idx| {
            let (below, above) = neighbour_ratios(&warped_centres, band_idx);
            let spacing = (below * above).sqrt();
            Bell {
                warped_centre: warped_centres[band_idx],
                q: THIRD_OCTAVE_Q * (third_octave - 1.0 / third_octave) / (spacing - 1.0 / spacing),
            }
        })
        .collect()
}

/// Ratios of a centre to the one below, and of the one above to it; at an end the other side's
/// counts for both, and a third-octave where there is no neighbour at all.
#[expect(
    clippy::indexing_slicing,
    reason = "runs once, before any audio; the indexes are those of the loops"
)]
fn neighbour_ratios(centres: &[f64], band_idx: usize) -> (f64, f64) {
    let below = (band_idx > 0).then(|| centres[band_idx] / centres[band_idx - 1]);
    let above = centres
        .get(band_idx + 1)
        .map(|next| next / centres[band_idx]);
    let third_octave = 10f64.powf(0.1);
    (
        below.or(above).unwrap_or(third_octave),
        above.or(below).unwrap_or(third_octave),
    )
}

/// Finds the gains of a fixed set of bells for any curve.
#[derive(Debug, Clone)]
pub struct OverlapCorrection {
    bells: Vec<BellInfluence>,
}

/// What one bell does to all bands.
#[derive(Debug, Clone)]
struct BellInfluence {
    /// Coupling of the bell at each centre, and on the guarded sides below and above it.
    at_centres: BandVectors,
    below_centres: BandVectors,
    above_centres: BandVectors,
    /// Column of the inverse interaction matrix: dB in each bell per dB missing at this centre.
    correction: BandVectors,
}

impl OverlapCorrection {
    /// For [`bells`] in ascending order, at most [`MAX_BANDS`] of them (more are ignored).
    #[expect(
        clippy::indexing_slicing,
        reason = "runs once, before any audio; the indexes are those of the loops"
    )]
    pub fn new(bells: &[Bell]) -> Self {
        let (bells, _) = bells.split_at(bells.len().min(MAX_BANDS));
        let centres: Vec<f64> = bells.iter().map(|bell| bell.warped_centre).collect();
        let side = |direction: f64| -> Vec<f64> {
            (0..centres.len())
                .map(|band_idx| {
                    let (below, above) = neighbour_ratios(&centres, band_idx);
                    let ratio = if direction < 0.0 { below } else { above };
                    centres[band_idx] * ratio.powf(direction * GUARD_OFFSET)
                })
                .collect()
        };
        let (below, above) = (side(-1.0), side(1.0));
        let interaction = centres
            .iter()
            .map(|&centre| {
                bells
                    .iter()
                    .map(|bell| {
                        10.0 * bell.power_response(MATRIX_GAIN_DB, centre).log10() / MATRIX_GAIN_DB
                    })
                    .collect()
            })
            .collect();
        let inverse = inverted(interaction);
        let couplings = |bell: &Bell, places: &[f64]| {
            lanes(places.iter().map(|&place| bell.coupling(place) as f32))
        };
        Self {
            bells: bells
                .iter()
                .enumerate()
                .map(|(bell_idx, bell)| BellInfluence {
                    at_centres: couplings(bell, &centres),
                    below_centres: couplings(bell, &below),
                    above_centres: couplings(bell, &above),
                    correction: lanes(inverse.iter().map(|row| row[bell_idx] as f32)),
                })
                .collect(),
        }
    }

    /// Gains of the bells, dB, for the gain wanted at each centre, dB (0 or less).
    ///
    /// For cuts up to 18 dB the response comes within 0.5 dB of the wanted one at the centres: about
    /// 0.01 dB, unless it would rise above 0 dB or fall below the deepest band beside a centre; then
    /// it is moved by up to 0.45 dB against that. Beyond the last bell the values of `wanted_db`
    /// don't count and the gains are 0.
    pub fn gains_db(&self, wanted_db: &BandVectors) -> BandVectors {
        let mut aim_db = *wanted_db;
        let deepest_db = f32x8::splat(values(wanted_db).fold(0.0, f32::min) - ALLOWED_EXCESS_DB);
        let mut gains_db = self.corrected(&[f32x8::ZERO; NUM_BAND_VECTORS], &aim_db);
        for _ in 0..NUM_GUARDED_PASSES {
            let below_db = self.response_db(&gains_db, |bell| &bell.below_centres);
            let above_db = self.response_db(&gains_db, |bell| &bell.above_centres);
            for ((aim_db, wanted_db), (below_db, above_db)) in aim_db
                .iter_mut()
                .zip(wanted_db)
                .zip(below_db.iter().zip(above_db))
            {
                let overshoot_db = below_db.max(above_db).max(f32x8::ZERO);
                let undershoot_db = (deepest_db - below_db.min(above_db)).max(f32x8::ZERO);
                let moved_db = (undershoot_db - overshoot_db) * f32x8::splat(GUARD_FACTOR);
                let reach_db = f32x8::splat(MAX_GUARD_DB);
                *aim_db = (*aim_db + moved_db)
                    .max(*wanted_db - reach_db)
                    .min(*wanted_db + reach_db);
            }
            gains_db = self.improved(&gains_db, &aim_db);
        }
        for _ in 0..NUM_FINAL_PASSES {
            gains_db = self.improved(&gains_db, &aim_db);
        }
        gains_db.map(|gains_db| gains_db & gains_db.abs().simd_gt(f32x8::splat(MIN_GAIN_DB)))
    }

    /// One pass: the gains, corrected by what their response misses.
    fn improved(&self, gains_db: &BandVectors, aim_db: &BandVectors) -> BandVectors {
        let mut missing_db = self.response_db(gains_db, |bell| &bell.at_centres);
        for (missing_db, aim_db) in missing_db.iter_mut().zip(aim_db) {
            *missing_db = *aim_db - *missing_db;
        }
        self.corrected(gains_db, &missing_db)
    }

    /// The gains plus the inverse interaction matrix times `missing_db`.
    fn corrected(&self, gains_db: &BandVectors, missing_db: &BandVectors) -> BandVectors {
        let mut corrected_db = *gains_db;
        for (bell, missing_db) in self.bells.iter().zip(values(missing_db)) {
            let missing_db = f32x8::splat(missing_db);
            for (corrected_db, correction) in corrected_db.iter_mut().zip(&bell.correction) {
                *corrected_db += *correction * missing_db;
            }
        }
        corrected_db
    }

    /// Response of all bells together at the places whose couplings `at` names, dB.
    fn response_db(
        &self,
        gains_db: &BandVectors,
        at: impl Fn(&BellInfluence) -> &BandVectors,
    ) -> BandVectors {
        let scale = f32x8::splat(std::f32::consts::LN_10 / 20.0);
        let a_squared = gains_db.map(|gains_db| (gains_db * scale).exp());
        let mut numerator = [f32x8::ONE; NUM_BAND_VECTORS];
        let mut denominator = [f32x8::ONE; NUM_BAND_VECTORS];
        for (bell, a_squared) in self.bells.iter().zip(values(&a_squared)) {
            let boost = f32x8::splat(a_squared - 1.0);
            let cut = f32x8::splat(1.0 / a_squared - 1.0);
            for ((numerator, denominator), coupling) in
                numerator.iter_mut().zip(&mut denominator).zip(at(bell))
            {
                *numerator *= f32x8::ONE + *coupling * boost;
                *denominator *= f32x8::ONE + *coupling * cut;
            }
        }
        let mut response_db = numerator;
        for (response_db, denominator) in response_db.iter_mut().zip(denominator) {
            *response_db =
                (*response_db / denominator).ln() * f32x8::splat(10.0 * std::f32::consts::LOG10_E);
        }
        response_db
    }
}

/// Values, at most [`MAX_BANDS`], as lanes; the rest is 0.
pub fn lanes(values: impl IntoIterator<Item = f32>) -> BandVectors {
    let mut lanes = [[0.0; 8]; NUM_BAND_VECTORS];
    for (lane, value) in lanes.as_flattened_mut().iter_mut().zip(values) {
        *lane = value;
    }
    lanes.map(f32x8::from)
}

/// The values of lanes, band by band.
pub fn values(lanes: &BandVectors) -> impl Iterator<Item = f32> {
    lanes.iter().flat_map(|lane| lane.to_array())
}

/// Inverse of a square matrix of rows, by Gauss-Jordan elimination. The interaction matrix has
/// ones on its diagonal and falls off beside it, so it needs no search for pivots.
#[expect(
    clippy::indexing_slicing,
    reason = "runs once, before any audio; the indexes are those of the loops"
)]
fn inverted(mut matrix: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let size = matrix.len();
    let mut inverse: Vec<Vec<f64>> = (0..size)
        .map(|row| {
            (0..size)
                .map(|column| f64::from(u8::from(row == column)))
                .collect()
        })
        .collect();
    for pivot in 0..size {
        let scale = 1.0 / matrix[pivot][pivot];
        for value in matrix[pivot].iter_mut().chain(&mut inverse[pivot]) {
            *value *= scale;
        }
        let (pivot_row, pivot_inverse) = (matrix[pivot].clone(), inverse[pivot].clone());
        for row in (0..size).filter(|&row| row != pivot) {
            let factor = matrix[row][pivot];
            for (value, pivot_value) in matrix[row].iter_mut().zip(&pivot_row) {
                *value -= factor * pivot_value;
            }
            for (value, pivot_value) in inverse[row].iter_mut().zip(&pivot_inverse) {
                *value -= factor * pivot_value;
            }
        }
    }
    inverse
}
