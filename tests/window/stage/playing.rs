//! The demo scene through the plugin, on a thread of its own, as fast as in a host or faster.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clack_host::events::event_types::ParamValueEvent;
use test_support::Channels;
use test_support::clap_host::{Processor, StoppedProcessor};
use test_support::demo::{self, RATE_HZ};

use super::host::Host;

/// Length of the blocks, samples.
const BLOCK_SAMPLES: usize = 512;

/// Stereo music, and the dialogue in both channels of its sidechain.
pub struct Scene {
    music: Channels,
    dialogue: Channels,
}

impl Scene {
    pub fn demo() -> Self {
        Self {
            music: demo::music().clone(),
            dialogue: vec![demo::dialogue()[0].clone(); 2],
        }
    }

    /// The scene with nothing on the sidechain.
    pub fn without_dialogue(mut self) -> Self {
        self.dialogue
            .iter_mut()
            .for_each(|channel| channel.fill(0.0));
        self
    }
}

/// The thread that plays.
pub struct Playing {
    thread: JoinHandle<StoppedProcessor>,
    shall_stop: Arc<AtomicBool>,
    position_samples: Arc<AtomicU64>,
}

impl Playing {
    /// Plays `scene` over and over, `speed` times as fast as real time.
    pub fn start(
        host: &mut Host,
        scene: Scene,
        settings: Vec<ParamValueEvent>,
        speed: f64,
    ) -> Self {
        let processor = host.clap.activate(RATE_HZ, BLOCK_SAMPLES);
        let processor = processor.expect("the plugin starts");
        let shall_stop = Arc::new(AtomicBool::new(false));
        let position_samples = Arc::new(AtomicU64::new(0));
        let (stop, position) = (shall_stop.clone(), position_samples.clone());
        let thread = std::thread::Builder::new()
            .name("audio".to_owned())
            .spawn(move || play(processor, &scene, &settings, speed, &stop, &position))
            .expect("a thread can be made");
        Self {
            thread,
            shall_stop,
            position_samples,
        }
    }

    /// How much has been played, s.
    pub fn position_s(&self) -> f64 {
        self.position_samples.load(Ordering::Acquire) as f64 / RATE_HZ
    }

    /// Ends the thread and the plugin's activity.
    pub fn stop(self, host: &mut Host) {
        self.shall_stop.store(true, Ordering::Release);
        let processor = self.thread.join().expect("the audio thread ends well");
        host.clap.deactivate(processor);
    }
}

fn play(
    processor: StoppedProcessor,
    scene: &Scene,
    settings: &[ParamValueEvent],
    speed: f64,
    shall_stop: &AtomicBool,
    position_samples: &AtomicU64,
) -> StoppedProcessor {
    let mut processor = Processor::start(processor).expect("the plugin starts");
    let num_samples = scene.music[0].len();
    let start = Instant::now();
    let mut num_played = 0;
    while !shall_stop.load(Ordering::Acquire) {
        let due_s = num_played as f64 / RATE_HZ / speed;
        let due = start + Duration::from_secs_f64(due_s);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));

        let begin = num_played % num_samples;
        let end = num_samples.min(begin + BLOCK_SAMPLES);
        let cut = |bus: &[Vec<f32>]| -> Channels {
            bus.iter()
                .map(|channel| channel[begin..end].to_vec())
                .collect()
        };
        let events = if num_played == 0 { settings } else { &[] };
        processor
            .process(&cut(&scene.music), &cut(&scene.dialogue), events)
            .expect("the plugin works");
        num_played += end - begin;
        position_samples.store(num_played as u64, Ordering::Release);
    }
    processor.stop()
}
