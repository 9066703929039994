//! The cut of one band that is worth most at a price.

use crate::psycho::audibility::AUDIBILITY_RANGE_DB;

/// Newton steps to an inner maximum; it converges from above, and to 0.01 dB in this many.
const NUM_NEWTON_STEPS: usize = 6;

/// d/dr of 10^(-r/10), relative: ln(10) / 10.
const POWER_PER_DB: f32 = std::f32::consts::LN_10 / 10.0;

/// Share of power that a cut leaves.
pub fn remaining_power(cut_db: f32) -> f32 {
    (-POWER_PER_DB * cut_db).exp()
}

/// What a cut is charged with; the same for all bands.
#[derive(Debug, Clone, Copy)]
pub struct Prices {
    /// Price of the music's loudness: loss of benefit for all of it.
    pub loudness: f32,
    /// Price of a deep cut, per dB squared.
    pub depth: f32,
    /// Price of a cut that stands out of those around it, per dB squared of the difference.
    pub evenness: f32,
}

/// What one band offers to the search.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offer {
    /// Benefit per dB of ratio; 0 where the voice is absent.
    pub benefit_per_db: f32,
    /// Weight of the band's audibility.
    pub weight: f32,
    /// Ratio of word to music above the lowest one that helps, dB.
    pub headroom_db: f32,
    /// Share of the passage's loudness.
    pub loudness_share: f32,
    /// Deepest cut that is allowed, dB; 0 where none is.
    pub max_cut_db: f32,
    /// Cut of the other bands, dB, from which that of this band should not stand out.
    pub around_db: f32,
}

impl Offer {
    /// Audibility of the band under a cut, weighted.
    pub fn audibility(&self, cut_db: f32) -> f32 {
        self.weight * ((self.headroom_db + cut_db) / AUDIBILITY_RANGE_DB).clamp(0.0, 1.0)
    }

    /// The cut that is worth most at these prices, dB: 0 to the deepest that is allowed.
    pub fn best_cut_db(&self, prices: &Prices) -> f32 {
        if self.max_cut_db <= 0.0 {
            return 0.0;
        }
        // Where the benefit begins and where it ends.
        let begin_db = (-self.headroom_db).clamp(0.0, self.max_cut_db);
        let end_db = (AUDIBILITY_RANGE_DB - self.headroom_db).clamp(0.0, self.max_cut_db);
        let mut best_db = 0.0;
        let mut best_value = self.value(0.0, prices);
        for (benefit_per_db, from_db, to_db) in [
            (0.0, 0.0, begin_db),
            (self.benefit_per_db, begin_db, end_db),
            (0.0, end_db, self.max_cut_db),
        ] {
            if to_db > from_db {
                let cut_db = self.inner_maximum_db(benefit_per_db, from_db, to_db, prices);
                let value = self.value(cut_db, prices);
                if value > best_value {
                    (best_db, best_value) = (cut_db, value);
                }
            }
        }
        best_db
    }

    fn value(&self, cut_db: f32, prices: &Prices) -> f32 {
        let stands_out_db = cut_db - self.around_db;
        self.benefit_per_db * (self.headroom_db + cut_db).clamp(0.0, AUDIBILITY_RANGE_DB)
            - prices.loudness * self.loudness_share * (1.0 - remaining_power(cut_db))
            - prices.depth * cut_db * cut_db
            - prices.evenness * stands_out_db * stands_out_db
    }

    /// Where the value is greatest from `from_db` to `to_db`, between which a decibel brings
    /// `benefit_per_db`; `from_db` if it only falls.
    fn inner_maximum_db(
        &self,
        benefit_per_db: f32,
        from_db: f32,
        to_db: f32,
        prices: &Prices,
    ) -> f32 {
        let gain_per_db = benefit_per_db + 2.0 * prices.evenness * self.around_db;
        let loss_per_db = 2.0 * (prices.depth + prices.evenness);
        let mut cut_db = to_db;
        for _ in 0..NUM_NEWTON_STEPS {
            let loudness =
                prices.loudness * self.loudness_share * POWER_PER_DB * remaining_power(cut_db);
            let slope = gain_per_db - loudness - loss_per_db * cut_db;
            if slope >= 0.0 {
                break;
            }
            let curvature = POWER_PER_DB * loudness - loss_per_db;
            if curvature >= 0.0 {
                // Left of the slope's own maximum: there is no inner maximum.
                return from_db;
            }
            cut_db -= slope / curvature;
            if cut_db <= from_db {
                return from_db;
            }
        }
        cut_db.clamp(from_db, to_db)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_search_on_a_grid_finds() {
        let mut num_cuts = 0;
        for headroom_db in [-25.0, -8.0, -2.0, 4.0, 15.0, 26.0, 40.0] {
            for loudness_share in [0.0, 0.003, 0.05, 0.4, 2.0] {
                for around_db in [0.0, 2.0, 7.0, 12.0] {
                    for (price, scale) in [(0.005, 1.0), (0.1, 0.2), (1.0, 3.0), (7.0, 1.0)] {
                        let prices = Prices {
                            loudness: price,
                            depth: scale * 0.5e-4,
                            evenness: scale * 2.5e-4,
                        };
                        let offer = Offer {
                            benefit_per_db: 0.002,
                            weight: 0.06,
                            headroom_db,
                            loudness_share,
                            max_cut_db: 12.0,
                            around_db,
                        };
                        let found_db = offer.best_cut_db(&prices);
                        assert!((0.0..=12.0).contains(&found_db));
                        let on_grid = (0..=1200)
                            .map(|step| offer.value(step as f32 / 100.0, &prices))
                            .fold(f32::NEG_INFINITY, f32::max);
                        let found = offer.value(found_db, &prices);
                        assert!(
                            found > on_grid - 1e-6,
                            "{offer:?} at {prices:?}: {found} for {found_db} dB, {on_grid} on the grid"
                        );
                        num_cuts += usize::from(found_db > 0.1);
                    }
                }
            }
        }
        assert!(num_cuts > 100, "{num_cuts} offers were taken");
    }

    #[test]
    fn nothing_is_cut_where_nothing_may_be() {
        let offer = Offer {
            benefit_per_db: 1.0,
            around_db: 6.0,
            ..Offer::default()
        };
        let prices = Prices {
            loudness: 0.1,
            depth: 0.5e-4,
            evenness: 2.5e-4,
        };
        assert_eq!(offer.best_cut_db(&prices), 0.0);
    }
}
