//! `underscore duck`: the music with room for the words.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::args::line_args::LineArgs;
use crate::cli::args::ride_args::{RideArgs, require_one_pipe};
use crate::cli::args::settings_args::SettingsArgs;
use crate::cli::audio::audio_out::{SampleFormat, WaveSpec};
use crate::cli::audio::input_bus::InputBus;
use crate::cli::duck_outputs::{DuckOutputs, MusicItem, PrintArgs, RunAbout, RunResult};
use crate::cli::errors::{Error, Shown};
use crate::cli::inputs::InputArgs;
use crate::cli::inputs_compared;
use crate::cli::learning::{learn, read_ride};
use crate::cli::outcome::Outcome;
use crate::cli::pair::Pair;
use crate::cli::standard_output;
use crate::files::spool;
use crate::lines::doubts::are_grave;
use crate::memory::remembered::Reel;
use crate::report::duck_list;
use crate::settings::{LookAhead, Mode, Pass};
use crate::words::clock_text;

#[derive(Debug, Args)]
pub struct DuckArgs {
    /// Audio file with the dialogue; - for standard input
    dialogue: PathBuf,
    /// Audio file with the music; - for standard input
    music: PathBuf,
    /// WAV file to write, - for standard output: the music's length, channels and sample rate (RF64 above 4 GB)
    #[arg(short, long, value_name = "OUT.wav")]
    output: PathBuf,
    /// Bits per sample: 32 (float) or 24 (integer)
    #[arg(long, value_enum, default_value = "32")]
    bits: Bits,
    /// Time by which the cuts come ahead of the words, ms: 0 (as the plugin by default), 5, 10, 20 or
    /// 40. The output stays in time with the music
    #[arg(long, value_name = "MS", allow_hyphen_values = true, default_value = "40",
        value_parser = look_ahead)]
    look_ahead: LookAhead,
    /// Decide in one pass, as the plugin does live, instead of learning every line first
    #[arg(long)]
    live: bool,
    /// Play the lines of a ride (underscore learn) in place of learning them
    #[arg(long, value_name = "RIDE", conflicts_with = "live")]
    ride: Option<PathBuf>,
    /// With --ride: what is done where it remembers nothing
    #[arg(long, value_enum, default_value_t = Elsewhere::Live)]
    elsewhere: Elsewhere,
    #[command(flatten)]
    ride_args: RideArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    channels: ChannelArgs,
    #[command(flatten)]
    lines: LineArgs,
    #[command(flatten)]
    prints: PrintArgs,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Elsewhere {
    /// Decide there in one pass
    Live,
    /// Leave the music as it is
    Untouched,
}

impl Elsewhere {
    fn setting(self) -> crate::settings::Elsewhere {
        match self {
            Self::Live => crate::settings::Elsewhere::Live,
            Self::Untouched => crate::settings::Elsewhere::Untouched,
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Bits {
    #[value(name = "24")]
    Int24,
    #[value(name = "32")]
    Float32,
}

/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn run(args: &DuckArgs) -> Result<Outcome, Error> {
    let mut settings = args.settings.settings(Mode::Duck)?;
    args.prints.require_sense(args.ride_args.has_rate())?;
    let (dialogue, music) = (&args.dialogue, &args.music);
    let pipes = [
        ("the dialogue", Some(dialogue.as_path())),
        ("the music", Some(music.as_path())),
        ("--ride", args.ride.as_deref()),
        ("--orders", args.ride_args.inputs().next()),
    ];
    require_one_pipe(&pipes)?;
    let ride = args.ride.as_deref().map(read_ride).transpose()?;
    let mut pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
    let timeline = args.ride_args.timeline(&pair)?;
    let left_out = args.lines.strike(&mut pair, timeline.clock.as_ref())?;
    let mut is_elsewhere = false;
    if !args.live {
        let position_frames = match &ride {
            // Nothing but a ride has other times than the files'.
            None => 0,
            Some(_) => args.ride_args.position_frames(&pair)?,
        };
        let first_s = position_frames as f64 / f64::from(pair.music().sample_rate_hz());
        let is_ride = ride.is_some();
        let mut reel = match ride {
            Some(ride) => ride.reel,
            None => {
                let learned = learn(
                    &mut pair,
                    &settings,
                    position_frames,
                    args.lines.min_confidence,
                )?;
                pair = pair.again()?;
                learned.reel
            }
        };
        args.ride_args.give_orders(&mut reel, &timeline, first_s)?;
        pair.set_position(position_frames);
        is_elsewhere = is_ride && !knows_some_of(&reel, &pair, first_s);
        if is_elsewhere {
            say_elsewhere(args, &reel, first_s);
        }
        pair.set_plan(reel.plan());
        settings.pass = Pass::Play;
        settings.elsewhere = args.elsewhere.setting();
    } else if let Some(orders) = args.ride_args.inputs().next() {
        let value = orders.to_string_lossy();
        return Err(Error::flag(
            "--orders",
            &value,
            "there are no lines to order with --live",
        ));
    }
    pair.set_look_ahead(args.look_ahead);
    let music = pair.music();
    let spec = WaveSpec::new(
        music.num_channels(),
        music.sample_rate_hz(),
        match args.bits {
            Bits::Int24 => SampleFormat::Int24,
            Bits::Float32 => SampleFormat::Float32,
        },
        music.channel_mask(),
    );
    let inputs: Vec<&Path> = pair
        .paths()
        .chain(args.inputs.reference())
        .chain(args.lines.inputs())
        .chain(args.ride.as_deref())
        .chain(args.ride_args.inputs())
        .collect();
    let about = RunAbout {
        inputs: &inputs,
        spec,
        side_chunks: music.file().side_chunks(),
        music: music_item(music),
        latency_samples: pair.latency_samples(),
        left_out,
    };
    let prints = RefCell::new(DuckOutputs::create(&args.output, &args.prints, about)?);
    let lengths = pair.run(
        &settings,
        |snapshot| prints.borrow_mut().take_hop(snapshot),
        |block| prints.borrow_mut().write(block),
    )?;
    let mut prints = prints.into_inner();
    let (account, watch) = prints.account();
    let doubts = inputs_compared::doubts(&mut pair, &watch, &settings)?;
    inputs_compared::say(&pair, &doubts, timeline.frames_per_second());
    let source = pair.source(lengths);
    let text = duck_list::to_text(&account, &doubts, &source, &timeline);
    let uses_stdout = prints.uses_stdout();
    let output = Shown(&args.output).to_string();
    prints.finish(&RunResult {
        account: &account,
        doubts: &doubts,
        source: &source,
        timeline: &timeline,
        output: &output,
    })?;
    standard_output::print_beside(&text, uses_stdout)?;
    match are_grave(&doubts) || is_elsewhere {
        true => Ok(Outcome::Doubtful),
        false => Ok(Outcome::Done),
    }
}

/// The music as other programs place it: one file of several, or standard input, can't be.
fn music_item(music: &InputBus) -> MusicItem {
    let path = music.path();
    let is_one_file = music.paths().count() == 1 && !spool::is_pipe(path);
    let place = is_one_file
        .then(|| std::path::absolute(path).ok())
        .flatten();
    MusicItem {
        path: Shown(path).to_string(),
        place: place.map(|place| place.display().to_string()),
        num_channels: music.num_channels(),
        sample_rate_hz: music.sample_rate_hz(),
    }
}

/// Whether the ride remembers anything of where the pair lies.
fn knows_some_of(reel: &Reel, pair: &Pair, first_s: f64) -> bool {
    let rate_hz = f64::from(pair.music().sample_rate_hz());
    let end_s = pair
        .music()
        .num_frames()
        .map_or(f64::INFINITY, |num| first_s + num as f64 / rate_hz);
    reel.spans_s()
        .iter()
        .any(|span| span.0 < end_s && span.1 > first_s)
}

/// Says on standard error that the ride is about another stretch of the timeline.
fn say_elsewhere(args: &DuckArgs, reel: &Reel, first_s: f64) {
    let path = args.ride.as_deref().unwrap_or(Path::new(""));
    let spans = reel.spans_s();
    let known = match (spans.first(), spans.last()) {
        (Some(first), Some(last)) => {
            format!("it knows {} to {}", clock_text(first.0), clock_text(last.1))
        }
        _ => "it knows nothing".into(),
    };
    eprintln!(
        "underscore: {}: remembers nothing of where the files lie, from {} on ({known}): say with --at \
         where they begin",
        Shown(path),
        clock_text(first_s),
    );
}

/// Reads one of the times that there are.
fn look_ahead(text: &str) -> Result<LookAhead, String> {
    LookAhead::ALL
        .into_iter()
        .find(|look_ahead| text.parse() == Ok(look_ahead.ms()))
        .ok_or_else(|| "must be 0, 5, 10, 20 or 40".to_owned())
}
