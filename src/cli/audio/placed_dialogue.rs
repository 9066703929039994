//! The dialogue at its place beside the music, which begins at 0.

use crate::cli::audio::input_bus::InputBus;
use crate::cli::audio::resample::Dialogue;
use crate::cli::errors::Error;

/// The dialogue at the music's sample rate, moved in time.
pub struct PlacedDialogue {
    dialogue: Dialogue,
    /// Frames of silence that still come before it.
    num_silent: u64,
    /// Frames of it that lie before the music and are still to be passed.
    num_passed: u64,
}

impl PlacedDialogue {
    /// `dialogue` that begins `shift_frames` after the music.
    pub fn new(dialogue: Dialogue, shift_frames: i64) -> Self {
        Self {
            dialogue,
            num_silent: shift_frames.max(0).unsigned_abs(),
            num_passed: shift_frames.min(0).unsigned_abs(),
        }
    }

    /// The file as it is on disk.
    pub fn file(&self) -> &InputBus {
        self.dialogue.file()
    }

    /// What was noticed since the last call that the user should know, in words that follow the file's
    /// name.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.dialogue.take_notes()
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames at the
    /// music's rate; fewer only at the end. Gives their number.
    ///
    /// # Errors
    /// If the file is damaged.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        while self.num_passed > 0 {
            let num_wanted = usize::try_from(self.num_passed).unwrap_or(usize::MAX);
            match self.dialogue.read(block, num_wanted.min(num_frames))? {
                0 => break,
                num_read => self.num_passed -= num_read as u64,
            }
        }
        if self.num_silent == 0 {
            return self.dialogue.read(block, num_frames);
        }
        let num_silent = usize::try_from(self.num_silent).unwrap_or(usize::MAX);
        let num_silent = num_silent.min(num_frames);
        self.num_silent -= num_silent as u64;
        let num_read = match num_frames - num_silent {
            0 => 0,
            num_left => self.dialogue.read(block, num_left)?,
        };
        for channel in block.iter_mut() {
            if num_read == 0 {
                channel.clear();
            }
            channel.splice(..0, std::iter::repeat_n(0.0, num_silent));
        }
        Ok(num_silent + num_read)
    }
}
