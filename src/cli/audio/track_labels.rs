//! What a file says about its channels beside the mask: track names (iXML, `bext`), the ADM (`chna`,
//! `axml`), and the mask that FLAC files carry as a tag.
//!
//! Sources: iXML 2.0 (Gallery); EBU Tech 3285 with the `sTRK` lines that recorders write into its
//! description; ITU-R BS.2088 (`chna`, `axml`); RFC 9639 (FLAC, WAVEFORMATEXTENSIBLE_CHANNEL_MASK).

use std::fs::File;
use std::io::{self, Read, Seek};

use crate::cli::audio::audio_in::AudioFile;
use crate::cli::audio::loudspeaker_names::{of_common_definition, parse};
use crate::cli::audio::side_chunks::SideChunks;
use crate::layout::Loudspeaker;

/// Most that is read of one chunk, bytes.
const MAX_CHUNK_BYTES: u64 = 4 << 20;

/// Most chunks or blocks that are looked at.
const MAX_CHUNKS: usize = 4096;

/// Length of the description in a `bext` chunk, bytes.
const DESCRIPTION_BYTES: usize = 256;

/// Size of an entry of `chna`, and of the two counts before the first, bytes.
const CHNA_ENTRY_BYTES: usize = 40;
const CHNA_HEAD_BYTES: usize = 4;

/// What a file says about its channels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrackLabels {
    /// Names of its tracks, by index of the channel; empty where there is none.
    pub names: Vec<String>,
    /// Loudspeakers of the ADM, by index of the channel.
    pub adm: Vec<Option<Loudspeaker>>,
    /// The mask of a FLAC file's tag.
    pub flac_mask: Option<u32>,
    /// Whether it is a FLAC file, whose format has an order of its own.
    pub is_flac: bool,
}

/// What `file` says. Damaged labels say nothing.
pub fn of(file: &AudioFile) -> TrackLabels {
    let mut labels = TrackLabels::of_chunks(file.side_chunks());
    if let Ok(mut file) = File::open(file.path()) {
        // What was read before the damage counts.
        let _ = labels.read_flac(&mut file);
    }
    labels
}

impl TrackLabels {
    /// What stands beside the audio of a wave file. Names in iXML come before those in `bext`.
    fn of_chunks(chunks: &SideChunks) -> Self {
        let mut labels = Self::default();
        let body = |id| {
            let body: &[u8] = chunks.body(id).unwrap_or_default();
            &body[..body.len().min(MAX_CHUNK_BYTES as usize)]
        };
        labels.read_ixml(&text(body(b"iXML")));
        if labels.names.is_empty() {
            let bext = body(b"bext");
            labels.read_description(&text(&bext[..bext.len().min(DESCRIPTION_BYTES)]));
        }
        let definitions = text(body(b"axml"));
        for (channel_idx, id) in track_formats(body(b"chna")) {
            let place = place_at(&mut labels.adm, channel_idx);
            *place = place.or_else(|| adm_loudspeaker(&id, &definitions));
        }
        labels
    }

    /// The names of the track list.
    fn read_ixml(&mut self, xml: &str) {
        for (track_idx, track) in elements(xml, "TRACK").into_iter().enumerate() {
            let number = |name| {
                let number: usize = elements(track, name).first()?.trim().parse().ok()?;
                number.checked_sub(1)
            };
            let channel_idx = number("INTERLEAVE_INDEX").or_else(|| number("CHANNEL_INDEX"));
            let channel_idx = channel_idx.unwrap_or(track_idx);
            let name = elements(track, "NAME").first().map_or("", |it| it.trim());
            let function = elements(track, "FUNCTION")
                .first()
                .map_or("", |it| it.trim());
            // A function is a loudspeaker more often than a name is.
            let label = match parse(function) {
                Some(_) => function,
                None if name.is_empty() => function,
                None => name,
            };
            if channel_idx < MAX_CHUNKS {
                *place_at(&mut self.names, channel_idx) = label.into();
            }
        }
    }

    /// Lines such as `sTRK4=Boom`.
    fn read_description(&mut self, description: &str) {
        for line in description.lines() {
            let Some((key, name)) = line.split_once('=') else {
                continue;
            };
            let number = key.trim().get(1..).and_then(|it| it.strip_prefix("TRK"));
            let number: Option<usize> = number.and_then(|it| it.parse().ok());
            if let Some(channel_idx) = number.and_then(|it| it.checked_sub(1))
                && channel_idx < MAX_CHUNKS
            {
                *place_at(&mut self.names, channel_idx) = name.trim().into();
            }
        }
    }

    /// The mask in a FLAC file's tags; nothing of another file.
    fn read_flac(&mut self, file: &mut (impl Read + Seek)) -> io::Result<()> {
        let mut start = [0; 4];
        file.read_exact(&mut start)?;
        self.is_flac = &start == b"fLaC";
        if !self.is_flac {
            return Ok(());
        }
        const VORBIS_COMMENT: u8 = 4;
        const TAG: &str = "WAVEFORMATEXTENSIBLE_CHANNEL_MASK=";
        for _ in 0..MAX_CHUNKS {
            let mut head = [0; 4];
            file.read_exact(&mut head)?;
            let size = u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
            if head[0] & 0x7F == VORBIS_COMMENT {
                let comments = text(&body(file, size)?).to_ascii_uppercase();
                let value = comments.split(TAG).nth(1).unwrap_or_default();
                let digits = value.trim_start().trim_start_matches("0X");
                let end = digits.find(|c: char| !c.is_ascii_hexdigit());
                let digits = &digits[..end.unwrap_or(digits.len())];
                self.flac_mask = u32::from_str_radix(digits, 16).ok();
                return Ok(());
            }
            if head[0] & 0x80 != 0 {
                return Ok(());
            }
            file.seek_relative(size as i64)?;
        }
        Ok(())
    }
}

/// The body of a chunk of `size` bytes at the file's position, as far as it is there.
fn body(file: &mut impl Read, size: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(size.min(MAX_CHUNK_BYTES))
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What stands between each start tag `name` (with or without attributes) and its end.
fn elements<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (start, end) = (format!("<{name}"), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find(&start) {
        rest = &rest[at + start.len()..];
        // Not the start of a longer name, such as TRACK_LIST.
        let Some(body) = rest
            .starts_with(['>', ' ', '\t', '\r', '\n'])
            .then(|| rest.split_once('>').map(|(_, body)| body))
            .flatten()
        else {
            continue;
        };
        let Some(len) = body.find(&end) else { break };
        found.push(&body[..len]);
        rest = &body[len + end.len()..];
    }
    found
}

/// Index of the channel and `audioTrackFormatID` of each entry of `chna`.
fn track_formats(chna: &[u8]) -> Vec<(usize, String)> {
    let entries = chna.get(CHNA_HEAD_BYTES..).unwrap_or_default();
    let entries = entries.chunks_exact(CHNA_ENTRY_BYTES);
    entries
        .filter_map(|entry| {
            let number = u16::from_le_bytes([entry[0], entry[1]]);
            let channel_idx = usize::from(number).checked_sub(1)?;
            Some((channel_idx, text(&entry[14..28])))
        })
        .take(MAX_CHUNKS)
        .collect()
}

/// The loudspeaker of `AT_0001xxxx_xx`: a common definition, or the label that `axml` gives.
fn adm_loudspeaker(track_format_id: &str, axml: &str) -> Option<Loudspeaker> {
    // 0001 is the type of channels that feed loudspeakers; objects and scenes have others.
    let digits = track_format_id.strip_prefix("AT_0001")?.get(..4)?;
    let number = u16::from_str_radix(digits, 16).ok()?;
    of_common_definition(number).or_else(|| {
        let id = format!("audioChannelFormatID=\"AC_0001{digits}\"");
        let rest = &axml[axml.find(&id)?..];
        let format = &rest[..rest.find("</audioChannelFormat>")?];
        let labels = elements(format, "speakerLabel");
        labels.into_iter().find_map(parse)
    })
}

/// The place at `idx`, made if need be.
fn place_at<T: Clone + Default>(places: &mut Vec<T>, idx: usize) -> &mut T {
    if places.len() <= idx {
        places.resize(idx + 1, T::default());
    }
    &mut places[idx]
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::layout::Loudspeaker::{Left, Lfe, TopFrontLeft};

    fn read_wave(chunks: &[(&[u8; 4], &[u8])]) -> TrackLabels {
        let chunks = chunks.iter().map(|(id, body)| (**id, body.to_vec()));
        TrackLabels::of_chunks(&SideChunks::of(chunks.collect()))
    }

    #[test]
    fn tracks_are_named_by_ixml_and_else_by_bext() {
        let xml = b"<BWFXML><TRACK_LIST><TRACK_COUNT>2</TRACK_COUNT>\
            <TRACK><CHANNEL_INDEX>3</CHANNEL_INDEX><INTERLEAVE_INDEX>2</INTERLEAVE_INDEX>\
            <NAME>Lav Anna</NAME></TRACK><TRACK><INTERLEAVE_INDEX>1</INTERLEAVE_INDEX>\
            <NAME>x</NAME><FUNCTION>LFE</FUNCTION></TRACK></TRACK_LIST></BWFXML>";
        let labels = read_wave(&[(b"iXML", xml)]);
        assert_eq!(labels.names, ["LFE", "Lav Anna"]);
        let mut bext = vec![0; 602];
        let description = b"sSCENE=1\r\nsTRK2=Boom\r\nsTRK1";
        bext[..description.len()].copy_from_slice(description);
        let labels = read_wave(&[(b"bext", &bext)]);
        assert_eq!(labels.names, ["", "Boom"]);
        let labels = read_wave(&[(b"bext", &bext), (b"iXML", xml)]);
        assert_eq!(labels.names, ["LFE", "Lav Anna"]);
    }

    #[test]
    fn loudspeakers_come_from_common_definitions_or_from_the_labels_of_axml() {
        let entry = |number: u16, id: &[u8; 14]| {
            let mut entry = number.to_le_bytes().to_vec();
            entry.extend(b"ATU_00000001");
            entry.extend(id);
            entry.extend(b"AP_00010003\0");
            entry
        };
        let mut chna = vec![4, 0, 4, 0];
        chna.extend(entry(2, b"AT_00010004_01"));
        chna.extend(entry(1, b"AT_00010001_01"));
        chna.extend(entry(3, b"AT_00011001_01"));
        chna.extend(entry(4, b"AT_00031002_01"));
        let axml = b"<audioChannelFormat audioChannelFormatID=\"AC_00011001\" x=\"y\">\
            <speakerLabel>U+030</speakerLabel></audioChannelFormat>";
        let labels = read_wave(&[(b"chna", &chna), (b"axml", axml)]);
        assert_eq!(
            labels.adm,
            [Some(Left), Some(Lfe), Some(TopFrontLeft), None]
        );
    }

    #[test]
    fn a_flac_file_tells_its_mask_in_a_tag() {
        let mut bytes = b"fLaC\0\0\0\x02xx".to_vec();
        let tag = b"....waveformatextensible_channel_mask=0x03b\0";
        bytes.extend([0x84, 0, 0, tag.len() as u8]);
        bytes.extend(tag);
        let mut labels = TrackLabels::default();
        labels.read_flac(&mut Cursor::new(bytes)).unwrap();
        assert_eq!(labels.flac_mask, Some(0x3B));
    }

    #[test]
    fn damage_says_nothing_and_ends() {
        for bytes in [&b""[..], b"RIFF", b"fLaC", b"fLaC\x04\xFF\xFF\xFF"] {
            let mut labels =
                read_wave(&[(b"iXML", b"<TRACK>"), (b"chna", b"\x01"), (b"bext", b"s")]);
            let _ = labels.read_flac(&mut Cursor::new(bytes.to_vec()));
            assert_eq!(
                (labels.names.len(), labels.adm.len(), labels.flac_mask),
                (0, 0, None)
            );
        }
    }
}
