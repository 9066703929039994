//! `cargo xtask check`: what `.ci/run` checks, without what takes minutes or needs other programs.

use crate::bundle;
use crate::tool;
use anyhow::Result;
use std::time::Instant;

/// Each with what `cargo` is called with. Release throughout, as in `.ci/run`, so that what is
/// compiled serves both.
const STEPS: [(&str, &[&str]); 6] = [
    ("format", &["fmt", "--all", "--check"]),
    (
        "clippy",
        &[
            "clippy",
            "--release",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ],
    ),
    (
        "command line alone",
        &["check", "--release", "--no-default-features"],
    ),
    ("documentation", &["doc", "--release", "--no-deps"]),
    (
        "tests",
        &[
            "test",
            "--release",
            "--package",
            "underscore",
            "--lib",
            "--test",
            "editor",
            "--test",
            "golden",
            "--test",
            "layering",
            "--test",
            "params",
            "--test",
            "plugin_host",
            "--test",
            "psycho_properties",
            "--test",
            "psycho_reference",
            "--test",
            "report",
        ],
    ),
    (
        "tests of xtask",
        &["test", "--release", "--package", "xtask"],
    ),
];

/// Runs the steps until one fails, and says how long each took.
pub fn run() -> Result<()> {
    let start = Instant::now();
    for (name, args) in STEPS {
        let step_start = Instant::now();
        println!("\n== {name}: cargo {}", args.join(" "));
        let mut cargo = tool::cargo();
        cargo.current_dir(bundle::workspace_root());
        cargo.env("RUSTDOCFLAGS", "-D warnings");
        tool::run(cargo.args(args))?;
        println!("-- {name}: {} s", step_start.elapsed().as_secs());
    }
    println!("\nall of it passed in {} s", start.elapsed().as_secs());
    Ok(())
}
