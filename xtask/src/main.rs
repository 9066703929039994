//! The commands of this repository; `cargo xtask help` lists them.

mod audio;
mod bench;
mod browser;
mod bundle;
mod check;
mod clap_host;
mod cluster;
mod demo;
mod dist;
mod duck_table;
mod hosts;
mod install;
mod instructions;
mod measure;
mod report;
mod science;
mod start;
mod test;
mod tool;
mod venv;
mod window;
mod windows;
mod wrapper;
mod x_server;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

/// The commands of this repository.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    max_term_width = 100,
    after_help = "Exit code: 0 done, 1 something failed, 2 a tool is missing or the command is unknown."
)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the plugin and plays the demo scene through the built CLAP
    Demo,
    /// Checks the format, lints and documentation and runs the Rust tests that take no more than
    /// seconds: what to run before a commit
    Check,
    /// Runs all Rust tests, then loads the built VST3 in other people's hosts, checks the meter with
    /// `science` on the demo scene, reads the lists back and opens the page in Chromium
    Test {
        /// Instead of all this: build for Windows with MinGW and run the Rust tests under Wine
        #[arg(long)]
        windows: bool,
        /// Of those only what takes few minutes: what is otherwise on Windows, golden files, the built plugin, the window
        #[arg(long, requires = "windows")]
        quick: bool,
    },
    /// Checks the SII against other implementations, and the meter against measures of
    /// intelligibility on the scenes of a folder
    Science {
        #[command(flatten)]
        full: Full,
        /// Folder with pairs `dialogue_NN.flac`, `music_NN.flac` (`transcript_NN.txt`)
        #[arg(required_if_eq("full", "true"))]
        folder: Option<PathBuf>,
    },
    /// Runs the workflow of `cluster/` on a Slurm of this one machine, with a job that is killed, and writes
    /// target/cluster.json
    Cluster,
    /// Measures the duck's presets, and the duck beside others at the same loss, on the scenes of a
    /// folder
    DuckTable {
        #[command(flatten)]
        full: Full,
        /// Folder with pairs `dialogue_NN.flac`, `music_NN.flac` (`transcript_NN.txt`)
        folder: PathBuf,
    },
    /// Draws the pictures of docs/duck.md anew
    DuckPictures,
    /// Measures what the engine costs and writes target/bench.md; `bench check [MINUTES]` measures
    /// how fast `underscore check` is and writes target/bench_check.md, `bench start` how fast the command
    /// line starts and the plugin is scanned
    Bench {
        #[command(subcommand)]
        what: Option<Bench>,
    },
    /// Counts the instructions of the main paths with valgrind; fails above 5 % more than benches/instructions.txt has
    Instructions {
        /// Writes the counts down instead
        #[arg(long)]
        renew: bool,
    },
    /// Links the static library for wrappers into a host in C and plays the demo scene through it
    Wrapper,
    /// Opens the editor in a real window on a screen without a monitor, plays the demo scene and
    /// writes target/window/editor.png; `window --help` lists the options
    #[command(disable_help_flag = true)]
    Window {
        /// Options of that program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Loads the built VST3 in Ardour 7, without and with its window, on a screen without a monitor,
    /// and writes target/hosts/ardour.png
    Hosts,
    /// Builds target/bundled/Underscore.clap and .vst3: without arguments, a release build of this
    /// machine's kind
    #[command(disable_help_flag = true)]
    Bundle {
        /// Arguments for nice-plug's bundler
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Builds the bundles and copies them to your plugin folders
    Install,
    /// Makes what users install, in target/dist: archives, packages, checksums; `dist --help` lists
    /// the options
    #[command(disable_help_flag = true)]
    Dist {
        /// Options of that program
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

#[derive(clap::Args)]
struct Full {
    /// Adds HASPI, HAAQI and word errors, and installs gigabytes for them
    #[arg(long)]
    full: bool,
}

#[derive(Subcommand)]
enum Bench {
    /// Measures how fast `underscore check` is on a long pair
    Check {
        /// Length of the pair, minutes; two hours without
        minutes: Option<NonZeroU32>,
    },
    /// Measures how fast the command line starts and the plugin is scanned
    Start,
    /// Scans a CLAP once, in a process of its own for `start`
    #[command(hide = true)]
    Scan {
        /// The plugin
        plugin: PathBuf,
    },
}

fn main() -> ExitCode {
    let Some(command) = Args::parse().command else {
        // The command's own help, not a mistake.
        return match Args::command().print_help() {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    };
    match run(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<tool::Missing>() { 2 } else { 1 })
        }
    }
}

fn run(command: Command) -> Result<()> {
    match command {
        Command::Demo => demo::run(),
        Command::Check => check::run(),
        Command::Test { windows: false, .. } => test::run(),
        Command::Test { quick, .. } => windows::run(quick),
        Command::Science { full, folder } => science::run(folder.as_deref(), full.full),
        Command::Cluster => cluster::run(),
        Command::DuckTable { full, folder } => duck_table::run(&folder, full.full),
        Command::DuckPictures => duck_table::draw_pictures(),
        Command::Bench { what: None } => bench::engine(),
        Command::Bench {
            what: Some(Bench::Check { minutes }),
        } => bench::check(minutes),
        Command::Bench {
            what: Some(Bench::Start),
        } => start::run(),
        Command::Bench {
            what: Some(Bench::Scan { plugin }),
        } => start::scan_once(&plugin),
        Command::Instructions { renew } => instructions::run(renew),
        Command::Window { options } => window::run(&options),
        Command::Wrapper => wrapper::run(),
        Command::Hosts => hosts::run(),
        Command::Bundle { args } => bundle::run(&args),
        Command::Install => install::run(),
        Command::Dist { args } => dist::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Option<Command>, clap::Error> {
        let all = std::iter::once("cargo xtask").chain(args.iter().copied());
        Args::try_parse_from(all).map(|args| args.command)
    }

    #[test]
    fn the_commands_are_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_is_for_another_program_reaches_it() {
        let Ok(Some(Command::Window { options })) = parsed(&["window", "--help", "--size", "9x9"])
        else {
            panic!("it is a window");
        };
        assert_eq!(options, ["--help", "--size", "9x9"]);
        let Ok(Some(Command::Bundle { args })) = parsed(&["bundle", "underscore", "--release"])
        else {
            panic!("it is a bundle");
        };
        assert_eq!(args, ["underscore", "--release"]);
    }

    #[test]
    fn full_measures_need_a_folder() {
        assert!(parsed(&["science"]).is_ok());
        assert!(parsed(&["science", "--full", "folder"]).is_ok());
        assert!(parsed(&["science", "--full"]).is_err());
        assert!(parsed(&["duck-table"]).is_err());
    }

    #[test]
    fn unknown_commands_and_arguments_end_with_2() {
        for args in [
            &["nonsense"][..],
            &["demo", "more"],
            &["bench", "check", "0"],
            &["bench", "check", "soon"],
        ] {
            let error = parsed(args).err().expect("it is refused");
            assert_eq!(error.exit_code(), 2, "{args:?}");
        }
    }
}
