//! The clash list: one row per spoken line of the passes so far. A pass over the same place
//! replaces its rows.

use std::collections::{BTreeMap, VecDeque};

use crate::clash::verdict::Verdict;
use crate::found::{LeftOut, LineReport, Report, Source};
use crate::lines::confirmer::Confirmer;
use crate::lines::log::{ClashLog, Line, Summary};
use crate::lines::seconds::Segment;
use crate::lines::speech_means::SpeechMeans;
use crate::params::strikes::Strikes;
use crate::psycho::bands::PerBand;
use crate::snapshot::Snapshot;

/// Rows that are kept: some ten hours of dialogue. Beyond it the first ones go.
const MAX_ROWS: usize = 10_000;

/// A jump of the timeline that ends a pass, s: more than rounding, less than a frame.
const JUMP_S: f64 = 0.02;

/// Share of a row that a later pass must have covered to replace it.
const REPLACING_SHARE: f64 = 0.5;

/// Least gain of SII by the duck that counts as one: half of the last digit that is shown, so that a line
/// isn't called ducked with two equal figures.
const LEAST_SHOWN_SII: f32 = 0.005;

/// A row of the list.
#[derive(Debug, Clone)]
pub struct Row {
    /// Name of the row for as long as it lives.
    pub id: u64,
    /// The line, its worst bands, and what to do about it.
    pub report: LineReport,
    /// Mean SII of what was heard, with the cuts of the duck.
    pub heard_sii: f32,
    /// Mean powers of the dialogue and of the music per band, full scale = 1.
    pub band_power: [PerBand; 2],
    /// The line's hops, for means over rows.
    stretch: SpeechMeans,
    hop_s: f64,
    pass: u64,
}

impl Row {
    /// Where the line begins and ends, s from timeline position 0.
    pub fn span_s(&self) -> (f64, f64) {
        (self.report.line.start_s, self.report.line.end_s)
    }

    /// How the line fares under the music before any cut.
    pub fn verdict(&self) -> Verdict {
        self.report.line.verdict()
    }

    /// How the line fares under what was heard, with the cuts of the duck.
    pub fn heard_verdict(&self) -> Verdict {
        let figures = &self.report.line.figures;
        Verdict::new(self.heard_sii, figures.sii_without_music)
    }

    /// Whether the duck made a difference.
    pub fn is_ducked(&self) -> bool {
        self.heard_sii > self.report.line.figures.sii + LEAST_SHOWN_SII
    }

    /// Whether a pass from `from_s` to `now_s` has gone over enough of it to replace it.
    fn is_covered(&self, from_s: f64, now_s: f64) -> bool {
        let (start_s, end_s) = self.span_s();
        let covered_s = end_s.min(now_s) - start_s.max(from_s);
        covered_s >= REPLACING_SHARE * (end_s - start_s)
    }
}

/// All rows in order of time, and the line at hand.
#[derive(Debug, Default)]
pub struct ClashList {
    rows: Vec<Row>,
    confirmer: Confirmer,
    /// SII of what is heard in each hop that the confirmer holds back.
    held_sii: VecDeque<f32>,
    log: ClashLog,
    stretch: SpeechMeans,
    /// SII of what is heard, summed over the hops of `stretch`.
    heard_sii: f32,
    /// Powers per band of dialogue and music, summed over them.
    band_power: [PerBand; 2],
    /// The pass at hand: its number, where it began and where it is, s.
    pass: u64,
    pass_s: Option<(f64, f64)>,
    num_made: u64,
    last: Option<u64>,
}

impl ClashList {
    /// Takes in a hop of the timeline, with the SII of what is heard.
    pub fn push(&mut self, snapshot: &Snapshot, heard_sii: f32) {
        let hop_s = snapshot.hop_s();
        let (start_s, end_s) = snapshot.span_s();
        let from_s = match self.pass_s {
            Some((from_s, now_s)) if (start_s - now_s).abs() < JUMP_S => from_s,
            _ => {
                self.end_line(hop_s);
                self.pass += 1;
                start_s
            }
        };
        self.pass_s = Some((from_s, end_s));
        let mut decided = Vec::new();
        self.confirmer.push(snapshot, |hop| decided.push(*hop));
        self.held_sii.push_back(heard_sii);
        self.take(&decided, hop_s);
        self.drop_replaced(from_s, end_s);
    }

    /// Takes in hops of which it is known whether somebody speaks.
    fn take(&mut self, decided: &[Snapshot], hop_s: f64) {
        for hop in decided {
            let heard_sii = self.held_sii.pop_front().unwrap_or_default();
            self.log.push(hop);
            self.add_closed(hop_s);
            if hop.is_speech {
                self.stretch.add(hop);
                self.heard_sii += heard_sii;
                let levels = &hop.heard_levels();
                let powers = [&levels.dialogue_power, &levels.music_power];
                for (sums, powers) in self.band_power.iter_mut().zip(powers) {
                    for (sum, power) in sums.iter_mut().zip(powers) {
                        *sum += power;
                    }
                }
            }
        }
    }

    /// Makes rows of the lines that have ended.
    fn add_closed(&mut self, hop_s: f64) {
        for line in self.log.take_closed() {
            let stretch = std::mem::take(&mut self.stretch);
            self.add(line, stretch, hop_s);
        }
    }

    /// Removes rows of former passes of which this pass, now at `now_s`, has covered enough.
    fn drop_replaced(&mut self, from_s: f64, now_s: f64) {
        // Rows are in order of time: only those that begin before `now_s` can be concerned, and of
        // those only the last few reach into the pass if it has gone over the others already.
        let end = self.rows.partition_point(|row| row.span_s().0 < now_s);
        let pass = self.pass;
        let is_replaced = |row: &Row| row.pass != pass && row.is_covered(from_s, now_s);
        if self.rows[end.saturating_sub(4)..end]
            .iter()
            .any(is_replaced)
        {
            self.rows.retain(|row| !is_replaced(row));
        }
    }

    fn add(&mut self, line: Line, stretch: SpeechMeans, hop_s: f64) {
        let mut report = LineReport::new(line);
        // Only advice needed them, and they are most of a line's memory.
        report.line.levels = [].into();
        let num_hops = stretch.num_hops().max(1) as f32;
        let sums = std::mem::take(&mut self.band_power);
        self.num_made += 1;
        self.last = Some(self.num_made);
        let row = Row {
            id: self.num_made,
            report,
            heard_sii: std::mem::take(&mut self.heard_sii) / num_hops,
            band_power: sums.map(|sums| sums.map(|sum| sum / num_hops)),
            stretch,
            hop_s,
            pass: self.pass,
        };
        let at = self
            .rows
            .partition_point(|other| other.span_s().0 <= row.span_s().0);
        self.rows.insert(at, row);
        if self.rows.len() > MAX_ROWS {
            self.rows.remove(0);
        }
    }

    /// All rows of lines that have ended, in order of time.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row that came last, wherever it stands, unless it has been replaced.
    pub fn last(&self) -> Option<&Row> {
        self.row(self.last?)
    }

    /// The row with this name.
    pub fn row(&self, id: u64) -> Option<&Row> {
        self.rows.iter().rev().find(|row| row.id == id)
    }

    /// Means of the line that is being spoken; `None` while nobody speaks.
    pub fn open_stretch(&self) -> Option<&SpeechMeans> {
        (self.stretch.num_hops() > 0).then_some(&self.stretch)
    }

    /// Ends the line at hand, as when the transport stops.
    pub fn end_line(&mut self, hop_s: f64) {
        let mut decided = Vec::new();
        self.confirmer.drain(|hop| decided.push(*hop));
        self.take(&decided, hop_s);
        self.log.end_line();
        self.add_closed(hop_s);
        self.pass_s = None;
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let (pass, num_made) = (self.pass, self.num_made);
        *self = Self {
            pass,
            num_made,
            ..Self::default()
        };
    }

    /// The seconds of the rows that aren't struck, each as it was last heard.
    fn seconds(&self, struck: &Strikes) -> Vec<Segment> {
        let is_in_row = |segment: &Segment| {
            let end = self
                .rows
                .partition_point(|row| row.span_s().0 < segment.start_s + 1.0);
            self.rows[end.saturating_sub(4)..end]
                .iter()
                .any(|row| row.span_s().1 > segment.start_s && !struck.has(row.span_s()))
        };
        let by_time: BTreeMap<i64, Segment> = self
            .log
            .segments()
            .into_iter()
            .filter(is_in_row)
            .map(|segment| (segment.start_s as i64, segment))
            .collect();
        by_time.into_values().collect()
    }

    /// The rows that aren't struck as a report, as `underscore check` makes one of two files.
    pub fn report(&self, sample_rate_hz: u32, struck: &Strikes) -> Report {
        let is_counted = |row: &&Row| !struck.has(row.span_s());
        let counted: Vec<&Row> = self.rows.iter().filter(is_counted).collect();
        let mut whole = SpeechMeans::default();
        let (mut clash_hops, mut speech_s) = (0.0, 0.0);
        for row in &counted {
            whole.merge(&row.stretch);
            let num_hops = row.stretch.num_hops() as f64;
            clash_hops += f64::from(row.report.line.clash_percent) * num_hops;
            speech_s += num_hops * row.hop_s;
        }
        let source = Source {
            dialogue_channels: String::new(),
            music_channels: String::new(),
            dialogue: "sidechain".into(),
            music: "bus".into(),
            sample_rate_hz,
            notes: Vec::new(),
            is_heard: true,
            duration_s: self
                .rows
                .iter()
                .fold(0.0, |end_s: f64, row| end_s.max(row.span_s().1)),
        };
        let lines = counted.iter().map(|row| row.report.clone()).collect();
        let summary = Summary::new(&whole, speech_s, clash_hops);
        let left_out = LeftOut {
            num_lines: self.rows.len() - counted.len(),
            ..LeftOut::default()
        };
        Report {
            left_out,
            ..Report::of_lines(source, lines, self.seconds(struck), summary)
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;
    use crate::snapshot::Figures;

    pub(crate) const HOP_S: f64 = 0.005;

    /// A hop of 5 ms that ends at `end_s`, with speech of which the music leaves `left`.
    pub(crate) fn hop(end_s: f64, left: Option<f32>) -> Snapshot {
        let mut excess_band_db = [0.0; NUM_BANDS];
        excess_band_db[12] = 10.0 * (1.0 - left.unwrap_or(1.0));
        Snapshot {
            hop_samples: 240,
            position_samples: (end_s * 48_000.0).round() as i64,
            is_speech: left.is_some(),
            speech_hops: u32::from(left.is_some()),
            hop_figures: Figures {
                audibility: left.unwrap_or(0.0),
                audibility_without_music: 1.0,
                sii: left.unwrap_or(0.0),
                sii_without_music: 1.0,
            },
            dialogue_k_power: 0.1,
            music_k_power: 0.01,
            excess_band_db,
            ..Snapshot::default()
        }
    }

    /// Plays from `from_s` to `to_s`; `left_at` says what is left of the voice at a time.
    pub(crate) fn play(
        list: &mut ClashList,
        from_s: f64,
        to_s: f64,
        left_at: impl Fn(f64) -> Option<f32>,
    ) {
        let num_hops = ((to_s - from_s) / HOP_S).round() as i64;
        for hop_idx in 1..=num_hops {
            let end_s = from_s + hop_idx as f64 * HOP_S;
            list.push(&hop(end_s, left_at(end_s - 0.5 * HOP_S)), 0.6);
        }
    }

    fn two_lines(left: f32) -> impl Fn(f64) -> Option<f32> {
        move |time_s| {
            let is_speech = (1.0..2.0).contains(&time_s) || (3.0..5.0).contains(&time_s);
            is_speech.then_some(left)
        }
    }

    fn starts(list: &ClashList) -> Vec<(f64, f64, Verdict)> {
        let round = |t: f64| (t * 100.0).round() / 100.0;
        list.rows()
            .iter()
            .map(|row| (round(row.span_s().0), round(row.span_s().1), row.verdict()))
            .collect()
    }

    #[test]
    fn a_pass_gives_one_row_per_line() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 6.0, two_lines(0.2));
        let masked = Verdict::Masked;
        assert_eq!(starts(&list), [(1.0, 2.0, masked), (3.0, 5.0, masked)]);
        assert!(list.open_stretch().is_none());
        assert!(
            list.rows()
                .iter()
                .all(|row| (row.heard_sii - 0.6).abs() < 1e-3)
        );
        assert_eq!(list.last().map(Row::verdict), Some(masked));
    }

    #[test]
    fn the_same_place_again_replaces_its_rows() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 6.0, two_lines(0.2));
        play(&mut list, 2.5, 6.0, two_lines(0.9));
        let expected = [(1.0, 2.0, Verdict::Masked), (3.0, 5.0, Verdict::Clear)];
        assert_eq!(starts(&list), expected);
        // Muted dialogue leaves no row.
        play(&mut list, 0.0, 6.0, |_| None);
        assert!(list.rows().is_empty());
    }

    #[test]
    fn a_pass_over_a_part_of_a_line_replaces_it_from_its_half_on() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 6.0, two_lines(0.2));
        play(&mut list, 4.5, 6.0, two_lines(0.9));
        assert_eq!(list.rows().len(), 3);
        play(&mut list, 3.5, 6.0, two_lines(0.9));
        let clear = Verdict::Clear;
        assert_eq!(
            starts(&list),
            [(1.0, 2.0, Verdict::Masked), (3.5, 5.0, clear)]
        );
    }

    #[test]
    fn a_loop_ends_its_line_at_the_jump_and_keeps_one_row() {
        let mut list = ClashList::default();
        for _ in 0..4 {
            play(&mut list, 3.2, 4.8, two_lines(0.4));
        }
        list.end_line(HOP_S);
        assert_eq!(starts(&list), [(3.2, 4.8, Verdict::Strained)]);
    }

    #[test]
    fn the_transport_may_stop_within_a_line() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 1.5, two_lines(0.2));
        assert!(list.open_stretch().is_some());
        list.end_line(HOP_S);
        list.end_line(HOP_S);
        assert_eq!(starts(&list), [(1.0, 1.5, Verdict::Masked)]);
        assert!(list.open_stretch().is_none());
    }

    #[test]
    fn the_report_sums_up_the_rows() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 6.0, two_lines(0.5));
        let report = list.report(48_000, &Strikes::default());
        assert_eq!(report.lines.len(), 2);
        let seconds = report.segments.iter().map(|segment| segment.start_s);
        assert!(seconds.eq([1.0, 3.0, 4.0]));
        assert!((report.summary.speech_s - 3.0).abs() < 1e-9);
        assert!((report.summary.figures.sii - 0.5).abs() < 1e-5);
        assert!((report.summary.loudness_difference_lu - 10.0).abs() < 1e-3);
        assert!((report.summary.excess_band_db[12] - 5.0).abs() < 1e-4);
        list.clear();
        assert!(list.report(48_000, &Strikes::default()).lines.is_empty());
    }

    #[test]
    fn struck_rows_are_in_no_sum() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 6.0, two_lines(0.5));
        let mut struck = Strikes::default();
        struck.strike((1.0, 2.0));
        let report = list.report(48_000, &struck);
        assert_eq!((report.lines.len(), report.left_out.num_lines), (1, 1));
        assert!((report.summary.speech_s - 2.0).abs() < 1e-9);
        let seconds = report.segments.iter().map(|segment| segment.start_s);
        assert!(seconds.eq([3.0, 4.0]));
        // Heard again it is another row, but struck as well.
        play(&mut list, 0.5, 6.0, two_lines(0.4));
        assert_eq!(list.rows().len(), 2);
        assert_eq!(list.report(48_000, &struck).lines.len(), 1);
    }

    #[test]
    fn two_hours_stay_small() {
        let mut list = ClashList::default();
        play(&mut list, 0.0, 60.0, |time_s| {
            (time_s % 3.0 > 1.0).then_some(0.3)
        });
        assert!(
            list.rows()
                .iter()
                .all(|row| row.report.line.levels.is_empty())
        );
    }
}
