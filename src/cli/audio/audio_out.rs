//! WAV out: 24-bit integer or 32-bit float, any length, with the music's loudspeaker positions and the
//! chunks beside its audio.
//!
//! Written here since no writer in the registry does what is needed: `hound` can neither set the
//! channel mask nor pass 4 GB; `bwavfile` rests on an abandoned text codec (RUSTSEC-2021-0153).
//! Sources: RIFF and WAVE_FORMAT_EXTENSIBLE as Microsoft documents them; RF64: EBU Tech 3306
//! (2009), whose way of turning a JUNK chunk into ds64 this follows.

use crate::cli::audio::side_chunks::{SideChunks, Written};
use crate::cli::audio::wave_chunks::SIZE_ELSEWHERE;
use crate::cli::audio::wave_header::FORMAT_TAG_EXTENSIBLE;
use crate::cli::errors::Error;
use crate::cli::output_file::OutputFile;

/// Body of the ds64 chunk without a table, bytes; a JUNK chunk of that size keeps its place.
const DS64_BYTES: u32 = 28;

/// The last 14 bytes of the subformats of WAVE_FORMAT_EXTENSIBLE; its format tag stands before.
const SUBFORMAT_TAIL: [u8; 14] = [
    0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71,
];

/// 24-bit full scale: a sample of 1.0.
const FULL_SCALE_24: f32 = 8_388_608.0;

/// How samples are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    /// Signed 24-bit integer.
    Int24,
    /// IEEE 754 single precision.
    Float32,
}

impl SampleFormat {
    /// `sample` as it will be read back: unchanged, or rounded to 24 bits and clipped.
    pub fn stored(self, sample: f32) -> f32 {
        match self {
            // Exact: 24 bits fit an f32.
            Self::Int24 => int_24(sample) as f32 / FULL_SCALE_24,
            Self::Float32 => sample,
        }
    }

    fn bytes(self) -> u16 {
        match self {
            Self::Int24 => 3,
            Self::Float32 => 4,
        }
    }

    fn tag(self) -> u16 {
        match self {
            Self::Int24 => 1,
            Self::Float32 => 3,
        }
    }
}

/// Format of a wave file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaveSpec {
    num_channels: u16,
    sample_rate_hz: u32,
    format: SampleFormat,
    channel_mask: u32,
}

impl WaveSpec {
    /// A format for `num_channels`, 1 to 16. `channel_mask`: that of the input, kept if it names
    /// one loudspeaker per channel or none; without one the usual positions are written.
    pub fn new(
        num_channels: usize,
        sample_rate_hz: u32,
        format: SampleFormat,
        channel_mask: Option<u32>,
    ) -> Self {
        let channel_mask = channel_mask
            .filter(|mask| [0, num_channels].contains(&(mask.count_ones() as usize)))
            .unwrap_or_else(|| usual_channel_mask(num_channels));
        Self {
            num_channels: num_channels as u16,
            sample_rate_hz,
            format,
            channel_mask,
        }
    }

    /// Sample rate, Hz.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// How samples are stored.
    pub fn format(&self) -> SampleFormat {
        self.format
    }

    fn frame_bytes(&self) -> u16 {
        self.num_channels * self.format.bytes()
    }

    /// How the file is written, with what was done to the audio.
    pub fn written(&self, what: &'static str) -> Written {
        Written {
            sample_rate_hz: self.sample_rate_hz,
            bits: self.format.bytes() * 8,
            num_channels: self.num_channels,
            what,
        }
    }

    /// All bytes before the samples, for a file of `num_frames`, `leading` among them; `num_trailing`
    /// stand behind the samples. Their number doesn't depend on the length.
    fn header(&self, num_frames: u64, leading: &[u8], num_trailing: usize) -> Vec<u8> {
        let fmt = self.fmt_body();
        let data_bytes = num_frames * u64::from(self.frame_bytes());
        let chunks_bytes = 8 + u64::from(DS64_BYTES) + 8 + fmt.len() as u64 + 8 + 4 + 8;
        let side_bytes = (leading.len() + num_trailing) as u64;
        let form_bytes = 4 + chunks_bytes + side_bytes + data_bytes + data_bytes % 2;
        let short = |bytes: u64| u32::try_from(bytes).unwrap_or(SIZE_ELSEWHERE);
        let is_long = form_bytes >= u64::from(SIZE_ELSEWHERE);

        let mut header = Vec::new();
        header.extend(if is_long { b"RF64" } else { b"RIFF" });
        header.extend(short(form_bytes).to_le_bytes());
        header.extend(b"WAVE");
        if is_long {
            header.extend(b"ds64");
            header.extend(DS64_BYTES.to_le_bytes());
            header.extend(form_bytes.to_le_bytes());
            header.extend(data_bytes.to_le_bytes());
            header.extend(num_frames.to_le_bytes());
            header.extend(0u32.to_le_bytes());
        } else {
            header.extend(b"JUNK");
            header.extend(DS64_BYTES.to_le_bytes());
            header.extend([0; DS64_BYTES as usize]);
        }
        header.extend(leading);
        header.extend(b"fmt ");
        header.extend((fmt.len() as u32).to_le_bytes());
        header.extend(fmt);
        header.extend(b"fact");
        header.extend(4u32.to_le_bytes());
        header.extend(short(num_frames).to_le_bytes());
        header.extend(b"data");
        let data_size = if is_long {
            SIZE_ELSEWHERE
        } else {
            short(data_bytes)
        };
        header.extend(data_size.to_le_bytes());
        header
    }

    fn fmt_body(&self) -> Vec<u8> {
        // Mono and stereo in the plain form, which every program reads.
        let is_extensible = self.num_channels > 2;
        let bits = self.format.bytes() * 8;
        let byte_rate = self.sample_rate_hz * u32::from(self.frame_bytes());
        let tag = self.format.tag();
        let mut body = Vec::new();
        body.extend(
            if is_extensible {
                FORMAT_TAG_EXTENSIBLE
            } else {
                tag
            }
            .to_le_bytes(),
        );
        body.extend(self.num_channels.to_le_bytes());
        body.extend(self.sample_rate_hz.to_le_bytes());
        body.extend(byte_rate.to_le_bytes());
        body.extend(self.frame_bytes().to_le_bytes());
        body.extend(bits.to_le_bytes());
        if is_extensible {
            body.extend(22u16.to_le_bytes());
            body.extend(bits.to_le_bytes());
            body.extend(self.channel_mask.to_le_bytes());
            body.extend(tag.to_le_bytes());
            body.extend(SUBFORMAT_TAIL);
        } else if self.format == SampleFormat::Float32 {
            body.extend(0u16.to_le_bytes());
        }
        body
    }
}

/// Loudspeaker bits of the layouts of [`crate::layout::Layout::from_num_channels`]; 0 (no
/// positions) for layouts that have no mask, such as 9.1.6: no bit stands for a wide channel.
fn usual_channel_mask(num_channels: usize) -> u32 {
    const FRONT_3: u32 = 0x7;
    const LFE: u32 = 0x8;
    const BACK: u32 = 0x30;
    const BACK_CENTRE: u32 = 0x100;
    const SIDES: u32 = 0x600;
    const TOP_FRONT: u32 = 0x5000;
    const TOP_BACK: u32 = 0x2_8000;
    match num_channels {
        1 => 0x4,
        2 => 0x3,
        3 => FRONT_3,
        4 => FRONT_3 | BACK_CENTRE,
        5 => FRONT_3 | BACK,
        6 => FRONT_3 | LFE | BACK,
        7 => FRONT_3 | BACK | SIDES,
        8 => FRONT_3 | LFE | BACK | SIDES,
        12 => FRONT_3 | LFE | BACK | SIDES | TOP_FRONT | TOP_BACK,
        _ => 0,
    }
}

/// A wave file in the making.
pub struct WaveWriter {
    file: OutputFile,
    spec: WaveSpec,
    /// What stands before and behind the samples.
    leading: Vec<u8>,
    trailing: Vec<u8>,
    num_frames: u64,
    num_clipped: u64,
    bytes: Vec<u8>,
}

impl WaveWriter {
    /// Starts the audio of `file`, with `side_chunks` beside it.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn new(
        mut file: OutputFile,
        spec: WaveSpec,
        side_chunks: &SideChunks,
    ) -> Result<Self, Error> {
        let leading = side_chunks.before_audio();
        let trailing = side_chunks.after_audio();
        file.write_all(&spec.header(0, &leading, trailing.len()))?;
        Ok(Self {
            file,
            spec,
            leading,
            trailing,
            num_frames: 0,
            num_clipped: 0,
            bytes: Vec::new(),
        })
    }

    /// Appends a block: one slice per channel, all of one length.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn write(&mut self, block: &[impl AsRef<[f32]>]) -> Result<(), Error> {
        let num_frames = block.first().map_or(0, |channel| channel.as_ref().len());
        self.bytes.clear();
        for frame_idx in 0..num_frames {
            for channel in block {
                let sample = channel.as_ref()[frame_idx];
                match self.spec.format {
                    SampleFormat::Float32 => self.bytes.extend(sample.to_le_bytes()),
                    SampleFormat::Int24 => {
                        self.num_clipped += u64::from(sample.abs() > 1.0);
                        self.bytes.extend(&int_24(sample).to_le_bytes()[..3]);
                    }
                }
            }
        }
        self.num_frames += num_frames as u64;
        self.file.write_all(&self.bytes)
    }

    /// Completes the audio and gives the file, to be finished, and the number of samples that were
    /// clipped.
    ///
    /// # Errors
    /// If the disk refuses; then nothing is left behind.
    pub fn complete(mut self) -> Result<(OutputFile, u64), Error> {
        let data_bytes = self.num_frames * u64::from(self.spec.frame_bytes());
        if data_bytes % 2 == 1 {
            self.file.write_all(&[0])?;
        }
        self.file.write_all(&self.trailing)?;
        let header = self
            .spec
            .header(self.num_frames, &self.leading, self.trailing.len());
        self.file.rewrite_start(&header)?;
        Ok((self.file, self.num_clipped))
    }
}

/// `sample` as a 24-bit integer, to the nearest, clipped at full scale.
fn int_24(sample: f32) -> i32 {
    (sample * FULL_SCALE_24)
        .round()
        .clamp(-FULL_SCALE_24, FULL_SCALE_24 - 1.0) as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn u32_at(bytes: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())
    }

    fn u64_at(bytes: &[u8], at: usize) -> u64 {
        u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
    }

    #[test]
    fn integers_round_to_the_nearest_and_never_wrap() {
        let step = 1.0 / FULL_SCALE_24;
        assert_eq!(int_24(0.6 * step), 1);
        assert_eq!(int_24(-0.6 * step), -1);
        assert_eq!(int_24(1.0), 8_388_607);
        assert_eq!(int_24(7.5), 8_388_607);
        assert_eq!(int_24(-1.0), -8_388_608);
        assert_eq!(int_24(-7.5), -8_388_608);
    }

    #[test]
    fn a_file_above_4_gb_is_rf64_with_its_sizes_in_ds64() {
        let spec = WaveSpec::new(6, 48_000, SampleFormat::Float32, None);
        let num_frames = 300_000_000;
        let (short, long) = (spec.header(1000, &[], 0), spec.header(num_frames, &[], 0));
        assert_eq!(short.len(), long.len());
        assert_eq!((&short[..4], &short[12..16]), (&b"RIFF"[..], &b"JUNK"[..]));
        assert_eq!((&long[..4], &long[12..16]), (&b"RF64"[..], &b"ds64"[..]));
        let data_bytes = num_frames * 24;
        assert_eq!(u32_at(&long, 4), u32::MAX);
        assert_eq!(u64_at(&long, 20), long.len() as u64 - 8 + data_bytes);
        assert_eq!(u64_at(&long, 28), data_bytes);
        assert_eq!(u64_at(&long, 36), num_frames);
        assert_eq!(u32_at(&long, long.len() - 4), u32::MAX);
    }

    #[test]
    fn sizes_fit_the_largest_riff_and_no_more() {
        let spec = WaveSpec::new(1, 48_000, SampleFormat::Float32, None);
        let header_bytes = spec.header(0, &[], 0).len() as u64;
        let most_frames = (u64::from(u32::MAX) - 1 + 8 - header_bytes) / 4;
        assert_eq!(&spec.header(most_frames, &[], 0)[..4], b"RIFF");
        assert_eq!(&spec.header(most_frames + 1, &[], 0)[..4], b"RF64");
    }

    #[test]
    fn usual_masks_name_one_loudspeaker_per_channel() {
        for num_channels in 1..=16 {
            let num_named = usual_channel_mask(num_channels).count_ones() as usize;
            assert!([0, num_channels].contains(&num_named), "{num_channels}");
        }
    }

    #[test]
    fn a_mask_that_does_not_fit_the_channels_is_replaced() {
        let mask = |given| WaveSpec::new(6, 48_000, SampleFormat::Int24, given).channel_mask;
        assert_eq!(mask(Some(0x60F)), 0x60F);
        assert_eq!(mask(Some(0)), 0);
        assert_eq!(mask(Some(0x3)), 0x3F);
        assert_eq!(mask(None), 0x3F);
    }
}
