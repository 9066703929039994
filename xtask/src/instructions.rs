//! `cargo xtask instructions`: how many instructions the main paths execute on the demo scene, counted by valgrind, beside
//! those of `benches/instructions.txt`. Counts repeat on busy machines, where times don't.

use crate::bundle::{self, Built};
use crate::tool::{self, Missing};
use anyhow::{Context, Result, anyhow, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

/// What may be executed more before it fails, per cent.
const MOST_MORE_PERCENT: f64 = 5.0;

/// A name, and the arguments of the command line.
const PATHS: [(&str, &[&str]); 4] = [
    ("check", &["check", "dialogue.flac", "music.flac"]),
    (
        "check-audiences",
        &[
            "check",
            "dialogue.flac",
            "music.flac",
            "--audience",
            "cinema,home,home-70,phone,hard-of-hearing",
        ],
    ),
    (
        "duck-live",
        &[
            "duck",
            "dialogue.flac",
            "music.flac",
            "--live",
            "-o",
            "OUTPUT",
        ],
    ),
    (
        "duck",
        &["duck", "dialogue.flac", "music.flac", "-o", "OUTPUT"],
    ),
];

/// Counts; `is_renewed` writes them down, else they are compared.
///
/// # Errors
/// [`Missing`] without valgrind; another error if a path executes more than it may.
pub fn run(is_renewed: bool) -> Result<()> {
    if tool::output_of(Command::new("valgrind").arg("--version")).is_err() {
        let line = "valgrind is missing: `apt-get install valgrind`";
        return Err(Missing(line.to_owned()).into());
    }
    let built = bundle::release()?;
    let compiler = tool::output_of(Command::new("rustc").arg("--version"))?;
    let compiler = format!("{}, {}", compiler.trim(), vectors());
    // Side by side: valgrind runs one thread of a program at a time.
    let counts: BTreeMap<&str, u64> = thread::scope(|scope| {
        let counting = PATHS.map(|(name, args)| {
            let built = &built;
            (name, scope.spawn(move || count(built, name, args)))
        });
        let counted = counting.into_iter().map(|(name, thread)| {
            let count = thread
                .join()
                .map_err(|_| anyhow!("counting {name} failed"))?;
            Ok((name, count?))
        });
        counted.collect::<Result<_>>()
    })?;
    if is_renewed {
        let mut text = format!("{compiler}\n");
        for (name, _) in PATHS {
            text += &format!("{name} {}\n", counts[name]);
        }
        return fs::write(kept_path(), text).context("could not write the counts");
    }
    let kept = fs::read_to_string(kept_path()).context("could not read the counts")?;
    let (kept_compiler, kept) = kept.split_once('\n').context("no counts are kept")?;
    let mut slower = Vec::new();
    for row in kept.lines() {
        let (name, before) = row.split_once(' ').context("a row has no count")?;
        let before: f64 = before.parse().context("a count is no number")?;
        let now = counts.get(name).copied().unwrap_or_default();
        let more_percent = 100.0 * (now as f64 / before - 1.0);
        println!(
            "{name}: {:.1} million instructions, {more_percent:+.1} %",
            now as f64 / 1e6
        );
        if more_percent > MOST_MORE_PERCENT {
            slower.push(name);
        }
    }
    if slower.is_empty() {
        return Ok(());
    }
    let slower = slower.join(", ");
    if kept_compiler == compiler {
        bail!(
            "more than {MOST_MORE_PERCENT} % more: {slower} (`cargo xtask instructions --renew` with the reason)"
        );
    }
    println!("not failed for {slower}: counted with {kept_compiler}, this is {compiler}");
    Ok(())
}

fn kept_path() -> PathBuf {
    bundle::workspace_root()
        .join("benches")
        .join("instructions.txt")
}

/// Which vectors this processor has: other ones are other instructions.
fn vectors() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        return "AVX2 and FMA";
    }
    "no AVX2"
}

/// Instructions that the command line executes with `args` in the demo's folder, all threads together.
fn count(built: &Built, name: &str, args: &[&str]) -> Result<u64> {
    let counts = built.target.join(format!("instructions-{name}.out"));
    let output = built.target.join(format!("instructions-{name}.wav"));
    let mut valgrind = Command::new("valgrind");
    valgrind.current_dir(bundle::workspace_root().join("assets").join("demo"));
    valgrind.args(["--tool=cachegrind", "--cache-sim=no"]);
    valgrind.arg(format!("--cachegrind-out-file={}", counts.display()));
    valgrind.arg(&built.cli);
    for arg in args {
        match *arg {
            "OUTPUT" => valgrind.arg(&output),
            arg => valgrind.arg(arg),
        };
    }
    tool::output_of(&mut valgrind)?;
    let text = fs::read_to_string(&counts).context("valgrind wrote no counts")?;
    let summary = text.lines().find_map(|line| line.strip_prefix("summary: "));
    let count = summary.and_then(|it| it.split_whitespace().next());
    count
        .and_then(|it| it.parse().ok())
        .context("valgrind's counts have no summary")
}
