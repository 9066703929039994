//! `cargo xtask science [[--full] FOLDER]`: the SII against other implementations, and the speech detector
//! and the duck among recorded sounds; on a folder of scenes, the meter against measures of
//! intelligibility in the same table, and the detector among synthetic sounds.

use crate::bundle;
use crate::duck_table;
use crate::tool;
use crate::venv::{self, Deps};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Least rank correlation of the clash with ESTOI over the seconds of the demo scene, on which nothing was
/// tuned: 0.97 was measured.
const LEAST_ON_DEMO: &str = "0.9";

/// Least rank correlation of the index of N1 to N3 with HASPI for the same audiogram, over means of scenes.
const LEAST_WITH_HASPI: &str = "0.9";

/// By which the music of the demo scene goes down, dB: one scene needs more steps.
const DEMO_STEPS_DB: &str = "-18,-15,-12,-9,-6,-3,0,3,6,9,12,15,18";

/// `scenes`: a folder with pairs `dialogue_NN.flac`, `music_NN.flac` and, where wanted,
/// `transcript_NN.txt`; without one, the correlations and the synthetic sounds are left out. `is_full` adds
/// the measures that need large packages.
pub fn run(scenes: Option<&Path>, is_full: bool) -> Result<()> {
    build()?;
    let python = small_python()?;
    println!();
    if let Some(scenes) = scenes {
        let python = if is_full {
            &duck_table::full_python()?
        } else {
            &python
        };
        let mut correlations = script(python, "correlations.py", "underscore")?;
        correlations.args(is_full.then_some("--full"));
        tool::run(correlations.arg(scenes))?;
        if is_full {
            audiences(scenes)?;
        }
    }
    println!("SII off other implementations:");
    tool::run(&mut script(
        &python,
        "sii_reference.py",
        "examples/sii_eval",
    )?)?;
    println!("\nthe speech detector:");
    let mut activity = script(&python, "activity.py", "examples/activity_eval")?;
    let demo = bundle::workspace_root().join("assets").join("demo");
    activity.arg("--music").arg(demo.join("music.flac"));
    let recorded = bundle::target_directory()?.join("recorded-sounds");
    activity.arg("--recorded").arg(&recorded).args(scenes);
    tool::run(&mut activity)?;
    println!("\nsoft lines after loud ones:");
    let mut soft_lines = script(&python, "soft_lines.py", "examples/activity_eval")?;
    soft_lines.arg("--music").arg(demo.join("music.flac"));
    tool::run(soft_lines.arg("--recorded").arg(recorded))?;
    if scenes.is_none() {
        println!(
            "\nno folder of scenes given: the correlations and the synthetic sounds are left out"
        );
    }
    Ok(())
}

/// The SII against other implementations, and the correlations with the demo scene for a folder; with
/// what `cargo test` and the bundle have built.
pub fn test() -> Result<()> {
    let python = small_python()?;
    tool::run(&mut script(
        &python,
        "sii_reference.py",
        "examples/sii_eval",
    )?)?;

    let mut correlations = script(&python, "correlations.py", "underscore")?;
    tool::run(
        correlations
            .args(["--least", LEAST_ON_DEMO])
            .arg(demo_scenes()?),
    )
}

/// A folder with the demo scene as a pair.
fn demo_scenes() -> Result<PathBuf> {
    let demo = bundle::workspace_root().join("assets").join("demo");
    let scenes = bundle::target_directory()?.join("science-scenes");
    std::fs::create_dir_all(&scenes)
        .with_context(|| format!("could not make {}", scenes.display()))?;
    for name in ["dialogue", "music"] {
        let from = demo.join(format!("{name}.flac"));
        std::fs::copy(&from, scenes.join(format!("{name}_01.flac")))
            .with_context(|| format!("could not copy {}", from.display()))?;
    }
    Ok(scenes)
}

/// What audiences with a hearing loss are told, against HASPI with the same audiograms: on `scenes`, and on the demo
/// scene at more steps.
fn audiences(scenes: &Path) -> Result<()> {
    let venv = bundle::target_directory()?.join("science-audiences-venv");
    let requirements = scripts().join("requirements-audiences.txt");
    let python = venv::prepare(&venv::find_python()?, &venv, &requirements, Deps::Listed)?;
    println!("\naudiences, rank correlations over means of scenes:");
    let mut table = script(&python, "audiences.py", "underscore")?;
    table.args(["--least", LEAST_WITH_HASPI]);
    tool::run(table.arg(scenes))?;
    println!("\nthe same of the demo scene:");
    let mut table = script(&python, "audiences.py", "underscore")?;
    table.args(["--steps", DEMO_STEPS_DB]);
    tool::run(table.arg(demo_scenes()?))
}

fn build() -> Result<()> {
    let mut build = tool::cargo();
    build.current_dir(bundle::workspace_root());
    // With the plugin, as the tests: examples take the tests' libraries along, and these all would compile again.
    build.args(["build", "--release"]);
    build.args([
        "--package",
        "underscore",
        "--bin",
        "underscore",
        "--example",
        "sii_eval",
        "--example",
        "activity_eval",
    ]);
    tool::run(&mut build)
}

fn scripts() -> PathBuf {
    bundle::workspace_root().join("tests").join("science")
}

fn small_python() -> Result<PathBuf> {
    let venv = bundle::target_directory()?.join("science-venv");
    let requirements = scripts().join("requirements.txt");
    venv::prepare(&venv::find_python()?, &venv, &requirements, Deps::Listed)
}

/// One of the scripts, with a built program that it asks.
fn script(python: &Path, name: &str, binary: &str) -> Result<Command> {
    let suffix = std::env::consts::EXE_SUFFIX;
    let release = bundle::target_directory()?.join("release");
    let mut command = Command::new(python);
    // No bytecode files among the sources.
    command.arg("-B").arg(scripts().join(name));
    command
        .arg("--binary")
        .arg(release.join(format!("{binary}{suffix}")));
    Ok(command)
}
