//! `underscore check`: the list of clashes.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Outcome;
use super::errors::Error;
use super::output_file::OutputFile;
use super::pair::Pair;
use super::settings_args::{SettingsArgs, number_in};
use crate::clash::log::ClashLog;
use crate::psycho::choices::{GENERAL_VIEWER_OFFSET_LU, GUIDE_LU};
use crate::report::{Report, Source, json, text};
use crate::settings::{Mode, Range};

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
    /// Also write the list as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Exit with code 1 if the clash over all speech is above this [0 to 100]
    #[arg(long, value_name = "PERCENT", allow_hyphen_values = true,
        value_parser = number_in(PERCENT))]
    fail_above: Option<f32>,
    /// For whom the loudness difference is judged
    #[arg(long, value_enum, default_value_t = Viewer::Expert)]
    viewer: Viewer,
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
    let json_file = args
        .json
        .as_ref()
        .map(|path| OutputFile::create(path, &[&args.dialogue, &args.music]))
        .transpose()?;
    let mut log = ClashLog::new();
    let lengths = pair.run(&settings, |snapshot| log.push(snapshot), |_| Ok(()))?;
    let sample_rate_hz = pair.music().sample_rate_hz();
    let source = Source {
        dialogue: args.dialogue.display().to_string(),
        music: args.music.display().to_string(),
        sample_rate_hz,
        duration_s: lengths.music_frames as f64 / f64::from(sample_rate_hz),
    };
    let mut report = Report::new(source, &log);
    report.guide_lu = args.viewer.guide_lu();
    if let Some(mut file) = json_file {
        file.write_all(json::to_json(&report)?.as_bytes())?;
        file.finish()?;
    }
    print(&text::to_text(&report))?;
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
