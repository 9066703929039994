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
