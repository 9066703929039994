//! What a WAV, RF64, BW64 or W64 file says about its audio, from its chunks.
//!
//! Sources: WAVE_FORMAT_EXTENSIBLE as Microsoft documents it; `bext`: EBU Tech 3285 (2011).

use std::io::{Read, Seek};
use std::ops::Range;

use crate::cli::audio::pcm::{Coding, PcmForm};
use crate::cli::audio::wave_chunks::{self, Chunk, Chunks, read_at, u16_at, u32_at, u64_at};
use crate::cli::audio::wave_faults::Fault;
use crate::cli::errors::Problem;
use crate::layout::MAX_CHANNELS;

/// Format tag of WAVE_FORMAT_EXTENSIBLE.
pub(super) const FORMAT_TAG_EXTENSIBLE: u16 = 0xFFFE;

/// Format tags of samples as they are: integers, floats.
const FORMAT_TAG_PCM: u16 = 1;
const FORMAT_TAG_FLOAT: u16 = 3;

/// Where TimeReference stands in a `bext` chunk, bytes, and where it ends.
const TIME_REFERENCE: Range<usize> = 338..346;

/// What a wave file says about its audio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaveHeader {
    /// The body of the `fmt ` chunk, 16 bytes or more.
    pub fmt: Vec<u8>,
    /// How the samples lie, where they are samples as they are.
    pub pcm: Option<PcmForm>,
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
    /// Loudspeaker bits of WAVE_FORMAT_EXTENSIBLE; `None` in a plain format.
    pub channel_mask: Option<u32>,
    /// Where the audio is in the file, bytes from its start: in their order, none of them empty.
    pub data: Vec<Range<u64>>,
    /// Where the audio begins on the day's clock.
    pub origin: Origin,
    /// The chunks that aren't audio, before and behind it.
    pub side: Vec<Chunk>,
    /// What isn't as it should be.
    pub faults: Vec<Fault>,
}

/// What the `bext` chunk of a Broadcast Wave file says about the time of its first sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// There is no `bext` chunk.
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
/// What makes the file useless: no format, no channels or too many, no audio.
pub fn read(file: &mut (impl Read + Seek)) -> Result<Option<WaveHeader>, Problem> {
    let header = wave_chunks::read(file)
        .and_then(|chunks| chunks.map(|chunks| parse(file, chunks)).transpose());
    file.rewind().map_err(Problem::Unreadable)?;
    header
}

fn parse(file: &mut (impl Read + Seek), chunks: Chunks) -> Result<WaveHeader, Problem> {
    let Chunks {
        chunks,
        mut faults,
        is_w64,
    } = chunks;
    let (data, side): (Vec<Chunk>, Vec<Chunk>) = chunks.into_iter().partition(is_data);
    if side.iter().any(|chunk| &chunk.id == b"slnt") {
        let reason = "silence between pieces of audio (wavl)";
        return Err(Problem::Unsupported(reason.into()));
    }
    let fmt = side.iter().find(|chunk| chunk.id.starts_with(b"fmt"));
    let fmt = fmt.ok_or(Problem::CutOff)?;
    let mut body = vec![0; (fmt.body.end - fmt.body.start).min(64) as usize];
    let num_bytes = read_at(file, fmt.body.start, &mut body)?;
    body.truncate(num_bytes);
    if body.len() < 14 {
        return Err(Problem::CutOff);
    }
    // The first form of 1991 ends before the number of bits.
    body.resize(body.len().max(16), 0);
    let num_channels = usize::from(u16_at(&body, 2));
    match num_channels {
        0 => return Err(Problem::NoChannels),
        n if n > MAX_CHANNELS => return Err(Problem::TooManyChannels(n)),
        _ => {}
    }
    let mut data: Vec<Range<u64>> = data.into_iter().map(|chunk| chunk.body).collect();
    data.retain(|range| !range.is_empty());
    if data.is_empty() {
        return Err(Problem::NoAudio);
    }
    if data.len() > 1 {
        let num_chunks = data.len();
        faults.push(Fault::SeveralData { num_chunks });
    }
    let pcm = pcm_form(&body, num_channels);
    if let Some(pcm) = &pcm {
        let num_bytes: u64 = data.iter().map(|range| range.end - range.start).sum();
        let frame_bytes = pcm.frame_bytes() as u64;
        if num_bytes < frame_bytes {
            return Err(Problem::NoAudio);
        }
        let is_told = faults
            .iter()
            .any(|it| matches!(it, Fault::Short { .. } | Fault::SizeUnknown { .. }));
        let num_over = num_bytes % frame_bytes;
        let is_filling = is_w64 && num_over < 8;
        if num_over != 0 && !is_told && !is_filling {
            faults.push(Fault::PartOfSample);
        }
    }
    let bext = side.iter().find(|chunk| &chunk.id == b"bext");
    Ok(WaveHeader {
        sample_rate_hz: u32_at(&body, 4),
        channel_mask: is_extensible(&body).then(|| u32_at(&body, 20)),
        origin: bext.map_or(Ok(Origin::Unknown), |chunk| origin(file, chunk))?,
        fmt: body,
        pcm,
        data,
        side,
        faults,
    })
}

fn is_data(chunk: &Chunk) -> bool {
    &chunk.id == b"data"
}

fn is_extensible(fmt: &[u8]) -> bool {
    u16_at(fmt, 0) == FORMAT_TAG_EXTENSIBLE && fmt.len() >= 40
}

/// The format tag of `fmt`, that of its subformat where it has one.
pub fn format_tag(fmt: &[u8]) -> u16 {
    match u16_at(fmt, 0) {
        FORMAT_TAG_EXTENSIBLE if is_extensible(fmt) => u16_at(fmt, 24),
        // Too short to say which: nothing but integers was ever seen so.
        FORMAT_TAG_EXTENSIBLE => FORMAT_TAG_PCM,
        tag => tag,
    }
}

/// How samples lie that need no decoder.
fn pcm_form(fmt: &[u8], num_channels: usize) -> Option<PcmForm> {
    let bits = usize::from(u16_at(fmt, 14));
    let frame_bytes = usize::from(u16_at(fmt, 12));
    // What a frame takes is what places the samples; how many bits of it count is the lesser matter.
    let bytes = match frame_bytes / num_channels {
        bytes @ 1..=8 if frame_bytes.is_multiple_of(num_channels) && 8 * bytes >= bits => bytes,
        _ => bits.div_ceil(8),
    };
    let coding = match (format_tag(fmt), bytes) {
        (FORMAT_TAG_PCM, 1) => Coding::Offset8,
        (FORMAT_TAG_PCM, 2..=4) => Coding::Integer { shift_bits: 0 },
        (FORMAT_TAG_FLOAT, 4 | 8) => Coding::Float,
        _ => return None,
    };
    Some(PcmForm {
        num_channels,
        bytes,
        coding,
        is_big_endian: false,
    })
}

/// Bits of each sample that count as `fmt` says it, and whether it has them at the upper end of their
/// bytes for certain: the standard demands that, but plain headers are also written for the opposite
/// (ALSA's S24_LE).
pub fn valid_bits(fmt: &[u8]) -> (u32, bool) {
    match is_extensible(fmt) {
        true => (u32::from(u16_at(fmt, 18)), true),
        false => (u32::from(u16_at(fmt, 14)), false),
    }
}

/// Time reference of the `bext` chunk.
fn origin(file: &mut (impl Read + Seek), chunk: &Chunk) -> Result<Origin, Problem> {
    if chunk.body.end - chunk.body.start < TIME_REFERENCE.end as u64 {
        return Ok(Origin::Damaged);
    }
    let mut samples = [0; 8];
    let at = chunk.body.start + TIME_REFERENCE.start as u64;
    read_at(file, at, &mut samples)?;
    Ok(Origin::SinceMidnight(u64_at(&samples, 0)))
}
