//! The analysis of one bus: its spectrum, gathered into bands.

use crate::dsp::spectrum::{BinRange, PowerSpectrum};
use crate::layout::{ChannelRole, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand, edges_hz};
use crate::psycho::k_weighting;

/// Spectrum and bands of the dialogue or the music; LFE is left out.
pub struct BusAnalysis {
    spectrum: PowerSpectrum,
    /// For each channel of the bus, which one of the spectrum it is; `None` isn't analysed.
    spectrum_idxs: Vec<Option<usize>>,
    bands: Vec<BinRange>,
    below_bands: BinRange,
    above_bands: BinRange,
}

/// Levels of one window, mean squares with full scale = 1, summed over channels.
#[derive(Debug, Clone, Copy)]
pub struct BusLevels {
    /// Per band.
    pub band_power: PerBand,
    /// K-weighted, outside all bands.
    pub outside_k_power: f32,
}

impl BusAnalysis {
    /// Allocates for a bus of `layout` at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64, layout: &Layout) -> Self {
        let mut num_analysed = 0;
        let spectrum_idxs = layout
            .roles()
            .iter()
            .map(|&role| {
                (role != ChannelRole::Lfe).then(|| {
                    num_analysed += 1;
                    num_analysed - 1
                })
            })
            .collect();
        let (lowest_hz, _) = edges_hz(0);
        let (_, highest_hz) = edges_hz(NUM_BANDS - 1);
        let nyquist_hz = sample_rate_hz / 2.0;
        Self {
            spectrum: PowerSpectrum::new(sample_rate_hz, num_analysed),
            spectrum_idxs,
            bands: (0..NUM_BANDS)
                .map(|band_idx| BinRange::new(sample_rate_hz, edges_hz(band_idx), |_| 1.0))
                .collect(),
            below_bands: BinRange::new(sample_rate_hz, (0.0, lowest_hz), k_weighting::power_gain),
            above_bands: BinRange::new(
                sample_rate_hz,
                (highest_hz, nyquist_hz.max(highest_hz)),
                k_weighting::power_gain,
            ),
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.spectrum.reset();
    }

    /// Number of jobs that a window takes: one for two channels.
    pub fn num_jobs(&self) -> usize {
        self.spectrum.num_pairs()
    }

    /// Takes samples of one channel, at most a hop.
    pub fn push(&mut self, channel_idx: usize, samples: &[f32]) {
        if let Some(&Some(spectrum_idx)) = self.spectrum_idxs.get(channel_idx) {
            self.spectrum.push(spectrum_idx, samples);
        }
    }

    /// Says that every channel was given `num_samples` more.
    pub fn advance(&mut self, num_samples: usize) {
        self.spectrum.advance(num_samples);
    }

    /// Fixes the window that ends here as the one that the next jobs analyse.
    pub fn begin_window(&mut self) {
        self.spectrum.begin_window();
    }

    /// Does one of the jobs.
    pub fn do_job(&mut self, job_idx: usize) {
        self.spectrum.add_pair(job_idx);
    }

    /// The levels, once all jobs are done.
    pub fn levels(&self) -> BusLevels {
        let power = self.spectrum.power();
        let mut band_power = [0.0; NUM_BANDS];
        for (band_power, band) in band_power.iter_mut().zip(&self.bands) {
            *band_power = band.sum(power);
        }
        BusLevels {
            band_power,
            outside_k_power: self.below_bands.sum(power) + self.above_bands.sum(power),
        }
    }
}
