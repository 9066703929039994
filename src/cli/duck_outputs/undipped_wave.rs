//! The music as it came, written as the output is: same length, format, timecode and markers. A master whose music
//! must stay whole takes it in place of the output, and both fit to the sample.
//!
//! Where nothing was cut it has the samples of the output, and with the delta that stands beside it: output and
//! delta add up to it.

use crate::cli::audio::audio_out::{WaveSpec, WaveWriter};
use crate::cli::audio::side_chunks::SideChunks;
use crate::cli::errors::Error;
use crate::cli::output_file::OutputFile;
use crate::cli::pair_run::PairBlock;
use crate::dsp::clean::cleaned;

/// The music in the making.
pub struct UndippedPrint {
    writer: WaveWriter,
    block: Vec<Vec<f32>>,
}

impl UndippedPrint {
    /// Starts the music in `file`, in the format of the output, with the chunks of the music.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn new(file: OutputFile, spec: WaveSpec, music: &SideChunks) -> Result<Self, Error> {
        let side_chunks = music.rewritten(&spec.written("duck (music as it came)"));
        Ok(Self {
            writer: WaveWriter::new(file, spec, &side_chunks)?,
            block: Vec::new(),
        })
    }

    /// Appends the music of a block. A sample that isn't finite is 0, as in the output.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, block: &PairBlock) -> Result<(), Error> {
        self.block.resize_with(block.input.len(), Vec::new);
        for (music, input) in self.block.iter_mut().zip(block.input) {
            music.clear();
            music.extend(input.iter().map(|&sample| cleaned(sample)));
        }
        self.writer.write(&self.block)
    }

    /// Completes the audio and gives the file, to be finished, and the number of samples that were
    /// clipped.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn complete(self) -> Result<(OutputFile, u64), Error> {
        self.writer.complete()
    }
}
