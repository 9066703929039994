//! The chunks of a WAV, RF64 or BW64 file up to its audio: what the decoder doesn't tell (exact
//! length, channel mask, time of day), and a view of the file that it can read.
//!
//! Sources: RIFF and WAVE_FORMAT_EXTENSIBLE as Microsoft documents them; RF64: EBU Tech 3306
//! (2009); BW64: ITU-R BS.2088; `bext`: EBU Tech 3285 (2011).

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use crate::cli::errors::Problem;
use crate::layout::MAX_CHANNELS;

/// A 32-bit size field that says "see the ds64 chunk" or, without one, "unknown".
pub(super) const SIZE_ELSEWHERE: u32 = u32::MAX;

/// Size of the RIFF or RF64 header before the first chunk, bytes.
const FORM_HEADER_BYTES: u64 = 12;

/// Format tag of WAVE_FORMAT_EXTENSIBLE.
pub(super) const FORMAT_TAG_EXTENSIBLE: u16 = 0xFFFE;

/// Where TimeReference stands in a `bext` chunk, bytes, and its size.
const TIME_REFERENCE_AT: u32 = 338;
const TIME_REFERENCE_BYTES: u32 = 8;

/// What a wave file says about its audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaveHeader {
    /// Loudspeaker bits of WAVE_FORMAT_EXTENSIBLE; `None` in a plain format.
    pub channel_mask: Option<u32>,
    /// Where the audio ends in the file, bytes from its start.
    pub data_end: u64,
    /// Where the audio begins on the day's clock.
    pub origin: Origin,
}

/// What the `bext` chunk of a Broadcast Wave file says about the time of its first sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// There is no `bext` chunk in front of the audio.
    Unknown,
    /// Samples since midnight (TimeReference).
    SinceMidnight(u64),
    /// The chunk is too short to hold a time reference.
    Damaged,
}

/// Reads the header of a wave file; `None` if `file` is of another kind. Leaves `file` at its
/// start.
///
/// # Errors
/// What makes the file useless: truncated, no channels or too many, no audio.
pub fn read(file: &mut (impl Read + Seek)) -> Result<Option<WaveHeader>, Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    file.rewind().map_err(Problem::Unreadable)?;
    let header = parse(file, file_len);
    file.rewind().map_err(Problem::Unreadable)?;
    header
}

fn parse(file: &mut (impl Read + Seek), file_len: u64) -> Result<Option<WaveHeader>, Problem> {
    let mut form = [0; FORM_HEADER_BYTES as usize];
    if file_len < FORM_HEADER_BYTES {
        return Ok(None);
    }
    read_exact(file, &mut form)?;
    let is_wave = matches!(&form[..4], b"RIFF" | b"RF64" | b"BW64") && &form[8..] == b"WAVE";
    if !is_wave {
        return Ok(None);
    }
    let mut format = None;
    let mut long_data_bytes = None;
    let mut origin = Origin::Unknown;
    let mut chunk_start = FORM_HEADER_BYTES;
    loop {
        let body_start = chunk_start + 8;
        if body_start > file_len {
            return Err(match format {
                Some(_) => Problem::NoAudio,
                None => truncated(file_len, body_start),
            });
        }
        let mut head = [0; 8];
        file.seek(SeekFrom::Start(chunk_start))
            .map_err(Problem::Unreadable)?;
        read_exact(file, &mut head)?;
        let size = u32_at(&head, 4);
        if &head[..4] == b"data" {
            let data_bytes = match (size, long_data_bytes) {
                (SIZE_ELSEWHERE, Some(bytes)) => bytes,
                // A program that wrote to a pipe couldn't know: up to the end, then.
                (SIZE_ELSEWHERE, None) => file_len - body_start,
                (bytes, _) => u64::from(bytes),
            };
            let data_end = body_start.saturating_add(data_bytes);
            if data_end > file_len {
                return Err(truncated(file_len, data_end));
            }
            if data_bytes == 0 {
                return Err(Problem::NoAudio);
            }
            return Ok(Some(WaveHeader {
                channel_mask: format.flatten(),
                data_end,
                origin,
            }));
        }
        let body_end = body_start + u64::from(size);
        if body_end > file_len {
            return Err(truncated(file_len, body_end));
        }
        match &head[..4] {
            b"fmt " if size >= 16 => format = Some(read_format(file, size)?),
            b"ds64" if size >= 16 => {
                let mut sizes = [0; 16];
                read_exact(file, &mut sizes)?;
                long_data_bytes = Some(u64_at(&sizes, 8));
            }
            b"bext" => origin = read_origin(file, body_start, size)?,
            _ => {}
        }
        chunk_start = body_end + u64::from(size % 2);
    }
}

/// Channel mask of the `fmt ` chunk at the file's position, if it has one.
fn read_format(file: &mut (impl Read + Seek), size: u32) -> Result<Option<u32>, Problem> {
    let mut body = [0; 40];
    let num_bytes = body.len().min(size as usize);
    read_exact(file, &mut body[..num_bytes])?;
    match usize::from(u16_at(&body, 2)) {
        0 => return Err(Problem::NoChannels),
        num_channels if num_channels > MAX_CHANNELS => {
            return Err(Problem::TooManyChannels(num_channels));
        }
        _ => {}
    }
    let is_extensible = u16_at(&body, 0) == FORMAT_TAG_EXTENSIBLE && num_bytes == body.len();
    Ok(is_extensible.then(|| u32_at(&body, 20)))
}

/// Time reference of the `bext` chunk whose body begins at `body_start`.
fn read_origin(
    file: &mut (impl Read + Seek),
    body_start: u64,
    size: u32,
) -> Result<Origin, Problem> {
    if size < TIME_REFERENCE_AT + TIME_REFERENCE_BYTES {
        return Ok(Origin::Damaged);
    }
    let mut samples = [0; TIME_REFERENCE_BYTES as usize];
    file.seek(SeekFrom::Start(body_start + u64::from(TIME_REFERENCE_AT)))
        .map_err(Problem::Unreadable)?;
    read_exact(file, &mut samples)?;
    Ok(Origin::SinceMidnight(u64_at(&samples, 0)))
}

fn truncated(found: u64, expected: u64) -> Problem {
    Problem::Truncated {
        found,
        expected,
        unit: "bytes",
    }
}

fn read_exact(file: &mut (impl Read + Seek), bytes: &mut [u8]) -> Result<(), Problem> {
    file.read_exact(bytes).map_err(Problem::Unreadable)
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// A wave file as the decoder can read it: any RF64 or BW64 looks like a RIFF of unknown length
/// that ends with its audio. (Symphonia 0.6 knows neither form, but reads RIFF files of unknown
/// length to their end.)
pub struct WaveSource {
    file: File,
    position: u64,
    data_end: u64,
}

impl WaveSource {
    /// What the first 8 bytes are replaced with: the form and its unknown size.
    const START: [u8; 8] = *b"RIFF\xFF\xFF\xFF\xFF";

    /// A view of `file`, which stands at its start.
    pub fn new(file: File, header: &WaveHeader) -> Self {
        Self {
            file,
            position: 0,
            data_end: header.data_end,
        }
    }
}

impl Read for WaveSource {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.data_end.saturating_sub(self.position);
        let num_wanted = bytes.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let num_read = self.file.read(&mut bytes[..num_wanted])?;
        let start = Self::START
            .get(usize::try_from(self.position).unwrap_or(usize::MAX)..)
            .unwrap_or_default();
        for (byte, &replacement) in bytes[..num_read].iter_mut().zip(start) {
            *byte = replacement;
        }
        self.position += num_read as u64;
        Ok(num_read)
    }
}

impl Seek for WaveSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::End(offset) => SeekFrom::Start(self.data_end.saturating_add_signed(offset)),
            other => other,
        };
        self.position = self.file.seek(to)?;
        Ok(self.position)
    }
}

impl MediaSource for WaveSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.data_end)
    }
}
