//! `underscore learn`: what each line takes, to be played, edited and kept.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::args::line_args::LineArgs;
use crate::cli::args::ride_args::{RideArgs, require_one_pipe};
use crate::cli::args::settings_args::SettingsArgs;
use crate::cli::errors::Error;
use crate::cli::inputs::InputArgs;
use crate::cli::inputs_compared;
use crate::cli::learning::{Learned, learn, read_ride};
use crate::cli::outcome::Outcome;
use crate::cli::output_file::OutputFile;
use crate::cli::standard_output;
use crate::lines::doubts::are_grave;
use crate::memory::ride_file::{Ride, settings_value, to_json};
use crate::report::ride_list;
use crate::settings::Mode;

#[derive(Debug, Args)]
pub struct LearnArgs {
    /// Audio file with the dialogue; - for standard input
    dialogue: PathBuf,
    /// Audio file with the music; - for standard input
    music: PathBuf,
    /// Ride to write (JSON), such as reel.ride.json; - for standard output
    #[arg(short, long, value_name = "RIDE")]
    output: PathBuf,
    /// Earlier ride whose orders and notes go to the lines with the same words
    #[arg(long, value_name = "RIDE")]
    keep: Option<PathBuf>,
    #[command(flatten)]
    ride: RideArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    channels: ChannelArgs,
    #[command(flatten)]
    lines: LineArgs,
    #[command(flatten)]
    settings: SettingsArgs,
}

/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn run(args: &LearnArgs) -> Result<Outcome, Error> {
    let settings = args.settings.settings(Mode::Duck)?;
    let (dialogue, music) = (&args.dialogue, &args.music);
    let pipes = [
        ("the dialogue", Some(dialogue.as_path())),
        ("the music", Some(music.as_path())),
        ("--keep", args.keep.as_deref()),
        ("--orders", args.ride.inputs().next()),
    ];
    require_one_pipe(&pipes)?;
    let earlier = args.keep.as_deref().map(read_ride).transpose()?;
    let mut pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
    let timeline = args.ride.timeline(&pair)?;
    args.lines.strike(&mut pair, timeline.clock.as_ref())?;
    let position_frames = args.ride.position_frames(&pair)?;
    let first_s = position_frames as f64 / f64::from(pair.music().sample_rate_hz());
    let inputs: Vec<&Path> = pair
        .paths()
        .chain(args.inputs.reference())
        .chain(args.lines.inputs())
        .chain(args.ride.inputs())
        .chain(args.keep.as_deref())
        .collect();
    let mut output = OutputFile::create(&args.output, &inputs)?;
    let Learned {
        mut reel,
        watch,
        lengths,
    } = learn(
        &mut pair,
        &settings,
        position_frames,
        args.lines.min_confidence,
    )?;
    if let Some(earlier) = earlier {
        reel.inherit(earlier.reel.lines());
    }
    args.ride.give_orders(&mut reel, &timeline, first_s)?;
    let doubts = inputs_compared::doubts(&mut pair, &watch, &settings)?;
    inputs_compared::say(&pair, &doubts, timeline.frames_per_second());
    let text = ride_list::to_text(&reel, &doubts, &timeline, first_s);
    let source = pair.source(lengths);
    let ride = Ride {
        reel,
        dialogue: source.dialogue,
        music: source.music,
        settings: settings_value(&settings),
    };
    output.write_all(to_json(&ride, &timeline, first_s).as_bytes())?;
    let is_piped = output.is_piped();
    output.finish()?;
    standard_output::print_beside(&text, is_piped)?;
    match are_grave(&doubts) {
        true => Ok(Outcome::Doubtful),
        false => Ok(Outcome::Done),
    }
}
