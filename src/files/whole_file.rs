//! Files that appear whole or not at all: written under a temporary name in the folder where they will
//! be, renamed when complete, removed otherwise.

use std::fs;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::files::digest;

const BUFFER_BYTES: usize = 1 << 18;

/// A file in the making. Dropped before [`WholeFile::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct WholeFile {
    destination: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl WholeFile {
    /// Starts the file that will be at `path`, or where the symbolic link at `path` leads. An existing
    /// file there stays untouched until [`WholeFile::finish`].
    ///
    /// # Errors
    /// If no file can be made in the folder. On Windows also if the existing file can't be replaced: another program
    /// has it open ([`is_in_use`]), or it is marked as read-only.
    pub fn create(path: &Path) -> io::Result<Self> {
        let destination = match path.exists() {
            true => fs::canonicalize(path)?,
            false => path.to_path_buf(),
        };
        #[cfg(windows)]
        demand_replaceable(&destination)?;
        let temporary = new_temporary(&destination)?;
        Ok(Self {
            destination,
            writer: BufWriter::with_capacity(BUFFER_BYTES, temporary),
        })
    }

    /// Where the file will be.
    pub fn destination(&self) -> &Path {
        &self.destination
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.write_all(bytes)
    }

    /// Replaces the first bytes of the file.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn rewrite_start(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.writer.seek(SeekFrom::Start(0))?;
        self.writer.write_all(bytes)
    }

    /// Hands everything so far to the system, so that a full disk shows.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// If the disk refuses; then nothing is left behind.
    pub fn finish(self) -> io::Result<()> {
        let temporary = self
            .writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        temporary.persist(&self.destination)?;
        Ok(())
    }
}

/// Writes `bytes` to `path`; its folder is made if need be.
///
/// # Errors
/// If the folder or the file can't be written; then an old file is left as it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(folder_of(path))?;
    let mut file = WholeFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()
}

/// The folder that `path` is in.
pub fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Removes what a process that was killed left of the file that was to be at `path`: a call for who knows that
/// nobody else is writing it.
pub fn clear_remains(path: &Path) {
    // Where a link leads, as in `WholeFile::create`.
    let path = fs::canonicalize(path).unwrap_or_else(|_| path.into());
    let prefix = temporary_prefix(&path);
    let entries = fs::read_dir(folder_of(&path)).into_iter().flatten();
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(&prefix) && name.ends_with(SUFFIX) {
            // One that can't be removed does no harm.
            let _ = fs::remove_file(entry.path());
        }
    }
}

const SUFFIX: &str = ".partial";

/// What the temporary names of the file at `path` begin with: short, whatever its name, and its own.
fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let sha256 = digest::of_bytes(name.as_encoded_bytes());
    format!(".underscore-{}-", &sha256[..16])
}

/// Whether `error` says that another program has the file open, so that Windows neither writes nor replaces it.
pub fn is_in_use(error: &io::Error) -> bool {
    /// `ERROR_SHARING_VIOLATION` and `ERROR_LOCK_VIOLATION`.
    const CODES: [i32; 2] = [32, 33];
    cfg!(windows)
        && error
            .raw_os_error()
            .is_some_and(|code| CODES.contains(&code))
}

/// Windows would refuse the new name only when all the work is done.
#[cfg(windows)]
fn demand_replaceable(path: &Path) -> io::Result<()> {
    use std::os::windows::fs::OpenOptionsExt;

    /// The right that is asked for when a file is replaced.
    const DELETE: u32 = 0x0001_0000;
    let Ok(metadata) = fs::metadata(path) else {
        return Ok(());
    };
    if metadata.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    fs::File::options().access_mode(DELETE).open(path).map(drop)
}

fn new_temporary(destination: &Path) -> io::Result<NamedTempFile> {
    let prefix = temporary_prefix(destination);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(SUFFIX);
    // The output is an ordinary file that others may read, not a secret: the umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(destination))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names_in(folder: &Path) -> Vec<std::ffi::OsString> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn a_file_that_is_not_finished_leaves_the_old_one_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/list.csv");
        write(&path, b"old").unwrap();
        let mut file = WholeFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names_in(path.parent().unwrap()), ["list.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn remains_of_a_file_are_cleared_and_those_of_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["a.csv", "b.csv"].map(|name| folder.path().join(name));
        let files = paths
            .each_ref()
            .map(|path| WholeFile::create(path).unwrap());
        clear_remains(&paths[0]);
        let left = names_in(folder.path());
        assert_eq!(left.len(), 1);
        let [a, b] = files;
        b.finish().unwrap();
        assert!(a.finish().is_err());
        assert_eq!(names_in(folder.path()), ["b.csv"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one_and_the_file_that_it_leads_to_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
    }
}
