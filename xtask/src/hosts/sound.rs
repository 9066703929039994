//! The demo scene in the session, and what Ardour's exports of it sound like.

use crate::audio::{self, Clip};
use crate::bundle::{self, Built};
use crate::hosts::Checks;
use crate::hosts::home::Home;
use crate::{measure, report, tool};
use anyhow::{Context, Result, ensure};
use std::ops::Range;
use std::path::Path;
use std::process::Command;

/// How far the loss over speech may lie from the command line's, dB. Ardour lets the plugin run before the
/// scene begins, so the detector's frames and its noise floor aren't the same to the sample.
const LOSS_TOLERANCE_DB: f64 = 0.2;

/// What is exported: Meter with 40 ms of look-ahead, and Duck as it is.
pub const EXPORTS: [&str; 2] = [METER, DUCK];
const METER: &str = "meter-40-ms";
const DUCK: &str = "duck";

/// Windows in which two exports are compared, samples.
const LANE_WINDOW: usize = 9600;

/// Dialogue and music, both stereo, of one length and rate.
pub struct Scene {
    dialogue: Clip,
    music: Clip,
}

impl Scene {
    /// Reads the demo scene.
    ///
    /// # Errors
    /// If its files can't be read, or don't fit.
    pub fn read() -> Result<Self> {
        let folder = bundle::workspace_root().join("assets").join("demo");
        let mut dialogue = audio::read(&folder.join("dialogue.flac"))?;
        let music = audio::read(&folder.join("music.flac"))?;
        let mono = dialogue.channels.first().context("it has a channel")?;
        dialogue.channels = vec![mono.clone(), mono.clone()];
        for clip in [&dialogue, &music] {
            let shape = (clip.sample_rate_hz, clip.channels.len(), clip.num_frames());
            ensure!(
                shape == (48_000, 2, music.num_frames()),
                "the session is for 48 kHz, stereo and one length, the scene has {shape:?}"
            );
        }
        Ok(Self { dialogue, music })
    }

    /// Length of each file, samples.
    pub fn num_frames(&self) -> usize {
        self.music.num_frames()
    }

    /// Writes one file for each channel, with the names that the session has for them.
    ///
    /// # Errors
    /// If a file can't be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        for (name, clip) in [("dialogue", &self.dialogue), ("music", &self.music)] {
            for (channel, side) in clip.channels.iter().zip(["L", "R"]) {
                let mono = Clip {
                    sample_rate_hz: clip.sample_rate_hz,
                    channels: vec![channel.clone()],
                };
                audio::write(&folder.join(format!("{name}%{side}.wav")), &mono)?;
            }
        }
        Ok(())
    }
}

/// Compares Ardour's exports with the music and with what the command line makes of it.
pub fn check(home: &Home, built: &Built, scene: &Scene, checks: &mut Checks) {
    checks.note(
        "the export in Meter is the music to the bit, with 40 ms of look-ahead",
        compare_meter(home, scene),
    );
    checks.note(
        "the export in Duck loses what the command line takes, and nothing before the first word",
        compare_duck(home, built, scene),
    );
}

fn compare_meter(home: &Home, scene: &Scene) -> Result<String> {
    let output = exported(home, METER, scene)?;
    let num_samples = 2 * scene.num_frames();
    let num_same = measure::num_same_samples(&scene.music, &output);
    ensure!(
        num_same == num_samples,
        "{} samples differ",
        num_samples - num_same
    );
    Ok(format!("{num_same} samples"))
}

fn compare_duck(home: &Home, built: &Built, scene: &Scene) -> Result<String> {
    let output = exported(home, DUCK, scene)?;
    let files = ["dialogue.wav", "music.wav", "ducked.wav", "report.json"];
    let [dialogue, music, ducked, json] = files.map(|name| home.folder.join(name));
    audio::write(&dialogue, &scene.dialogue)?;
    audio::write(&music, &scene.music)?;
    let run = |command: &[&str], option: &str, to: &Path| {
        let mut cli = Command::new(&built.cli);
        cli.args(command).args([&dialogue, &music]);
        tool::output_of(cli.arg(option).arg(to)).map(drop)
    };
    run(&["duck", "--live"], "-o", &ducked)?;
    run(&["check"], "--json", &json)?;
    let expected = audio::read(&ducked)?;
    let frames_of = |line: &report::Line| {
        let frame = |time_s: f64| ((time_s * 48_000.0) as usize).min(scene.num_frames());
        frame(line.start_s)..frame(line.end_s)
    };
    let speech: Vec<_> = report::read(&json)?.lines.iter().map(frames_of).collect();

    let loss_db = loss_db(&scene.music, &output, &speech);
    let expected_db = self::loss_db(&scene.music, &expected, &speech);
    ensure!(
        expected_db > 1.0,
        "the command line takes {expected_db:.2} dB only"
    );
    ensure!(
        (loss_db - expected_db).abs() < LOSS_TOLERANCE_DB,
        "over speech it loses {loss_db:.2} dB, the command line takes {expected_db:.2} dB"
    );
    let first_word = speech.first().context("somebody speaks")?.start;
    let first_difference = first_difference(&scene.music, &output);
    ensure!(
        first_difference >= first_word,
        "the music differs at sample {first_difference}, the first word is at {first_word}"
    );
    Ok(format!(
        "{loss_db:.2} dB over {} spoken lines, by the command line {expected_db:.2} dB; the same to the bit up to \
         sample {first_difference}, and {:.1} % of all",
        speech.len(),
        100.0 * measure::num_same_samples(&scene.music, &output) as f64
            / (2 * scene.num_frames()) as f64
    ))
}

/// Compares the export in which the plugin reads a lane with the one in which it ducks by itself, in windows of
/// 200 ms.
///
/// # Errors
/// If they differ by more than 0.2 dB in a tenth of the windows, or by more than 1 dB anywhere.
pub fn compare_read(home: &Home, scene: &Scene) -> Result<String> {
    let [read, duck] = ["read", DUCK].map(|name| exported(home, name, scene));
    let (read, duck) = (read?, duck?);
    let mut differences_db: Vec<f64> = (0..scene.num_frames() / LANE_WINDOW)
        .map(|idx| {
            let window = idx * LANE_WINDOW..(idx + 1) * LANE_WINDOW;
            let level_db = |clip: &Clip| measure::level_dbfs(clip, window.clone());
            (level_db(&read) - level_db(&duck)).abs()
        })
        .collect();
    differences_db.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let idx = (share * differences_db.len() as f64) as usize;
        differences_db.get(idx).or(differences_db.last()).copied()
    };
    let (most_db, worst_db) = (
        at(0.9).context("the scene has windows")?,
        at(1.0).context("the scene has windows")?,
    );
    let figures =
        format!("nine of ten windows within {most_db:.2} dB, all within {worst_db:.2} dB");
    ensure!(most_db <= 0.2 && worst_db <= 1.0, "{figures}");
    Ok(figures)
}

fn exported(home: &Home, name: &str, scene: &Scene) -> Result<Clip> {
    let clip = audio::read(&home.session.join("export").join(format!("{name}.wav")))?;
    let shape = (clip.sample_rate_hz, clip.channels.len(), clip.num_frames());
    ensure!(
        shape == (48_000, 2, scene.num_frames()),
        "{name}.wav has (rate, channels, samples) {shape:?}"
    );
    Ok(clip)
}

/// How much quieter `after` is than `before`, mean over `stretches`, dB.
fn loss_db(before: &Clip, after: &Clip, stretches: &[Range<usize>]) -> f64 {
    let power = |clip: &Clip| -> f64 {
        let mean = |frames: &Range<usize>| {
            let level_db = measure::level_dbfs(clip, frames.clone());
            10f64.powf(level_db / 10.0) * frames.len() as f64
        };
        stretches.iter().map(mean).sum()
    };
    10.0 * (power(before) / power(after)).log10()
}

/// The first frame in which two clips differ; their length if none does.
fn first_difference(a: &Clip, b: &Clip) -> usize {
    let pairs = a.channels.iter().zip(&b.channels);
    pairs
        .filter_map(|(a, b)| {
            a.iter()
                .zip(b)
                .position(|(a, b)| a.to_bits() != b.to_bits())
        })
        .min()
        .unwrap_or(a.num_frames())
}
