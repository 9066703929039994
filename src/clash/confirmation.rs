//! Holds back hops of which it isn't sure yet that somebody speaks, until it is.
//!
//! The meter calls speech as soon as it may be some. A list has the time to wait for the detector's
//! confirmation: what isn't confirmed never was speech.

use crate::snapshot::Snapshot;

/// A queue between the engine's snapshots and a list.
#[derive(Debug, Clone, Default)]
pub struct Confirmation {
    pending: Vec<Snapshot>,
}

impl Confirmation {
    /// Takes the next hop; hands on all hops that are decided now, in order: with `is_speech` only
    /// where it is confirmed. At most 120 ms are held back.
    pub fn push(&mut self, snapshot: &Snapshot, mut decided: impl FnMut(&Snapshot)) {
        if snapshot.is_speech && snapshot.speech_hops == 0 {
            self.pending.push(*snapshot);
            return;
        }
        let num_pending = self.pending.len() as u32;
        for (mut earlier, hops_ago) in self.pending.drain(..).zip((1..=num_pending).rev()) {
            earlier.is_speech = snapshot.is_speech;
            earlier.speech_hops = snapshot.speech_hops.saturating_sub(hops_ago);
            decided(&earlier);
        }
        decided(snapshot);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decided(hops: &[(bool, u32)]) -> Vec<(i64, bool, u32)> {
        let mut confirmation = Confirmation::default();
        let mut seen = Vec::new();
        for (position_samples, &(is_speech, speech_hops)) in (0..).zip(hops) {
            let snapshot = Snapshot {
                position_samples,
                is_speech,
                speech_hops,
                ..Snapshot::default()
            };
            confirmation.push(&snapshot, |s| {
                seen.push((s.position_samples, s.is_speech, s.speech_hops));
            });
        }
        seen
    }

    #[test]
    fn what_is_confirmed_was_speech_from_its_opening_on() {
        let seen = decided(&[(false, 0), (true, 0), (true, 0), (true, 5), (true, 6)]);
        let expected = [
            (0, false, 0),
            (1, true, 3),
            (2, true, 4),
            (3, true, 5),
            (4, true, 6),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn what_is_rejected_never_was_speech() {
        let seen = decided(&[(true, 0), (true, 0), (false, 0), (true, 0)]);
        assert_eq!(seen, [(0, false, 0), (1, false, 0), (2, false, 0)]);
    }
}
