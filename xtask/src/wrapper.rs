//! `cargo xtask wrapper`: the static library for wrappers, linked into a host in C that plays the demo scene through it.

use crate::audio::{self, Clip};
use crate::bundle;
use crate::demo;
use crate::measure;
use crate::tool::{self, Missing};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Sources of the wrapper, from the root of the workspace.
const WRAPPER: &str = "wrapper";

/// # Errors
/// [`Missing`] without a C compiler; another error if it doesn't link, or plays other samples than `duck --live`.
pub fn run() -> Result<()> {
    if !cfg!(target_os = "linux") {
        println!("skipped: the C host is linked on Linux only (docs/wrappers.md)");
        return Ok(());
    }
    if tool::output_of(Command::new("cc").arg("--version")).is_err() {
        let line = "a C compiler is missing: `apt-get install gcc libc6-dev`";
        return Err(Missing(line.to_owned()).into());
    }
    let built = bundle::release()?;
    let folder = built.target.join("wrapper");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let libraries = folder.join("libraries.txt");
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    cargo.args([
        "rustc",
        "--release",
        "--package",
        "underscore-wrapper",
        "--",
    ]);
    let print = format!("--print=native-static-libs={}", libraries.display());
    tool::run(cargo.arg(print))?;

    let sources = bundle::workspace_root().join(WRAPPER);
    let host = folder.join("host");
    let mut compiler = Command::new("cc");
    compiler.args(["-std=c11", "-Wall", "-Wextra", "-Werror", "-O1", "-I"]);
    compiler.arg(sources.join("include"));
    compiler.arg(sources.join("host").join("host.c"));
    compiler.arg(built.target.join("release").join("libunderscore_clap.a"));
    let asked = fs::read_to_string(&libraries).context("rustc names no libraries")?;
    compiler.args(asked.split_whitespace());
    tool::run(compiler.arg("-o").arg(&host))?;

    let scene = bundle::workspace_root().join("assets").join("demo");
    let paths = ["dialogue.flac", "music.flac"].map(|name| scene.join(name));
    let music = audio::read(&paths[1])?;
    write_raw(&folder.join("dialogue.raw"), &audio::read(&paths[0])?)?;
    write_raw(&folder.join("music.raw"), &music)?;
    let mut play = Command::new(&host);
    play.current_dir(&folder);
    tool::run(play.args(["dialogue.raw", "music.raw", "output.raw"]))?;
    let played = read_raw(&folder.join("output.raw"), &music)?;

    let by_command_line = folder.join("ducked.wav");
    demo::duck(&built, &paths[0], &paths[1], &["--live"], &by_command_line)?;
    let expected = audio::read(&by_command_line)?;
    let num_samples = demo::prove_same(&played, &expected)?;
    ensure!(
        measure::num_same_samples(&music, &expected) < num_samples,
        "nothing was cut, so the samples prove nothing"
    );
    println!(
        "static library in a host in C, and `duck --live`: the same {num_samples} samples, to the bit"
    );
    Ok(())
}

/// Raw 32-bit floats, channels interleaved.
fn write_raw(path: &Path, clip: &Clip) -> Result<()> {
    let frames = 0..clip.num_frames();
    let samples = frames.flat_map(|idx| clip.channels.iter().map(move |channel| channel[idx]));
    let bytes: Vec<u8> = samples.flat_map(f32::to_ne_bytes).collect();
    fs::write(path, bytes).with_context(|| format!("could not write {}", path.display()))
}

/// What [`write_raw`] writes, of as many channels as `like` has.
fn read_raw(path: &Path, like: &Clip) -> Result<Clip> {
    let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    let (samples, _) = bytes.as_chunks::<4>();
    let num_channels = like.channels.len();
    let channel = |idx: usize| -> Vec<f32> {
        let of_channel = samples.iter().skip(idx).step_by(num_channels);
        of_channel.map(|bytes| f32::from_ne_bytes(*bytes)).collect()
    };
    Ok(Clip {
        sample_rate_hz: like.sample_rate_hz,
        channels: (0..num_channels).map(channel).collect(),
    })
}
