//! Power in bands of equal width on the mel scale, as voice detectors hear it.

use std::f64::consts::TAU;

use crate::dsp::band_math::log2_all;
use crate::dsp::spectrum::range_sums::{BinRange, RangeSums};
use crate::dsp::spectrum::real_spectrum::{Put, RealSpectrum, Workspace};

/// Length of the transform.
const FFT_SAMPLES: usize = 1024;
const NUM_BINS: usize = FFT_SAMPLES / 2 + 1;

/// Logarithms of the power in `N` triangular mel bands, for windows of `WINDOW` samples (at most
/// 1024) under a Hann window.
pub struct LogMel<const N: usize, const WINDOW: usize> {
    spectrum: RealSpectrum,
    window: Vec<f32>,
    /// Triangles.
    bands: RangeSums<N>,
}

impl<const N: usize, const WINDOW: usize> LogMel<N, WINDOW> {
    /// Bands from `low_hz` to `high_hz` at `sample_rate_hz`, each reaching from the centre of the one
    /// below to that of the one above, all on whole bins.
    pub fn new(sample_rate_hz: f64, (low_hz, high_hz): (f64, f64)) -> Self {
        let (low_mel, high_mel) = (mel_from_hz(low_hz), mel_from_hz(high_hz));
        let corner = |idx: usize| {
            let mel = low_mel + (high_mel - low_mel) * idx as f64 / (N + 1) as f64;
            ((FFT_SAMPLES + 1) as f64 * hz_from_mel(mel) / sample_rate_hz) as usize
        };
        Self {
            spectrum: RealSpectrum::new(FFT_SAMPLES),
            window: (0..WINDOW)
                .map(|n| (0.5 - 0.5 * (TAU * n as f64 / WINDOW as f64).cos()) as f32)
                .collect(),
            bands: RangeSums::new(std::array::from_fn(|band_idx| {
                let [low, centre, high] = [0, 1, 2].map(|step| corner(band_idx + step));
                let rise = (low..centre).map(|k| (k - low) as f32 / (centre - low) as f32);
                let fall = (centre..high).map(|k| (high - k) as f32 / (high - centre) as f32);
                BinRange::of_weights(low, rise.chain(fall).collect(), NUM_BINS)
            })),
        }
    }

    /// Room that [`Self::of`] works in.
    pub fn workspace(&self) -> Workspace {
        self.spectrum.workspace()
    }

    /// Natural logarithm of the power in each band of `samples`, plus 1e-20.
    pub fn of(&self, workspace: &mut Workspace, samples: &[f32; WINDOW]) -> [f32; N] {
        let (mut power, samples) = ([0.0; NUM_BINS], [samples, &[][..]]);
        self.spectrum
            .power(workspace, &mut power, Put::Anew, &self.window, samples, 1.0);
        let mut bands = self.bands.of(&power);
        bands.iter_mut().for_each(|band| *band += 1e-20);
        log2_all(&mut bands);
        let to_natural = std::f32::consts::LN_2;
        bands.iter_mut().for_each(|band| *band *= to_natural);
        bands
    }
}

fn mel_from_hz(hz: f64) -> f64 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn hz_from_mel(mel: f64) -> f64 {
    700.0 * (10f64.powf(mel / 2595.0) - 1.0)
}
