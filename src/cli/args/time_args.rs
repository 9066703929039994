//! Flags that say how a report tells the time, and the timeline that comes of them.

use std::path::{Path, PathBuf};

use clap::Args;
use smpte_timecode::FrameRate;

use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::wave_header::Origin;
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::pair::{LEAST_DIFFERENCE_S, Pair};
use crate::cli::regular_file;
use crate::timeline::Timeline;
use crate::timeline::cues;
use crate::timeline::music_time::{TEMPO_BPM, TempoMap, TimeSignature};
use crate::timeline::timecode::{Clock, parse_label, rate_from_name};

#[derive(Debug, Args)]
#[command(next_help_heading = "Time")]
pub struct TimeArgs {
    /// Frame rate: 23.976, 24, 25, 29.97df, 29.97, 30, 48, 50, 59.94df or 60; lists then show
    /// timecode
    #[arg(long, value_name = "RATE", allow_hyphen_values = true,
        value_parser = |name: &str| rate_from_name(name))]
    fps: Option<FrameRate>,
    /// Timecode of the first sample, as 01:00:00:00 [default: the files' bext time reference]
    #[arg(long, value_name = "TIMECODE", allow_hyphen_values = true)]
    start: Option<String>,
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

    /// The timeline of `pair`. Says on standard error when its files name different times.
    ///
    /// # Errors
    /// If a flag or a file that one names can't be used.
    pub fn timeline(&self, pair: &Pair) -> Result<Timeline, Error> {
        let clock = self.clock(pair)?;
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

    fn clock(&self, pair: &Pair) -> Result<Option<Clock>, Error> {
        let sample_rate_hz = pair.music().sample_rate_hz();
        match (&self.start, self.fps) {
            (Some(start), None) => Err(Error::flag("--start", start, "needs --fps")),
            (None, None) => Ok(None),
            (Some(start), Some(rate)) => parse_label(start, rate)
                .map(|label| Some(Clock::from_label(label, sample_rate_hz)))
                .map_err(|error| Error::flag("--start", start, error)),
            (None, Some(rate)) => {
                let dialogue_s = origin_s(pair.dialogue())?;
                let music_s = origin_s(pair.music())?;
                if let (Some(dialogue_s), Some(music_s)) = (dialogue_s, music_s)
                    && (dialogue_s - music_s).abs() >= LEAST_DIFFERENCE_S
                {
                    eprintln!(
                        "underscore: {}: its bext time is {:.3} s {} the music's: both are taken \
                         to begin together, at the music's",
                        Shown(pair.dialogue().path()),
                        (dialogue_s - music_s).abs(),
                        if dialogue_s < music_s {
                            "before"
                        } else {
                            "after"
                        },
                    );
                }
                let file = match music_s {
                    Some(_) => pair.music(),
                    None => pair.dialogue(),
                };
                let samples = match file.file().origin() {
                    Origin::SinceMidnight(samples) => samples,
                    _ => 0,
                };
                let at_midnight = Clock::from_samples(samples, file.sample_rate_hz(), rate)
                    .map_err(|error| Error::file(file.path(), Problem::Clock(error)))?;
                Ok(Some(at_midnight.at_sample_rate(sample_rate_hz)))
            }
        }
    }
}

/// When `file` begins, s after midnight, where it says so.
fn origin_s(bus: &InputBus) -> Result<Option<f64>, Error> {
    let file = bus.file();
    match file.origin() {
        Origin::Unknown => Ok(None),
        Origin::Damaged => Err(Error::file(file.path(), Problem::DamagedOrigin)),
        Origin::SinceMidnight(samples) => {
            Ok(Some(samples as f64 / f64::from(file.sample_rate_hz())))
        }
    }
}

fn tempo_map_of(path: &Path) -> Result<TempoMap, Error> {
    TempoMap::from_midi(&regular_file::read(path)?)
        .map_err(|error| Error::file(path, Problem::Tempo(error)))
}
