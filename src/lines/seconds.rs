//! Figures of every whole second of a programme.

use crate::dsp::spectrum::power_spectrum::WINDOW_S;
use crate::lines::speech_means::SpeechMeans;
use crate::snapshot::{Figures, Snapshot};

/// Speech that a second must hold to be listed, s.
const LEAST_SPEECH_S: f64 = 0.5;

/// Part of a second that must have been analysed for it to count as whole, s: windows look back, so
/// the last one of a file is centred half a window and up to two hops before its end.
const WHOLE_S: f64 = 0.96;

/// A second in which somebody speaks for at least half of the time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Segment {
    /// Where the second begins, a whole number of s from timeline position 0.
    pub start_s: f64,
    /// Mean figures over the speech of the second.
    pub figures: Figures,
    /// Clash over the speech of the second, 0 to 100 %.
    pub clash_percent: f32,
    /// Loudness difference over the speech of the second, LU.
    pub loudness_difference_lu: f32,
}

/// Gathers hops into [`Segment`]s.
#[derive(Debug, Clone, Default)]
pub struct Segments {
    closed: Vec<Segment>,
    second: i64,
    analysed_s: f64,
    speech_s: f64,
    stretch: SpeechMeans,
}

impl Segments {
    /// Takes in the next hop, which counts for the second in which the middle of its window lies.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let end_s = snapshot.end_s();
        let second = (end_s - WINDOW_S / 2.0).floor() as i64;
        if second != self.second {
            self.closed.extend(self.current());
            self.second = second;
            self.analysed_s = 0.0;
            self.speech_s = 0.0;
            self.stretch = SpeechMeans::default();
        }
        let hop_s = snapshot.hop_s();
        self.analysed_s += hop_s;
        if snapshot.is_speech {
            self.speech_s += hop_s;
            self.stretch.add(snapshot);
        }
    }

    /// All segments so far.
    pub fn list(&self) -> Vec<Segment> {
        self.closed.iter().copied().chain(self.current()).collect()
    }

    fn current(&self) -> Option<Segment> {
        let is_listed = self.speech_s >= LEAST_SPEECH_S && self.analysed_s >= WHOLE_S;
        (is_listed && self.second >= 0).then(|| Segment {
            start_s: self.second as f64,
            figures: self.stretch.figures(),
            clash_percent: self.stretch.clash_percent(),
            loudness_difference_lu: self.stretch.loudness_difference_lu(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hops of 5 ms with speech in the given stretches (s), for `length_s`.
    fn segments(length_s: f64, speech_s: &[std::ops::Range<f64>]) -> Vec<f64> {
        let mut segments = Segments::default();
        for hop_idx in 1..=(length_s * 200.0) as i64 {
            let middle_s = hop_idx as f64 / 200.0 - WINDOW_S / 2.0;
            segments.push(&Snapshot {
                hop_samples: 240,
                position_samples: hop_idx * 240,
                is_speech: speech_s.iter().any(|range| range.contains(&middle_s)),
                ..Snapshot::default()
            });
        }
        segments
            .list()
            .iter()
            .map(|segment| segment.start_s)
            .collect()
    }

    #[test]
    fn whole_seconds_with_half_a_second_of_speech_are_listed() {
        let speech_s = [0.1..1.45, 2.0..2.25, 2.7..3.0, 4.2..9.0];
        assert_eq!(segments(6.5, &speech_s), [0.0, 2.0, 4.0, 5.0]);
        assert_eq!(segments(6.0, &speech_s), [0.0, 2.0, 4.0, 5.0]);
    }
}
