//! Learns from what comes of the plugin's audio thread, hop by hop, into the memory that all threads share.

use crate::learn::learner::Learner;
use crate::memory::shared::SharedReel;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// Ear and memory of one instance.
#[derive(Default)]
pub struct Recorder {
    learner: Learner,
    is_learning: bool,
    num_lost: u64,
}

impl Recorder {
    /// Hears the next hop; `num_lost` before it were lost. What is learned while `is_learned` goes to `reel`.
    pub fn hear(
        &mut self,
        snapshot: &Snapshot,
        is_learned: bool,
        num_lost: u32,
        settings: &Settings,
        reel: &SharedReel,
    ) {
        if !is_learned {
            self.end(settings, reel);
            return;
        }
        if !self.is_learning {
            self.is_learning = true;
            self.num_lost = 0;
        } else if num_lost > 0 {
            self.num_lost += u64::from(num_lost);
            // What was heard up to the hole is remembered, and what comes after it begins a pass of its own.
            self.change(reel, |learner, reel| learner.end(settings, reel));
        }
        self.change(reel, |learner, reel| learner.hear(snapshot, settings, reel));
    }

    /// Ends the pass, if there is one: what was heard is remembered.
    pub fn end(&mut self, settings: &Settings, reel: &SharedReel) {
        if std::mem::take(&mut self.is_learning) {
            self.change(reel, |learner, reel| learner.end(settings, reel));
        }
    }

    /// Whether a pass is being learned.
    pub fn is_learning(&self) -> bool {
        self.is_learning
    }

    /// Whether something has been learned.
    pub fn has_learned(&self) -> bool {
        self.learner.num_changes() > 0
    }

    /// How many hops were lost in the pass, or in the last one that was learned: of these stretches nothing is
    /// remembered.
    pub fn num_lost(&self) -> u64 {
        self.num_lost
    }

    fn change(
        &mut self,
        reel: &SharedReel,
        change: impl FnOnce(&mut Learner, &mut crate::memory::remembered::Reel),
    ) {
        let learner = &mut self.learner;
        reel.change_if(|reel| {
            let before = learner.num_changes();
            change(learner, reel);
            (learner.num_changes() != before, ())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(end_idx: i64) -> Snapshot {
        Snapshot {
            sample_rate_hz: 48_000.0,
            hop_samples: 256,
            position_samples: 256 * end_idx,
            ..Snapshot::default()
        }
    }

    fn spans_s(reel: &SharedReel) -> Vec<(i64, i64)> {
        let in_hops = |time_s: f64| (time_s * 187.5).round() as i64;
        reel.read(|reel| {
            let spans = reel.spans_s().iter();
            spans
                .map(|&(from_s, to_s)| (in_hops(from_s), in_hops(to_s)))
                .collect()
        })
    }

    #[test]
    fn only_what_is_heard_while_learning_is_remembered_and_holes_stay_holes() {
        let (mut recorder, reel) = (Recorder::default(), SharedReel::default());
        let settings = Settings::default();
        let mut hear = |end_idx: i64, is_learned: bool, num_lost: u32| {
            recorder.hear(&hop(end_idx), is_learned, num_lost, &settings, &reel);
            recorder.num_lost()
        };
        for end_idx in 1..=100 {
            hear(end_idx, false, 0);
        }
        for end_idx in 101..=400 {
            hear(end_idx, true, 0);
        }
        assert_eq!(hear(451, true, 50), 50);
        for end_idx in 452..=600 {
            hear(end_idx, true, 0);
        }
        assert_eq!(reel.revision(), 1, "one stretch was ended by the hole");
        hear(601, false, 0);
        assert_eq!(spans_s(&reel), [(100, 400), (450, 600)]);
        assert_eq!(hear(602, false, 7), 50);
        assert_eq!(hear(603, true, 7), 0, "lost before the pass");
    }
}
