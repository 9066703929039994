//! Audio files, and music made of others with nothing but plain arithmetic: the same bits on every
//! machine.

use std::path::Path;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};

use crate::rule::HASH;
use crate::tool::Folder;

/// Sample rate of the demo scene.
pub const RATE_HZ: u32 = 48_000;

/// 44.1 kHz as a share of [`RATE_HZ`].
const SLOWER: (usize, usize) = (147, 160);

/// Where a wave file of `hound`'s has its channel mask.
const MASK_AT: usize = 40;

/// L R C LFE, two at the back, two at the sides, four above (`WAVE_FORMAT_EXTENSIBLE`).
const MASK_714: u32 = 0x2_D63F;

/// How a channel of [`Wave::as_714`] is made: gain of left and right, and a delay in samples.
const MIX_714: [(f32, f32, usize); 12] = [
    (1.0, 0.0, 0),
    (0.0, 1.0, 0),
    (0.375, 0.375, 17),
    (0.25, 0.25, 0),
    (0.5, -0.125, 701),
    (-0.125, 0.5, 733),
    (0.5, 0.125, 401),
    (0.125, 0.5, 443),
    (0.25, 0.0625, 211),
    (0.0625, 0.25, 239),
    (0.1875, -0.0625, 907),
    (-0.0625, 0.1875, 941),
];

/// Samples in turn of each channel.
pub struct Wave {
    /// Number of channels.
    pub num_channels: usize,
    /// Sample rate.
    pub rate_hz: u32,
    /// All samples, frame by frame.
    pub samples: Vec<f32>,
}

impl Wave {
    /// A file of floats.
    pub fn read(path: &Path) -> Self {
        let mut reader = WavReader::open(path).unwrap();
        let spec = reader.spec();
        Self {
            num_channels: spec.channels.into(),
            rate_hz: spec.sample_rate,
            samples: reader.samples().map(Result::unwrap).collect(),
        }
    }

    /// The demo scene's file called `name`, decoded by the tool: music under which nobody speaks
    /// comes out as it went in.
    pub fn of_scene(name: &str) -> Self {
        let folder = Folder::with_scene();
        let silence = Self {
            num_channels: 1,
            rate_hz: RATE_HZ,
            samples: vec![0.0; RATE_HZ as usize],
        };
        silence.write(&folder.path("silence.wav"));
        folder.do_run(&["duck", "silence.wav", name, "-o", "decoded.wav"]);
        Self::read(&folder.path("decoded.wav"))
    }

    /// Writes a file of floats; one of 12 channels is 7.1.4.
    pub fn write(&self, path: &Path) {
        let spec = WavSpec {
            channels: self.num_channels as u16,
            sample_rate: self.rate_hz,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut writer = WavWriter::create(path, spec).unwrap();
        for &sample in &self.samples {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
        if self.num_channels == MIX_714.len() {
            let mut bytes = std::fs::read(path).unwrap();
            bytes[MASK_AT..MASK_AT + 4].copy_from_slice(&MASK_714.to_le_bytes());
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// The same at 44.1 kHz, in straight lines from sample to sample.
    pub fn at_44100_hz(&self) -> Self {
        let (to, from) = SLOWER;
        let num_frames = (self.num_frames() - 1) * to / from;
        let samples = (0..num_frames).flat_map(|frame_idx| {
            let place = frame_idx * from;
            let share = (place % to) as f32 / to as f32;
            (0..self.num_channels).map(move |channel_idx| {
                let before = self.sample(place / to, channel_idx);
                let after = self.sample(place / to + 1, channel_idx);
                before + (after - before) * share
            })
        });
        Self {
            num_channels: self.num_channels,
            rate_hz: RATE_HZ * to as u32 / from as u32,
            samples: samples.collect(),
        }
    }

    /// Stereo spread over 7.1.4.
    pub fn as_714(&self) -> Self {
        let delayed = |frame_idx: usize, delay: usize, channel_idx: usize| {
            let frame_idx = frame_idx.checked_sub(delay);
            frame_idx.map_or(0.0, |frame_idx| self.sample(frame_idx, channel_idx))
        };
        let samples = (0..self.num_frames()).flat_map(|frame_idx| {
            MIX_714.map(|(left, right, delay)| {
                left * delayed(frame_idx, delay, 0) + right * delayed(frame_idx, delay, 1)
            })
        });
        Self {
            num_channels: MIX_714.len(),
            rate_hz: self.rate_hz,
            samples: samples.collect(),
        }
    }

    /// One of the channels.
    pub fn channel(&self, channel_idx: usize) -> Self {
        let samples = self.samples.iter().skip(channel_idx);
        Self {
            num_channels: 1,
            rate_hz: self.rate_hz,
            samples: samples.step_by(self.num_channels).copied().collect(),
        }
    }

    /// The other wave taken from this one.
    pub fn minus(&self, other: &Self) -> Self {
        assert_eq!(self.samples.len(), other.samples.len());
        let pairs = self.samples.iter().zip(&other.samples);
        Self {
            num_channels: self.num_channels,
            rate_hz: self.rate_hz,
            samples: pairs.map(|(a, b)| a - b).collect(),
        }
    }

    /// Hash of the bits of all samples.
    pub fn hash(&self) -> String {
        hash(self.samples.iter().flat_map(|sample| sample.to_le_bytes()))
    }

    fn num_frames(&self) -> usize {
        self.samples.len() / self.num_channels
    }

    fn sample(&self, frame_idx: usize, channel_idx: usize) -> f32 {
        self.samples[frame_idx * self.num_channels + channel_idx]
    }
}

/// FNV-1a of 64 bits (RFC 9923).
pub fn hash(bytes: impl IntoIterator<Item = u8>) -> String {
    let (basis, prime) = (0xCBF2_9CE4_8422_2325u64, 0x100_0000_01B3);
    let hash = bytes.into_iter().fold(basis, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(prime)
    });
    format!("{HASH}{hash:016x}")
}

#[test]
fn the_hash_is_the_one_that_others_compute() {
    assert_eq!(hash(*b"foobar"), "fnv1a:85944171f73967e8");
}
