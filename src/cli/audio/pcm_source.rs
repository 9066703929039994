//! Files whose samples need no decoder, read from where they lie.

use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;

use crate::cli::audio::pcm::{Coding, PcmForm};
use crate::cli::audio::source::Source;
use crate::cli::audio::wave_chunks::read_at;
use crate::cli::errors::Problem;

/// Frames that are read at once.
const PCM_BLOCK_FRAMES: usize = 4096;

/// Places of a file that are looked at to see where in their bytes its samples stand.
const NUM_PROBES: u64 = 64;

/// Samples as they lie in a file.
pub struct PcmSource {
    file: File,
    form: PcmForm,
    /// What is still to be read, bytes of the file.
    ranges: Vec<Range<u64>>,
    bytes: Vec<u8>,
}

impl PcmSource {
    /// The samples of `file` in `ranges`, in their order.
    pub fn new(file: File, form: PcmForm, ranges: &[Range<u64>]) -> Self {
        Self {
            file,
            form,
            ranges: ranges.iter().rev().cloned().collect(),
            bytes: Vec::new(),
        }
    }
}

impl Source for PcmSource {
    fn next(&mut self, planes: &mut Vec<Vec<f32>>) -> Result<bool, Problem> {
        planes.resize_with(self.form.num_channels, Vec::new);
        let frame_bytes = self.form.frame_bytes();
        self.bytes.resize(frame_bytes * PCM_BLOCK_FRAMES, 0);
        let mut num_read = 0;
        // A frame may begin in one range and end in the next.
        while num_read < self.bytes.len()
            && let Some(range) = self.ranges.last_mut()
        {
            let num_left = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
            let num_wanted = num_left.min(self.bytes.len() - num_read);
            let bytes = &mut self.bytes[num_read..num_read + num_wanted];
            let num = read_at(&mut self.file, range.start, bytes)?;
            num_read += num;
            range.start += num as u64;
            if num < num_wanted {
                // It has become shorter since it was opened.
                return Err(Problem::Unreadable(ErrorKind::UnexpectedEof.into()));
            }
            if range.is_empty() {
                self.ranges.pop();
            }
        }
        self.form.unpack(&self.bytes[..num_read], planes);
        Ok(num_read >= frame_bytes)
    }
}

/// `form`, whose samples have `valid_bits` that count, with the place in their bytes at which the
/// samples of `file` in `ranges` stand. A file of which both could be true follows its header:
/// `is_upper` says that it names the upper end.
///
/// # Errors
/// If the file can't be read.
pub fn with_place_of_bits(
    file: &mut File,
    form: PcmForm,
    ranges: &[Range<u64>],
    (valid_bits, is_upper): (u32, bool),
) -> Result<PcmForm, Problem> {
    let all_bits = 8 * form.bytes as u32;
    let is_whole = !(1..all_bits).contains(&valid_bits);
    if is_whole || !matches!(form.coding, Coding::Integer { .. }) {
        return Ok(form);
    }
    let spare_bits = all_bits - valid_bits;
    let (mut may_be_upper, mut may_be_lower) = (true, true);
    let mut bytes = vec![0; form.frame_bytes() * PCM_BLOCK_FRAMES];
    for range in ranges {
        let length = range.end - range.start;
        let frame_bytes = form.frame_bytes() as u64;
        for probe in 0..NUM_PROBES {
            let frame = length / frame_bytes * probe / NUM_PROBES;
            let at = range.start + frame * frame_bytes;
            let num_wanted = (bytes.len() as u64).min(range.end - at) as usize;
            let num_read = read_at(file, at, &mut bytes[..num_wanted])?;
            for sample in form.integers(&bytes[..num_read]) {
                let sample = sample >> (32 - all_bits);
                may_be_upper &= sample & ((1 << spare_bits) - 1) == 0;
                may_be_lower &= sample >> (valid_bits - 1) == 0 || sample >> (valid_bits - 1) == -1;
            }
        }
    }
    // Samples of 16 bits in ALSA's form have zeros on both sides; nothing else has a whole byte of
    // them above what is no silence.
    let is_lower = match (may_be_upper, may_be_lower) {
        (true, true) => !is_upper && spare_bits == 8,
        (is_upper, is_lower) => is_lower && !is_upper,
    };
    let shift_bits = if is_lower { spare_bits } else { 0 };
    let coding = Coding::Integer { shift_bits };
    Ok(PcmForm { coding, ..form })
}
