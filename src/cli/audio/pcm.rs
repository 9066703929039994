//! Samples of plain 24-bit WAV, by far the most common files here, without the decoder's detour over
//! a sample at a time: the values are the decoder's.

use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::codecs::audio::well_known::CODEC_ID_PCM_S24LE;

const BYTES: usize = 3;

/// Number of channels if audio with these parameters is interleaved little-endian 24-bit PCM that
/// uses all of its bits; else `None`.
pub fn channels_of_24_bit(params: &AudioCodecParameters) -> Option<usize> {
    let uses_all = |bits: Option<u32>| bits.is_none_or(|bits| bits == 8 * BYTES as u32);
    let is_plain = params.codec == CODEC_ID_PCM_S24LE
        && uses_all(params.bits_per_sample)
        && uses_all(params.bits_per_coded_sample);
    let num_channels = params.channels.as_ref()?.count();
    (is_plain && num_channels > 0).then_some(num_channels)
}

/// Replaces the contents of `planes`, one vector per channel, with the whole frames of `data`.
pub fn unpack_24_bit(data: &[u8], planes: &mut [Vec<f32>]) {
    // 2^-31: each value is put into the upper three bytes of four.
    const SCALE: f32 = 1.0 / 2_147_483_648.0;
    let sample_at = |at: usize| {
        // Four bytes at once are faster than three; the last sample of all has no fourth.
        let value = match (data.get(at..at + 4), data.get(at..at + BYTES)) {
            (Some(&[low, middle, high, next]), _) => {
                i32::from_le_bytes([low, middle, high, next]) << 8
            }
            (_, Some(&[low, middle, high])) => i32::from_le_bytes([0, low, middle, high]),
            _ => 0,
        };
        value as f32 * SCALE
    };
    let frame_bytes = BYTES * planes.len();
    let num_frames = data.len() / frame_bytes.max(1);
    for (channel_idx, plane) in planes.iter_mut().enumerate() {
        plane.clear();
        let starts = (0..num_frames).map(|frame| frame * frame_bytes + channel_idx * BYTES);
        plane.extend(starts.map(sample_at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_come_apart_and_a_broken_one_at_the_end_is_left_out() {
        let values = [0, 1, -1, 8_388_607, -8_388_608, 4_194_304];
        let mut data: Vec<u8> = values
            .iter()
            .flat_map(|value: &i32| value.to_le_bytes().into_iter().take(BYTES))
            .collect();
        data.extend([1, 2, 3, 4]);
        let mut planes = vec![vec![9.0; 7], Vec::new()];
        unpack_24_bit(&data, &mut planes);
        let scaled = |value: i32| value as f32 / 8_388_608.0;
        assert_eq!(planes[0], [0, -1, -8_388_608].map(scaled));
        assert_eq!(planes[1], [1, 8_388_607, 4_194_304].map(scaled));
    }
}
