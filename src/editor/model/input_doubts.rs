//! Whether the two inputs fit, as far as hops tell: judged anew every half a minute, so that what was
//! mended is forgotten.

use crate::lines::doubts::{Doubt, are_grave};
use crate::lines::hop_watch::HopWatch;
use crate::snapshot::Snapshot;

/// Length of the stretches that are judged, s: several lines and pauses.
const STRETCH_S: f64 = 30.0;

/// Time after which a stretch is judged for the first time, s.
const FIRST_S: f64 = 10.0;

/// Listens to both inputs.
#[derive(Debug, Clone, Default)]
pub struct InputDoubts {
    watch: HopWatch,
    heard_s: f64,
    judged_s: f64,
    doubts: Vec<Doubt>,
}

impl InputDoubts {
    /// Takes in a hop.
    pub fn push(&mut self, snapshot: &Snapshot) {
        // While nothing plays there is nothing to judge.
        if snapshot.is_silent() {
            return;
        }
        self.watch.push(snapshot);
        self.heard_s += snapshot.hop_s();
        if self.heard_s - self.judged_s < FIRST_S {
            return;
        }
        self.judged_s = self.heard_s;
        self.doubts = self.watch.doubts();
        if self.heard_s >= STRETCH_S {
            self.watch = HopWatch::default();
            (self.heard_s, self.judged_s) = (0.0, 0.0);
        }
    }

    /// What is wrong.
    pub fn doubts(&self) -> &[Doubt] {
        &self.doubts
    }

    /// Whether nothing may be called clear.
    pub fn is_doubtful(&self) -> bool {
        are_grave(&self.doubts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(doubts: &mut InputDoubts, seconds: f64, dialogue_dbfs: f32) {
        for _ in 0..(seconds * 200.0) as usize {
            doubts.push(&Snapshot {
                hop_samples: 240,
                dialogue_dbfs,
                music_dbfs: -20.0,
                ..Snapshot::default()
            });
        }
    }

    #[test]
    fn a_fault_is_told_after_a_while_and_forgotten_when_it_is_mended() {
        let mut doubts = InputDoubts::default();
        push(&mut doubts, 5.0, -65.0);
        assert!(!doubts.is_doubtful());
        push(&mut doubts, 6.0, -65.0);
        assert_eq!(doubts.doubts(), [Doubt::VerySoft { dbfs: -65.0 }]);
        push(&mut doubts, 60.0, -25.0);
        assert!(!doubts.is_doubtful());
    }
}
