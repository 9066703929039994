//! `cargo xtask science [FOLDER]`: the SII against other implementations; on a folder of scenes, the
//! meter against measures of intelligibility, and the speech detector among the sounds of a production.

use crate::bundle;
use crate::tool;
use crate::venv::{self, Deps};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// `scenes`: a folder with pairs `dialogue_NN.flac`, `music_NN.flac`; without one, all but
/// the SII is left out.
pub fn run(scenes: Option<&Path>) -> Result<()> {
    let python = venv::find_python()?;
    let root = bundle::workspace_root();
    let mut build = tool::cargo();
    build.current_dir(root);
    build.args(["build", "--release", "--no-default-features"]);
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
    tool::run(&mut build)?;

    let target = bundle::target_directory()?;
    let tests = root.join("tests").join("science");
    let venv = target.join("science-venv");
    let requirements = tests.join("requirements.txt");
    let python = venv::prepare(&python, &venv, &requirements, Deps::Listed)?;

    let release = target.join("release");
    let built = |name: &str| release.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    println!("\nSII against two other implementations:");
    let mut reference = Command::new(&python);
    reference.arg("-B").arg(tests.join("sii_reference.py"));
    reference.arg("--binary").arg(built("examples/sii_eval"));
    tool::run(&mut reference)?;

    let Some(scenes) = scenes else {
        println!(
            "\nno folder of scenes given: the correlations and the speech detector are left out"
        );
        return Ok(());
    };
    println!("\nthe meter against measures of intelligibility:");
    let mut correlations = Command::new(&python);
    correlations.arg("-B").arg(tests.join("correlations.py"));
    correlations.arg("--binary").arg(built("underscore"));
    correlations.arg(scenes);
    tool::run(&mut correlations)?;

    println!("\nthe speech detector:");
    let mut activity = Command::new(&python);
    activity.arg("-B").arg(tests.join("activity.py"));
    activity
        .arg("--binary")
        .arg(built("examples/activity_eval"));
    activity.arg(scenes);
    tool::run(&mut activity)
}
