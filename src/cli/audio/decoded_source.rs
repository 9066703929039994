//! A track of a container, decoded by Symphonia and put where it is heard.

use std::io;

use symphonia::core::codecs::audio::AudioDecoder;
use symphonia::core::errors::Error as DecodeError;
use symphonia::core::formats::FormatReader;

use crate::cli::audio::edit_list::Piece;
use crate::cli::audio::placement::Placement;
use crate::cli::audio::source::{Note, Source};
use crate::cli::errors::Problem;

/// Time stamps that are off by less are rounded, or those of a recorder whose clock drifts, s: the
/// shortest packets that get lost are longer, those of Matroska are rounded to 1 ms.
const LEAST_HOLE_S: f64 = 0.015;

/// The same where the audio begins, s: nothing has drifted there.
const LEAST_START_S: f64 = 0.0015;

/// A header may count so many frames more than there are: MPEG audio has at most as many in two packets.
const LEAST_MISSING_FRAMES: u64 = 2 * 1152;

/// Longest hole that is kept, s; a longer one is a time stamp that is wrong.
const MAX_HOLE_S: f64 = 86_400.0;

/// How a container's audio lies in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Without gaps, from its first frame to its last.
    Sequential,
    /// FLAC: without gaps, and each packet says its place, so that one that is missing shows.
    Numbered,
    /// MPEG audio and AAC: without gaps, and a frame that can't be decoded takes its time all the same.
    Lossy,
    /// Packets have time stamps that count.
    Stamped,
}

/// A track that is to be decoded.
pub struct Decoding {
    /// The container.
    pub format: Box<dyn FormatReader>,
    /// The decoder for the track.
    pub decoder: Box<dyn AudioDecoder>,
    /// The container's number for the track.
    pub track_id: u32,
    /// How its audio lies in time.
    pub timing: Timing,
    /// The unit of its time stamps, s.
    pub seconds_per_unit: f64,
    /// What is heard of it.
    pub pieces: Vec<Piece>,
    /// What has to be there for the file to be whole, frames.
    pub least_frames: Option<u64>,
    /// What a header of MPEG audio counts, frames.
    pub counted_frames: Option<u64>,
}

/// A track being decoded.
pub struct DecodedSource {
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track_id: u32,
    timing: Timing,
    /// The unit of time stamps, s.
    seconds_per_unit: f64,
    placement: Placement,
    num_channels: usize,
    sample_rate_hz: u32,
    num_decoded: u64,
    /// Time stamp of the first packet, s.
    first_s: Option<f64>,
    /// By how much the first frames have a later one, s: those of Vorbis come out of the second packet,
    /// but are the first that were recorded.
    late_s: f64,
    /// Frames with time stamps before 0.
    num_early: u64,
    /// What has to be there for the file to be whole.
    least_frames: Option<u64>,
    /// What a header of MPEG audio counts.
    counted_frames: Option<u64>,
    /// Packets that couldn't be decoded.
    num_broken: u64,
    /// How many holes there were, and their length, s.
    holes: (u64, f64),
    is_ended: bool,
    notes: Vec<Note>,
}

impl DecodedSource {
    /// Starts `decoding`, up to where the form of the audio is known.
    ///
    /// # Errors
    /// If it is damaged or has no audio.
    pub fn begin(decoding: Decoding) -> Result<Self, Problem> {
        let mut source = Self {
            format: decoding.format,
            decoder: decoding.decoder,
            track_id: decoding.track_id,
            timing: decoding.timing,
            seconds_per_unit: decoding.seconds_per_unit,
            placement: Placement::new(decoding.pieces),
            num_channels: 0,
            sample_rate_hz: 0,
            num_decoded: 0,
            first_s: None,
            late_s: 0.0,
            num_early: 0,
            least_frames: decoding.least_frames,
            counted_frames: decoding.counted_frames,
            num_broken: 0,
            holes: (0, 0.0),
            is_ended: false,
            notes: Vec::new(),
        };
        while source.num_decoded == 0 {
            if !source.decode_packet()? {
                return Err(Problem::NoAudio);
            }
        }
        Ok(source)
    }

    /// Sample rate, Hz.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Number of channels.
    pub fn num_channels(&self) -> usize {
        self.num_channels
    }

    /// Decodes the next packet; false at the end of the file.
    fn decode_packet(&mut self) -> Result<bool, Problem> {
        let packet = match self.format.next_packet() {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(false),
            // How some formats say that the file has ended.
            Err(DecodeError::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                if self.timing == Timing::Stamped {
                    let end_s = self.end_s();
                    let note = format!("breaks off after {end_s:.3} s: what is there is read");
                    self.notes.push(Note::Fault(note));
                }
                return Ok(false);
            }
            Err(error) => return Err(self.damaged(error)),
        };
        if packet.track_id != self.track_id {
            return Ok(true);
        }
        let start_s = packet.pts.get() as f64 * self.seconds_per_unit;
        let first_s = *self.first_s.get_or_insert(start_s);
        let buffer = match self.decoder.decode(&packet) {
            Ok(buffer) => buffer,
            Err(DecodeError::DecodeError(_)) if self.timing == Timing::Lossy => {
                self.num_broken += 1;
                if self.num_decoded > 0 {
                    self.placement.push_hole(packet.block_dur().get());
                }
                return Ok(true);
            }
            Err(error) => return Err(self.damaged(error)),
        };
        let (num_channels, rate_hz) = (buffer.num_planes(), buffer.spec().rate());
        let mut planes = Vec::new();
        buffer.copy_to_vecs_planar(&mut planes);
        let num_frames = planes.first().map_or(0, Vec::len) as u64;
        if self.num_decoded == 0 {
            self.num_channels = num_channels;
            self.sample_rate_hz = rate_hz;
            // What came before and couldn't be decoded.
            let num_lost = self.num_broken * packet.block_dur().get();
            self.placement.push_hole(num_lost);
        } else if (num_channels, rate_hz) != (self.num_channels, self.sample_rate_hz) {
            let error = DecodeError::Unsupported("the format changes in mid-file");
            return Err(self.damaged(error));
        }
        if num_frames == 0 {
            return Ok(true);
        }
        let place_s = self.num_decoded as f64 / f64::from(self.sample_rate_hz.max(1));
        if self.timing == Timing::Numbered && start_s - first_s - place_s > LEAST_START_S {
            return Err(Problem::Damaged {
                after_s: place_s,
                reason: "a part of it is missing".into(),
            });
        }
        if self.timing == Timing::Stamped {
            if self.num_decoded == 0 {
                self.late_s = start_s - first_s;
            }
            self.fill_hole(start_s - self.late_s)?;
        }
        self.num_decoded += num_frames;
        self.placement.push(&mut planes);
        Ok(true)
    }

    /// Keeps the time that passes before `start_s`, at which the next frames are heard.
    fn fill_hole(&mut self, start_s: f64) -> Result<(), Problem> {
        if self.num_decoded == 0 && start_s < 0.0 {
            // What the encoder put before the first sample.
            let num_frames = (-start_s * f64::from(self.sample_rate_hz)).round() as u64;
            self.num_early = num_frames;
            self.placement.leave_out(num_frames);
            return Ok(());
        }
        let hole_s = start_s - self.end_s();
        let least_s = match self.num_decoded {
            0 => LEAST_START_S,
            _ => LEAST_HOLE_S,
        };
        if hole_s < least_s {
            return Ok(());
        }
        if hole_s > MAX_HOLE_S {
            let reason = format!("a time stamp of {start_s:.0} s");
            return Err(Problem::Damaged {
                after_s: self.end_s(),
                reason,
            });
        }
        if self.num_decoded > 0 {
            self.holes.0 += 1;
            self.holes.1 += hole_s;
        }
        let num_frames = hole_s * f64::from(self.sample_rate_hz);
        self.placement.push_hole(num_frames.round() as u64);
        Ok(())
    }

    /// Where what was decoded so far ends, s.
    fn end_s(&self) -> f64 {
        let num_frames = self.placement.position() as f64 - self.num_early as f64;
        num_frames / f64::from(self.sample_rate_hz.max(1))
    }

    fn damaged(&self, error: DecodeError) -> Problem {
        match error {
            DecodeError::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                Problem::Unreadable(error)
            }
            error => Problem::Damaged {
                after_s: self.end_s(),
                reason: error.to_string(),
            },
        }
    }

    /// What is known at the end of the file.
    fn end(&mut self) -> Result<(), Problem> {
        self.is_ended = true;
        self.placement.close();
        if let Some(expected) = self.least_frames.filter(|&least| self.num_decoded < least) {
            // Elsewhere what is missing may be missing in the midst.
            if self.timing != Timing::Numbered {
                return Err(Problem::Truncated {
                    found: self.num_decoded,
                    expected,
                    unit: "samples",
                });
            }
            let seconds = |frames: u64| frames as f64 / f64::from(self.sample_rate_hz);
            self.notes.push(Note::Fault(format!(
                "breaks off after {:.3} of {:.3} s: what is there is read",
                seconds(self.num_decoded),
                seconds(expected),
            )));
        }
        if let Some(counted) = self.counted_frames
            && self.placement.position() + LEAST_MISSING_FRAMES < counted
        {
            self.notes.push(Note::Fault(format!(
                "its header counts {:.3} s of audio, but {:.3} s are there: what is there is read",
                counted as f64 / f64::from(self.sample_rate_hz),
                self.end_s(),
            )));
        }
        if self.num_broken > 0 {
            self.notes.push(Note::Fault(format!(
                "{} of its packets can't be decoded: silence stands in their places",
                self.num_broken
            )));
        }
        if let (1.., length_s) = self.holes {
            let (num_holes, noun) = (
                self.holes.0,
                if self.holes.0 == 1 { "hole" } else { "holes" },
            );
            self.notes.push(Note::Fault(format!(
                "has {num_holes} {noun} of {length_s:.3} s in its time stamps: kept as silence"
            )));
        }
        Ok(())
    }
}

impl Source for DecodedSource {
    fn next(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<bool, Problem> {
        loop {
            planes.resize_with(self.num_channels, Vec::new);
            if self.placement.pop(planes) {
                return Ok(true);
            }
            if self.is_ended {
                planes.iter_mut().for_each(Vec::clear);
                return Ok(false);
            }
            if !self.decode_packet()? {
                self.end()?;
            }
        }
    }

    fn take_notes(&mut self) -> Vec<Note> {
        std::mem::take(&mut self.notes)
    }
}
