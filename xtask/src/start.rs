//! `cargo xtask bench start`: how fast the command line is there, and how fast a host knows the plugin that it scans.

use crate::bundle::{self, Built};
use crate::tool;
use anyhow::{Context, Result, ensure};
use clack_host::prelude::PluginEntry;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// Runs of which the shortest counts: the work is the same in each.
const NUM_RUNS: usize = 30;

/// Builds all, measures, prints a table and keeps it in `target/bench_start.md`.
pub fn run() -> Result<()> {
    let built = bundle::release()?;
    let size_mb = |path: &Path| -> Result<f64> {
        let data = std::fs::metadata(path).with_context(|| path.display().to_string())?;
        Ok(data.len() as f64 / 1e6)
    };
    let table = format!(
        "| what | shortest of {NUM_RUNS} | size |\n|---|---|---|\n\
         | `underscore --version`, process and all | {:.1} ms | {:.1} MB |\n\
         | scan of the CLAP: load, factory, descriptor | {:.1} ms | {:.1} MB |\n",
        1e3 * version(&built)?.as_secs_f64(),
        size_mb(&built.cli)?,
        1e3 * scan(&built)?.as_secs_f64(),
        size_mb(&built.clap)?,
    );
    print!("{table}");
    let path = built.target.join("bench_start.md");
    std::fs::write(&path, table).with_context(|| format!("could not write {}", path.display()))
}

fn version(built: &Built) -> Result<Duration> {
    shortest(|| {
        let start = Instant::now();
        tool::output_of(Command::new(&built.cli).arg("--version"))?;
        Ok(start.elapsed())
    })
}

/// Each time in a process of its own: a library that was loaded once is there faster.
fn scan(built: &Built) -> Result<Duration> {
    let this = std::env::current_exe()?;
    shortest(|| {
        let text = tool::output_of(Command::new(&this).args(["bench", "scan"]).arg(&built.clap))?;
        let nanoseconds = text
            .trim()
            .parse()
            .with_context(|| format!("not a time: {text}"))?;
        Ok(Duration::from_nanos(nanoseconds))
    })
}

fn shortest(mut run: impl FnMut() -> Result<Duration>) -> Result<Duration> {
    let runs = (0..NUM_RUNS).map(|_| run());
    let runs = runs.collect::<Result<Vec<_>>>()?;
    runs.into_iter().min().context("there are runs")
}

/// Scans the CLAP at `path` as a host does, and prints how long it took, in nanoseconds.
pub fn scan_once(path: &Path) -> Result<()> {
    let start = Instant::now();
    // SAFETY: the file is the CLAP that this repository has just built.
    let entry = unsafe { PluginEntry::load(path) }
        .with_context(|| format!("could not load {}", path.display()))?;
    let factory = entry.get_plugin_factory().context("it has no factory")?;
    let descriptor = factory.plugin_descriptor(0);
    let version = descriptor
        .as_ref()
        .and_then(|descriptor| descriptor.version());
    let has_version = version.is_some_and(|version| !version.is_empty());
    let elapsed = start.elapsed();
    ensure!(has_version, "it says no version");
    println!("{}", elapsed.as_nanos());
    Ok(())
}
