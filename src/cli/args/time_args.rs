//! Flags that say how a report tells the time, and the timeline that comes of them.

use std::path::{Path, PathBuf};

use clap::Args;
use smpte_timecode::FrameRate;

use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::wave_header::Origin;
use crate::cli::errors::{Error, Problem};
use crate::cli::pair::Pair;
use crate::cli::regular_file;
use crate::timeline::Timeline;
use crate::timeline::cues;
use crate::timeline::music_time::{TEMPO_BPM, TempoMap, TimeSignature};
use crate::timeline::timecode::{Clock, parse_label, rate_from_name};

/// Flags that say what timecode is.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Time")]
pub struct ClockArgs {
    /// Frame rate: 23.976, 24, 25, 29.97df, 29.97, 30, 48, 50, 59.94df or 60; lists then show
    /// timecode
    #[arg(long, value_name = "RATE", allow_hyphen_values = true,
        value_parser = |name: &str| rate_from_name(name))]
    fps: Option<FrameRate>,
    /// Timecode of the first sample, as 01:00:00:00 [default: the files' bext time reference]
    #[arg(long, value_name = "TIMECODE", allow_hyphen_values = true)]
    start: Option<String>,
}

/// Flags that say how a report tells the time.
#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub struct TimeArgs {
    #[command(flatten)]
    clock: ClockArgs,
    /// Tempo from the first sample on, quarter notes per minute; lists then show bar and beat
    #[arg(long, value_name = "BPM", allow_hyphen_values = true, value_parser = tempo_bpm)]
    tempo: Option<f64>,
    /// Time signature for --tempo [default: 4/4]
    #[arg(long, value_name = "METER", allow_hyphen_values = true, requires = "tempo",
        value_parser = meter)]
    meter: Option<TimeSignature>,
    /// Standard MIDI file with the tempo map; its start is the first sample
    #[arg(long, value_name = "FILE", conflicts_with = "tempo")]
    tempo_map: Option<PathBuf>,
    /// CSV file of cues (name, in, out) that the lines are grouped by
    #[arg(long, value_name = "FILE")]
    cues: Option<PathBuf>,
}

fn tempo_bpm(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(tempo_bpm) if TEMPO_BPM.contains(&tempo_bpm) => Ok(tempo_bpm),
        _ => Err(format!(
            "must be {} to {}",
            TEMPO_BPM.start(),
            TEMPO_BPM.end()
        )),
    }
}

fn meter(text: &str) -> Result<TimeSignature, String> {
    TimeSignature::parse(text).ok_or_else(|| "must be a time signature such as 4/4 or 6/8".into())
}

impl TimeArgs {
    /// The files that these flags name.
    pub fn inputs(&self) -> impl Iterator<Item = &Path> {
        [&self.tempo_map, &self.cues]
            .into_iter()
            .filter_map(|path| path.as_deref())
    }

    /// The timeline of `pair`.
    ///
    /// # Errors
    /// If a flag or a file that one names can't be used.
    pub fn timeline(&self, pair: &Pair) -> Result<Timeline, Error> {
        let clock = self.clock.clock(pair)?;
        let tempo_map = match (&self.tempo_map, self.tempo) {
            (Some(path), _) => Some(tempo_map_of(path)?),
            (None, Some(tempo_bpm)) => {
                let meter = self.meter.unwrap_or(TimeSignature::COMMON);
                Some(TempoMap::steady(tempo_bpm, meter))
            }
            (None, None) => None,
        };
        let cues = match &self.cues {
            Some(path) => cues::parse(&regular_file::read(path)?, clock.as_ref())
                .map_err(|error| Error::file(path, Problem::Cues(error)))?,
            None => Vec::new(),
        };
        Ok(Timeline {
            clock,
            tempo_map,
            cues,
        })
    }
}

impl ClockArgs {
    /// Whether a frame rate is given.
    pub fn has_rate(&self) -> bool {
        self.fps.is_some()
    }

    /// Timecode of the first sample of `pair`, if a frame rate was given.
    ///
    /// # Errors
    /// If a flag can't be used, or the file's time can't be read.
    pub fn clock(&self, pair: &Pair) -> Result<Option<Clock>, Error> {
        let sample_rate_hz = pair.music().sample_rate_hz();
        match (&self.start, self.fps) {
            (Some(start), None) => Err(Error::flag("--start", start, "needs --fps")),
            (None, None) => Ok(None),
            (Some(start), Some(rate)) => parse_label(start, rate)
                .map(|label| Some(Clock::from_label(label, sample_rate_hz)))
                .map_err(|error| Error::flag("--start", start, error)),
            (None, Some(rate)) => {
                let (file, samples) = match stamp(pair)? {
                    Some(stamp) => stamp,
                    None => (pair.music(), 0),
                };
                let at_midnight = Clock::from_samples(samples, file.sample_rate_hz(), rate)
                    .map_err(|error| Error::file(file.path(), Problem::Clock(error)))?;
                Ok(Some(at_midnight.at_sample_rate(sample_rate_hz)))
            }
        }
    }

    /// Where the first sample of `pair` lies on a timeline that begins at midnight, s: by `--start`, by the
    /// files' time stamp, or 0.
    ///
    /// # Errors
    /// If a flag can't be used, or the file's time can't be read.
    pub fn start_s(&self, pair: &Pair) -> Result<f64, Error> {
        match (&self.start, self.clock(pair)?) {
            (Some(_), Some(clock)) => {
                let midnight = clock.origin().rate();
                let elapsed = f64::from(clock.origin().frames());
                Ok(elapsed / midnight.frames_per_second().to_f64())
            }
            _ => {
                let stamp = stamp(pair)?;
                Ok(stamp.map_or(0.0, |(file, samples)| {
                    samples as f64 / f64::from(file.sample_rate_hz())
                }))
            }
        }
    }
}

/// The file by whose time stamp both begin, and when that is, samples after midnight: the music, or else the
/// dialogue, less what it begins later. `None` if neither has one.
fn stamp(pair: &Pair) -> Result<Option<(&InputBus, u64)>, Error> {
    require_origin(pair.dialogue())?;
    require_origin(pair.music())?;
    if let Origin::SinceMidnight(samples) = pair.music().file().origin() {
        return Ok(Some((pair.music(), samples)));
    }
    let dialogue = pair.dialogue();
    let Origin::SinceMidnight(samples) = dialogue.file().origin() else {
        return Ok(None);
    };
    let rates = f64::from(dialogue.sample_rate_hz()) / f64::from(pair.music().sample_rate_hz());
    let shift_samples = (pair.shift_frames() as f64 * rates).round() as i64;
    Ok(Some((
        dialogue,
        samples.saturating_add_signed(-shift_samples),
    )))
}

/// # Errors
/// If the file of `bus` has a time that can't be read.
fn require_origin(bus: &InputBus) -> Result<(), Error> {
    let file = bus.file();
    match file.origin() {
        Origin::Damaged => Err(Error::file(file.path(), Problem::DamagedOrigin)),
        Origin::Unknown | Origin::SinceMidnight(_) => Ok(()),
    }
}

fn tempo_map_of(path: &Path) -> Result<TempoMap, Error> {
    TempoMap::from_midi(&regular_file::read(path)?)
        .map_err(|error| Error::file(path, Problem::Tempo(error)))
}
