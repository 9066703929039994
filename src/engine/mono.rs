//! How the channels of a bus become one.

use crate::dsp::clean::add_limited;
use crate::dsp::crossfade::Crossfade;
use crate::dsp::followed_power::{FollowedPower, NUM_LANES, any_exceeds};
use crate::layout::{ChannelRole, Layout};

/// Gain of the dialogue's channels in a sum of several: a voice in both channels of a stereo pair keeps
/// its level.
pub const SUM_GAIN: f32 = 0.5;

/// How much louder the difference of the channels must be than their sum to be heard instead, as a power
/// ratio (6 dB): reverberation and wide ambience, which are about as loud in both, don't switch.
const LEAST_LEAD: f32 = 4.0;

/// Time over which both are compared, ms: some periods of the lowest voice, and less than its first sound.
const LEVEL_MS: f64 = 20.0;

/// Time of the change from one to the other, ms: no click that would pass for the start of a word.
const FADE_MS: f64 = 5.0;

/// Added to both powers, so that they never become subnormal: -200 dBFS.
const FLOOR_POWER: f32 = 1e-20;

/// For each channel of a bus, whether it belongs in the sum: all but LFE, in which there are no words.
pub fn summed_channels(layout: &Layout) -> Vec<bool> {
    let roles = layout.roles().iter();
    roles.map(|&role| role != ChannelRole::Lfe).collect()
}

/// One channel out of those of the dialogue: their sum, or, while that is much louder, the difference of
/// the odd and the even ones. A voice with opposite phases in left and right is silent in the sum.
pub struct LouderMix {
    /// Gain of each channel in the sum and in the difference; 0 for what isn't heard.
    gains: Vec<[f32; 2]>,
    has_difference: bool,
    sum: Vec<f32>,
    difference: Vec<f32>,
    choice: Choice,
}

/// Power of the sum and of the difference at each of four samples.
type Powers = ([f32; NUM_LANES], [f32; NUM_LANES]);

/// Which of the two is heard.
struct Choice {
    sum_power: FollowedPower,
    difference_power: FollowedPower,
    is_difference: bool,
    fade: Crossfade<bool>,
}

impl LouderMix {
    /// A mix for dialogue of `layout` at `sample_rate_hz`, in pieces of at most `max_piece_samples`.
    pub fn new(layout: &Layout, sample_rate_hz: f64, max_piece_samples: usize) -> Self {
        let mut num_heard = 0;
        let gains: Vec<[f32; 2]> = summed_channels(layout)
            .into_iter()
            .map(|is_heard| {
                if !is_heard {
                    return [0.0; 2];
                }
                num_heard += 1;
                let is_odd = num_heard % 2 == 1;
                [SUM_GAIN, if is_odd { SUM_GAIN } else { -SUM_GAIN }]
            })
            .collect();
        let samples = |ms: f64| 1e-3 * ms * sample_rate_hz;
        let per_sample = (1.0 - (-1.0 / samples(LEVEL_MS)).exp()) as f32;
        Self {
            gains,
            has_difference: num_heard > 1,
            sum: vec![0.0; max_piece_samples],
            difference: vec![0.0; max_piece_samples],
            choice: Choice {
                sum_power: FollowedPower::new(per_sample, FLOOR_POWER),
                difference_power: FollowedPower::new(per_sample, FLOOR_POWER),
                is_difference: false,
                fade: Crossfade::new(false, samples(FADE_MS) as u32),
            },
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.choice.reset();
    }

    /// Whether the channels cancel each other in the sum.
    pub fn is_difference(&self) -> bool {
        self.choice.is_difference
    }

    /// Begins a piece of `num_samples`.
    pub fn begin(&mut self, num_samples: usize) {
        for mix in [&mut self.sum, &mut self.difference] {
            mix.iter_mut().take(num_samples).for_each(|it| *it = 0.0);
        }
    }

    /// Adds the piece's samples of a channel.
    pub fn add(&mut self, channel_idx: usize, samples: &[f32]) {
        let Some(&[in_sum, in_difference]) = self.gains.get(channel_idx) else {
            return;
        };
        if in_sum == 0.0 {
            return;
        }
        add_limited(&mut self.sum, samples, in_sum);
        if self.has_difference {
            add_limited(&mut self.difference, samples, in_difference);
        }
    }

    /// The piece of `num_samples` as it is heard.
    pub fn heard(&mut self, num_samples: usize) -> &[f32] {
        let sum = self.sum.get_mut(..num_samples).unwrap_or_default();
        if self.has_difference {
            self.choice.put_louder(sum, &self.difference);
        }
        sum
    }
}

impl Choice {
    fn reset(&mut self) {
        self.sum_power.reset();
        self.difference_power.reset();
        self.is_difference = false;
        self.fade.jump(false);
    }

    /// Puts the louder of the two into the sum's place, sample by sample.
    fn put_louder(&mut self, sums: &mut [f32], differences: &[f32]) {
        // What is missing to the four that were begun, if any were.
        let num_first = self.sum_power.num_wanted() % NUM_LANES;
        let (first, sums) = sums.split_at_mut(num_first.min(sums.len()));
        let (first_differences, differences) = differences.split_at(first.len());
        self.put_some(first, first_differences);
        let (fours, last) = sums.as_chunks_mut::<NUM_LANES>();
        let (difference_fours, _) = differences.as_chunks::<NUM_LANES>();
        // Copies, so that both are followed in registers.
        let (mut sum_power, mut difference_power) = (self.sum_power, self.difference_power);
        for (sums, differences) in fours.iter_mut().zip(difference_fours) {
            let powers = (sum_power.push(sums), difference_power.push(differences));
            self.put(sums, differences, powers);
        }
        (self.sum_power, self.difference_power) = (sum_power, difference_power);
        let (_, last_differences) = differences.split_at(NUM_LANES * fours.len());
        self.put_some(last, last_differences);
    }

    /// [`Self::put_louder`] of less than four samples, none perhaps.
    fn put_some(&mut self, sums: &mut [f32], differences: &[f32]) {
        if sums.is_empty() {
            return;
        }
        let (differences, _) = differences.split_at(sums.len());
        let sum_power = self.sum_power.push_some(sums);
        let difference_power = self.difference_power.push_some(differences);
        self.put(sums, differences, (sum_power, difference_power));
    }

    /// Chooses for each of up to four samples, with the powers of both at them.
    #[inline(always)]
    fn put(&mut self, sums: &mut [f32], differences: &[f32], powers: Powers) {
        let leads = any_exceeds(powers.1, powers.0, LEAST_LEAD);
        if leads || self.is_difference || !self.fade.is_settled_on(false) {
            self.put_each(sums, differences, powers);
        }
    }

    #[cold]
    fn put_each(&mut self, sums: &mut [f32], differences: &[f32], powers: Powers) {
        let powers = powers.0.into_iter().zip(powers.1);
        for ((sum, &difference), (sum_power, difference_power)) in
            sums.iter_mut().zip(differences).zip(powers)
        {
            let lead = if self.is_difference { 1.0 } else { LEAST_LEAD };
            self.is_difference = difference_power > lead * sum_power;
            if self.fade.is_settled_on(self.is_difference) {
                if self.is_difference {
                    *sum = difference;
                }
                continue;
            }
            let (from, to, share) = self.fade.advance(self.is_difference);
            let sample = |is_difference: bool| if is_difference { difference } else { *sum };
            *sum = (1.0 - share) * sample(from) + share * sample(to);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;

    fn heard(left: &[f32], right: &[f32], piece_samples: usize) -> Vec<f32> {
        let layout = Layout::from_num_channels(2).unwrap();
        let mut mix = LouderMix::new(&layout, RATE_HZ, 1000);
        let mut heard = Vec::new();
        for (left, right) in left.chunks(piece_samples).zip(right.chunks(piece_samples)) {
            mix.begin(left.len());
            mix.add(0, left);
            mix.add(1, right);
            heard.extend_from_slice(mix.heard(left.len()));
        }
        heard
    }

    fn tone(gain: f32) -> Vec<f32> {
        (0..9600).map(|n| gain * (n as f32 * 0.05).sin()).collect()
    }

    #[test]
    fn opposite_phases_are_heard_and_the_pieces_do_not_matter() {
        let (left, right) = (tone(0.5), tone(-0.5));
        let whole = heard(&left, &right, 1000);
        assert_eq!(whole[2400..], left[2400..]);
        assert_eq!(heard(&left, &right, 37), whole);
    }

    #[test]
    fn where_the_sum_is_louder_it_is_the_sum_bit_by_bit() {
        for gains in [[0.5, 0.5], [0.5, 0.0], [0.5, -0.1], [0.0, 0.0]] {
            let (left, right) = (tone(gains[0]), tone(gains[1]));
            let sum: Vec<f32> = left
                .iter()
                .zip(&right)
                .map(|(l, r)| 0.5 * l + 0.5 * r)
                .collect();
            assert_eq!(heard(&left, &right, 256), sum, "{gains:?}");
        }
    }
}
