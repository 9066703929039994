//! The move of a fader and the music that it is about.

use crate::ride::thinning::BreakPoint;

/// What a form is made of.
pub struct Envelope<'a> {
    /// In order of time, s from the first sample; values are gains, 1 for none, or dB, 0 for none.
    pub points: &'a [BreakPoint],
    /// Length of the music, s.
    pub duration_s: f64,
    /// The music.
    pub music: &'a MusicItem,
}

/// The music that a fader's move is about.
#[derive(Debug, Clone)]
pub struct MusicItem {
    /// The file, as the user named it.
    pub path: String,
    /// The file from the root of the disk on, if it is one that others can open.
    pub place: Option<String>,
    /// Number of channels.
    pub num_channels: usize,
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
}
