//! Where a duck took something out of the music, how much, and for which line.

use std::collections::BTreeMap;

use crate::clash::verdict::Verdict;
use crate::dsp::units::db_from_power_f64;
use crate::psycho::bands::{NUM_BANDS, PerBand};

/// Length of a cell of the trace, s: less than a frame at any rate.
const CELL_S: f64 = 0.02;

/// Cuts below this in every band are no dip, dB: nobody hears them, and the release after a line ends in them.
pub const LEAST_CUT_DB: f32 = 0.1;

/// Cells that are kept: six hours of cuts, some 60 MB. Beyond it the first ones go.
const MAX_CELLS: usize = 1 << 20;

/// What was taken in one cell of time.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    /// K-weighted power of the music, and what was left of it; sums over hops.
    before_power: f64,
    after_power: f64,
    /// The deepest cut, dB, and the band that has it.
    deepest_db: f32,
    deepest_band: usize,
}

/// The cuts over time: what is heard again replaces what was there. Only time with cuts takes memory.
#[derive(Debug, Default)]
pub struct DipTrace {
    cells: BTreeMap<i64, Cell>,
    /// The cell at hand, which is complete when another begins.
    open: Option<(i64, Cell)>,
}

/// A line of the list, and how it fares without and with the cuts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DipLine {
    /// Number of the line in its list, from 1.
    pub number: usize,
    /// First word, s.
    pub start_s: f64,
    /// Last sound, s.
    pub end_s: f64,
    /// Under the music as it was.
    pub before: Verdict,
    /// Under the ducked music.
    pub after: Verdict,
}

/// A stretch of time in which something was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Dip {
    /// Where the cut begins, s.
    pub start_s: f64,
    /// Where it has gone, s.
    pub end_s: f64,
    /// Loudness that the music lost over the stretch, LU.
    pub loss_lu: f32,
    /// The deepest cut of any band at any time, dB.
    pub deepest_db: f32,
    /// The band that has it, 0 to 20.
    pub deepest_band: usize,
    /// The line for which it was taken; `None` if no line of the list lies there.
    pub line: Option<DipLine>,
}

impl DipTrace {
    /// Takes the cut of a moment, dB per band, with the K-weighted power of the music (full scale = 1) and the
    /// share of it that the cut leaves, 0 to 1.
    pub fn push(&mut self, time_s: f64, cut_db: &PerBand, k_power: f32, share_left: f32) {
        let cell_idx = (time_s / CELL_S).floor() as i64;
        if self.open.is_none_or(|(open_idx, _)| open_idx != cell_idx) {
            self.close();
            self.open = Some((cell_idx, Cell::default()));
        }
        let Some((_, cell)) = &mut self.open else {
            return;
        };
        cell.before_power += f64::from(k_power);
        cell.after_power += f64::from(k_power * share_left);
        for (band_idx, &cut_db) in cut_db.iter().enumerate() {
            if cut_db > cell.deepest_db {
                (cell.deepest_db, cell.deepest_band) = (cut_db, band_idx);
            }
        }
    }

    /// No more comes of the passage at hand.
    pub fn close(&mut self) {
        if let Some((cell_idx, cell)) = self.open.take() {
            match cell.deepest_db >= LEAST_CUT_DB {
                true => self.cells.insert(cell_idx, cell),
                false => self.cells.remove(&cell_idx),
            };
            if self.cells.len() > MAX_CELLS {
                self.cells.pop_first();
            }
        }
    }

    /// Forgets all cuts.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Every dip in order of time. `lines` are those of the list in order of time: a cut that goes on from one to
    /// the next is two dips, parted where least is taken between the two.
    pub fn dips(&self, lines: &[DipLine]) -> Vec<Dip> {
        let open = self
            .open
            .filter(|(_, cell)| cell.deepest_db >= LEAST_CUT_DB);
        let mut cells = self.cells.clone();
        if let Some((open_idx, _)) = self.open {
            cells.remove(&open_idx);
        }
        cells.extend(open);
        let cells: Vec<(i64, Cell)> = cells.into_iter().collect();
        let stretches = cells.chunk_by(|before, after| after.0 == before.0 + 1);
        stretches
            .flat_map(|stretch| parted(stretch, lines))
            .collect()
    }
}

/// The dips of a stretch without a gap.
fn parted(stretch: &[(i64, Cell)], lines: &[DipLine]) -> Vec<Dip> {
    let (start_s, end_s) = span_s(stretch);
    let within: Vec<&DipLine> = lines
        .iter()
        .filter(|line| line.start_s < end_s && line.end_s > start_s)
        .collect();
    let mut dips = Vec::new();
    let mut rest = stretch;
    for pair in within.windows(2) {
        let [line, next] = pair else { continue };
        let (dip, later) = rest.split_at(parting(rest, line.end_s, next.start_s));
        dips.extend(dip_of(dip, Some(**line)));
        rest = later;
    }
    dips.extend(dip_of(rest, within.last().map(|line| **line)));
    dips
}

/// The place in `cells` where least is taken from `from_s` to `to_s`, or the one of `to_s` if nothing lies between.
fn parting(cells: &[(i64, Cell)], from_s: f64, to_s: f64) -> usize {
    let place = |time_s: f64| {
        let cell_idx = (time_s / CELL_S).floor() as i64;
        cells.partition_point(|(idx, _)| *idx < cell_idx)
    };
    let (from, to) = (place(from_s), place(to_s));
    let between = cells.get(from..to).unwrap_or_default();
    let least = between
        .iter()
        .enumerate()
        .min_by(|(_, (_, one)), (_, (_, other))| one.deepest_db.total_cmp(&other.deepest_db));
    least.map_or(to, |(idx, _)| from + idx)
}

fn span_s(cells: &[(i64, Cell)]) -> (f64, f64) {
    let first = cells.first().map_or(0, |(idx, _)| *idx);
    let last = cells.last().map_or(first, |(idx, _)| *idx + 1);
    (first as f64 * CELL_S, last as f64 * CELL_S)
}

fn dip_of(cells: &[(i64, Cell)], line: Option<DipLine>) -> Option<Dip> {
    let (_, deepest) = cells
        .iter()
        .max_by(|(_, one), (_, other)| one.deepest_db.total_cmp(&other.deepest_db))?;
    let (start_s, end_s) = span_s(cells);
    let before: f64 = cells.iter().map(|(_, cell)| cell.before_power).sum();
    let after: f64 = cells.iter().map(|(_, cell)| cell.after_power).sum();
    let loss_lu = match after > 0.0 {
        true => db_from_power_f64(before / after).max(0.0) as f32,
        false => 0.0,
    };
    Some(Dip {
        start_s,
        end_s,
        loss_lu,
        deepest_db: deepest.deepest_db,
        deepest_band: deepest.deepest_band.min(NUM_BANDS - 1),
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOP_S: f64 = 0.005;

    /// Pushes `cut_db` in band 7 from `from_s` to `to_s` into music of power 1, of which the cut leaves a half.
    fn push(trace: &mut DipTrace, from_s: f64, to_s: f64, cut_db: f32) {
        let num_hops = ((to_s - from_s) / HOP_S).round() as usize;
        for hop_idx in 0..num_hops {
            let mut cut = [0.0; NUM_BANDS];
            cut[7] = cut_db;
            let share_left = if cut_db > 0.0 { 0.5 } else { 1.0 };
            trace.push(
                from_s + (hop_idx as f64 + 0.5) * HOP_S,
                &cut,
                1.0,
                share_left,
            );
        }
    }

    fn line(number: usize, start_s: f64, end_s: f64) -> DipLine {
        DipLine {
            number,
            start_s,
            end_s,
            before: Verdict::Masked,
            after: Verdict::Clear,
        }
    }

    #[test]
    fn a_dip_says_where_how_much_and_for_which_line() {
        let mut trace = DipTrace::default();
        push(&mut trace, 0.0, 1.0, 0.0);
        push(&mut trace, 1.0, 2.0, 6.0);
        push(&mut trace, 2.0, 5.0, 0.05);
        push(&mut trace, 5.0, 5.5, 3.0);
        push(&mut trace, 5.5, 6.0, 0.0);
        let dips = trace.dips(&[line(1, 1.1, 1.8), line(2, 8.0, 9.0)]);
        let [first, second] = &dips[..] else {
            panic!("{dips:?}");
        };
        assert!((first.start_s - 1.0).abs() < 1e-9 && (first.end_s - 2.0).abs() < 1e-9);
        assert!((first.loss_lu - 3.0103).abs() < 1e-3);
        assert_eq!((first.deepest_db, first.deepest_band), (6.0, 7));
        assert_eq!(first.line.map(|line| line.number), Some(1));
        assert!((second.start_s - 5.0).abs() < 1e-9 && second.line.is_none());
    }

    #[test]
    fn a_cut_that_stays_down_between_lines_is_parted_where_it_is_least() {
        let mut trace = DipTrace::default();
        push(&mut trace, 1.0, 2.2, 6.0);
        push(&mut trace, 2.2, 2.3, 2.0);
        push(&mut trace, 2.3, 4.0, 6.0);
        let dips = trace.dips(&[line(1, 1.1, 2.0), line(2, 2.5, 3.9)]);
        let numbers: Vec<usize> = dips
            .iter()
            .filter_map(|dip| Some(dip.line?.number))
            .collect();
        assert_eq!(numbers, [1, 2]);
        assert!((dips[0].end_s - 2.2).abs() < 0.021, "{dips:?}");
        assert_eq!(dips[0].end_s, dips[1].start_s);
    }

    #[test]
    fn what_is_heard_again_replaces_what_was_there() {
        let mut trace = DipTrace::default();
        push(&mut trace, 1.0, 2.0, 6.0);
        push(&mut trace, 0.9, 1.5, 0.0);
        push(&mut trace, 7.0, 7.1, 0.0);
        let dips = trace.dips(&[]);
        assert_eq!(dips.len(), 1);
        assert!((dips[0].start_s - 1.5).abs() < 1e-9);
        trace.clear();
        assert!(trace.dips(&[]).is_empty());
    }
}
