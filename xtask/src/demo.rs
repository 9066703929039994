//! `cargo xtask demo`: the demo scene through the built CLAP, measured from outside, and the
//! proof that the command line makes the same samples of it.

use crate::audio::{self, Clip};
use crate::bundle::{self, Built};
use crate::clap_host::{self, Playback};
use crate::measure;
use crate::report::{self, Line, Report};
use crate::tool;
use anyhow::{Context, Result, bail, ensure};
use std::ops::Range;
use std::path::Path;
use std::process::Command;

/// The plugin's CLAP id, for ever.
const PLUGIN_ID: &std::ffi::CStr = c"audio.underscore.clash";
/// Lengths of the blocks the host uses in turn, samples: a result that depends on them would
/// differ from the command line's.
const BLOCK_SIZES: [usize; 8] = [512, 64, 1024, 1, 333, 480, 17, 1023];

pub fn run() -> Result<()> {
    let built = bundle::release()?;
    let scene = bundle::workspace_root().join("assets").join("demo");
    let dialogue_path = scene.join("dialogue.flac");
    let music_path = scene.join("music.flac");
    let dialogue = audio::read(&dialogue_path)?;
    let music = audio::read(&music_path)?;
    ensure!(
        dialogue.sample_rate_hz == music.sample_rate_hz,
        "the scene's files have different sample rates"
    );
    let folder = built.target.join("demo");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("could not make {}", folder.display()))?;

    let play = |pass: &str, state: Option<&[u8]>| {
        let settings = [("Mode", "Duck"), ("Pass", pass)];
        clap_host::play(
            &built.clap,
            PLUGIN_ID,
            &dialogue,
            &music,
            &settings,
            &BLOCK_SIZES,
            state,
        )
    };
    let live = play("Live", None)?;
    let learned = clap_host::learn(
        &built.clap,
        PLUGIN_ID,
        &dialogue,
        &music,
        &[("Mode", "Duck"), ("Pass", "Learn")],
        &BLOCK_SIZES,
    )?;
    let playback = play("Play", Some(&learned))?;
    let ducked_path = folder.join("ducked.wav");
    audio::write(&ducked_path, &playback.output)?;

    let report_path = folder.join("report.json");
    check(&built, &dialogue_path, &music_path, &report_path)?;
    let report = report::read(&report_path)?;

    print_host(&built, &dialogue, &music, &playback);
    print_lines(&report, &music, &playback.output);
    println!();
    println!("written   {}", ducked_path.display());
    println!("          {}", report_path.display());

    let prove = |what: &str, name: &str, flags: &[&str], output: &Clip| -> Result<()> {
        let cli_path = folder.join(name);
        duck(&built, &dialogue_path, &music_path, flags, &cli_path)?;
        let num_samples = prove_same(output, &audio::read(&cli_path)?)?;
        println!("proved    {what}: the same {num_samples} samples, to the bit");
        Ok(())
    };
    prove(
        "plugin, Learn then Play, and `duck`",
        "ducked-by-command-line.wav",
        &[],
        &playback.output,
    )?;
    prove(
        "plugin, Live, and `duck --live`",
        "ducked-live-by-command-line.wav",
        &["--live"],
        &live.output,
    )
}

fn check(built: &Built, dialogue: &Path, music: &Path, json: &Path) -> Result<()> {
    let mut command = Command::new(&built.cli);
    command.arg("check").args([dialogue, music]);
    tool::output_of(command.arg("--json").arg(json)).map(drop)
}

/// Ducks a scene by the command line as the plugin does, which played without look-ahead.
///
/// # Errors
/// If that fails.
pub fn duck(
    built: &Built,
    dialogue: &Path,
    music: &Path,
    flags: &[&str],
    output: &Path,
) -> Result<()> {
    let mut command = Command::new(&built.cli);
    command.arg("duck").args([dialogue, music]);
    // As the plugin, which played without.
    command.args(["--look-ahead", "0"]).args(flags);
    tool::output_of(command.arg("-o").arg(output)).map(drop)
}

fn print_host(built: &Built, dialogue: &Clip, music: &Clip, playback: &Playback) {
    let whole = 0..music.num_frames();
    let num_samples = music.num_frames() * music.channels.len();
    let num_same = measure::num_same_samples(music, &playback.output);
    println!();
    println!("Measured in the host, on what went into the plugin and what came out");
    println!("plugin    {}", built.clap.display());
    println!(
        "scene     {:.1} s at {} Hz, layout \"{}\", {} blocks of {} to {} samples",
        music.duration_s(),
        music.sample_rate_hz,
        playback.layout,
        playback.num_blocks,
        BLOCK_SIZES.iter().min().unwrap_or(&0),
        BLOCK_SIZES.iter().max().unwrap_or(&0),
    );
    println!("latency   {} samples reported", playback.latency_samples);
    println!(
        "levels    dialogue in {:.1}, music in {:.1}, music out {:.1} dBFS",
        measure::level_dbfs(dialogue, 0..dialogue.num_frames()),
        measure::level_dbfs(music, whole.clone()),
        measure::level_dbfs(&playback.output, whole),
    );
    println!(
        "untouched {:.1} % of the samples came out to the bit as they went in",
        100.0 * num_same as f64 / num_samples as f64
    );
}

fn print_lines(report: &Report, music: &Clip, output: &Clip) {
    println!();
    println!(
        "Spoken lines: {}; {:.1} s of speech, clash {:.0} % over speech",
        report.lines.len(),
        report.speech_s,
        report.clash_percent
    );
    println!("(clash and bands: what the engine found; music and cut: measured in the host)");
    println!("   from      to   clash      music in > out    deepest cut   worst bands");
    for line in &report.lines {
        let frames = frames_of(line, music);
        let cut = match measure::deepest_cut(music, output, frames.clone()) {
            Some(cut) if cut.db >= 0.05 => format!("{:.1} dB at {} Hz", cut.db, cut.hz),
            _ => "none".to_owned(),
        };
        let bands: Vec<String> = line
            .worst_bands
            .iter()
            .map(|band| format!("{:.0} Hz (+{:.0} dB)", band.hz, band.excess_db))
            .collect();
        println!(
            "{:>6.2} s {:>6.2} s {:>4.0} %  {:>6.1} > {:>6.1} dBFS  {:>15}   {}",
            line.start_s,
            line.end_s,
            line.clash_percent,
            measure::level_dbfs(music, frames.clone()),
            measure::level_dbfs(output, frames),
            cut,
            bands.join(", ")
        );
        println!("         {}", line.advice);
    }
}

fn frames_of(line: &Line, clip: &Clip) -> Range<usize> {
    let frame_of = |time_s: f64| {
        let frame = (time_s * f64::from(clip.sample_rate_hz)).round() as usize;
        frame.min(clip.num_frames())
    };
    frame_of(line.start_s)..frame_of(line.end_s)
}

/// Number of samples compared.
///
/// # Errors
/// If the clips differ in shape or in a single bit; the error names the first place.
pub fn prove_same(plugin: &Clip, command_line: &Clip) -> Result<usize> {
    let shape = |clip: &Clip| (clip.sample_rate_hz, clip.channels.len(), clip.num_frames());
    ensure!(
        shape(plugin) == shape(command_line),
        "plugin and command line differ in (rate, channels, frames): {:?} and {:?}",
        shape(plugin),
        shape(command_line)
    );
    for frame_idx in 0..plugin.num_frames() {
        for (channel_idx, (a, b)) in plugin
            .channels
            .iter()
            .zip(&command_line.channels)
            .enumerate()
        {
            let (a, b) = (a[frame_idx], b[frame_idx]);
            if a.to_bits() != b.to_bits() {
                bail!(
                    "plugin and command line differ, first at sample {frame_idx} ({:.4} s) of \
                     channel {channel_idx}: {a:e} and {b:e}",
                    frame_idx as f64 / f64::from(plugin.sample_rate_hz)
                );
            }
        }
    }
    Ok(plugin.num_frames() * plugin.channels.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(samples: [f32; 3]) -> Clip {
        Clip {
            sample_rate_hz: 48_000,
            channels: vec![vec![0.0; 3], samples.to_vec()],
        }
    }

    #[test]
    fn the_same_samples_are_counted() {
        let samples = clip([0.1, 0.2, 0.3]);
        assert_eq!(prove_same(&samples, &samples).unwrap(), 6);
    }

    #[test]
    fn the_first_differing_bit_is_named() {
        let a = clip([0.1, 0.2, 0.3]);
        let mut b = a.clone();
        b.channels[1][2] = f32::from_bits(0.3f32.to_bits() + 1);
        let error = prove_same(&a, &b).unwrap_err().to_string();
        assert!(error.contains("sample 2"), "{error}");
        assert!(error.contains("channel 1"), "{error}");
        b.channels[1].pop();
        b.channels[0].pop();
        assert!(prove_same(&a, &b).is_err(), "another length");
    }
}
