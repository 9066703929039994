//! A dialogue that is heard without any music.

use std::path::{Path, PathBuf};

use clap::Args;
use smpte_timecode::FrameRate;

use crate::cli::args::channel_args::{ChannelList, dialogue_channels};
use crate::cli::audio::input_bus::{InputBus, Wanted};
use crate::cli::audio::opening::Reading;
use crate::cli::audio::wave_header::Origin;
use crate::cli::errors::{Error, Problem};
use crate::cli::inputs::say_all;
use crate::cli::inputs_compared::piped;
use crate::cli::interrupt;
use crate::cli::pair::progress_bar;
use crate::engine::Engine;
use crate::layout::Layout;
use crate::lines::confirmer::Confirmer;
use crate::lines::fingerprint::VoiceTrack;
use crate::lines::log::ClashLog;
use crate::settings::{Mode, Settings};
use crate::snapshot::Snapshot;
use crate::timeline::Timeline;
use crate::timeline::timecode::Clock;

/// Frames that are read at once.
const BLOCK_FRAMES: usize = 4096;

/// How a dialogue alone is read.
#[derive(Debug, Args)]
#[command(next_help_heading = "How to read the file")]
pub struct AloneArgs {
    /// Channels of the dialogue to hear, such as 1,3 [default: all but timecode]
    #[arg(long, value_name = "N,N", value_parser = dialogue_channels)]
    dialogue_channels: Option<ChannelList>,
    /// Track with audio to read of a file that has several, from 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    track: Option<u16>,
    /// Refuse a file with faults in place of reading what is there
    #[arg(long)]
    strict: bool,
}

/// What was heard of a dialogue.
pub struct HeardAlone {
    /// What its lines are known by.
    pub track: VoiceTrack,
    /// Start and end of each line, s on the timeline.
    pub lines_s: Vec<(f64, f64)>,
    /// Its file, as it was named.
    pub path: PathBuf,
    /// Sample rate of the file, Hz.
    pub sample_rate_hz: u32,
    /// Where its first sample lies on the timeline, s.
    pub first_s: f64,
}

impl HeardAlone {
    /// Hears the dialogue at `path`, which begins at `at_s` on the timeline; else at its time stamp, or at 0.
    ///
    /// # Errors
    /// If it can't be read, or the user interrupts.
    pub fn hear(args: &AloneArgs, path: &Path, at_s: Option<f64>) -> Result<Self, Error> {
        let path = piped(path)?;
        let wanted = Wanted {
            known_timecode: None,
            reading: Reading {
                track: args.track.map(usize::from),
                is_strict: args.strict,
            },
            music_layout: None,
            dialogue_channels: args.dialogue_channels.as_ref().map(ChannelList::indexes),
        };
        let mut bus = InputBus::open_dialogue(&path, &wanted)?;
        bus.say_understood();
        let sample_rate_hz = bus.sample_rate_hz();
        let rate_hz = f64::from(sample_rate_hz);
        let first_s = match (at_s, bus.file().origin()) {
            (Some(at_s), _) => at_s,
            (None, Origin::SinceMidnight(samples)) => samples as f64 / rate_hz,
            (None, Origin::Unknown) => 0.0,
            (None, Origin::Damaged) => {
                return Err(Error::file(&path, Problem::DamagedOrigin));
            }
        };
        let mut engine = Engine::prepare(rate_hz, bus.layout()?, Layout::MONO)?;
        let settings = Settings {
            mode: Mode::Meter,
            ..Settings::default()
        };
        let first_frame = (first_s * rate_hz).round() as i64;
        engine.set_position(first_frame);
        let mut track = VoiceTrack::default();
        let mut log = ClashLog::new();
        let mut confirmer = Confirmer::default();
        let mut take = |hop: &Snapshot| {
            track.push(hop);
            log.push(hop);
        };
        let mut block = vec![Vec::new(); bus.num_channels()];
        let mut silence = vec![0.0; BLOCK_FRAMES];
        let progress = progress_bar(bus.num_frames());
        loop {
            interrupt::check()?;
            let num_read = bus.read(&mut block, BLOCK_FRAMES)?;
            if num_read == 0 {
                break;
            }
            let spoken: Vec<&[f32]> = block.iter().map(Vec::as_slice).collect();
            let observer = &mut |hop: &Snapshot| confirmer.push(hop, &mut take);
            let music = silence.get_mut(..num_read).unwrap_or_default();
            music.fill(0.0);
            engine.process(&spoken, &mut [music], &settings, Some(observer));
            progress.inc(num_read as u64);
        }
        confirmer.drain(&mut take);
        progress.finish_and_clear();
        let notes = bus.take_notes();
        say_all(bus.path(), notes);
        Ok(Self {
            track,
            lines_s: log.lines().map(|line| (line.start_s, line.end_s)).collect(),
            path: bus.path().into(),
            sample_rate_hz,
            first_s: first_frame as f64 / rate_hz,
        })
    }

    /// How times are told at a frame rate: the timeline begins at midnight.
    ///
    /// # Errors
    /// If the dialogue begins a day later or more.
    pub fn timeline(&self, rate: FrameRate) -> Result<Timeline, Error> {
        let samples = (self.first_s.max(0.0) * f64::from(self.sample_rate_hz)).round() as u64;
        let clock = Clock::from_samples(samples, self.sample_rate_hz, rate)
            .map_err(|error| Error::file(&self.path, Problem::Clock(error)))?;
        Ok(Timeline {
            clock: Some(clock),
            ..Timeline::default()
        })
    }
}
