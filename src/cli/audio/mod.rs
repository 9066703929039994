//! Audio files in and out: headers, decoding, resampling, writing.

pub mod audio_in;
pub mod audio_out;
pub mod pcm;
pub mod read_ahead;
pub mod resample;
pub mod wave_header;
