//! Linear timecode (LTC) as a sound on a channel: found by its sync words, so that nothing else is
//! taken for it.
//!
//! Source: SMPTE ST 12-1 (80 bits a frame, biphase mark, sync word 0011 1111 1111 1101).

use std::path::Path;

use crate::cli::audio::audio_in::AudioFile;
use crate::cli::audio::opening::Reading;
use crate::cli::errors::Error;

/// What is scanned of a file, s: timecode runs from the start of a recording.
const SCANNED_S: f64 = 20.0;

/// Frames that are read at once.
const BLOCK_FRAMES: usize = 8192;

/// Frame rates that are tried, frames per second; 23.976 and 29.97 lie within their tolerance.
const FRAME_RATES: [f64; 3] = [24.0, 25.0, 30.0];

const BITS_PER_FRAME: u32 = 80;
const SYNC_WORD: u16 = 0b0011_1111_1111_1101;

/// Sync words at a frame's distance that prove it.
const LEAST_FRAMES: u32 = 8;

/// Share of the time from the first sync word on that must be timecode: crosstalk of it in the pauses of
/// a voice isn't.
const LEAST_SHARE: f64 = 0.6;

/// Least level of it, mean square: softer timecode is crosstalk, -50 dBFS.
const LEAST_POWER: f64 = 1e-5;

/// Indexes of the channels of the file at `path` that carry timecode.
///
/// # Errors
/// If the file can't be read.
pub fn channels_with_timecode(path: &Path, reading: Reading) -> Result<Vec<usize>, Error> {
    let mut file = AudioFile::open_as(path, reading)?;
    let rate_hz = f64::from(file.sample_rate_hz());
    let mut scans: Vec<Scan> = (0..file.num_channels())
        .map(|_| Scan::new(rate_hz))
        .collect();
    let mut block = vec![Vec::new(); file.num_channels()];
    let mut num_left = (SCANNED_S * rate_hz) as usize;
    while num_left > 0 {
        // Damage further on is for the run to tell.
        let Ok(num_read @ 1..) = file.read(&mut block, BLOCK_FRAMES) else {
            break;
        };
        for (scan, channel) in scans.iter_mut().zip(&block) {
            scan.push(channel);
        }
        num_left = num_left.saturating_sub(num_read);
    }
    let found = scans
        .iter()
        .enumerate()
        .filter(|(_, scan)| scan.is_timecode());
    Ok(found.map(|(channel_idx, _)| channel_idx).collect())
}

/// Looks for timecode on one channel.
struct Scan {
    decoders: Vec<Decoder>,
    sample_idx: u64,
    is_above: bool,
    last: f64,
    last_crossing: f64,
    power: f64,
}

impl Scan {
    fn new(rate_hz: f64) -> Self {
        Self {
            decoders: FRAME_RATES
                .map(|fps| Decoder::new(rate_hz / (fps * f64::from(BITS_PER_FRAME))))
                .into(),
            sample_idx: 0,
            is_above: false,
            last: 0.0,
            last_crossing: 0.0,
            power: 0.0,
        }
    }

    fn push(&mut self, samples: &[f32]) {
        for &sample in samples {
            let sample = f64::from(sample);
            self.power += sample * sample;
            if (sample > 0.0) != self.is_above && sample != self.last {
                // Where the line between the two samples crosses zero.
                let crossing = self.sample_idx as f64 - sample / (sample - self.last);
                for decoder in &mut self.decoders {
                    decoder.take(crossing - self.last_crossing, self.sample_idx);
                }
                self.last_crossing = crossing;
                self.is_above = !self.is_above;
            }
            self.last = sample;
            self.sample_idx += 1;
        }
    }

    fn is_timecode(&self) -> bool {
        let is_loud = self.power > LEAST_POWER * self.sample_idx as f64;
        is_loud && self.decoders.iter().any(|it| it.has_found(self.sample_idx))
    }
}

/// Reads the bits at one frame rate.
struct Decoder {
    bit_samples: f64,
    has_half: bool,
    newest_bits: u16,
    bits_since_sync: u32,
    num_frames: u32,
    first_sync_idx: Option<u64>,
}

impl Decoder {
    fn new(bit_samples: f64) -> Self {
        Self {
            bit_samples,
            has_half: false,
            newest_bits: 0,
            bits_since_sync: 0,
            num_frames: 0,
            first_sync_idx: None,
        }
    }

    /// Takes the time between two crossings, samples: a whole bit is a 0, two halves are a 1.
    fn take(&mut self, interval: f64, sample_idx: u64) {
        let bits = interval / self.bit_samples;
        if (0.3..0.75).contains(&bits) {
            self.has_half = !self.has_half;
            if !self.has_half {
                self.push_bit(true, sample_idx);
            }
        } else {
            // A half before a whole bit: the halves are out of step.
            self.has_half = false;
            if (0.75..1.3).contains(&bits) {
                self.push_bit(false, sample_idx);
            } else {
                self.newest_bits = 0;
            }
        }
    }

    fn push_bit(&mut self, bit: bool, sample_idx: u64) {
        self.newest_bits = self.newest_bits << 1 | u16::from(bit);
        self.bits_since_sync += 1;
        if self.newest_bits == SYNC_WORD {
            self.num_frames += u32::from(self.bits_since_sync == BITS_PER_FRAME);
            self.bits_since_sync = 0;
            self.first_sync_idx.get_or_insert(sample_idx);
        }
    }

    fn has_found(&self, num_samples: u64) -> bool {
        let Some(first_idx) = self.first_sync_idx else {
            return false;
        };
        let frame_samples = self.bit_samples * f64::from(BITS_PER_FRAME);
        let covered = f64::from(self.num_frames + 1) * frame_samples;
        self.num_frames >= LEAST_FRAMES && covered > LEAST_SHARE * (num_samples - first_idx) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `num_frames` of timecode, all with the same time.
    fn timecode(rate_hz: f64, fps: f64, num_frames: usize) -> Vec<f32> {
        let mut bits = vec![false; 64];
        for (idx, bit) in bits.iter_mut().enumerate() {
            *bit = idx % 5 == 1 || idx % 7 == 3;
        }
        bits.extend((0..16).rev().map(|idx| SYNC_WORD >> idx & 1 == 1));
        let half_s = 0.5 / (fps * 80.0);
        let (mut level, mut time_s, mut samples) = (0.125f32, 0.0, Vec::new());
        for bit in bits.iter().cycle().take(80 * num_frames) {
            level = -level;
            for half in 0..2 {
                if half == 1 && *bit {
                    level = -level;
                }
                time_s += half_s;
                while (samples.len() as f64) < time_s * rate_hz {
                    samples.push(level);
                }
            }
        }
        samples
    }

    fn is_timecode(samples: &[f32], rate_hz: f64) -> bool {
        let mut scan = Scan::new(rate_hz);
        scan.push(samples);
        scan.is_timecode()
    }

    #[test]
    fn timecode_is_known_at_every_frame_rate() {
        for rate_hz in [16_000.0, 44_100.0, 48_000.0, 96_000.0] {
            for fps in [23.976, 24.0, 25.0, 29.97, 30.0] {
                let samples = timecode(rate_hz, fps, 40);
                assert!(is_timecode(&samples, rate_hz), "{rate_hz} Hz, {fps} fps");
                let soft: Vec<f32> = samples.iter().map(|it| it * 0.005).collect();
                assert!(!is_timecode(&soft, rate_hz), "crosstalk");
            }
        }
    }

    #[test]
    fn tones_and_noise_are_no_timecode() {
        for hz in [960.0, 1000.0, 1200.0, 1920.0, 2400.0] {
            let tone: Vec<f32> = (0..96_000)
                .map(|n| (std::f64::consts::TAU * hz * f64::from(n) / 48_000.0).sin() as f32)
                .collect();
            assert!(!is_timecode(&tone, 48_000.0), "{hz} Hz");
        }
        let mut random = fastrand::Rng::with_seed(1);
        let noise: Vec<f32> = (0..480_000).map(|_| random.f32() - 0.5).collect();
        assert!(!is_timecode(&noise, 48_000.0));
    }
}
