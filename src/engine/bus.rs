//! The analysis of one bus: its spectrum, gathered into bands.

use crate::dsp::spectrum::{BinRange, PowerSpectrum};
use crate::layout::{ChannelRole, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand, edges_hz};
use crate::psycho::k_weighting;

/// Weight of a surround channel in the loudness, as a power (ITU-R BS.1770-5, annex 1, table 3).
/// All surrounds alike: the standard's weight of 1 for channels behind the listener (beyond 120
/// degrees) would need their directions, which a bus doesn't tell.
const SURROUND_WEIGHT: f32 = 1.41;

/// Spectrum and bands of the dialogue or the music; LFE is left out.
pub struct BusAnalysis {
    /// Channels that count alike in the loudness; none is empty.
    groups: Vec<Group>,
    /// For each channel of the bus its group and its place in it; `None` isn't analysed.
    places: Vec<Option<(usize, usize)>>,
    k_weighted: BinRange,
    bands: Vec<BinRange>,
    below_bands: BinRange,
    above_bands: BinRange,
}

/// Channels with one spectrum.
struct Group {
    loudness_weight: f32,
    spectrum: PowerSpectrum,
}

/// Levels of one window, mean squares with full scale = 1, summed over channels.
#[derive(Debug, Clone, Copy)]
pub struct BusLevels {
    /// Per band.
    pub band_power: PerBand,
    /// K-weighted, outside all bands.
    pub outside_k_power: f32,
    /// K-weighted over the whole spectrum, each channel with its weight of ITU-R BS.1770-5.
    pub k_power: f32,
}

impl BusAnalysis {
    /// Allocates for a bus of `layout` at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64, layout: &Layout) -> Self {
        let weights = layout.roles().iter().map(|role| match role {
            ChannelRole::Front | ChannelRole::Height => Some(1.0),
            ChannelRole::Surround => Some(SURROUND_WEIGHT),
            ChannelRole::Lfe => None,
        });
        let mut members: Vec<(f32, usize)> = Vec::new();
        let places = weights
            .map(|weight| {
                let weight = weight?;
                let known = members.iter().position(|&(it, _)| it == weight);
                let group_idx = known.unwrap_or_else(|| {
                    members.push((weight, 0));
                    members.len() - 1
                });
                let (_, num_members) = members.get_mut(group_idx)?;
                *num_members += 1;
                Some((group_idx, *num_members - 1))
            })
            .collect();
        let (lowest_hz, _) = edges_hz(0);
        let (_, highest_hz) = edges_hz(NUM_BANDS - 1);
        let nyquist_hz = sample_rate_hz / 2.0;
        Self {
            groups: members
                .into_iter()
                .map(|(loudness_weight, num_members)| Group {
                    loudness_weight,
                    spectrum: PowerSpectrum::new(sample_rate_hz, num_members),
                })
                .collect(),
            places,
            k_weighted: BinRange::new(sample_rate_hz, (0.0, nyquist_hz), k_weighting::power_gain),
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
        for group in &mut self.groups {
            group.spectrum.reset();
        }
    }

    /// Number of jobs that a window takes: one for two channels.
    pub fn num_jobs(&self) -> usize {
        let groups = self.groups.iter();
        groups.map(|group| group.spectrum.num_pairs()).sum()
    }

    /// Takes samples of one channel, at most a hop.
    pub fn push(&mut self, channel_idx: usize, samples: &[f32]) {
        if let Some(&Some((group_idx, member_idx))) = self.places.get(channel_idx)
            && let Some(group) = self.groups.get_mut(group_idx)
        {
            group.spectrum.push(member_idx, samples);
        }
    }

    /// Says that every channel was given `num_samples` more.
    pub fn advance(&mut self, num_samples: usize) {
        for group in &mut self.groups {
            group.spectrum.advance(num_samples);
        }
    }

    /// Fixes the window that ends here as the one that the next jobs analyse.
    pub fn begin_window(&mut self) {
        for group in &mut self.groups {
            group.spectrum.begin_window();
        }
    }

    /// Does one of the jobs.
    pub fn do_job(&mut self, job_idx: usize) {
        let mut pair_idx = job_idx;
        for group in &mut self.groups {
            let num_pairs = group.spectrum.num_pairs();
            if pair_idx < num_pairs {
                group.spectrum.add_pair(pair_idx);
                return;
            }
            pair_idx -= num_pairs;
        }
    }

    /// The levels, once all jobs are done.
    pub fn levels(&self) -> BusLevels {
        let mut levels = BusLevels {
            band_power: [0.0; NUM_BANDS],
            outside_k_power: 0.0,
            k_power: 0.0,
        };
        for group in &self.groups {
            let power = group.spectrum.power();
            for (band_power, band) in levels.band_power.iter_mut().zip(&self.bands) {
                *band_power += band.sum(power);
            }
            levels.outside_k_power += self.below_bands.sum(power) + self.above_bands.sum(power);
            levels.k_power += group.loudness_weight * self.k_weighted.sum(power);
        }
        levels
    }
}
