//! Whole audio files in memory.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use symphonia::core::codecs::audio::AudioDecoderOptions;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, TrackType};
use symphonia::core::io::MediaSourceStream;
use symphonia::core::meta::MetadataOptions;

/// Audio of one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Clip {
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
    /// One vector of samples a channel, all of one length.
    pub channels: Vec<Vec<f32>>,
}

impl Clip {
    /// Number of samples of a channel.
    pub fn num_frames(&self) -> usize {
        self.channels.first().map_or(0, Vec::len)
    }

    /// Length, s.
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
