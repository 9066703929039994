//! What can go wrong on the command line: each error is one line that names the file, what is
//! wrong with it and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::layout::MAX_CHANNELS;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something about one file.
    #[error("{}: {problem}", Shown(path))]
    File {
        /// The file, as the user named it.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: Problem,
    },
    /// The frequency limits leave no band.
    #[error("--low {low_hz}: must not be above --high {high_hz}")]
    Limits {
        /// Low limit, Hz.
        low_hz: f32,
        /// High limit, Hz.
        high_hz: f32,
    },
    /// The engine refused the files' format.
    #[error(transparent)]
    Engine(#[from] crate::engine::PrepareError),
    /// The resampler refused a conversion.
    #[error("resampling {from_hz} to {to_hz} Hz failed ({reason}): convert the dialogue first")]
    Resample {
        /// Sample rate of the dialogue, Hz.
        from_hz: u32,
        /// Sample rate of the music, Hz.
        to_hz: u32,
        /// The resampler's reason.
        reason: String,
    },
    /// The report could not be written as JSON.
    #[error("the report can't be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Standard output could not be written.
    #[error("standard output can't be written: {0}")]
    Stdout(io::Error),
    /// The user or the system asked to stop.
    #[error("interrupted: nothing was written")]
    Interrupted,
}

impl Error {
    /// An error about the file at `path`.
    pub fn file(path: &Path, problem: Problem) -> Self {
        Self::File {
            path: path.into(),
            problem,
        }
    }
}

/// What is wrong with a file, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// No such file.
    #[error("no such file: check the path")]
    Missing,
    /// A folder where a file is needed.
    #[error("is a folder: give a file")]
    Folder,
    /// A pipe, socket or device.
    #[error("is not a regular file: give a file on disk")]
    NotRegular,
    /// The file can't be opened or read.
    #[error("can't be read: {0}: check its permissions and the disk")]
    Unreadable(io::Error),
    /// 0 bytes.
    #[error("is empty (0 bytes): export it again")]
    Empty,
    /// No known audio format.
    #[error("is not audio that can be read: give WAV, RF64, AIFF or FLAC")]
    NotAudio,
    /// A known container with something in it that can't be decoded.
    #[error("can't be decoded ({0}): convert it to WAV with 16, 24 or 32 bits")]
    Unsupported(String),
    /// The audio breaks off or doesn't decode.
    #[error("is damaged after {after_s:.3} s ({reason}): export it again")]
    Damaged {
        /// Length of the part before the damage, s.
        after_s: f64,
        /// The decoder's reason.
        reason: String,
    },
    /// Less audio than the header says.
    #[error("is truncated or damaged ({found} of {expected} {unit}): copy or export it again")]
    Truncated {
        /// How much is there.
        found: u64,
        /// How much the header says.
        expected: u64,
        /// Of what.
        unit: &'static str,
    },
    /// The file ends before its audio can be found.
    #[error("is truncated (it ends inside its header): copy or export it again")]
    CutOff,
    /// A header with 0 channels.
    #[error("has no channels: export it again")]
    NoChannels,
    /// More channels than a bus can have.
    #[error("has {0} channels: 1 to {MAX_CHANNELS} are supported, give fewer")]
    TooManyChannels(usize),
    /// A sample rate that the engine doesn't run at.
    #[error("has a sample rate of {0} Hz: 8000 to 192000 Hz are supported, convert it")]
    SampleRate(u32),
    /// A header without audio.
    #[error("has no audio in it (0 samples): export it again")]
    NoAudio,
    /// Dialogue and music are one file.
    #[error("is given as dialogue and as music: give two different files")]
    SameTwice,
    /// Two outputs with one name.
    #[error("is given for two outputs: choose two names")]
    OutputTwice,
    /// The output would overwrite an input.
    #[error("is also an input: choose another name for the output")]
    OutputIsInput,
    /// The output's folder doesn't exist.
    #[error("can't be written: there is no folder {}: make it first", Shown(.0))]
    NoFolder(PathBuf),
    /// The output can't be written. (The kind alone: a whole error may name the temporary file.)
    #[error("can't be written: {0}: choose another place")]
    Unwritable(io::ErrorKind),
}

/// A path on one line, whatever characters it has.
pub struct Shown<'a>(pub &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for c in self.0.to_string_lossy().chars() {
            if c.is_control() {
                write!(f, "{}", c.escape_default())?;
            } else {
                write!(f, "{c}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_a_line_break_stays_on_one_line() {
        let error = Error::file(Path::new("a\nb.wav"), Problem::Empty);
        assert_eq!(
            error.to_string(),
            r"a\nb.wav: is empty (0 bytes): export it again"
        );
    }
}
