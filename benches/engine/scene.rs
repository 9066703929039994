//! The audio that the engine works on.

use test_support::Channels;
use test_support::demo;
use test_support::noise::white;

/// Length of all scenes, s.
const LENGTH_S: f64 = 20.0;

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
            dialogue: spread_over(&demo::dialogue_at(0.0..LENGTH_S), num_dialogue_channels),
            music: spread_over(&demo::music_at(0.0..LENGTH_S), num_music_channels),
        }
    }

    /// The demo's dialogue under white noise that masks all of it.
    pub fn noise(num_dialogue_channels: usize, num_music_channels: usize) -> Self {
        let mut white = white(0.5, 1);
        let dialogue = spread_over(&demo::dialogue_at(0.0..LENGTH_S), num_dialogue_channels);
        let num_samples = dialogue[0].len();
        Self {
            dialogue,
            music: (0..num_music_channels)
                .map(|_| white.by_ref().take(num_samples).collect())
                .collect(),
        }
    }

    pub fn num_samples(&self) -> usize {
        self.music[0].len()
    }
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
