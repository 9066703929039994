//! Says where somebody speaks in audio files, for a program that compares it with labels: one JSON object
//! a file on standard output. `tests/science/activity.py` drives it.
//!
//! Out: `live` (what a display or the duck goes by at the time) and `lines` (what a list says after
//! the fact), each a list of begin and end, s. The first channel of a file is taken.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use serde::Serialize;
use underscore::cli::audio::audio_in::AudioFile;
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::lines::confirmer::Confirmer;
use underscore::lines::log::ClashLog;
use underscore::settings::{Mode, Settings};
use underscore::snapshot::Snapshot;

const BLOCK_FRAMES: usize = 512;

#[derive(Serialize, Default)]
struct Outcome {
    live: Vec<(f64, f64)>,
    lines: Vec<(f64, f64)>,
}

fn main() -> anyhow::Result<()> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for path in std::env::args().skip(1) {
        let outcome = evaluate(Path::new(&path)).with_context(|| path.clone())?;
        serde_json::to_writer(&mut out, &outcome)?;
        writeln!(out)?;
    }
    out.flush()?;
    Ok(())
}

fn evaluate(path: &Path) -> anyhow::Result<Outcome> {
    let mut file = AudioFile::open(path)?;
    let mono = || Layout::from_num_channels(1).context("one channel is a layout");
    let mut engine = Engine::prepare(f64::from(file.sample_rate_hz()), mono()?, mono()?)?;
    let settings = Settings {
        mode: Mode::Meter,
        ..Settings::default()
    };
    let mut dialogue = vec![vec![0.0; BLOCK_FRAMES]; file.num_channels()];
    let (mut confirmer, mut log) = (Confirmer::default(), ClashLog::new());
    let mut outcome = Outcome::default();
    loop {
        let num_frames = file.read(&mut dialogue, BLOCK_FRAMES)?;
        if num_frames == 0 {
            break;
        }
        let mut on_hop = |snapshot: &Snapshot| {
            confirmer.push(snapshot, |hop| log.push(hop));
            add_live(&mut outcome.live, snapshot);
        };
        engine.process(
            &[&dialogue[0][..num_frames]],
            &mut [&mut vec![0.0; num_frames]],
            &settings,
            Some(&mut on_hop),
        );
    }
    confirmer.drain(|hop| log.push(hop));
    outcome.lines = log.lines().map(|line| (line.start_s, line.end_s)).collect();
    Ok(outcome)
}

fn add_live(live: &mut Vec<(f64, f64)>, snapshot: &Snapshot) {
    if !snapshot.is_speech {
        return;
    }
    let (start_s, end_s) = snapshot.span_s();
    match live.last_mut() {
        Some((_, last_s)) if start_s - *last_s < 1e-6 => *last_s = end_s,
        _ => live.push((start_s, end_s)),
    }
}
