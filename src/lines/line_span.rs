//! Where a spoken line begins and ends, hop by hop.

use crate::snapshot::Snapshot;

/// Silences shorter than this, from sound to sound, don't split a line, s: pauses between words and at
/// commas are shorter, pauses between sentences mostly longer.
pub const MAX_GAP_S: f64 = 0.350;

/// The extent of a line that goes on, s from timeline position 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineSpan {
    /// Where its first hop begins.
    pub start_s: f64,
    /// Where its last hop ends, hold included.
    end_s: f64,
    /// Where its last sound ends; what follows is hold.
    pub sound_end_s: f64,
}

impl LineSpan {
    /// A line that begins with `hop`.
    pub fn of(hop: &Snapshot) -> Self {
        let (start_s, end_s) = hop.span_s();
        Self {
            start_s,
            end_s,
            sound_end_s: end_s,
        }
    }

    /// Takes in a hop in which somebody speaks.
    pub fn take(&mut self, hop: &Snapshot) {
        self.end_s = hop.end_s();
        let held_s = f64::from(hop.held_hops) * hop.hop_s();
        self.sound_end_s = self.sound_end_s.max(self.end_s - held_s);
    }

    /// Whether the line may still go on with `hop`: the timeline hasn't jumped, back or by more than
    /// [`MAX_GAP_S`], and the last sound isn't longer ago than that.
    pub fn may_go_on(&self, hop: &Snapshot) -> bool {
        let (start_s, _) = hop.span_s();
        // Half a hop of slack, so that rounding is never taken for a jump.
        start_s - self.end_s > -0.5 * hop.hop_s() && start_s - self.sound_end_s < MAX_GAP_S
    }
}
