//! The tracks of a recorder read as one channel.

use crate::cli::audio::loudest_track::LoudestTrack;
use crate::cli::errors::Error;

/// Tracks of which one is heard at a time, read block by block.
pub struct Tracks {
    chooser: LoudestTrack,
    frame: Vec<Vec<f32>>,
    heard: Vec<f32>,
    num_used: usize,
}

impl Tracks {
    /// For `num_tracks` at `sample_rate_hz`.
    pub fn new(num_tracks: usize, sample_rate_hz: u32) -> Self {
        Self {
            chooser: LoudestTrack::new(num_tracks, sample_rate_hz),
            frame: vec![Vec::new(); num_tracks],
            heard: Vec::new(),
            num_used: 0,
        }
    }

    /// Replaces the contents of the one channel of `block` with the next `num_frames` of what is heard of
    /// the tracks that `read_tracks` reads; fewer only at the end. Gives their number.
    ///
    /// # Errors
    /// Those of `read_tracks`.
    pub fn read(
        &mut self,
        mut read_tracks: impl FnMut(&mut [Vec<f32>], usize) -> Result<usize, Error>,
        block: &mut [Vec<f32>],
        num_frames: usize,
    ) -> Result<usize, Error> {
        block.iter_mut().for_each(Vec::clear);
        let Some(to) = block.first_mut() else {
            return Ok(0);
        };
        while to.len() < num_frames {
            if self.num_used == self.heard.len() {
                self.heard.clear();
                self.num_used = 0;
                if read_tracks(&mut self.frame, self.chooser.frame_samples())? == 0 {
                    break;
                }
                self.chooser.hear(&self.frame, &mut self.heard);
            }
            let num_taken = (num_frames - to.len()).min(self.heard.len() - self.num_used);
            to.extend_from_slice(&self.heard[self.num_used..self.num_used + num_taken]);
            self.num_used += num_taken;
        }
        Ok(to.len())
    }
}
