//! What stands beside the audio of a wave file, and what becomes of it where the audio is written anew.
//!
//! Sources: `bext`: EBU Tech 3285 (2011), its coding history: EBU R 98 (1999); iXML 2.10; ADM: ITU-R
//! BS.2076.

use std::io::{Read, Seek};
use std::ops::Range;

use crate::cli::audio::wave_chunks::{Chunk, read_at};
use crate::cli::audio::wave_header::WaveHeader;
use crate::cli::errors::Problem;

/// Chunks that tell of the audio and hold for it as long as its length, channels and rate stay.
const CARRIED: [&[u8; 4]; 9] = [
    b"bext", b"iXML", b"cue ", b"LIST", b"axml", b"chna", b"bxml", b"smpl", b"plst",
];

/// Largest chunk that is carried over, bytes: the longest texts of ADM are smaller.
const MAX_SIDE_BYTES: u64 = 64 << 20;

/// Chunks that stand before the audio, where programs look for them first.
const LEADING: [&[u8; 4]; 2] = [b"bext", b"iXML"];

/// Where UMID, the five loudness values and the coding history stand in a `bext` chunk, bytes.
const UMID: Range<usize> = 348..412;
const LOUDNESS: Range<usize> = 412..422;
const CODING_HISTORY_AT: usize = 602;

/// A loudness value that isn't known.
const NO_LOUDNESS: [u8; 2] = 0x7FFF_u16.to_le_bytes();

/// Chunks with their bodies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SideChunks {
    chunks: Vec<([u8; 4], Vec<u8>)>,
}

impl SideChunks {
    /// Those of `file` that `header` names.
    ///
    /// # Errors
    /// If the file can't be read.
    pub fn read(file: &mut (impl Read + Seek), header: &WaveHeader) -> Result<Self, Problem> {
        let mut chunks = Vec::new();
        for Chunk { id, body } in &header.side {
            let num_bytes = body.end - body.start;
            if !CARRIED.contains(&id) || num_bytes > MAX_SIDE_BYTES {
                continue;
            }
            let mut bytes = vec![0; num_bytes as usize];
            let num_read = read_at(file, body.start, &mut bytes)?;
            bytes.truncate(num_read);
            if id != b"LIST" || is_whole_list(&bytes) {
                chunks.push((*id, bytes));
            }
        }
        Ok(Self { chunks })
    }

    /// These chunks.
    #[cfg(test)]
    pub(crate) fn of(chunks: Vec<([u8; 4], Vec<u8>)>) -> Self {
        Self { chunks }
    }

    /// The body of the first chunk with this name.
    pub fn body(&self, id: &[u8; 4]) -> Option<&[u8]> {
        let chunk = self.chunks.iter().find(|(it, _)| it == id);
        chunk.map(|(_, body)| body.as_slice())
    }

    /// Samples since midnight at which the audio begins, as iXML says it in two halves.
    pub fn ixml_samples(&self) -> Option<u64> {
        let text = String::from_utf8_lossy(self.body(b"iXML")?);
        let half = |name: &str| -> Option<u64> {
            let start = format!("<TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_{name}>");
            let (_, rest) = text.split_once(&start)?;
            let (number, _) = rest.split_once('<')?;
            number.trim().parse::<u32>().ok().map(u64::from)
        };
        Some(half("HI").unwrap_or(0) << 32 | half("LO")?)
    }

    /// What holds for the same audio as it is written now: the coding history tells of it, and what it
    /// no longer is (its bits, its loudness, its unique number) doesn't stay.
    pub fn rewritten(&self, written: &Written) -> Self {
        let chunks = self.chunks.iter().map(|(id, body)| {
            let body = match id {
                b"bext" => bext(body, written),
                b"iXML" => {
                    let depth = written.bits.to_string();
                    with_numbers(body, "<AUDIO_BIT_DEPTH>", "<", &depth)
                }
                b"axml" => with_numbers(body, "bitDepth=\"", "\"", &written.bits.to_string()),
                _ => body.clone(),
            };
            (*id, body)
        });
        Self {
            chunks: chunks.collect(),
        }
    }

    /// The bytes of the chunks that stand before the audio.
    pub fn before_audio(&self) -> Vec<u8> {
        self.bytes(|id| LEADING.contains(&id))
    }

    /// The bytes of the chunks that stand behind the audio.
    pub fn after_audio(&self) -> Vec<u8> {
        self.bytes(|id| !LEADING.contains(&id))
    }

    fn bytes(&self, is_wanted: impl Fn(&[u8; 4]) -> bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (id, body) in self.chunks.iter().filter(|(id, _)| is_wanted(id)) {
            bytes.extend(id);
            bytes.extend((body.len() as u32).to_le_bytes());
            bytes.extend(body);
            bytes.extend(&[0][..body.len() % 2]);
        }
        bytes
    }
}

/// How audio is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
    /// Bits per sample.
    pub bits: u16,
    /// Number of channels.
    pub num_channels: u16,
    /// What was done, for the coding history: no commas.
    pub what: &'static str,
}

/// The `bext` chunk `body` of audio that is written anew.
fn bext(body: &[u8], written: &Written) -> Vec<u8> {
    let mut body = body.to_vec();
    if let Some(umid) = body.get_mut(UMID) {
        umid.fill(0);
    }
    // Version 2 has the loudness.
    if let (true, Some(loudness)) = (
        body.get(346).is_some_and(|&version| version >= 2),
        body.get_mut(LOUDNESS),
    ) {
        for value in loudness.chunks_exact_mut(2) {
            value.copy_from_slice(&NO_LOUDNESS);
        }
    }
    if body.len() < CODING_HISTORY_AT {
        return body;
    }
    while body.len() > CODING_HISTORY_AT && body.ends_with(&[0]) {
        body.pop();
    }
    if body.len() > CODING_HISTORY_AT && !body.ends_with(b"\n") {
        body.extend(b"\r\n");
    }
    let Written {
        sample_rate_hz,
        bits,
        num_channels,
        what,
    } = written;
    let mode = match num_channels {
        1 => "mono",
        2 => "stereo",
        _ => "multi",
    };
    let version = env!("CARGO_PKG_VERSION");
    body.extend(
        format!("A=PCM,F={sample_rate_hz},W={bits},M={mode},T=Underscore {version} {what}\r\n")
            .bytes(),
    );
    body
}

/// `text` with `number` in place of what stands between each `before` and the next `after`.
fn with_numbers(text: &[u8], before: &str, after: &str, number: &str) -> Vec<u8> {
    // Other encodings than UTF-8 are left as they are.
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(before);
        match part.find(after) {
            Some(end) => {
                out.push_str(number);
                out.push_str(&part[end..]);
            }
            None => out.push_str(part),
        }
    }
    out.into_bytes()
}

/// Whether the parts of a list end where it does.
fn is_whole_list(body: &[u8]) -> bool {
    let Some(mut rest) = body.get(4..) else {
        return false;
    };
    while let Some((head, after)) = rest.split_at_checked(8) {
        let size = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let Some(after) = after.get(size..) else {
            return false;
        };
        rest = after.get(size % 2..).unwrap_or_default();
    }
    rest.is_empty()
}
