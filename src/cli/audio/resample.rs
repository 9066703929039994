//! The dialogue at the music's sample rate, aligned with the original to the sample. Only the
//! analysis hears it.

use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{Fft, FixedSync, Resampler, WindowFunction};

use crate::cli::audio::input_bus::InputBus;
use crate::cli::errors::Error;

/// Shortest block that is transformed at once, frames. Longer blocks keep more of the top octave;
/// at 44.1 kHz this one is flat to well above 10 kHz, the highest band of the analysis.
const MIN_CHUNK_FRAMES: u32 = 1024;

/// The dialogue, at the music's sample rate.
pub enum Dialogue {
    /// A file that has the music's rate.
    AsIs(Box<InputBus>),
    /// A file that is converted on the fly.
    Resampled(Box<ResampledFile>),
}

/// A file with its converter.
pub struct ResampledFile {
    file: InputBus,
    converter: Fft<f32>,
    to_hz: u32,
    input: Vec<Vec<f32>>,
    output: Vec<Vec<f32>>,
    /// How much of `output` was handed out or is the converter's delay, frames.
    num_used: usize,
    /// Frames read from the file.
    num_read: u64,
    /// Frames handed out.
    num_given: u64,
    is_ended: bool,
}

impl Dialogue {
    /// `file` at `to_hz`.
    ///
    /// # Errors
    /// If the converter refuses the pair of rates.
    pub fn new(file: InputBus, to_hz: u32) -> Result<Self, Error> {
        Ok(if file.sample_rate_hz() == to_hz {
            Self::AsIs(Box::new(file))
        } else {
            Self::Resampled(Box::new(ResampledFile::new(file, to_hz)?))
        })
    }

    /// The file as it is on disk.
    pub fn file(&self) -> &InputBus {
        match self {
            Self::AsIs(file) => file,
            Self::Resampled(resampled) => &resampled.file,
        }
    }

    /// What was noticed since the last call that the user should know, in words that follow the file's
    /// name.
    pub fn take_notes(&mut self) -> Vec<String> {
        match self {
            Self::AsIs(file) => file.take_notes(),
            Self::Resampled(resampled) => resampled.file.take_notes(),
        }
    }

    /// Replaces the contents of `block` (one vector per channel) with the next `num_frames` frames at the
    /// music's rate; fewer only at the end. Gives their number.
    ///
    /// # Errors
    /// If the file is damaged or shorter than its header says.
    pub fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        match self {
            Self::AsIs(file) => file.read(block, num_frames),
            Self::Resampled(resampled) => resampled.read(block, num_frames),
        }
    }
}

impl ResampledFile {
    fn new(file: InputBus, to_hz: u32) -> Result<Self, Error> {
        let from_hz = file.sample_rate_hz();
        let num_channels = file.num_channels();
        // An even number of the smallest blocks that the two rates allow: the delay, half a block,
        // is then a whole number of samples at both rates.
        let unit_frames = 2 * from_hz / greatest_common_divisor(from_hz, to_hz);
        let chunk_frames = unit_frames * MIN_CHUNK_FRAMES.div_ceil(unit_frames);
        let converter = Fft::new_custom(
            from_hz as usize,
            to_hz as usize,
            chunk_frames as usize,
            1,
            num_channels,
            WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(|error| Error::Resample {
            from_hz,
            to_hz,
            reason: error.to_string(),
        })?;
        let delay_frames = converter.output_delay();
        Ok(Self {
            input: vec![Vec::new(); num_channels],
            // The delay's worth of nothing, used up: the converter's first output follows it.
            output: vec![Vec::new(); num_channels],
            num_used: delay_frames,
            converter,
            file,
            to_hz,
            num_read: 0,
            num_given: 0,
            is_ended: false,
        })
    }

    fn read(&mut self, block: &mut [Vec<f32>], num_frames: usize) -> Result<usize, Error> {
        block.iter_mut().for_each(Vec::clear);
        let mut num_given = 0;
        while num_given < num_frames {
            let num_ready = self.output[0].len();
            if self.num_used >= num_ready {
                self.num_used -= num_ready;
                if !self.convert()? {
                    break;
                }
                continue;
            }
            let num_taken = (num_ready - self.num_used)
                .min(num_frames - num_given)
                .min(usize::try_from(self.num_to_come()).unwrap_or(usize::MAX));
            if num_taken == 0 {
                break;
            }
            let span = self.num_used..self.num_used + num_taken;
            for (to, from) in block.iter_mut().zip(&self.output) {
                to.extend_from_slice(&from[span.clone()]);
            }
            self.num_used += num_taken;
            self.num_given += num_taken as u64;
            num_given += num_taken;
        }
        Ok(num_given)
    }

    /// Frames still to be handed out, so that the whole has the file's length; unlimited before its
    /// end is known.
    fn num_to_come(&self) -> u64 {
        if !self.is_ended {
            return u64::MAX;
        }
        let total = u128::from(self.num_read) * u128::from(self.to_hz);
        let total = total.div_ceil(u128::from(self.file.sample_rate_hz()));
        u64::try_from(total).unwrap_or(u64::MAX) - self.num_given
    }

    /// Converts the next chunk, with silence after the file's end; false when all was handed out.
    fn convert(&mut self) -> Result<bool, Error> {
        if self.num_to_come() == 0 {
            return Ok(false);
        }
        let chunk_frames = self.converter.input_frames_next();
        let num_read = self.file.read(&mut self.input, chunk_frames)?;
        self.num_read += num_read as u64;
        self.is_ended |= num_read < chunk_frames;
        for channel in &mut self.input {
            channel.resize(chunk_frames, 0.0);
            // One bad sample would spread over the whole block.
            for sample in channel.iter_mut().filter(|sample| !sample.is_finite()) {
                *sample = 0.0;
            }
        }
        let num_out = self.converter.output_frames_next();
        for channel in &mut self.output {
            channel.resize(num_out, 0.0);
        }
        let num_channels = self.input.len();
        let refused = |reason: String| Error::Resample {
            from_hz: self.file.sample_rate_hz(),
            to_hz: self.to_hz,
            reason,
        };
        let input = SequentialSliceOfVecs::new(&self.input[..], num_channels, chunk_frames)
            .map_err(|error| refused(error.to_string()))?;
        let mut output =
            SequentialSliceOfVecs::new_mut(&mut self.output[..], num_channels, num_out)
                .map_err(|error| refused(error.to_string()))?;
        self.converter
            .process_into_buffer(&input, &mut output, None)
            .map_err(|error| refused(error.to_string()))?;
        Ok(true)
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;
    use crate::cli::audio::input_bus::Wanted;

    const TONE_HZ: f64 = 1000.0;
    const LENGTH_S: f64 = 0.5;

    /// A tone under a bell, so that time shows twice, in the envelope and in the phase.
    fn tone(time_s: f64) -> f64 {
        let from_middle_s = time_s - LENGTH_S / 2.0;
        (-(from_middle_s / 0.05).powi(2)).exp() * (TAU * TONE_HZ * time_s).sin()
    }

    #[test]
    fn the_converted_dialogue_is_aligned_to_the_sample_and_as_long() {
        let folder = tempfile::tempdir().unwrap();
        for (from_hz, to_hz) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (96_000, 48_000),
            (48_000, 192_000),
            (47_952, 48_000),
            (47_999, 48_000),
            (8_000, 44_100),
        ] {
            let path = folder.path().join(format!("{from_hz}.wav"));
            let spec = hound::WavSpec {
                channels: 1,
                sample_rate: from_hz,
                bits_per_sample: 32,
                sample_format: hound::SampleFormat::Float,
            };
            let mut writer = hound::WavWriter::create(&path, spec).unwrap();
            let num_in = (LENGTH_S * f64::from(from_hz)) as u32;
            for frame_idx in 0..num_in {
                let sample = tone(f64::from(frame_idx) / f64::from(from_hz));
                writer.write_sample(sample as f32).unwrap();
            }
            writer.finalize().unwrap();

            let bus = InputBus::open_dialogue(&path, &Wanted::default()).unwrap();
            let mut dialogue = Dialogue::new(bus, to_hz).unwrap();
            let mut converted = Vec::new();
            let mut block = vec![Vec::new()];
            while dialogue.read(&mut block, 777).unwrap() > 0 {
                converted.extend_from_slice(&block[0]);
            }
            let num_expected = (u64::from(num_in) * u64::from(to_hz)).div_ceil(u64::from(from_hz));
            assert_eq!(converted.len() as u64, num_expected, "{from_hz} to {to_hz}");
            let worst = converted
                .iter()
                .enumerate()
                .map(|(idx, &sample)| {
                    (f64::from(sample) - tone(idx as f64 / f64::from(to_hz))).abs()
                })
                .fold(0.0, f64::max);
            // A shift by a tenth of a sample at 48 kHz would give 0.013.
            assert!(worst < 1e-3, "{from_hz} to {to_hz}: off by {worst}");
        }
    }
}
