//! The audio of one block on its way from the host to the framework and back.

use std::ops::Range;
use std::ptr::NonNull;

use crate::layout::MAX_CHANNELS;
use crate::plugin::buses::Buses;

/// Longest block that the framework gets; it is told so, and longer ones are split. A host's own
/// announcement isn't relied on.
pub const MAX_SAMPLES: usize = 1024;

/// One bus as a host hands it over: an array of channel pointers. The array and each of the
/// pointers may be null.
#[derive(Debug, Clone, Copy)]
pub struct HostBus {
    channels: *const *mut f32,
    num_channels: usize,
    num_samples: usize,
}

impl HostBus {
    /// A bus that the host left out.
    pub const MISSING: Self = Self {
        channels: std::ptr::null(),
        num_channels: 0,
        num_samples: 0,
    };

    /// # Safety
    /// As long as the bus is used, `channels` must be null or point to `num_channels` pointers,
    /// each null or pointing to `num_samples` samples, that nobody else writes meanwhile. An output
    /// bus must be writable.
    pub unsafe fn new(channels: *const *mut f32, num_channels: usize, num_samples: usize) -> Self {
        if channels.is_null() {
            return Self::MISSING;
        }
        Self {
            channels,
            num_channels,
            num_samples,
        }
    }

    /// Whether there is at least one channel that can be read or written.
    pub fn has_channels(&self) -> bool {
        (0..self.num_channels).any(|channel_idx| self.samples(channel_idx, 0..0).is_some())
    }

    /// The samples of `range` of one channel, unless the host left them out.
    fn samples(&self, channel_idx: usize, range: Range<usize>) -> Option<NonNull<[f32]>> {
        if channel_idx >= self.num_channels || range.end > self.num_samples {
            return None;
        }
        // SAFETY: within the array, which `new`'s caller vouches for.
        let channel = NonNull::new(unsafe { *self.channels.add(channel_idx) })?;
        // SAFETY: `range` starts within the channel or at its end.
        let start = unsafe { channel.add(range.start) };
        Some(NonNull::slice_from_raw_parts(start, range.len()))
    }
}

/// Storage for up to [`MAX_SAMPLES`] of every channel, in the shape of the framework's layout.
pub struct Block {
    music: Vec<Vec<f32>>,
    num_music_channels: usize,
    /// The channels of the dialogue; those up to the framework's number are `silence`.
    dialogue: Vec<Vec<f32>>,
    silence: Vec<f32>,
}

/// Channel pointers as both formats pass them.
pub type ChannelPointers = [*mut f32; MAX_CHANNELS];

impl Block {
    /// Allocates for `buses`.
    pub fn new(buses: &Buses) -> Self {
        let channels = |num_channels| vec![vec![0.0; MAX_SAMPLES]; num_channels];
        Self {
            music: channels(buses.num_framework_channels()),
            num_music_channels: buses.music.num_channels(),
            dialogue: channels(buses.dialogue.num_channels()),
            silence: vec![0.0; MAX_SAMPLES],
        }
    }

    /// Number of channels of both buses as the framework gets them.
    pub fn num_framework_channels(&self) -> usize {
        self.music.len()
    }

    /// Copies `range` of the host's inputs, at most [`MAX_SAMPLES`]. Channels that are missing or
    /// null are silence, those beyond the bus are left out.
    pub fn read(&mut self, music: HostBus, dialogue: HostBus, range: Range<usize>) {
        for (channel_idx, channel) in self.music.iter_mut().enumerate() {
            let is_real = channel_idx < self.num_music_channels;
            let samples = music.samples(channel_idx, range.clone());
            read_channel(channel, samples.filter(|_| is_real), range.len());
        }
        for (channel_idx, channel) in self.dialogue.iter_mut().enumerate() {
            let samples = dialogue.samples(channel_idx, range.clone());
            read_channel(channel, samples, range.len());
        }
    }

    /// Copies the processed music to `range` of the host's output. Channels that the host has
    /// beyond the bus get silence.
    pub fn write(&self, output: HostBus, range: Range<usize>) {
        let real_channels = self.music.iter().take(self.num_music_channels);
        let beyond = std::iter::repeat(&self.silence);
        let channels = real_channels.chain(beyond).take(output.num_channels);
        for (channel_idx, from) in channels.enumerate() {
            let Some(to) = output.samples(channel_idx, range.clone()) else {
                continue;
            };
            let num_samples = to.len().min(from.len());
            // SAFETY: both have that many samples; the host's can't overlap with our storage.
            unsafe {
                let to = to.cast::<f32>().as_ptr();
                std::ptr::copy_nonoverlapping(from.as_ptr(), to, num_samples);
            }
        }
    }

    /// Pointers to the music, processed in place, and to the dialogue, to be read only. Valid until
    /// the block is borrowed again.
    pub fn pointers(&mut self) -> (ChannelPointers, ChannelPointers) {
        let silence = std::iter::repeat_n(self.silence.as_mut_ptr(), MAX_CHANNELS);
        let dialogue = self.dialogue.iter_mut().map(Vec::as_mut_ptr);
        (
            pointers(self.music.iter_mut().map(Vec::as_mut_ptr)),
            pointers(dialogue.chain(silence)),
        )
    }
}

/// Fills the first `num_samples` of `to` from the host's samples, or with silence.
fn read_channel(to: &mut [f32], from: Option<NonNull<[f32]>>, num_samples: usize) {
    let Some(from) = from else {
        return to.iter_mut().take(num_samples).for_each(|to| *to = 0.0);
    };
    let num_samples = from.len().min(to.len());
    // SAFETY: both have that many samples; the host's can't overlap with our storage.
    unsafe {
        let from = from.cast::<f32>().as_ptr();
        std::ptr::copy_nonoverlapping(from, to.as_mut_ptr(), num_samples);
    }
}

fn pointers(channels: impl Iterator<Item = *mut f32>) -> ChannelPointers {
    let mut pointers = [std::ptr::null_mut(); MAX_CHANNELS];
    for (pointer, channel) in pointers.iter_mut().zip(channels) {
        *pointer = channel;
    }
    pointers
}

/// The pieces of at most [`MAX_SAMPLES`] that make up a block; one empty piece if it is empty.
pub fn pieces(num_samples: usize) -> impl Iterator<Item = Range<usize>> {
    (0..num_samples.max(1))
        .step_by(MAX_SAMPLES)
        .map(move |start| start..num_samples.min(start + MAX_SAMPLES))
}
