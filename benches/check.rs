//! What `underscore check` costs on a long pair, with two floors beside it: decoding the same files
//! and doing nothing, and `ffmpeg`'s `ebur128` filter on the same music.
//!
//! `cargo xtask bench check [MINUTES]` runs this and writes the table to `target/bench_check.md`. Each
//! cost is the processor time of a process of its own, held to one core, the least of some runs: that
//! is nearly the same however busy the machine is. How fast all cores do it is measured by the clock,
//! and only an idle machine tells that truly.

#[path = "check/pair.rs"]
mod pair;
#[path = "check/processor.rs"]
mod processor;

use std::path::{Path, PathBuf};
use std::process::Command;

use underscore::cli::audio::audio_in::AudioFile;

use processor::Cost;

/// Minutes of the pair where nobody says otherwise.
const MINUTES: u32 = 120;

/// Runs, of which the cheapest counts.
const NUM_RUNS: usize = 2;

/// Frames that the floor decodes at once.
const BLOCK_FRAMES: usize = 4096;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, files @ ..] = &args[..]
        && flag == "--decode"
    {
        files.iter().for_each(|file| decode(file.as_ref()));
        return;
    }
    if !args.iter().any(|arg| arg == "--bench") {
        // `cargo test --benches` only wants to know that it builds: a pair takes time and disk.
        return;
    }
    let minutes = args.iter().find_map(|arg| arg.parse().ok());
    measure(minutes.unwrap_or(MINUTES));
}

fn measure(minutes: u32) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let pairs = pair::of_minutes(&folder, minutes);
    let seconds = f64::from(60 * minutes);
    let music = pairs.music.as_path();
    let this_program = std::env::current_exe().expect("this program has a path");

    let check = |dialogue: &Path, cores: &str| {
        let mut command = processor::held_to(cores, Path::new(env!("CARGO_BIN_EXE_underscore")));
        command.arg("check").args([dialogue, music]);
        command
    };
    let mut decode = processor::held_to("0", &this_program);
    decode
        .arg("--decode")
        .args([&pairs.scene_dialogue, &pairs.music]);
    let mut ebur128 = processor::held_to("0", Path::new("ffmpeg"));
    ebur128.args([
        "-nostdin",
        "-v",
        "error",
        "-threads",
        "1",
        "-filter_threads",
        "1",
        "-i",
    ]);
    ebur128
        .arg(music)
        .args(["-af", "ebur128", "-f", "null", "-"]);

    let scene = least(&mut check(&pairs.scene_dialogue, "0"));
    let film = least(&mut check(&pairs.film_dialogue, "0"));
    let floor = least(&mut decode);
    let meter = has_ffmpeg().then(|| least(&mut ebur128));
    let num_cores = std::thread::available_parallelism().map_or(1, |num| num.get());
    let all_cores = least(&mut check(
        &pairs.scene_dialogue,
        &format!("0-{}", num_cores - 1),
    ));

    println!("{minutes} minutes of mono dialogue and 5.1 music, 48 kHz, 24-bit WAV, on one core\n");
    println!("| | processor time, s | times real time | share of (b) |");
    println!("|---|---:|---:|---:|");
    let row = |name: &str, cost: Cost| {
        let share = meter.map(|meter| cost.processor_s / meter.processor_s);
        println!(
            "| {name} | {:.2} | {:.0} | {} |",
            cost.processor_s,
            seconds / cost.processor_s,
            share.map_or_else(String::new, |share| format!("{share:.2}")),
        );
    };
    let spoken = |share: f64| format!("`underscore check`, {:.0} % speech", 100.0 * share);
    row(&spoken(pair::SCENE_SPEECH), scene);
    row(&spoken(pair::FILM_SPEECH), film);
    row("(a) both files decoded, nothing else", floor);
    match meter {
        Some(meter) => row("(b) `ffmpeg`'s `ebur128` on the music", meter),
        None => println!("| (b) `ffmpeg`'s `ebur128`: no `ffmpeg` on this machine | | | |"),
    }
    println!(
        "\nBy the clock: {:.2} s on one core, {:.2} s on {num_cores} ({:.0} and {:.0} times real time).",
        scene.clock_s,
        all_cores.clock_s,
        seconds / scene.clock_s,
        seconds / all_cores.clock_s
    );
}

/// The cheapest of some runs, in each respect.
fn least(command: &mut Command) -> Cost {
    (0..NUM_RUNS)
        .map(|_| processor::cost_of(command))
        .reduce(Cost::least)
        .expect("there is a run")
}

fn has_ffmpeg() -> bool {
    Command::new("ffmpeg")
        .arg("-version")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// Decodes a whole file and does nothing with it.
fn decode(path: &Path) {
    let mut file = AudioFile::open(path).expect("the file opens");
    let mut block = vec![Vec::new(); file.num_channels()];
    while file.read(&mut block, BLOCK_FRAMES).expect("the file reads") > 0 {
        std::hint::black_box(&mut block);
    }
}
