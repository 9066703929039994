//! What a file is, by its first bytes: its name says nothing for certain, and a decoder that looks for
//! audio anywhere in it finds some in an archive too.

use std::io::{Read, Seek};

use crate::cli::audio::wave_chunks::read_at;
use crate::cli::errors::Problem;

/// Bytes that are looked at.
const START_BYTES: usize = 4096;

/// What reads a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// WAV, RF64, BW64, W64: read here.
    Wave,
    /// Sun or NeXT audio: read here.
    Au,
    /// FLAC: decoded here, once its tags are out of the way.
    Flac,
    /// Decoded here, unless something in it isn't.
    Decoded(&'static str),
    /// Decoded by FFmpeg alone.
    Foreign(&'static str),
    /// Something else.
    Other(&'static str),
    /// Nobody knows.
    Unknown,
}

/// First bytes, from where they stand on, of kinds that need no closer look.
const STARTS: [(usize, &[u8], FileKind); 50] = [
    (0, b".snd", FileKind::Au),
    (0, b"dns.", FileKind::Au),
    (0, b"FORM", FileKind::Decoded("AIFF")),
    (0, b"caff", FileKind::Decoded("CAF")),
    (
        0,
        b"\x1A\x45\xDF\xA3",
        FileKind::Decoded("Matroska or WebM"),
    ),
    (4, b"ftyp", FileKind::Decoded("MP4 or QuickTime")),
    (4, b"moov", FileKind::Foreign("old QuickTime")),
    (4, b"mdat", FileKind::Foreign("old QuickTime")),
    (4, b"wide", FileKind::Foreign("old QuickTime")),
    (4, b"free", FileKind::Foreign("old QuickTime")),
    (4, b"skip", FileKind::Foreign("old QuickTime")),
    (
        0,
        b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
        FileKind::Foreign("Windows Media"),
    ),
    (0, b"\x0B\x77", FileKind::Foreign("AC-3")),
    (0, b"\x7F\xFE\x80\x01", FileKind::Foreign("DTS")),
    (0, b"\xFE\x7F\x01\x80", FileKind::Foreign("DTS")),
    (0, b"DTSHDHDR", FileKind::Foreign("DTS")),
    (4, b"\xF8\x72\x6F\xBA", FileKind::Foreign("TrueHD")),
    (0, b"MAC ", FileKind::Foreign("Monkey's Audio")),
    (0, b"wvpk", FileKind::Foreign("WavPack")),
    (0, b"TTA1", FileKind::Foreign("True Audio")),
    (0, b"MPCK", FileKind::Foreign("Musepack")),
    (0, b"MP+", FileKind::Foreign("Musepack")),
    (0, b"tBaK", FileKind::Foreign("TAK")),
    (0, b"OFR ", FileKind::Other("OptimFROG")),
    (0, b"ajkg", FileKind::Foreign("Shorten")),
    (0, b"DSD ", FileKind::Foreign("DSD")),
    (0, b"FRM8", FileKind::Foreign("DSD")),
    (0, b"#!AMR", FileKind::Foreign("AMR")),
    (0, b".RMF", FileKind::Foreign("RealMedia")),
    (0, b"FLV", FileKind::Foreign("Flash video")),
    (
        0,
        b"Creative Voice File",
        FileKind::Foreign("Creative Voice"),
    ),
    (0, b"\x06\x0E\x2B\x34", FileKind::Foreign("MXF")),
    (
        0,
        b"\x00\x00\x01\xBA",
        FileKind::Foreign("MPEG program stream"),
    ),
    (0, b"NIST_1A", FileKind::Foreign("NIST Sphere")),
    (0, b"MThd", FileKind::Other("a MIDI file")),
    (0, b"PK\x03\x04", FileKind::Other("a ZIP archive")),
    (0, b"PK\x05\x06", FileKind::Other("a ZIP archive")),
    (0, b"Rar!", FileKind::Other("a RAR archive")),
    (0, b"7z\xBC\xAF\x27\x1C", FileKind::Other("a 7-Zip archive")),
    (0, b"\x1F\x8B", FileKind::Other("a gzip archive")),
    (0, b"BZh", FileKind::Other("a bzip2 archive")),
    (0, b"\xFD7zXZ", FileKind::Other("an xz archive")),
    (
        0,
        b"\x28\xB5\x2F\xFD",
        FileKind::Other("a Zstandard archive"),
    ),
    (257, b"ustar", FileKind::Other("a tar archive")),
    (0, b"%PDF", FileKind::Other("a PDF document")),
    (0, b"\x89PNG", FileKind::Other("a picture")),
    (0, b"\xFF\xD8\xFF", FileKind::Other("a picture")),
    (0, b"GIF8", FileKind::Other("a picture")),
    (
        0,
        b"\xD0\xCF\x11\xE0",
        FileKind::Other("an AAF or Office file"),
    ),
    (0, b"\x7FELF", FileKind::Other("a program")),
];

/// What `file` is, and how many bytes of tags (ID3v2) stand before it. Leaves `file` at its start.
///
/// # Errors
/// If the file can't be read.
pub fn of(file: &mut (impl Read + Seek)) -> Result<(FileKind, u64), Problem> {
    let mut tag_bytes = 0;
    let kind = loop {
        let mut start = vec![0; START_BYTES];
        let num_read = read_at(file, tag_bytes, &mut start)?;
        start.truncate(num_read);
        match id3_bytes(&start) {
            Some(num_bytes) => tag_bytes += num_bytes,
            None => break of_start(&start, tag_bytes > 0),
        }
    };
    file.rewind().map_err(Problem::Unreadable)?;
    Ok((kind, tag_bytes))
}

/// Length of the ID3v2 tag that `start` begins with, if it does (ID3v2.4.0, section 3.1).
fn id3_bytes(start: &[u8]) -> Option<u64> {
    let head = start.get(..10).filter(|head| head.starts_with(b"ID3"))?;
    let size = head[6..].iter();
    let size = size.fold(0, |sum, &byte| sum << 7 | u64::from(byte & 0x7F));
    let has_footer = head[5] & 0x10 != 0;
    Some(10 + size + if has_footer { 10 } else { 0 })
}

fn of_start(start: &[u8], has_tag: bool) -> FileKind {
    let has = |at: usize, bytes: &[u8]| start.get(at..).is_some_and(|rest| rest.starts_with(bytes));
    if matches!(start.get(..4), Some(b"RIFF" | b"RF64" | b"BW64")) {
        return match start.get(8..12) {
            Some(b"WAVE") | None => FileKind::Wave,
            Some(b"AVI ") => FileKind::Foreign("AVI"),
            Some(b"RMID") => FileKind::Other("a MIDI file"),
            _ => FileKind::Other("a RIFF file without audio"),
        };
    }
    if has(0, b"riff\x2E\x91\xCF\x11") {
        return FileKind::Wave;
    }
    if has(0, b"fLaC") {
        return FileKind::Flac;
    }
    if has(0, b"OggS") {
        return of_ogg(start);
    }
    let known = STARTS.iter().find(|(at, bytes, _)| has(*at, bytes));
    if let Some((_, _, kind)) = known {
        return *kind;
    }
    if let Some(kind) = mpeg_audio(start) {
        return kind;
    }
    let is_transport = |at: usize| (0..3).all(|idx| start.get(at + idx * 188) == Some(&0x47));
    if is_transport(0) {
        return FileKind::Foreign("MPEG transport stream");
    }
    // What follows a tag is meant to be audio.
    if has_tag {
        return FileKind::Decoded("MP3");
    }
    of_text(start)
}

/// What the first page of an Ogg file holds (RFC 3533): its segment table stands before.
fn of_ogg(start: &[u8]) -> FileKind {
    let body = 27
        + start
            .get(26)
            .map_or(0, |&num_segments| usize::from(num_segments));
    let packet = start.get(body..).unwrap_or_default();
    match packet {
        packet if packet.starts_with(b"OpusHead") => FileKind::Foreign("Opus"),
        packet if packet.starts_with(b"Speex") => FileKind::Foreign("Speex"),
        _ => FileKind::Decoded("Ogg"),
    }
}

/// MPEG audio or AAC, if two frames follow one another within the first bytes.
fn mpeg_audio(start: &[u8]) -> Option<FileKind> {
    let frames = (0..start.len()).filter_map(|at| {
        let (kind, num_bytes) = mpeg_frame(start.get(at..)?)?;
        let (next, _) = mpeg_frame(start.get(at + num_bytes..)?)?;
        (next == kind).then_some(kind)
    });
    frames.take(1).next()
}

/// The kind of the frame at the start of `bytes` and its length (ISO 11172-3, 13818-3; ADTS: 13818-7).
fn mpeg_frame(bytes: &[u8]) -> Option<(FileKind, usize)> {
    let &[first, second, third, fourth, fifth, sixth, ..] = bytes else {
        return None;
    };
    if first != 0xFF || second & 0xE0 != 0xE0 {
        return None;
    }
    let layer = second >> 1 & 3;
    if layer == 0 {
        let size =
            usize::from(fourth & 3) << 11 | usize::from(fifth) << 3 | usize::from(sixth >> 5);
        let is_adts = second & 0xF0 == 0xF0 && third >> 2 & 0xF < 13 && size > 7;
        return is_adts.then_some((FileKind::Decoded("AAC"), size));
    }
    let (version, bitrate, rate) = (second >> 3 & 3, third >> 4, third >> 2 & 3);
    if version == 1 || bitrate == 0 || bitrate == 15 || rate == 3 {
        return None;
    }
    let is_first_version = version == 3;
    // kbit/s of layers 1, 2, 3 of MPEG-1, then of layer 1 and the others of MPEG-2.
    const KBITS: [[u32; 14]; 5] = [
        [
            32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
        ],
        [
            32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
        ],
        [
            32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
        ],
        [
            32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
        ],
        [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
    ];
    let row = match (is_first_version, layer) {
        (true, 3) => 0,
        (true, 2) => 1,
        (true, _) => 2,
        (false, 3) => 3,
        (false, _) => 4,
    };
    let bit_rate = KBITS[row][usize::from(bitrate) - 1] * 1000;
    let full_rate_hz = [44_100, 48_000, 32_000][usize::from(rate)];
    let sample_rate_hz = match version {
        3 => full_rate_hz,
        2 => full_rate_hz / 2,
        _ => full_rate_hz / 4,
    };
    let padding = u32::from(third >> 1 & 1);
    let num_bytes = match (layer, is_first_version) {
        (3, _) => (12 * bit_rate / sample_rate_hz + padding) * 4,
        (1, false) => 72 * bit_rate / sample_rate_hz + padding,
        _ => 144 * bit_rate / sample_rate_hz + padding,
    };
    let kind = match layer {
        1 => FileKind::Decoded("MP3"),
        2 => FileKind::Decoded("MPEG audio layer 2"),
        _ => FileKind::Foreign("MPEG audio layer 1"),
    };
    Some((kind, num_bytes as usize))
}

/// A text, or nothing that is known.
fn of_text(start: &[u8]) -> FileKind {
    let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x20..=0x7E | 0x80..);
    let is_marked = start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF");
    match is_marked || start.iter().all(is_text) {
        true => FileKind::Other("a text file"),
        false => FileKind::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn kind(bytes: &[u8]) -> FileKind {
        of(&mut Cursor::new(bytes)).unwrap().0
    }

    #[test]
    fn a_file_is_told_by_its_first_bytes() {
        assert_eq!(kind(b"RIFF\0\0\0\0WAVEfmt "), FileKind::Wave);
        assert_eq!(kind(b"RIFF\0\0\0\0AVI LIST"), FileKind::Foreign("AVI"));
        assert_eq!(
            kind(b"PK\x03\x04....RIFF\0\0\0\0WAVE"),
            FileKind::Other("a ZIP archive")
        );
        assert_eq!(kind(b"name,in,out\n"), FileKind::Other("a text file"));
        assert_eq!(kind(b"\0\x01\x02\x03\0\0\0"), FileKind::Unknown);
        let tagged = [&b"ID3\x04\0\0\0\0\0\x03abcfLaC"[..], &[0; 40]].concat();
        assert_eq!(of(&mut Cursor::new(&tagged)).unwrap(), (FileKind::Flac, 13));
    }

    #[test]
    fn mpeg_audio_needs_two_frames() {
        // 128 kbit/s, 44.1 kHz: 417 bytes a frame.
        let mut frame = vec![0xFF, 0xFB, 0x90, 0x00];
        frame.resize(417, 0);
        assert_eq!(kind(&frame), FileKind::Unknown);
        assert_eq!(kind(&frame.repeat(2)), FileKind::Decoded("MP3"));
        let adts = [0xFF, 0xF1, 0x50, 0x80, 0x01, 0x1F, 0xFC, 0, 0, 0, 0, 0];
        assert_eq!(
            kind(&[&adts[..8], &adts].concat()),
            FileKind::Decoded("AAC")
        );
    }
}
