//! `underscore conform`: a ride that follows its lines to where they are after a picture change.

use std::path::{Path, PathBuf};

use clap::Args;
use smpte_timecode::FrameRate;

use crate::cli::args::ride_args::{at_s, require_one_pipe};
use crate::cli::errors::{Error, Problem, Shown};
use crate::cli::heard_alone::{AloneArgs, HeardAlone};
use crate::cli::learning::read_ride;
use crate::cli::outcome::Outcome;
use crate::cli::output_file::{OutputFile, finish_all};
use crate::cli::regular_file;
use crate::cli::standard_output;
use crate::memory::picture_change::conform;
use crate::memory::ride_file::{Ride, to_json};
use crate::report::conform_list;
use crate::timeline::Timeline;
use crate::timeline::change_list::ChangeList;
use crate::timeline::timecode::rate_from_name;

#[derive(Debug, Args)]
pub struct ConformArgs {
    /// Ride of the reel before the change
    old: PathBuf,
    /// Audio file with the dialogue after the change; - for standard input
    dialogue: PathBuf,
    /// Ride to write (JSON); - for standard output
    #[arg(short, long, value_name = "RIDE")]
    output: PathBuf,
    /// List of changes (EDL, CMX 3600) whose source is the old reel: a help where the words alone leave doubt.
    /// At --fps, else at 24 frames per second
    #[arg(long, value_name = "FILE")]
    edl: Option<PathBuf>,
    /// Where each line was and is, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where the new dialogue begins on the timeline, s [default: its bext time reference, else 0]
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true, value_parser = at_s)]
    at: Option<f64>,
    /// Frame rate of --edl and of the list: 23.976, 24, 25, 29.97df, 29.97, 30, 48, 50, 59.94df or 60
    #[arg(long, value_name = "RATE", allow_hyphen_values = true,
        value_parser = |name: &str| rate_from_name(name))]
    fps: Option<FrameRate>,
    #[command(flatten)]
    inputs: AloneArgs,
}

/// # Errors
/// If a file can't be read or written; then no file is left behind.
pub fn run(args: &ConformArgs) -> Result<Outcome, Error> {
    let pipes = [
        ("the old ride", Some(args.old.as_path())),
        ("the dialogue", Some(args.dialogue.as_path())),
        ("--edl", args.edl.as_deref()),
    ];
    require_one_pipe(&pipes)?;
    let old = read_ride(&args.old)?;
    let mut lines = old.reel.lines().iter();
    if !old.reel.lines().is_empty() && lines.all(|line| line.fingerprint.is_empty()) {
        return Err(Error::file(&args.old, Problem::NoFingerprints));
    }
    let inputs: Vec<&Path> = [args.old.as_path(), args.dialogue.as_path()]
        .into_iter()
        .chain(args.edl.as_deref())
        .collect();
    let mut output = OutputFile::create(&args.output, &inputs)?;
    let json = match &args.json {
        Some(path) => {
            let file = OutputFile::create(path, &inputs)?;
            if file.is_same(&output) || (file.is_piped() && output.is_piped()) {
                return Err(Error::file(path, Problem::OutputTwice));
            }
            Some(file)
        }
        None => None,
    };
    let heard = HeardAlone::hear(&args.inputs, &args.dialogue, args.at)?;
    let changes = match &args.edl {
        Some(path) => {
            let rate = args.fps.unwrap_or(FrameRate::FPS_24);
            let parsed = ChangeList::parse(&regular_file::read(path)?, rate, heard.first_s);
            Some(parsed.map_err(|error| Error::file(path, Problem::Changes(error)))?)
        }
        None => None,
    };
    let conformed = conform(&old.reel, &heard.track, &heard.lines_s, changes.as_ref());
    let timeline = match args.fps {
        Some(rate) => heard.timeline(rate)?,
        None => Timeline::default(),
    };
    let ride = Ride {
        reel: conformed.reel.clone(),
        dialogue: Shown(&heard.path).to_string(),
        ..old
    };
    output.write_all(to_json(&ride, &timeline, heard.first_s).as_bytes())?;
    let mut is_piped = output.is_piped();
    let mut files = vec![output];
    if let Some(mut json) = json {
        is_piped |= json.is_piped();
        json.write_all(conform_list::to_json(&conformed).as_bytes())?;
        files.push(json);
    }
    finish_all(files)?;
    let text = conform_list::to_text(&conformed, &timeline, heard.first_s);
    standard_output::print_beside(&text, is_piped)?;
    Ok(Outcome::Done)
}
