//! The demo scene through the plugin, on a thread of its own, as fast as in a host or faster.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use underscore::cli::audio::audio_in::AudioFile;

use super::host::{Host, WindowHost};

/// Sample rate of the demo scene, Hz.
pub const RATE_HZ: f64 = 48_000.0;

/// Length of the blocks, samples.
const BLOCK_SAMPLES: usize = 512;

/// Stereo music, and the dialogue in both channels of its sidechain.
pub struct Scene {
    music: Vec<Vec<f32>>,
    dialogue: Vec<Vec<f32>>,
}

impl Scene {
    pub fn demo() -> Self {
        let [mono] = &*channels_of("dialogue.flac") else {
            panic!("the demo's dialogue is mono")
        };
        Self {
            music: channels_of("music.flac"),
            dialogue: vec![mono.clone(), mono.clone()],
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

fn channels_of(name: &str) -> Vec<Vec<f32>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
    let mut file = AudioFile::open(&folder.join(name)).expect("the demo scene opens");
    let num_samples = file.num_frames().expect("its length is known") as usize;
    let mut channels = vec![vec![0.0; num_samples]; file.num_channels()];
    file.read(&mut channels, num_samples)
        .expect("the demo scene reads");
    channels
}

/// The thread that plays.
pub struct Playing {
    thread: JoinHandle<StoppedPluginAudioProcessor<WindowHost>>,
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
        let configuration = PluginAudioConfiguration {
            sample_rate: RATE_HZ,
            min_frames_count: 1,
            max_frames_count: BLOCK_SAMPLES as u32,
        };
        let processor = host
            .instance
            .activate(|_, _| (), configuration)
            .expect("the plugin starts");
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
        host.instance.deactivate(processor);
    }
}

fn play(
    processor: StoppedPluginAudioProcessor<WindowHost>,
    scene: &Scene,
    settings: &[ParamValueEvent],
    speed: f64,
    shall_stop: &AtomicBool,
    position_samples: &AtomicU64,
) -> StoppedPluginAudioProcessor<WindowHost> {
    let mut processor = processor.start_processing().expect("the plugin starts");
    let mut input_ports = AudioPorts::with_capacity(4, 2);
    let mut output_ports = AudioPorts::with_capacity(2, 1);
    let mut output = vec![vec![0.0; BLOCK_SAMPLES]; 2];
    let num_samples = scene.music[0].len();
    let start = Instant::now();
    let mut num_played = 0;
    while !shall_stop.load(Ordering::Acquire) {
        let due_s = num_played as f64 / RATE_HZ / speed;
        let due = start + Duration::from_secs_f64(due_s);
        std::thread::sleep(due.saturating_duration_since(Instant::now()));

        let begin = num_played % num_samples;
        let end = num_samples.min(begin + BLOCK_SAMPLES);
        let cut = |bus: &[Vec<f32>]| -> Vec<Vec<f32>> {
            bus.iter()
                .map(|channel| channel[begin..end].to_vec())
                .collect()
        };
        let mut music = cut(&scene.music);
        let mut dialogue = cut(&scene.dialogue);
        let inputs = input_ports.with_input_buffers([&mut music, &mut dialogue].map(|bus| {
            AudioPortBuffer {
                latency: 0,
                channels: AudioPortBufferType::f32_input_only(
                    bus.iter_mut().map(InputChannel::variable),
                ),
            }
        }));
        let mut outputs = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(
                output.iter_mut().map(|channel| &mut channel[..end - begin]),
            ),
        }]);
        let events = if num_played == 0 { settings } else { &[] };
        processor
            .process(
                &inputs,
                &mut outputs,
                &InputEvents::from_buffer(&events),
                &mut OutputEvents::void(),
                None,
                None,
            )
            .expect("the plugin works");
        num_played += end - begin;
        position_samples.store(num_played as u64, Ordering::Release);
    }
    processor.stop_processing()
}
