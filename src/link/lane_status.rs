//! What the lane of the host is at, for threads that look now and then: loose values without a history. The audio
//! thread sets them, and never waits.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering::Relaxed};

use atomic_float::AtomicF32;

/// What the host has said of its own side of the automation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum HostAutomation {
    /// Nothing yet, or it never says.
    Unknown = 0,
    /// It neither reads nor writes.
    Off,
    /// It reads, and takes no values.
    Reads,
    /// It takes values.
    Writes,
}

/// The lane of one instance.
#[derive(Debug, Default)]
pub struct LaneStatus {
    ride_lu: AtomicF32,
    loss_lu: AtomicF32,
    is_writing: AtomicBool,
    is_gesture_open: AtomicBool,
    is_usual_speech: AtomicBool,
    num_blocks: AtomicU32,
    host: AtomicU8,
}

impl LaneStatus {
    /// The ride of this moment, LU.
    pub fn ride_lu(&self) -> f32 {
        self.ride_lu.load(Relaxed)
    }

    /// Loudness that the music of the last hop loses, LU: for hosts' meters.
    pub fn loss_lu(&self) -> f32 {
        self.loss_lu.load(Relaxed)
    }

    /// Takes the loss of a hop, LU.
    pub fn set_loss(&self, loss_lu: f32) {
        self.loss_lu.store(loss_lu, Relaxed);
    }

    /// Takes the ride of a hop, LU, and whether a lane that is read would take what speech usually needs.
    pub fn set_ride(&self, ride_lu: f32, is_usual_speech: bool) {
        self.ride_lu.store(ride_lu, Relaxed);
        self.is_usual_speech.store(is_usual_speech, Relaxed);
    }

    /// Whether no voice has been heard yet, so that a lane takes what speech usually needs.
    pub fn is_usual_speech(&self) -> bool {
        self.is_usual_speech.load(Relaxed)
    }

    /// Whether the ride of a playing host goes out.
    pub fn is_writing(&self) -> bool {
        self.is_writing.load(Relaxed)
    }

    /// Takes note of a block, in which the ride goes out or not.
    pub fn pass_block(&self, is_writing: bool) {
        self.is_writing.store(is_writing, Relaxed);
        self.num_blocks.fetch_add(1, Relaxed);
    }

    /// How many blocks there were, counted round.
    pub fn num_blocks(&self) -> u32 {
        self.num_blocks.load(Relaxed)
    }

    /// The host has ended processing, and with it the pass.
    pub fn end_pass(&self) {
        self.is_writing.store(false, Relaxed);
    }

    /// Whether the host was told that a gesture begins, and not yet that it ends.
    pub fn is_gesture_open(&self) -> bool {
        self.is_gesture_open.load(Relaxed)
    }

    /// The host is told that a gesture begins, or ends. Whether it wasn't told so before.
    pub fn set_gesture(&self, is_open: bool) -> bool {
        self.is_gesture_open.swap(is_open, Relaxed) != is_open
    }

    /// What the host has said of its automation.
    pub fn host(&self) -> HostAutomation {
        let host = self.host.load(Relaxed);
        [
            HostAutomation::Off,
            HostAutomation::Reads,
            HostAutomation::Writes,
        ]
        .into_iter()
        .find(|it| *it as u8 == host)
        .unwrap_or(HostAutomation::Unknown)
    }

    /// The host says this of its automation.
    pub fn set_host(&self, host: HostAutomation) {
        self.host.store(host as u8, Relaxed);
    }
}
