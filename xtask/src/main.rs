//! The commands of this repository: `cargo xtask bundle | demo | test | science | duck-table |
//! duck-pictures | bench | window | install`.

mod audio;
mod bench;
mod browser;
mod bundle;
mod clap_host;
mod demo;
mod duck_table;
mod install;
mod measure;
mod report;
mod science;
mod test;
mod tool;
mod venv;
mod window;

use std::process::ExitCode;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  demo                builds the plugin and plays the demo scene through the built CLAP
  test                runs all Rust tests, then loads the built VST3 in other people's hosts, checks
                      the meter with `science` on the demo scene, reads the lists back and opens the
                      page in Chromium
  science [[--full] FOLDER]
                      checks the SII against other implementations, and the meter against measures
                      of intelligibility on pairs dialogue_NN.flac, music_NN.flac (transcript_NN.txt)
                      in FOLDER; --full adds HASPI and word errors, and installs gigabytes for them
  duck-table [--full] FOLDER
                      measures the duck's presets, and the duck beside others at the same loss, on
                      pairs dialogue_NN.flac, music_NN.flac (transcript_NN.txt) in FOLDER; --full
                      adds HASPI, HAAQI and word errors, and installs gigabytes for them
  duck-pictures       draws the pictures of docs/duck.md anew
  bench               measures what the engine costs and writes target/bench.md
  bench check [MIN]   measures how fast `underscore check` is on a pair of MIN minutes (two hours
                      without) and writes target/bench_check.md
  window [OPTIONS]    opens the editor in a real window on a screen without a monitor, plays the demo
                      scene and writes target/window/editor.png; `--help` lists the options
  bundle [ARGS]       builds target/bundled/Underscore.clap and .vst3; without ARGS, a release build
                      of this machine's kind, else nice-plug's bundler gets ARGS
  install             builds the bundles and copies them to your plugin folders

Exit code: 0 done, 1 something failed, 2 a tool is missing or the command is unknown.";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let outcome = match (command.as_str(), rest.as_slice()) {
        ("bundle", _) => bundle::run(&rest),
        ("demo", []) => demo::run(),
        ("test", []) => test::run(),
        ("science", []) => science::run(None, false),
        ("science", [folder]) if folder != "--full" => science::run(Some(folder.as_ref()), false),
        ("science", [full, folder]) if full == "--full" => {
            science::run(Some(folder.as_ref()), true)
        }
        ("science", _) => {
            eprintln!("error: `cargo xtask science` takes nothing, or [--full] FOLDER");
            return ExitCode::from(2);
        }
        ("duck-table", [folder]) if folder != "--full" => duck_table::run(folder.as_ref(), false),
        ("duck-table", [full, folder]) if full == "--full" => {
            duck_table::run(folder.as_ref(), true)
        }
        ("duck-table", _) => {
            eprintln!("error: `cargo xtask duck-table` takes [--full] FOLDER");
            return ExitCode::from(2);
        }
        ("duck-pictures", []) => duck_table::draw_pictures(),
        ("bench", []) => bench::engine(),
        ("bench", [what]) if what == "check" => bench::check(None),
        ("bench", [what, minutes]) if what == "check" => bench::check(Some(minutes)),
        ("bench", _) => {
            eprintln!(
                "error: `cargo xtask bench` takes nothing, or `check` and a number of minutes"
            );
            return ExitCode::from(2);
        }
        ("window", _) => window::run(&rest),
        ("install", []) => install::run(),
        ("" | "help" | "-h" | "--help", _) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        ("demo" | "test" | "install" | "duck-pictures", [unknown, ..]) => {
            eprintln!("error: `cargo xtask {command}` takes no arguments, got `{unknown}`");
            return ExitCode::from(2);
        }
        _ => {
            eprintln!("error: no command `{command}`\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<tool::Missing>() { 2 } else { 1 })
        }
    }
}
