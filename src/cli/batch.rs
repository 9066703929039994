//! Many pairs in one run: from a manifest or two folders, on all cores, with one progress bar, one
//! table and one exit code. A pair that fails doesn't stop the others.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::errors::{Error, Problem};
use super::interrupt;
use super::small_file;
use crate::report::Report;

/// Two files that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPair {
    /// What the table and the outputs call it.
    pub name: String,
    /// The dialogue.
    pub dialogue: PathBuf,
    /// The music.
    pub music: PathBuf,
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not a CSV file of three columns.
    #[error("is not a manifest (line {line}: {reason}): give the columns name, dialogue, music")]
    Columns {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Two pairs of one name.
    #[error("has two pairs called {name}: rename one")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// No pair at all.
    #[error("has no pairs in it: give the columns name, dialogue, music")]
    NoPairs,
}

/// The pairs of the manifest at `path`: CSV of name, dialogue and music, whose paths count from the
/// manifest's folder.
///
/// # Errors
/// If it can't be read or understood.
pub fn from_manifest(path: &Path) -> Result<Vec<NamedPair>, Error> {
    let fail = |error| Error::file(path, Problem::Manifest(error));
    let folder = path.parent().unwrap_or(Path::new(""));
    let pairs = parse(&small_file::read(path)?).map_err(fail)?;
    Ok(pairs
        .into_iter()
        .map(|pair| NamedPair {
            dialogue: folder.join(pair.dialogue),
            music: folder.join(pair.music),
            ..pair
        })
        .collect())
}

fn parse(bytes: &[u8]) -> Result<Vec<NamedPair>, ManifestError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut pairs: Vec<NamedPair> = Vec::new();
    for (row_idx, record) in reader.records().enumerate() {
        let record = record.map_err(|error| ManifestError::Columns {
            line: error.position().map_or(1, csv::Position::line),
            reason: "not text in UTF-8".into(),
        })?;
        let columns = |reason: String| ManifestError::Columns {
            line: record.position().map_or(1, csv::Position::line),
            reason,
        };
        let fields: Vec<&str> = record.iter().collect();
        let [name, dialogue, music] = fields[..] else {
            return Err(columns(format!("{} columns", fields.len())));
        };
        let is_heading =
            dialogue.eq_ignore_ascii_case("dialogue") && music.eq_ignore_ascii_case("music");
        if row_idx == 0 && is_heading {
            continue;
        }
        if name.is_empty() || dialogue.is_empty() || music.is_empty() {
            return Err(columns("an empty field".into()));
        }
        if name.contains(['/', '\\']) || name.contains(char::is_control) {
            return Err(columns("a name that can't be part of a file name".into()));
        }
        if pairs.iter().any(|pair| pair.name == name) {
            return Err(ManifestError::NameTwice { name: name.into() });
        }
        pairs.push(NamedPair {
            name: name.into(),
            dialogue: dialogue.into(),
            music: music.into(),
        });
    }
    if pairs.is_empty() {
        return Err(ManifestError::NoPairs);
    }
    Ok(pairs)
}

/// The files of two folders that have the same name but for the ending, in order of name. Files
/// without a partner are pairs with a missing file.
///
/// # Errors
/// If a folder can't be read or both are empty.
pub fn from_folders(dialogue: &Path, music: &Path) -> Result<Vec<NamedPair>, Error> {
    let (dialogues, musics) = (files_by_name(dialogue)?, files_by_name(music)?);
    let names: std::collections::BTreeSet<&String> =
        dialogues.keys().chain(musics.keys()).collect();
    if names.is_empty() {
        return Err(Error::file(dialogue, Problem::NoFiles));
    }
    let file = |files: &BTreeMap<String, PathBuf>, folder: &Path, name: &String| {
        files
            .get(name)
            .cloned()
            .unwrap_or_else(|| folder.join(name))
    };
    Ok(names
        .into_iter()
        .map(|name| NamedPair {
            name: name.clone(),
            dialogue: file(&dialogues, dialogue, name),
            music: file(&musics, music, name),
        })
        .collect())
}

fn files_by_name(folder: &Path) -> Result<BTreeMap<String, PathBuf>, Error> {
    let fail = |error| Error::file(folder, Problem::Unreadable(error));
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        let is_hidden = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if let (true, Some(stem)) = (path.is_file() && !is_hidden, path.file_stem()) {
            files.insert(stem.to_string_lossy().into_owned(), path);
        }
    }
    Ok(files)
}

/// Runs `check` on every pair, on as many threads as there are cores, and gives what came of each,
/// in order. Stops early only when the user interrupts.
///
/// # Errors
/// [`Error::PairsInterrupted`].
pub fn run_all<T: Send>(
    pairs: &[NamedPair],
    check: impl Fn(&NamedPair, &ProgressBar) -> Result<T, Error> + Sync,
) -> Result<Vec<Result<T, Error>>, Error> {
    let bar = progress_bar();
    let results = pairs
        .par_iter()
        .map(|pair| interrupt::check().and_then(|()| check(pair, &bar)))
        .collect();
    bar.finish_and_clear();
    interrupt::check().map_err(|_| Error::PairsInterrupted)?;
    Ok(results)
}

/// A bar over all pairs, on standard error if that is a terminal.
fn progress_bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    match ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// One row for each pair.
pub fn summary_text<'a>(
    rows: impl Iterator<Item = (&'a str, Option<&'a Report>)> + Clone,
) -> String {
    let width = rows.clone().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0).max("pair".len());
    let mut text = format!(
        "{:<width$}  lines  to work on   clash   SII  LD, LU\n",
        "pair"
    );
    for (name, report) in rows {
        let _ = match report {
            Some(report) => writeln!(
                text,
                "{name:<width$}  {:>5}  {:>10}  {:>4.1} %  {:.2}  {:>+6.1}",
                report.lines.len(),
                report.num_clashing(),
                report.summary.clash_percent,
                report.summary.figures.sii,
                report.summary.loudness_difference_lu,
            ),
            None => writeln!(text, "{name:<width$}  failed"),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_names_its_pairs() {
        let pairs = parse(b"name,dialogue,music\nR1, d 1.wav ,\"m,1.wav\"\nR2,d,m\n").unwrap();
        assert_eq!(pairs.len(), 2);
        assert_eq!(pairs[0].dialogue, Path::new("d 1.wav"));
        assert_eq!(pairs[0].music, Path::new("m,1.wav"));
    }

    #[test]
    fn each_mistake_in_a_manifest_is_named() {
        for (csv, expected) in [
            ("", "no pairs"),
            ("name,dialogue,music\n", "no pairs"),
            ("a,b\n", "line 1: 2 columns"),
            ("a,b,c\nd,e,f,g\n", "line 2: 4 columns"),
            ("a,,c\n", "an empty field"),
            ("../a,b,c\n", "can't be part of a file name"),
            ("a,b,c\na,d,e\n", "two pairs called a"),
        ] {
            let error = parse(csv.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{csv:?}: {error}");
        }
        assert!(parse(b"a,\xFF,c").is_err());
    }
}
