//! The demo scene and small helpers for tests of the engine.

use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::lines::confirmer::Confirmer;
use underscore::lines::log::ClashLog;
use underscore::settings::{Mode, Settings};
use underscore::snapshot::Snapshot;

/// The second line of the demo scene, which clashes, with the pauses round it: eight seconds.
pub fn clashing_line() -> (Channels, Channels) {
    (
        demo::dialogue_at(demo::ROUND_LINE_2_S),
        demo::music_at(demo::ROUND_LINE_2_S),
    )
}

/// Default settings in duck mode.
pub fn ducking() -> Settings {
    Settings {
        mode: Mode::Duck,
        ..Settings::default()
    }
}

/// An engine for buses of so many channels, in their usual layout.
pub fn engine(num_dialogue_channels: usize, num_music_channels: usize) -> Engine {
    Engine::prepare(
        RATE_HZ,
        Layout::from_num_channels(num_dialogue_channels).expect("a dialogue layout"),
        Layout::from_num_channels(num_music_channels).expect("a music layout"),
    )
    .expect("48 kHz is supported")
}

/// Runs `engine` over the audio in blocks of the given sizes, over and over; returns the output and
/// all snapshots.
pub fn run(
    engine: &mut Engine,
    dialogue: &Channels,
    music: &Channels,
    settings: &Settings,
    block_sizes: &[usize],
) -> (Channels, Vec<Snapshot>) {
    let mut output = music.clone();
    let mut snapshots = Vec::new();
    let num_samples = music[0].len();
    let mut sizes = block_sizes.iter().cycle();
    let mut start = 0;
    while start < num_samples {
        let end = (start + sizes.next().expect("a cycle")).min(num_samples);
        let dialogue_block: Vec<&[f32]> = dialogue.iter().map(|x| &x[start..end]).collect();
        let mut music_block: Vec<&mut [f32]> =
            output.iter_mut().map(|x| &mut x[start..end]).collect();
        let mut observer = |snapshot: &Snapshot| snapshots.push(*snapshot);
        engine.process(
            &dialogue_block,
            &mut music_block,
            settings,
            Some(&mut observer),
        );
        start = end;
    }
    (output, snapshots)
}

/// The list of the lines in `snapshots`.
pub fn log_of(snapshots: &[Snapshot]) -> ClashLog {
    let (mut confirmer, mut log) = (Confirmer::default(), ClashLog::new());
    for snapshot in snapshots {
        confirmer.push(snapshot, |hop| log.push(hop));
    }
    confirmer.drain(|hop| log.push(hop));
    log
}

/// Whether both are the same, bit by bit.
pub fn is_bit_exact(a: &Channels, b: &Channels) -> bool {
    let bits = |channels: &Channels| -> Vec<Vec<u32>> {
        channels
            .iter()
            .map(|channel| channel.iter().map(|x| x.to_bits()).collect())
            .collect()
    };
    bits(a) == bits(b)
}

/// `channels` louder by `gain_db`.
pub fn scaled(channels: &Channels, gain_db: f32) -> Channels {
    let gain = 10f32.powf(gain_db / 20.0);
    channels
        .iter()
        .map(|channel| channel.iter().map(|x| x * gain).collect())
        .collect()
}

/// In which hops somebody speaks for certain, as a list knows it in the end.
pub fn confirmed(snapshots: &[Snapshot]) -> Vec<bool> {
    let (mut confirmer, mut is_speech) = (Confirmer::default(), Vec::new());
    for snapshot in snapshots {
        confirmer.push(snapshot, |hop| is_speech.push(hop.is_speech));
    }
    confirmer.drain(|hop| is_speech.push(hop.is_speech));
    is_speech
}
