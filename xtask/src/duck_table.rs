//! `cargo xtask duck-table [--full] FOLDER`: the duck beside others on a folder of scenes; and
//! `cargo xtask duck-pictures`, the pictures of docs/duck.md.

use crate::bundle;
use crate::tool;
use crate::venv::{self, Deps};
use anyhow::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `scenes`: a folder with pairs `dialogue_NN.flac`, `music_NN.flac` and, where wanted,
/// `transcript_NN.txt`. `is_full` adds the measures that need large packages.
pub fn run(scenes: &Path, is_full: bool) -> Result<()> {
    let (requirements, venv) = if is_full {
        ("requirements-full.txt", "duck-full-venv")
    } else {
        ("requirements.txt", "duck-venv")
    };
    let (python, binary) = prepare(requirements, venv)?;
    let mut table = Command::new(python);
    table.arg("-B").arg(scripts().join("table.py"));
    table.arg("--binary").arg(binary).arg(scenes);
    table.args(is_full.then_some("--full"));
    tool::run(&mut table)
}

/// Draws the pictures of the manual anew, from the demo scene.
pub fn draw_pictures() -> Result<()> {
    let (python, binary) = prepare("requirements.txt", "duck-venv")?;
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

/// The Python with the packages that are needed, and the built command line.
fn prepare(requirements: &str, venv: &str) -> Result<(PathBuf, PathBuf)> {
    let python = venv::find_python()?;
    let mut build = tool::cargo();
    build.current_dir(bundle::workspace_root());
    build.args(["build", "--release", "--no-default-features"]);
    build.args(["--package", "underscore", "--bin", "underscore"]);
    tool::run(&mut build)?;
    let target = bundle::target_directory()?;
    let requirements = scripts().join(requirements);
    let python = venv::prepare(&python, &target.join(venv), &requirements, Deps::Found)?;
    let name = format!("underscore{}", std::env::consts::EXE_SUFFIX);
    Ok((python, target.join("release").join(name)))
}
