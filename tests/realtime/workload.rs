//! Everything that the audio thread does, over audio at which the duck is at work.

use test_support::demo::{self, RATE_HZ};
use underscore::engine::Engine;
use underscore::layout::{Layout, MAX_CHANNELS};
use underscore::psycho::bands::NUM_BANDS;
use underscore::ride::curve::Curve;
use underscore::ride::plan::{Plan, PlannedLine};
use underscore::settings::{
    AUDIENCE, EARS, Elsewhere, Listen, LookAhead, Mode, Pass, Range, Settings, Steer, continuous,
};
use underscore::snapshot::Snapshot;

/// Where a line clashes in the demo scene, s.
const CLASHING_S: std::ops::Range<f64> = 4.5..5.7;

/// Block lengths, samples, over and over.
const BLOCK_SAMPLES: [usize; 8] = [64, 0, 1, 512, 17, 256, 1999, 64];

/// A line of half a second, and nothing remembered after a second.
fn plan() -> Plan {
    let line = PlannedLine {
        start_s: 0.3,
        end_s: 0.8,
        curve: Curve::new(7, &[[5.0; NUM_BANDS], [9.0; NUM_BANDS]]),
        scale: 1.0,
    };
    Plan::new(vec![line], vec![(0.0, 1.0)])
}

/// An engine with its audio, all allocated.
pub struct Workload {
    engine: Engine,
    dialogue: Vec<Vec<f32>>,
    music: Vec<Vec<f32>>,
    /// The music that the engine changes in place: each run begins with a fresh copy.
    played: Vec<Vec<f32>>,
    /// A plan that is given now and then, and taken back.
    spare: Option<Box<Plan>>,
    /// Deepest cut that a snapshot has told of, dB.
    pub deepest_cut_db: f32,
}

impl Workload {
    /// For buses of so many channels.
    pub fn new(num_dialogue_channels: usize, num_music_channels: usize) -> Self {
        let layout = |num_channels| Layout::from_num_channels(num_channels).expect("a layout");
        let dialogue = demo::dialogue_at(CLASHING_S).swap_remove(0);
        let music = demo::music_at(CLASHING_S).swap_remove(0);
        Self {
            engine: Engine::prepare(
                RATE_HZ,
                layout(num_dialogue_channels),
                layout(num_music_channels),
            )
            .expect("48 kHz is supported"),
            dialogue: vec![dialogue; num_dialogue_channels],
            music: vec![music.clone(); num_music_channels],
            played: vec![music; num_music_channels],
            spare: Some(Box::new(plan())),
            deepest_cut_db: 0.0,
        }
    }

    /// Processes all of the audio: in both modes and with both steers, live and
    /// remembered, every setting changed from
    /// block to block, with and without an observer, with and without dialogue, with jumps on the
    /// timeline and resets. Allocates nothing itself.
    pub fn run(&mut self) {
        for mode in [Mode::Duck, Mode::Meter] {
            for steer in [Steer::Target, Steer::Amount] {
                for pass in [Pass::Live, Pass::Play] {
                    for is_observed in [true, false] {
                        self.run_with(mode, steer, pass, is_observed);
                        self.engine.set_position(-1);
                    }
                }
                self.engine.reset();
            }
        }
    }

    fn run_with(&mut self, mode: Mode, steer: Steer, pass: Pass, is_observed: bool) {
        let num_samples = self.music.first().map_or(0, Vec::len);
        for (played, music) in self.played.iter_mut().zip(&self.music) {
            played.copy_from_slice(music);
        }
        let mut start = 0;
        for (block_idx, block_samples) in BLOCK_SAMPLES.into_iter().cycle().enumerate() {
            let end = (start + block_samples).min(num_samples);
            let part = (block_idx % 7) as f32 / 6.0;
            let mut settings = Settings {
                mode,
                steer,
                pass,
                elsewhere: [Elsewhere::Live, Elsewhere::Untouched][block_idx / 21 % 2],
                audience: AUDIENCE.variants[block_idx / 5 % AUDIENCE.variants.len()].value,
                ears: EARS.variants[block_idx / 7 % EARS.variants.len()].value,
                listen: [Listen::Mix, Listen::Removed, Listen::Dialogue][block_idx / 9 % 3],
                ..Settings::default()
            };
            for row in continuous() {
                let Range { min, max, .. } = row.range;
                row.set(&mut settings, min + (max - min) * part);
            }
            // A voice whose level jumps about is none to the witness.
            settings.trim_db = part;
            // Something is left to cut.
            settings.max_cut_db = 18.0 - part;
            settings.low_hz = 100.0 + 100.0 * part;
            settings.high_hz = 10_000.0 - 1000.0 * part;
            if block_idx % 11 == 0 {
                // The one that is given back is dropped elsewhere: here it waits to be given again.
                self.spare = self.engine.set_plan(self.spare.take());
            }
            let look_ahead = LookAhead::ALL[block_idx / 13 % LookAhead::ALL.len()];
            self.engine.set_look_ahead(look_ahead);
            let mut dialogue: [&[f32]; MAX_CHANNELS] = [&[]; MAX_CHANNELS];
            for (block, channel) in dialogue.iter_mut().zip(&self.dialogue) {
                *block = &channel[start..end];
            }
            // Now and then the sidechain isn't there.
            let num_dialogue_channels = match block_idx % 29 {
                28 => 0,
                _ => self.dialogue.len(),
            };
            let num_music_channels = self.played.len();
            let mut channels = self.played.iter_mut();
            let mut music: [&mut [f32]; MAX_CHANNELS] =
                std::array::from_fn(|_| match channels.next() {
                    Some(channel) => &mut channel[start..end],
                    None => Default::default(),
                });
            let deepest_cut_db = &mut self.deepest_cut_db;
            let mut observer = |snapshot: &Snapshot| {
                for cut_db in snapshot.cut_band_db {
                    *deepest_cut_db = deepest_cut_db.max(cut_db);
                }
            };
            self.engine.process(
                &dialogue[..num_dialogue_channels],
                &mut music[..num_music_channels],
                &settings,
                if is_observed {
                    Some(&mut observer)
                } else {
                    None
                },
            );
            start = end;
            if start == num_samples {
                break;
            }
        }
    }
}
