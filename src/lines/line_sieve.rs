//! Lines that a list leaves out, as they are no voice for certain enough.

use std::collections::VecDeque;

use crate::lines::line_span::LineSpan;
use crate::lines::voice_confidence::VoiceConfidence;
use crate::snapshot::Snapshot;

/// Takes hops that a [`Confirmer`](crate::lines::confirmer::Confirmer) hands on, and hands them on in their
/// order: those of a line of too little confidence as hops in which nobody speaks. It holds a line back
/// until it has shown enough, which voices do within some 150 ms.
#[derive(Debug, Clone, Default)]
pub struct LineSieve {
    least_confidence: f32,
    open: Option<OpenLine>,
    held: VecDeque<Snapshot>,
    num_left_out: usize,
}

#[derive(Debug, Clone)]
struct OpenLine {
    span: LineSpan,
    confidence: VoiceConfidence,
    is_sure: bool,
}

impl LineSieve {
    /// A sieve that lets lines of `least_confidence` (0 to 1) and more through.
    pub fn new(least_confidence: f32) -> Self {
        Self {
            least_confidence,
            ..Self::default()
        }
    }

    /// Takes the next hop, and hands those to `emit` that are decided.
    pub fn push(&mut self, hop: &Snapshot, mut emit: impl FnMut(&Snapshot)) {
        let open = self.open.as_ref();
        if open.is_some_and(|line| !line.span.may_go_on(hop)) {
            self.end_line(&mut emit);
        }
        if hop.is_speech {
            self.take_speech(hop, &mut emit);
        }
        match &self.open {
            Some(line) if !line.is_sure => self.held.push_back(*hop),
            _ => emit(hop),
        }
    }

    /// Adds a hop in which somebody seems to speak to its line; what was held back of it goes if it has
    /// shown enough.
    fn take_speech(&mut self, hop: &Snapshot, emit: &mut impl FnMut(&Snapshot)) {
        let line = self.open.get_or_insert_with(|| OpenLine {
            span: LineSpan::of(hop),
            confidence: VoiceConfidence::default(),
            is_sure: false,
        });
        line.span.take(hop);
        line.confidence.push(hop);
        line.is_sure |= line.confidence.value() >= self.least_confidence;
        if line.is_sure {
            self.held.drain(..).for_each(|held| emit(&held));
        }
    }

    fn end_line(&mut self, emit: &mut impl FnMut(&Snapshot)) {
        if self.open.take().is_some_and(|line| !line.is_sure) {
            self.num_left_out += 1;
        }
        for mut hop in self.held.drain(..) {
            hop.is_speech = false;
            emit(&hop);
        }
    }

    /// Decides all that is held back, as if nothing followed.
    pub fn drain(&mut self, mut emit: impl FnMut(&Snapshot)) {
        self.end_line(&mut emit);
    }

    /// Lines that were left out so far.
    pub fn num_left_out(&self) -> usize {
        self.num_left_out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lines::log::ClashLog;

    /// 20 s of hops of 5 ms: a line of these scores from 1 to 2 s, from 5 to 6 s, and so on.
    fn hops(scores: &[f32]) -> Vec<Snapshot> {
        let hop = |hop_idx: i64| {
            let time_s = hop_idx as f64 * 0.005;
            let line_idx = (time_s / 4.0) as usize;
            let is_speech = time_s % 4.0 >= 1.0 && time_s % 4.0 < 2.0 && line_idx < scores.len();
            Snapshot {
                hop_samples: 240,
                position_samples: (hop_idx + 1) * 240,
                is_speech,
                witness_score: if is_speech { scores[line_idx] } else { 0.0 },
                ..Snapshot::default()
            }
        };
        (0..4000).map(hop).collect()
    }

    fn sieved(hops: &[Snapshot], least: f32) -> (Vec<Snapshot>, usize) {
        let mut sieve = LineSieve::new(least);
        let mut out = Vec::new();
        for hop in hops {
            sieve.push(hop, |hop| out.push(*hop));
        }
        sieve.drain(|hop| out.push(*hop));
        (out, sieve.num_left_out())
    }

    fn lines(hops: &[Snapshot]) -> Vec<(f64, f32)> {
        let mut log = ClashLog::new();
        hops.iter().for_each(|hop| log.push(hop));
        let lines = log.lines();
        lines.map(|line| (line.start_s, line.confidence)).collect()
    }

    #[test]
    fn a_line_of_too_little_confidence_is_none() {
        let hops = hops(&[0.9, 0.1, 0.95]);
        assert_eq!(lines(&hops).len(), 3);
        assert!(lines(&hops)[1].1 < 0.2);
        let (out, num_left_out) = sieved(&hops, 0.5);
        assert_eq!(num_left_out, 1);
        let starts: Vec<f64> = lines(&out).iter().map(|line| line.0).collect();
        assert_eq!(starts.len(), 2);
        assert!(starts[0] < 1.1 && starts[1] > 8.9, "{starts:?}");
        // Every hop once, in its order.
        let positions = |hops: &[Snapshot]| -> Vec<i64> {
            hops.iter().map(|hop| hop.position_samples).collect()
        };
        assert_eq!(positions(&out), positions(&hops));
    }

    #[test]
    fn without_a_limit_nothing_changes_and_nothing_is_held_back() {
        let hops = hops(&[0.0, 0.4, 1.0]);
        let mut sieve = LineSieve::new(0.0);
        for hop in &hops {
            let mut out = Vec::new();
            sieve.push(hop, |hop| out.push(*hop));
            assert_eq!(out, [*hop]);
        }
        assert_eq!(sieve.num_left_out(), 0);
    }

    #[test]
    fn a_line_that_shows_a_voice_late_is_kept_from_its_begin() {
        let mut hops = hops(&[0.1]);
        for hop in hops.iter_mut().filter(|hop| hop.end_s() > 1.7) {
            hop.witness_score = 1.0;
        }
        let (out, num_left_out) = sieved(&hops, 0.5);
        assert_eq!((out, num_left_out), (hops, 0));
    }

    #[test]
    fn a_line_that_the_file_breaks_off_is_decided_too() {
        let mut hops = hops(&[0.1]);
        hops.truncate(300);
        let (out, num_left_out) = sieved(&hops, 0.5);
        assert_eq!((out.len(), num_left_out), (300, 1));
        assert!(lines(&out).is_empty());
    }
}
