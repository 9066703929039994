//! Stretches of the dialogue that are taken for silence.

use std::ops::Range;

/// Time over which the sound goes at the edges of a stretch, s: no click, which would be a sound of its own.
const RAMP_S: f64 = 0.005;

/// Silences what lies in some stretches, block by block.
#[derive(Debug, Clone, Default)]
pub struct StruckDialogue {
    /// Frames that are silent, in order and apart from each other.
    spans: Vec<Range<u64>>,
    ramp_frames: u64,
    position: u64,
}

impl StruckDialogue {
    /// Silences from each start to its end, s from the first frame, at `rate_hz`.
    pub fn new(spans_s: impl Iterator<Item = (f64, f64)>, rate_hz: u32) -> Self {
        // Times before the first frame are that frame.
        let frame = |time_s: f64| (time_s * f64::from(rate_hz)).round().max(0.0) as u64;
        let mut spans: Vec<Range<u64>> = spans_s
            .map(|(start_s, end_s)| frame(start_s)..frame(end_s))
            .filter(|span| !span.is_empty())
            .collect();
        spans.sort_by_key(|span| span.start);
        let mut apart: Vec<Range<u64>> = Vec::new();
        for span in spans {
            match apart.last_mut() {
                Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
                _ => apart.push(span),
            }
        }
        Self {
            spans: apart,
            ramp_frames: (RAMP_S * f64::from(rate_hz)).round().max(1.0) as u64,
            position: 0,
        }
    }

    /// The same for a file that is read anew.
    pub fn rewound(&self) -> Self {
        Self {
            position: 0,
            ..self.clone()
        }
    }

    /// Silences the next `num_frames` frames of `block`, one vector per channel, as far as they are struck.
    pub fn strike(&mut self, block: &mut [Vec<f32>], num_frames: usize) {
        let first = self.position;
        self.position += num_frames as u64;
        for span in &self.spans {
            let from = span.start.max(first);
            let to = span.end.min(self.position);
            for frame in from..to {
                let depth = (frame - span.start).min(span.end - 1 - frame) + 1;
                let gain = 1.0 - depth.min(self.ramp_frames) as f32 / self.ramp_frames as f32;
                for channel in block.iter_mut() {
                    if let Some(sample) = channel.get_mut((frame - first) as usize) {
                        *sample *= gain;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_silent_whatever_the_blocks_are() {
        let spans = [(0.5, 0.6), (0.2, 0.3), (0.25, 0.4), (-1.0, 0.01)];
        let heard = |block_frames: usize| {
            let mut struck = StruckDialogue::new(spans.into_iter(), 1000);
            let mut heard = Vec::new();
            while heard.len() < 1000 {
                let mut block = vec![vec![1.0f32; block_frames]];
                struck.strike(&mut block, block_frames);
                heard.append(&mut block[0]);
            }
            heard.truncate(1000);
            heard
        };
        let whole = heard(1000);
        for (range, expected) in [
            (10..200, 1.0),
            (205..395, 0.0),
            (400..500, 1.0),
            (505..595, 0.0),
            (600..1000, 1.0),
        ] {
            assert!(
                whole[range.clone()].iter().all(|it| *it == expected),
                "{range:?}"
            );
        }
        let steps = whole.windows(2).map(|pair| (pair[1] - pair[0]).abs());
        assert!(steps.fold(0.0, f32::max) < 0.21);
        assert_eq!(heard(64), whole);
        assert_eq!(heard(7), whole);
    }

    #[test]
    fn a_file_that_is_read_anew_is_struck_anew() {
        let mut struck = StruckDialogue::new([(0.0, 0.5)].into_iter(), 1000);
        struck.strike(&mut [vec![1.0; 1000]], 1000);
        let mut block = [vec![1.0; 100]];
        struck.rewound().strike(&mut block, 100);
        assert_eq!(block[0][50], 0.0);
    }
}
