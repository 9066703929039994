//! CAF files whose audio has no length, as recorders leave it, or a wrong one: with the one that is true.
//!
//! Source: Apple, "Core Audio Format Specification 1.0" (a data chunk of size -1 goes on to the file's end).

use std::io::{Read, Seek, SeekFrom};

use crate::cli::audio::spliced::Part;
use crate::cli::audio::wave_chunks::read_at;
use crate::cli::errors::Problem;

/// Size of the file's header and of a chunk's, bytes.
const FILE_HEADER_BYTES: u64 = 8;
const CHUNK_HEADER_BYTES: usize = 12;

/// The parts of `file` as a decoder can read it, and how much of it is missing, bytes.
///
/// # Errors
/// If the file can't be read.
pub fn parts(file: &mut (impl Read + Seek)) -> Result<(Vec<Part>, u64), Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut at = FILE_HEADER_BYTES;
    let mut head = [0; CHUNK_HEADER_BYTES];
    while read_at(file, at, &mut head)? == CHUNK_HEADER_BYTES {
        let [id @ .., _, _, _, _, _, _, _, _] = head;
        let size = head[4..]
            .iter()
            .fold(0, |sum, &byte| sum << 8 | i64::from(byte));
        let body = at + CHUNK_HEADER_BYTES as u64;
        let room = file_len - body;
        let is_open = size < 0;
        let size = size.unsigned_abs();
        if &id == b"data" && (is_open || size > room) {
            head[4..].copy_from_slice(&room.to_be_bytes());
            let parts = vec![
                Part::Range(0..at),
                Part::Bytes(head.to_vec()),
                Part::Range(body..file_len),
            ];
            let missing_bytes = if is_open { 0 } else { size - room };
            return Ok((parts, missing_bytes));
        }
        if is_open || size > room {
            break;
        }
        at = body + size;
    }
    Ok((vec![Part::Range(0..file_len)], 0))
}
