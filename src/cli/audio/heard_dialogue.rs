//! The dialogue as it is heard: at the music's rate, and on request without the music that it holds, and
//! silent where somebody says that nobody speaks.

use std::path::Path;

use crate::cli::audio::input_bus::{InputBus, Wanted};
use crate::cli::audio::placed_dialogue::PlacedDialogue;
use crate::cli::audio::struck_dialogue::StruckDialogue;
use crate::cli::errors::Error;
use crate::found::music_copy::MusicCopy;

/// The dialogue with what is taken out of it.
pub struct HeardDialogue {
    dialogue: PlacedDialogue,
    removal: Option<Removal>,
    struck: StruckDialogue,
}

/// Reads the music a second time and takes it out.
struct Removal {
    music: InputBus,
    copy: MusicCopy,
    /// Music that is due, one vector per channel.
    due: Vec<Vec<f32>>,
    block: Vec<Vec<f32>>,
}

impl HeardDialogue {
    /// `dialogue` as it is.
    pub fn new(dialogue: PlacedDialogue) -> Self {
        Self {
            dialogue,
            removal: None,
            struck: StruckDialogue::default(),
        }
    }

    /// The dialogue as it is on disk.
    pub fn file(&self) -> &InputBus {
        self.dialogue.file()
    }

    /// What was noticed since the last call that the user should know, in words that follow the file's
    /// name.
    pub fn take_notes(&mut self) -> Vec<String> {
        self.dialogue.take_notes()
    }

    /// From now on takes `copy` out, of the music at `path`. To be called before the first read.
    ///
    /// # Errors
    /// If the music can't be read.
    pub fn remove(&mut self, copy: MusicCopy, path: &Path, wanted: &Wanted) -> Result<(), Error> {
        let mut music = InputBus::open_music(path, wanted)?;
        let num_channels = music.num_channels();
        let num_before = usize::try_from(copy.delay_samples).unwrap_or(0);
        let mut block = vec![Vec::new(); num_channels];
        let num_left_out = usize::try_from(-copy.delay_samples).unwrap_or(0);
        music.read(&mut block, num_left_out)?;
        self.removal = Some(Removal {
            due: vec![vec![0.0; num_before]; num_channels],
            music,
            copy,
            block,
        });
        Ok(())
    }

    /// From now on silences what `struck` names. To be called before the first read.
    pub fn strike(&mut self, struck: StruckDialogue) {
        self.struck = struck;
    }

    /// What is silenced, for a file that is read anew.
    pub fn struck(&self) -> StruckDialogue {
        self.struck.rewound()
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames at the
    /// music's rate; fewer only at the end. Gives their number.
    ///
    /// # Errors
    /// If a file is damaged or shorter than its header says.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        let num_read = self.dialogue.read(block, num_frames)?;
        if let Some(removal) = &mut self.removal {
            removal.remove_from(block, num_read)?;
        }
        self.struck.strike(block, num_read);
        Ok(num_read)
    }
}

impl Removal {
    fn remove_from(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<(), Error> {
        let num_due = self.due.first().map_or(0, Vec::len);
        if num_due < num_frames {
            self.music.read(&mut self.block, num_frames - num_due)?;
            for (due, channel) in self.due.iter_mut().zip(&self.block) {
                due.extend_from_slice(channel);
                // After its end there is none.
                due.resize(num_frames, 0.0);
            }
        }
        for (spoken, gains) in block.iter_mut().zip(&self.copy.gains) {
            for (due, gain) in self.due.iter().zip(gains) {
                for (sample, music) in spoken.iter_mut().zip(due) {
                    *sample -= gain * music;
                }
            }
        }
        for due in &mut self.due {
            due.drain(..num_frames);
        }
        Ok(())
    }
}
