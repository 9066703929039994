//! What the command line for Windows makes of the demo scene beside what this machine's own makes.

use crate::audio::{self, Clip};
use crate::bundle;
use crate::measure;
use crate::tool;
use crate::windows::Built;
use crate::windows::wine::Wine;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Most that any sample may differ by, dBFS. The C libraries round sines, powers and logarithms otherwise in their
/// last bit; a cut that follows them differs in its sixth digit. Of 24 bits, half a step is -144 dBFS.
const MOST_DBFS: f64 = -120.0;

/// Ways to duck that take different parts of the engine.
const WAYS: [(&str, &[&str]); 4] = [
    ("learned", &[]),
    ("live", &["--live"]),
    ("firm", &["--live", "--preset", "firm"]),
    ("look-ahead", &["--live", "--look-ahead", "20"]),
];

/// # Errors
/// If a sample differs by more than [`MOST_DBFS`], or nothing was ducked.
pub fn check(wine: &Wine, built: &Built, target: &Path) -> Result<()> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    tool::run(cargo.args(["build", "--release", "--package", "underscore"]))?;
    let own = format!("underscore{}", std::env::consts::EXE_SUFFIX);
    let own = target.join("release").join(own);

    let folder = target.join("windows").join("sound");
    fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    wine.end()?;
    for (name, flags) in WAYS {
        let duck = |mut command: Command, kind: &str| -> Result<Clip> {
            let output = format!("{name}-{kind}.wav");
            command.current_dir(&folder).arg("duck");
            let scene = bundle::workspace_root().join("assets").join("demo");
            command.args(["dialogue.flac", "music.flac"].map(|file| scene.join(file)));
            tool::output_of(command.args(flags).args(["-o", &output]))?;
            audio::read(&folder.join(&output))
        };
        let here = duck(Command::new(&own), "here")?;
        let mut under_wine = wine.command("wine".as_ref());
        under_wine.arg(&built.cli);
        let there = duck(under_wine, "windows")?;
        let (num_same, num_all, most) = compared(&here, &there)?;
        let most_dbfs = 20.0 * most.log10();
        println!(
            "duck, {name}: {num_same} of {num_all} samples are the same as here, the others within \
             {most_dbfs:.1} dBFS"
        );
        ensure!(
            most_dbfs <= MOST_DBFS,
            "duck, {name}: a sample differs by {most_dbfs:.1} dBFS, allowed are {MOST_DBFS}"
        );
    }
    Ok(())
}

/// How many samples are the same to the bit, of how many, and the largest difference.
///
/// # Errors
/// If the clips differ in shape.
fn compared(here: &Clip, there: &Clip) -> Result<(usize, usize, f64)> {
    let shape = |clip: &Clip| (clip.sample_rate_hz, clip.channels.len(), clip.num_frames());
    ensure!(
        shape(here) == shape(there),
        "(rate, channels, frames): {:?} here, {:?} under Wine",
        shape(here),
        shape(there)
    );
    let both = || {
        here.channels
            .iter()
            .zip(&there.channels)
            .flat_map(|(a, b)| a.iter().zip(b))
    };
    let num_same = measure::num_same_samples(here, there);
    let differences = both().map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs());
    // One that is no number counts as the largest.
    let most = differences.max_by(f64::total_cmp).context("no samples")?;
    Ok((num_same, both().count(), most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_difference_and_the_same_samples_are_found() {
        let clip = |samples: [f32; 3]| Clip {
            sample_rate_hz: 48_000,
            channels: vec![samples.to_vec()],
        };
        let (num_same, num_all, most) =
            compared(&clip([0.5, 0.0, 1.0]), &clip([0.5, 0.25, 1.0])).unwrap();
        assert_eq!((num_same, num_all, most), (2, 3, 0.25));
        let (_, _, none) = compared(&clip([0.5; 3]), &clip([0.5; 3])).unwrap();
        assert_eq!(none, 0.0);
        assert!(
            compared(
                &clip([0.0; 3]),
                &Clip {
                    sample_rate_hz: 44_100,
                    ..clip([0.0; 3])
                }
            )
            .is_err()
        );
    }
}
