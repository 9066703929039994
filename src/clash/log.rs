//! The clash log: snapshots in, spoken lines out. It allocates, so it runs off the audio thread or
//! where no audio thread is.

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::Snapshot;

/// Silences shorter than this don't split a line, s: pauses between words and at commas are
/// shorter, pauses between sentences mostly longer.
pub const MAX_GAP_S: f64 = 0.350;

/// One spoken line. Times are s from timeline position 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    /// Where the line's first hop begins.
    pub start_s: f64,
    /// Where the line's last hop ends.
    pub end_s: f64,
    /// Mean clash over the hops in which somebody speaks, 0 to 100 %.
    pub clash_percent: f32,
    /// Mean excess of each band over the same hops, dB; 0 or more.
    pub excess_band_db: PerBand,
}

/// All lines together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// Time for which somebody speaks, s; pauses inside lines left out.
    pub speech_s: f64,
    /// Mean clash over speech, 0 to 100 %; 0 without speech.
    pub clash_percent: f32,
    /// Mean excess of each band over speech, dB; 0 without speech.
    pub excess_band_db: PerBand,
}

/// Gathers hops into [`Line`]s.
#[derive(Debug, Clone, Default)]
pub struct ClashLog {
    closed: Vec<Line>,
    open: Option<OpenLine>,
    whole: Sums,
    speech_s: f64,
}

#[derive(Debug, Clone)]
struct OpenLine {
    start_s: f64,
    end_s: f64,
    sums: Sums,
}

#[derive(Debug, Clone, Default)]
struct Sums {
    num_hops: u64,
    clash_percent: f64,
    excess_band_db: [f64; NUM_BANDS],
}

impl ClashLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next hop. A jump of the timeline, back or by more than [`MAX_GAP_S`], ends the
    /// current line.
    pub fn push(&mut self, snapshot: &Snapshot) {
        let hop_s = f64::from(snapshot.hop_samples) / snapshot.sample_rate_hz;
        let end_s = snapshot.position_samples as f64 / snapshot.sample_rate_hz;
        let start_s = end_s - hop_s;
        // Half a hop of slack, so that rounding is never taken for a jump.
        let continues = self.open.as_ref().is_some_and(|line| {
            let gap_s = start_s - line.end_s;
            (-0.5 * hop_s..MAX_GAP_S).contains(&gap_s)
        });
        if !continues {
            self.closed.extend(self.open.take().map(|line| line.line()));
        }
        if !snapshot.is_speech {
            return;
        }
        self.speech_s += hop_s;
        self.whole.add(snapshot);
        let line = self.open.get_or_insert_with(|| OpenLine {
            start_s,
            end_s,
            sums: Sums::default(),
        });
        line.end_s = end_s;
        line.sums.add(snapshot);
    }

    /// Every line so far in the order of its coming, the one still spoken included.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        self.closed
            .iter()
            .copied()
            .chain(self.open.iter().map(OpenLine::line))
    }

    /// All speech so far.
    pub fn summary(&self) -> Summary {
        Summary {
            speech_s: self.speech_s,
            clash_percent: self.whole.mean_clash_percent(),
            excess_band_db: self.whole.mean_excess_band_db(),
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl OpenLine {
    fn line(&self) -> Line {
        Line {
            start_s: self.start_s,
            end_s: self.end_s,
            clash_percent: self.sums.mean_clash_percent(),
            excess_band_db: self.sums.mean_excess_band_db(),
        }
    }
}

impl Sums {
    fn add(&mut self, snapshot: &Snapshot) {
        self.num_hops += 1;
        self.clash_percent += f64::from(snapshot.clash_percent);
        for (sum_db, &excess_db) in self.excess_band_db.iter_mut().zip(&snapshot.excess_band_db) {
            *sum_db += f64::from(excess_db);
        }
    }

    fn mean_clash_percent(&self) -> f32 {
        self.mean(self.clash_percent)
    }

    fn mean_excess_band_db(&self) -> PerBand {
        self.excess_band_db.map(|sum_db| self.mean(sum_db))
    }

    fn mean(&self, sum: f64) -> f32 {
        (sum / self.num_hops.max(1) as f64) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    const HOP: u32 = 240;

    /// Pushes `num_hops` hops of 5 ms that follow `position_samples`, and moves it on.
    fn push(log: &mut ClashLog, position_samples: &mut i64, num_hops: usize, clash: Option<f32>) {
        for _ in 0..num_hops {
            *position_samples += i64::from(HOP);
            let mut excess_band_db = [0.0; NUM_BANDS];
            excess_band_db[12] = clash.unwrap_or(0.0) / 10.0;
            log.push(&Snapshot {
                sample_rate_hz: RATE_HZ,
                hop_samples: HOP,
                position_samples: *position_samples,
                is_speech: clash.is_some(),
                clash_percent: clash.unwrap_or(0.0),
                excess_band_db,
                ..Snapshot::default()
            });
        }
    }

    fn spans(log: &ClashLog) -> Vec<(f64, f64)> {
        let round = |t: f64| (t * 1000.0).round() / 1000.0;
        log.lines()
            .map(|line| (round(line.start_s), round(line.end_s)))
            .collect()
    }

    #[test]
    fn a_gap_of_350_ms_splits_and_a_shorter_one_does_not() {
        for (gap_hops, expected) in [
            (69, vec![(0.1, 0.645)]),
            (70, vec![(0.1, 0.2), (0.55, 0.65)]),
        ] {
            let (mut log, mut position) = (ClashLog::new(), 0);
            push(&mut log, &mut position, 20, None);
            push(&mut log, &mut position, 20, Some(10.0));
            push(&mut log, &mut position, gap_hops, None);
            push(&mut log, &mut position, 20, Some(10.0));
            assert_eq!(spans(&log), expected, "gap of {} ms", gap_hops * 5);
        }
    }

    #[test]
    fn means_are_over_speech_only() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 10, Some(60.0));
        push(&mut log, &mut position, 30, None);
        push(&mut log, &mut position, 30, Some(20.0));
        let line = log.lines().next().unwrap();
        assert!((line.clash_percent - 30.0).abs() < 1e-4);
        assert!((line.excess_band_db[12] - 3.0).abs() < 1e-5);
        let summary = log.summary();
        assert!((summary.speech_s - 0.2).abs() < 1e-9);
        assert!((summary.clash_percent - 30.0).abs() < 1e-4);
    }

    #[test]
    fn the_summary_weighs_lines_by_their_speech() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 100, Some(0.0));
        push(&mut log, &mut position, 100, None);
        push(&mut log, &mut position, 300, Some(80.0));
        assert_eq!(log.lines().count(), 2);
        assert!((log.summary().clash_percent - 60.0).abs() < 1e-3);
    }

    #[test]
    fn a_jump_back_starts_a_new_line() {
        let (mut log, mut position) = (ClashLog::new(), 480_000);
        push(&mut log, &mut position, 20, Some(5.0));
        position = 48_000;
        push(&mut log, &mut position, 20, Some(5.0));
        assert_eq!(spans(&log), [(10.0, 10.1), (1.0, 1.1)]);
    }

    #[test]
    fn without_speech_there_is_nothing() {
        let (mut log, mut position) = (ClashLog::new(), 0);
        push(&mut log, &mut position, 500, None);
        assert_eq!(log.lines().count(), 0);
        assert_eq!(log.summary().clash_percent, 0.0);
        assert_eq!(log.summary().speech_s, 0.0);
    }
}
