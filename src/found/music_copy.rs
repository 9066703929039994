//! The music inside the dialogue, as a guide track has it: at which gain, how much later, and whether it
//! can be taken out again, which it can if it is the same at a constant gain and delay.

use crate::dsp::units::db_from_power_f64;

/// Length of the frames whose residuals are compared, s.
const FRAME_S: f64 = 0.010;

/// Rounds of the fit. Each weighs frames by how little was left of them in the last, so that in the end
/// the pauses of the voice decide.
const NUM_ROUNDS: usize = 8;

/// Share of the frames with music that are pauses of the voice, at least.
const PAUSE_SHARE: f64 = 0.1;

/// Music softer than this is silence, mean square (-80 dBFS).
const LEAST_POWER: f64 = 1e-8;

/// What may be left of the music where nobody speaks, dB, if it is the same file.
pub const MAX_RESIDUAL_DB: f64 = -40.0;

/// How the music is in the dialogue.
#[derive(Debug, Clone, PartialEq)]
pub struct MusicCopy {
    /// How much later the dialogue has it, samples at the music's rate.
    pub delay_samples: i64,
    /// For each channel of the dialogue the gain of each channel of the music.
    pub gains: Vec<Vec<f32>>,
    /// What is left of it after it is taken out, in pauses of the voice, dB under the music.
    pub residual_db: f64,
}

impl MusicCopy {
    /// Whether it is the same file at a constant gain and delay.
    pub fn is_exact(&self) -> bool {
        self.residual_db < MAX_RESIDUAL_DB
    }

    /// The best copy of `music` in `dialogue`, both at `sample_rate_hz`, with a delay near
    /// `delay_samples`. `None` if there is no music to go by.
    pub fn fit(
        dialogue: &[Vec<f32>],
        music: &[Vec<f32>],
        sample_rate_hz: f64,
        delay_samples: i64,
        tolerance_samples: i64,
    ) -> Option<Self> {
        let near = delay_samples - tolerance_samples..=delay_samples + tolerance_samples;
        let delay_samples = near.max_by(|a, b| {
            let likeness = |delay| likeness(dialogue, music, delay);
            likeness(*a).total_cmp(&likeness(*b))
        })?;
        let frame_samples = ((FRAME_S * sample_rate_hz) as usize).max(1);
        let frames = frames(dialogue, music, delay_samples, frame_samples);
        let channels = 0..dialogue.len();
        let fits: Vec<Vec<f64>> = channels
            .map(|channel_idx| fit_channel(&frames, channel_idx))
            .collect::<Option<_>>()?;
        let residual = residual(&frames, &fits)?;
        let rounded = |fit: &Vec<f64>| fit.iter().map(|&gain| gain as f32).collect();
        Some(Self {
            delay_samples,
            gains: fits.iter().map(rounded).collect(),
            residual_db: db_from_power_f64(residual),
        })
    }

    /// Loudest gain of the music in any channel of the dialogue, dB.
    pub fn gain_db(&self) -> f64 {
        let power = |gains: &Vec<f32>| gains.iter().map(|it| f64::from(it * it)).sum::<f64>();
        db_from_power_f64(self.gains.iter().map(power).fold(0.0, f64::max))
    }
}

/// How alike the sums of all channels are at this delay.
fn likeness(dialogue: &[Vec<f32>], music: &[Vec<f32>], delay_samples: i64) -> f64 {
    let mut total = 0.0;
    for spoken in dialogue {
        for played in music {
            let product: f64 = spoken
                .iter()
                .zip(at_delay(played, delay_samples))
                .map(|(a, b)| f64::from(*a) * f64::from(b))
                .sum();
            total += product.abs();
        }
    }
    total
}

/// `samples` from `delay_samples` before their start on; silence where there are none.
fn at_delay(samples: &[f32], delay_samples: i64) -> impl Iterator<Item = f32> {
    let num_before = usize::try_from(delay_samples).unwrap_or(0);
    let num_left_out = usize::try_from(-delay_samples).unwrap_or(0);
    let rest = samples.get(num_left_out..).unwrap_or_default();
    std::iter::repeat_n(0.0, num_before).chain(rest.iter().copied())
}

/// Products of the channels with each other, summed over a frame.
struct Frame {
    /// Music with music.
    music: Vec<Vec<f64>>,
    /// Each dialogue channel with each of the music.
    cross: Vec<Vec<f64>>,
    /// Each dialogue channel with itself.
    dialogue: Vec<f64>,
}

fn frames(
    dialogue: &[Vec<f32>],
    music: &[Vec<f32>],
    delay_samples: i64,
    frame_samples: usize,
) -> Vec<Frame> {
    let num_samples = dialogue.first().map_or(0, Vec::len);
    let delayed: Vec<Vec<f32>> = music
        .iter()
        .map(|channel| at_delay(channel, delay_samples).take(num_samples).collect())
        .collect();
    let product = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    let starts = (0..num_samples).step_by(frame_samples);
    let frames = starts.map(|start| {
        let piece = |channel: &Vec<f32>| -> Vec<f32> {
            let end = channel.len().min(start + frame_samples);
            channel.get(start..end).unwrap_or_default().to_vec()
        };
        let music: Vec<Vec<f32>> = delayed.iter().map(piece).collect();
        let spoken: Vec<Vec<f32>> = dialogue.iter().map(piece).collect();
        let with_music = |a: &Vec<f32>| music.iter().map(|b| product(a, b)).collect();
        Frame {
            music: music.iter().map(with_music).collect(),
            cross: spoken.iter().map(with_music).collect(),
            dialogue: spoken.iter().map(|it| product(it, it)).collect(),
        }
    });
    let least = LEAST_POWER * frame_samples as f64;
    frames
        .filter(|frame| (0..frame.music.len()).any(|idx| frame.music[idx][idx] > least))
        .collect()
}

impl Frame {
    /// Power of the music in the dialogue at these gains.
    fn copied(&self, gains: &[f64]) -> f64 {
        let rows = self.music.iter().zip(gains);
        rows.map(|(row, gain)| gain * row.iter().zip(gains).map(|(a, b)| a * b).sum::<f64>())
            .sum()
    }

    /// Power of what is left of a channel without it.
    fn left(&self, channel_idx: usize, gains: &[f64]) -> f64 {
        let cross = self.cross[channel_idx].iter().zip(gains);
        let cross: f64 = cross.map(|(a, b)| a * b).sum();
        (self.dialogue[channel_idx] - 2.0 * cross + self.copied(gains)).max(0.0)
    }
}

/// Gains by least squares, the frames weighed anew in each round.
fn fit_channel(frames: &[Frame], channel_idx: usize) -> Option<Vec<f64>> {
    let num_music = frames.first()?.music.len();
    let mut weights = vec![1.0; frames.len()];
    let mut gains = vec![0.0; num_music];
    for _ in 0..NUM_ROUNDS {
        let mut matrix = vec![vec![0.0; num_music]; num_music];
        let mut vector = vec![0.0; num_music];
        for (frame, &weight) in frames.iter().zip(&weights) {
            for (row_idx, row) in frame.music.iter().enumerate() {
                for (sum, value) in matrix[row_idx].iter_mut().zip(row) {
                    *sum += weight * value;
                }
                vector[row_idx] += weight * frame.cross[channel_idx][row_idx];
            }
        }
        gains = solve(matrix, vector);
        for (weight, frame) in weights.iter_mut().zip(frames) {
            let music: f64 = (0..num_music).map(|idx| frame.music[idx][idx]).sum();
            // Relative to the music, so that its loud frames don't decide alone.
            *weight = 1.0 / (frame.left(channel_idx, &gains) + 1e-9 * music + 1e-15);
        }
    }
    Some(gains)
}

/// Residual over music, of all channels, in the frames where least is left: the pauses of the voice.
/// `None` if there is no music in them.
fn residual(frames: &[Frame], fits: &[Vec<f64>]) -> Option<f64> {
    let mut ratios: Vec<(f64, f64)> = frames
        .iter()
        .map(|frame| {
            let channels = fits.iter().enumerate();
            let left = channels.map(|(channel_idx, gains)| frame.left(channel_idx, gains));
            (
                left.sum(),
                fits.iter().map(|gains| frame.copied(gains)).sum(),
            )
        })
        .filter(|&(_, copied)| copied > 1e-12)
        .collect();
    ratios.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let num_pauses = ((PAUSE_SHARE * ratios.len() as f64) as usize).max(1);
    let sums = ratios.iter().take(num_pauses);
    let (left, copied) = sums.fold((0.0, 0.0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
    (copied > 0.0).then(|| left / copied)
}

/// Solves a positive semidefinite system by elimination; what is undetermined, as with two equal
/// channels, is shared.
pub fn solve(mut matrix: Vec<Vec<f64>>, mut vector: Vec<f64>) -> Vec<f64> {
    let size = vector.len();
    let trace: f64 = (0..size).map(|idx| matrix[idx][idx]).sum();
    for (idx, row) in matrix.iter_mut().enumerate() {
        row[idx] += 1e-9 * trace / size as f64 + f64::MIN_POSITIVE;
    }
    for pivot_idx in 0..size {
        let pivot_row = matrix[pivot_idx].clone();
        for row_idx in pivot_idx + 1..size {
            let factor = matrix[row_idx][pivot_idx] / pivot_row[pivot_idx];
            for (value, pivot) in matrix[row_idx].iter_mut().zip(&pivot_row) {
                *value -= factor * pivot;
            }
            vector[row_idx] -= factor * vector[pivot_idx];
        }
    }
    for row_idx in (0..size).rev() {
        let known: f64 = (row_idx + 1..size)
            .map(|idx| matrix[row_idx][idx] * vector[idx])
            .sum();
        vector[row_idx] = (vector[row_idx] - known) / matrix[row_idx][row_idx];
    }
    vector
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 16_000.0;

    fn noise(seed: u64, num_samples: usize) -> Vec<f32> {
        let mut random = fastrand::Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        (0..num_samples).map(|_| random.f32() - 0.5).collect()
    }

    /// A voice in the middle third, over two channels of music at these gains and this delay.
    fn dialogue(music: &[Vec<f32>], gains: [f32; 2], delay_samples: i64) -> Vec<f32> {
        let num_samples = music[0].len();
        let mut dialogue = noise(9, num_samples);
        let pauses = (0..num_samples / 3).chain(2 * num_samples / 3..num_samples);
        pauses.for_each(|idx| dialogue[idx] = 0.0);
        for (channel, gain) in music.iter().zip(gains) {
            for (sample, music) in dialogue.iter_mut().zip(at_delay(channel, delay_samples)) {
                *sample += gain * music;
            }
        }
        dialogue
    }

    #[test]
    fn a_copy_is_found_with_its_gains_and_delay_and_nothing_is_left_of_it() {
        let music = [noise(1, 48_000), noise(2, 48_000)];
        for delay_samples in [0, 37, -501] {
            let dialogue = dialogue(&music, [0.5, 0.2], delay_samples);
            let copy = MusicCopy::fit(&[dialogue], &music, RATE_HZ, delay_samples + 2, 3).unwrap();
            assert_eq!(copy.delay_samples, delay_samples);
            assert!((copy.gains[0][0] - 0.5).abs() < 1e-4, "{copy:?}");
            assert!((copy.gains[0][1] - 0.2).abs() < 1e-4, "{copy:?}");
            assert!(copy.is_exact() && copy.residual_db < -80.0, "{copy:?}");
        }
    }

    #[test]
    fn music_that_changes_its_gain_is_no_copy() {
        let music = [noise(1, 48_000), noise(2, 48_000)];
        let mut dialogue = dialogue(&music, [0.5, 0.5], 0);
        for (idx, sample) in dialogue.iter_mut().enumerate() {
            *sample *= 1.0 + 0.5 * (idx as f32 * 1e-3).sin();
        }
        let copy = MusicCopy::fit(&[dialogue], &music, RATE_HZ, 0, 1).unwrap();
        assert!(!copy.is_exact(), "{copy:?}");
    }

    #[test]
    fn equal_channels_share_and_silence_has_no_copy() {
        let music = [noise(1, 16_000), noise(1, 16_000)];
        let copy =
            MusicCopy::fit(&[dialogue(&music, [0.25, 0.25], 0)], &music, RATE_HZ, 0, 1).unwrap();
        assert!(copy.is_exact(), "{copy:?}");
        let silent = vec![vec![0.0; 1000]];
        assert_eq!(MusicCopy::fit(&silent, &silent, RATE_HZ, 0, 1), None);
    }
}
