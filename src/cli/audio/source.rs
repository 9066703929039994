//! Where decoded audio comes from, whatever decodes it.

use crate::cli::errors::Problem;

/// What the user should know about a file, in words that follow its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// How it was understood.
    Remark(String),
    /// What is wrong with it.
    Fault(String),
}

/// A decoder at work on one file.
pub trait Source: Send {
    /// Replaces the contents of `planes`, one vector per channel, with the next frames; false at the
    /// end, which leaves them empty.
    ///
    /// # Errors
    /// If the file is damaged.
    fn next(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<bool, Problem>;

    /// What was noticed since the last call that the user should know.
    fn take_notes(&mut self) -> Vec<Note> {
        Vec::new()
    }
}

/// What a file turned out to be.
pub struct Opened {
    /// What decodes it.
    pub source: Box<dyn Source>,
    /// Sample rate, Hz.
    pub sample_rate_hz: u32,
    /// Number of channels.
    pub num_channels: usize,
    /// Length in frames, where the file says it.
    pub num_frames: Option<u64>,
    /// Loudspeaker bits, where the file has them.
    pub channel_mask: Option<u32>,
    /// What the user should know before the first sample.
    pub notes: Vec<Note>,
}
