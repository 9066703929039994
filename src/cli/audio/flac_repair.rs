//! FLAC files as a decoder that keeps to the letter can read them: tags of other formats before and
//! behind the stream left out, and block lengths in the header that no frame has put right.
//!
//! Source: RFC 9639, sections 8.2 (STREAMINFO) and 9.1 (frame header).

use std::io::{Read, Seek, SeekFrom};

use crate::cli::audio::spliced::Part;
use crate::cli::audio::wave_chunks::{read_at, u32_at};
use crate::cli::errors::Problem;

/// The stream's marker, the head of its first block, and the two block lengths.
const START_BYTES: usize = 12;

/// Least block length that the format allows.
const LEAST_BLOCK: u16 = 16;

/// Metadata blocks that are passed on the way to the first frame.
const MAX_BLOCKS: usize = 1024;

/// The parts of `file` that are a FLAC stream, which begins at `start`.
///
/// # Errors
/// If the file can't be read.
pub fn parts(file: &mut (impl Read + Seek), start: u64) -> Result<Vec<Part>, Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let end = end_of_stream(file, start, file_len)?;
    let mut head = [0; START_BYTES];
    let num_read = read_at(file, start, &mut head)?;
    let max_block = u16::from_be_bytes([head[10], head[11]]);
    let min_block = u16::from_be_bytes([head[8], head[9]]);
    let is_wrong = num_read == START_BYTES && min_block < LEAST_BLOCK && max_block >= LEAST_BLOCK;
    if is_wrong {
        // A stream whose blocks are all alike counts them, another one counts samples; the decoder
        // goes by the two lengths.
        let is_fixed = first_frame_is_fixed(file, start)?;
        let min_block = if is_fixed { max_block } else { LEAST_BLOCK };
        head[8..10].copy_from_slice(&min_block.to_be_bytes());
    }
    let body = start + num_read as u64;
    file.rewind().map_err(Problem::Unreadable)?;
    Ok(vec![
        Part::Bytes(head[..num_read].to_vec()),
        Part::Range(body..end.max(body)),
    ])
}

/// Where the stream ends: before an ID3v1 tag (128 bytes) or an APEv2 tag (its footer says its length).
fn end_of_stream(file: &mut (impl Read + Seek), start: u64, file_len: u64) -> Result<u64, Problem> {
    let mut end = file_len;
    loop {
        let mut tail = [0; 128];
        let at = end.saturating_sub(128).max(start);
        let num_read = read_at(file, at, &mut tail)?;
        let tail = &tail[..num_read.min((end - at) as usize)];
        let footer = tail.len().checked_sub(32).map(|at| &tail[at..]);
        let num_bytes = match footer {
            _ if tail.len() == 128 && tail.starts_with(b"TAG") => 128,
            Some(footer) if footer.starts_with(b"APETAGEX") => {
                let has_header = u32_at(footer, 20) >> 31 == 1;
                u64::from(u32_at(footer, 12)) + if has_header { 32 } else { 0 }
            }
            _ => 0,
        };
        if num_bytes == 0 || num_bytes > end - start {
            return Ok(end);
        }
        end -= num_bytes;
    }
}

/// Whether the first frame says that all blocks are of one length.
fn first_frame_is_fixed(file: &mut (impl Read + Seek), start: u64) -> Result<bool, Problem> {
    let mut at = start + 4;
    for _ in 0..MAX_BLOCKS {
        let mut head = [0; 4];
        if read_at(file, at, &mut head)? < head.len() {
            break;
        }
        if head[0] == 0xFF {
            return Ok(head[1] & 1 == 0);
        }
        let size = u32::from_be_bytes([0, head[1], head[2], head[3]]);
        at += 4 + u64::from(size);
    }
    Ok(true)
}
