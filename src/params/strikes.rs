//! Lines that the user has struck from the list, by their places on the timeline, so that they stay struck when
//! the place is played again.

use serde::{Deserialize, Serialize};

/// Share of a line that must lie in struck stretches for the line to be struck.
const STRUCK_SHARE: f64 = 0.5;

/// Stretches that are kept; beyond it the first ones go.
const MAX_STRETCHES: usize = 1000;

/// Struck stretches: begin and end of each, s from timeline position 0.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Strikes(Vec<[f64; 2]>);

impl Strikes {
    /// These strikes without what can't be one.
    pub fn sanitized(mut self) -> Self {
        self.0
            .retain(|[start_s, end_s]| start_s.is_finite() && end_s.is_finite() && start_s < end_s);
        let num_over = self.0.len().saturating_sub(MAX_STRETCHES);
        self.0.drain(..num_over);
        self
    }

    /// Strikes what lasts from `start_s` to `end_s`.
    pub fn strike(&mut self, (start_s, end_s): (f64, f64)) {
        self.0.push([start_s, end_s]);
        *self = std::mem::take(self).sanitized();
    }

    /// Takes back every strike that has a part of what lasts from `start_s` to `end_s`.
    pub fn restore(&mut self, (start_s, end_s): (f64, f64)) {
        self.0.retain(|it| shared_s(it, start_s, end_s) <= 0.0);
    }

    /// Whether the line from `start_s` to `end_s` is struck: more than half of it lies in struck stretches.
    pub fn has(&self, (start_s, end_s): (f64, f64)) -> bool {
        // Lines are struck whole, so that stretches overlap only where one was heard in two ways.
        let most_s = self.0.iter().map(|it| shared_s(it, start_s, end_s));
        most_s.fold(0.0, f64::max) > STRUCK_SHARE * (end_s - start_s)
    }
}

/// Length of what a stretch has in common with the line, s; negative where there is a gap.
fn shared_s([from_s, to_s]: &[f64; 2], start_s: f64, end_s: f64) -> f64 {
    to_s.min(end_s) - from_s.max(start_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_struck_if_more_than_half_of_it_is() {
        let mut strikes = Strikes::default();
        strikes.strike((10.0, 12.0));
        assert!(strikes.has((10.0, 12.0)) && strikes.has((9.9, 12.1)));
        assert!(!strikes.has((11.0, 13.0)) && !strikes.has((20.0, 22.0)));
        strikes.restore((11.9, 14.0));
        assert_eq!(strikes, Strikes::default());
    }

    #[test]
    fn what_can_not_be_one_is_left_out_and_memory_is_bounded() {
        let read: Strikes = serde_json::from_str("[[1, 2], [3, 3], [5, 4]]").unwrap();
        assert_eq!(read.sanitized(), Strikes(vec![[1.0, 2.0]]));
        let mut strikes = Strikes::default();
        for second in 0..MAX_STRETCHES + 10 {
            strikes.strike((second as f64, second as f64 + 0.5));
        }
        assert_eq!(strikes.0.len(), MAX_STRETCHES);
        assert!(!strikes.has((0.0, 0.5)) && strikes.has((1009.0, 1009.5)));
    }
}
