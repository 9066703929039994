//! The summary as JSON, schema `underscore.summary/1`. Keys are only ever added to it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::clash::verdict::Verdict;
use crate::report::catalogue::catalogue_row::{CatalogueRow, file_name};
use crate::report::catalogue::grouped::{Group, Grouping};
use crate::report::catalogue::row_report::{RowReport, SUMMARY_SCHEMA};
use crate::report::catalogue::worst_first::Catalogue;

#[derive(Serialize)]
struct JsonSummary<'a> {
    schema: &'a str,
    version: &'a str,
    /// How many pairs came to each state.
    checked: usize,
    doubtful: usize,
    failed: usize,
    missing: usize,
    notes: Vec<String>,
    pairs: Vec<JsonRow<'a>>,
    by: Vec<JsonGrouping<'a>>,
}

#[derive(Serialize)]
struct JsonRow<'a> {
    name: &'a str,
    state: &'a str,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
    /// What the manifest says beside the files.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<&'a str, &'a str>,
    #[serde(flatten)]
    figures: Option<JsonFigures<'a>>,
}

/// As in the report of the pair.
#[derive(Serialize)]
struct JsonFigures<'a> {
    dialogue: &'a str,
    music: &'a str,
    duration_s: f64,
    speech_s: f64,
    lines: usize,
    masked: usize,
    strained: usize,
    clear: usize,
    clash_percent: f64,
    sii: f64,
    sii_without_music: f64,
    loudness_difference_lu: f64,
}

#[derive(Serialize)]
struct JsonGrouping<'a> {
    by: &'a str,
    groups: Vec<JsonGroup<'a>>,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    name: &'a str,
    pairs: usize,
    lines: usize,
    masked: usize,
    strained: usize,
    clash_percent: Option<f64>,
    sii: Option<f64>,
    worst: &'a str,
}

/// The summary as indented JSON with a final newline: the rows, worst first, and the sums.
///
/// # Errors
/// Errors of the serializer; none is known to occur.
pub fn to_json(catalogue: &Catalogue) -> serde_json::Result<String> {
    let json = JsonSummary {
        schema: SUMMARY_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        checked: catalogue.num_with("done"),
        doubtful: catalogue.num_with("doubtful"),
        failed: catalogue.num_with("failed"),
        missing: catalogue.num_with("missing"),
        notes: catalogue.unlike(),
        pairs: catalogue.rows.iter().map(json_row).collect(),
        by: catalogue.groupings.iter().map(json_grouping).collect(),
    };
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}

fn json_row(row: &CatalogueRow) -> JsonRow<'_> {
    let labels = row.labels.iter().filter(|(_, text)| !text.is_empty());
    JsonRow {
        name: &row.name,
        state: row.state(),
        reason: row.reason(),
        labels: labels
            .map(|(heading, text)| (heading.as_str(), text.as_str()))
            .collect(),
        figures: row.report().map(json_figures),
    }
}

fn json_figures(report: &RowReport) -> JsonFigures<'_> {
    JsonFigures {
        dialogue: file_name(&report.dialogue),
        music: file_name(&report.music),
        duration_s: report.duration_s,
        speech_s: report.speech_s,
        lines: report.lines.len(),
        masked: report.num_with(Verdict::Masked),
        strained: report.num_with(Verdict::Strained),
        clear: report.num_with(Verdict::Clear),
        clash_percent: report.clash_percent,
        sii: report.sii,
        sii_without_music: report.sii_without_music,
        loudness_difference_lu: report.loudness_difference_lu,
    }
}

fn json_grouping(grouping: &Grouping) -> JsonGrouping<'_> {
    JsonGrouping {
        by: &grouping.by,
        groups: grouping.groups.iter().map(json_group).collect(),
    }
}

fn json_group(group: &Group) -> JsonGroup<'_> {
    JsonGroup {
        name: &group.name,
        pairs: group.num_rows,
        lines: group.num_lines,
        masked: group.num_masked,
        strained: group.num_strained,
        clash_percent: group.clash_percent.map(|it| (it * 100.0).round() / 100.0),
        sii: group.sii.map(|it| (it * 10_000.0).round() / 10_000.0),
        worst: &group.worst_row,
    }
}
