//! What can go wrong on the command line: each error is one line that names the file, what is
//! wrong with it and what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::cli::audio::FILE_RATES_HZ;
use crate::files::spool;
use crate::files::three_columns::BadRow;
use crate::files::whole_file;
use crate::found::compare::CompareError;
use crate::layout::MAX_CHANNELS;
use crate::memory::orders_table::OrdersError;
use crate::memory::ride_file::RideError;
use crate::report::export::ExportError;
use crate::timeline::change_list::ChangeListError;
use crate::timeline::cues::CuesError;
use crate::timeline::music_time::TempoError;
use crate::timeline::stretches::StretchesError;
use crate::timeline::timecode::ClockError;

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
    /// A flag whose value doesn't fit the others.
    #[error("{flag} {value}: {rule}")]
    Flag {
        /// The flag.
        flag: &'static str,
        /// The value received.
        value: String,
        /// The rule it breaks.
        rule: String,
    },
    /// A flag that can't do what it should.
    #[error("{flag}: {rule}")]
    Rule {
        /// The flag.
        flag: &'static str,
        /// Why, and what to do.
        rule: String,
    },
    /// Neither files nor a manifest.
    #[error("nothing to check: give a dialogue and a music file, or --manifest")]
    NoPair,
    /// Some of many pairs failed; each has been named.
    #[error("{num_failed} of {num_pairs} pairs failed")]
    PairsFailed {
        /// How many failed.
        num_failed: usize,
        /// How many there were.
        num_pairs: usize,
    },
    /// No reports to merge.
    #[error("nothing to merge: give the reports of `underscore check --json`, or folders of them")]
    NoReports,
    /// Some of many pairs have no figures; each has been named.
    #[error("{num_failed} of {num_pairs} pairs failed, {num_missing} have no report")]
    PairsWithoutFigures {
        /// How many failed.
        num_failed: usize,
        /// How many have no report.
        num_missing: usize,
        /// How many there are.
        num_pairs: usize,
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
    /// The encoder refused an excerpt.
    #[error("an excerpt can't be encoded ({0}): leave out --audio")]
    Encode(String),
    /// Standard output could not be written.
    #[error("standard output can't be written: {0}")]
    Stdout(io::Error),
    /// The user or the system asked to stop.
    #[error("interrupted: nothing was written")]
    Interrupted,
    /// The user or the system asked to stop in the midst of many pairs.
    #[error("interrupted: only pairs that were done have their lists")]
    PairsInterrupted,
}

impl Error {
    /// An error about the file at `path`.
    pub fn file(path: &Path, problem: Problem) -> Self {
        Self::File {
            path: path.into(),
            problem,
        }
    }

    /// An error about the value of `flag`.
    pub fn flag(flag: &'static str, value: &str, rule: impl fmt::Display) -> Self {
        Self::Flag {
            flag,
            value: Shown(Path::new(value)).to_string(),
            rule: rule.to_string(),
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
    #[error(
        "is not audio of a kind that is known: give WAV, AIFF, FLAC, MP3, MP4, MOV, CAF, Ogg or MKV"
    )]
    NotAudio,
    /// Something that is known and no audio.
    #[error("is not audio but {0}: check the path")]
    OtherKind(&'static str),
    /// A known container with something in it that can't be decoded.
    #[error("can't be decoded ({0}): export it in another form")]
    Unsupported(String),
    /// What only FFmpeg decodes.
    #[error("is {0}, which takes FFmpeg to be read: install it, or convert the file to WAV")]
    NeedsFfmpeg(String),
    /// A container without audio.
    #[error("has no audio in it: check the path")]
    NoAudioTrack,
    /// A track that isn't there.
    #[error("has no track {number} with audio: choose 1 to {num_tracks} with --track")]
    NoTrack {
        /// What was asked for, from 1.
        number: usize,
        /// How many there are.
        num_tracks: usize,
    },
    /// A file with faults that is to be read all the same, unless it was asked to be whole.
    #[error("{0} (leave out --strict to read it so)")]
    Faulty(String),
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
    /// A movie that was never finished.
    #[error("is cut off (its index, which is written last, is missing): record or export it again")]
    NoIndex,
    /// A header with 0 channels.
    #[error("has no channels: export it again")]
    NoChannels,
    /// More channels than a bus can have.
    #[error("has {0} channels: 1 to {MAX_CHANNELS} are supported, give fewer")]
    TooManyChannels(usize),
    /// A sample rate outside of [`FILE_RATES_HZ`].
    #[error(
        "has a sample rate of {0} Hz: {least} to {most} Hz are supported, convert it",
        least = FILE_RATES_HZ.start(),
        most = FILE_RATES_HZ.end()
    )]
    SampleRate(u32),
    /// A header without audio.
    #[error("has no audio in it (0 samples): export it again")]
    NoAudio,
    /// Dialogue and music are one file.
    #[error("is given as dialogue and as music: give two different files")]
    SameTwice,
    /// A list that nobody made by hand.
    #[error("is too large for a list (more than {max_mb} MB): check the path")]
    TooLarge {
        /// Largest list that is read, MB.
        max_mb: u64,
    },
    /// A tempo map that can't be used.
    #[error(transparent)]
    Tempo(#[from] TempoError),
    /// A list of cues that can't be used.
    #[error(transparent)]
    Cues(#[from] CuesError),
    /// A list of stretches that can't be used.
    #[error(transparent)]
    Stretches(#[from] StretchesError),
    /// A table of audiences that can't be used.
    #[error("line {line}: {rule}")]
    Audiences {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong and what to do.
        rule: String,
    },
    /// A ride that can't be used.
    #[error(transparent)]
    Ride(#[from] RideError),
    /// A table of orders that can't be used.
    #[error(transparent)]
    Orders(#[from] OrdersError),
    /// A list of changes that can't be used.
    #[error(transparent)]
    Changes(#[from] ChangeListError),
    /// A ride without what lines are known by.
    #[error("has no fingerprints of its lines, so they can't be followed: learn it again")]
    NoFingerprints,
    /// A manifest that can't be used.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Reports that can't be merged.
    #[error(transparent)]
    Merge(#[from] MergeError),
    /// A folder without files.
    #[error("has no files in it: check the path")]
    NoFiles,
    /// One output for many pairs.
    #[error("would be written by every pair: put {{name}} into the file's name")]
    NoName,
    /// A pattern that names other files than one for each loudspeaker.
    #[error(
        "is no set of files, one for each loudspeaker (such as Reel1.L.wav, Reel1.R.wav): name one \
         of its files"
    )]
    NoSet,
    /// A file of a set with more channels.
    #[error(
        "has {0} channels, but is one of a set of files for one loudspeaker each: export it again"
    )]
    NotMono(usize),
    /// A file of a set at another sample rate.
    #[error("has a sample rate of {own_hz} Hz, others of its set {first_hz} Hz: export all alike")]
    SetRate {
        /// Sample rate of the file, Hz.
        own_hz: u32,
        /// Sample rate of the set's first file, Hz.
        first_hz: u32,
    },
    /// A stem at another sample rate.
    #[error("has a sample rate of {stem_hz} Hz, the music {music_hz} Hz: export both alike")]
    StemRate {
        /// Sample rate of the stem, Hz.
        stem_hz: u32,
        /// Sample rate of the music, Hz.
        music_hz: u32,
    },
    /// Channels of which nobody knows where they stand, or only one.
    #[error("has {0} channels, for which there is no fold-down: leave out --fold-down")]
    NoFoldDown(usize),
    /// Channels of which nobody knows where they stand, for an audience that hears two.
    #[error(
        "has {0} channels, for which there is no stereo fold-down: leave out audiences with a device"
    )]
    NoStereo(usize),
    /// An earlier report that can't be used.
    #[error(transparent)]
    Compare(#[from] CompareError),
    /// A time of day that can't be.
    #[error(transparent)]
    Clock(#[from] ClockError),
    /// A `bext` chunk without its time reference.
    #[error("has a damaged bext chunk, so its timecode isn't known: give --start")]
    DamagedOrigin,
    /// A file without a time to line it up by.
    #[error(
        "has no time stamp (bext, iXML): --align timestamps needs one in both files, or give --align SECONDS"
    )]
    NoTimestamp,
    /// A file whose sound isn't in the mix.
    #[error(
        "isn't heard in the mix of --reference, so its place isn't known: give --align SECONDS"
    )]
    NotInReference,
    /// Times that are more than a day apart.
    #[error(
        "begins {shift_s:.0} s from the music by their time stamps: give --align start or SECONDS"
    )]
    FarAway {
        /// By how much it begins later, s.
        shift_s: f64,
    },
    /// A list in frames without a frame rate.
    #[error("is a list that counts in frames: give --fps")]
    NoFrameRate,
    /// A list of dips by whose name no form is known.
    #[error(
        "has an ending that no list of dips has: give .csv, .txt, .mid, .regions.csv, .edl or .otio"
    )]
    DipsEnding,
    /// An envelope by whose name no program is known.
    #[error(
        "has an ending that no envelope has: give .rpp or .RTrackTemplate (REAPER) or .lua (Ardour)"
    )]
    EnvelopeEnding,
    /// A list that can't be written in its form.
    #[error("can't be written: {0}")]
    Export(#[from] ExportError),
    /// Audio that isn't a wave file by its name.
    #[error("would be a WAV file all the same: give it the ending .wav")]
    NotWave,
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
    /// The output is there, and Windows lets nobody replace it while it is open.
    #[error("can't be written: another program has it open: close it there")]
    InUse,
}

impl Problem {
    /// What `error` means for an output.
    pub fn unwritable(error: &io::Error) -> Self {
        match whole_file::is_in_use(error) {
            true => Self::InUse,
            false => Self::Unwritable(error.kind()),
        }
    }
}

/// What is wrong with a manifest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not a CSV file of three columns.
    #[error("is not a manifest (line {line}: {reason}): give the columns name, dialogue, music")]
    Columns {
        /// Line of the file, from 1.
        line: u64,
        /// What is wrong.
        reason: String,
    },
    /// Two pairs of one name.
    #[error("has two pairs called {name}: rename one")]
    NameTwice {
        /// The name.
        name: String,
    },
    /// No pair at all.
    #[error("has no pairs in it: give the columns name, dialogue, music")]
    NoPairs,
}

/// What is wrong with reports that are to be merged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// A folder without any.
    #[error("has no reports of `underscore check --json` in it: check the path")]
    NoReports,
    /// Two of one pair that differ.
    #[error("is a report of {name}, and so is {other}, which says something else: leave out one")]
    TwoReports {
        /// Name of the pair.
        name: String,
        /// The other file.
        other: String,
    },
}

impl From<BadRow> for ManifestError {
    fn from(BadRow { line, reason }: BadRow) -> Self {
        Self::Columns { line, reason }
    }
}

/// A path on one line, whatever characters it has.
pub struct Shown<'a>(pub &'a Path);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        if spool::is_stdin(self.0) {
            return f.write_str("standard input");
        }
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
