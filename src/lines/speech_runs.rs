//! Sums over stretches of speech, out of which those of any line are made: memory goes with how
//! often somebody speaks, not with how long.

/// Stretches of speech with shorter pauses than this are one run, s. More is left of a pause that ends
/// a line ([`crate::lines::line_span::MAX_GAP_S`]) after the hold before it (at most 260 ms), so a run never
/// holds parts of two.
const MAX_PAUSE_S: f64 = 0.05;

/// What is summed over the hops of a stretch.
pub trait Sum: Clone + Default {
    /// Adds the sums of another stretch.
    fn add(&mut self, other: &Self);
}

#[derive(Debug, Clone)]
struct Run<S> {
    start_s: f64,
    end_s: f64,
    num_hops: u32,
    sum: S,
}

/// Gathers hops of speech.
#[derive(Debug, Clone)]
pub struct SpeechRuns<S>(Vec<Run<S>>);

impl<S> Default for SpeechRuns<S> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<S: Sum> SpeechRuns<S> {
    /// The sums to which the hop of speech from `start_s` to `end_s` belongs; hops come in order.
    pub fn at(&mut self, start_s: f64, end_s: f64) -> &mut S {
        let continues = self
            .0
            .last()
            .is_some_and(|run| start_s - run.end_s < MAX_PAUSE_S);
        if !continues {
            self.0.push(Run {
                start_s,
                end_s,
                num_hops: 0,
                sum: S::default(),
            });
        }
        let last_idx = self.0.len() - 1;
        let run = &mut self.0[last_idx];
        run.end_s = end_s;
        run.num_hops += 1;
        &mut run.sum
    }

    /// Number of hops, and sums, of the line from `start_s` to `end_s`; `None` if nobody speaks
    /// there.
    pub fn between(&self, start_s: f64, end_s: f64) -> Option<(u32, S)> {
        let first = self.0.partition_point(|run| run.end_s <= start_s);
        total(self.0[first..].iter().take_while(|run| run.start_s < end_s))
    }

    /// Number of hops, and sums, of all speech.
    pub fn whole(&self) -> Option<(u32, S)> {
        total(self.0.iter())
    }
}

fn total<'a, S: Sum + 'a>(runs: impl Iterator<Item = &'a Run<S>>) -> Option<(u32, S)> {
    let (num_hops, sum) = runs.fold((0, S::default()), |(num_hops, mut sum), run| {
        sum.add(&run.sum);
        (num_hops + run.num_hops, sum)
    });
    (num_hops > 0).then_some((num_hops, sum))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Default)]
    struct Count(f64);

    impl Sum for Count {
        fn add(&mut self, other: &Self) {
            self.0 += other.0;
        }
    }

    #[test]
    fn a_line_has_the_sums_of_its_own_hops() {
        let mut runs = SpeechRuns::<Count>::default();
        for (start_s, value) in [(0.0, 1.0), (0.06, 2.0), (0.5, 4.0), (0.9, 8.0)] {
            runs.at(start_s, start_s + 0.005).0 += value;
        }
        let sum = |start_s, end_s| runs.between(start_s, end_s).map(|(n, sum)| (n, sum.0));
        assert_eq!(sum(0.0, 0.065), Some((2, 3.0)));
        assert_eq!(sum(0.5, 0.905), Some((2, 12.0)));
        assert_eq!(sum(0.1, 0.4), None);
        assert_eq!(runs.whole().map(|(n, sum)| (n, sum.0)), Some((4, 15.0)));
    }
}
