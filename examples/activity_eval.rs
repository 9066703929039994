//! Says where somebody speaks in an audio file and what the duck takes from the music of another, for a
//! program that compares it with labels: one JSON object on standard output. `tests/science/activity.py`
//! drives it.
//!
//! Out: `live` (what a display or the duck goes by at the time) and `lines` (what a list says after
//! the fact), each a list of begin and end, s; `losses_lu`, the loudness that each hop of the music loses, LU,
//! and `hop_s`, its length. The first channel of each file is taken; both need the same rate.

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
    hop_s: f64,
    losses_lu: Vec<f32>,
}

fn main() -> anyhow::Result<()> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [dialogue, music] = paths.as_slice() else {
        anyhow::bail!("give a file of dialogue and one of music");
    };
    let outcome =
        evaluate(Path::new(dialogue), Path::new(music)).with_context(|| dialogue.clone())?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    serde_json::to_writer(&mut out, &outcome)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

fn evaluate(dialogue: &Path, music: &Path) -> anyhow::Result<Outcome> {
    let (mut dialogue_file, mut music_file) = (AudioFile::open(dialogue)?, AudioFile::open(music)?);
    let sample_rate_hz = dialogue_file.sample_rate_hz();
    anyhow::ensure!(
        music_file.sample_rate_hz() == sample_rate_hz,
        "the music has another rate"
    );
    let mono = || Layout::from_num_channels(1).context("one channel is a layout");
    let mut engine = Engine::prepare(f64::from(sample_rate_hz), mono()?, mono()?)?;
    let settings = Settings {
        mode: Mode::Duck,
        ..Settings::default()
    };
    let block = |file: &AudioFile| vec![vec![0.0; BLOCK_FRAMES]; file.num_channels()];
    let (mut dialogue, mut music) = (block(&dialogue_file), block(&music_file));
    let (mut confirmer, mut log) = (Confirmer::default(), ClashLog::new());
    let mut outcome = Outcome::default();
    loop {
        let num_frames = dialogue_file.read(&mut dialogue, BLOCK_FRAMES)?;
        if num_frames == 0 {
            break;
        }
        let num_of_music = music_file.read(&mut music, num_frames)?;
        music[0][num_of_music..num_frames].fill(0.0);
        let mut on_hop = |snapshot: &Snapshot| {
            confirmer.push(snapshot, |hop| log.push(hop));
            add_live(&mut outcome.live, snapshot);
            outcome.hop_s = snapshot.hop_s();
            outcome.losses_lu.push(snapshot.loss_lu);
        };
        engine.process(
            &[&dialogue[0][..num_frames]],
            &mut [&mut music[0][..num_frames]],
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
