//! Whether a row was done by an earlier run: its JSON says what it was made of, and the lists beside it are
//! whole.

use std::fs;
use std::path::Path;

use crate::cli::outputs::OutputArgs;
use crate::files::digest;
use crate::files::whole_file;
use crate::report::catalogue::row_report::{RowReport, RowResult};
use crate::report::json::row_mark::{RowMark, taken_apart};

/// The report of the row that `mark` is of, if it was done with the same inputs and all of `outputs` are there and
/// whole. `None` means that it has to be done.
pub fn done_row(outputs: &OutputArgs, mark: &RowMark) -> Option<RowReport> {
    if mark.inputs.is_empty() {
        return None;
    }
    let json = String::from_utf8(fs::read(outputs.json()?).ok()?).ok()?;
    let (before, found) = taken_apart(&json)?;
    let is_same = found.name == mark.name
        && found.settings == mark.settings
        && found.inputs == mark.inputs
        && found.sha256 == digest::of_bytes(before.as_bytes());
    let is_whole = |form: &str, path: &Path| {
        let list = found.lists.iter().find(|list| list.form == form);
        let sha256 = digest::of_file(path).ok();
        list.is_some_and(|list| sha256.as_ref() == Some(&list.sha256))
    };
    if !is_same
        || !outputs
            .beside_json()
            .all(|(form, path)| is_whole(form, path))
    {
        return None;
    }
    match RowResult::parse(json.as_bytes()) {
        Ok(RowResult::Checked(report)) => Some(*report),
        _ => None,
    }
}

/// Removes what a run that was killed left of the files of `outputs`, which are about to be made.
pub fn clear_remains(outputs: &OutputArgs) {
    let paths = outputs.beside_json().map(|(_, path)| path);
    for path in paths.chain(outputs.json()) {
        whole_file::clear_remains(path);
    }
}
