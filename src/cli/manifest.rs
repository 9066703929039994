//! Manifests: CSV files of many pairs.

use std::path::{Path, PathBuf};

use crate::cli::errors::{Error, ManifestError, Problem};
use crate::cli::regular_file;

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

/// The pairs of CSV text of name, dialogue and music; a first row of headings is left out.
///
/// # Errors
/// If the columns are wrong, two pairs have one name, or there is none.
pub fn parse(bytes: &[u8]) -> Result<Vec<NamedPair>, ManifestError> {
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
