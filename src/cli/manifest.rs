//! Manifests: CSV files of many pairs.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::errors::{Error, ManifestError, Problem};
use crate::cli::regular_file;
use crate::files::three_columns::{ThreeFields, rows};

/// What the columns are called.
const HEADINGS: [&[&str]; 3] = [
    &["name", "pair", "reel"],
    &["dialogue", "dialog", "dx"],
    &["music", "mx", "score"],
];

/// Two files that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPair {
    /// What the table and the outputs call it.
    pub name: String,
    /// The dialogue.
    pub dialogue: PathBuf,
    /// The music.
    pub music: PathBuf,
    /// Heading and text of each further column of its row, such as its language.
    pub labels: Vec<(String, String)>,
}

/// The pairs of the manifest at `path`: CSV of name, dialogue and music, whose paths count from the
/// manifest's folder.
///
/// # Errors
/// If it can't be read or understood.
pub fn read(path: &Path) -> Result<Vec<NamedPair>, Error> {
    let fail = |error| Error::file(path, Problem::Manifest(error));
    let folder = path.parent().unwrap_or(Path::new(""));
    let pairs = parse(&regular_file::read(path)?).map_err(fail)?;
    Ok(pairs
        .into_iter()
        .map(|pair| NamedPair {
            dialogue: folder.join(pair.dialogue),
            music: folder.join(pair.music),
            ..pair
        })
        .collect())
}

/// The pairs of a table of name, dialogue and music, as [`rows`] reads it.
///
/// # Errors
/// If the columns are wrong, two pairs have one name, or there is none.
pub fn parse(bytes: &[u8]) -> Result<Vec<NamedPair>, ManifestError> {
    let mut pairs: Vec<NamedPair> = Vec::new();
    let mut names = BTreeSet::new();
    for row in rows(bytes, HEADINGS) {
        let ThreeFields {
            line,
            fields,
            others,
            ..
        } = row?;
        let [name, dialogue, music] = fields;
        let columns = |reason: &str| ManifestError::Columns {
            line,
            reason: reason.into(),
        };
        if name.is_empty() || dialogue.is_empty() || music.is_empty() {
            return Err(columns("an empty field"));
        }
        if name.contains(['/', '\\']) || name.contains(char::is_control) {
            return Err(columns("a name that can't be part of a file name"));
        }
        if !names.insert(name.clone()) {
            return Err(ManifestError::NameTwice { name });
        }
        pairs.push(NamedPair {
            name,
            dialogue: dialogue.into(),
            music: music.into(),
            labels: others,
        });
    }
    if pairs.is_empty() {
        return Err(ManifestError::NoPairs);
    }
    Ok(pairs)
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
            ("a;b\n", "line 1: 1 column; a comma"),
            ("a,,c\n", "an empty field"),
            ("../a,b,c\n", "can't be part of a file name"),
            ("a,b,c\na,d,e\n", "two pairs called a"),
        ] {
            let error = parse(csv.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{csv:?}: {error}");
        }
        let windows_1252 = parse(b"a;\xC9.wav;c\n").unwrap();
        assert_eq!(windows_1252[0].dialogue, Path::new("É.wav"));
    }
}
