//! `cargo xtask bench`: what the engine costs, as a table for `ARCHITECTURE.md`.

use crate::{bundle, tool};
use anyhow::{Context, Result};

pub fn run() -> Result<()> {
    println!("measuring; this takes some minutes");
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    // Without the plugin: the engine is the same, and builds in a fraction of the time.
    cargo.args(["bench", "--no-default-features", "--bench", "engine"]);
    let tables = tool::output_of(&mut cargo)?;
    print!("{tables}");

    let path = bundle::target_directory()?.join("bench.md");
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
