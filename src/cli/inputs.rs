//! How the two files of a pair are read, and how they lie beside each other in time.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::audio::audio_in::AudioFile;
use crate::cli::audio::input_bus::{InputBus, Wanted};
use crate::cli::audio::opening::Reading;
use crate::cli::audio::wave_header::Origin;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::line_up;

/// Two places on the clock that differ by less are the same, s: a difference of one sample comes of
/// itself when the two files have different rates.
pub const LEAST_DIFFERENCE_S: f64 = 0.001;

/// Longest shift that is asked for in earnest, s: a day.
const MAX_SHIFT_S: f64 = 86_400.0;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "How to read the files")]
pub struct InputArgs {
    /// How dialogue and music lie in time: start (both begin together), timestamps (bext or
    /// iXML), audio (as in the mix of --reference), or SECONDS by which the dialogue begins after
    /// the music (before it: -2.5)
    #[arg(long, value_name = "HOW", allow_hyphen_values = true, value_parser = align,
        default_value = "start")]
    align: Align,
    /// With --align audio: a mix with the dialogue and the music in it, such as a temp mix
    #[arg(long, value_name = "FILE")]
    reference: Option<PathBuf>,
    /// Track with audio to read of a file that has several, from 1; N,M for that of the dialogue and
    /// that of the music
    #[arg(long, value_name = "N", value_parser = track)]
    track: Option<Track>,
    /// Refuse files with faults (cut off, sizes that were never filled in, holes) in place of reading
    /// what is there
    #[arg(long)]
    strict: bool,
}

/// What puts the dialogue beside the music.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
enum Align {
    /// Both begin together.
    #[default]
    Start,
    /// The times in the files.
    Timestamps,
    /// A mix of both.
    Audio,
    /// The dialogue begins so many seconds after the music.
    Seconds(f64),
}

fn align(text: &str) -> Result<Align, String> {
    match (text, text.parse::<f64>()) {
        ("start", _) => Ok(Align::Start),
        ("timestamps", _) => Ok(Align::Timestamps),
        ("audio", _) => Ok(Align::Audio),
        (_, Ok(shift_s)) if shift_s.abs() <= MAX_SHIFT_S => Ok(Align::Seconds(shift_s)),
        _ => Err(format!(
            "must be start, timestamps, audio or -{MAX_SHIFT_S} to {MAX_SHIFT_S} seconds"
        )),
    }
}

/// Numbers of tracks, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Track {
    /// That of each file that has several.
    Any(usize),
    /// Those of the dialogue and of the music.
    Each(usize, usize),
}

fn track(text: &str) -> Result<Track, String> {
    let number = |text: &str| {
        text.trim()
            .parse()
            .ok()
            .filter(|&number: &usize| number > 0)
    };
    let track = match text.split_once(',') {
        Some((dialogue, music)) => number(dialogue)
            .zip(number(music))
            .map(|(dialogue, music)| Track::Each(dialogue, music)),
        None => number(text).map(Track::Any),
    };
    track.ok_or_else(|| "must be a number from 1, or two such as 2,1".into())
}

/// Both files of a pair, and where they lie.
pub struct Inputs {
    /// The dialogue.
    pub dialogue: InputBus,
    /// The music.
    pub music: InputBus,
    /// By how much the dialogue begins after the music, frames of the music.
    pub shift_frames: i64,
    /// What the user should know about their times.
    pub note: Option<String>,
}

impl InputArgs {
    /// How a stem of the music is read.
    pub fn stem_reading(&self) -> Reading {
        Reading {
            track: None,
            is_strict: self.strict,
        }
    }

    /// The same for the two files in each other's place.
    pub fn swapped(&self) -> Self {
        let track = match self.track {
            Some(Track::Each(dialogue, music)) => Some(Track::Each(music, dialogue)),
            other => other,
        };
        Self {
            track,
            ..self.clone()
        }
    }

    /// The file that these flags name.
    pub fn reference(&self) -> Option<&Path> {
        self.reference.as_deref()
    }

    /// Opens both files anew, the dialogue `shift_frames` after the music. Where timecode is, isn't looked for again.
    ///
    /// # Errors
    /// If one can't be read any more.
    pub fn open_again(
        &self,
        channels: &ChannelArgs,
        dialogue: &InputBus,
        music: &InputBus,
        shift_frames: i64,
    ) -> Result<Inputs, Error> {
        let timecode = Some([dialogue.timecode_channels(), music.timecode_channels()]);
        let paths = [dialogue.path(), music.path()];
        let (dialogue, music) = self.open_both(channels, paths, timecode)?;
        Ok(Inputs {
            dialogue,
            music,
            shift_frames,
            note: None,
        })
    }

    /// Opens both files.
    ///
    /// # Errors
    /// If one can't be read, both are the same, or they can't be lined up.
    pub fn open(
        &self,
        channels: &ChannelArgs,
        dialogue_path: &Path,
        music_path: &Path,
    ) -> Result<Inputs, Error> {
        match (self.align, &self.reference) {
            (Align::Audio, None) => {
                let rule = "needs --reference with a mix of both";
                return Err(Error::flag("--align", "audio", rule));
            }
            (align, Some(reference)) if align != Align::Audio => {
                let value = reference.to_string_lossy();
                return Err(Error::flag("--reference", &value, "needs --align audio"));
            }
            _ => {}
        }
        let (dialogue, music) = self.open_both(channels, [dialogue_path, music_path], None)?;
        let is_same = |other| same_file::is_same_file(dialogue.path(), other).unwrap_or(false);
        let is_one_track = dialogue.file().reading().track == music.file().reading().track;
        if music.paths().any(is_same) && is_one_track {
            return Err(Error::file(music_path, Problem::SameTwice));
        }
        let (shift_frames, note) = self.shift(dialogue.file(), music.file())?;
        Ok(Inputs {
            dialogue,
            music,
            shift_frames,
            note,
        })
    }

    fn open_both(
        &self,
        channels: &ChannelArgs,
        [dialogue, music]: [&Path; 2],
        timecode: Option<[&[usize]; 2]>,
    ) -> Result<(InputBus, InputBus), Error> {
        let [of_dialogue, of_music] = timecode.map_or([None; 2], |of_both| of_both.map(Some));
        let wanted = |track, known_timecode| {
            let is_strict = self.strict;
            Wanted {
                known_timecode,
                ..channels.wanted(Reading { track, is_strict })
            }
        };
        let open_dialogue = |track| InputBus::open_dialogue(dialogue, &wanted(track, of_dialogue));
        let open_music = |track| InputBus::open_music(music, &wanted(track, of_music));
        let number = match self.track {
            None => return Ok((open_dialogue(None)?, open_music(None)?)),
            Some(Track::Each(in_dialogue, in_music)) => {
                return Ok((
                    open_dialogue(Some(in_dialogue))?,
                    open_music(Some(in_music))?,
                ));
            }
            Some(Track::Any(number)) => number,
        };
        let (dialogue, dialogue_refusal) = open_any(number, open_dialogue)?;
        let (music, music_refusal) = open_any(number, open_music)?;
        match (dialogue_refusal, music_refusal) {
            (Some(refusal), Some(_)) => Err(refusal),
            _ => Ok((dialogue, music)),
        }
    }

    /// By how much the dialogue begins after the music, frames of the music, and what to say about it.
    fn shift(
        &self,
        dialogue: &AudioFile,
        music: &AudioFile,
    ) -> Result<(i64, Option<String>), Error> {
        let rate_hz = music.sample_rate_hz();
        match self.align {
            Align::Start => Ok((0, difference(dialogue, music))),
            Align::Seconds(shift_s) => Ok(((shift_s * f64::from(rate_hz)).round() as i64, None)),
            Align::Audio => {
                let reference = self.reference.as_deref().unwrap_or(Path::new(""));
                let readings = [dialogue.reading(), music.reading()];
                let shift =
                    line_up::shift_frames(dialogue.path(), music.path(), reference, readings)?;
                let by = format!("by their places in {}", Shown(reference));
                Ok((shift, lined_up(dialogue, shift, rate_hz, &by)))
            }
            Align::Timestamps => {
                let frames = |file: &AudioFile| match file.origin() {
                    Origin::SinceMidnight(samples) => {
                        let from_hz = i128::from(file.sample_rate_hz());
                        let units = i128::from(samples) * i128::from(rate_hz);
                        Ok((units + from_hz / 2) / from_hz)
                    }
                    _ => Err(Error::file(file.path(), Problem::NoTimestamp)),
                };
                let shift = frames(dialogue)? - frames(music)?;
                let shift_s = shift as f64 / f64::from(rate_hz);
                if shift_s.abs() > MAX_SHIFT_S {
                    return Err(Error::file(dialogue.path(), Problem::FarAway { shift_s }));
                }
                let shift = i64::try_from(shift).unwrap_or(0);
                let note = lined_up(dialogue, shift, rate_hz, "by their time stamps");
                Ok((shift, note))
            }
        }
    }
}

/// A bus of the track with this number, or of the only one with the refusal that goes with it: a file with one
/// track has no choice, but one of the two should have.
fn open_any(
    number: usize,
    open: impl Fn(Option<usize>) -> Result<InputBus, Error>,
) -> Result<(InputBus, Option<Error>), Error> {
    match open(Some(number)) {
        Err(Error::File {
            problem: problem @ Problem::NoTrack { num_tracks: 1, .. },
            path,
        }) => Ok((open(None)?, Some(Error::File { path, problem }))),
        opened => opened.map(|bus| (bus, None)),
    }
}

/// That the dialogue was moved by `shift_frames`, if it was.
fn lined_up(dialogue: &AudioFile, shift_frames: i64, rate_hz: u32, by: &str) -> Option<String> {
    let shift_s = shift_frames as f64 / f64::from(rate_hz);
    (shift_s.abs() >= LEAST_DIFFERENCE_S).then(|| {
        format!(
            "{}: begins {:.3} s {} the music, {by}: lined up",
            Shown(dialogue.path()),
            shift_s.abs(),
            if shift_s < 0.0 { "before" } else { "after" },
        )
    })
}

/// That the times in both files differ, if they do.
fn difference(dialogue: &AudioFile, music: &AudioFile) -> Option<String> {
    let difference_s = origin_s(dialogue)? - origin_s(music)?;
    (difference_s.abs() >= LEAST_DIFFERENCE_S).then(|| {
        format!(
            "{}: its time stamp is {:.3} s {} the music's: both are taken to begin together; \
             --align timestamps lines them up",
            Shown(dialogue.path()),
            difference_s.abs(),
            if difference_s < 0.0 {
                "before"
            } else {
                "after"
            },
        )
    })
}

/// When `file` begins, s after midnight, where it says so.
fn origin_s(file: &AudioFile) -> Option<f64> {
    match file.origin() {
        Origin::SinceMidnight(samples) => Some(samples as f64 / f64::from(file.sample_rate_hz())),
        Origin::Unknown | Origin::Damaged => None,
    }
}

/// `notes` about the file at `path` as sentences that name it.
pub fn notes_of(path: &Path, notes: Vec<String>) -> Vec<String> {
    let notes = notes.into_iter();
    notes
        .map(|note| format!("{}: {note}", Shown(path)))
        .collect()
}

/// Says `notes` about the file at `path` on standard error, and gives them as sentences that name it.
pub fn say_all(path: &Path, notes: Vec<String>) -> Vec<String> {
    let notes = notes_of(path, notes);
    notes
        .iter()
        .for_each(|note| eprintln!("underscore: {note}"));
    notes
}
