//! A folder for a test, with the files that it needs and the tool that runs in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::TempDir;

pub const RATE_HZ: u32 = 48_000;

/// A folder of its own for each test, removed when it ends.
pub struct Folder(TempDir);

impl Folder {
    pub fn new() -> Self {
        // With its drive, on systems that have them.
        let place = std::path::absolute(env!("CARGO_TARGET_TMPDIR")).unwrap();
        Self::within(&place)
    }

    /// One in another place than the others.
    pub fn within(place: &Path) -> Self {
        Self(TempDir::new_in(place).unwrap())
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A float file of `num_frames` with noise at about -20 dBFS, different in each channel.
    pub fn music(&self, name: &str, num_channels: u16, num_frames: u32) -> Vec<f32> {
        let samples = noise(usize::from(num_channels) * num_frames as usize);
        self.float_wave(name, num_channels, RATE_HZ, &samples);
        samples
    }

    pub fn silence(&self, name: &str, rate_hz: u32, num_frames: usize) {
        self.float_wave(name, 1, rate_hz, &vec![0.0; num_frames]);
    }

    pub fn float_wave(&self, name: &str, channels: u16, sample_rate: u32, samples: &[f32]) {
        let spec = WavSpec {
            channels,
            sample_rate,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut writer = WavWriter::create(self.path(name), spec).unwrap();
        for &sample in samples {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
    }

    /// Writes a wave file of floats with this mask, in which each channel is one of `channels`.
    pub fn masked_wave(&self, name: &str, channels: &[&[f32]], mask: u32, more_chunks: &[u8]) {
        let (num_channels, num_frames) = (channels.len() as u32, channels[0].len() as u32);
        let frame_bytes = 4 * num_channels;
        let mut fmt = Vec::new();
        fmt.extend(0xFFFEu16.to_le_bytes());
        fmt.extend((num_channels as u16).to_le_bytes());
        fmt.extend(RATE_HZ.to_le_bytes());
        fmt.extend((RATE_HZ * frame_bytes).to_le_bytes());
        fmt.extend((frame_bytes as u16).to_le_bytes());
        fmt.extend(32u16.to_le_bytes());
        fmt.extend(22u16.to_le_bytes());
        fmt.extend(32u16.to_le_bytes());
        fmt.extend(mask.to_le_bytes());
        fmt.extend([
            3, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71,
        ]);
        let mut bytes = b"WAVEfmt ".to_vec();
        bytes.extend((fmt.len() as u32).to_le_bytes());
        bytes.extend(fmt);
        bytes.extend(more_chunks);
        bytes.extend(b"data");
        bytes.extend((num_frames * frame_bytes).to_le_bytes());
        for frame_idx in 0..num_frames as usize {
            for channel in channels {
                bytes.extend(channel[frame_idx].to_le_bytes());
            }
        }
        let mut file = b"RIFF".to_vec();
        file.extend((bytes.len() as u32).to_le_bytes());
        file.extend(bytes);
        fs::write(self.path(name), file).unwrap();
    }

    /// Runs the tool in this folder.
    pub fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run::from(output)
    }

    /// Runs the tool and demands exit code 2 with one line that begins with the name of `file` and
    /// has `what` in it, nothing on standard output, and no new file.
    #[track_caller]
    pub fn refuses(&self, args: &[&str], file: &str, what: &str) {
        let before = self.names();
        let run = self.run(args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{args:?}: {}", run.stderr);
        let start = format!("underscore: {file}: ");
        assert!(run.stderr.starts_with(&start), "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains(what), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{args:?}");
        assert_eq!(self.names(), before, "{args:?}");
    }
}

pub struct Run {
    pub code: i32,
    pub stdout: String,
    /// What was said but for how channels were understood.
    pub stderr: String,
    /// How channels were understood.
    pub understood: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let said = String::from_utf8(output.stderr).unwrap();
        let is_understood = |line: &&str| {
            let mut parts = line.split(": ").skip(2);
            let words = parts.next().unwrap_or_default();
            let counts = words.starts_with(|c: char| c.is_ascii_digit());
            words.starts_with("channel") || (counts && words.contains(" channel"))
        };
        let (understood, stderr): (Vec<&str>, Vec<&str>) =
            said.split_inclusive('\n').partition(is_understood);
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: stderr.concat(),
            understood: understood.concat(),
        }
    }
}

/// White noise at -20 dBFS.
pub fn noise(num_samples: usize) -> Vec<f32> {
    test_support::noise::noise(1, num_samples, 1).swap_remove(0)
}

/// What is in a file of floats.
pub fn read_float(path: &Path) -> (WavSpec, Vec<f32>) {
    let mut reader = WavReader::open(path).unwrap();
    let samples = reader.samples::<f32>().map(Result::unwrap).collect();
    (reader.spec(), samples)
}

pub fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}
