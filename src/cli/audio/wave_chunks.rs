//! The chunks of a WAV, RF64, BW64 or W64 file, whatever its sizes say: recorders that lost their
//! power, programs that wrote to a pipe and editors of tags leave sizes that are empty, too large or
//! too small, around audio that is whole.
//!
//! Sources: RIFF as Microsoft documents it; RF64: EBU Tech 3306 (2009); BW64: ITU-R BS.2088; W64: Sony
//! Pictures Digital, "Wave64 File Format" (2003).

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use crate::cli::audio::wave_faults::Fault;
use crate::cli::errors::Problem;

/// A 32-bit size field that says "see the ds64 chunk" or, without one, "unknown".
pub const SIZE_ELSEWHERE: u32 = u32::MAX;

/// The least size that programs write when they can't know it, bytes: `sox` and `espeak` 0x7FFF_F000,
/// others 0x7FFF_FFFF, `arecord` 0x8000_0000, FFmpeg 0xFFFF_FFFF. A file of this size that is true is
/// longer than three hours, and then as long as it says.
const LEAST_UNKNOWN_SIZE: u64 = 0x7FFF_F000;

/// The rest of the GUIDs of W64 after the four letters of their names, for `riff` and for the others.
const W64_RIFF_TAIL: [u8; 12] = *b"\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\x00\x00";

/// How far a lost `data` chunk is looked for, bytes: far more than chunks before the audio take.
const MAX_SEARCH_BYTES: u64 = 16 << 20;

/// What stands behind the audio and is no chunk counts as more of it from this length on, bytes; tags
/// and the rest of a block of the disk are shorter.
const LEAST_REST_BYTES: u64 = 16_384;

/// One chunk: its name and where its body is in the file, bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chunk {
    /// Four letters.
    pub id: [u8; 4],
    /// Never beyond the file's end.
    pub body: Range<u64>,
}

/// All chunks of a file in their order, and what was wrong with them.
#[derive(Debug, Default)]
pub struct Chunks {
    /// The chunks; those of a list of waves (`wavl`) stand as if they were its neighbours.
    pub chunks: Vec<Chunk>,
    /// What isn't as it should be.
    pub faults: Vec<Fault>,
    /// Whether chunks are filled up to 8 bytes, which some programs count as audio.
    pub is_w64: bool,
}

/// Reads the chunks of `file`; `None` if it is of another kind.
///
/// # Errors
/// If the file can't be read.
pub fn read(file: &mut (impl Read + Seek)) -> Result<Option<Chunks>, Problem> {
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut walk = Walk {
        file,
        file_len,
        is_w64: false,
        long_data_bytes: None,
        found: Chunks::default(),
    };
    let mut start = [0; 40];
    let num_bytes = walk.read_at(0, &mut start)?;
    walk.is_w64 = &start[..4] == b"riff" && start[4..16] == W64_RIFF_TAIL;
    let is_riff = matches!(&start[..4], b"RIFF" | b"RF64" | b"BW64") && &start[8..12] == b"WAVE";
    let first = match (is_riff && num_bytes >= 12, walk.is_w64 && num_bytes >= 40) {
        (true, _) => 12,
        (_, true) => 40,
        _ => return Ok(None),
    };
    walk.found.is_w64 = walk.is_w64;
    walk.run(first)?;
    Ok(Some(walk.found))
}

struct Walk<'a, F> {
    file: &'a mut F,
    file_len: u64,
    is_w64: bool,
    /// What the ds64 chunk says about the audio.
    long_data_bytes: Option<u64>,
    found: Chunks,
}

/// What stands before the body of a chunk.
#[derive(Clone, Copy)]
struct Head {
    id: [u8; 4],
    body_start: u64,
    size: u64,
}

impl<F: Read + Seek> Walk<'_, F> {
    fn run(&mut self, first: u64) -> Result<(), Problem> {
        let mut at = first;
        while let Some(head) = self.head(at)? {
            let has_data = self.has_data();
            let last = self.found.chunks.last().map(|last| last.body.clone());
            if let Some(last) = &last
                && last.end + 1 == at
                && !self.fits(head)
                && let Some(unpadded) = self.head(last.end)?
                && self.fits(unpadded)
            {
                // A chunk of odd length without the byte that fills it up.
                at = last.end;
                continue;
            }
            if has_data && !self.fits(head) && is_tag(&head.id) {
                return Ok(());
            }
            if !is_name(head.id) {
                if has_data {
                    return self.take_rest(at);
                }
                // The chunk before may have swallowed the head of the audio.
                let from = last.map_or(at, |last| last.start);
                let Some(data_at) = self.lost_data(from)? else {
                    return Ok(());
                };
                let last = self.found.chunks.last().map(|last| last.id);
                let id = last.unwrap_or(head.id);
                self.found.faults.push(Fault::Chunk { id });
                at = data_at;
                continue;
            }
            let room = self.file_len - head.body_start;
            let size = match &head.id {
                b"data" => self.data_size(head, room)?,
                _ => head.size,
            };
            if size > room {
                self.found.faults.push(Fault::Chunk { id: head.id });
                match self.lost_data(head.body_start)? {
                    Some(data_at) if !has_data => {
                        at = data_at;
                        continue;
                    }
                    _ => return Ok(()),
                }
            }
            if let (b"ds64", 16..) = (&head.id, size) {
                let mut sizes = [0; 16];
                self.read_at(head.body_start, &mut sizes)?;
                self.long_data_bytes = Some(u64_at(&sizes, 8));
            }
            let body = head.body_start..head.body_start + size;
            at = match self.is_list_of_waves(head)? {
                true => head.body_start + 4,
                false => {
                    self.found.chunks.push(Chunk {
                        id: head.id,
                        body: body.clone(),
                    });
                    self.after(body.end)
                }
            };
        }
        Ok(())
    }

    fn has_data(&self) -> bool {
        self.found.chunks.iter().any(|chunk| &chunk.id == b"data")
    }

    /// How much of the data chunk of `head` there is, bytes; `room` is left of the file.
    fn data_size(&mut self, head: Head, room: u64) -> Result<u64, Problem> {
        let long = self.long_data_bytes.filter(|&bytes| bytes > 0);
        let said = match (head.size, long) {
            (size, Some(bytes)) if size == u64::from(SIZE_ELSEWHERE) => bytes,
            (size, Some(bytes)) if size > room && bytes <= room => {
                let found = bytes;
                self.found.faults.push(Fault::Size { said: size, found });
                return Ok(bytes);
            }
            (size, _) => size,
        };
        let is_unknown = match said {
            0 => room > 0 && !self.is_chain(head.body_start)?,
            // A program that wrote to a pipe couldn't know.
            said if said == u64::from(SIZE_ELSEWHERE) && long.is_none() && !self.is_w64 => true,
            said => said > room && said >= LEAST_UNKNOWN_SIZE,
        };
        if is_unknown {
            self.found.faults.push(Fault::SizeUnknown { said });
        } else if said > room {
            let missing_bytes = said - room;
            self.found.faults.push(Fault::Short { missing_bytes });
        }
        Ok(if is_unknown { room } else { said.min(room) })
    }

    /// Takes what stands at `at` behind all chunks, if it is more of the audio.
    fn take_rest(&mut self, at: u64) -> Result<(), Problem> {
        let Some(last) = self.found.chunks.last() else {
            return Ok(());
        };
        let (end, file_len) = (last.body.end, self.file_len);
        if &last.id != b"data" || file_len - end < LEAST_REST_BYTES || last.body.is_empty() {
            return Ok(());
        }
        let mut start = [0; 4096];
        let num_read = self.read_at(at, &mut start)?;
        let start = &start[..num_read];
        if is_tag(start) || start.iter().all(|&byte| byte == 0) {
            return Ok(());
        }
        if let Some(last) = self.found.chunks.last_mut() {
            let said = last.body.end - last.body.start;
            let found = file_len - last.body.start;
            last.body.end = file_len;
            self.found.faults.push(Fault::Size { said, found });
        }
        Ok(())
    }

    /// Whether the chunk of `head` is a list whose parts are audio.
    fn is_list_of_waves(&mut self, head: Head) -> Result<bool, Problem> {
        if &head.id != b"LIST" || head.size < 4 {
            return Ok(false);
        }
        let mut kind = [0; 4];
        self.read_at(head.body_start, &mut kind)?;
        Ok(&kind == b"wavl")
    }

    /// Whether chunks follow one another from `at` to the end of the file.
    fn is_chain(&mut self, mut at: u64) -> Result<bool, Problem> {
        while let Some(head) = self.head(at)? {
            if !self.fits(head) {
                return Ok(false);
            }
            at = self.after(head.body_start + head.size);
        }
        Ok(at >= self.file_len)
    }

    /// Whether `head` can be that of a chunk: it has a name and ends within the file.
    fn fits(&self, head: Head) -> bool {
        let room = self.file_len - head.body_start;
        is_name(head.id) && (head.size <= room || &head.id == b"data")
    }

    /// Where the next data chunk begins from `from` on, for want of a size that leads to it.
    fn lost_data(&mut self, from: u64) -> Result<Option<u64>, Problem> {
        let num_bytes = MAX_SEARCH_BYTES.min(self.file_len.saturating_sub(from));
        let mut bytes = vec![0; usize::try_from(num_bytes).unwrap_or(0)];
        let num_read = self.read_at(from, &mut bytes)?;
        let name: &[u8] = match self.is_w64 {
            true => b"data\xF3\xAC\xD3\x11",
            false => b"data",
        };
        let places = bytes[..num_read].windows(name.len());
        let places = places.enumerate().filter(|(_, window)| *window == name);
        for (place, _) in places {
            let at = from + place as u64;
            let Some(head) = self.head(at)? else { break };
            let room = self.file_len - head.body_start;
            if head.size <= room || head.size >= LEAST_UNKNOWN_SIZE {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Where the next chunk begins after a body that ends at `end`.
    fn after(&self, end: u64) -> u64 {
        end.next_multiple_of(if self.is_w64 { 8 } else { 2 })
    }

    /// The head of the chunk at `at`; `None` where the file has ended.
    fn head(&mut self, at: u64) -> Result<Option<Head>, Problem> {
        let mut bytes = [0; 24];
        let head_bytes = if self.is_w64 { 24 } else { 8 };
        if self.read_at(at, &mut bytes[..head_bytes])? < head_bytes {
            return Ok(None);
        }
        let size = match self.is_w64 {
            true => u64_at(&bytes, 16).saturating_sub(24),
            false => u64::from(u32_at(&bytes, 4)),
        };
        Ok(Some(Head {
            id: [bytes[0], bytes[1], bytes[2], bytes[3]],
            body_start: at + head_bytes as u64,
            size,
        }))
    }

    /// Fills `bytes` from `at` on as far as the file goes, and says how far that is.
    fn read_at(&mut self, at: u64, bytes: &mut [u8]) -> Result<usize, Problem> {
        read_at(self.file, at, bytes)
    }
}

/// Fills `bytes` with what stands at `at` as far as `file` goes, and says how far that is.
///
/// # Errors
/// If the file can't be read.
pub fn read_at(file: &mut (impl Read + Seek), at: u64, bytes: &mut [u8]) -> Result<usize, Problem> {
    file.seek(SeekFrom::Start(at))
        .map_err(Problem::Unreadable)?;
    let mut num_read = 0;
    while num_read < bytes.len() {
        match file.read(&mut bytes[num_read..]) {
            Ok(0) => break,
            Ok(num) => num_read += num,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Problem::Unreadable(error)),
        }
    }
    Ok(num_read)
}

/// Whether `start` is that of a tag that other formats have behind their audio.
fn is_tag(start: &[u8]) -> bool {
    let tags = [&b"TAG"[..], b"ID3", b"APET", b"LYRI"];
    tags.iter().any(|tag| start.starts_with(tag))
}

/// Whether `id` can be the name of a chunk: printable letters.
fn is_name(id: [u8; 4]) -> bool {
    id.iter().all(|byte| (0x20..0x7F).contains(byte))
}

/// A little-endian number of 16 bits in `bytes` at `at`.
pub fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes([bytes[at], bytes[at + 1]])
}

/// A little-endian number of 32 bits in `bytes` at `at`.
pub fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

/// A little-endian number of 64 bits in `bytes` at `at`.
pub fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}
