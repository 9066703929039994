//! What to do about a clash: from the mean excess of each band to cuts in dB.
//!
//! Excess is how far the masking level of the music stands above the dialogue, so a band is clear
//! when the music comes down by its excess.

use crate::psycho::audibility::importance;
use crate::psycho::bands::PerBand;

/// Excess below which a band counts as clear, dB: about the smallest level difference that is
/// heard, and less than a mixer would move anything by.
pub const CLEAR_BELOW_DB: f32 = 0.5;

/// Most bands that [`worst_bands`] names.
pub const MAX_WORST_BANDS: usize = 3;

/// Most cuts that an [`Advice`] names: more than two moves of an equaliser aren't worth it for one
/// line; the fader is.
const MAX_CUTS: usize = 2;

/// A band belongs to a cut when its excess is at least this share of the worst band's.
const SHARE_OF_WORST: f32 = 0.5;

/// A band with its excess.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandExcess {
    /// Index of the band.
    pub band_idx: usize,
    /// Mean excess, dB; more than [`CLEAR_BELOW_DB`].
    pub excess_db: f32,
}

/// A cut of neighbouring bands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BandCut {
    /// Index of the lowest band of the cut.
    pub low_band_idx: usize,
    /// Index of the highest band of the cut, itself included.
    pub high_band_idx: usize,
    /// How far the music has to come down there for every band of the cut to be clear, dB; more
    /// than 0.
    pub cut_db: f32,
}

/// What would free a line, two ways.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advice {
    /// By equaliser: up to two cuts, deepest first, of the bands that hide most. Empty for a clear
    /// line.
    pub cuts: Vec<BandCut>,
    /// By fader: how far all of the music has to come down for every band to be clear, dB; 0 for a
    /// clear line.
    pub fader_cut_db: f32,
}

impl Advice {
    /// Whether nothing needs to be done.
    pub fn is_clear(&self) -> bool {
        self.cuts.is_empty()
    }
}

/// The bands in which most is lost (excess times importance for speech), at most
/// [`MAX_WORST_BANDS`], worst first; clear bands left out.
pub fn worst_bands(excess_band_db: &PerBand) -> Vec<BandExcess> {
    let mut bands: Vec<BandExcess> = excess_band_db
        .iter()
        .enumerate()
        .filter(|&(_, &excess_db)| excess_db > CLEAR_BELOW_DB)
        .map(|(band_idx, &excess_db)| BandExcess {
            band_idx,
            excess_db,
        })
        .collect();
    let importance = importance();
    let lost = |band: &BandExcess| band.excess_db * importance[band.band_idx];
    bands.sort_by(|a, b| lost(b).total_cmp(&lost(a)));
    bands.truncate(MAX_WORST_BANDS);
    bands
}

/// What to do about a line with the mean excess `excess_band_db` (dB, 0 or more).
pub fn advise(excess_band_db: &PerBand) -> Advice {
    let worst_db = excess_band_db.iter().copied().fold(0.0, f32::max);
    if worst_db <= CLEAR_BELOW_DB {
        return Advice::default();
    }
    let from_db = (SHARE_OF_WORST * worst_db).max(CLEAR_BELOW_DB);
    let mut cuts: Vec<BandCut> = Vec::new();
    for (band_idx, &excess_db) in excess_band_db.iter().enumerate() {
        if excess_db < from_db {
            continue;
        }
        match cuts.last_mut() {
            Some(cut) if cut.high_band_idx + 1 == band_idx => {
                cut.high_band_idx = band_idx;
                cut.cut_db = cut.cut_db.max(excess_db);
            }
            _ => cuts.push(BandCut {
                low_band_idx: band_idx,
                high_band_idx: band_idx,
                cut_db: excess_db,
            }),
        }
    }
    cuts.sort_by(|a, b| b.cut_db.total_cmp(&a.cut_db));
    cuts.truncate(MAX_CUTS);
    Advice {
        cuts,
        fader_cut_db: worst_db,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;

    fn excess(bands: &[(usize, f32)]) -> PerBand {
        let mut excess_band_db = [0.0; NUM_BANDS];
        for &(band_idx, excess_db) in bands {
            excess_band_db[band_idx] = excess_db;
        }
        excess_band_db
    }

    #[test]
    fn a_clear_line_needs_nothing() {
        let clear = excess(&[(4, CLEAR_BELOW_DB), (9, 0.2)]);
        assert!(worst_bands(&clear).is_empty());
        assert!(advise(&clear).is_clear());
        assert_eq!(advise(&clear).fader_cut_db, 0.0);
    }

    #[test]
    fn worst_bands_come_worst_first_and_at_most_three() {
        let bands = worst_bands(&excess(&[
            (3, 2.0),
            (7, 6.0),
            (8, 1.0),
            (12, 6.0),
            (13, 4.0),
        ]));
        let idx: Vec<usize> = bands.iter().map(|band| band.band_idx).collect();
        // 500 Hz matters less to speech than 1.6 and 2 kHz.
        assert_eq!(idx, [12, 13, 7]);
    }

    #[test]
    fn the_cut_clears_every_band_that_it_spans() {
        let excess_band_db = excess(&[(2, 1.0), (11, 3.0), (12, 5.0), (13, 4.0), (16, 2.6)]);
        let advice = advise(&excess_band_db);
        let spans: Vec<_> = advice
            .cuts
            .iter()
            .map(|cut| (cut.low_band_idx, cut.high_band_idx, cut.cut_db))
            .collect();
        assert_eq!(spans, [(11, 13, 5.0), (16, 16, 2.6)]);
        assert_eq!(advice.fader_cut_db, 5.0);
    }

    #[test]
    fn the_shallowest_of_three_cuts_is_left_out() {
        let advice = advise(&excess(&[(0, 6.0), (5, 4.0), (10, 5.0)]));
        let low: Vec<usize> = advice.cuts.iter().map(|cut| cut.low_band_idx).collect();
        assert_eq!(low, [0, 10]);
    }

    #[test]
    fn a_cut_reaches_both_ends_of_the_bands() {
        let advice = advise(&[3.0; NUM_BANDS]);
        assert_eq!(advice.cuts.len(), 1);
        assert_eq!(advice.cuts[0].low_band_idx, 0);
        assert_eq!(advice.cuts[0].high_band_idx, NUM_BANDS - 1);
    }
}
