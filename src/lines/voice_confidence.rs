//! How sure a list is that a line is a voice, out of what the witness heard while it lasted.

use std::collections::VecDeque;

use crate::lines::choices::{CONFIDENCE_WINDOW_MS, EVEN_SCORE};
use crate::snapshot::Snapshot;

/// Confidence from which on a line counts as a voice.
pub const VOICE_FROM: f32 = 0.5;

/// Hears the hops of a line. What it says never falls while the line goes on: a bark after a word takes
/// nothing from the word.
#[derive(Debug, Clone, Default)]
pub struct VoiceConfidence {
    /// Scores of the newest hops, those of a window.
    recent: VecDeque<f32>,
    /// Highest mean score over a window.
    highest: f32,
}

impl VoiceConfidence {
    /// Takes in a hop in which somebody seems to speak.
    pub fn push(&mut self, hop: &Snapshot) {
        let num_hops = (1e-3 * CONFIDENCE_WINDOW_MS * hop.hop_rate_hz()).round() as usize;
        let num_hops = num_hops.max(1);
        self.recent.push_back(hop.witness_score);
        while self.recent.len() > num_hops {
            self.recent.pop_front();
        }
        let mean = self.recent.iter().sum::<f32>() / num_hops as f32;
        self.highest = self.highest.max(mean);
    }

    /// How sure it is that there is a voice among the hops, 0 to 1; [`VOICE_FROM`] and more are voices.
    pub fn value(&self) -> f32 {
        let score = self.highest.clamp(0.0, 1.0);
        let confidence = match score < EVEN_SCORE {
            true => VOICE_FROM * score / EVEN_SCORE,
            false => 1.0 - (1.0 - VOICE_FROM) * (1.0 - score) / (1.0 - EVEN_SCORE),
        };
        // To the digits that are shown, so that a limit of what is shown leaves the line in.
        (100.0 * confidence).round() / 100.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confidence(scores: impl IntoIterator<Item = f32>) -> f32 {
        let mut confidence = VoiceConfidence::default();
        for witness_score in scores {
            confidence.push(&Snapshot {
                hop_samples: 240,
                witness_score,
                ..Snapshot::default()
            });
        }
        confidence.value()
    }

    #[test]
    fn what_the_witness_hears_for_100_ms_counts() {
        assert_eq!(confidence([]), 0.0);
        assert_eq!(confidence([0.0; 400]), 0.0);
        assert!(confidence([1.0; 400]) > 0.999);
        assert_eq!(confidence([EVEN_SCORE; 400]), VOICE_FROM);
        // Music and a phone at their highest.
        assert!(confidence([0.06; 2000]) < 0.15);
        // A single frame of 32 ms is none.
        let spike = (0..200).map(|idx| if (100..106).contains(&idx) { 0.9 } else { 0.0 });
        assert!(confidence(spike) < VOICE_FROM);
        let word = (0..200).map(|idx| if (100..120).contains(&idx) { 0.9 } else { 0.0 });
        assert!(confidence(word) > 0.9);
    }

    #[test]
    fn what_follows_a_word_takes_nothing_from_it() {
        let word = std::iter::repeat_n(0.9, 40);
        let with_more = word.clone().chain(std::iter::repeat_n(0.0, 4000));
        assert_eq!(confidence(with_more), confidence(word));
    }
}
