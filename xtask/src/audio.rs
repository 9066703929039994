//! Audio files in and out, whole and in memory.

use anyhow::{Context, Result};
use std::path::Path;
pub use test_support::clip::{Clip, read};

/// Writes a 32-bit float WAV file.
///
/// # Errors
/// If the file can't be written.
pub fn write(path: &Path, clip: &Clip) -> Result<()> {
    encode(path, clip).with_context(|| format!("could not write {}", path.display()))
}

fn encode(path: &Path, clip: &Clip) -> Result<()> {
    let spec = hound::WavSpec {
        channels: u16::try_from(clip.channels.len())?,
        sample_rate: clip.sample_rate_hz,
        bits_per_sample: 32,
        sample_format: hound::SampleFormat::Float,
    };
    let mut writer = hound::WavWriter::create(path, spec)?;
    for frame_idx in 0..clip.num_frames() {
        for channel in &clip.channels {
            writer.write_sample(channel[frame_idx])?;
        }
    }
    writer.finalize()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_clip_reads_back_to_the_bit() {
        let clip = Clip {
            sample_rate_hz: 48_000,
            channels: vec![
                vec![0.1, -1.5, 1e-30, 0.0],
                vec![f32::MIN_POSITIVE, 1.0, -0.25, 0.3],
            ],
        };
        let path = std::env::temp_dir().join(format!("underscore-{}.wav", std::process::id()));
        write(&path, &clip).unwrap();
        let again = read(&path);
        std::fs::remove_file(&path).unwrap();
        assert_eq!(again.unwrap(), clip);
    }
}
