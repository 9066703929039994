//! Containers, through Symphonia: which of their tracks is read, and what of it counts.

use std::io;

use symphonia::core::codecs::audio::well_known as codec;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, AudioDecoderOptions};
use symphonia::core::errors::Error as DecodeError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackFlags};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

use crate::cli::audio::decoded_source::{DecodedSource, Decoding, Timing};
use crate::cli::audio::edit_list::{Edits, Piece};
use crate::cli::audio::source::{Note, Opened};
use crate::cli::errors::Problem;

/// What the decoder says of a movie whose index, which is written last, is missing.
const NO_INDEX: &str = "isomp4: missing moov atom";

/// Longest packets that are made room for, frames: a damaged header may ask for any number.
const MAX_PACKET_FRAMES: u64 = 1 << 22;

/// A container whose track is still to be chosen.
pub struct Container {
    format: Box<dyn FormatReader>,
    timing: Timing,
    /// Whether the file is known to break off.
    is_cut_off: bool,
}

/// What is told of a track that is to be read.
pub struct ChosenTrack {
    id: u32,
    params: AudioCodecParameters,
    /// What the user should know about the choice.
    pub note: Option<Note>,
}

impl Container {
    /// Finds out what is in `source`, which is of the kind `name`.
    ///
    /// # Errors
    /// If its kind isn't what it seemed, or it is damaged.
    pub fn open(source: Box<dyn MediaSource>, name: &str, timing: Timing) -> Result<Self, Problem> {
        let format = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                MediaSourceStream::new(source, Default::default()),
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| match error {
                DecodeError::IoError(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    Problem::Unreadable(error)
                }
                DecodeError::IoError(_) => Problem::CutOff,
                DecodeError::Unsupported(NO_INDEX) => Problem::NoIndex,
                error => Problem::Unsupported(error.to_string()),
            })?;
        // The probe looks for audio anywhere, and finds some in what it doesn't know.
        if !is_of(format.format_info().short_name, name) {
            return Err(Problem::Unsupported(format!("{name} of an unknown form")));
        }
        Ok(Self {
            format,
            timing,
            is_cut_off: false,
        })
    }

    /// Says that the file is known to break off: it needn't have all that its header counts.
    pub fn allow_missing(&mut self) {
        self.is_cut_off = true;
    }

    /// The track number `wanted` of those with audio, from 1, or the one that is marked, or the first.
    ///
    /// # Errors
    /// If there is none.
    pub fn choose(&self, wanted: Option<usize>) -> Result<ChosenTrack, Problem> {
        let tracks: Vec<(&Track, &AudioCodecParameters)> = self
            .format
            .tracks()
            .iter()
            .filter_map(|track| Some((track, track.codec_params.as_ref()?.audio()?)))
            .collect();
        let num_tracks = tracks.len();
        let marked = tracks
            .iter()
            .position(|(track, _)| track.flags.contains(TrackFlags::DEFAULT));
        let track_idx = match wanted {
            Some(number) => number.wrapping_sub(1),
            None => marked.unwrap_or(0),
        };
        let Some(&(track, params)) = tracks.get(track_idx) else {
            return Err(match (wanted, num_tracks) {
                (Some(number), 1..) => Problem::NoTrack { number, num_tracks },
                _ => Problem::NoAudioTrack,
            });
        };
        let note = (num_tracks > 1 && wanted.is_none()).then(|| {
            let language = track.language.as_deref().unwrap_or("und");
            let language = match language {
                "und" | "" => String::new(),
                language => format!(", {language}"),
            };
            Note::Remark(format!(
                "has {num_tracks} tracks with audio: number {} is read ({}{language}); --track \
                 chooses another",
                track_idx + 1,
                codec_name(params.codec),
            ))
        });
        Ok(ChosenTrack {
            id: track.id,
            params: params.clone(),
            note,
        })
    }

    /// Starts to decode `chosen`, whose frames are heard as `edits` say, where something does.
    ///
    /// # Errors
    /// [`Problem::Unsupported`] if no decoder knows it; if it is damaged or has no audio.
    pub fn decode(self, chosen: ChosenTrack, edits: Option<Edits>) -> Result<Opened, Problem> {
        let ChosenTrack { id, params, note } = chosen;
        if params.max_frames_per_packet > Some(MAX_PACKET_FRAMES) {
            return Err(Problem::Unsupported("packets of more than a minute".into()));
        }
        // Delays are taken off here; only Vorbis needs its decoder for it.
        let options =
            AudioDecoderOptions::default().gapless(params.codec == codec::CODEC_ID_VORBIS);
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(&params, &options)
            .map_err(|_| Problem::Unsupported(format!("{} audio", codec_name(params.codec))))?;
        let track = self.format.tracks().iter().find(|track| track.id == id);
        let track = track.ok_or(Problem::NoAudioTrack)?;
        let seconds_per_unit = track.time_base.map_or(0.0, |base| {
            f64::from(base.numer.get()) / f64::from(base.denom.get())
        });
        let pieces = match edits {
            Some(edits) => to_the_end(edits, track.num_frames),
            None => own_pieces(track, params.codec),
        };
        let is_exact = match self.timing {
            _ if self.is_cut_off => false,
            // MPEG audio has no length but one that was guessed, or was true before it was cut.
            Timing::Lossy | Timing::Stamped => false,
            // Written with the padding of its last packet in a CAF file.
            Timing::Sequential | Timing::Numbered => params.codec != codec::CODEC_ID_ALAC,
        };
        let least_frames = track.num_frames.filter(|_| is_exact);
        // Without a delay, the number may be a guess from the size of the file.
        let is_counted = self.timing == Timing::Lossy && track.delay.is_some();
        let counted_frames = track.num_frames.filter(|_| is_counted);
        let heard = pieces.iter().map(|piece| match piece {
            Piece::Silence(num_frames) => *num_frames,
            Piece::Media(range) => range.end - range.start,
        });
        let num_heard = heard.fold(0, u64::saturating_add);
        let num_frames = match num_heard {
            u64::MAX.. | 0 => track.num_frames,
            num_heard if num_heard > 1 << 48 => track.num_frames,
            num_heard => Some(num_heard),
        };
        let source = DecodedSource::begin(Decoding {
            format: self.format,
            decoder,
            track_id: id,
            timing: self.timing,
            seconds_per_unit,
            pieces,
            least_frames,
            counted_frames,
        })?;
        Ok(Opened {
            sample_rate_hz: source.sample_rate_hz(),
            num_channels: source.num_channels(),
            num_frames,
            channel_mask: None,
            notes: note.into_iter().collect(),
            source: Box::new(source),
        })
    }
}

impl ChosenTrack {
    /// The container's number for it.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Sample rate as the container says it, Hz.
    pub fn sample_rate_hz(&self) -> Option<u32> {
        self.params.sample_rate
    }
}

/// Whether the format that was `found` is what a file of the kind `name` should be.
fn is_of(found: &str, name: &str) -> bool {
    match found {
        "wave" => name == "WAV",
        "flac" => name == "FLAC",
        "aiff" => name == "AIFF",
        "caf" => name == "CAF",
        "ogg" => name == "Ogg",
        "isomp4" => name.contains("QuickTime"),
        "matroska" => name.starts_with("Matroska"),
        _ => matches!(name, "MP3" | "MPEG audio layer 2" | "AAC" | "WAV"),
    }
}

/// The pieces of `edits`: a last one that ends with the track's frames but for its rounding ends there.
fn to_the_end(edits: Edits, num_frames: Option<u64>) -> Vec<Piece> {
    let Edits {
        mut pieces,
        unit_frames,
    } = edits;
    if let (Some(Piece::Media(range)), Some(num_frames)) = (pieces.last_mut(), num_frames)
        && range.end.abs_diff(num_frames) <= unit_frames
    {
        range.end = num_frames;
    }
    pieces
}

/// What counts of a track without an edit list: all but what its container calls delay and padding.
fn own_pieces(track: &Track, codec_id: AudioCodecId) -> Vec<Piece> {
    let delay = u64::from(track.delay.unwrap_or(0));
    let is_mpeg = [codec::CODEC_ID_MP3, codec::CODEC_ID_AAC].contains(&codec_id);
    match (track.num_frames, track.delay) {
        (Some(num_frames), Some(_)) if is_mpeg => {
            let end = delay + num_frames;
            let padded_end = end + u64::from(track.padding.unwrap_or(0));
            // Behind it stands what was appended later.
            vec![Piece::Media(delay..end), Piece::Media(padded_end..u64::MAX)]
        }
        _ => vec![Piece::Media(if is_mpeg { delay } else { 0 }..u64::MAX)],
    }
}

/// A name for people.
fn codec_name(id: AudioCodecId) -> &'static str {
    const NAMES: [(AudioCodecId, &str); 12] = [
        (codec::CODEC_ID_AAC, "AAC"),
        (codec::CODEC_ID_AC3, "AC-3"),
        (codec::CODEC_ID_EAC3, "E-AC-3"),
        (codec::CODEC_ID_AC4, "AC-4"),
        (codec::CODEC_ID_DCA, "DTS"),
        (codec::CODEC_ID_TRUEHD, "TrueHD"),
        (codec::CODEC_ID_OPUS, "Opus"),
        (codec::CODEC_ID_VORBIS, "Vorbis"),
        (codec::CODEC_ID_FLAC, "FLAC"),
        (codec::CODEC_ID_ALAC, "ALAC"),
        (codec::CODEC_ID_MP3, "MP3"),
        (codec::CODEC_ID_WMA, "Windows Media"),
    ];
    let named = NAMES.iter().find(|(named, _)| *named == id);
    let is_known = symphonia::default::get_codecs().get_audio_decoder(id);
    match (named, is_known) {
        (Some((_, name)), _) => name,
        (None, Some(decoder)) => decoder.codec.info.long_name,
        (None, None) => "unknown",
    }
}
