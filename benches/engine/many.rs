//! Many instances in one process, as a large session has them: what each costs beside the others.

use std::time::{Duration, Instant};

use test_support::Channels;
use test_support::demo::RATE_HZ;
use underscore::engine::Engine;

use crate::scene::Scene;
use crate::{SURROUND, ducking, engine, process};

const NUM_INSTANCES: usize = 64;

/// Blocks of a host, of which this much of the scene is played, and how often.
const BLOCK_SAMPLES: usize = 512;
const NUM_BLOCKS: usize = 400;
const NUM_PASSES: usize = 4;

/// Instances that a host calls one after another, each with buffers of its own.
struct Instances {
    engines: Vec<(Engine, Channels)>,
    /// The shortest time of each block, of all instances together.
    least: Vec<Duration>,
}

impl Instances {
    fn new(num_instances: usize, scene: &Scene) -> Self {
        let buffers = || vec![vec![0.0; BLOCK_SAMPLES]; scene.music.len()];
        Self {
            engines: (0..num_instances)
                .map(|_| (engine(SURROUND), buffers()))
                .collect(),
            least: vec![Duration::MAX; NUM_BLOCKS],
        }
    }

    fn pass(&mut self, scene: &Scene) {
        let settings = ducking();
        let mut dialogue = vec![vec![0.0; BLOCK_SAMPLES]; scene.dialogue.len()];
        for (engine, _) in &mut self.engines {
            engine.reset();
        }
        for (block_idx, least) in self.least.iter_mut().enumerate() {
            let start = block_idx * BLOCK_SAMPLES;
            let span = start..start + BLOCK_SAMPLES;
            for (block, source) in dialogue.iter_mut().zip(&scene.dialogue) {
                block.copy_from_slice(&source[span.clone()]);
            }
            for (_, music) in &mut self.engines {
                for (block, source) in music.iter_mut().zip(&scene.music) {
                    block.copy_from_slice(&source[span.clone()]);
                }
            }
            let begin = Instant::now();
            for (engine, music) in &mut self.engines {
                process(engine, &dialogue, music, 0..BLOCK_SAMPLES, &settings, true);
            }
            *least = (*least).min(begin.elapsed());
        }
    }

    /// What one of them takes, in percent of a core.
    fn percent(&self) -> f64 {
        let seconds = self.least.iter().sum::<Duration>().as_secs_f64();
        let audio_s = (NUM_BLOCKS * BLOCK_SAMPLES) as f64 / RATE_HZ;
        100.0 * seconds / audio_s / self.engines.len() as f64
    }
}

/// Prints what an instance costs alone and among many; for a trial by few of them.
pub fn print(is_trial: bool) {
    let (num_instances, num_passes) = match is_trial {
        true => (2, 1),
        false => (NUM_INSTANCES, NUM_PASSES),
    };
    let scene = Scene::demo(SURROUND.num_dialogue_channels, SURROUND.num_music_channels);
    let (mut one, mut many) = (
        Instances::new(1, &scene),
        Instances::new(num_instances, &scene),
    );
    for _ in 0..num_passes {
        one.pass(&scene);
        many.pass(&scene);
    }
    let (one, many) = (one.percent(), many.percent());
    println!(
        "\n| instances of {}, Duck, heard, blocks of {BLOCK_SAMPLES} | each, % of a core | to one |",
        SURROUND.name
    );
    println!("|---|---:|---:|");
    println!("| 1 | {one:.3} | 1 |");
    println!("| {num_instances} | {many:.3} | {:.2} |", many / one);
}
