//! AIFF, MP4 and QuickTime files that break off within their audio: with the sizes of what is there, so that a
//! decoder that goes by them can read it.
//!
//! Sources: Apple, "Audio Interchange File Format" (1989) and its AIFF-C draft (1991); ISO/IEC 14496-12 (4.2).

use std::io::{Read, Seek, SeekFrom};

use crate::cli::audio::spliced::Part;
use crate::cli::audio::wave_chunks::read_at;
use crate::cli::errors::Problem;

/// Size of the head of a chunk, and of a box without a long size, bytes.
const HEAD_BYTES: usize = 8;
/// Size of an AIFF file's header, bytes.
const FORM_BYTES: u64 = 12;
/// What stands in an AIFF's sound chunk before its samples, bytes.
const SOUND_HEAD_BYTES: u64 = 8;
/// Where a box has its long size, bytes.
const LONG_SIZE_BYTES: usize = 16;

/// Chunks or boxes that are looked at.
const MAX_CHUNKS: usize = 4096;

/// The parts of the AIFF `file`, and how much of its audio is missing, bytes.
///
/// # Errors
/// If the file can't be read.
pub fn aiff_parts(file: &mut (impl Read + Seek)) -> Result<(Vec<Part>, u64), Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut at = FORM_BYTES;
    // Where the number of frames stands, and the size of one.
    let mut frames_at = None;
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; HEAD_BYTES];
        if read_at(file, at, &mut head)? < HEAD_BYTES {
            break;
        }
        let [id @ .., a, b, c, d] = head;
        let size = u64::from(u32::from_be_bytes([a, b, c, d]));
        let body = at + HEAD_BYTES as u64;
        let room = file_len - body;
        match &id {
            b"COMM" => {
                let mut common = [0; HEAD_BYTES];
                read_at(file, body, &mut common)?;
                let [channels @ .., _, _, _, _, bits_high, bits_low] = common;
                let bits = u16::from_be_bytes([bits_high, bits_low]);
                let frame_bytes =
                    u64::from(u16::from_be_bytes(channels)) * u64::from(bits.div_ceil(8));
                frames_at = (frame_bytes > 0).then_some((body + 2, frame_bytes));
            }
            b"SSND" if size > room && room > SOUND_HEAD_BYTES => {
                let Some((frames_at, frame_bytes)) = frames_at else {
                    break;
                };
                let num_frames = (room - SOUND_HEAD_BYTES) / frame_bytes;
                let end = body + SOUND_HEAD_BYTES + num_frames * frame_bytes;
                // All of them are below the sizes that were too large.
                let number = |number: u64| Part::Bytes((number as u32).to_be_bytes().to_vec());
                let parts = vec![
                    Part::Range(0..4),
                    number(end - 8),
                    Part::Range(8..frames_at),
                    number(num_frames),
                    Part::Range(frames_at + 4..at + 4),
                    number(end - body),
                    Part::Range(body..end),
                ];
                return Ok((parts, size - room));
            }
            _ => {}
        }
        if size > room {
            break;
        }
        at = body + size + size % 2;
    }
    Ok((vec![Part::Range(0..file_len)], 0))
}

/// The parts of the MP4 or QuickTime `file`, and how much of its audio is missing, bytes.
///
/// # Errors
/// If the file can't be read.
pub fn movie_parts(file: &mut (impl Read + Seek)) -> Result<(Vec<Part>, u64), Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut at = 0;
    for _ in 0..MAX_CHUNKS {
        let mut head = [0; LONG_SIZE_BYTES];
        let num_read = read_at(file, at, &mut head)?;
        if num_read < HEAD_BYTES {
            break;
        }
        let short = u64::from(u32::from_be_bytes([head[0], head[1], head[2], head[3]]));
        let is_long = short == 1 && num_read == LONG_SIZE_BYTES;
        let size = match is_long {
            true => head[8..]
                .iter()
                .fold(0, |sum, &byte| sum << 8 | u64::from(byte)),
            false => short,
        };
        let head_bytes = if is_long { LONG_SIZE_BYTES } else { HEAD_BYTES };
        // A size of 0 goes on to the file's end.
        if size < head_bytes as u64 {
            break;
        }
        let room = file_len - at;
        if size > room {
            if &head[4..8] != b"mdat" {
                break;
            }
            let own = room.to_be_bytes();
            match is_long {
                true => head[8..].copy_from_slice(&own),
                // It is less than a size that fits.
                false => head[..4].copy_from_slice(&own[4..]),
            }
            let parts = vec![
                Part::Range(0..at),
                Part::Bytes(head[..head_bytes].to_vec()),
                Part::Range(at + head_bytes as u64..file_len),
            ];
            return Ok((parts, size - room));
        }
        at += size;
    }
    Ok((vec![Part::Range(0..file_len)], 0))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn bytes(file: &[u8], parts: Vec<Part>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for part in parts {
            match part {
                Part::Bytes(own) => bytes.extend(own),
                Part::Range(range) => {
                    bytes.extend(&file[range.start as usize..range.end as usize]);
                }
            }
        }
        bytes
    }

    /// Two channels of 16 bits, `num_frames` of them.
    fn aiff(num_frames: u32) -> Vec<u8> {
        let num_bytes = 4 * num_frames;
        let mut file = b"FORM".to_vec();
        file.extend((46 + num_bytes).to_be_bytes());
        file.extend(b"AIFFCOMM\0\0\0\x12\0\x02");
        file.extend(num_frames.to_be_bytes());
        file.extend(b"\0\x10\x40\x0E\xBB\x80\0\0\0\0\0\0SSND");
        file.extend((8 + num_bytes).to_be_bytes());
        file.extend([0; 8]);
        file.resize(file.len() + num_bytes as usize, 7);
        file
    }

    #[test]
    fn an_aiff_that_breaks_off_is_one_of_what_is_there() {
        let whole = aiff(100);
        let (parts, missing_bytes) = aiff_parts(&mut Cursor::new(&whole)).unwrap();
        assert_eq!((bytes(&whole, parts), missing_bytes), (whole.clone(), 0));
        // In the middle of a frame.
        let cut = &whole[..whole.len() - 201];
        let (parts, missing_bytes) = aiff_parts(&mut Cursor::new(cut)).unwrap();
        assert_eq!((bytes(cut, parts), missing_bytes), (aiff(49), 201));
    }

    #[test]
    fn a_movie_that_breaks_off_is_one_of_what_is_there() {
        let movie = |num_bytes: u32| {
            let mut file = b"\0\0\0\x08free".to_vec();
            file.extend((8 + num_bytes).to_be_bytes());
            file.extend(b"mdat");
            file.resize(file.len() + num_bytes as usize, 7);
            file
        };
        let long = |num_bytes: u64| {
            let mut file = b"\0\0\0\x01mdat".to_vec();
            file.extend((16 + num_bytes).to_be_bytes());
            file.resize(file.len() + num_bytes as usize, 7);
            file
        };
        for (whole, left) in [(movie(100), movie(60)), (long(100), long(60))] {
            let (parts, missing_bytes) = movie_parts(&mut Cursor::new(&whole)).unwrap();
            assert_eq!((bytes(&whole, parts), missing_bytes), (whole.clone(), 0));
            let cut = &whole[..whole.len() - 40];
            let (parts, missing_bytes) = movie_parts(&mut Cursor::new(cut)).unwrap();
            assert_eq!((bytes(cut, parts), missing_bytes), (left, 40));
        }
    }

    #[test]
    fn damaged_heads_end_the_search() {
        for file in [
            &b""[..],
            b"FORM",
            b"FORM\0\0\0\x01AIFFSSND\xFF\xFF\xFF\xFF",
            b"\0\0\0\0mdat",
        ] {
            for parts in [
                aiff_parts(&mut Cursor::new(file)),
                movie_parts(&mut Cursor::new(file)),
            ] {
                let (parts, missing_bytes) = parts.unwrap();
                assert_eq!((bytes(file, parts).as_slice(), missing_bytes), (file, 0));
            }
        }
    }
}
