//! `underscore merge`: one summary of the reports of many pairs, from however many runs.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use crate::cli::errors::{Error, MergeError, Problem, Shown};
use crate::cli::interrupt;
use crate::cli::manifest::{self, NamedPair};
use crate::cli::outcome::Outcome;
use crate::cli::output_file::{OutputFile, finish_all};
use crate::cli::outputs::csv_style;
use crate::cli::regular_file;
use crate::cli::standard_output::print_beside;
use crate::files::digest;
use crate::found::compare::CompareError;
use crate::report::catalogue::catalogue_row::CatalogueRow;
use crate::report::catalogue::row_report::RowResult;
use crate::report::catalogue::worst_first::Catalogue;
use crate::report::catalogue::{to_csv, to_html, to_json, to_text};
use crate::report::export::ExportError;
use crate::report::export::cell_text::CsvStyle;
use crate::words::one_line;

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// Reports of `check --json`, or folders of them
    reports: Vec<PathBuf>,
    /// The manifest of all pairs: says which have no report, and what they share by its other columns, such as
    /// language or cue
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Language of the spreadsheet for --csv, such as de or fr: then with semicolons, decimal commas and a
    /// byte-order mark [default: en]
    #[arg(long, value_name = "LANGUAGE", value_parser = csv_style, help_heading = "Summaries to write")]
    csv_locale: Option<CsvStyle>,
    /// A page for any browser: HTML, one file
    #[arg(long, value_name = "FILE", help_heading = "Summaries to write")]
    report: Option<PathBuf>,
    /// The summary as JSON
    #[arg(long, value_name = "FILE", help_heading = "Summaries to write")]
    json: Option<PathBuf>,
    /// Every pair as a CSV table
    #[arg(long, value_name = "FILE", help_heading = "Summaries to write")]
    csv: Option<PathBuf>,
}

/// What was read of a row, and where.
struct FoundRow {
    path: PathBuf,
    name: String,
    /// Digest of all that is in it.
    sha256: String,
    result: RowResult,
}

/// # Errors
/// If a file can't be read or written, two reports of one pair differ, or a pair failed or has no report; in the
/// last case with the summary written.
pub fn run(args: &MergeArgs) -> Result<Outcome, Error> {
    if args.reports.is_empty() {
        return Err(Error::NoReports);
    }
    let pairs = args.manifest.as_deref().map(manifest::read).transpose()?;
    let paths = report_paths(&args.reports)?;
    let inputs = paths.iter().map(|(path, _)| path.as_path());
    let inputs: Vec<&Path> = inputs.chain(args.manifest.as_deref()).collect();
    let mut outputs = Vec::new();
    for (_, path) in args.forms() {
        let file = OutputFile::create(path, &inputs)?;
        if outputs.iter().any(|other| file.is_same(other)) {
            return Err(Error::file(path, Problem::OutputTwice));
        }
        outputs.push(file);
    }
    let found = one_of_each(read_all(&paths)?)?;
    let catalogue = Catalogue::new(match &pairs {
        Some(pairs) => rows_of(pairs, found),
        None => all_rows(found),
    });
    let is_piped = outputs.iter().any(OutputFile::is_piped);
    write(args, &catalogue, outputs)?;
    print_beside(&to_text(&catalogue), is_piped)?;
    for text in catalogue.unlike() {
        eprintln!("underscore: {text}");
    }
    for row in catalogue.rows.iter().filter(|row| row.state() != "done") {
        eprintln!(
            "underscore: {}: {}: {}",
            row.name,
            row.state(),
            row.reason()
        );
    }
    let num_without = catalogue.num_with("failed") + catalogue.num_with("missing");
    match num_without {
        0 if catalogue.num_with("doubtful") > 0 => Ok(Outcome::Doubtful),
        0 => Ok(Outcome::Done),
        _ => Err(Error::PairsWithoutFigures {
            num_failed: catalogue.num_with("failed"),
            num_missing: catalogue.num_with("missing"),
            num_pairs: catalogue.rows.len(),
        }),
    }
}

/// Every file that is to be read, once, and whether it was named and not found in a folder.
fn report_paths(given: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, Error> {
    let mut paths = BTreeMap::new();
    for path in given {
        if !path.is_dir() {
            paths.insert(path.clone(), true);
            continue;
        }
        let fail = |error| Error::file(path, Problem::Unreadable(error));
        let mut has_any = false;
        for entry in fs::read_dir(path).map_err(fail)? {
            let path = entry.map_err(fail)?.path();
            let is_json = path
                .extension()
                .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
            if is_json && path.is_file() {
                has_any = true;
                paths.entry(path).or_insert(false);
            }
        }
        if !has_any {
            return Err(Error::file(path, Problem::Merge(MergeError::NoReports)));
        }
    }
    Ok(paths.into_iter().collect())
}

/// What is in the files, on all cores, in their order. JSON of another kind that lies in a folder is passed over.
fn read_all(paths: &[(PathBuf, bool)]) -> Result<Vec<FoundRow>, Error> {
    let read = |(path, is_named): &(PathBuf, bool)| {
        interrupt::check()?;
        let bytes = regular_file::read(path)?;
        let result = match RowResult::parse(&bytes) {
            Ok(result) => result,
            Err(CompareError::Schema(_)) if !is_named => return Ok(None),
            Err(error) => return Err(Error::file(path, Problem::Compare(error))),
        };
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let name = result.mark().map_or(stem.as_ref(), |mark| &mark.name);
        Ok(Some(FoundRow {
            path: path.clone(),
            name: one_line(name),
            sha256: digest::of_bytes(&bytes),
            result,
        }))
    };
    let all: Result<Vec<Option<FoundRow>>, Error> = paths.par_iter().map(read).collect();
    let found: Vec<FoundRow> = all?.into_iter().flatten().collect();
    match (found.is_empty(), paths.first()) {
        (true, Some((path, _))) => {
            let folder = path.parent().unwrap_or(path);
            Err(Error::file(folder, Problem::Merge(MergeError::NoReports)))
        }
        _ => Ok(found),
    }
}

/// One report of each pair. Two that are the same count once; which of two others counts can't be known.
fn one_of_each(found: Vec<FoundRow>) -> Result<BTreeMap<String, RowResult>, Error> {
    let mut rows: BTreeMap<String, FoundRow> = BTreeMap::new();
    for row in found {
        match rows.get(&row.name) {
            Some(other) if other.sha256 != row.sha256 => {
                let error = MergeError::TwoReports {
                    name: row.name,
                    other: Shown(&other.path).to_string(),
                };
                return Err(Error::file(&row.path, Problem::Merge(error)));
            }
            Some(_) => {}
            None => {
                rows.insert(row.name.clone(), row);
            }
        }
    }
    let rows = rows.into_iter();
    Ok(rows.map(|(name, row)| (name, row.result)).collect())
}

/// The rows of a manifest. Reports of others are named, and left out.
fn rows_of(pairs: &[NamedPair], mut found: BTreeMap<String, RowResult>) -> Vec<CatalogueRow> {
    let rows = pairs.iter().map(|pair| CatalogueRow {
        name: pair.name.clone(),
        labels: pair.labels.clone(),
        result: found.remove(&pair.name),
    });
    let rows = rows.collect();
    for name in found.keys() {
        eprintln!(
            "underscore: {}: is not in the manifest: its report is left out",
            Shown(Path::new(name))
        );
    }
    rows
}

fn all_rows(found: BTreeMap<String, RowResult>) -> Vec<CatalogueRow> {
    let rows = found.into_iter().map(|(name, result)| CatalogueRow {
        name,
        labels: Vec::new(),
        result: Some(result),
    });
    rows.collect()
}

/// A form of the summary.
#[derive(Debug, Clone, Copy)]
enum Form {
    Page,
    Json,
    Csv,
}

impl MergeArgs {
    /// Each form that was asked for, with its file.
    fn forms(&self) -> impl Iterator<Item = (Form, &Path)> {
        let all = [
            (Form::Page, &self.report),
            (Form::Json, &self.json),
            (Form::Csv, &self.csv),
        ];
        all.into_iter()
            .filter_map(|(form, path)| Some((form, path.as_deref()?)))
    }

    fn rendered(&self, form: Form, catalogue: &Catalogue) -> Result<Vec<u8>, ExportError> {
        match form {
            Form::Page => Ok(to_html(catalogue).into_bytes()),
            Form::Json => Ok(to_json(catalogue)?.into_bytes()),
            Form::Csv => Ok(to_csv(catalogue, self.csv_locale.unwrap_or_default())?),
        }
    }
}

/// Writes the summary to `outputs`, one for each form that was asked for.
fn write(
    args: &MergeArgs,
    catalogue: &Catalogue,
    mut outputs: Vec<OutputFile>,
) -> Result<(), Error> {
    for ((form, path), file) in args.forms().zip(&mut outputs) {
        let bytes = args.rendered(form, catalogue);
        file.write_all(&bytes.map_err(|error| Error::file(path, Problem::Export(error)))?)?;
    }
    finish_all(outputs)
}
