//! What the engine costs, with the floor beside it: the same number of transforms by `realfft`
//! and the same number of filter updates in a bare loop, and nothing else. The voice detector, whose
//! network is another's, stands apart.
//!
//! `cargo xtask bench` runs this and writes the tables to `target/bench.md`. Every figure is made
//! of minima: the work is the same in every pass, so the least time that a piece of it took is
//! what it costs, and the rest is what else the machine did. (`divan` and `criterion` time one
//! closure; here pieces of one long run are compared across runs, and two costs with each other.)

#[path = "engine/floor.rs"]
mod floor;
#[path = "engine/memory.rs"]
mod memory;
#[path = "engine/scene.rs"]
mod scene;

use std::time::{Duration, Instant};

use scene::Scene;
use test_support::Channels;
use test_support::demo::RATE_HZ;
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::learn::learner::Learner;
use underscore::memory::remembered::Reel;
use underscore::ride::plan::Plan;
use underscore::settings::{Mode, Pass, Settings, Steer};
use underscore::snapshot::Snapshot;

/// Passes over the audio, of which each piece's shortest time counts.
const NUM_PASSES: usize = 7;

/// Blocks, each of 64 samples, of which the dearest is sought.
const NUM_BLOCKS: usize = 100_000;

/// Share of a core that something takes, in percent.
type CorePercent = f64;

/// Buses of a case.
#[derive(Clone, Copy)]
struct Buses {
    name: &'static str,
    num_dialogue_channels: usize,
    num_music_channels: usize,
}

const STEREO: Buses = Buses {
    name: "stereo + stereo",
    num_dialogue_channels: 2,
    num_music_channels: 2,
};
const SURROUND: Buses = Buses {
    name: "7.1.4 + mono",
    num_dialogue_channels: 1,
    num_music_channels: 12,
};

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let is_trial = !std::env::args().any(|arg| arg == "--bench");
    let num_passes = if is_trial { 1 } else { NUM_PASSES };

    println!("| buses | mode | block | engine, % of a core | floor, % | ratio |");
    println!("|---|---|---:|---:|---:|---:|");
    for buses in [STEREO, SURROUND] {
        let scene = Scene::demo(buses.num_dialogue_channels, buses.num_music_channels);
        let noise = Scene::noise(buses.num_dialogue_channels, buses.num_music_channels);
        let learned = learned(buses, &scene);
        for (mode, scene, settings, is_observed) in [
            ("Meter", &scene, Settings::default(), false),
            ("Meter, heard", &scene, Settings::default(), true),
            ("Duck", &scene, ducking(), false),
            ("Duck, heard", &scene, ducking(), true),
            ("Duck, remembered, heard", &scene, playing(), true),
            ("Duck, noise", &noise, ducking_deep(), false),
        ] {
            let filters = settings.mode == Mode::Duck;
            let floor = floor::percent(
                buses.num_dialogue_channels,
                buses.num_music_channels,
                filters,
                num_passes,
            );
            for block_samples in [64, 512] {
                let run = Run {
                    buses,
                    scene,
                    settings: &settings,
                    plan: &learned,
                    is_observed,
                };
                let engine = run.engine_percent(block_samples, num_passes);
                println!(
                    "| {} | {mode} | {block_samples} | {engine:.3} | {floor:.3} | {:.2} |",
                    buses.name,
                    engine / floor
                );
            }
        }
    }
    println!(
        "\nOne voice detector takes {:.3} % of a core; the floor has none.",
        floor::voice_detector_percent(num_passes)
    );
    println!(
        "\n| buses | mode | median block, us | dearest of {NUM_BLOCKS}, us | ratio | memory, MB |"
    );
    println!("|---|---|---:|---:|---:|---:|");
    for buses in [STEREO, SURROUND] {
        let scene = Scene::demo(buses.num_dialogue_channels, buses.num_music_channels);
        for (mode, settings) in [("Meter", Settings::default()), ("Duck", ducking())] {
            let mut times = block_times(buses, &scene, &settings, num_passes);
            times.sort_unstable();
            let us = |time: Duration| time.as_secs_f64() * 1e6;
            let (median, dearest) = (us(times[times.len() / 2]), us(times[times.len() - 1]));
            let (_, bytes) = memory::allocated_by(|| engine(buses));
            println!(
                "| {} | {mode} | {median:.2} | {dearest:.2} | {:.2} | {:.2} |",
                buses.name,
                dearest / median,
                (bytes + size_of::<Engine>()) as f64 * 1e-6
            );
        }
    }
}

fn ducking() -> Settings {
    Settings {
        mode: Mode::Duck,
        ..Settings::default()
    }
}

/// Settings that follow remembered lines.
fn playing() -> Settings {
    Settings {
        pass: Pass::Play,
        ..ducking()
    }
}

/// What is remembered of a scene.
fn learned(buses: Buses, scene: &Scene) -> Plan {
    let (mut learner, mut reel) = (Learner::new(), Reel::default());
    let dialogue: Vec<&[f32]> = scene.dialogue.iter().map(Vec::as_slice).collect();
    let mut music = scene.music.clone();
    let mut music: Vec<&mut [f32]> = music.iter_mut().map(Vec::as_mut_slice).collect();
    let mut hear = |hop: &Snapshot| learner.hear(hop, &ducking(), &mut reel);
    engine(buses).process(&dialogue, &mut music, &ducking(), Some(&mut hear));
    learner.end(&ducking(), &mut reel);
    reel.plan()
}

/// Settings that cut deep.
fn ducking_deep() -> Settings {
    Settings {
        mode: Mode::Duck,
        steer: Steer::Amount,
        amount_lu: 6.0,
        ..Settings::default()
    }
}

fn engine(buses: Buses) -> Engine {
    Engine::prepare(
        RATE_HZ,
        Layout::from_num_channels(buses.num_dialogue_channels).expect("a layout"),
        Layout::from_num_channels(buses.num_music_channels).expect("a layout"),
    )
    .expect("48 kHz is supported")
}

/// What is run.
struct Run<'a> {
    buses: Buses,
    scene: &'a Scene,
    settings: &'a Settings,
    plan: &'a Plan,
    is_observed: bool,
}

impl Run<'_> {
    /// Time per second of audio, as a share of a core.
    fn engine_percent(&self, block_samples: usize, num_passes: usize) -> CorePercent {
        let Self {
            buses,
            scene,
            settings,
            plan,
            is_observed,
        } = *self;
        let mut engine = engine(buses);
        drop(engine.set_plan(Some(Box::new(plan.clone()))));
        let mut music = scene.music.clone();
        let piece_samples = 4_800;
        let num_pieces = scene.num_samples() / piece_samples;
        let mut least = vec![Duration::MAX; num_pieces];
        for _ in 0..num_passes {
            engine.reset();
            music.clone_from(&scene.music);
            for (piece_idx, least) in least.iter_mut().enumerate() {
                let end = (piece_idx + 1) * piece_samples;
                let mut start = piece_idx * piece_samples;
                let begin = Instant::now();
                while start < end {
                    let to = (start + block_samples).min(end);
                    process(
                        &mut engine,
                        &scene.dialogue,
                        &mut music,
                        start..to,
                        settings,
                        is_observed,
                    );
                    start = to;
                }
                *least = (*least).min(begin.elapsed());
            }
        }
        100.0 * least.iter().sum::<Duration>().as_secs_f64() * RATE_HZ
            / (num_pieces * piece_samples) as f64
    }
}

/// Times of single blocks.
fn block_times(
    buses: Buses,
    scene: &Scene,
    settings: &Settings,
    num_passes: usize,
) -> Vec<Duration> {
    const BLOCK_SAMPLES: usize = 64;
    let mut engine = engine(buses);
    let mut least = vec![Duration::MAX; NUM_BLOCKS];
    let num_starts = scene.num_samples() / BLOCK_SAMPLES;
    // Copied in before the clock runs, as a host's buffers are just written.
    let block_of = |channels: &Channels| vec![vec![0.0; BLOCK_SAMPLES]; channels.len()];
    let (mut dialogue, mut music) = (block_of(&scene.dialogue), block_of(&scene.music));
    for _ in 0..num_passes {
        engine.reset();
        for (block_idx, least) in least.iter_mut().enumerate() {
            let start = block_idx % num_starts * BLOCK_SAMPLES;
            for (block, source) in [(&mut dialogue, &scene.dialogue), (&mut music, &scene.music)] {
                for (block, source) in block.iter_mut().zip(source) {
                    block.copy_from_slice(&source[start..start + BLOCK_SAMPLES]);
                }
            }
            let begin = Instant::now();
            process(
                &mut engine,
                &dialogue,
                &mut music,
                0..BLOCK_SAMPLES,
                settings,
                false,
            );
            *least = (*least).min(begin.elapsed());
        }
    }
    least
}

/// Processes a part of the audio; observed as in the plugin.
fn process(
    engine: &mut Engine,
    dialogue: &Channels,
    music: &mut Channels,
    range: std::ops::Range<usize>,
    settings: &Settings,
    is_observed: bool,
) {
    const SILENCE: &[f32] = &[];
    let mut dialogue_block = [SILENCE; 2];
    for (block, channel) in dialogue_block.iter_mut().zip(dialogue) {
        *block = &channel[range.clone()];
    }
    let num_channels = music.len();
    let mut channels = music.iter_mut();
    let mut music_block: [&mut [f32]; 12] = std::array::from_fn(|_| match channels.next() {
        Some(channel) => &mut channel[range.clone()],
        None => Default::default(),
    });
    let mut look = |snapshot: &Snapshot| {
        std::hint::black_box(snapshot);
    };
    engine.process(
        &dialogue_block[..dialogue.len()],
        &mut music_block[..num_channels],
        settings,
        if is_observed { Some(&mut look) } else { None },
    );
}
