//! Frames of 5 ms, in which levels and pitch are followed.

/// Samples of a frame at 16 kHz.
pub const FRAME_SAMPLES: usize = 80;

/// The frame that is under way, or was just completed.
pub struct SoundFrame {
    samples: [f32; FRAME_SAMPLES],
    num_samples: usize,
}

impl Default for SoundFrame {
    fn default() -> Self {
        Self {
            samples: [0.0; FRAME_SAMPLES],
            num_samples: 0,
        }
    }
}

impl SoundFrame {
    /// Takes the first of `samples`, as many as the frame still wants, and gives these and the others. After a whole frame
    /// the next begins.
    pub fn take<'a>(&mut self, samples: &'a [f32]) -> (&'a [f32], &'a [f32]) {
        if self.is_whole() {
            self.num_samples = 0;
        }
        let (_, free) = self.samples.split_at_mut(self.num_samples);
        let (taken, left) = samples.split_at(samples.len().min(free.len()));
        let (slots, _) = free.split_at_mut(taken.len());
        slots.copy_from_slice(taken);
        self.num_samples += taken.len();
        (taken, left)
    }

    /// Whether the frame has all its samples.
    pub fn is_whole(&self) -> bool {
        self.num_samples == FRAME_SAMPLES
    }

    /// The samples of a whole frame.
    pub fn samples(&self) -> &[f32; FRAME_SAMPLES] {
        &self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_the_same_however_the_signal_is_cut() {
        let signal: Vec<f32> = (0..250u16).map(f32::from).collect();
        for piece_samples in [1, 7, 80, 250] {
            let (mut frame, mut frames, mut taken_in_all) =
                (SoundFrame::default(), Vec::new(), Vec::new());
            for piece in signal.chunks(piece_samples) {
                let mut left = piece;
                while !left.is_empty() {
                    let (taken, rest) = frame.take(left);
                    taken_in_all.extend_from_slice(taken);
                    left = rest;
                    if frame.is_whole() {
                        frames.extend_from_slice(frame.samples());
                    }
                }
            }
            assert_eq!(frames, signal[..3 * FRAME_SAMPLES], "{piece_samples}");
            assert_eq!(taken_in_all, signal, "{piece_samples}");
        }
    }
}
