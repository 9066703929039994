//! The installer for Windows, in a prefix of Wine that nothing was ever installed in: silently, in its own folder and in
//! one that is asked for; what it leaves is used, and removed again.

use crate::bundle;
use crate::tool;
use crate::windows::Built;
use crate::windows::imports;
use crate::windows::wine::{self, Wine};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// What the installer is given, and where the command line then goes, below the drive. NSIS takes a folder with a space
/// as it is, without the quotation marks that one argument would get.
const WAYS: [(&[&str], &str); 2] = [
    (&["/S"], "Program Files/Underscore"),
    (
        &["/S", r"/D=C:\Sound", r"tools\Underscore"],
        "Sound tools/Underscore",
    ),
];

/// Both formats of the plugin, below the drive.
const VST3: &str =
    "Program Files/Common Files/VST3/Underscore.vst3/Contents/x86_64-win/Underscore.vst3";
const CLAP: &str = "Program Files/Common Files/CLAP/Underscore.clap";

/// Tries the installer among the packages that `cargo xtask dist --windows` has made. Without Wine or without an
/// installer, one line says so.
///
/// # Errors
/// If something isn't where it should be, doesn't work, or is left behind.
pub fn check() -> Result<()> {
    let target = bundle::target_directory()?;
    let packages = target.join("dist").join("windows-x86_64");
    let Some(setup) = setup_in(&packages)? else {
        println!("skipped: there is no installer to try");
        return Ok(());
    };
    if let Err(missing) = wine::find() {
        println!("skipped: the installer isn't tried. {missing}");
        return Ok(());
    }
    let folder = target.join("windows").join("installer");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    }
    let wine = Wine::prepare(&folder)?;
    for (options, place) in WAYS {
        try_in(&wine, &setup, options, place)?;
    }
    wine.end()?;
    println!(
        "installed, used and removed under Wine: {}",
        setup.display()
    );
    Ok(())
}

fn setup_in(packages: &Path) -> Result<Option<PathBuf>> {
    let entries =
        fs::read_dir(packages).with_context(|| format!("could not read {}", packages.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.to_string_lossy().ends_with("-setup.exe") {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

fn try_in(wine: &Wine, setup: &Path, options: &[&str], place: &str) -> Result<()> {
    let drive = wine.drive();
    let own = drive.join(place);
    let run = |program: &Path, args: &[&str]| tool::output_of(wine.program(program).args(args));
    run(setup, options)?;
    // Over itself, as a newer version is.
    run(setup, options)?;
    let built = Built {
        cli: own.join("underscore.exe"),
        library: drive.join(CLAP),
        bundles: drive.clone(),
    };
    let all = [&built.cli, &built.library, &drive.join(VST3)].map(PathBuf::from);
    for path in &all {
        ensure!(path.is_file(), "the installer left no {}", path.display());
    }
    imports::check(&built)?;

    let scene = bundle::workspace_root().join("assets").join("demo");
    let scene = ["dialogue.flac", "music.flac"].map(|file| wine::path(&scene.join(file)));
    let table = run(&built.cli, &["check", &scene[0], &scene[1]])?;
    ensure!(!table.trim().is_empty(), "`check` says nothing");
    let found = run(&built.cli, &["doctor"])?;
    for name in ["Underscore.vst3 (", "Underscore.clap ("] {
        ensure!(found.contains(name), "doctor finds no {name}: {found}");
    }
    ensure!(!found.contains("version unknown"), "{found}");
    ensure!(!found.contains("another version"), "{found}");

    // It copies itself, so that it can be removed, and is back before the copy is done.
    fs::write(own.join("mine.wav"), "").context("a file of the user's")?;
    run(&own.join("uninstall.exe"), &["/S"])?;
    wine.wait()?;
    for path in all {
        ensure!(!path.exists(), "removed, but for {}", path.display());
    }
    let left: Vec<_> = fs::read_dir(&own)?
        .map(|entry| Ok(entry?.file_name()))
        .collect::<Result<_>>()?;
    ensure!(left == ["mine.wav"], "after removal there is {left:?}");
    Ok(())
}
