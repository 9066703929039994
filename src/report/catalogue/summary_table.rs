//! The summary as a CSV table: one row for each pair, worst first.

use crate::clash::verdict::Verdict;
use crate::found::compare::Changes;
use crate::report::catalogue::catalogue_row::{CatalogueRow, file_name};
use crate::report::catalogue::row_report::RowReport;
use crate::report::catalogue::worst_first::Catalogue;
use crate::report::export::cell_text::CsvStyle;

/// A column: its name, and what stands in it.
type Field = (&'static str, fn(&CatalogueRow) -> String);

/// The columns that every summary has. Programs read them by name and place: they are only ever added to, at
/// the end. What the manifest says beside the files comes after them.
const FIELDS: [Field; 19] = [
    ("name", |row| row.name.clone()),
    ("state", |row| row.state().into()),
    ("reason", |row| row.reason()),
    ("dialogue", |row| {
        of_report(row, |it| file_name(&it.dialogue).into())
    }),
    ("music", |row| {
        of_report(row, |it| file_name(&it.music).into())
    }),
    ("duration_s", |row| {
        of_report(row, |it| format!("{:.3}", it.duration_s))
    }),
    ("speech_s", |row| {
        of_report(row, |it| format!("{:.3}", it.speech_s))
    }),
    ("lines", |row| {
        of_report(row, |it| it.lines.len().to_string())
    }),
    ("masked", |row| num_with(row, Verdict::Masked)),
    ("strained", |row| num_with(row, Verdict::Strained)),
    ("clear", |row| num_with(row, Verdict::Clear)),
    ("clash_percent", |row| {
        of_report(row, |it| format!("{:.2}", it.clash_percent))
    }),
    ("sii", |row| of_report(row, |it| format!("{:.4}", it.sii))),
    ("sii_without_music", |row| {
        of_report(row, |it| format!("{:.4}", it.sii_without_music))
    }),
    ("loudness_difference_lu", |row| {
        of_report(row, |it| format!("{:.2}", it.loudness_difference_lu))
    }),
    ("audiences_not_clear", |row| {
        of_report(row, |it| {
            let texts = it.audiences.iter();
            let texts =
                texts.map(|it| format!("{}:{}", it.name, it.masked.saturating_add(it.strained)));
            texts.collect::<Vec<_>>().join(" ")
        })
    }),
    ("audiences_sii", |row| {
        of_report(row, |it| {
            let texts = it.audiences.iter();
            let texts = texts.map(|it| format!("{}:{:.4}", it.name, it.sii));
            texts.collect::<Vec<_>>().join(" ")
        })
    }),
    ("better", |row| changed(row, |it| it.better)),
    ("worse", |row| changed(row, |it| it.worse)),
];

/// Every row as CSV (RFC 4180, UTF-8, LF); what isn't known is empty. No cell is a formula.
///
/// # Errors
/// Errors of the CSV writer; none is known to occur in memory.
pub fn to_csv(catalogue: &Catalogue, style: CsvStyle) -> csv::Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(style.separator())
        .from_writer(style.mark().to_vec());
    let names = FIELDS.iter().map(|(name, _)| (*name).to_owned());
    let labels = catalogue.headings.iter().map(|it| style.cell(it.clone()));
    writer.write_record(names.chain(labels))?;
    for row in &catalogue.rows {
        let fields = FIELDS.iter().map(|(_, text)| text(row));
        let labels = catalogue.headings.iter().map(|it| row.label(it).to_owned());
        writer.write_record(fields.chain(labels).map(|text| style.cell(text)))?;
    }
    writer
        .into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

/// Something about the row's report; empty if there is none.
fn of_report(row: &CatalogueRow, text: impl Fn(&RowReport) -> String) -> String {
    row.report().map_or_else(String::new, text)
}

fn num_with(row: &CatalogueRow, verdict: Verdict) -> String {
    of_report(row, |it| it.num_with(verdict).to_string())
}

fn changed(row: &CatalogueRow, count: impl Fn(&Changes) -> usize) -> String {
    of_report(row, |it| {
        let changes = it.changes();
        changes.map_or_else(String::new, |it| count(&it).to_string())
    })
}
