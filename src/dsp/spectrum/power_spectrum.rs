//! Short-time power spectrum of channels that count alike: overlapping Hann windows, power summed over channels.
//!
//! The work is cut into one job per pair of channels, which the engine spreads over the hop that
//! follows the window, so that no audio block carries all of it.

use std::ops::Range;

use multiversion::multiversion;

use crate::dsp::aligned::Aligned;
use crate::dsp::spectrum::real_spectrum::Put;
use crate::dsp::spectrum::transforms::{Apart, InRing, Transforms};

/// Window length, s: 2048 samples at 48 kHz.
pub const WINDOW_S: f64 = 2048.0 / 48_000.0;

/// Hop, s: 256 samples at 48 kHz.
pub const HOP_S: f64 = 256.0 / 48_000.0;

/// Largest sample that counts, +24 dBFS: beyond it lies no programme, and levels must find their
/// way back after a fault within a moment.
pub const MAX_SAMPLE: f32 = 16.0;

/// Smallest sample that counts, -200 dBFS: far below hearing, and so far above the subnormal
/// numbers, on which many processors are slow, that its square isn't subnormal.
const MIN_SAMPLE: f32 = 1e-10;

/// Hop in samples at `sample_rate_hz`; at least 1.
pub fn hop_samples(sample_rate_hz: f64) -> usize {
    ((HOP_S * sample_rate_hz).round() as usize).max(1)
}

/// Window in samples at `sample_rate_hz`; at least 16.
pub fn window_samples(sample_rate_hz: f64) -> usize {
    ((WINDOW_S * sample_rate_hz).round() as usize).max(16)
}

/// Bins of a spectrum at `sample_rate_hz`: those of a transform of the next power of two.
pub fn num_bins(sample_rate_hz: f64) -> usize {
    window_samples(sample_rate_hz).next_power_of_two() / 2 + 1
}

/// History and power spectrum of channels that count alike.
pub struct PowerSpectrum {
    window_samples: usize,
    channels: Vec<Channel>,
    ring_samples: usize,
    write_idx: usize,
    /// Where in the rings the window under analysis ends (exclusive).
    window_end_idx: usize,
    /// Power per bin, scaled so that the sum over a band is the mean square of the signal in it.
    power: Aligned<f32>,
}

/// History of one channel.
#[derive(Clone)]
struct Channel {
    /// Holds a window and one more hop.
    ring: Aligned<f32>,
    /// Newest samples in a row that count as 0, or less than that.
    num_silent: usize,
    /// Whether the window under analysis is silent: then its transform is known.
    is_silent: bool,
}

impl PowerSpectrum {
    /// Allocates for `num_channels` channels at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64, num_channels: usize) -> Self {
        let window_samples = window_samples(sample_rate_hz);
        let ring_samples = window_samples + hop_samples(sample_rate_hz);
        Self {
            window_samples,
            channels: vec![
                Channel {
                    ring: Aligned::new(0.0, ring_samples),
                    num_silent: window_samples,
                    is_silent: true,
                };
                num_channels
            ],
            ring_samples,
            write_idx: 0,
            window_end_idx: 0,
            power: Aligned::new(0.0, num_bins(sample_rate_hz)),
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        for channel in &mut self.channels {
            channel.ring.fill(0.0);
            channel.num_silent = self.window_samples;
            channel.is_silent = true;
        }
        self.power.fill(0.0);
        self.write_idx = 0;
        self.window_end_idx = 0;
    }

    /// Number of jobs: one for each pair of channels, and one for a channel that is left over.
    pub fn num_jobs(&self) -> usize {
        Self::num_jobs_for(self.channels.len())
    }

    /// Number of jobs that a bus of `num_channels` takes.
    pub fn num_jobs_for(num_channels: usize) -> usize {
        num_channels.div_ceil(2)
    }

    /// Appends `samples`, at most a hop, to channel `channel_idx`, at the place that
    /// [`Self::advance`] moves on. They count with at most [`MAX_SAMPLE`]; NaN is silence.
    pub fn push(&mut self, channel_idx: usize, samples: &[f32]) {
        let Some(channel) = self.channels.get_mut(channel_idx) else {
            return;
        };
        let (start, end) = channel.ring.split_at_mut(self.write_idx);
        let (to_end, to_start) = samples.split_at(samples.len().min(end.len()));
        let is_silent = take_counted(end, to_end) & take_counted(start, to_start);
        channel.num_silent = match is_silent {
            true => channel.num_silent.saturating_add(samples.len()),
            false => 0,
        };
    }

    /// Says that every channel was given `num_samples` more.
    pub fn advance(&mut self, num_samples: usize) {
        self.write_idx = (self.write_idx + num_samples) % self.ring_samples;
    }

    /// Fixes the window that ends here as the one to analyse. Its jobs must be done within a hop.
    pub fn begin_window(&mut self) {
        self.window_end_idx = self.write_idx;
        for channel in &mut self.channels {
            channel.is_silent = channel.num_silent >= self.window_samples;
        }
    }

    /// Whether nothing is to be heard in the window of a job: its spectrum is 0, and needn't be worked out.
    fn is_silent(&self, job_idx: usize) -> bool {
        let channels = self.channels.iter().skip(2 * job_idx).take(2);
        channels.into_iter().all(|channel| channel.is_silent)
    }

    /// One job: transforms the window of channels 2 `job_idx` and the next, if there is one, and
    /// adds their power to the sum, which begins with job 0. `transforms`: for windows of [`window_samples`].
    pub fn do_job(&mut self, job_idx: usize, transforms: &mut Transforms) {
        let put = match job_idx {
            0 => Put::Anew,
            _ => Put::OnTop,
        };
        if self.is_silent(job_idx) {
            if put == Put::Anew {
                self.power.fill(0.0);
            }
            return;
        }
        let spans = self.window_spans();
        let window_of = |channel_idx| in_ring(&self.channels, channel_idx, &spans);
        let power = &mut self.power;
        match (window_of(2 * job_idx), window_of(2 * job_idx + 1)) {
            (Some(first), Some(second)) => transforms.pair(power, put, first, second),
            (Some(alone), None) => transforms.alone(power, put, alone),
            _ => {}
        }
    }

    /// Where in the rings the window under analysis lies, its older part first.
    fn window_spans(&self) -> [Range<usize>; 2] {
        let end_idx = self.window_end_idx;
        match end_idx.checked_sub(self.window_samples) {
            Some(start_idx) => [start_idx..end_idx, end_idx..end_idx],
            None => {
                let start_idx = end_idx + self.ring_samples - self.window_samples;
                [start_idx..self.ring_samples, 0..end_idx]
            }
        }
    }

    /// Puts into `apart` what the two channels of a job have by themselves and in common, right after
    /// [`Self::do_job`] did that job with these transforms.
    pub fn split_job(&mut self, job_idx: usize, transforms: &mut Transforms, apart: &mut Apart) {
        if self.is_silent(job_idx) {
            for power in [&mut apart.first, &mut apart.second, &mut apart.common] {
                power.fill(0.0);
            }
            return;
        }
        if self.channels.len() > 2 * job_idx + 1 {
            transforms.split_pair(apart);
            return;
        }
        if let Some(alone) = in_ring(&self.channels, 2 * job_idx, &self.window_spans()) {
            transforms.alone(&mut apart.first, Put::Anew, alone);
            apart.second.fill(0.0);
            apart.common.fill(0.0);
        }
    }

    /// Power per bin of the window, summed over the jobs done so far: the sum over the bins
    /// of a band is the mean square of the signal in it.
    pub fn power(&self) -> &[f32] {
        &self.power
    }
}

/// The samples `spans` of the ring of a channel.
fn in_ring<'a>(
    channels: &'a [Channel],
    channel_idx: usize,
    [older, newer]: &[Range<usize>; 2],
) -> Option<InRing<'a>> {
    let ring = &channels.get(channel_idx)?.ring;
    Some([ring.get(older.clone())?, ring.get(newer.clone())?])
}

/// Puts samples as they count in the analysis; whether they are all 0.
fn take_counted(slots: &mut [f32], samples: &[f32]) -> bool {
    put_counted(slots, samples);
    let mut put = slots.iter().take(samples.len());
    // Ends with the first that isn't.
    put.all(|&sample| sample == 0.0)
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn put_counted(slots: &mut [f32], samples: &[f32]) {
    for (slot, &sample) in slots.iter_mut().zip(samples) {
        let is_signal = sample.abs() >= MIN_SAMPLE;
        let sample = if is_signal { sample } else { 0.0 };
        let sample = if sample > MAX_SAMPLE {
            MAX_SAMPLE
        } else {
            sample
        };
        *slot = if sample < -MAX_SAMPLE {
            -MAX_SAMPLE
        } else {
            sample
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::spectrum::range_sums::{BinRange, RangeSums};

    /// Power between two frequencies.
    fn sum(sample_rate_hz: f64, band_hz: (f64, f64), spectrum: &PowerSpectrum) -> f32 {
        let range = BinRange::new(sample_rate_hz, band_hz, |_| 1.0);
        let [sum] = RangeSums::new([range]).of(spectrum.power());
        sum
    }

    /// Power in a band of a sine in each channel, both of full scale.
    fn sine_band_power(sample_rate_hz: f64, frequencies_hz: &[f64], band_hz: (f64, f64)) -> f32 {
        let mut spectrum = PowerSpectrum::new(sample_rate_hz, frequencies_hz.len());
        let mut transforms = Transforms::new(window_samples(sample_rate_hz));
        let num_samples = (0.1 * sample_rate_hz) as usize;
        for n in 0..num_samples {
            for (channel_idx, frequency_hz) in frequencies_hz.iter().enumerate() {
                let phase = std::f64::consts::TAU * frequency_hz * n as f64 / sample_rate_hz;
                spectrum.push(channel_idx, &[phase.sin() as f32]);
            }
            spectrum.advance(1);
        }
        spectrum.begin_window();
        for job_idx in 0..spectrum.num_jobs() {
            spectrum.do_job(job_idx, &mut transforms);
        }
        sum(sample_rate_hz, band_hz, &spectrum)
    }

    #[test]
    fn a_full_scale_sine_has_half_its_square_in_its_band_at_any_rate() {
        for rate_hz in [44_100.0, 48_000.0, 88_200.0, 96_000.0, 192_000.0] {
            let inside = sine_band_power(rate_hz, &[1000.0], (891.25, 1122.0));
            let outside = sine_band_power(rate_hz, &[1000.0], (2000.0, 2500.0));
            assert!((inside - 0.5).abs() < 0.005, "{rate_hz} Hz: {inside}");
            assert!(outside < 1e-7, "{rate_hz} Hz: {outside}");
        }
    }

    #[test]
    fn channels_add_up_and_stay_apart() {
        for (frequencies_hz, expected) in [
            (&[1000.0, 1000.0][..], 1.0),
            (&[1000.0, 4000.0], 0.5),
            (&[4000.0, 1000.0], 0.5),
            (&[4000.0, 4000.0, 1000.0], 0.5),
            (&[1000.0], 0.5),
            (&[1000.0, 4000.0, 4000.0], 0.5),
        ] {
            let inside = sine_band_power(48_000.0, frequencies_hz, (891.25, 1122.0));
            let outside = sine_band_power(48_000.0, frequencies_hz, (2000.0, 2500.0));
            assert!(
                (inside - expected).abs() < 0.005,
                "{frequencies_hz:?}: {inside}"
            );
            assert!(outside < 1e-7, "{frequencies_hz:?}: {outside}");
        }
    }

    #[test]
    fn a_channel_alone_has_the_spectrum_that_it_has_in_a_pair() {
        let noise: Vec<f32> = test_support::noise::white(1.0, 1).take(2304).collect();
        // At 44.1 kHz the window has an odd number of samples.
        for rate_hz in [44_100.0, 48_000.0] {
            let [alone, paired] = [1, 2].map(|num_channels| {
                let mut spectrum = PowerSpectrum::new(rate_hz, num_channels);
                for piece in noise.chunks(100) {
                    spectrum.push(0, piece);
                    spectrum.advance(piece.len());
                }
                spectrum.begin_window();
                spectrum.do_job(0, &mut Transforms::new(window_samples(rate_hz)));
                spectrum.power().to_vec()
            });
            for (k, (alone, paired)) in alone.iter().zip(&paired).enumerate() {
                assert!(
                    (alone - paired).abs() < 1e-5 * paired + 1e-9,
                    "bin {k}: {alone} {paired}"
                );
            }
        }
    }

    #[test]
    fn where_in_the_rings_a_window_lies_makes_no_difference() {
        // At 44.1 kHz the window has an odd number of samples.
        for (rate_hz, num_channels) in [(44_100.0, 1), (44_100.0, 2), (48_000.0, 1), (48_000.0, 2)]
        {
            let window: Vec<f32> = test_support::noise::white(1.0, 1)
                .take(window_samples(rate_hz))
                .collect();
            let power_after = |num_before: usize| {
                let mut spectrum = PowerSpectrum::new(rate_hz, num_channels);
                let before = vec![0.5; num_before];
                for piece in before.chunks(100).chain(window.chunks(100)) {
                    for channel_idx in 0..num_channels {
                        spectrum.push(channel_idx, piece);
                    }
                    spectrum.advance(piece.len());
                }
                spectrum.begin_window();
                spectrum.do_job(0, &mut Transforms::new(window_samples(rate_hz)));
                spectrum.power().to_vec()
            };
            let expected = power_after(0);
            for num_before in [1, 2, 255, 256, 300, 1001, 2000, 2303] {
                assert_eq!(power_after(num_before), expected, "after {num_before}");
            }
        }
    }

    #[test]
    fn a_split_job_has_each_channel_and_what_they_share() {
        let noise = |seed| test_support::noise::white(1.0, seed).take(2304);
        let (shared, own): (Vec<f32>, Vec<f32>) = (noise(1).collect(), noise(2).collect());
        let second: Vec<f32> = shared.iter().zip(&own).map(|(s, o)| 0.5 * s + o).collect();
        let alone = |samples: &[f32]| {
            let mut spectrum = PowerSpectrum::new(48_000.0, 1);
            for piece in samples.chunks(100) {
                spectrum.push(0, piece);
                spectrum.advance(piece.len());
            }
            spectrum.begin_window();
            let mut transforms = Transforms::new(window_samples(48_000.0));
            spectrum.do_job(0, &mut transforms);
            let mut apart = Apart::new(num_bins(48_000.0));
            spectrum.split_job(0, &mut transforms, &mut apart);
            assert_eq!(apart.first, spectrum.power());
            apart.first
        };
        let mut pair = PowerSpectrum::new(48_000.0, 2);
        for (first, second) in shared.chunks(100).zip(second.chunks(100)) {
            pair.push(0, first);
            pair.push(1, second);
            pair.advance(first.len());
        }
        pair.begin_window();
        let mut transforms = Transforms::new(window_samples(48_000.0));
        pair.do_job(0, &mut transforms);
        let mut apart = Apart::new(num_bins(48_000.0));
        pair.split_job(0, &mut transforms, &mut apart);
        let sum: Vec<f32> = shared.iter().zip(&second).map(|(a, b)| a + b).collect();
        let [first, second, sum] = [&shared, &second, &sum].map(|it| alone(it));
        for k in 0..first.len() {
            let near = |got: f32, expected: f32| {
                (got - expected).abs() < 1e-4 * (first[k] + second[k]) + 1e-9
            };
            assert!(near(apart.first[k], first[k]), "bin {k}");
            assert!(near(apart.second[k], second[k]), "bin {k}");
            // |A + B|² = |A|² + |B|² + 2 Re(A B*)
            assert!(
                near(2.0 * apart.common[k], sum[k] - first[k] - second[k]),
                "bin {k}"
            );
        }
    }

    #[test]
    fn silence_is_what_its_transform_would_be_and_a_sound_ends_it_at_once() {
        let mut transforms = Transforms::new(2048);
        // Three channels: a pair, and one that is left over; sounds of 512 samples after and before silence.
        for loud in [[0, 1, 2], [0, 0, 0], [1, 1, 1], [2, 2, 2]] {
            let mut spectrum = PowerSpectrum::new(48_000.0, 3);
            let mut noise = test_support::noise::white(0.1, 1);
            let mut num_silent = 0;
            for hop_idx in 0..24 {
                let is_loud = hop_idx / 2 == 4;
                for channel_idx in 0..3 {
                    let sounds = is_loud && loud.contains(&channel_idx);
                    let hop: Vec<f32> = match sounds {
                        true => noise.by_ref().take(256).collect(),
                        false => vec![0.0; 256],
                    };
                    spectrum.push(channel_idx, &hop);
                }
                spectrum.advance(256);
                spectrum.begin_window();
                let spans = spectrum.window_spans();
                let mut expected = vec![0.0; spectrum.power.len()];
                let window_of =
                    |channel_idx| in_ring(&spectrum.channels, channel_idx, &spans).unwrap();
                transforms.pair(&mut expected, Put::Anew, window_of(0), window_of(1));
                transforms.alone(&mut expected, Put::OnTop, window_of(2));
                num_silent += u32::from(spectrum.is_silent(0)) + u32::from(spectrum.is_silent(1));
                spectrum.do_job(0, &mut transforms);
                spectrum.do_job(1, &mut transforms);
                let bits = |power: &[f32]| power.iter().map(|it| it.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(spectrum.power()), bits(&expected), "hop {hop_idx}");
                assert_eq!(
                    expected.iter().any(|&it| it > 0.0),
                    (8..17).contains(&hop_idx)
                );
            }
            let num_jobs_loud = if loud == [0, 1, 2] { 2 } else { 1 };
            assert_eq!(num_silent, 48 - num_jobs_loud * 9);
        }
    }

    #[test]
    fn what_is_no_level_is_silence_or_the_largest_one() {
        for (sample, expected) in [(f32::NAN, 0.0), (1e-20, 0.0), (f32::MAX, 256.0)] {
            let mut spectrum = PowerSpectrum::new(48_000.0, 1);
            for _ in 0..4096 {
                spectrum.push(0, &[sample]);
                spectrum.advance(1);
            }
            spectrum.begin_window();
            spectrum.do_job(0, &mut Transforms::new(window_samples(48_000.0)));
            // Constant input lies at 0 Hz, which has no negative twin: twice its power, of which
            // half falls below the range.
            let got = sum(48_000.0, (0.0, 24_000.0), &spectrum);
            assert!((got - expected).abs() <= 0.6 * expected, "{sample}: {got}");
        }
    }
}
