//! A file read on a thread of its own, a few blocks ahead of its user, so that decoding and
//! resampling have another core than the engine where there is one.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::Scope;

use crate::cli::errors::Error;

/// Blocks that are read ahead.
const NUM_BLOCKS: usize = 4;

/// Frames of a block.
const READ_BLOCK_FRAMES: usize = 8192;

/// One vector per channel.
type Channels = Vec<Vec<f32>>;

/// The receiving end.
pub struct ReadAhead {
    filled: Receiver<Result<Channels, Error>>,
    /// Blocks to be filled again.
    empty: Sender<Channels>,
    current: Channels,
    /// How much of `current` was handed out, frames.
    num_used: usize,
    is_ended: bool,
}

impl ReadAhead {
    /// Starts reading: `read` is that of an audio file of `num_channels`. It ends with the file, or
    /// when this is dropped.
    pub fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        num_channels: usize,
        read: impl FnMut(&mut [Vec<f32>], usize) -> Result<usize, Error> + Send + 'scope,
    ) -> Self {
        let (filled_sender, filled) = sync_channel(NUM_BLOCKS);
        let (empty, empty_receiver) = channel();
        for _ in 0..NUM_BLOCKS {
            // Both ends are here.
            let _ = empty.send(vec![Vec::new(); num_channels]);
        }
        scope.spawn(move || fill(read, &empty_receiver, &filled_sender));
        Self {
            filled,
            empty,
            current: vec![Vec::new(); num_channels],
            num_used: 0,
            is_ended: false,
        }
    }

    /// Number of channels.
    pub fn num_channels(&self) -> usize {
        self.current.len()
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames;
    /// fewer only at the end of the file. Gives their number.
    ///
    /// # Errors
    /// Errors of reading the file.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        block.iter_mut().for_each(Vec::clear);
        let mut num_read = 0;
        while num_read < num_frames {
            let num_left = self.current.first().map_or(0, Vec::len) - self.num_used;
            if num_left == 0 {
                if !self.next_block()? {
                    break;
                }
                continue;
            }
            let num_taken = num_left.min(num_frames - num_read);
            let span = self.num_used..self.num_used + num_taken;
            for (to, from) in block.iter_mut().zip(&self.current) {
                to.extend_from_slice(&from[span.clone()]);
            }
            self.num_used += num_taken;
            num_read += num_taken;
        }
        Ok(num_read)
    }

    /// Takes the next block that has frames; false at the end of the file.
    fn next_block(&mut self) -> Result<bool, Error> {
        if self.is_ended {
            return Ok(false);
        }
        // The thread ends after a block without frames, and after an error.
        let next = self.filled.recv().unwrap_or(Ok(Vec::new()))?;
        self.is_ended = next.first().is_none_or(Vec::is_empty);
        if self.is_ended {
            return Ok(false);
        }
        let used = std::mem::replace(&mut self.current, next);
        self.num_used = 0;
        // A thread that has read its last block needs no more.
        let _ = self.empty.send(used);
        Ok(true)
    }
}

/// Fills blocks until the file ends, it fails, or nobody wants more.
fn fill(
    mut read: impl FnMut(&mut [Vec<f32>], usize) -> Result<usize, Error>,
    empty: &Receiver<Channels>,
    filled: &SyncSender<Result<Channels, Error>>,
) {
    while let Ok(mut block) = empty.recv() {
        let result = read(&mut block, READ_BLOCK_FRAMES);
        let is_last = !matches!(result, Ok(1..));
        if filled.send(result.map(|_| block)).is_err() || is_last {
            break;
        }
    }
}
