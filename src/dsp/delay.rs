//! A delay of whole samples, the same in all channels, that changes without a click.

use std::ops::Range;

use crate::dsp::crossfade::Crossfade;

/// Least number of samples that a delay line holds beyond the longest delay.
const LEAST_PIECE_SAMPLES: usize = 64;

/// Delay lines for the channels of a bus.
pub struct Delay {
    /// One line per channel, of a power of two samples.
    lines: Vec<Vec<f32>>,
    /// Length of a line less one.
    mask: usize,
    write_idx: usize,
    max_samples: usize,
    wanted_samples: usize,
    tap: Crossfade<usize>,
    /// Whether nothing has gone in since the last reset.
    is_empty: bool,
}

impl Delay {
    /// Allocates for delays up to `max_samples`; starts with none. A change of the delay is a
    /// crossfade of `fade_samples`.
    pub fn new(num_channels: usize, max_samples: usize, fade_samples: u32) -> Self {
        let line_samples = (max_samples + LEAST_PIECE_SAMPLES).next_power_of_two();
        Self {
            lines: vec![vec![0.0; line_samples]; num_channels],
            mask: line_samples - 1,
            write_idx: 0,
            max_samples,
            wanted_samples: 0,
            tap: Crossfade::new(0, fade_samples),
            is_empty: true,
        }
    }

    /// Forgets all samples, and keeps the delay.
    pub fn reset(&mut self) {
        for line in &mut self.lines {
            line.fill(0.0);
        }
        self.write_idx = 0;
        self.tap.jump(self.wanted_samples);
        self.is_empty = true;
    }

    /// Changes the delay, to at most the longest: at once if nothing has gone in yet.
    pub fn set_samples(&mut self, num_samples: usize) {
        self.wanted_samples = num_samples.min(self.max_samples);
        if self.is_empty {
            self.tap.jump(self.wanted_samples);
        }
    }

    /// Whether nothing has gone in yet.
    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// The delay that is set, samples.
    pub fn samples(&self) -> usize {
        self.wanted_samples
    }

    /// Delays the samples `range` of each channel, all finite, in place: bit by bit, but for the
    /// time of a change.
    pub fn process(&mut self, channels: &mut [impl AsMut<[f32]>], range: Range<usize>) {
        self.is_empty &= range.is_empty();
        if self.tap.is_settled_on(self.wanted_samples) {
            self.process_settled(channels, range);
            return;
        }
        for sample_idx in range {
            let (from, to, share) = self.tap.advance(self.wanted_samples);
            for (line, channel) in self.lines.iter_mut().zip(channels.iter_mut()) {
                let Some(sample) = channel.as_mut().get_mut(sample_idx) else {
                    continue;
                };
                write(line, self.write_idx, *sample);
                let tap = |delay: usize| read(line, self.write_idx.wrapping_sub(delay) & self.mask);
                *sample = if share < 1.0 {
                    let mixed = (1.0 - share) * tap(from) + share * tap(to);
                    // Finite samples may add up to more, and tiny ones to subnormal numbers.
                    if mixed.is_normal() { mixed } else { 0.0 }
                } else {
                    tap(to)
                };
            }
            self.write_idx = (self.write_idx + 1) & self.mask;
        }
    }

    /// [`Self::process`] while the delay doesn't change.
    fn process_settled(&mut self, channels: &mut [impl AsMut<[f32]>], range: Range<usize>) {
        let delay_samples = self.wanted_samples;
        let mut start = range.start;
        while start < range.end {
            // No more at once than the line holds beside the longest delay: what is written would
            // meet what is still to be read.
            let end = range.end.min(start + self.mask + 1 - self.max_samples);
            let read_idx = self.write_idx.wrapping_sub(delay_samples) & self.mask;
            for (line, channel) in self.lines.iter_mut().zip(channels.iter_mut()) {
                let samples = channel.as_mut().get_mut(start..end).unwrap_or_default();
                let (first, second) = parts(line, self.write_idx, samples.len());
                let (to_first, to_second) = samples.split_at(first.len());
                first.copy_from_slice(to_first);
                second.copy_from_slice(to_second);
                if delay_samples > 0 {
                    let (first, second) = parts(line, read_idx, samples.len());
                    let (from_first, from_second) = samples.split_at_mut(first.len());
                    from_first.copy_from_slice(first);
                    from_second.copy_from_slice(second);
                }
            }
            self.write_idx = (self.write_idx + end - start) & self.mask;
            start = end;
        }
    }
}

/// The part of a line from `idx` on that is `len` long: one piece, or two round its end.
fn parts(line: &mut [f32], idx: usize, len: usize) -> (&mut [f32], &mut [f32]) {
    let (head, tail) = line.split_at_mut(idx.min(line.len()));
    let (first, _) = tail.split_at_mut(len.min(tail.len()));
    let (second, _) = head.split_at_mut((len - first.len()).min(head.len()));
    (first, second)
}

fn write(line: &mut [f32], idx: usize, sample: f32) {
    if let Some(to) = line.get_mut(idx) {
        *to = sample;
    }
}

fn read(line: &[f32], idx: usize) -> f32 {
    line.get(idx).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0, 1, 2, ... delayed in blocks of `block_samples`; `set` is called before each block with
    /// its start.
    fn run(block_samples: usize, mut set: impl FnMut(&mut Delay, usize)) -> Vec<f32> {
        let mut delay = Delay::new(1, 100, 10);
        let mut channel: Vec<f32> = (0..1000u16).map(f32::from).collect();
        for start in (0..1000).step_by(block_samples) {
            set(&mut delay, start);
            let end = (start + block_samples).min(1000);
            delay.process(&mut [&mut channel[..]], start..end);
        }
        channel
    }

    #[test]
    fn every_sample_comes_out_late_by_the_delay() {
        for num_samples in [0, 1, 63, 64, 100] {
            let output = run(37, |delay, _| delay.set_samples(num_samples));
            let expected: Vec<f32> = (0..1000)
                .map(|n| (n as f32 - num_samples as f32).max(0.0))
                .collect();
            assert_eq!(output, expected, "{num_samples} samples");
        }
    }

    #[test]
    fn a_change_is_a_smooth_fade_of_its_length_in_any_blocks() {
        let change = |delay: &mut Delay, start: usize| {
            delay.set_samples(if start < 500 { 20 } else { 60 });
        };
        let output = run(250, change);
        assert_eq!(output[499], 479.0);
        assert_eq!(output[509], 449.0);
        // Between them the output leaves what the shorter delay gives, ever further, by 40 in the end.
        let late: Vec<f32> = (499..=509).map(|n| n as f32 - 20.0 - output[n]).collect();
        assert!(late.windows(2).all(|pair| pair[0] < pair[1]), "{late:?}");
        assert!(late[1] < 1.0 && late[9] > 39.0, "{late:?}");
        assert!((late[5] - 20.0).abs() < 1e-3, "{late:?}");
        for block_samples in [1, 4, 125] {
            assert_eq!(run(block_samples, change), output, "{block_samples}");
        }
    }

    #[test]
    fn more_than_the_longest_delay_is_the_longest() {
        let mut delay = Delay::new(2, 48, 10);
        delay.set_samples(1000);
        assert_eq!(delay.samples(), 48);
    }
}
