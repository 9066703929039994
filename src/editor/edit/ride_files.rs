//! The remembered lines as a file, written and read whole.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::files::whole_file;
use crate::memory::remembered::Reel;
use crate::memory::ride_file::{self, Ride, to_json};
use crate::timeline::Timeline;

/// Largest file that is read, bytes: ten times what a film with 2,000 lines takes.
const MAX_BYTES: u64 = 256 << 20;

/// What the bytes of a file hold, with notes on what couldn't be read; or why they are no ride.
pub type RideRead = Result<(Reel, Vec<String>), String>;

/// How a reel is written to a file, and read from one.
#[derive(Debug, Clone, Copy)]
pub struct RideForm {
    /// The bytes of a file; the timeline tells its timecodes.
    pub write: fn(&Reel, &Timeline) -> Vec<u8>,
    /// Reads the bytes of a file.
    pub read: fn(&[u8]) -> RideRead,
}

/// Rides as the command line writes and reads them. With what the lines were learned isn't told: each may have
/// been learned with something else.
pub const RIDE_JSON: RideForm = RideForm {
    write: |reel, timeline| {
        let ride = Ride {
            reel: reel.clone(),
            ..Ride::default()
        };
        to_json(&ride, timeline, 0.0).into_bytes()
    },
    read: |bytes| {
        let read = ride_file::parse(bytes).map_err(|error| error.to_string())?;
        Ok((read.ride.reel, read.notes))
    },
};

/// Why a ride couldn't be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RideFileError {
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the file system says.
        source: io::Error,
    },
    /// Too large to be one.
    #[error("{}: has more than {} MB: no ride has", path.display(), MAX_BYTES >> 20)]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// What is in it is none.
    #[error("{}: {what}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
}

/// Where rides go unless the user says otherwise: the home folder, or else the working one.
pub fn default_path() -> PathBuf {
    let name = "underscore.ride.json";
    match etcetera::choose_base_strategy() {
        Ok(base) => base.home_dir().join(name),
        Err(_) => PathBuf::from(name),
    }
}

/// Writes the reel to `path`; a file of that name is replaced once the new one is whole.
///
/// # Errors
/// If the file can't be written; then an old one is left.
pub fn write(
    path: &Path,
    form: RideForm,
    reel: &Reel,
    timeline: &Timeline,
) -> Result<(), RideFileError> {
    whole_file::write(path, &(form.write)(reel, timeline)).map_err(|source| RideFileError::File {
        path: path.into(),
        source,
    })
}

/// Reads the reel in the file at `path`, with notes on what couldn't be read.
///
/// # Errors
/// If the file can't be read or isn't a ride.
pub fn read(path: &Path, form: RideForm) -> Result<(Reel, Vec<String>), RideFileError> {
    let failed = |source| RideFileError::File {
        path: path.into(),
        source,
    };
    if fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        return Err(RideFileError::TooLarge { path: path.into() });
    }
    let bytes = fs::read(path).map_err(failed)?;
    (form.read)(&bytes).map_err(|what| RideFileError::Content {
        path: path.into(),
        what,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::edit::order_steps::tests::reel;

    /// The ends of the lines as text, which is all that files have to do with.
    const FORM: RideForm = RideForm {
        write: |reel, _| {
            let ends = reel
                .lines()
                .iter()
                .map(|line| format!("{} {}\n", line.start_s, line.end_s));
            ends.collect::<String>().into_bytes()
        },
        read: |bytes| {
            let text = String::from_utf8_lossy(bytes);
            let end = |word: &str| word.parse().map_err(|_| format!("{word:?} is no time"));
            let ends: Vec<f64> = text.split_whitespace().map(end).collect::<Result<_, _>>()?;
            let spans_s: Vec<(f64, f64)> = ends.chunks_exact(2).map(|it| (it[0], it[1])).collect();
            Ok((reel(&spans_s), Vec::new()))
        },
    };

    #[test]
    fn a_ride_comes_back_and_what_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join("reel.ride.json");
        let written = reel(&[(1.0, 2.0), (4.0, 6.0)]);
        write(&path, FORM, &written, &Timeline::default()).unwrap();
        assert_eq!(read(&path, FORM).unwrap().0, written);
        fs::write(&path, "loud").unwrap();
        let error = read(&path, FORM).unwrap_err().to_string();
        assert!(
            error.ends_with("reel.ride.json: \"loud\" is no time"),
            "{error}"
        );
        let error = read(&folder.path().join("none"), FORM).unwrap_err();
        assert!(error.to_string().contains("none: "), "{error}");
        let under = path.join("reel.ride.json");
        assert!(write(&under, FORM, &written, &Timeline::default()).is_err());
    }
}
