//! Where the next sample lies on the host's timeline, and whether what comes follows on from what was.

/// Time for which the positions of the timeline have gone on from block to block before a hop grid that
/// doesn't lie on them is moved there, s: a host that plays at another speed moves by a little more or less in each
/// block, and moved there each time the analysis would never finish a hop.
const STEADY_S: f64 = 0.1;

/// Follows the host's positions.
pub struct Playhead {
    position_samples: i64,
    /// Whether the position is one of the timeline.
    is_on_timeline: bool,
    /// Samples for which positions have gone on from block to block, and how many it takes before a grid that
    /// lies beside them is moved.
    steady_samples: u64,
    least_steady_samples: u64,
}

/// What a position said by the host means.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// What comes doesn't follow on from what was.
    pub is_apart: bool,
    /// Hops that don't end at multiples of their length are to be moved there.
    pub may_align: bool,
}

impl Playhead {
    /// At the begin of the timeline.
    pub fn new(sample_rate_hz: f64) -> Self {
        Self {
            position_samples: 0,
            is_on_timeline: true,
            steady_samples: u64::MAX,
            least_steady_samples: (STEADY_S * sample_rate_hz) as u64,
        }
    }

    /// Back to the begin.
    pub fn reset(&mut self) {
        self.position_samples = 0;
        self.is_on_timeline = true;
        self.steady_samples = u64::MAX;
    }

    /// Goes where the host says. `is_first`: nothing was played yet. More than a hop is a jump.
    pub fn go_to(&mut self, position_samples: i64, hop_samples: usize, is_first: bool) -> Moved {
        let moved_samples = position_samples.abs_diff(self.position_samples);
        let is_jump = is_first || moved_samples > hop_samples as u64;
        let is_apart = is_jump || !self.is_on_timeline;
        self.position_samples = position_samples;
        self.is_on_timeline = true;
        let was_steady = self.steady_samples >= self.least_steady_samples;
        if moved_samples > 0 {
            self.steady_samples = 0;
        }
        Moved {
            is_apart,
            may_align: was_steady && (is_jump || moved_samples == 0),
        }
    }

    /// Says that the next samples are none of the timeline's.
    pub fn leave_timeline(&mut self) {
        self.is_on_timeline = false;
    }

    /// Goes on by `num_samples`.
    pub fn advance(&mut self, num_samples: usize) {
        self.position_samples = self.position_samples.saturating_add(num_samples as i64);
        self.steady_samples = self.steady_samples.saturating_add(num_samples as u64);
    }

    /// Where the next sample lies.
    pub fn position_samples(&self) -> i64 {
        self.position_samples
    }

    /// The same; `None` off the timeline.
    pub fn on_timeline(&self) -> Option<i64> {
        self.is_on_timeline.then_some(self.position_samples)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_apart_and_a_host_at_another_speed_never_aligns() {
        let mut playhead = Playhead::new(48_000.0);
        let first = playhead.go_to(10_000, 256, true);
        assert!(first.is_apart && first.may_align);
        // Positions that go on: nothing is apart, and after 0.1 s the grid may move.
        for block_idx in 0..100 {
            playhead.advance(64);
            let moved = playhead.go_to(10_064 + 64 * block_idx, 256, false);
            assert!(!moved.is_apart);
            assert_eq!(moved.may_align, 64 * (block_idx + 1) >= 4800);
        }
        // A host that plays a little faster than its blocks are long.
        for block_idx in 0..100 {
            let expected = playhead.position_samples();
            playhead.advance(64);
            let moved = playhead.go_to(expected + 66, 256, false);
            assert!(!moved.is_apart && !moved.may_align, "{block_idx}");
        }
        let jump = playhead.go_to(0, 256, false);
        assert!(jump.is_apart && !jump.may_align);
    }

    #[test]
    fn off_the_timeline_positions_count_on_and_what_comes_back_is_apart() {
        let mut playhead = Playhead::new(48_000.0);
        playhead.go_to(0, 256, true);
        playhead.leave_timeline();
        playhead.advance(512);
        assert_eq!(playhead.on_timeline(), None);
        assert_eq!(playhead.position_samples(), 512);
        assert!(playhead.go_to(512, 256, false).is_apart);
        assert_eq!(playhead.on_timeline(), Some(512));
    }
}
