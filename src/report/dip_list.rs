//! What a duck took, dip by dip: the table and the markers. Which forms there are is in [`crate::report::form`].

use serde_json::{Value, json};

use crate::clash::verdict::Verdict;
use crate::found::Source;
use crate::found::compare::UNSURE;
use crate::found::dips::{Dip, DipLine};
use crate::psycho::bands::NOMINAL_HZ;
use crate::report::export::cell_text::{CsvStyle, disarmed};
use crate::report::export::{Marker, colour, cue_text};
use crate::report::json::rounded::{hundredths, seconds};
use crate::timeline::Timeline;
use crate::words::one_line;

/// Marks a dip of which no line of the list is the reason; every editor has it.
const NO_LINE_COLOUR: &str = "BLUE";

/// The dips of a duck with what is known about them.
#[derive(Debug, Clone, Copy)]
pub struct DipList<'a> {
    /// Every dip in order of time.
    pub dips: &'a [Dip],
    /// Whether the inputs are such that no line can be called clear.
    pub is_doubtful: bool,
    /// What the music is.
    pub source: &'a Source,
    /// How times are told.
    pub timeline: &'a Timeline,
}

/// A row of the list.
struct DipRow<'a> {
    number: usize,
    dip: &'a Dip,
    list: &'a DipList<'a>,
}

/// A column of the table: one value, empty where it isn't known.
struct DipField {
    name: &'static str,
    text: fn(&DipRow) -> String,
}

/// The columns of the CSV table. Programs read them by name and place: they are only ever added to, at the end.
const FIELDS: [DipField; 17] = [
    field("number", |row| row.number.to_string()),
    field("cue", |row| row.cue()),
    field("start_s", |row| format!("{:.3}", row.dip.start_s)),
    field("end_s", |row| format!("{:.3}", row.dip.end_s)),
    field("start", |row| row.list.timeline.start_text(row.dip.start_s)),
    field("end", |row| row.list.timeline.end_text(row.dip.end_s)),
    field("fps", |row| {
        row.list.timeline.rate_name().unwrap_or_default().into()
    }),
    field("bar", |row| {
        let place = row.list.timeline.bar_beat(row.dip.start_s);
        place.map_or(String::new(), |it| it.bar.to_string())
    }),
    field("beat", |row| {
        let place = row.list.timeline.bar_beat(row.dip.start_s);
        place.map_or(String::new(), |it| format!("{:.2}", it.beat))
    }),
    field("loss_lu", |row| format!("{:.2}", row.dip.loss_lu)),
    field("deepest_cut_db", |row| format!("{:.1}", row.dip.deepest_db)),
    field("deepest_hz", |row| deepest_hz(row.dip).to_string()),
    field("line", |row| row.of_line(|it| it.number.to_string())),
    field("line_start_s", |row| {
        row.of_line(|it| format!("{:.3}", it.start_s))
    }),
    field("line_end_s", |row| {
        row.of_line(|it| format!("{:.3}", it.end_s))
    }),
    field("verdict_before", |row| {
        row.of_line(|it| row.list.word(it.before).into())
    }),
    field("verdict_after", |row| {
        row.of_line(|it| row.list.word(it.after).into())
    }),
];

const fn field(name: &'static str, text: fn(&DipRow) -> String) -> DipField {
    DipField { name, text }
}

impl DipRow<'_> {
    fn cue(&self) -> String {
        let cue = self.list.timeline.cue(self.dip.start_s, self.dip.end_s);
        cue.map_or(String::new(), |cue| one_line(&cue.name))
    }

    fn of_line(&self, text: impl Fn(&DipLine) -> String) -> String {
        self.dip.line.as_ref().map_or(String::new(), text)
    }
}

/// Centre of the band with the deepest cut, Hz.
fn deepest_hz(dip: &Dip) -> f32 {
    NOMINAL_HZ
        .get(dip.deepest_band)
        .copied()
        .unwrap_or_default()
}

impl DipList<'_> {
    /// The verdict in a word, never *clear* where the inputs are doubtful.
    fn word(&self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Clear if self.is_doubtful => UNSURE,
            verdict => verdict.word(),
        }
    }

    fn rows(&self) -> impl Iterator<Item = DipRow<'_>> {
        let dips = self.dips.iter().enumerate();
        dips.map(|(dip_idx, dip)| DipRow {
            number: dip_idx + 1,
            dip,
            list: self,
        })
    }

    /// Every dip as CSV (RFC 4180, UTF-8, LF): where it is, the loudness that the music lost (LU), its deepest cut
    /// (dB) and the band that has it (Hz), and the line for which it was taken with its verdicts before and
    /// after; these are empty where no line of the list lies.
    ///
    /// # Errors
    /// Errors of the CSV writer; none is known to occur in memory.
    pub fn to_csv(&self, style: CsvStyle) -> csv::Result<Vec<u8>> {
        let mut writer = csv::WriterBuilder::new()
            .delimiter(style.separator())
            .from_writer(style.mark().to_vec());
        writer.write_record(FIELDS.iter().map(|field| field.name))?;
        for row in self.rows() {
            writer.write_record(FIELDS.iter().map(|field| style.cell((field.text)(&row))))?;
        }
        writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    }

    /// Every dip with tabs between its fields, under a row of headings: where, how much, why.
    pub fn to_session_text(&self) -> String {
        let mut text = "#\tCue\tIn\tOut\tBar|Beat\tLost, LU\tDeepest\tWhy\n".to_owned();
        for row in self.rows() {
            let place = self.timeline.bar_beat(row.dip.start_s);
            let cells = [
                row.number.to_string(),
                row.cue(),
                self.timeline.start_text(row.dip.start_s),
                self.timeline.end_text(row.dip.end_s),
                place.map_or(String::new(), |it| it.to_string()),
                format!("{:.1}", row.dip.loss_lu),
                deepest_text(row.dip),
                self.why(row.dip),
            ];
            text.push_str(&cells.map(disarmed).join("\t"));
            text.push('\n');
        }
        text
    }

    /// A marker for every dip.
    pub fn markers(&self) -> Vec<Marker> {
        let marker = |row: DipRow| {
            let dip = row.dip;
            let line = dip.line.as_ref();
            Marker {
                start_s: dip.start_s,
                end_s: dip.end_s,
                name: format!(
                    "Dip {}{}, {:.1} LU lost",
                    row.number,
                    cue_text(self.timeline, dip.start_s, dip.end_s),
                    dip.loss_lu
                ),
                note: format!("{}; deepest {}", self.why(dip), deepest_text(dip)),
                colour: line.map_or(NO_LINE_COLOUR, |line| colour(line.before)),
                about: self.json_row(&row),
            }
        };
        self.rows().map(marker).collect()
    }

    /// Every dip as JSON.
    pub fn to_json(&self) -> Vec<Value> {
        self.rows().map(|row| self.json_row(&row)).collect()
    }

    fn json_row(&self, row: &DipRow) -> Value {
        let dip = row.dip;
        let word = |verdict_of: fn(&DipLine) -> Verdict| {
            let line = dip.line.as_ref();
            line.map(|line| self.word(verdict_of(line)))
        };
        json!({
            "number": row.number,
            "start_s": seconds(dip.start_s),
            "end_s": seconds(dip.end_s),
            "loss_lu": hundredths(dip.loss_lu),
            "deepest_cut_db": hundredths(dip.deepest_db),
            "deepest_hz": deepest_hz(dip),
            "line": dip.line.map(|line| line.number),
            "verdict_before": word(|line| line.before),
            "verdict_after": word(|line| line.after),
        })
    }

    fn why(&self, dip: &Dip) -> String {
        match &dip.line {
            Some(line) => format!(
                "line {}: {} before, {} after",
                line.number,
                self.word(line.before),
                self.word(line.after)
            ),
            None => "no line of the list".into(),
        }
    }
}

fn deepest_text(dip: &Dip) -> String {
    format!("{:.1} dB at {} Hz", dip.deepest_db, deepest_hz(dip))
}
