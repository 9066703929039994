//! Power in bands of equal width on the mel scale, as voice detectors hear it.

use std::f64::consts::TAU;

use crate::dsp::band_math::log2_all;
use crate::dsp::dot::dot;
use crate::dsp::spectrum::real_spectrum::RealSpectrum;

/// Length of the transform.
const FFT_SAMPLES: usize = 1024;

/// Logarithms of the power in `N` triangular mel bands, for windows of `WINDOW` samples (at most
/// 1024) under a Hann window.
pub struct LogMel<const N: usize, const WINDOW: usize> {
    spectrum: RealSpectrum,
    window: Vec<f32>,
    power: Vec<f32>,
    bands: Vec<Triangle>,
}

/// Weights of one band from its first bin on.
struct Triangle {
    first_bin_idx: usize,
    weights: Vec<f32>,
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
            power: vec![0.0; FFT_SAMPLES / 2 + 1],
            bands: (0..N)
                .map(|band_idx| {
                    let [low, centre, high] = [0, 1, 2].map(|step| corner(band_idx + step));
                    let rise = (low..centre).map(|k| (k - low) as f32 / (centre - low) as f32);
                    let fall = (centre..high).map(|k| (high - k) as f32 / (high - centre) as f32);
                    Triangle {
                        first_bin_idx: low,
                        weights: rise.chain(fall).collect(),
                    }
                })
                .collect(),
        }
    }

    /// Natural logarithm of the power in each band of `samples`, plus 1e-20.
    pub fn of(&mut self, samples: &[f32; WINDOW]) -> [f32; N] {
        self.spectrum
            .put_power(&mut self.power, &self.window, samples, 1.0);
        let mut bands = [0.0; N];
        for (band, triangle) in bands.iter_mut().zip(&self.bands) {
            let bins = self.power.get(triangle.first_bin_idx..).unwrap_or_default();
            *band = dot(bins, &triangle.weights) + 1e-20;
        }
        log2_all(&mut bands);
        bands.map(|log2_power| log2_power * std::f32::consts::LN_2)
    }
}

fn mel_from_hz(hz: f64) -> f64 {
    2595.0 * (1.0 + hz / 700.0).log10()
}

fn hz_from_mel(mel: f64) -> f64 {
    700.0 * (10f64.powf(mel / 2595.0) - 1.0)
}
