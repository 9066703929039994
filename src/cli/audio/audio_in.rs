//! Audio files in, block by block as f32, whatever they are: by a reader of our own, a decoder, or
//! FFmpeg.

use std::fs::File;
use std::path::{Path, PathBuf};

use crate::cli::audio::FILE_RATES_HZ;
use crate::cli::audio::file_kind::{self, FileKind};
use crate::cli::audio::opening::{self, Reading};
use crate::cli::audio::side_chunks::SideChunks;
use crate::cli::audio::source::{Note, Source};
use crate::cli::audio::wave_header::{self, Origin, WaveHeader};
use crate::cli::errors::{Error, Problem};
use crate::cli::regular_file::open_regular;
use crate::layout::MAX_CHANNELS;

/// An audio file being read.
pub struct AudioFile {
    path: PathBuf,
    reading: Reading,
    source: Box<dyn Source>,
    sample_rate_hz: u32,
    channel_mask: Option<u32>,
    origin: Origin,
    side_chunks: SideChunks,
    num_frames: Option<u64>,
    notes: Vec<Note>,
    /// What was decoded last, one vector per channel.
    packet: Vec<Vec<f32>>,
    /// How much of `packet` was handed out, frames.
    num_used: usize,
}

impl AudioFile {
    /// Opens the file at `path`.
    ///
    /// # Errors
    /// If it isn't a readable audio file of 1 to 16 channels at a supported sample rate.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::open_as(path, Reading::default())
    }

    /// Opens the file at `path` as `reading` says.
    ///
    /// # Errors
    /// If it isn't a readable audio file of 1 to 16 channels at a supported sample rate, or has faults
    /// that `reading` doesn't allow.
    pub fn open_as(path: &Path, reading: Reading) -> Result<Self, Error> {
        let fail = |problem| Error::file(path, problem);
        let mut file = open_regular(path).map_err(fail)?;
        let (kind, tag_bytes) = file_kind::of(&mut file).map_err(fail)?;
        let wave = match kind {
            FileKind::Wave => Some(WaveParts::read(&mut file).map_err(fail)?),
            _ => None,
        };
        let header = wave.as_ref().map(|wave| &wave.header);
        let opened = opening::open(file, kind, tag_bytes, header, path, reading).map_err(fail)?;
        let (origin, side_chunks) = match wave {
            Some(wave) => (wave.origin(), wave.side_chunks),
            None => (Origin::Unknown, SideChunks::default()),
        };
        let mut audio = Self {
            path: path.into(),
            reading,
            source: opened.source,
            sample_rate_hz: opened.sample_rate_hz,
            channel_mask: opened.channel_mask,
            origin,
            side_chunks,
            num_frames: opened.num_frames,
            notes: opened.notes,
            packet: vec![Vec::new(); opened.num_channels],
            num_used: 0,
        };
        let may_have_tracks = matches!(kind, FileKind::Decoded(_) | FileKind::Foreign(_));
        if let (Some(number @ 2..), false) = (reading.track, may_have_tracks) {
            let num_tracks = 1;
            return Err(fail(Problem::NoTrack { number, num_tracks }));
        }
        audio.refuse_faults()?;
        match opened.num_channels {
            0 => return Err(fail(Problem::NoChannels)),
            1..=MAX_CHANNELS => {}
            n => return Err(fail(Problem::TooManyChannels(n))),
        }
        if !FILE_RATES_HZ.contains(&audio.sample_rate_hz) {
            return Err(fail(Problem::SampleRate(audio.sample_rate_hz)));
        }
        if !audio.next_packet()? {
            return Err(fail(Problem::NoAudio));
        }
        Ok(audio)
    }

    /// The name that the user gave.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How it is read.
    pub fn reading(&self) -> Reading {
        self.reading
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

    /// What stands beside the audio in a wave file.
    pub fn side_chunks(&self) -> &SideChunks {
        &self.side_chunks
    }

    /// What was noticed since the last call that the user should know, in words that follow the file's
    /// name.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.notes.extend(self.source.take_notes());
        let notes = self.notes.drain(..);
        notes
            .map(|note| match note {
                Note::Remark(text) | Note::Fault(text) => text,
            })
            .collect()
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames;
    /// fewer only at the end of the file. Gives their number.
    ///
    /// # Errors
    /// If the file is damaged.
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
            if num_read == 0 && self.num_used == 0 && num_taken == num_left {
                // Whole, as wave files have them nearly always: there is nothing to copy.
                for (to, from) in block.iter_mut().zip(&mut self.packet) {
                    std::mem::swap(to, from);
                }
            } else {
                let span = self.num_used..self.num_used + num_taken;
                for (to, from) in block.iter_mut().zip(&self.packet) {
                    to.extend_from_slice(&from[span.clone()]);
                }
                self.num_used += num_taken;
            }
            num_read += num_taken;
        }
        Ok(num_read)
    }

    /// Decodes the next packet that has frames; false at the end of the file.
    fn next_packet(&mut self) -> Result<bool, Error> {
        let fail = |problem| Error::file(&self.path, problem);
        loop {
            let has_more = self.source.next(&mut self.packet).map_err(fail)?;
            self.num_used = 0;
            if !has_more {
                self.refuse_faults()?;
                return Ok(false);
            }
            if self.packet.first().is_some_and(|plane| !plane.is_empty()) {
                return Ok(true);
            }
        }
    }

    /// Keeps what the source has to tell, and refuses a file with faults where that was asked for.
    fn refuse_faults(&mut self) -> Result<(), Error> {
        self.notes.extend(self.source.take_notes());
        let fault = self.notes.iter().find_map(|note| match note {
            Note::Fault(text) => Some(text),
            Note::Remark(_) => None,
        });
        match fault {
            Some(text) if self.reading.is_strict => {
                Err(Error::file(&self.path, Problem::Faulty(text.clone())))
            }
            _ => Ok(()),
        }
    }
}

/// What a wave file says, with what stands beside its audio.
struct WaveParts {
    header: WaveHeader,
    side_chunks: SideChunks,
}

impl WaveParts {
    fn read(file: &mut File) -> Result<Self, Problem> {
        let header = wave_header::read(file)?.ok_or(Problem::CutOff)?;
        Ok(Self {
            side_chunks: SideChunks::read(file, &header)?,
            header,
        })
    }
    /// Where the audio begins on the day's clock: `bext` says it, or else iXML.
    fn origin(&self) -> Origin {
        match (self.header.origin, self.side_chunks.ixml_samples()) {
            (Origin::Unknown, Some(samples)) => Origin::SinceMidnight(samples),
            (origin, _) => origin,
        }
    }
}
