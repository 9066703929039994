//! Lists and maps that are read whole.

use std::io::Read;
use std::path::Path;

use super::audio_in::open_regular;
use super::errors::{Error, Problem};

/// Largest list that is read, bytes: far more than any that a person made.
pub const MAX_BYTES: u64 = 16 << 20;

/// What is in the file at `path`.
///
/// # Errors
/// If it can't be read or has more than [`MAX_BYTES`].
pub fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let fail = |problem| Error::file(path, problem);
    let mut bytes = Vec::new();
    open_regular(path)
        .map_err(fail)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fail(Problem::Unreadable(error)))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fail(Problem::TooLarge));
    }
    Ok(bytes)
}
