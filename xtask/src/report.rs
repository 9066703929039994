//! What the demo reads of `underscore check --json` (schema "underscore.report/1").

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::path::Path;

const SCHEMA: &str = "underscore.report/1";

/// The whole file.
#[derive(Debug, Deserialize)]
pub struct Report {
    schema: String,
    /// Time in which somebody speaks, s.
    pub speech_s: f64,
    /// Mean clash over speech, %.
    pub clash_percent: f64,
    /// Every spoken line, clashing or not.
    pub lines: Vec<Line>,
}

/// One spoken line.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// Where it begins, s from the start of the files.
    pub start_s: f64,
    /// Where it ends, s.
    pub end_s: f64,
    /// Mean clash over the line, %.
    pub clash_percent: f64,
    /// The bands in which the music stands furthest above what the line bears, worst first.
    pub worst_bands: Vec<Band>,
    /// What to do about it.
    pub advice: String,
}

/// One band of a line.
#[derive(Debug, Deserialize)]
pub struct Band {
    /// Centre, Hz.
    pub hz: f64,
    /// How far the music stands too high, dB.
    pub excess_db: f64,
}

/// Reads a report.
///
/// # Errors
/// If the file can't be read, isn't JSON, or has another schema.
pub fn read(path: &Path) -> Result<Report> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("could not read {}", path.display()))?;
    let report: Report =
        serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    ensure!(
        report.schema == SCHEMA,
        "{}: schema `{}`, expected `{SCHEMA}`",
        path.display(),
        report.schema
    );
    Ok(report)
}
