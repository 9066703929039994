//! The power of a signal, followed from sample to sample.

use wide::f32x4;

/// Samples that are worked on at once.
pub const NUM_LANES: usize = 4;

/// A running mean of a signal's square. Four samples are worked on at once, so that not each waits for the one before it;
/// how the signal is cut doesn't matter.
#[derive(Clone, Copy)]
pub struct FollowedPower {
    per_sample: f32,
    /// Added to each square, so that the mean never becomes subnormal.
    floor_power: f32,
    /// How much of the mean is left after 1 to 4 samples.
    kept: f32x4,
    /// The mean before the four samples under way.
    mean: f32,
    /// What those of the four that were given add to it; 0 for the others.
    given: [f32; NUM_LANES],
    num_given: usize,
}

impl FollowedPower {
    /// A mean of which each new sample is the share `per_sample`, of the squares with `floor_power` added to each.
    pub fn new(per_sample: f32, floor_power: f32) -> Self {
        let once = 1.0 - per_sample;
        let twice = once * once;
        Self {
            per_sample,
            floor_power,
            kept: [once, twice, twice * once, twice * twice].into(),
            mean: floor_power,
            given: [0.0; NUM_LANES],
            num_given: 0,
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.mean = self.floor_power;
        self.given = [0.0; NUM_LANES];
        self.num_given = 0;
    }

    /// How many samples are missing to four: 1 to 4.
    pub fn num_wanted(&self) -> usize {
        NUM_LANES - self.num_given
    }

    /// Takes four samples, where as many are missing, and gives the mean at each.
    #[inline(always)]
    pub fn push(&mut self, samples: &[f32; NUM_LANES]) -> [f32; NUM_LANES] {
        let means = self.means(self.added((*samples).into())).to_array();
        [.., self.mean] = means;
        means
    }

    /// Takes at most as many samples as are missing, and gives the mean at each of them; 0 in the places that are left.
    pub fn push_some(&mut self, samples: &[f32]) -> [f32; NUM_LANES] {
        let (first_idx, num_samples) = (self.num_given, samples.len().min(self.num_wanted()));
        let mut fresh = [0.0; NUM_LANES];
        let places = fresh.iter_mut().skip(first_idx);
        places.zip(samples).for_each(|(to, sample)| *to = *sample);
        let added = self.added(fresh.into()).to_array();
        let given = self.given.iter_mut().zip(added);
        let taken = given.skip(first_idx).take(num_samples);
        taken.for_each(|(given, added)| *given = added);
        self.num_given += num_samples;
        let means = self.means(self.given.into()).to_array();
        if self.num_given == NUM_LANES {
            [.., self.mean] = means;
            self.given = [0.0; NUM_LANES];
            self.num_given = 0;
        }
        let mut new = [0.0; NUM_LANES];
        let places = new.iter_mut().take(num_samples);
        places
            .zip(means.iter().skip(first_idx))
            .for_each(|(to, mean)| *to = *mean);
        new
    }

    /// What each sample adds to the mean.
    #[inline(always)]
    fn added(&self, samples: f32x4) -> f32x4 {
        self.per_sample * (samples * samples + self.floor_power)
    }

    /// The mean at each of four samples.
    #[inline(always)]
    fn means(&self, added: f32x4) -> f32x4 {
        let [once, twice, ..] = self.kept.to_array();
        let [a, b, c, _] = added.to_array();
        let of_two = added + f32x4::from([0.0, a, b, c]) * once;
        let [a, b, ..] = of_two.to_array();
        let of_four = of_two + f32x4::from([0.0, 0.0, a, b]) * twice;
        self.kept * self.mean + of_four
    }
}

/// Whether any of `powers` is more than `times` what stands in its place among `others`.
#[inline(always)]
pub fn any_exceeds(powers: [f32; NUM_LANES], others: [f32; NUM_LANES], times: f32) -> bool {
    let limits = times * f32x4::from(others);
    f32x4::from(powers).simd_gt(limits).any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_that_of_single_steps_however_the_signal_is_cut() {
        const PER_SAMPLE: f32 = 0.01;
        let noise: Vec<f32> = test_support::noise::white(1.0, 1).take(1000).collect();
        let mut mean = 1e-20f64;
        let expected: Vec<f64> = noise
            .iter()
            .map(|&x| {
                mean += f64::from(PER_SAMPLE) * (f64::from(x).powi(2) - mean);
                mean
            })
            .collect();
        let followed = |piece_samples: usize| {
            let mut follower = FollowedPower::new(PER_SAMPLE, 1e-20);
            let mut means = Vec::new();
            for mut piece in noise.chunks(piece_samples) {
                while !piece.is_empty() {
                    let (taken, left) = piece.split_at(piece.len().min(follower.num_wanted()));
                    let new = match taken.as_array() {
                        Some(four) => follower.push(four),
                        None => follower.push_some(taken),
                    };
                    means.extend_from_slice(&new[..taken.len()]);
                    piece = left;
                }
            }
            means
        };
        let whole = followed(1000);
        for (got, expected) in whole.iter().zip(&expected) {
            assert!(
                (f64::from(*got) / expected - 1.0).abs() < 1e-5,
                "{got} {expected}"
            );
        }
        for piece_samples in [1, 2, 3, 5, 7, 64] {
            assert_eq!(followed(piece_samples), whole, "{piece_samples}");
        }
    }
}
