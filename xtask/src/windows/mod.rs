//! `cargo xtask test --windows`: everything built for Windows by MinGW, and tested under Wine.

mod imports;
pub mod installer;
mod interrupt;
#[cfg(target_os = "linux")]
mod picture;
mod same_sound;
mod wine;

use crate::bundle;
use crate::tool::{self, Missing};
use crate::windows::wine::Wine;
use crate::x_server::XServer;
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What is built for.
const TARGET: &str = "x86_64-pc-windows-gnu";

/// MinGW's C compiler, which links too.
const COMPILER: &str = "x86_64-w64-mingw32-gcc";

/// The tests that tell most in few minutes, each with what of it is run: what is otherwise on Windows, hosts that load
/// what was built, the window. Golden files are left to the whole run: the demo's samples, compared in four ways, tell the same.
const QUICK: [(&str, &str); 3] = [
    ("cli", "on_windows"),
    ("awkward_hosts", "built_library"),
    (WINDOW, ""),
];

/// The test that opens the editor.
const WINDOW: &str = "window_on_windows";

/// Tests that ask cargo, which Wine's programs can't start: this machine's isn't one of theirs.
const NEED_CARGO: [&str; 2] = [
    "libraries_that_xtask_and_the_plugin_have_compile_once",
    "every_linked_crate_has_a_licence_and_a_text",
];

/// What has been built for Windows.
pub struct Built {
    cli: PathBuf,
    library: PathBuf,
    /// Holds `Underscore.clap` and `Underscore.vst3`.
    bundles: PathBuf,
}

/// Builds, looks at what was built, and tests it; `is_quick` leaves out what takes long.
///
/// # Errors
/// [`Missing`] if a tool is; any other error if something failed.
pub fn run(is_quick: bool) -> Result<()> {
    find_tools()?;
    let target = bundle::target_directory()?;
    let built = build(&target, is_quick)?;
    imports::check(&built)?;

    let wine = Wine::prepare(&target.join("wine"))?;
    let mut failed = Vec::new();
    let mut note = |name: &str, outcome: Result<()>| {
        if let Err(error) = outcome {
            eprintln!("{error:#}");
            failed.push(name.to_owned());
        }
    };
    if is_quick {
        for (name, filter) in QUICK {
            // Run below, where it is looked at.
            if cfg!(target_os = "linux") && name == WINDOW {
                continue;
            }
            note(
                name,
                test(&wine, &built, "underscore", &["--test", name, filter]),
            );
        }
    } else {
        println!("skipped: {}, which run cargo", NEED_CARGO.join(", "));
        let skips = NEED_CARGO.map(|name| ["--skip", name]).concat();
        let tests = [&["--"][..], &skips].concat();
        for package in ["underscore", "xtask", "dist"] {
            note(package, test(&wine, &built, package, &tests));
        }
    }
    #[cfg(target_os = "linux")]
    note("picture", picture::check(&wine, &built, &target));
    note("interrupt", interrupt::check(&wine, &built, &target));
    note("sound", same_sound::check(&wine, &built, &target));
    wine.end()?;
    if !failed.is_empty() {
        bail!("failed under Wine: {}", failed.join(", "));
    }
    println!("\nall tests passed under Wine");
    Ok(())
}

fn find_tools() -> Result<()> {
    let mut rustc = Command::new("rustc");
    let folder = tool::output_of(rustc.args(["--print", "target-libdir", "--target", TARGET]))?;
    if !Path::new(folder.trim()).exists() {
        let line = format!("Rust's target for Windows is missing: `rustup target add {TARGET}`");
        return Err(Missing(line).into());
    }
    if tool::output_of(Command::new(COMPILER).arg("--version")).is_err() {
        let line = "MinGW is missing: `apt-get install gcc-mingw-w64-x86-64-win32`";
        return Err(Missing(line.to_owned()).into());
    }
    wine::find()
}

/// # Errors
/// If something doesn't build, or isn't where hosts look for it.
fn build(target: &Path, is_quick: bool) -> Result<Built> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    // What tests need changes the features of libraries, so that a build of its own compiles most of them again.
    let command: &[&str] = if is_quick {
        &["test", "--no-run"]
    } else {
        &["build"]
    };
    cargo.args(command);
    cargo.args(["--release", "--package", "underscore"]);
    if is_quick {
        cargo.args(QUICK.map(|(name, _)| ["--test", name]).concat());
    }
    tool::run(cargo.args(["--target", TARGET]))?;
    if is_quick {
        // Where only a build puts it.
        let release = target.join(TARGET).join("release");
        let library = release.join("deps").join("underscore.dll");
        fs::copy(&library, release.join("underscore.dll"))
            .with_context(|| format!("could not copy {}", library.display()))?;
    }

    // In a folder of their own: the bundler would put them over those for this machine.
    let folder = target.join("windows");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let link = folder.join(TARGET);
    if !link.exists() {
        link_folder(&target.join(TARGET), &link)
            .with_context(|| format!("could not make {}", link.display()))?;
    }
    std::env::set_current_dir(bundle::workspace_root())?;
    let args = ["--release", "--target", TARGET].map(String::from);
    nice_plug_xtask::bundle(&folder, "underscore", &args, false)?;

    let release = target.join(TARGET).join("release");
    let built = Built {
        cli: release.join("underscore.exe"),
        library: release.join("underscore.dll"),
        bundles: folder.join("bundled"),
    };
    // As Steinberg's documentation of the format has it, and CLAP's `entry.h`.
    for path in [
        "Underscore.vst3/Contents/x86_64-win/Underscore.vst3",
        "Underscore.clap",
    ] {
        let path = built.bundles.join(path);
        ensure!(path.is_file(), "the bundler left no {}", path.display());
    }
    Ok(built)
}

#[cfg(unix)]
fn link_folder(to: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(windows)]
fn link_folder(to: &Path, link: &Path) -> std::io::Result<()> {
    std::os::windows::fs::symlink_dir(to, link)
}

/// Runs tests of a package.
fn test(wine: &Wine, built: &Built, package: &str, tests: &[&str]) -> Result<()> {
    let screen = XServer::start(&mut Command::new("Xvfb"))?;
    if screen.is_none() {
        println!("skipped: Xvfb is missing, so no window opens (`apt-get install xvfb`)");
    }
    wine.end()?;
    tool::run(&mut cargo_test(
        wine,
        built,
        package,
        tests,
        screen.as_ref(),
    ))
}

/// The command that runs tests of a package, their windows on `screen`.
fn cargo_test(
    wine: &Wine,
    built: &Built,
    package: &str,
    tests: &[&str],
    screen: Option<&XServer>,
) -> Command {
    let mut cargo = wine.command(tool::cargo().get_program());
    cargo.current_dir(bundle::workspace_root());
    cargo.args(["test", "--release", "--no-fail-fast"]);
    cargo.args(["--package", package, "--target", TARGET]);
    let runner = format!("target.{TARGET}.runner = ['wine']");
    cargo.args(["--config", &runner]).args(tests);
    cargo.env("UNDERSCORE_BUNDLES", wine::path(&built.bundles));
    if let Some(screen) = screen {
        cargo.env("DISPLAY", &screen.display);
        cargo.env("UNDERSCORE_HAS_SCREEN", "1");
    }
    cargo
}
