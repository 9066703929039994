//! Tables of all lines: CSV for programs, tab-separated text for spotting sheets.

use crate::found::Report;
use crate::report::columns::{Column, FIELDS, Table, rows};
use crate::report::export::cell_text::{CsvStyle, disarmed};
use crate::timeline::Timeline;

/// Every line as CSV (RFC 4180, UTF-8, LF) with the columns of [`FIELDS`]; what isn't known is empty,
/// bands and their shares are separated by spaces, `stem` is the one with the greatest share, and
/// `fold_downs` names those in which the line fares worse. No cell is a formula.
///
/// # Errors
/// Errors of the CSV writer; none is known to occur in memory.
pub fn to_csv(report: &Report, timeline: &Timeline, style: CsvStyle) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(style.separator())
        .from_writer(style.mark().to_vec());
    writer.write_record(FIELDS.iter().map(|field| field.name))?;
    for row in rows(report, timeline) {
        writer.write_record(FIELDS.iter().map(|field| style.cell((field.text)(&row))))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// Every line with tabs between its fields, under a row of headings: pasted into a spreadsheet it
/// fills cells. Columns of which nothing is known are left out, but for cue, bar and beat, which a
/// spotting sheet always has.
pub fn to_session_text(report: &Report, timeline: &Timeline) -> String {
    let columns: Vec<Column> = Column::all(report)
        .into_iter()
        .filter(|column| match column {
            Column::Cue | Column::BarBeat => true,
            // Figures of a meter, which mean nothing to who spots.
            Column::Sii | Column::Difference => false,
            column => column.is_known(report, timeline),
        })
        .collect();
    let joined = |cell: &dyn Fn(&Column) -> String| {
        let cells: Vec<String> = columns.iter().map(cell).collect();
        cells.join("\t") + "\n"
    };
    let mut text = joined(&|column| disarmed(column.heading(Table::Sheet, report)));
    for row in rows(report, timeline) {
        text.push_str(&joined(&|column| disarmed(column.text(&row))));
    }
    text
}
