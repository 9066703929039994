//! What steers the price of a cut: one loop for each [`Steer`](crate::settings::Steer).

use crate::settings::Settings;

/// A loop that finds the price at which the words get, or the music loses, what is wanted.
pub trait PriceLoop {
    /// Natural logarithm of the price of this hop.
    fn log_price(&self, settings: &Settings) -> f32;

    /// How much the words need a cut at all, 0 to 1: the price is divided by it, and at 0 nothing is cut.
    fn need(&self, settings: &Settings) -> f32;

    /// Corrects the price that comes next by what `log_price` brought: `audibility` is that of the words
    /// under the cut of this hop.
    fn learn(&mut self, settings: &Settings, log_price: f32, audibility: f32);
}

/// Whether a loop may move its price: while too little is `missing` (less than nothing is too much), only
/// down to the end of the range, else only up to it. What can't be had isn't saved up for.
pub fn may_learn(missing: f32, log_price: f32, (low, high): (f32, f32)) -> bool {
    (missing < 0.0 || log_price > low) && (missing > 0.0 || log_price < high)
}
