//! When the samples of an MP4 or QuickTime file are heard: the decoder gives all of them, the edit list
//! says which ones count and how much silence stands before them. Encoders of AAC put their delay there.
//!
//! Source: ISO/IEC 14496-12 (8.6.6). Apple's encoders write `iTunSMPB` in place of a list.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::cli::audio::wave_chunks::read_at;
use crate::cli::errors::Problem;

/// A part of what is heard, frames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Nothing.
    Silence(u64),
    /// What was decoded, counted from its first frame.
    Media(Range<u64>),
}

/// What an edit list comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edits {
    /// What is heard, in its order.
    pub pieces: Vec<Piece>,
    /// The unit in which its lengths are rounded, frames.
    pub unit_frames: u64,
}

/// Largest box that is read whole, bytes: those for text and times are small.
const MAX_BOX_BYTES: u64 = 1 << 20;

/// Boxes inside boxes that are followed; three are needed.
const MAX_DEPTH: usize = 8;

/// What an edit list says of one track.
#[derive(Debug, Default)]
struct TrackTimes {
    track_id: u32,
    /// Units per second of times in the media.
    media_hz: u64,
    /// Each edit: its length in units of the movie, and where in the media it begins.
    edits: Vec<(u64, Option<u64>)>,
}

/// Reads the pieces of the track `track_id` at `rate_hz`; `None` without a list. Leaves `file` at its
/// start.
///
/// # Errors
/// If the file can't be read, or its list jumps backwards.
pub fn read(
    file: &mut (impl Read + Seek),
    track_id: u32,
    rate_hz: u32,
) -> Result<Option<Edits>, Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut movie = Movie::default();
    movie.read(file, 0..file_len, 0)?;
    file.rewind().map_err(Problem::Unreadable)?;
    let times = movie.tracks.iter().find(|times| times.track_id == track_id);
    let listed = times.map_or(Ok(Vec::new()), |times| {
        pieces(times, movie.units_hz, rate_hz)
    })?;
    let has_delay = listed
        .iter()
        .any(|piece| matches!(piece, Piece::Media(range) if range.start > 0));
    Ok(match (movie.gapless, listed.is_empty()) {
        (Some((delay, num_frames)), _) if !has_delay => Some(Edits {
            pieces: vec![Piece::Media(delay..delay + num_frames)],
            unit_frames: 0,
        }),
        (_, true) => None,
        (_, false) => Some(Edits {
            pieces: listed,
            unit_frames: u64::from(rate_hz) / movie.units_hz.max(1),
        }),
    })
}

/// What `times` come to at `rate_hz`, for a movie with `movie_hz` units per second.
fn pieces(times: &TrackTimes, movie_hz: u64, rate_hz: u32) -> Result<Vec<Piece>, Problem> {
    let frames = |units: u64, hz: u64| {
        let hz = u128::from(hz.max(1));
        let frames = (u128::from(units) * u128::from(rate_hz) + hz / 2) / hz;
        u64::try_from(frames).unwrap_or(u64::MAX)
    };
    let mut pieces = Vec::new();
    let mut heard_to = 0;
    for (idx, &(units, start)) in times.edits.iter().enumerate() {
        let length = frames(units, movie_hz);
        let Some(start) = start.map(|start| frames(start, times.media_hz)) else {
            pieces.push(Piece::Silence(length));
            continue;
        };
        if start < heard_to {
            let reason = "its edit list plays a part twice, or backwards";
            return Err(Problem::Unsupported(reason.into()));
        }
        // In a file that is written as it is recorded its length isn't known.
        let is_last = idx + 1 == times.edits.len();
        heard_to = match (is_last, units) {
            (true, 0) => u64::MAX,
            _ => start.saturating_add(length),
        };
        pieces.push(Piece::Media(start..heard_to));
    }
    Ok(pieces)
}

#[derive(Default)]
struct Movie {
    units_hz: u64,
    tracks: Vec<TrackTimes>,
    /// Delay and length of the audio, frames, as Apple's encoders say them.
    gapless: Option<(u64, u64)>,
}

impl Movie {
    /// Reads the boxes of `file` in `range`.
    fn read(
        &mut self,
        file: &mut (impl Read + Seek),
        range: Range<u64>,
        depth: usize,
    ) -> Result<(), Problem> {
        let mut at = range.start;
        while at + 8 <= range.end && depth < MAX_DEPTH {
            let mut head = [0; 16];
            let num_read = read_at(file, at, &mut head)?;
            let (head_bytes, size) = match be_32(&head, 0) {
                0 => (8, range.end - at),
                1 if num_read == 16 => (16, be_64(&head, 8)),
                size => (8, size),
            };
            if size < head_bytes || size > range.end - at {
                return Ok(());
            }
            let body = at + head_bytes..at + size;
            match &head[4..8] {
                b"moov" | b"mdia" | b"edts" => self.read(file, body, depth + 1)?,
                b"trak" => {
                    self.tracks.push(TrackTimes::default());
                    self.read(file, body, depth + 1)?;
                }
                name @ (b"mvhd" | b"tkhd" | b"mdhd" | b"elst" | b"udta") => {
                    let mut bytes = vec![0; (body.end - body.start).min(MAX_BOX_BYTES) as usize];
                    let num_read = read_at(file, body.start, &mut bytes)?;
                    self.take(name, &bytes[..num_read]);
                }
                _ => {}
            }
            at += size;
        }
        Ok(())
    }

    /// Takes in the box `name`.
    fn take(&mut self, name: &[u8], body: &[u8]) {
        if name == b"udta" {
            self.gapless = self.gapless.or_else(|| gapless(body));
            return;
        }
        let is_long = body.first() == Some(&1);
        // Version and flags, then two times.
        let after_times = if is_long { 20 } else { 12 };
        if body.len() < after_times + 4 && name != b"elst" || body.len() < 8 {
            return;
        }
        if name == b"mvhd" {
            self.units_hz = be_32(body, after_times);
        }
        let Some(track) = self.tracks.last_mut() else {
            return;
        };
        match name {
            b"tkhd" => track.track_id = be_32(body, after_times) as u32,
            b"mdhd" => track.media_hz = be_32(body, after_times),
            b"elst" => track.edits = edits(body, is_long),
            _ => {}
        }
    }
}

/// The entries of an edit list.
fn edits(body: &[u8], is_long: bool) -> Vec<(u64, Option<u64>)> {
    let entry_bytes = if is_long { 20 } else { 12 };
    let num_entries = be_32(body, 4) as usize;
    let entries = body[8..].chunks_exact(entry_bytes).take(num_entries);
    entries
        .map(|entry| match is_long {
            true => (
                be_64(entry, 0),
                u64::try_from(be_64(entry, 8).cast_signed()).ok(),
            ),
            false => {
                let start = (be_32(entry, 4) as u32).cast_signed();
                (be_32(entry, 0), u64::try_from(start).ok())
            }
        })
        .collect()
}

/// Delay and length of the audio in an `iTunSMPB` text: four numbers in base 16, of which the second is
/// the delay and the fourth the length.
fn gapless(body: &[u8]) -> Option<(u64, u64)> {
    let name = body.windows(8).position(|bytes| bytes == b"iTunSMPB")?;
    let rest = &body[name + 8..];
    let data = rest.windows(4).position(|bytes| bytes == b"data")?;
    let text = rest.get(data + 12..)?;
    let text = String::from_utf8_lossy(&text[..text.len().min(128)]);
    let mut numbers = text.split_ascii_whitespace().skip(1);
    let delay = u64::from_str_radix(numbers.next()?, 16).ok()?;
    let num_frames = u64::from_str_radix(numbers.nth(1)?, 16).ok()?;
    (num_frames > 0 && num_frames < 1 << 48 && delay < 1 << 20).then_some((delay, num_frames))
}

fn be_32(bytes: &[u8], at: usize) -> u64 {
    let bytes = &bytes[at..at + 4];
    bytes
        .iter()
        .fold(0, |sum, &byte| sum << 8 | u64::from(byte))
}

fn be_64(bytes: &[u8], at: usize) -> u64 {
    be_32(bytes, at) << 32 | be_32(bytes, at + 4)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn boxed(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], name, body].concat()
    }

    /// A movie of 1000 units a second with one track of 48000.
    fn movie(entries: &[(u32, i32)]) -> Vec<u8> {
        let times = |hz: u32| [&[0; 12][..], &hz.to_be_bytes(), &[0; 4]].concat();
        let mut list = [&[0; 4][..], &(entries.len() as u32).to_be_bytes()].concat();
        for (units, start) in entries {
            list.extend(units.to_be_bytes());
            list.extend(start.to_be_bytes());
            list.extend([0, 1, 0, 0]);
        }
        let track = [
            boxed(b"tkhd", &times(7)),
            boxed(b"edts", &boxed(b"elst", &list)),
            boxed(b"mdia", &boxed(b"mdhd", &times(48_000))),
        ];
        let movie = [
            boxed(b"mvhd", &times(1000)),
            boxed(b"trak", &track.concat()),
        ];
        boxed(b"moov", &movie.concat())
    }

    fn read_all(bytes: &[u8]) -> Option<Vec<Piece>> {
        let edits = read(&mut Cursor::new(bytes), 7, 48_000).unwrap();
        edits.map(|edits| edits.pieces)
    }

    #[test]
    fn a_list_gives_silence_and_the_frames_that_count() {
        let pieces = read_all(&movie(&[(1500, -1), (2000, 1024)]));
        let media = Piece::Media(1024..97_024);
        assert_eq!(pieces, Some(vec![Piece::Silence(72_000), media]));
        let open = read_all(&movie(&[(0, 2112)]));
        assert_eq!(open, Some(vec![Piece::Media(2112..u64::MAX)]));
        assert_eq!(read_all(&movie(&[])), None);
        assert!(read(&mut Cursor::new(movie(&[(1, 9), (1, 0)])), 7, 48_000).is_err());
    }

    #[test]
    fn the_text_of_apples_encoders_gives_the_same() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000";
        let data = [&[0; 8][..], text.as_bytes()].concat();
        let tag = [boxed(b"name", b"\0\0\0\0iTunSMPB"), boxed(b"data", &data)].concat();
        let pieces = read_all(&boxed(b"moov", &boxed(b"udta", &tag)));
        assert_eq!(pieces, Some(vec![Piece::Media(0x840..0x840 + 0x3F_31F6)]));
    }

    #[test]
    fn any_cut_of_it_is_read_without_a_panic() {
        let whole = movie(&[(1500, -1), (2000, 1024)]);
        for end in 0..whole.len() {
            let _ = read(&mut Cursor::new(&whole[..end]), 7, 48_000);
        }
    }
}
