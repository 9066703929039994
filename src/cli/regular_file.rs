//! Regular files: opened with an error for each other kind of thing, and lists that are read whole.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use crate::cli::errors::{Error, Problem};
use crate::files::spool;

/// Largest list that is read, bytes: far more than any that a person made.
pub const MAX_LIST_BYTES: u64 = 16 << 20;

/// What is in the file at `path`.
///
/// # Errors
/// If it can't be read or has more than [`MAX_LIST_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |problem| Error::file(path, problem);
    let piped = match spool::is_pipe(path) {
        true => Some(spool::stdin_path().map_err(|error| fail(Problem::Unreadable(error)))?),
        false => None,
    };
    let path = piped.as_deref().unwrap_or(path);
    let mut bytes = Vec::new();
    open_regular(path)
        .map_err(fail)?
        .take(MAX_LIST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fail(Problem::Unreadable(error)))?;
    if bytes.len() as u64 > MAX_LIST_BYTES {
        return Err(fail(Problem::TooLarge {
            max_mb: MAX_LIST_BYTES >> 20,
        }));
    }
    Ok(bytes)
}

/// Opens a file on disk that isn't empty.
///
/// # Errors
/// For anything else.
pub(super) fn open_regular(path: &Path) -> Result<File, Problem> {
    // Looked at before it is opened: opening a pipe would wait for its other end.
    let metadata = fs::metadata(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Problem::Missing,
        _ => Problem::Unreadable(error),
    })?;
    if metadata.is_dir() {
        return Err(Problem::Folder);
    }
    if !metadata.is_file() {
        return Err(Problem::NotRegular);
    }
    if metadata.len() == 0 {
        return Err(Problem::Empty);
    }
    File::open(path).map_err(Problem::Unreadable)
}
