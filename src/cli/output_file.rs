//! Output files of the command line: never one of the inputs, and errors that name the file as the user
//! did. They appear whole or not at all.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf, is_separator};

use crate::cli::errors::{Error, Problem};
use crate::files::device_names;
use crate::files::spool;
use crate::files::whole_file::{WholeFile, folder_of};

/// A file in the making.
pub struct OutputFile {
    /// The name that the user gave, for messages.
    path: PathBuf,
    file: WholeFile,
    /// Whether it goes on to standard output, and is gone then.
    is_piped: bool,
}

impl OutputFile {
    /// Starts the file that will be at `path`, or goes to standard output. An existing file there stays untouched until
    /// [`OutputFile::finish`].
    ///
    /// # Errors
    /// If `path` is one of `inputs`, a folder, a device, or in no writable folder.
    pub fn create(path: &Path, inputs: &[&Path]) -> Result<Self, Error> {
        let fail = |problem| Error::file(path, problem);
        if spool::is_pipe(path) {
            let name = format!("underscore-{}.stdout", std::process::id());
            let file = WholeFile::create(&std::env::temp_dir().join(name));
            return Ok(Self {
                path: path.into(),
                file: file.map_err(|error| fail(Problem::unwritable(&error)))?,
                is_piped: true,
            });
        }
        let is_new = match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => return Err(fail(Problem::Folder)),
            Ok(metadata) if !metadata.is_file() => return Err(fail(Problem::NotRegular)),
            Ok(_) if is_any_of(path, inputs) => return Err(fail(Problem::OutputIsInput)),
            Ok(_) => false,
            Err(_) => true,
        };
        let last = path.as_os_str().as_encoded_bytes().last();
        let ends_open = last.is_some_and(|&byte| is_separator(char::from(byte)));
        let Some(name) = path.file_name().filter(|_| !ends_open) else {
            return Err(fail(Problem::Folder));
        };
        if cfg!(windows) && device_names::is_device(&name.to_string_lossy()) {
            return Err(fail(Problem::NotRegular));
        }
        let folder = folder_of(path);
        if is_new && !folder.is_dir() {
            return Err(fail(Problem::NoFolder(folder.into())));
        }
        let file = WholeFile::create(path).map_err(|e| fail(Problem::unwritable(&e)))?;
        Ok(Self {
            path: path.into(),
            file,
            is_piped: false,
        })
    }

    /// The name that the user gave.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it goes to standard output.
    pub fn is_piped(&self) -> bool {
        self.is_piped
    }

    /// Appends `bytes`.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write_all(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let result = self.file.write_all(bytes);
        result.map_err(|error| unwritable(&self.path, &error))
    }

    /// Replaces the first bytes of the file.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn rewrite_start(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let result = self.file.rewrite_start(bytes);
        result.map_err(|error| unwritable(&self.path, &error))
    }

    /// Hands everything so far to the system, so that a full disk shows.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn flush(&mut self) -> Result<(), Error> {
        let result = self.file.flush();
        result.map_err(|error| unwritable(&self.path, &error))
    }

    /// Whether both will be the same file.
    pub fn is_same(&self, other: &Self) -> bool {
        let place = |file: &Self| {
            let destination = file.file.destination();
            let folder = fs::canonicalize(folder_of(destination)).ok();
            (folder, destination.file_name().map(OsString::from))
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
            file,
            is_piped,
        } = self;
        let destination = file.destination().to_owned();
        let mut result = file.finish();
        if is_piped && result.is_ok() {
            result = spool::to_stdout(&destination);
            // It was for the pipe alone.
            let _ = fs::remove_file(&destination);
        }
        result.map_err(|error| unwritable(&path, &error))
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
        let destination = file.file.destination().to_owned();
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

fn unwritable(path: &Path, error: &io::Error) -> Error {
    Error::file(path, Problem::unwritable(error))
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
