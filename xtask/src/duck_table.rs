//! `cargo xtask duck-table [--full] FOLDER`: the duck beside others on a folder of scenes; and
//! `cargo xtask duck-pictures`, the pictures of docs/duck.md.

use crate::bundle;
use crate::tool;
use crate::venv::{self, Deps};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Requirements and environment of the measures that need small packages only.
const SMALL: (&str, &str) = ("requirements.txt", "duck-venv");
/// The same with those that need large ones.
const FULL: (&str, &str) = ("requirements-full.txt", "duck-full-venv");

/// `scenes`: a folder with pairs `dialogue_NN.flac`, `music_NN.flac` and, where wanted,
/// `transcript_NN.txt`. `is_full` adds the measures that need large packages.
pub fn run(scenes: &Path, is_full: bool) -> Result<()> {
    let binary = built_binary()?;
    let python = python(if is_full { FULL } else { SMALL })?;
    let mut table = Command::new(python);
    table.arg("-B").arg(scripts().join("table.py"));
    table.arg("--binary").arg(binary).arg(scenes);
    table.args(is_full.then_some("--full"));
    tool::run(&mut table)
}

/// Draws the pictures of the manual anew, from the demo scene.
pub fn draw_pictures() -> Result<()> {
    let binary = built_binary()?;
    let python = python(SMALL)?;
    let root = bundle::workspace_root();
    let mut pictures = Command::new(python);
    pictures.arg("-B").arg(scripts().join("pictures.py"));
    pictures.arg("--binary").arg(binary);
    pictures
        .arg("--scene")
        .arg(root.join("assets").join("demo"));
    pictures.arg("--docs").arg(root.join("docs"));
    tool::run(&mut pictures)
}

fn scripts() -> PathBuf {
    bundle::workspace_root().join("tests").join("duck")
}

/// The Python with all packages, those that need gigabytes included.
pub fn full_python() -> Result<PathBuf> {
    python(FULL)
}

fn python((requirements, venv): (&str, &str)) -> Result<PathBuf> {
    let venv = bundle::target_directory()?.join(venv);
    let requirements = scripts().join(requirements);
    venv::prepare(&venv::find_python()?, &venv, &requirements, Deps::Found)
}

fn built_binary() -> Result<PathBuf> {
    let mut build = tool::cargo();
    build.current_dir(bundle::workspace_root());
    build.args(["build", "--release", "--no-default-features"]);
    build.args(["--package", "underscore", "--bin", "underscore"]);
    tool::run(&mut build)?;
    let name = format!("underscore{}", std::env::consts::EXE_SUFFIX);
    Ok(bundle::target_directory()?.join("release").join(name))
}
