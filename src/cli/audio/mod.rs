//! Audio files in and out: headers, decoding, resampling, writing.

use std::ops::RangeInclusive;

pub mod audio_in;
pub mod audio_out;
pub mod heard_dialogue;
pub mod heard_tracks;
pub mod input_bus;
pub mod known_channels;
pub mod loudest_track;
pub mod loudspeaker_names;
pub mod multi_mono;
pub mod pcm;
pub mod read_ahead;
pub mod resample;
pub mod timecode_signal;
pub mod track_labels;
pub mod wave_header;

/// Sample rates of the files that are read, Hz: from telephone to the highest that studios deliver. The
/// engine itself runs at [more](crate::engine::SAMPLE_RATES_HZ).
pub const FILE_RATES_HZ: RangeInclusive<u32> = 8_000..=192_000;
