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

/// Flags that say what the timecode of the first sample is.
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
    /// The clock of `pair`, if a frame rate is given.
    ///
    /// # Errors
    /// If the flags or the times in the files can't be used.
    pub fn clock(&self, pair: &Pair) -> Result<Option<Clock>, Error> {
        let sample_rate_hz = pair.music().sample_rate_hz();
        match (&self.start, self.fps) {
            (Some(start), None) => Err(Error::flag("--start", start, "needs --fps")),
            (None, None) => Ok(None),
            (Some(start), Some(rate)) => parse_label(start, rate)
                .map(|label| Some(Clock::from_label(label, sample_rate_hz)))
                .map_err(|error| Error::flag("--start", start, error)),
            (None, Some(rate)) => {
                require_origin(pair.dialogue())?;
                require_origin(pair.music())?;
                // Both begin at the music's time, or at what the dialogue's makes of it.
                let (file, shift_samples) = match pair.music().file().origin() {
                    Origin::SinceMidnight(_) => (pair.music(), 0),
                    _ => {
                        let dialogue = pair.dialogue();
                        let rates =
                            f64::from(dialogue.sample_rate_hz()) / f64::from(sample_rate_hz);
                        let shift_samples = (pair.shift_frames() as f64 * rates).round() as i64;
                        (dialogue, shift_samples)
                    }
                };
                let samples = match file.file().origin() {
                    Origin::SinceMidnight(samples) => samples.saturating_add_signed(-shift_samples),
                    _ => 0,
                };
                let at_midnight = Clock::from_samples(samples, file.sample_rate_hz(), rate)
                    .map_err(|error| Error::file(file.path(), Problem::Clock(error)))?;
                Ok(Some(at_midnight.at_sample_rate(sample_rate_hz)))
            }
        }
    }
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
