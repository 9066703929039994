//! What reads a file: a reader of our own for samples as they are, a decoder, or FFmpeg.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::Path;

use symphonia::core::io::ReadOnlySource;

use crate::cli::audio::au_header;
use crate::cli::audio::caf_repair;
use crate::cli::audio::container::Container;
use crate::cli::audio::cut_off;
use crate::cli::audio::decoded_source::Timing;
use crate::cli::audio::edit_list;
use crate::cli::audio::ffmpeg_source::Foreign;
use crate::cli::audio::file_kind::FileKind;
use crate::cli::audio::flac_repair;
use crate::cli::audio::pcm_source::{PcmSource, with_place_of_bits};
use crate::cli::audio::source::{Note, Opened};
use crate::cli::audio::spliced::{Part, Spliced};
use crate::cli::audio::wave_chunks::{read_at, u32_at};
use crate::cli::audio::wave_faults::Fault;
use crate::cli::audio::wave_header::{self, WaveHeader};
use crate::cli::errors::Problem;

/// Format tags of MPEG audio in wave files.
const MPEG_FORMAT_TAGS: [u16; 2] = [0x50, 0x55];

/// How a file is to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reading {
    /// The track of a container with several, from 1; `None` for the one that it marks.
    pub track: Option<usize>,
    /// Whether a file with faults is refused.
    pub is_strict: bool,
}

/// Opens `file`, which is of `kind` with `tag_bytes` of tags before it, and at `path`. A wave file has a
/// `header`.
///
/// # Errors
/// If it can't be read.
pub fn open(
    mut file: File,
    kind: FileKind,
    tag_bytes: u64,
    header: Option<&WaveHeader>,
    path: &Path,
    reading: Reading,
) -> Result<Opened, Problem> {
    match (kind, header) {
        (FileKind::Wave, None) => Err(Problem::CutOff),
        (FileKind::Wave, Some(header)) => open_wave(file, header, path),
        (FileKind::Au, _) => open_au(file),
        (FileKind::Flac, _) => {
            let parts = flac_repair::parts(&mut file, tag_bytes)?;
            let source = Box::new(Spliced::new(file, parts));
            let container = Container::open(source, "FLAC", Timing::Numbered)?;
            let chosen = container.choose(reading.track)?;
            container.decode(chosen, None)
        }
        (FileKind::Decoded(name), _) => open_container(file, name, path, reading),
        (FileKind::Foreign(name), _) => foreign(path, name, reading).open(),
        (FileKind::Other(what), _) => Err(Problem::OtherKind(what)),
        (FileKind::Unknown, _) => Err(Problem::NotAudio),
    }
}

/// The note on `faults` of audio of `bytes_per_s`, if there are any.
fn faults_note(faults: &[Fault], bytes_per_s: f64) -> Option<Note> {
    let texts: Vec<String> = faults.iter().map(|fault| fault.told(bytes_per_s)).collect();
    (!texts.is_empty()).then(|| Note::Fault(texts.join("; ")))
}

fn open_wave(mut file: File, header: &WaveHeader, path: &Path) -> Result<Opened, Problem> {
    let bytes_per_s = match &header.pcm {
        Some(form) => form.frame_bytes() as f64 * f64::from(header.sample_rate_hz),
        None => f64::from(u32_at(&header.fmt, 8)),
    };
    let note = faults_note(&header.faults, bytes_per_s);
    let Some(pcm) = header.pcm else {
        let mut opened = open_coded(file, &header.fmt, header, path)?;
        opened.channel_mask = header.channel_mask;
        opened.notes.extend(note);
        return Ok(opened);
    };
    let valid_bits = wave_header::valid_bits(&header.fmt);
    let form = with_place_of_bits(&mut file, pcm, &header.data, valid_bits)?;
    let num_bytes: u64 = header
        .data
        .iter()
        .map(|range| range.end - range.start)
        .sum();
    Ok(Opened {
        sample_rate_hz: header.sample_rate_hz,
        num_channels: form.num_channels,
        num_frames: Some(num_bytes / form.frame_bytes() as u64),
        channel_mask: header.channel_mask,
        notes: note.into_iter().collect(),
        source: Box::new(PcmSource::new(file, form, &header.data)),
    })
}

/// A wave file whose samples need a decoder, which gets its format and its audio alone.
fn open_coded(file: File, fmt: &[u8], header: &WaveHeader, path: &Path) -> Result<Opened, Problem> {
    let ranges = header.data.iter().cloned().map(Part::Range);
    // MPEG audio is a stream of its own.
    let is_mpeg = MPEG_FORMAT_TAGS.contains(&wave_header::format_tag(fmt));
    let start = if is_mpeg { None } else { Some(wave_start(fmt)) };
    let parts = start.into_iter().chain(ranges).collect();
    let source = Box::new(Spliced::new(file, parts));
    let opened = Container::open(source, "WAV", Timing::Lossy).and_then(|container| {
        let chosen = container.choose(None)?;
        container.decode(chosen, None)
    });
    match opened {
        Err(Problem::Unsupported(_)) => {
            let tag = wave_header::format_tag(fmt);
            let name = format!("WAV with format {tag:#x}");
            foreign(path, &name, Reading::default()).open()
        }
        opened => opened,
    }
}

/// The start of a wave file with this format, up to its audio.
fn wave_start(fmt: &[u8]) -> Part {
    let mut start = b"RIFF\xFF\xFF\xFF\xFFWAVEfmt ".to_vec();
    start.extend((fmt.len() as u32).to_le_bytes());
    start.extend(fmt);
    start.extend(b"data\xFF\xFF\xFF\xFF");
    Part::Bytes(start)
}

fn open_au(mut file: File) -> Result<Opened, Problem> {
    let header = au_header::read(&mut file)?;
    let data = header.data.clone();
    let frame_bytes = header
        .pcm
        .map_or(header.num_channels, |form| form.frame_bytes());
    let bytes_per_s = frame_bytes as f64 * f64::from(header.sample_rate_hz);
    let note = faults_note(&header.faults, bytes_per_s);
    if let Some(form) = header.pcm {
        let num_bytes = data.end - data.start;
        return Ok(Opened {
            sample_rate_hz: header.sample_rate_hz,
            num_channels: form.num_channels,
            num_frames: Some(num_bytes / form.frame_bytes() as u64),
            channel_mask: None,
            notes: note.into_iter().collect(),
            source: Box::new(PcmSource::new(file, form, &[data])),
        });
    }
    let tag = header.format_tag;
    let tag = tag.ok_or_else(|| Problem::Unsupported("AU with an unknown encoding".into()))?;
    let num_channels = header.num_channels as u16;
    let mut fmt = [tag, num_channels].map(u16::to_le_bytes).concat();
    fmt.extend(header.sample_rate_hz.to_le_bytes());
    fmt.extend((header.sample_rate_hz * u32::from(num_channels)).to_le_bytes());
    fmt.extend([num_channels, 8, 0].map(u16::to_le_bytes).concat());
    let parts = vec![wave_start(&fmt), Part::Range(data)];
    let source = Box::new(Spliced::new(file, parts));
    let container = Container::open(source, "WAV", Timing::Lossy)?;
    let chosen = container.choose(None)?;
    let mut opened = container.decode(chosen, None)?;
    opened.notes.extend(note);
    Ok(opened)
}

/// A container of the kind `name`, by our decoders or, where they don't know what is in it, by FFmpeg.
fn open_container(
    mut file: File,
    name: &str,
    path: &Path,
    reading: Reading,
) -> Result<Opened, Problem> {
    let timing = match name {
        "Matroska or WebM" => Timing::Stamped,
        "MP3" | "MPEG audio layer 2" | "AAC" => Timing::Lossy,
        _ => Timing::Sequential,
    };
    let is_movie = name.contains("QuickTime");
    let open = |file: &mut File| {
        let copy = |file: &File| file.try_clone().map_err(Problem::Unreadable);
        let repaired = match name {
            "CAF" => Some(caf_repair::parts(file)?),
            "AIFF" => Some(cut_off::aiff_parts(file)?),
            _ if is_movie => Some(cut_off::movie_parts(file)?),
            _ => None,
        };
        if let Some((parts, missing_bytes)) = repaired {
            let source = Box::new(Spliced::new(copy(file)?, parts));
            let mut container = Container::open(source, name, timing)?;
            if missing_bytes > 0 {
                container.allow_missing();
            }
            return Ok((container, missing_bytes));
        }
        let opened = match (Container::open(Box::new(copy(file)?), name, timing), timing) {
            (Err(Problem::Unsupported(_)), Timing::Stamped) => {
                // Where it can see that a file is cut off, the decoder refuses it.
                file.rewind().map_err(Problem::Unreadable)?;
                let source = Box::new(ReadOnlySource::new(copy(file)?));
                Container::open(source, name, timing)
            }
            (opened, _) => opened,
        };
        opened.map(|container| (container, 0))
    };
    let decode = |file: &mut File| {
        let (container, missing_bytes) = open(file)?;
        let chosen = container.choose(reading.track)?;
        let edits = match (is_movie, chosen.sample_rate_hz()) {
            (true, Some(rate_hz)) => {
                let mut list = File::open(path).map_err(Problem::Unreadable)?;
                edit_list::read(&mut list, chosen.id(), rate_hz)?
            }
            _ => None,
        };
        let mut opened = container.decode(chosen, edits)?;
        if missing_bytes > 0 {
            let what = format!("its last {missing_bytes} bytes are missing: what is there is read");
            opened.notes.push(Note::Fault(what));
        }
        Ok(opened)
    };
    match decode(&mut file) {
        Err(Problem::Unsupported(reason)) => {
            let name = match reason.strip_suffix(" audio") {
                Some(codec) => format!("{name} with {codec}"),
                None => name.to_owned(),
            };
            match foreign(path, &name, reading).open() {
                Err(Problem::NeedsFfmpeg(_)) if !reason.ends_with(" audio") => {
                    Err(Problem::NeedsFfmpeg(format!("{name} ({reason})")))
                }
                opened => opened,
            }
        }
        opened => opened.and_then(|mut opened| {
            if name == "Ogg" && !ogg_has_end(&mut file)? {
                let note = "its last page is missing: what is there is read";
                opened.notes.push(Note::Fault(note.into()));
            }
            Ok(opened)
        }),
    }
}

/// Whether the last page of an Ogg file says that its stream ends there (RFC 3533, section 6).
fn ogg_has_end(file: &mut File) -> Result<bool, Problem> {
    // No page is longer.
    const MAX_PAGE_BYTES: u64 = 65_307;
    let mut file = file.try_clone().map_err(Problem::Unreadable)?;
    let here = file.stream_position().map_err(Problem::Unreadable)?;
    let file_len = file.seek(SeekFrom::End(0)).map_err(Problem::Unreadable)?;
    let mut tail = vec![0; MAX_PAGE_BYTES.min(file_len) as usize];
    let tail_start = file_len - tail.len() as u64;
    read_at(&mut file, tail_start, &mut tail)?;
    // The copy shares its place with the file that is being decoded.
    file.seek(SeekFrom::Start(here))
        .map_err(Problem::Unreadable)?;
    let page = tail.windows(4).rposition(|bytes| bytes == b"OggS");
    let flags = page.and_then(|at| tail.get(at + 5));
    Ok(flags.is_some_and(|flags| flags & 4 != 0))
}

fn foreign<'a>(path: &'a Path, name: &'a str, reading: Reading) -> Foreign<'a> {
    Foreign {
        path,
        name,
        track: reading.track,
        has_own_zero: name.starts_with("Matroska") || name.contains("QuickTime"),
    }
}
