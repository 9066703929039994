//! Whether an instance works, told to the editor.

use std::sync::atomic::{AtomicU8, Ordering};

/// What becomes of the music.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// The engine has it, or will have it once the host activates the plugin.
    Working = 0,
    /// Audio passes untouched: the engine doesn't work at the host's sample rate.
    UnsupportedSampleRate,
    /// Audio passes untouched until the next activation: the engine has panicked.
    Failed,
}

/// A [`Status`] that one thread sets and any may read, without waiting. It starts as `Working`.
#[derive(Debug, Default)]
pub struct SharedStatus(AtomicU8);

impl SharedStatus {
    /// The status now.
    pub fn get(&self) -> Status {
        [Status::UnsupportedSampleRate, Status::Failed]
            .into_iter()
            .find(|status| *status as u8 == self.0.load(Ordering::Relaxed))
            .unwrap_or(Status::Working)
    }

    /// Changes the status.
    pub fn set(&self, status: Status) {
        self.0.store(status as u8, Ordering::Relaxed);
    }
}
