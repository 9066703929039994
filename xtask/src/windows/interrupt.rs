//! Ctrl-C, which Wine makes of a signal: what is half-written goes, and one line says so.

use crate::audio::{self, Clip};
use crate::windows::Built;
use crate::windows::wine::Wine;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Long enough that the work isn't done before the signal comes.
const LENGTH_S: usize = 600;

/// Longest wait for an output in the making.
const PATIENCE: Duration = Duration::from_secs(60);

/// # Errors
/// If the tool ends otherwise than it should, or leaves something.
pub fn check(wine: &Wine, built: &Built, target: &Path) -> Result<()> {
    let folder = target.join("windows").join("interrupt");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    let silence = Clip {
        sample_rate_hz: 48_000,
        channels: vec![vec![0.0; 48_000 * LENGTH_S]],
    };
    for name in ["voice.wav", "music.wav"] {
        audio::write(&folder.join(name), &silence)?;
    }
    let names = || -> Result<Vec<_>> {
        let entries = fs::read_dir(&folder)?;
        let mut names = entries
            .map(|entry| Ok(entry?.file_name()))
            .collect::<Result<Vec<_>>>()?;
        names.sort();
        Ok(names)
    };
    let before = names()?;

    wine.end()?;
    let mut duck = wine.command("wine".as_ref());
    duck.arg(&built.cli);
    duck.args(["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    duck.current_dir(&folder).stdin(Stdio::null());
    let child = duck
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("could not start Wine")?;
    let start = Instant::now();
    while names()? == before && start.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    // All that are started on the way become the next one, so the number is the tool's own.
    let mut kill = Command::new("kill");
    kill.args(["-INT", &child.id().to_string()]).status()?;
    let output = child.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.code() == Some(2),
        "it ended with {}: {said}",
        output.status
    );
    let line = "underscore: interrupted: nothing was written";
    ensure!(said.trim() == line, "it said: {said}");
    ensure!(names()? == before, "it left {:?}", names()?);
    println!("interrupted: {line}");
    Ok(())
}
