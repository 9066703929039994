//! Man pages and completions, which releases come with.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;

use crate::cli::errors::{Error, Problem};
use crate::cli::outcome::Outcome;

/// Shells that get completions.
const SHELLS: [Shell; 4] = [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::PowerShell];

#[derive(Debug, Args)]
pub struct ShellFilesArgs {
    /// Folder to write to; it is made if it isn't there
    folder: PathBuf,
}

/// Writes the man pages and completions of `command` to the folder.
///
/// # Errors
/// If it can't be written.
pub fn run(args: &ShellFilesArgs, mut command: Command) -> Result<Outcome, Error> {
    let name = command.get_name().to_owned();
    // Pages of `help` would say nothing.
    let for_pages = command.clone().disable_help_subcommand(true);
    let write = || {
        fs::create_dir_all(&args.folder)?;
        for shell in SHELLS {
            clap_complete::generate_to(shell, &mut command, &name, &args.folder)?;
        }
        clap_mangen::generate_to(for_pages, &args.folder)
    };
    write().map_err(|error| Error::File {
        path: args.folder.clone(),
        problem: Problem::Unwritable(error.kind()),
    })?;
    Ok(Outcome::Done)
}
