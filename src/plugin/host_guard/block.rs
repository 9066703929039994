//! The audio of one block on its way from the host to the framework and back.

use std::ops::{ControlFlow, Range};
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

/// The buses of a block as a host hands them over.
#[derive(Debug, Clone, Copy)]
pub struct HostBuses {
    /// Music as the host has it.
    pub music: HostBus,
    /// Dialogue as the host has it.
    pub dialogue: HostBus,
    /// Where the processed music goes.
    pub output: HostBus,
    /// Length of the block.
    pub num_samples: usize,
}

impl HostBuses {
    /// Copies the music to the output as it is, and silence to channels that only the output has.
    pub fn pass_music(&self) {
        self.order_of_copies(|channel_idx| {
            let range = 0..self.num_samples;
            let Some(to) = self.output.samples(channel_idx, range.clone()) else {
                return;
            };
            let to = to.cast::<f32>().as_ptr();
            // SAFETY: both have `num_samples`, and may overlap.
            unsafe {
                match self.music.samples(channel_idx, range) {
                    Some(from) => {
                        std::ptr::copy(from.cast::<f32>().as_ptr(), to, self.num_samples);
                    }
                    None => to.write_bytes(0, self.num_samples),
                }
            }
        });
    }

    /// Calls `copy` for each channel of the output, in an order in which no copy overwrites what a later one
    /// reads, if input and output are the same memory shifted.
    fn order_of_copies(&self, copy: impl FnMut(usize)) {
        let first = |bus: &HostBus| bus.samples(0, 0..0).map(|samples| samples.cast::<f32>());
        let channels = 0..self.output.num_channels;
        match first(&self.output) > first(&self.music) {
            true => channels.rev().for_each(copy),
            false => channels.for_each(copy),
        }
    }

    /// The same block with its music where the output is to be, if a channel of the output begins within
    /// one of the music: piece by piece it would overwrite music that is still to come.
    fn moved_if_overlapping(self) -> Self {
        let starts = |bus: HostBus| {
            (0..bus.num_channels).filter_map(move |channel_idx| {
                let samples = bus.samples(channel_idx, 0..bus.num_samples)?;
                Some(samples.cast::<f32>().addr().get())
            })
        };
        let num_bytes = self.num_samples * size_of::<f32>();
        let is_overwritten = starts(self.output)
            .any(|to| starts(self.music).any(|from| to > from && to - from < num_bytes));
        if !is_overwritten || self.num_samples <= MAX_SAMPLES {
            return self;
        }
        self.pass_music();
        Self {
            music: self.output,
            ..self
        }
    }
}

/// A piece of a block as the framework gets it, in memory of the guard's own.
pub struct Piece {
    /// Where in the host's block it lies.
    pub range: Range<usize>,
    /// Number of channels of both buses.
    pub num_channels: usize,
    /// The music, processed in place.
    pub music: ChannelPointers,
    /// The dialogue, to be read only.
    pub dialogue: ChannelPointers,
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

    /// Cuts the host's block into pieces of at most [`MAX_SAMPLES`] and has `process` work on one after
    /// the other, until it breaks off. A piece that begins at a sample ends at `end_of` it at the latest.
    /// An empty block is one empty piece.
    pub fn for_each_piece(
        &mut self,
        host: &HostBuses,
        mut end_of: impl FnMut(usize) -> usize,
        mut process: impl FnMut(Piece) -> ControlFlow<()>,
    ) {
        let host = host.moved_if_overlapping();
        let mut start = 0;
        loop {
            let end = end_of(start).clamp(start + 1, start + MAX_SAMPLES);
            let range = start..end.min(host.num_samples);
            self.read(host.music, host.dialogue, range.clone());
            let (music, dialogue) = self.pointers();
            let flow = process(Piece {
                range: range.clone(),
                num_channels: self.music.len(),
                music,
                dialogue,
            });
            start = range.end;
            self.write(host.output, range);
            if flow.is_break() || start >= host.num_samples {
                return;
            }
        }
    }

    /// Copies `range` of the host's inputs, at most [`MAX_SAMPLES`]. Channels that are missing or
    /// null are silence, those beyond the bus are left out.
    fn read(&mut self, music: HostBus, dialogue: HostBus, range: Range<usize>) {
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
    fn write(&self, output: HostBus, range: Range<usize>) {
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
    fn pointers(&mut self) -> (ChannelPointers, ChannelPointers) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(num_samples: usize, cut: usize) -> Vec<(usize, usize)> {
        let host = HostBuses {
            music: HostBus::MISSING,
            dialogue: HostBus::MISSING,
            output: HostBus::MISSING,
            num_samples,
        };
        let mut ends = Vec::new();
        Block::new(&Buses::DEFAULT).for_each_piece(
            &host,
            |start| if start < cut { cut } else { usize::MAX },
            |piece| {
                ends.push((piece.range.start, piece.range.end));
                ControlFlow::Continue(())
            },
        );
        ends
    }

    #[test]
    fn a_block_is_cut_where_it_must_be_and_nowhere_else() {
        assert_eq!(pieces(0, usize::MAX), [(0, 0)]);
        assert_eq!(pieces(MAX_SAMPLES, usize::MAX), [(0, MAX_SAMPLES)]);
        let long = pieces(2 * MAX_SAMPLES + 1, usize::MAX);
        assert_eq!(long[2], (2 * MAX_SAMPLES, 2 * MAX_SAMPLES + 1));
        assert_eq!(pieces(100, 7), [(0, 7), (7, 100)]);
        assert_eq!(pieces(100, 100), [(0, 100)]);
    }
}
