//! `cargo xtask bench`: what the engine and `underscore check` cost, as tables for `docs/cost.md`.

use crate::{bundle, tool};
use anyhow::{Context, Result};
use std::num::NonZeroU32;

/// What the engine costs, beside its floor.
pub fn engine() -> Result<()> {
    println!("measuring; this takes some minutes");
    run("engine", "bench.md", &[])
}

/// What `underscore check` costs on pairs of `minutes` (two hours without), with as much speech as the demo scene and as
/// a film, beside decoding them and beside ffmpeg's loudness meter.
pub fn check(minutes: Option<NonZeroU32>) -> Result<()> {
    println!("measuring; this takes some minutes, and disk under target/: 70 MB a minute of audio");
    run(
        "check",
        "bench_check.md",
        minutes.map(|minutes| minutes.to_string()).as_slice(),
    )
}

/// Runs a benchmark and keeps what it prints in `target/FILE`.
fn run(bench: &str, file: &str, args: &[String]) -> Result<()> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    // Without the plugin: the engine is the same, and builds in a fraction of the time.
    cargo.args(["bench", "--no-default-features", "--bench", bench]);
    cargo.arg("--").args(args);
    let tables = tool::output_of(&mut cargo)?;
    print!("{tables}");

    let path = bundle::target_directory()?.join(file);
    let text = format!(
        "Measured by `cargo xtask bench` on: {}\n\n{tables}",
        processor()
    );
    std::fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    println!("\nwritten to {}", path.display());
    Ok(())
}

/// The processor's name, where the system tells it in a file.
fn processor() -> String {
    std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| {
            let line = text.lines().find(|line| line.starts_with("model name"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}
