//! What was heard where on the timeline: a column per film frame, kept over passes and over
//! closing the window. A pass over the same place replaces what was there.

use std::collections::BTreeMap;

use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::snapshot::Snapshot;

/// Length of a column, s: a frame at 25 per second.
pub const COLUMN_S: f64 = 0.04;

/// Columns in a chunk: a minute.
const CHUNK_COLUMNS: i64 = 1500;

/// Chunks that are kept: three hours, 7.3 MB. Beyond it the chunk longest untouched goes.
const MAX_CHUNKS: usize = 180;

/// Steps of a stored excess in 1 dB: 0 to 63 dB fit a byte.
const STEPS_PER_DB: f32 = 4.0;

/// What a column, or several together, show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Whether the transport has been there.
    pub is_known: bool,
    /// Whether somebody speaks there.
    pub is_speech: bool,
    /// SII under the music, 0 to 1; 0 without speech.
    pub sii: f32,
    /// SII of what was heard, with the cuts of the duck, 0 to 1; 0 without speech.
    pub heard_sii: f32,
    /// How far the masking level stands above the dialogue, dB; 0 without speech.
    pub excess_band_db: PerBand,
}

impl Cell {
    /// Where the transport hasn't been.
    pub const UNKNOWN: Self = Self {
        is_known: false,
        is_speech: false,
        sii: 0.0,
        heard_sii: 0.0,
        excess_band_db: [0.0; NUM_BANDS],
    };
}

#[derive(Debug, Clone, Copy, Default)]
struct HistoryColumn {
    /// 0: unknown, 1: nobody speaks, 2: somebody speaks.
    state: u8,
    sii: u8,
    heard_sii: u8,
    excess: [u8; NUM_BANDS],
}

#[derive(Debug)]
struct Chunk {
    columns: Box<[HistoryColumn]>,
    /// When it was last written, in chunks written.
    touched: u64,
}

/// The history of an instance.
#[derive(Debug, Default)]
pub struct History {
    chunks: BTreeMap<i64, Chunk>,
    touches: u64,
    /// The column at hand and its sums.
    current: Option<Sums>,
}

#[derive(Debug, Clone, Copy)]
struct Sums {
    column_idx: i64,
    num_speech_hops: f32,
    sii: f32,
    heard_sii: f32,
    excess_band_db: PerBand,
}

impl History {
    /// Takes in a hop of the timeline, with the SII of what is heard.
    pub fn push(&mut self, snapshot: &Snapshot, heard_sii: f32) {
        let end_s = snapshot.end_s();
        let hop_s = snapshot.hop_s();
        let column_idx = ((end_s - 0.5 * hop_s) / COLUMN_S).floor() as i64;
        let mut sums = match self.current {
            Some(sums) if sums.column_idx == column_idx => sums,
            _ => Sums {
                column_idx,
                num_speech_hops: 0.0,
                sii: 0.0,
                heard_sii: 0.0,
                excess_band_db: [0.0; NUM_BANDS],
            },
        };
        if snapshot.is_speech {
            sums.num_speech_hops += 1.0;
            sums.sii += snapshot.figures.sii;
            sums.heard_sii += heard_sii;
            for (sum, excess_db) in sums.excess_band_db.iter_mut().zip(snapshot.excess_band_db) {
                *sum += excess_db;
            }
        }
        self.current = Some(sums);
        self.write(column_idx, sums.column());
    }

    fn write(&mut self, column_idx: i64, column: HistoryColumn) {
        let chunk_idx = column_idx.div_euclid(CHUNK_COLUMNS);
        if !self.chunks.contains_key(&chunk_idx) {
            self.make_room();
        }
        self.touches += 1;
        let chunk = self.chunks.entry(chunk_idx).or_insert_with(|| Chunk {
            columns: vec![HistoryColumn::default(); CHUNK_COLUMNS as usize].into(),
            touched: 0,
        });
        chunk.touched = self.touches;
        chunk.columns[column_idx.rem_euclid(CHUNK_COLUMNS) as usize] = column;
    }

    fn make_room(&mut self) {
        while self.chunks.len() >= MAX_CHUNKS {
            let oldest = self.chunks.iter().min_by_key(|(_, chunk)| chunk.touched);
            let Some(chunk_idx) = oldest.map(|(&chunk_idx, _)| chunk_idx) else {
                return;
            };
            self.chunks.remove(&chunk_idx);
        }
    }

    /// Columns `first` to `first + num_columns` as one: speech if there is any, the lowest SII and
    /// the greatest excess, so that a bad moment shows at any zoom.
    pub fn cell(&self, first: i64, num_columns: i64) -> Cell {
        let mut cell = Cell::UNKNOWN;
        let mut excess = [0; NUM_BANDS];
        let (mut sii, mut heard_sii) = (u8::MAX, u8::MAX);
        for column in (first..first + num_columns).filter_map(|idx| self.column(idx)) {
            cell.is_known |= column.state > 0;
            if column.state == 2 {
                cell.is_speech = true;
                sii = sii.min(column.sii);
                heard_sii = heard_sii.min(column.heard_sii);
                for (most, excess) in excess.iter_mut().zip(column.excess) {
                    *most = excess.max(*most);
                }
            }
        }
        if cell.is_speech {
            cell.sii = f32::from(sii) / 255.0;
            cell.heard_sii = f32::from(heard_sii) / 255.0;
            cell.excess_band_db = excess.map(|steps| f32::from(steps) / STEPS_PER_DB);
        }
        cell
    }

    fn column(&self, column_idx: i64) -> Option<&HistoryColumn> {
        let chunk = self.chunks.get(&column_idx.div_euclid(CHUNK_COLUMNS))?;
        chunk
            .columns
            .get(column_idx.rem_euclid(CHUNK_COLUMNS) as usize)
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Sums {
    fn column(&self) -> HistoryColumn {
        if self.num_speech_hops == 0.0 {
            return HistoryColumn {
                state: 1,
                ..HistoryColumn::default()
            };
        }
        HistoryColumn {
            state: 2,
            sii: (255.0 * self.sii / self.num_speech_hops).round() as u8,
            heard_sii: (255.0 * self.heard_sii / self.num_speech_hops).round() as u8,
            excess: self
                .excess_band_db
                .map(|sum_db| (STEPS_PER_DB * sum_db / self.num_speech_hops).round() as u8),
        }
    }
}

/// Columns that share a bin of a picture `width_px` wide of `span_s`, so that no bin is narrower
/// than a pixel. Bins begin at multiples of it, so the picture scrolls without shimmering.
pub fn columns_per_bin(span_s: f64, width_px: f32) -> i64 {
    let columns_per_px = span_s / COLUMN_S / f64::from(width_px.max(1.0));
    (columns_per_px.ceil() as i64).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hop of 5 ms that ends at `end_s`.
    fn hop(end_s: f64, excess_db: Option<f32>) -> Snapshot {
        let mut snapshot = Snapshot {
            hop_samples: 240,
            position_samples: (end_s * 48_000.0).round() as i64,
            is_speech: excess_db.is_some(),
            ..Snapshot::default()
        };
        snapshot.excess_band_db[12] = excess_db.unwrap_or(0.0);
        snapshot.figures.sii = 0.5;
        snapshot
    }

    fn push(history: &mut History, from_s: f64, seconds: f64, excess_db: Option<f32>) {
        for hop_idx in 1..=(seconds * 200.0).round() as i64 {
            history.push(&hop(from_s + hop_idx as f64 / 200.0, excess_db), 0.75);
        }
    }

    #[test]
    fn what_was_heard_stands_where_it_was_heard() {
        let mut history = History::default();
        push(&mut history, 3600.0, 0.4, None);
        push(&mut history, 3600.4, 0.4, Some(6.0));
        assert_eq!(history.cell(0, 10), Cell::UNKNOWN);
        let silent = history.cell(90_000, 10);
        assert!(silent.is_known && !silent.is_speech);
        let speech = history.cell(90_010, 10);
        assert!(speech.is_speech);
        assert_eq!(speech.excess_band_db[12], 6.0);
        assert!((speech.sii - 0.5).abs() < 0.01);
        assert!((speech.heard_sii - 0.75).abs() < 0.01);
        assert_eq!(history.cell(90_020, 100), Cell::UNKNOWN);
    }

    #[test]
    fn a_pass_over_the_same_place_replaces_it() {
        let mut history = History::default();
        push(&mut history, 10.0, 2.0, Some(9.0));
        push(&mut history, 11.0, 0.4, Some(2.0));
        assert_eq!(history.cell(275, 10).excess_band_db[12], 2.0);
        assert_eq!(history.cell(260, 10).excess_band_db[12], 9.0);
        push(&mut history, 10.0, 2.0, None);
        assert!(!history.cell(250, 50).is_speech);
    }

    #[test]
    fn several_columns_show_their_worst() {
        let mut history = History::default();
        push(&mut history, 0.0, 1.0, Some(3.0));
        push(&mut history, 0.4, 0.04, Some(12.0));
        assert_eq!(history.cell(0, 25).excess_band_db[12], 12.0);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let mut history = History::default();
        for minute in 0..300 {
            push(&mut history, f64::from(minute) * 60.0, 0.4, Some(3.0));
        }
        assert_eq!(history.chunks.len(), MAX_CHUNKS);
        assert!(!history.cell(0, 10).is_known);
        assert!(history.cell(299 * CHUNK_COLUMNS, 10).is_known);
        assert!(std::mem::size_of::<HistoryColumn>() <= 24);
    }

    #[test]
    fn positions_before_zero_have_a_place_too() {
        let mut history = History::default();
        push(&mut history, -1.0, 0.4, Some(3.0));
        assert!(history.cell(-25, 10).is_speech);
    }

    #[test]
    fn bins_are_never_narrower_than_a_pixel() {
        assert_eq!(columns_per_bin(10.0, 1000.0), 1);
        assert_eq!(columns_per_bin(600.0, 1000.0), 15);
        assert_eq!(columns_per_bin(600.0, 1001.0), 15);
        assert_eq!(columns_per_bin(10.0, 0.0), 250);
    }
}
