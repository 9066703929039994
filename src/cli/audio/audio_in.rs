//! Audio files in: any format that the decoder knows, block by block as f32.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as DecodeError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

use crate::cli::audio::wave_header::{self, Origin, WaveSource};
use crate::cli::audio::{FILE_RATES_HZ, pcm};
use crate::cli::errors::{Error, Problem};
use crate::cli::regular_file::open_regular;
use crate::layout::MAX_CHANNELS;

/// An audio file being read.
pub struct AudioFile {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    /// Number of channels, where the packets need no decoder.
    plain_24_bit: Option<usize>,
    track_id: u32,
    sample_rate_hz: u32,
    channel_mask: Option<u32>,
    origin: Origin,
    /// What the header says, where it says it.
    num_frames: Option<u64>,
    num_decoded: u64,
    /// The last packet, one vector per channel.
    packet: Vec<Vec<f32>>,
    /// How much of `packet` was handed out, frames.
    num_used: usize,
}

impl AudioFile {
    /// Opens the file at `path` and decodes its first packet.
    ///
    /// # Errors
    /// If it isn't a readable audio file of 1 to 16 channels at a supported sample rate.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let fail = |problem| Error::file(path, problem);
        let mut file = open_regular(path).map_err(fail)?;
        let header = wave_header::read(&mut file).map_err(fail)?;
        let is_known_form = starts_as_known_form(&mut file).map_err(fail)?;
        let source: Box<dyn MediaSource> = match &header {
            Some(header) => Box::new(WaveSource::new(file, header)),
            None => Box::new(file),
        };
        let format = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                MediaSourceStream::new(source, Default::default()),
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| {
                fail(match (error, header) {
                    (error, Some(_)) => Problem::Unsupported(error.to_string()),
                    (DecodeError::DecodeError(reason), None) => Problem::Unsupported(reason.into()),
                    (DecodeError::IoError(_), None) if is_known_form => Problem::CutOff,
                    _ => Problem::NotAudio,
                })
            })?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(|| fail(Problem::NotAudio))?;
        let params = track
            .codec_params
            .as_ref()
            .and_then(|params| params.audio())
            .ok_or_else(|| fail(Problem::NotAudio))?;
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(params, &AudioDecoderOptions::default())
            .map_err(|error| fail(Problem::Unsupported(error.to_string())))?;
        let mut audio = Self {
            path: path.into(),
            plain_24_bit: pcm::channels_of_24_bit(params),
            track_id: track.id,
            num_frames: track.num_frames,
            sample_rate_hz: 0,
            channel_mask: header.and_then(|header| header.channel_mask),
            origin: header.map_or(Origin::Unknown, |header| header.origin),
            format,
            decoder,
            num_decoded: 0,
            packet: Vec::new(),
            num_used: 0,
        };
        if !audio.next_packet()? {
            return Err(fail(Problem::NoAudio));
        }
        match audio.packet.len() {
            0 => return Err(fail(Problem::NoChannels)),
            1..=MAX_CHANNELS => {}
            n => return Err(fail(Problem::TooManyChannels(n))),
        }
        if !FILE_RATES_HZ.contains(&audio.sample_rate_hz) {
            return Err(fail(Problem::SampleRate(audio.sample_rate_hz)));
        }
        Ok(audio)
    }

    /// The name that the user gave.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sample rate, Hz.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Number of channels, 1 to 16.
    pub fn num_channels(&self) -> usize {
        self.packet.len()
    }

    /// Number of frames as the header says it, where it does.
    pub fn num_frames(&self) -> Option<u64> {
        self.num_frames
    }

    /// Loudspeaker bits of WAVE_FORMAT_EXTENSIBLE, where the file has them.
    pub fn channel_mask(&self) -> Option<u32> {
        self.channel_mask
    }

    /// Where the audio begins on the day's clock, where the file says it.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames;
    /// fewer only at the end of the file. Gives their number.
    ///
    /// # Errors
    /// If the file is damaged or shorter than its header says.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        block.iter_mut().for_each(Vec::clear);
        let mut num_read = 0;
        while num_read < num_frames {
            let num_left = self.packet.first().map_or(0, Vec::len) - self.num_used;
            if num_left == 0 {
                if self.next_packet()? {
                    continue;
                }
                break;
            }
            let num_taken = num_left.min(num_frames - num_read);
            let span = self.num_used..self.num_used + num_taken;
            for (to, from) in block.iter_mut().zip(&self.packet) {
                to.extend_from_slice(&from[span.clone()]);
            }
            self.num_used += num_taken;
            num_read += num_taken;
        }
        Ok(num_read)
    }

    /// Decodes the next packet that has frames; false at the end of the file.
    fn next_packet(&mut self) -> Result<bool, Error> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                // How some formats say that the file has ended.
                Err(DecodeError::IoError(error))
                    if error.kind() == io::ErrorKind::UnexpectedEof =>
                {
                    break;
                }
                Err(error) => return Err(self.damaged(error)),
            };
            if packet.track_id != self.track_id {
                continue;
            }
            if let (Some(num_channels), true) = (self.plain_24_bit, self.num_decoded > 0) {
                self.packet.resize_with(num_channels, Vec::new);
                pcm::unpack_24_bit(&packet.data, &mut self.packet);
                self.num_decoded += self.packet.first().map_or(0, Vec::len) as u64;
                self.num_used = 0;
                if self.has_frames() {
                    return Ok(true);
                }
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let num_channels = buffer.num_planes();
                    let rate_hz = buffer.spec().rate();
                    let is_first = self.num_decoded == 0;
                    if !is_first
                        && (num_channels, rate_hz) != (self.packet.len(), self.sample_rate_hz)
                    {
                        let error = DecodeError::Unsupported("the format changes in mid-file");
                        return Err(self.damaged(error));
                    }
                    buffer.copy_to_vecs_planar(&mut self.packet);
                    self.sample_rate_hz = rate_hz;
                    self.num_decoded += buffer.frames() as u64;
                }
                Err(error) => return Err(self.damaged(error)),
            }
            self.num_used = 0;
            if self.has_frames() {
                return Ok(true);
            }
        }
        self.num_used = self.packet.first().map_or(0, Vec::len);
        match self.num_frames {
            Some(expected) if self.num_decoded < expected => Err(Error::file(
                &self.path,
                Problem::Truncated {
                    found: self.num_decoded,
                    expected,
                    unit: "samples",
                },
            )),
            _ => Ok(false),
        }
    }

    fn has_frames(&self) -> bool {
        let first = self.packet.first();
        first.is_some_and(|channel| !channel.is_empty())
    }

    fn damaged(&self, error: DecodeError) -> Error {
        let problem = match error {
            DecodeError::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Problem::Unreadable(error)
            }
            error => Problem::Damaged {
                after_s: self.num_decoded as f64 / f64::from(self.sample_rate_hz.max(1)),
                reason: error.to_string(),
            },
        };
        Error::file(&self.path, problem)
    }
}

/// Whether `file` begins as AIFF or FLAC does. Leaves it at its start.
fn starts_as_known_form(file: &mut File) -> Result<bool, Problem> {
    let mut start = Vec::new();
    file.by_ref()
        .take(4)
        .read_to_end(&mut start)
        .and_then(|_| file.rewind())
        .map_err(Problem::Unreadable)?;
    Ok(matches!(&start[..], b"FORM" | b"fLaC"))
}
