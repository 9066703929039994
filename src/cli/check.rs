//! `underscore check`: the list of clashes.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::Outcome;
use super::errors::Error;
use super::outputs::OutputArgs;
use super::pair::Pair;
use super::settings_args::{SettingsArgs, number_in};
use super::time_args::TimeArgs;
use crate::clash::log::ClashLog;
use crate::psycho::choices::{GENERAL_VIEWER_OFFSET_LU, GUIDE_LU};
use crate::report::export::table;
use crate::report::trace::Trace;
use crate::report::{Report, Source, text};
use crate::settings::{Mode, Range};
use crate::snapshot::Snapshot;

/// Per cent, as `--fail-above` takes them.
const PERCENT: Range = Range {
    min: 0.0,
    max: 100.0,
    default: 100.0,
};

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Audio file with the dialogue
    dialogue: PathBuf,
    /// Audio file with the music
    music: PathBuf,
    /// Print the list with tabs between its columns, to paste into a spotting sheet
    #[arg(long)]
    session_text: bool,
    /// Exit with code 1 if the clash over all speech is above this [0 to 100]
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true,
        value_parser = number_in(PERCENT))]
    fail_above: Option<f32>,
    /// For whom the loudness difference is judged
    #[arg(long, value_enum, default_value_t = Viewer::Expert)]
    viewer: Viewer,
    #[command(flatten)]
    outputs: OutputArgs,
    #[command(flatten)]
    time: TimeArgs,
    #[command(flatten)]
    settings: SettingsArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Viewer {
    /// Knows the material: 10 LU
    Expert,
    /// Hears it for the first time: 14 LU
    General,
}

impl Viewer {
    /// Loudness difference that the dialogue should have, LU.
    fn guide_lu(self) -> f32 {
        match self {
            Self::Expert => GUIDE_LU,
            Self::General => GUIDE_LU + GENERAL_VIEWER_OFFSET_LU,
        }
    }
}

/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn run(args: &CheckArgs) -> Result<Outcome, Error> {
    let settings = args.settings.settings(Mode::Meter)?;
    let mut pair = Pair::open(&args.dialogue, &args.music)?;
    let timeline = args.time.timeline(&pair)?;
    let inputs: Vec<&Path> = [&*args.dialogue, &*args.music]
        .into_iter()
        .chain(args.time.inputs())
        .collect();
    let outputs = args.outputs.create(&inputs, timeline.clock.is_some())?;
    let mut log = ClashLog::new();
    let mut trace = Trace::default();
    let on_hop = |snapshot: &Snapshot| {
        log.push(snapshot);
        trace.push(snapshot);
    };
    let lengths = pair.run(&settings, on_hop, |_| Ok(()))?;
    let sample_rate_hz = pair.music().sample_rate_hz();
    let source = Source {
        dialogue: args.dialogue.display().to_string(),
        music: args.music.display().to_string(),
        sample_rate_hz,
        duration_s: lengths.music_frames as f64 / f64::from(sample_rate_hz),
    };
    let mut report = Report::new(source, &log);
    report.guide_lu = args.viewer.guide_lu();
    outputs.write(&report, &timeline, &trace)?;
    print(&if args.session_text {
        table::to_session_text(&report, &timeline)
    } else {
        text::to_text(&report, &timeline)
    })?;
    let clash_percent = report.summary.clash_percent;
    match args.fail_above {
        Some(limit) if clash_percent > limit => {
            eprintln!("underscore: clash {clash_percent:.1} % is above --fail-above {limit}");
            Ok(Outcome::AboveLimit)
        }
        _ => Ok(Outcome::Done),
    }
}

/// Prints to standard output; a reader that has left (`| head`) is no error.
fn print(text: &str) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    match stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush())
    {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Error::Stdout(error)),
        _ => Ok(()),
    }
}
