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
#[path = "engine/many.rs"]
mod many;
#[path = "engine/memory.rs"]
mod memory;
#[path = "engine/scene.rs"]
mod scene;

use std::time::{Duration, Instant};

use floor::Floor;
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

    let witness = floor::witness_percent(num_passes);
    println!("| buses | mode | block | engine, % of a core | witness, % | floor, % | ratio |");
    println!("|---|---|---:|---:|---:|---:|---:|");
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
            let case = Case {
                buses,
                scene,
                settings: &settings,
                plan: &learned,
                is_observed,
            };
            let filters = settings.mode == Mode::Duck;
            let mut floor = Floor::new(
                buses.num_dialogue_channels,
                buses.num_music_channels,
                filters,
            );
            let mut runs = [64, 512].map(|block_samples| Run::new(case, block_samples));
            // By turns: a processor that is slower for a while is so for all.
            for _ in 0..num_passes {
                floor.pass();
                runs.iter_mut().for_each(Run::pass);
            }
            let (witness, floor) = (witness * case.share_witnessed(), floor.percent());
            for run in &runs {
                let engine = run.percent();
                println!(
                    "| {} | {mode} | {} | {engine:.3} | {witness:.3} | {floor:.3} | {:.2} |",
                    buses.name,
                    run.block_samples,
                    (engine - witness) / floor
                );
            }
        }
    }
    println!(
        "\nThe ratio is that of the engine without the witness. One voice detector takes {:.3} % of a core, the witness \
         {witness:.3} % while it is awake; the floor has neither.",
        floor::voice_detector_percent(num_passes)
    );
    many::print(is_trial);
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
#[derive(Clone, Copy)]
struct Case<'a> {
    buses: Buses,
    scene: &'a Scene,
    settings: &'a Settings,
    plan: &'a Plan,
    is_observed: bool,
}

impl Case<'_> {
    fn engine(&self) -> Engine {
        let mut engine = engine(self.buses);
        drop(engine.set_plan(Some(Box::new(self.plan.clone()))));
        engine
    }

    /// Share of the time in which the witness is awake.
    fn share_witnessed(&self) -> f64 {
        let (mut num_hops, mut num_witnessed) = (0u32, 0u32);
        let mut hear = |hop: &Snapshot| {
            num_hops += 1;
            num_witnessed += u32::from(hop.witness_score > 0.0);
        };
        let dialogue: Vec<&[f32]> = self.scene.dialogue.iter().map(Vec::as_slice).collect();
        let mut music = self.scene.music.clone();
        let mut music: Vec<&mut [f32]> = music.iter_mut().map(Vec::as_mut_slice).collect();
        self.engine()
            .process(&dialogue, &mut music, self.settings, Some(&mut hear));
        f64::from(num_witnessed) / f64::from(num_hops)
    }
}

/// The engine on a case, in blocks of one size.
struct Run<'a> {
    case: Case<'a>,
    block_samples: usize,
    engine: Engine,
    /// The shortest time of each piece.
    least: Vec<Duration>,
}

/// Length of a piece.
const PIECE_SAMPLES: usize = 4_800;

impl<'a> Run<'a> {
    fn new(case: Case<'a>, block_samples: usize) -> Self {
        let num_pieces = case.scene.num_samples() / PIECE_SAMPLES;
        Self {
            engine: case.engine(),
            case,
            block_samples,
            least: vec![Duration::MAX; num_pieces],
        }
    }

    /// Runs it once more, from the start.
    fn pass(&mut self) {
        let Case {
            scene,
            settings,
            is_observed,
            ..
        } = self.case;
        self.engine.reset();
        let mut music = scene.music.clone();
        for (piece_idx, least) in self.least.iter_mut().enumerate() {
            let end = (piece_idx + 1) * PIECE_SAMPLES;
            let mut start = piece_idx * PIECE_SAMPLES;
            let begin = Instant::now();
            while start < end {
                let to = (start + self.block_samples).min(end);
                process(
                    &mut self.engine,
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

    /// Time per second of audio by all passes so far.
    fn percent(&self) -> CorePercent {
        100.0 * self.least.iter().sum::<Duration>().as_secs_f64() * RATE_HZ
            / (self.least.len() * PIECE_SAMPLES) as f64
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
