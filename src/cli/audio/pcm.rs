//! Samples that need no decoder, as they lie in a file, as f32.

use crate::dsp::packed_samples::{from_24_bit, from_integer};

/// How samples lie in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PcmForm {
    /// Number of channels, interleaved, at least 1.
    pub num_channels: usize,
    /// What a sample takes, bytes.
    pub bytes: usize,
    /// What those bytes mean.
    pub coding: Coding,
    /// Whether the first byte is the one that counts most.
    pub is_big_endian: bool,
}

/// What the bytes of a sample mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// One byte, 128 for nothing.
    Offset8,
    /// A signed integer of 1 to 4 bytes.
    Integer {
        /// Bits by which it stands below the upper end of its bytes.
        shift_bits: u32,
    },
    /// IEEE 754, of 4 or 8 bytes.
    Float,
}

impl PcmForm {
    /// What a frame takes, bytes.
    pub fn frame_bytes(&self) -> usize {
        self.bytes * self.num_channels
    }

    /// Replaces the contents of `planes`, one vector per channel, with the whole frames of `data`.
    pub fn unpack(&self, data: &[u8], planes: &mut [Vec<f32>]) {
        let is_big = self.is_big_endian;
        match (self.coding, self.bytes) {
            (Coding::Offset8, _) => each::<1>(data, planes, false, |[byte]| {
                f32::from(byte.wrapping_sub(128).cast_signed()) / 128.0
            }),
            (Coding::Integer { shift_bits: 0 }, 3) if !is_big => unpack_24_bit(data, planes),
            (Coding::Integer { shift_bits }, 1) => each::<1>(data, planes, false, |[a]| {
                from_integer([0, 0, 0, a], shift_bits)
            }),
            (Coding::Integer { shift_bits }, 2) => each::<2>(data, planes, is_big, |[a, b]| {
                from_integer([0, 0, a, b], shift_bits)
            }),
            (Coding::Integer { shift_bits }, 3) => each::<3>(data, planes, is_big, |[a, b, c]| {
                from_integer([0, a, b, c], shift_bits)
            }),
            (Coding::Integer { shift_bits }, _) => {
                each::<4>(data, planes, is_big, |bytes| {
                    from_integer(bytes, shift_bits)
                });
            }
            (Coding::Float, 8) => each::<8>(data, planes, is_big, |bytes| {
                f64::from_le_bytes(bytes) as f32
            }),
            (Coding::Float, _) => each::<4>(data, planes, is_big, f32::from_le_bytes),
        }
    }

    /// The samples of `data` as integers, as far as they are: those at the upper end of their bytes.
    pub fn integers<'a>(&self, data: &'a [u8]) -> impl Iterator<Item = i32> + 'a + use<'a> {
        let (num_bytes, is_big) = (self.bytes.clamp(1, 4), self.is_big_endian);
        data.chunks_exact(num_bytes).map(move |sample| {
            let mut bytes = [0; 4];
            bytes[4 - num_bytes..].copy_from_slice(sample);
            if is_big {
                bytes[4 - num_bytes..].reverse();
            }
            i32::from_le_bytes(bytes)
        })
    }
}

/// Takes `data` apart into samples of `N` bytes; `value` gets them with the least byte first.
fn each<const N: usize>(
    data: &[u8],
    planes: &mut [Vec<f32>],
    is_big_endian: bool,
    value: impl Fn([u8; N]) -> f32,
) {
    let frame_bytes = N * planes.len();
    let num_frames = data.len() / frame_bytes.max(1);
    for (channel_idx, plane) in planes.iter_mut().enumerate() {
        plane.clear();
        let frames = data.chunks_exact(frame_bytes).take(num_frames);
        plane.extend(frames.map(|frame| {
            let mut bytes = [0; N];
            bytes.copy_from_slice(&frame[N * channel_idx..N * (channel_idx + 1)]);
            if is_big_endian {
                bytes.reverse();
            }
            value(bytes)
        }));
    }
}

/// Frames of plain 24 bits that are converted before they are taken apart.
const FRAMES_AT_ONCE: usize = 128;

/// Plain 24 bits, by far the most common here: first samples as they lie there, then channels, so that either is a loop
/// over vectors.
fn unpack_24_bit(data: &[u8], planes: &mut [Vec<f32>]) {
    let num_channels = planes.len();
    let (samples, _) = data.as_chunks::<3>();
    let num_frames = samples.len() / num_channels.max(1);
    let samples = &samples[..num_frames * num_channels];
    for plane in planes.iter_mut() {
        plane.clear();
        plane.reserve(num_frames);
    }
    let mut converted = vec![0.0; FRAMES_AT_ONCE * num_channels];
    for samples in samples.chunks(converted.len().max(1)) {
        let converted = &mut converted[..samples.len()];
        from_24_bit(converted, samples);
        match num_channels {
            1 => take_apart::<1>(converted, planes),
            2 => take_apart::<2>(converted, planes),
            6 => take_apart::<6>(converted, planes),
            8 => take_apart::<8>(converted, planes),
            _ => {
                for (channel_idx, plane) in planes.iter_mut().enumerate() {
                    plane.extend(converted.iter().skip(channel_idx).step_by(num_channels));
                }
            }
        }
    }
}

/// Adds frames of `N` samples to the ends of as many planes.
fn take_apart<const N: usize>(samples: &[f32], planes: &mut [Vec<f32>]) {
    let (frames, _) = samples.as_chunks::<N>();
    for (channel_idx, plane) in planes.iter_mut().enumerate().take(N) {
        plane.extend(frames.iter().map(|frame| frame[channel_idx]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(bytes: usize, coding: Coding) -> PcmForm {
        PcmForm {
            num_channels: 2,
            bytes,
            coding,
            is_big_endian: false,
        }
    }

    #[test]
    fn frames_come_apart_and_a_broken_one_at_the_end_is_left_out() {
        let values = [0, 1, -1, 8_388_607, -8_388_608, 4_194_304];
        let scaled = |value: i32| value as f32 / 8_388_608.0;
        for (num_bytes, shift_bits, is_big_endian) in [
            (3, 0, false),
            (3, 0, true),
            (4, 0, false),
            (4, 0, true),
            (4, 8, false),
        ] {
            // At the upper end of the bytes, or at the lower one.
            let bytes = |value: &i32| match num_bytes {
                4 if shift_bits == 0 => (value << 8).to_le_bytes(),
                _ => value.to_le_bytes(),
            };
            let mut data: Vec<u8> = values
                .iter()
                .flat_map(|value| {
                    let mut sample = bytes(value)[..num_bytes].to_vec();
                    if is_big_endian {
                        sample.reverse();
                    }
                    sample
                })
                .collect();
            data.extend([1, 2, 3, 4]);
            let mut planes = vec![vec![9.0; 7], Vec::new()];
            let coding = Coding::Integer { shift_bits };
            let form = PcmForm {
                is_big_endian,
                ..form(num_bytes, coding)
            };
            form.unpack(&data, &mut planes);
            assert_eq!(planes[0], [0, -1, -8_388_608].map(scaled), "{form:?}");
            assert_eq!(planes[1], [1, 8_388_607, 4_194_304].map(scaled), "{form:?}");
        }
    }

    #[test]
    fn every_other_coding_has_its_full_scale() {
        let unpacked = |form: PcmForm, data: &[u8]| {
            let mut planes = vec![Vec::new(), Vec::new()];
            form.unpack(data, &mut planes);
            [planes[0][0], planes[1][0]]
        };
        assert_eq!(unpacked(form(1, Coding::Offset8), &[0, 192]), [-1.0, 0.5]);
        let integer = Coding::Integer { shift_bits: 0 };
        assert_eq!(unpacked(form(1, integer), &[0x80, 0x40]), [-1.0, 0.5]);
        let words = [0x00, 0x80, 0x00, 0x40];
        assert_eq!(unpacked(form(2, integer), &words), [-1.0, 0.5]);
        let floats: Vec<u8> = [-1.5f64, 0.5]
            .iter()
            .flat_map(|it| it.to_le_bytes())
            .collect();
        assert_eq!(unpacked(form(8, Coding::Float), &floats), [-1.5, 0.5]);
        let floats: Vec<u8> = [-1.5f32, 0.5]
            .iter()
            .flat_map(|it| it.to_le_bytes())
            .collect();
        assert_eq!(unpacked(form(4, Coding::Float), &floats), [-1.5, 0.5]);
    }
}
