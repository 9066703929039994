//! The command line: `underscore check`, `merge`, `duck`, `learn`, `conform` and `doctor`. Exit codes: 0 done, 1 when
//! `--fail-above` is exceeded, 2 on an error, 3 when the inputs are doubtful. Nothing is left half-written.

mod args;
pub mod audio;
mod audiogram_file;
mod batch;
mod check;
mod check_args;
mod check_pair;
mod conform;
mod doctor;
mod done_row;
mod duck;
mod duck_outputs;
pub mod errors;
mod excerpt_recorder;
mod heard_alone;
mod input_probe;
mod inputs;
mod inputs_compared;
mod interrupt;
mod learn;
mod learning;
mod line_up;
pub mod manifest;
mod many_rows;
mod merge;
mod outcome;
mod output_file;
mod outputs;
mod pair;
mod pair_run;
mod regular_file;
mod row_inputs;
mod shard;
mod shell_files;
mod side_buses;
mod standard_output;

use std::error::Error as _;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ErrorKind};
use clap::{CommandFactory, Parser, Subcommand};

pub use crate::cli::errors::{Error, Problem};
use crate::cli::outcome::Outcome;
use crate::files::spool;
use crate::layout::MAX_CHANNELS;
use crate::version;

/// Exit code when the clash is above `--fail-above`.
const EXIT_ABOVE_LIMIT: u8 = 1;
/// Exit code when the inputs don't fit or aren't what they should be, so that no figure can be trusted.
const EXIT_DOUBTFUL: u8 = 3;
/// Exit code on any error.
const EXIT_ERROR: u8 = 2;

/// Meters where music hides dialogue, and ducks just the frequencies that do.
#[derive(Debug, Parser)]
#[command(name = "underscore", version = version::this(), subcommand_required = true)]
#[command(
    after_help = format!("Reads WAV, RF64, BW64, W64, AU, AIFF, CAF, FLAC, MP3, AAC and ALAC in MP4 and MOV, Ogg \
    and MKV\nof 1 to {MAX_CHANNELS} channels; Opus, MXF, AC-3 and others with FFmpeg, where it is installed.\n\
    Exit code: 0 done, 1 clash above --fail-above, 2 error, 3 done, but the inputs are doubtful.")
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the spoken lines that the music hides, and what to do about each
    Check(Box<check_args::CheckArgs>),
    /// Make one summary of many reports, worst first
    Merge(Box<merge::MergeArgs>),
    /// Write the music with the frequencies cut that hide the words
    Duck(Box<duck::DuckArgs>),
    /// Learn what each line takes, as a ride to edit, to keep and to duck with
    Learn(Box<learn::LearnArgs>),
    /// Take a ride to the new places of its lines after a picture change
    Conform(Box<conform::ConformArgs>),
    /// Tell what this machine has for Underscore, to paste into a bug report
    Doctor,
    /// Write man pages and completions for bash, zsh, fish and PowerShell
    #[command(hide = true)]
    ShellFiles(shell_files::ShellFilesArgs),
}

/// What `underscore` says without arguments: what people come for.
const FIRST_STEPS: &str = "\
Which lines does the music hide, and what lifts them?
  underscore check dialogue.wav music.wav

The same as a page with pictures, to send round:
  underscore check dialogue.wav music.wav --report report.html

The music without what hides the words:
  underscore duck dialogue.wav music.wav -o ducked.wav

All commands: underscore --help. One of them: underscore help check. Something amiss: underscore doctor.
";

/// Runs the command line `args` (program name first) and gives the process's exit code. Errors go
/// to standard error, one line each.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    if args.len() < 2 {
        // Nothing was done: a script whose arguments got lost shall notice.
        eprint!("{FIRST_STEPS}");
        return ExitCode::from(EXIT_ERROR);
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return report_usage(&error),
    };
    interrupt::watch();
    let outcome = match &cli.command {
        Command::Check(args) => check::run(args),
        Command::Merge(args) => merge::run(args),
        Command::Duck(args) => duck::run(args),
        Command::Learn(args) => learn::run(args),
        Command::Conform(args) => conform::run(args),
        Command::Doctor => doctor::run(),
        Command::ShellFiles(args) => shell_files::run(args, Cli::command()),
    };
    let code = match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::AboveLimit) => ExitCode::from(EXIT_ABOVE_LIMIT),
        Ok(Outcome::Doubtful) => ExitCode::from(EXIT_DOUBTFUL),
        Err(error) => {
            eprintln!("underscore: {error}");
            ExitCode::from(EXIT_ERROR)
        }
    };
    spool::clear();
    code
}

/// Help and version go to standard output; a bad value is one line in the form of all errors;
/// other mistakes are clap's to explain.
fn report_usage(error: &clap::Error) -> ExitCode {
    let text = |kind| error.get(kind).map(ToString::to_string);
    if let (ErrorKind::ValueValidation, Some(flag), Some(value), Some(rule)) = (
        error.kind(),
        text(ContextKind::InvalidArg),
        text(ContextKind::InvalidValue),
        error.source(),
    ) {
        let flag = flag.split_whitespace().next().unwrap_or_default();
        eprintln!("underscore: {flag} {value}: {rule}");
    } else if error.print().is_err() {
        return ExitCode::from(EXIT_ERROR);
    }
    if error.use_stderr() {
        ExitCode::from(EXIT_ERROR)
    } else {
        ExitCode::SUCCESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
