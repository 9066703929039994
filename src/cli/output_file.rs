//! Output files that appear whole or not at all: written under a temporary name in the same
//! folder, renamed when complete, removed otherwise.

use std::ffi::OsString;
use std::fs;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::cli::errors::{Error, Problem};

const BUFFER_BYTES: usize = 1 << 18;

/// A file in the making.
pub struct OutputFile {
    /// The name that the user gave, for messages.
    path: PathBuf,
    /// Where the file goes: `path` with symbolic links followed.
    destination: PathBuf,
    writer: BufWriter<NamedTempFile>,
}

impl OutputFile {
    /// Starts the file that will be at `path`. An existing file there stays untouched until
    /// [`OutputFile::finish`].
    ///
    /// # Errors
    /// If `path` is one of `inputs`, a folder, a device, or in no writable folder.
    pub fn create(path: &Path, inputs: &[&Path]) -> Result<Self, Error> {
        let fail = |problem| Error::file(path, problem);
        let destination = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(fail(Problem::Folder)),
            Ok(metadata) if !metadata.is_file() => return Err(fail(Problem::NotRegular)),
            Ok(_) if is_any_of(path, inputs) => return Err(fail(Problem::OutputIsInput)),
            Ok(_) => fs::canonicalize(path).map_err(|e| fail(Problem::Unwritable(e.kind())))?,
            Err(_) => path.to_path_buf(),
        };
        if destination.file_name().is_none() || path.as_os_str().as_encoded_bytes().ends_with(b"/")
        {
            return Err(fail(Problem::Folder));
        }
        let folder = folder_of(&destination);
        if !folder.is_dir() {
            return Err(fail(Problem::NoFolder(folder.into())));
        }
        let temporary = new_temporary(folder).map_err(|e| fail(Problem::Unwritable(e.kind())))?;
        Ok(Self {
            path: path.into(),
            destination,
            writer: BufWriter::with_capacity(BUFFER_BYTES, temporary),
        })
    }

    /// The name that the user gave.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer
            .write_all(bytes)
            .map_err(|e| Error::file(&self.path, Problem::Unwritable(e.kind())))
    }

    /// Replaces the first bytes of the file.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn rewrite_start(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer
            .seek(SeekFrom::Start(0))
            .and_then(|_| self.writer.write_all(bytes))
            .map_err(|e| Error::file(&self.path, Problem::Unwritable(e.kind())))
    }

    /// Hands everything so far to the system, so that a full disk shows.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.writer
            .flush()
            .map_err(|e| Error::file(&self.path, Problem::Unwritable(e.kind())))
    }

    /// Whether both will be the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        let place = |file: &Self| {
            let folder = fs::canonicalize(folder_of(&file.destination)).ok();
            (folder, file.destination.file_name().map(OsString::from))
        };
        place(self) == place(other)
    }

    /// Gives the complete file its name.
    ///
    /// # Errors
    /// If the disk refuses; then nothing is left behind.
    pub fn finish(self) -> Result<(), Error> {
        let Self {
            path,
            destination,
            writer,
        } = self;
        writer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|temporary| Ok(temporary.persist(&destination)?))
            .map_err(|e| Error::file(&path, Problem::Unwritable(e.kind())))?;
        Ok(())
    }
}

/// Gives all files their names, once every one is complete.
///
/// # Errors
/// If the disk refuses one; then none is left behind.
pub fn finish_all(mut files: Vec<OutputFile>) -> Result<(), Error> {
    files.iter_mut().try_for_each(OutputFile::flush)?;
    let mut finished = Vec::new();
    for file in files {
        let destination = file.destination.clone();
        if let Err(error) = file.finish() {
            for destination in finished {
                // The first error is the one to tell.
                let _ = fs::remove_file(destination);
            }
            return Err(error);
        }
        finished.push(destination);
    }
    Ok(())
}

/// Whether `path` is the same file as one of `others`, by whatever name.
fn is_any_of(path: &Path, others: &[&Path]) -> bool {
    others
        .iter()
        .any(|other| same_file::is_same_file(path, other).unwrap_or(false))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn new_temporary(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".underscore-").suffix(".partial");
    // The output is an ordinary file that others may read, not a secret: the umask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_one_of_several_can_not_be_finished_none_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let paths = ["first", "second"].map(|name| folder.path().join(name));
        let files = paths
            .each_ref()
            .map(|path| OutputFile::create(path, &[]).unwrap());
        // A folder takes the second name in the meantime.
        fs::create_dir(&paths[1]).unwrap();
        assert!(finish_all(files.into()).is_err());
        let left: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["second"]);
    }
}
