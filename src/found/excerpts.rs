//! Lines to listen to: each as it is and ducked, as the page carries them.

use std::collections::BTreeMap;

/// One line, both times as a whole audio file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Dialogue and music, neither of them changed.
    pub as_is: Vec<u8>,
    /// Dialogue and ducked music.
    pub ducked: Vec<u8>,
}

impl Excerpt {
    /// Size of both files, bytes.
    pub fn num_bytes(&self) -> usize {
        self.as_is.len() + self.ducked.len()
    }
}

/// The excerpts of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpts {
    /// Excerpts by index of their line.
    pub by_line: BTreeMap<usize, Excerpt>,
    /// What the excerpts are, in words; empty if none were asked for.
    pub note: String,
}

/// Media type of the files of an [`Excerpt`].
pub const MEDIA_TYPE: &str = "audio/flac";
