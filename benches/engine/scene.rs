//! The audio that the engine works on.

use std::path::Path;

use underscore::cli::audio::audio_in::AudioFile;

/// Sample rate of all scenes, Hz.
pub const RATE_HZ: f64 = 48_000.0;

/// Length of all scenes, s.
const SECONDS: f64 = 20.0;

/// Channels of audio, all of one length.
pub type Channels = Vec<Vec<f32>>;

/// Dialogue and music of one length.
pub struct Scene {
    pub dialogue: Channels,
    pub music: Channels,
}

impl Scene {
    /// The demo scene, its channels repeated until there are enough: later ones are delayed, so
    /// that no two are the same.
    pub fn demo(num_dialogue_channels: usize, num_music_channels: usize) -> Self {
        Self {
            dialogue: spread_over(&demo_file("dialogue.flac"), num_dialogue_channels),
            music: spread_over(&demo_file("music.flac"), num_music_channels),
        }
    }

    /// The demo's dialogue under white noise that masks all of it.
    pub fn noise(num_dialogue_channels: usize, num_music_channels: usize) -> Self {
        let mut state = 1u32;
        let mut noise = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            (f64::from(state) / f64::from(u32::MAX) - 0.5) as f32
        };
        let dialogue = spread_over(&demo_file("dialogue.flac"), num_dialogue_channels);
        let num_samples = dialogue[0].len();
        Self {
            dialogue,
            music: (0..num_music_channels)
                .map(|_| (0..num_samples).map(|_| noise()).collect())
                .collect(),
        }
    }

    pub fn num_samples(&self) -> usize {
        self.music[0].len()
    }
}

fn demo_file(name: &str) -> Channels {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/demo")
        .join(name);
    let mut file = AudioFile::open(&path).expect("the demo scene opens");
    let num_samples = (SECONDS * RATE_HZ) as usize;
    let mut channels = vec![vec![0.0; num_samples]; file.num_channels()];
    let num_read = file
        .read(&mut channels, num_samples)
        .expect("the demo scene reads");
    assert_eq!(num_read, num_samples, "the demo scene is long enough");
    channels
}

fn spread_over(source: &Channels, num_channels: usize) -> Channels {
    (0..num_channels)
        .map(|channel_idx| {
            let mut channel = source[channel_idx % source.len()].clone();
            channel.rotate_right(97 * (channel_idx / source.len()));
            channel
        })
        .collect()
}
