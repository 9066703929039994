//! Audio files in and out: headers, decoding, resampling, writing.

use std::ops::RangeInclusive;

pub mod au_header;
pub mod audio_in;
pub mod audio_out;
pub mod caf_repair;
pub mod container;
pub mod cut_off;
pub mod decoded_source;
pub mod edit_list;
pub mod ffmpeg_source;
pub mod file_kind;
pub mod flac_repair;
pub mod heard_dialogue;
pub mod heard_tracks;
pub mod input_bus;
pub mod known_channels;
pub mod loudest_track;
pub mod loudspeaker_names;
pub mod multi_mono;
pub mod opening;
pub mod pcm;
pub mod pcm_source;
pub mod placed_dialogue;
pub mod placement;
pub mod read_ahead;
pub mod resample;
pub mod side_chunks;
pub mod source;
pub mod spliced;
pub mod struck_dialogue;
pub mod timecode_signal;
pub mod track_labels;
pub mod wave_chunks;
pub mod wave_faults;
pub mod wave_header;

/// Sample rates of the files that are read, Hz: from telephone to the highest that studios deliver. The
/// engine itself runs at [more](crate::engine::SAMPLE_RATES_HZ).
pub const FILE_RATES_HZ: RangeInclusive<u32> = 8_000..=192_000;
