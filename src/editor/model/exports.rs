//! What is exported of what was heard: the list with its names and doubts, the course over time, the dips.

use crate::editor::model::Model;
use crate::editor::model::hop_history::COLUMN_S;
use crate::editor::model::line_list::Row;
use crate::found::Report;
use crate::found::dips::{Dip, DipLine};
use crate::found::trace::{MAX_COLUMNS, Moment, Trace};
use crate::params::strikes::Strikes;

impl Model {
    /// The rows that aren't struck, as a report, with what is wrong with the inputs. The music is called `track`, or
    /// what the plugin calls it if the host says no name.
    pub fn report(&self, struck: &Strikes, track: Option<&str>) -> Report {
        let mut report = self.lines.report(self.sample_rate_hz(), struck);
        if let Some(track) = track {
            report.source.music = track.to_owned();
        }
        report.add_doubts(self.inputs.doubts().to_vec());
        report
    }

    /// The course over time, from the timeline's begin to the end of the last row.
    pub fn trace(&self, struck: &Strikes) -> Trace {
        let rows: Vec<&Row> = self.counted(struck).collect();
        let end_s = rows
            .iter()
            .fold(0.0, |end_s: f64, row| end_s.max(row.span_s().1));
        let num_columns = (end_s / COLUMN_S).ceil().max(1.0) as usize;
        let step = num_columns.div_ceil(MAX_COLUMNS);
        let column_s = step as f64 * COLUMN_S;
        let moment = |idx: usize| {
            let cell = self.history.cell((idx * step) as i64, step as i64);
            let (from_s, to_s) = (idx as f64 * column_s, (idx + 1) as f64 * column_s);
            let row = rows
                .iter()
                .find(|row| row.span_s().0 < to_s && row.span_s().1 > from_s)?;
            let without = row.report.line.figures.sii_without_music;
            cell.is_speech.then_some(Moment {
                sii: cell.sii,
                sii_without_music: without.max(cell.sii),
                excess_band_db: cell.excess_band_db,
            })
        };
        let moments = (0..num_columns.div_ceil(step)).map(moment);
        let mut trace = Trace::of_moments(column_s, moments);
        for row in rows {
            let [dialogue, music] = &row.band_power;
            trace.add_line(row.span_s(), dialogue, music, self.newest.monitor_db_spl);
        }
        trace
    }

    /// Every dip, for the rows as they are numbered in the report.
    pub fn dips(&self, struck: &Strikes) -> Vec<Dip> {
        let line = |(row_idx, row): (usize, &Row)| DipLine {
            number: row_idx + 1,
            start_s: row.span_s().0,
            end_s: row.span_s().1,
            before: row.verdict(),
            after: row.heard_verdict(),
        };
        let lines: Vec<DipLine> = self.counted(struck).enumerate().map(line).collect();
        self.dips.dips(&lines)
    }

    fn counted(&self, struck: &Strikes) -> impl Iterator<Item = &Row> {
        let rows = self.lines.rows().iter();
        rows.filter(|row| !struck.has(row.span_s()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::model::line_list::tests::hop;
    use crate::link::Hop;
    use crate::params::display::Smoothing;
    use crate::psycho::bands::NUM_BANDS;
    use crate::settings::Pass;

    /// Four seconds of which every other one is spoken, with a cut in these.
    fn heard() -> Model {
        let mut model = Model::default();
        for hop_idx in 1..=800 {
            let end_s = f64::from(hop_idx) * 0.005;
            let is_speech = end_s % 2.0 > 1.0;
            let mut snapshot = hop(end_s, is_speech.then_some(0.2));
            if is_speech {
                (snapshot.cut_band_db, snapshot.loss_lu) = ([6.0; NUM_BANDS], 6.0);
            }
            let hop = Hop {
                snapshot,
                is_timeline: true,
                pass: Pass::default(),
                num_lost: 0,
            };
            model.push(&hop, Smoothing::default());
        }
        model.lines.end_line(0.005);
        model
    }

    #[test]
    fn exports_tell_of_the_same_lines_under_the_tracks_name() {
        let (model, struck) = (heard(), Strikes::default());
        let report = model.report(&struck, Some("Score"));
        assert_eq!(
            (report.lines.len(), report.source.music.as_str()),
            (2, "Score")
        );
        assert!(report.source.is_heard);
        assert_eq!(model.report(&struck, None).source.music, "bus");
        let trace = model.trace(&struck);
        let spoken: Vec<bool> = trace.moments().map(|moment| moment.is_some()).collect();
        let share = |from: f64, to: f64| {
            let place = |time_s: f64| (time_s / trace.column_s()).round() as usize;
            let part = &spoken[place(from)..place(to)];
            part.iter().filter(|is| **is).count() as f64 / part.len() as f64
        };
        assert!(share(0.0, 0.9) == 0.0 && share(1.1, 1.9) == 1.0);
        let span_s = model.lines.rows()[0].span_s();
        assert!(trace.spectra(span_s.0, span_s.1).is_some());
    }

    #[test]
    fn dips_name_the_lines_by_their_numbers_in_the_list() {
        let (model, mut struck) = (heard(), Strikes::default());
        let numbers = |struck: &Strikes| -> Vec<Option<usize>> {
            let dips = model.dips(struck);
            dips.iter()
                .map(|dip| dip.line.map(|line| line.number))
                .collect()
        };
        assert_eq!(numbers(&struck), [Some(1), Some(2)]);
        let dip = &model.dips(&struck)[0];
        assert!(
            (dip.loss_lu - 6.0).abs() < 0.1 && (dip.start_s - 1.0).abs() < 0.03,
            "{dip:?}"
        );
        struck.strike(model.lines.rows()[0].span_s());
        assert_eq!(numbers(&struck), [None, Some(1)]);
    }
}
