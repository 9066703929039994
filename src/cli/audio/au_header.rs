//! The header of Sun and NeXT audio files (`.au`, `.snd`), as Sun documents it in audio(5).

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::cli::audio::pcm::{Coding, PcmForm};
use crate::cli::audio::wave_chunks::read_at;
use crate::cli::audio::wave_faults::Fault;
use crate::cli::errors::Problem;
use crate::layout::MAX_CHANNELS;

/// What an AU file says about its audio.
#[derive(Debug)]
pub struct AuHeader {
    /// How the samples lie; `None` where they need a decoder.
    pub pcm: Option<PcmForm>,
    /// Number of channels.
    pub num_channels: usize,
    /// The same samples' format tag in a wave file, where they need a decoder that knows them.
    pub format_tag: Option<u16>,
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
    /// Where the audio is, bytes from the file's start.
    pub data: Range<u64>,
    /// What isn't as it should be.
    pub faults: Vec<Fault>,
}

/// Reads the header of the AU file `file`.
///
/// # Errors
/// What makes the file useless: cut off, no channels or too many, no audio.
pub fn read(file: &mut (impl Read + Seek)) -> Result<AuHeader, Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut head = [0; 24];
    if read_at(file, 0, &mut head)? < head.len() {
        return Err(Problem::CutOff);
    }
    // Written by machines of the other byte order, the letters stand backwards.
    let is_big_endian = &head[..4] == b".snd";
    let word = |idx: usize| {
        let bytes = [
            head[4 * idx],
            head[4 * idx + 1],
            head[4 * idx + 2],
            head[4 * idx + 3],
        ];
        match is_big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    };
    let num_channels = word(5) as usize;
    match num_channels {
        0 => return Err(Problem::NoChannels),
        n if n > MAX_CHANNELS => return Err(Problem::TooManyChannels(n)),
        _ => {}
    }
    let integer = Coding::Integer { shift_bits: 0 };
    let (bytes, coding) = match word(3) {
        encoding @ 2..=5 => (encoding as usize - 1, integer),
        6 => (4, Coding::Float),
        7 => (8, Coding::Float),
        _ => (0, integer),
    };
    let format_tag = match word(3) {
        1 => Some(7),
        27 => Some(6),
        _ => None,
    };
    let start = u64::from(word(1));
    let (said, room) = (word(2), file_len.saturating_sub(start));
    let mut faults = Vec::new();
    let num_bytes = match said {
        // "Unknown" is a value of its own here, not a fault.
        u32::MAX => room,
        0 if room > 0 => {
            faults.push(Fault::SizeUnknown { said: 0 });
            room
        }
        said if u64::from(said) > room => {
            let missing_bytes = u64::from(said) - room;
            faults.push(Fault::Short { missing_bytes });
            room
        }
        said => u64::from(said),
    };
    if num_bytes < (bytes * num_channels).max(1) as u64 {
        return Err(Problem::NoAudio);
    }
    Ok(AuHeader {
        pcm: (bytes > 0).then_some(PcmForm {
            num_channels,
            bytes,
            coding,
            is_big_endian,
        }),
        num_channels,
        format_tag,
        sample_rate_hz: word(4),
        data: start..start + num_bytes,
        faults,
    })
}
