//! Audio files in and out, whole and in memory.

use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::path::Path;
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Audio of one file: one vector of samples a channel, all of one length.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    pub sample_rate_hz: u32,
    pub channels: Vec<Vec<f32>>,
}

impl Clip {
    pub fn num_frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    pub fn duration_s(&self) -> f64 {
        self.num_frames() as f64 / f64::from(self.sample_rate_hz)
    }
}

/// Reads a WAV or FLAC file. A FLAC file's checksum is verified.
///
/// # Errors
/// If the file can't be opened, is no audio, is damaged or has no samples.
pub fn read(path: &Path) -> Result<Clip> {
    decode(path).with_context(|| format!("could not read {}", path.display()))
}

fn decode(path: &Path) -> Result<Clip> {
    let stream = MediaSourceStream::new(Box::new(File::open(path)?), Default::default());
    let mut format = symphonia::default::get_probe().probe(
        &Hint::new(),
        stream,
        FormatOptions::default(),
        MetadataOptions::default(),
    )?;
    let track = format
        .default_track(TrackType::Audio)
        .context("no audio in it")?;
    let track_id = track.id;
    let params = track
        .codec_params
        .as_ref()
        .and_then(|params| params.audio())
        .context("no audio codec in it")?;
    let sample_rate_hz = params.sample_rate.context("no sample rate in it")?;
    let mut decoder = symphonia::default::get_codecs()
        .make_audio_decoder(params, &AudioDecoderOptions::default().verify(true))?;

    let mut channels: Vec<Vec<f32>> = Vec::new();
    let mut packet_channels: Vec<Vec<f32>> = Vec::new();
    while let Some(packet) = format.next_packet()? {
        if packet.track_id != track_id {
            continue;
        }
        decoder
            .decode(&packet)?
            .copy_to_vecs_planar(&mut packet_channels);
        channels.resize(packet_channels.len(), Vec::new());
        for (channel, new) in channels.iter_mut().zip(&packet_channels) {
            channel.extend_from_slice(new);
        }
    }
    ensure!(
        decoder.finalize().verify_ok != Some(false),
        "its checksum is wrong"
    );
    let clip = Clip {
        sample_rate_hz,
        channels,
    };
    ensure!(clip.num_frames() > 0, "it has no samples");
    Ok(clip)
}

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
