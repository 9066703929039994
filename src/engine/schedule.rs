//! When the work of a hop is done.
//!
//! A hop is cut into ticks at fixed sample positions. The window that ended with the last hop is
//! analysed in jobs that are spread over the ticks of the next one, so that no block carries all of
//! them, and the result doesn't depend on where blocks begin and end.

use std::ops::Range;

/// Ticks per hop.
const TICKS_PER_HOP: usize = 16;

/// Position within the hop, and which jobs are due.
pub struct Schedule {
    /// The ticks of a hop at which something is due, the last of them at its end.
    ticks: Vec<Tick>,
    tick_idx: usize,
    position_samples: usize,
    /// Whether the hop began with its first sample: else its jobs are left out.
    is_whole: bool,
}

/// The end of a tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Where in the hop the tick ends, samples.
    end_samples: usize,
    /// Jobs that are due, as indices.
    pub jobs: Range<usize>,
    /// Whether the hop ends with this tick.
    pub is_hop_end: bool,
}

impl Schedule {
    /// Spreads `num_jobs` over hops of `hop_samples`: at equal distances from each other, from the
    /// hop's start and from its end. (So three of them, as for two stereo buses, fall together with
    /// the ends of a host's blocks of 64 samples.)
    pub fn new(hop_samples: usize, num_jobs: usize) -> Self {
        let jobs_until =
            |tick_idx: usize| (tick_idx * (num_jobs + 1) / TICKS_PER_HOP).min(num_jobs);
        Self {
            ticks: (0..TICKS_PER_HOP)
                .map(|tick_idx| Tick {
                    end_samples: (tick_idx + 1) * hop_samples / TICKS_PER_HOP,
                    jobs: jobs_until(tick_idx)..jobs_until(tick_idx + 1),
                    is_hop_end: tick_idx + 1 == TICKS_PER_HOP,
                })
                .filter(|tick| !tick.jobs.is_empty() || tick.is_hop_end)
                .collect(),
            tick_idx: 0,
            position_samples: 0,
            is_whole: true,
        }
    }

    /// Has all jobs of a hop done where its last one is due: for those who wait for no block, fewer pieces are
    /// quicker. What is judged stays the same.
    pub fn gather_jobs(&mut self) {
        let Some(last_idx) = self.ticks.iter().rposition(|tick| !tick.jobs.is_empty()) else {
            return;
        };
        self.ticks.drain(..last_idx);
        if let Some(tick) = self.ticks.first_mut() {
            tick.jobs.start = 0;
        }
        let position_samples = self.position_samples;
        let is_past = |tick: &Tick| tick.end_samples <= position_samples;
        self.tick_idx = self.ticks.partition_point(is_past);
    }

    /// Back to the start of a hop.
    pub fn reset(&mut self) {
        self.tick_idx = 0;
        self.position_samples = 0;
        self.is_whole = true;
    }

    /// Samples since the hop began.
    pub fn position_samples(&self) -> usize {
        self.position_samples
    }

    /// Where in the hop its last job is due, samples.
    pub fn last_job_samples(&self) -> usize {
        let mut ticks = self.ticks.iter().rev();
        let last = ticks.find(|tick| !tick.jobs.is_empty());
        last.map_or(0, |tick| tick.end_samples)
    }

    /// Goes to another place in the hop, less than its length. Jobs that are left of the window under
    /// analysis are left out, since the first of them may be: the next window is that of the hop's end.
    pub fn align(&mut self, position_samples: usize) {
        let ticks = &self.ticks;
        self.tick_idx = ticks.partition_point(|tick| tick.end_samples <= position_samples);
        self.position_samples = position_samples;
        self.is_whole = false;
        if self.tick_idx == self.ticks.len() {
            self.reset();
        }
    }

    /// Samples to go until something is due; 0 where a hop is shorter than its ticks.
    fn samples_to_tick_end(&self) -> usize {
        self.ticks.get(self.tick_idx).map_or(0, |tick| {
            tick.end_samples.saturating_sub(self.position_samples)
        })
    }

    /// Moves on by `num_samples`, at most to the end of the tick; says so if that was reached.
    fn advance(&mut self, num_samples: usize) -> Option<Tick> {
        self.position_samples += num_samples;
        if self.samples_to_tick_end() > 0 {
            return None;
        }
        let mut tick = self.ticks.get(self.tick_idx).cloned();
        if let Some(tick) = tick.as_mut().filter(|_| !self.is_whole) {
            tick.jobs = 0..0;
        }
        self.tick_idx += 1;
        if self.tick_idx == self.ticks.len() {
            self.reset();
        }
        tick
    }
}

/// The samples of a block, cut at the ends of ticks. There is at least one piece, which may be empty.
pub struct Pieces {
    left: Range<usize>,
    is_over: bool,
}

impl Pieces {
    /// For a block of `num_samples`.
    pub fn of(num_samples: usize) -> Self {
        Self {
            left: 0..num_samples,
            is_over: false,
        }
    }

    /// Moves `schedule` on by the next piece of the block, which is to be processed before what is due at
    /// the tick that ends with it, if one does; `None` after the block's last.
    pub fn next(&mut self, schedule: &mut Schedule) -> Option<(Range<usize>, Option<Tick>)> {
        if self.is_over {
            return None;
        }
        let num_samples = schedule.samples_to_tick_end().min(self.left.len());
        let piece = self.left.start..self.left.start + num_samples;
        self.left.start = piece.end;
        self.is_over = self.left.is_empty();
        Some((piece, schedule.advance(num_samples)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_job_is_due_once_a_hop_in_order() {
        for (hop_samples, num_jobs) in [(256, 5), (235, 3), (1024, 33), (7, 4)] {
            let mut schedule = Schedule::new(hop_samples, num_jobs);
            let mut due = Vec::new();
            let mut num_samples = 0;
            let mut pieces = Pieces::of(hop_samples);
            let mut is_hop_end = false;
            while let Some((piece, tick)) = pieces.next(&mut schedule) {
                assert_eq!(piece.start, num_samples);
                num_samples = piece.end;
                let tick = tick.expect("a tick ends");
                due.extend(tick.jobs);
                is_hop_end = tick.is_hop_end;
            }
            assert!(is_hop_end && num_samples == hop_samples);
            assert_eq!(due, (0..num_jobs).collect::<Vec<_>>());
        }
    }

    #[test]
    fn in_a_hop_that_was_entered_in_its_midst_no_job_is_due() {
        let mut schedule = Schedule::new(256, 5);
        schedule.align(100);
        let mut pieces = Pieces::of(156 + 256);
        let (mut num_samples, mut due) = (0, Vec::new());
        while let Some((piece, tick)) = pieces.next(&mut schedule) {
            num_samples = piece.end;
            let tick = tick.expect("a tick ends");
            due.extend(tick.jobs.map(|job_idx| (job_idx, num_samples > 156)));
            assert_eq!(tick.is_hop_end, num_samples % 256 == 156);
        }
        assert_eq!(num_samples, 156 + 256);
        assert_eq!(
            due,
            (0..5).map(|job_idx| (job_idx, true)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn gathered_jobs_are_due_with_the_last_of_them() {
        for position_samples in [0, 100, 250] {
            let (mut spread, mut gathered) = (Schedule::new(256, 5), Schedule::new(256, 5));
            let last_samples = spread.last_job_samples();
            for schedule in [&mut spread, &mut gathered] {
                let mut pieces = Pieces::of(position_samples);
                while pieces.next(schedule).is_some() {}
            }
            gathered.gather_jobs();
            gathered.gather_jobs();
            assert_eq!(gathered.last_job_samples(), last_samples);
            assert_eq!(gathered.position_samples(), position_samples);
            let mut pieces = Pieces::of(512 - position_samples);
            let mut due = Vec::new();
            while let Some((_, tick)) = pieces.next(&mut gathered) {
                due.extend(tick.filter(|tick| !tick.jobs.is_empty()));
            }
            let num_hops = 1 + usize::from(position_samples < last_samples);
            assert_eq!(due.len(), num_hops, "from {position_samples}");
            assert!(due.iter().all(|tick| tick.jobs == (0..5)));
            assert_eq!(gathered.position_samples(), 0);
        }
    }

    #[test]
    fn an_empty_block_is_one_empty_piece_and_moves_nothing() {
        let mut schedule = Schedule::new(256, 3);
        let mut pieces = Pieces::of(0);
        assert_eq!(pieces.next(&mut schedule), Some((0..0, None)));
        assert_eq!(pieces.next(&mut schedule), None);
    }
}
