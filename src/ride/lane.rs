//! A ride thinned to the break points of a host's lane: between them hosts draw straight lines.

use crate::ride::choices::{
    LANE_POINTS_PER_S, LANE_TOLERANCE_LU, LONGEST_MOVE_S, TIGHT_TOLERANCE_LU,
};

/// Break points that are remembered to be counted.
const NUM_COUNTED: usize = LANE_POINTS_PER_S as usize;

/// Thins the ride of successive hops. A hop is found to be a break point when the one after it is known, so
/// that a lane is a hop late.
pub struct LaneThinner {
    hop_s: f64,
    /// Number of the hop that comes next.
    hop: i64,
    /// Number and value of the last break point.
    anchor: Option<(i64, f32)>,
    /// Value of the last hop, if it wasn't followed by a jump.
    last_lu: Option<f32>,
    /// Slopes, LU per hop, with which a line from the last break point passes all hops since.
    slopes: (f32, f32),
    /// Numbers of the last break points, in a ring, and the place of the oldest.
    counted: [i64; NUM_COUNTED],
    oldest: usize,
}

impl LaneThinner {
    /// No break points; for hops of `hop_s`.
    pub fn new(hop_s: f64) -> Self {
        let mut thinner = Self {
            hop_s,
            hop: 0,
            anchor: None,
            last_lu: None,
            slopes: (f32::NEG_INFINITY, f32::INFINITY),
            counted: [0; NUM_COUNTED],
            oldest: 0,
        };
        thinner.reset();
        thinner
    }

    /// Begins a new lane.
    pub fn reset(&mut self) {
        self.hop = 0;
        self.counted = [-(self.hops_in(1.0) as i64); NUM_COUNTED];
        self.oldest = 0;
        self.jump();
    }

    /// The next hop doesn't follow the last one on the timeline: it is a break point.
    pub fn jump(&mut self) {
        self.anchor = None;
        self.last_lu = None;
    }

    /// Takes the ride of a hop, LU. Gives that of the hop before if it is a break point.
    pub fn push(&mut self, ride_lu: f32) -> Option<f32> {
        let last_lu = self.last_lu.replace(ride_lu);
        let last_hop = self.hop - 1;
        self.hop += 1;
        let last_lu = last_lu?;
        let is_point = match self.anchor {
            None => true,
            Some((hop, lu)) => {
                let num_hops = (last_hop - hop) as f32;
                let slope = (ride_lu - lu) / (num_hops + 1.0);
                if num_hops > 0.0 {
                    self.narrow((last_lu - lu) / num_hops, num_hops);
                }
                let is_off = !(self.slopes.0..=self.slopes.1).contains(&slope);
                let is_long = num_hops >= self.hops_in(LONGEST_MOVE_S)
                    && (last_lu - lu).abs() > LANE_TOLERANCE_LU;
                num_hops > 0.0 && (is_off || is_long)
            }
        };
        let is_point = is_point && self.num_in_last_second(last_hop) < NUM_COUNTED;
        if !is_point {
            return None;
        }
        self.anchor = Some((last_hop, last_lu));
        self.slopes = (f32::NEG_INFINITY, f32::INFINITY);
        if let Some(oldest) = self.counted.get_mut(self.oldest) {
            *oldest = last_hop;
        }
        self.oldest = (self.oldest + 1) % NUM_COUNTED;
        Some(last_lu)
    }

    /// A line must pass a hop `num_hops` after the last break point, to which the straight one has `slope`. The
    /// more break points there have been of late, the more it may be off.
    fn narrow(&mut self, slope: f32, num_hops: f32) {
        let used = self.num_in_last_second(self.hop) as f32 / NUM_COUNTED as f32;
        let tolerance_lu = TIGHT_TOLERANCE_LU + used * (LANE_TOLERANCE_LU - TIGHT_TOLERANCE_LU);
        let off = tolerance_lu / num_hops;
        self.slopes.0 = self.slopes.0.max(slope - off);
        self.slopes.1 = self.slopes.1.min(slope + off);
    }

    fn num_in_last_second(&self, hop: i64) -> usize {
        let since = hop - self.hops_in(1.0).ceil() as i64;
        self.counted.iter().filter(|&&at| at > since).count()
    }

    fn hops_in(&self, time_s: f64) -> f32 {
        (time_s / self.hop_s) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_S: f64 = 256.0 / 48_000.0;

    /// Rides that move as the engine's do: steps at odd moments, smoothed twice with 40 ms.
    fn ride(seed: u64, step_lu: f32, hops_apart: u64) -> Vec<f32> {
        let mut random = seed;
        let (mut aim, mut first, mut second) = (0.0_f32, 0.0, 0.0);
        let share = 1.0 - (-HOP_S / 0.04).exp() as f32;
        (0..6000)
            .map(|_| {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                if (random >> 33).is_multiple_of(hops_apart) {
                    aim = ((random >> 40) % 100) as f32 / 100.0 * step_lu;
                }
                first += share * (aim - first);
                second += share * (first - second);
                second
            })
            .collect()
    }

    fn thinned(ride: &[f32]) -> Vec<(usize, f32)> {
        let mut thinner = LaneThinner::new(HOP_S);
        let hops = ride.iter().enumerate();
        hops.filter_map(|(hop, &lu)| Some((hop - 1, thinner.push(lu)?)))
            .collect()
    }

    #[test]
    fn straight_lines_through_the_points_are_the_ride_within_the_tolerance() {
        for seed in 0..20 {
            let ride = ride(seed, 5.0, 190);
            let points = thinned(&ride);
            for pair in points.windows(2) {
                let ((from, from_lu), (to, to_lu)) = (pair[0], pair[1]);
                for (hop, lu) in ride.iter().enumerate().take(to + 1).skip(from) {
                    let share = (hop - from) as f32 / (to - from) as f32;
                    let line_lu = from_lu + share * (to_lu - from_lu);
                    let off_lu = (line_lu - lu).abs();
                    assert!(off_lu <= LANE_TOLERANCE_LU + 1e-4, "{off_lu} LU at {hop}");
                }
            }
        }
    }

    #[test]
    fn there_are_never_more_points_than_a_second_may_have() {
        for (seed, step_lu) in [(1, 5.0), (2, 12.0), (3, 1000.0)] {
            let points = thinned(&ride(seed, step_lu, 40));
            let num_hops = (1.0 / HOP_S) as usize;
            for (idx, (hop, _)) in points.iter().enumerate() {
                let since = points[..=idx]
                    .iter()
                    .filter(|point| point.0 + num_hops > *hop);
                assert!(since.count() <= NUM_COUNTED, "at {hop}");
            }
        }
    }

    #[test]
    fn a_ride_that_stands_has_one_point_and_a_jump_makes_another() {
        let mut thinner = LaneThinner::new(HOP_S);
        let points = (0..1000).filter_map(|_| thinner.push(2.0)).count();
        assert_eq!(points, 1);
        thinner.jump();
        assert_eq!(thinner.push(2.0), None);
        assert_eq!(thinner.push(2.0), Some(2.0));
    }
}
