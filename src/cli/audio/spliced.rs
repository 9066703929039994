//! A file as a decoder should see it: some of its parts, with bytes of our own between them.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use symphonia::core::io::MediaSource;

/// A part of what the decoder sees.
pub enum Part {
    /// Bytes that stand in no file.
    Bytes(Vec<u8>),
    /// Bytes of the file.
    Range(Range<u64>),
}

impl Part {
    fn num_bytes(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Range(range) => range.end - range.start,
        }
    }
}

/// Parts one after the other.
pub struct Spliced {
    file: File,
    /// Each with where it begins.
    parts: Vec<(u64, Part)>,
    num_bytes: u64,
    position: u64,
}

impl Spliced {
    /// A view of `file` that consists of `parts`.
    pub fn new(file: File, parts: Vec<Part>) -> Self {
        let mut num_bytes = 0;
        let mut placed = Vec::new();
        for part in parts {
            let start = num_bytes;
            num_bytes += part.num_bytes();
            placed.push((start, part));
        }
        Self {
            file,
            parts: placed,
            num_bytes,
            position: 0,
        }
    }
}

impl Read for Spliced {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let position = self.position;
        let part = self
            .parts
            .iter()
            .find(|(start, part)| (*start..start + part.num_bytes()).contains(&position));
        let Some((start, part)) = part else {
            return Ok(0);
        };
        let inside = position - start;
        let num_left = usize::try_from(part.num_bytes() - inside).unwrap_or(usize::MAX);
        let num_wanted = bytes.len().min(num_left);
        let num_read = match part {
            Part::Bytes(own) => {
                let from = inside as usize;
                bytes[..num_wanted].copy_from_slice(&own[from..from + num_wanted]);
                num_wanted
            }
            Part::Range(range) => {
                self.file.seek(SeekFrom::Start(range.start + inside))?;
                self.file.read(&mut bytes[..num_wanted])?
            }
        };
        self.position += num_read as u64;
        Ok(num_read)
    }
}

impl Seek for Spliced {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.num_bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl MediaSource for Spliced {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.num_bytes)
    }
}
