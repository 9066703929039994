//! `underscore duck`: the music with room for the words.

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::args::channel_args::ChannelArgs;
use crate::cli::args::settings_args::SettingsArgs;
use crate::cli::audio::audio_out::{SampleFormat, WaveSpec};
use crate::cli::duck_outputs::{DuckOutputs, PrintArgs};
use crate::cli::errors::{Error, Shown};
use crate::cli::inputs::InputArgs;
use crate::cli::inputs_compared;
use crate::cli::outcome::Outcome;
use crate::cli::pair::Pair;
use crate::cli::standard_output;
use crate::learn::learner::Learner;
use crate::lines::doubts::are_grave;
use crate::memory::remembered::Reel;
use crate::report::duck_list;
use crate::settings::{LookAhead, Mode, Pass, Settings};

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
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    channels: ChannelArgs,
    #[command(flatten)]
    prints: PrintArgs,
    #[command(flatten)]
    settings: SettingsArgs,
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
    let (dialogue, music) = (&args.dialogue, &args.music);
    let mut pair = inputs_compared::open(&args.inputs, &args.channels, dialogue, music)?;
    pair.set_look_ahead(args.look_ahead);
    if !args.live {
        let reel = learn(&mut pair, &settings)?;
        pair = pair.again()?;
        pair.set_look_ahead(args.look_ahead);
        pair.set_plan(reel.plan());
        settings.pass = Pass::Play;
    }
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
    let inputs: Vec<&Path> = pair.paths().chain(args.inputs.reference()).collect();
    let prints = RefCell::new(DuckOutputs::create(
        &args.output,
        &args.prints,
        &inputs,
        spec,
        music.file().side_chunks(),
        pair.latency_samples(),
    )?);
    let lengths = pair.run(
        &settings,
        |snapshot| prints.borrow_mut().take_hop(snapshot),
        |block| prints.borrow_mut().write(block),
    )?;
    let mut prints = prints.into_inner();
    let (account, watch) = prints.account();
    let doubts = inputs_compared::doubts(&mut pair, &watch, &settings)?;
    inputs_compared::say(&pair, &doubts, None);
    let source = pair.source(lengths);
    let text = duck_list::to_text(&account, &doubts, source.duration_s);
    let uses_stdout = prints.uses_stdout();
    let output = Shown(&args.output).to_string();
    prints.finish(|| duck_list::to_json(&account, &doubts, &source, &output))?;
    match uses_stdout {
        true => eprint!("{text}"),
        false => standard_output::print(&text)?,
    }
    match are_grave(&doubts) {
        true => Ok(Outcome::Doubtful),
        false => Ok(Outcome::Done),
    }
}

/// What each line of the pair takes.
fn learn(pair: &mut Pair, settings: &Settings) -> Result<Reel, Error> {
    let meter = Settings {
        mode: Mode::Meter,
        ..*settings
    };
    let mut reel = Reel::default();
    let mut learner = Learner::new();
    pair.meter(&meter, |snapshot| {
        learner.hear(snapshot, settings, &mut reel)
    })?;
    learner.end(settings, &mut reel);
    Ok(reel)
}

/// Reads one of the times that there are.
fn look_ahead(text: &str) -> Result<LookAhead, String> {
    LookAhead::ALL
        .into_iter()
        .find(|look_ahead| text.parse() == Ok(look_ahead.ms()))
        .ok_or_else(|| "must be 0, 5, 10, 20 or 40".to_owned())
}
