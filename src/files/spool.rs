//! Standard input and output as files: what comes through a pipe is kept in a temporary file, since it is
//! read more than once, and headers are written last.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tempfile::NamedTempFile;

/// What stands for standard input or output on the command line.
pub const PIPE: &str = "-";

/// What came through standard input.
static STDIN: Mutex<Option<NamedTempFile>> = Mutex::new(None);

/// Whether `path` stands for standard input or output.
pub fn is_pipe(path: &Path) -> bool {
    path.as_os_str() == PIPE
}

/// Where the contents of standard input are. They are read to their end when this is first asked.
///
/// # Errors
/// If standard input can't be read or there is no room for it.
pub fn stdin_path() -> io::Result<PathBuf> {
    let mut stdin = STDIN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(file) = &*stdin {
        return Ok(file.path().into());
    }
    let mut file = NamedTempFile::with_prefix("underscore-")?;
    io::copy(&mut io::stdin().lock(), &mut file)?;
    file.flush()?;
    let path = file.path().to_path_buf();
    *stdin = Some(file);
    Ok(path)
}

/// Whether `path` is where the contents of standard input are.
pub fn is_stdin(path: &Path) -> bool {
    let stdin = STDIN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    stdin.as_ref().is_some_and(|file| file.path() == path)
}

/// Removes what was kept of standard input.
pub fn clear() {
    let mut stdin = STDIN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    *stdin = None;
}

/// Writes the file at `path` to standard output. A reader that has left is no error.
///
/// # Errors
/// If either refuses.
pub fn to_stdout(path: &Path) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match io::copy(&mut File::open(path)?, &mut stdout).and_then(|_| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
