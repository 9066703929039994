//! What the pictures of a report are drawn from: the whole reel at a bounded resolution, and the
//! spectra of what was said.

use crate::clash::meter::SiiMeter;
use crate::dsp::units::{SILENCE_DB, db_from_power};
use crate::lines::speech_runs::{SpeechRuns, Sum};
use crate::psycho::bands::PerBand;
use crate::snapshot::{Figures, Snapshot};

/// Most columns of a reel; at least half as many unless it is short.
pub const MAX_COLUMNS: usize = 512;

/// Means over the speech of one column of the reel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// SII under the music, 0 to 1.
    pub sii: f32,
    /// Mean SII without the music.
    pub sii_without_music: f32,
    /// How far the masking level stands above the dialogue, dB.
    pub excess_band_db: PerBand,
}

/// Levels of the mean power while a line is spoken, dBFS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectra {
    /// The dialogue.
    pub dialogue_band_dbfs: PerBand,
    /// Below which the music hides a voice.
    pub masking_band_dbfs: PerBand,
}

#[derive(Debug, Clone, Copy, Default)]
struct TraceColumn {
    num_hops: u32,
    num_speech_hops: u32,
    figures: Figures,
    excess_band_db: PerBand,
}

/// Mean squares per band, summed over hops.
#[derive(Debug, Clone, Copy, Default)]
struct Powers {
    dialogue: PerBand,
    music: PerBand,
}

impl Sum for Powers {
    fn add(&mut self, other: &Self) {
        add(&mut self.dialogue, &other.dialogue);
        add(&mut self.music, &other.music);
    }
}

/// Gathers hops for the pictures. Memory: [`MAX_COLUMNS`] columns whatever the length, and 200
/// bytes for each stretch of speech.
#[derive(Debug, Clone)]
pub struct Trace {
    columns: Vec<TraceColumn>,
    /// Hops in a whole column.
    column_hops: u32,
    hop_s: f64,
    runs: SpeechRuns<Powers>,
    monitor_db_spl: f32,
    meter: SiiMeter,
}

impl Default for Trace {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            column_hops: 1,
            hop_s: 0.0,
            runs: SpeechRuns::default(),
            monitor_db_spl: 0.0,
            meter: SiiMeter::new(),
        }
    }
}

impl Trace {
    /// A trace of what is known otherwise than hop by hop: columns of `column_s` from time 0 on, at most
    /// [`MAX_COLUMNS`]; `None` where nobody speaks. Its lines have no spectra until they are [added](Self::add_line).
    pub fn of_moments(column_s: f64, moments: impl Iterator<Item = Option<Moment>>) -> Self {
        let column = |moment: Option<Moment>| match moment {
            None => TraceColumn {
                num_hops: 1,
                ..TraceColumn::default()
            },
            Some(moment) => TraceColumn {
                num_hops: 1,
                num_speech_hops: 1,
                figures: Figures {
                    sii: moment.sii,
                    sii_without_music: moment.sii_without_music,
                    ..Figures::default()
                },
                excess_band_db: moment.excess_band_db,
            },
        };
        Self {
            columns: moments.take(MAX_COLUMNS).map(column).collect(),
            hop_s: column_s,
            ..Self::default()
        }
    }

    /// Adds the mean powers per band of a line, full scale = 1, at monitors of `monitor_db_spl`; lines come in order
    /// of time.
    pub fn add_line(
        &mut self,
        (start_s, end_s): (f64, f64),
        dialogue_power: &PerBand,
        music_power: &PerBand,
        monitor_db_spl: f32,
    ) {
        let powers = self.runs.at(start_s, end_s);
        add(&mut powers.dialogue, dialogue_power);
        add(&mut powers.music, music_power);
        self.monitor_db_spl = monitor_db_spl;
    }

    /// Takes in the next hop; hops follow each other without gaps.
    pub fn push(&mut self, snapshot: &Snapshot) {
        self.hop_s = snapshot.hop_s();
        match self.columns.last_mut() {
            Some(column) if column.num_hops < self.column_hops => column.add(snapshot),
            _ => {
                if self.columns.len() == MAX_COLUMNS {
                    self.halve();
                }
                let mut column = TraceColumn::default();
                column.add(snapshot);
                self.columns.push(column);
            }
        }
        if snapshot.is_speech {
            let (start_s, end_s) = snapshot.span_s();
            let powers = self.runs.at(start_s, end_s);
            add(&mut powers.dialogue, &snapshot.levels.dialogue_power);
            add(&mut powers.music, &snapshot.heard_levels().music_power);
            self.monitor_db_spl = snapshot.monitor_db_spl;
        }
    }

    fn halve(&mut self) {
        self.columns = self
            .columns
            .chunks(2)
            .map(|pair| {
                pair.iter().fold(TraceColumn::default(), |mut sum, column| {
                    sum.merge(column);
                    sum
                })
            })
            .collect();
        self.column_hops *= 2;
    }

    /// The reel in columns of [`Trace::column_s`]; `None` where nobody speaks.
    pub fn moments(&self) -> impl Iterator<Item = Option<Moment>> {
        self.columns.iter().map(TraceColumn::moment)
    }

    /// Length of a column, s.
    pub fn column_s(&self) -> f64 {
        f64::from(self.column_hops) * self.hop_s
    }

    /// Mean spectra of the line from `start_s` to `end_s`; `None` if nobody speaks there.
    pub fn spectra(&self, start_s: f64, end_s: f64) -> Option<Spectra> {
        let (num_hops, sum) = self.runs.between(start_s, end_s)?;
        let mean = |powers: PerBand| powers.map(|power| power / num_hops as f32);
        let masking = self.meter.masking(&mean(sum.music), self.monitor_db_spl);
        Some(Spectra {
            dialogue_band_dbfs: mean(sum.dialogue).map(db_from_power),
            masking_band_dbfs: masking.dbfs.map(|dbfs| dbfs.max(SILENCE_DB)),
        })
    }
}

impl TraceColumn {
    fn add(&mut self, snapshot: &Snapshot) {
        self.num_hops += 1;
        if !snapshot.is_speech {
            return;
        }
        self.num_speech_hops += 1;
        self.figures += snapshot.hop_figures;
        add(&mut self.excess_band_db, &snapshot.excess_band_db);
    }

    fn merge(&mut self, other: &Self) {
        self.num_hops += other.num_hops;
        self.num_speech_hops += other.num_speech_hops;
        self.figures += other.figures;
        add(&mut self.excess_band_db, &other.excess_band_db);
    }

    fn moment(&self) -> Option<Moment> {
        let num_hops = self.num_speech_hops as f32;
        (self.num_speech_hops > 0).then(|| {
            let figures = self.figures / num_hops;
            Moment {
                sii: figures.sii,
                sii_without_music: figures.sii_without_music,
                excess_band_db: self.excess_band_db.map(|sum_db| sum_db / num_hops),
            }
        })
    }
}

fn add(sums: &mut PerBand, values: &PerBand) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;
    use crate::snapshot::HopLevels;

    /// `num_hops` hops of 5 ms; speech where `is_speech` says so.
    fn trace(num_hops: i64, is_speech: impl Fn(i64) -> bool) -> Trace {
        let mut trace = Trace::default();
        for hop_idx in 0..num_hops {
            trace.push(&Snapshot {
                sample_rate_hz: 48_000.0,
                hop_samples: 240,
                position_samples: (hop_idx + 1) * 240,
                is_speech: is_speech(hop_idx),
                levels: HopLevels {
                    dialogue_power: [if hop_idx < 200 || hop_idx % 2 == 1 {
                        1e-3
                    } else {
                        1e-1
                    }; NUM_BANDS],
                    music_power: [1e-2; NUM_BANDS],
                },
                excess_band_db: [2.0; NUM_BANDS],
                ..Snapshot::default()
            });
        }
        trace
    }

    #[test]
    fn columns_stay_few_and_cover_the_whole_reel() {
        for num_hops in [1, 511, 512, 513, 5_000, 1_440_001] {
            let trace = trace(num_hops, |_| false);
            let num_columns = trace.moments().count();
            assert!(num_columns <= MAX_COLUMNS, "{num_hops}: {num_columns}");
            let covered_s = num_columns as f64 * trace.column_s();
            let length_s = num_hops as f64 * 0.005;
            let slack_s = trace.column_s() + 1e-9;
            assert!((0.0..slack_s).contains(&(covered_s - length_s + 1e-9)));
        }
    }

    #[test]
    fn means_are_over_speech_only() {
        let trace = trace(4_096, |hop_idx| hop_idx % 4 == 0);
        let moments: Vec<Moment> = trace.moments().flatten().collect();
        assert_eq!(moments.len(), MAX_COLUMNS);
        assert!(moments.iter().all(|moment| moment.excess_band_db[7] == 2.0));
    }

    #[test]
    fn the_spectra_of_a_line_are_those_of_its_speech() {
        let trace = trace(400, |hop_idx| (0..10).contains(&hop_idx) || hop_idx >= 200);
        let spectra = trace.spectra(0.0, 0.05).unwrap();
        assert!((spectra.dialogue_band_dbfs[0] + 30.0).abs() < 1e-3);
        let spectra = trace.spectra(1.0, 2.0).unwrap();
        // Half of the time -10 dBFS and half of it -30 dBFS.
        assert!((spectra.dialogue_band_dbfs[0] + 12.967).abs() < 1e-2);
        // The music's own level and what spreads from lower bands.
        assert!((-20.1..-15.0).contains(&spectra.masking_band_dbfs[20]));
        assert_eq!(trace.spectra(0.06, 0.9), None);
    }
}
