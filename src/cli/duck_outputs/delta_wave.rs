//! What was removed, as audio: the music minus the output, both as they are stored.
//!
//! With 24 bits output and delta add up to the music to the last bit (as the output's format holds
//! it: rounded and clipped), unless the delta itself passes full scale. In 32-bit float the delta
//! is the difference to the nearest number: the sum is off by half its last place at most, and
//! exact where the output lies between half and twice the music. For a delta within full scale,
//! that is a quarter of a 24-bit step: music that came from 24 bits comes back whole by rounding.

use crate::cli::audio::audio_out::{SampleFormat, WaveSpec, WaveWriter};
use crate::cli::audio::side_chunks::SideChunks;
use crate::cli::errors::Error;
use crate::cli::output_file::OutputFile;
use crate::cli::pair_run::PairBlock;

/// The delta in the making.
pub struct DeltaPrint {
    writer: WaveWriter,
    format: SampleFormat,
    block: Vec<Vec<f32>>,
}

impl DeltaPrint {
    /// Starts the delta in `file`, in the format of the output, with the chunks of the music.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn new(file: OutputFile, spec: WaveSpec, music: &SideChunks) -> Result<Self, Error> {
        let side_chunks = music.rewritten(&spec.written("duck (what was removed)"));
        Ok(Self {
            writer: WaveWriter::new(file, spec, &side_chunks)?,
            format: spec.format(),
            block: Vec::new(),
        })
    }

    /// Appends the delta of a block.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, block: &PairBlock) -> Result<(), Error> {
        self.block.resize_with(block.output.len(), Vec::new);
        for ((delta, input), output) in self.block.iter_mut().zip(block.input).zip(block.output) {
            let pairs = input.iter().zip(output.iter());
            delta.clear();
            delta.extend(pairs.map(|(&input, &output)| removed(input, output, self.format)));
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

/// What was taken from a sample. One that isn't finite counts as 0, as for the engine.
fn removed(input: f32, output: f32, format: SampleFormat) -> f32 {
    let input = if input.is_finite() { input } else { 0.0 };
    // With 24 bits exact: the difference of two such numbers fits an f32.
    format.stored(input) - format.stored(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers of all sizes up to full scale, both signs.
    fn samples() -> impl Iterator<Item = f32> {
        let full_scale = test_support::noise::white(1.0, 1).take(20_000);
        (0..)
            .zip(full_scale)
            .map(|(idx, sample)| sample * 0.5f32.powi(idx % 30))
    }

    #[test]
    fn in_24_bits_output_and_delta_are_the_input_to_the_last_bit() {
        let format = SampleFormat::Int24;
        for (input, output) in samples().zip(samples().skip(7)) {
            let delta = removed(input, output, format);
            if delta.abs() < 1.0 {
                assert_eq!(format.stored(delta), delta, "{input} {output}");
                assert_eq!(
                    format.stored(output) + format.stored(delta),
                    format.stored(input),
                    "{input} {output}"
                );
            }
        }
    }

    #[test]
    fn in_float_the_sum_is_off_by_half_a_last_place_of_the_delta_at_most() {
        let format = SampleFormat::Float32;
        let mut num_exact = 0;
        for (input, output) in samples().zip(samples().skip(31)) {
            let delta = removed(input, output, format);
            let sum = f64::from(output) + f64::from(delta);
            let off = (sum - f64::from(input)).abs();
            let half_last_place = f64::from(delta.abs()) * 2f64.powi(-24);
            assert!(off <= half_last_place, "{input} {output}: off by {off}");
            let ratio = f64::from(output) / f64::from(input);
            if (0.5..=2.0).contains(&ratio) {
                assert_eq!(output + delta, input);
                num_exact += 1;
            }
            // What came from 24 bits comes back whole.
            let input = SampleFormat::Int24.stored(input);
            let delta = removed(input, output, format);
            if delta.abs() <= 1.0 {
                let sum = f64::from(output) + f64::from(delta);
                let step = 2f64.powi(-23);
                assert_eq!((sum / step).round() * step, f64::from(input));
            }
        }
        assert!(num_exact > 100, "{num_exact}");
    }

    #[test]
    fn a_sample_that_is_not_finite_counts_as_nothing() {
        for input in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert_eq!(removed(input, 0.0, SampleFormat::Float32), 0.0);
        }
    }
}
