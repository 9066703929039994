//! The last key of a report among many, `row`: whose it is, and what it was made of and with, so that a later
//! run can tell whether the row is done and `merge` can tell rows apart.

use serde::{Deserialize, Serialize};

/// Schema of what stands in a report's place where the row failed.
pub const FAILURE_SCHEMA: &str = "underscore.failure/1";

/// What a key of the outermost object begins with. In a string it would have `\n` for the line break.
const KEY: &str = ",\n  \"row\": ";
const END: &str = "\n}\n";

/// A row that was done, or tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowMark {
    /// Name of the row.
    pub name: String,
    /// Digest of every setting that the figures depend on, but for the row's own files.
    pub settings: String,
    /// Digest of the settings, of the program, and of all that is in the row's files; empty where one couldn't be
    /// read.
    pub inputs: String,
    /// The lists that were written beside this one.
    #[serde(default)]
    pub lists: Vec<WrittenList>,
    /// Digest of what stands before this key; empty until it is known.
    #[serde(default)]
    pub sha256: String,
}

/// A list that was written beside the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenList {
    /// The flag that asks for it.
    pub form: String,
    /// Digest of what is in it.
    pub sha256: String,
}

/// Why a row failed, as it stands in its report's place.
#[derive(Serialize)]
struct JsonFailure<'a> {
    schema: &'a str,
    version: &'a str,
    error: &'a str,
}

/// What stands in the place of a report that couldn't be made, as JSON without its mark.
///
/// # Errors
/// Errors of the serializer; none is known to occur.
pub fn failure_json(error: &str) -> serde_json::Result<String> {
    let json = JsonFailure {
        schema: FAILURE_SCHEMA,
        version: env!("CARGO_PKG_VERSION"),
        error,
    };
    Ok(serde_json::to_string_pretty(&json)? + "\n")
}

/// What the mark of `json` is about: all of it but its end.
pub fn before_mark(json: &str) -> &str {
    json.strip_suffix(END).unwrap_or(json)
}

/// `json`, an object as [`crate::report::json::to_json`] writes it, with `mark` as its last key.
///
/// # Errors
/// Errors of the serializer; none is known to occur.
pub fn marked(json: &str, mark: &RowMark) -> serde_json::Result<String> {
    let mark = serde_json::to_string_pretty(mark)?.replace('\n', "\n  ");
    Ok([before_mark(json), KEY, &mark, END].concat())
}

/// What stands before the mark in `json`, and the mark; `None` if there is none.
pub fn taken_apart(json: &str) -> Option<(&str, RowMark)> {
    let (before, rest) = json.rsplit_once(KEY)?;
    let mark = serde_json::from_str(rest.strip_suffix(END)?).ok()?;
    Some((before, mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark() -> RowMark {
        RowMark {
            name: "R1 \"x\"".into(),
            settings: "s".into(),
            inputs: "i".into(),
            lists: vec![WrittenList {
                form: "csv".into(),
                sha256: "d".into(),
            }],
            sha256: "sum".into(),
        }
    }

    #[test]
    fn a_mark_is_read_as_it_was_written_and_the_rest_is_json() {
        let json = failure_json("no such file").unwrap();
        let text = marked(&json, &mark()).unwrap();
        let (before, read) = taken_apart(&text).unwrap();
        assert_eq!((before, read), (before_mark(&json), mark()));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["error"], "no such file");
        assert_eq!(value["row"]["lists"][0]["form"], "csv");
    }

    #[test]
    fn a_mark_that_is_cut_short_is_none() {
        let text = marked(&failure_json("x").unwrap(), &mark()).unwrap();
        for end in (0..text.len()).filter(|&end| text.is_char_boundary(end)) {
            assert_eq!(taken_apart(&text[..end]), None, "{end}");
        }
    }
}
