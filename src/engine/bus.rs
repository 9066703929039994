//! The analysis of one bus: its spectrum, gathered into bands.

use std::sync::Arc;

use crate::dsp::shared_tables::SharedTables;
use crate::dsp::spectrum::power_spectrum::{PowerSpectrum, num_bins};
use crate::dsp::spectrum::range_sums::{BinRange, RangeSums};
use crate::dsp::spectrum::transforms::Transforms;
use crate::engine::ear_sums::{EarSums, HeardAround, SurroundsAlike};
use crate::layout::{ChannelRole, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand, edges_hz};
use crate::psycho::k_weighting;

/// Weight of a surround channel in the loudness, as a power (ITU-R BS.1770-5, annex 1, table 3).
/// All surrounds alike: the standard's weight of 1 for channels behind the listener (beyond 120
/// degrees) would need their directions, which a bus doesn't always tell.
const SURROUND_WEIGHT: f32 = 1.41;

/// Spectrum and bands of the dialogue or the music; LFE is left out.
pub struct BusAnalysis {
    /// Channels that count alike in the loudness; none is empty.
    groups: Vec<SpectrumGroup>,
    /// For each channel of the bus its group and its place in it; `None` isn't analysed.
    places: Vec<Option<(usize, usize)>>,
    ranges: Arc<Ranges>,
    /// For two ears, while somebody asks for them: wanted from the next window on, and had in this one.
    ears: EarSums,
    wants_ears: bool,
    has_ears: bool,
}

/// Ranges over which spectra are summed.
struct Ranges {
    bands: RangeSums<NUM_BANDS>,
    /// K-weighted: below the bands, within, and above.
    k_weighted: RangeSums<3>,
}

/// Those of each sample rate.
static RANGES: SharedTables<f64, Ranges> = SharedTables::new();

/// Channels with one spectrum.
struct SpectrumGroup {
    loudness_weight: f32,
    spectrum: PowerSpectrum,
    /// Channels of the bus, in the order of the spectrum's.
    channels: Vec<usize>,
}

/// Levels of one window, mean squares with full scale = 1, summed over channels.
#[derive(Debug, Clone, Copy)]
pub struct BusLevels {
    /// Mean square per band.
    pub band_power: PerBand,
    /// K-weighted mean square outside all bands.
    pub outside_k_power: f32,
    /// K-weighted mean square over the whole spectrum, each channel with its weight of ITU-R BS.1770-5.
    pub k_power: f32,
    /// What is at each ear; `None` unless it was asked for.
    pub at_ears: Option<HeardAround>,
}

impl BusAnalysis {
    /// Allocates for a bus of `layout` at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64, layout: &Layout) -> Self {
        let (members, places) = groups(layout);
        Self {
            groups: members
                .into_iter()
                .enumerate()
                .map(
                    |(group_idx, (loudness_weight, num_members))| SpectrumGroup {
                        loudness_weight,
                        spectrum: PowerSpectrum::new(sample_rate_hz, num_members),
                        channels: channels_of(&places, group_idx),
                    },
                )
                .collect(),
            places,
            ears: EarSums::new(num_bins(sample_rate_hz), layout),
            wants_ears: false,
            has_ears: false,
            ranges: RANGES.of(sample_rate_hz, || Ranges::new(sample_rate_hz)),
        }
    }

    /// Number of jobs that a window of a bus of `layout` takes.
    pub fn num_jobs_for(layout: &Layout) -> usize {
        let (members, _) = groups(layout);
        let sizes = members.iter().map(|&(_, num_members)| num_members);
        sizes.map(PowerSpectrum::num_jobs_for).sum()
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        for group in &mut self.groups {
            group.spectrum.reset();
        }
        self.has_ears = false;
    }

    /// Number of jobs that a window takes: one for two channels of a group.
    pub fn num_jobs(&self) -> usize {
        let groups = self.groups.iter();
        groups.map(|group| group.spectrum.num_jobs()).sum()
    }

    /// Takes samples of one channel, at most a hop.
    pub fn push(&mut self, channel_idx: usize, samples: &[f32]) {
        if let Some(&Some((group_idx, member_idx))) = self.places.get(channel_idx)
            && let Some(group) = self.groups.get_mut(group_idx)
        {
            group.spectrum.push(member_idx, samples);
        }
    }

    /// Tells the analysis that every channel was given `num_samples` more.
    pub fn advance(&mut self, num_samples: usize) {
        for group in &mut self.groups {
            group.spectrum.advance(num_samples);
        }
    }

    /// Whether what is at each ear is wanted, from the next window on.
    pub fn want_ears(&mut self, wants_ears: bool) {
        self.wants_ears = wants_ears;
    }

    /// Where music can go from the front, for [`HeardAround::in_surrounds`]; `None` unless the bus has surrounds on both
    /// sides.
    pub fn surrounds(&self) -> Option<&SurroundsAlike> {
        self.ears.surrounds()
    }

    /// Fixes the window that ends here as the one that the next jobs analyse.
    pub fn begin_window(&mut self) {
        self.has_ears = self.wants_ears;
        if self.has_ears {
            self.ears.begin();
        }
        for group in &mut self.groups {
            group.spectrum.begin_window();
        }
    }

    /// Does one of the jobs of the window, with transforms for windows of its length.
    pub fn do_job(&mut self, job_idx: usize, transforms: &mut Transforms) {
        let mut left_idx = job_idx;
        for group in &mut self.groups {
            let num_jobs = group.spectrum.num_jobs();
            if left_idx < num_jobs {
                group.spectrum.do_job(left_idx, transforms);
                if self.has_ears {
                    let apart = self.ears.apart();
                    group.spectrum.split_job(left_idx, transforms, apart);
                    let channel = |member_idx: usize| group.channels.get(member_idx).copied();
                    if let Some(first) = channel(2 * left_idx) {
                        let second = channel(2 * left_idx + 1);
                        self.ears.add(&self.ranges.bands, first, second);
                    }
                }
                return;
            }
            left_idx -= num_jobs;
        }
    }

    /// The levels, once all jobs are done.
    pub fn levels(&self) -> BusLevels {
        let mut levels = BusLevels {
            band_power: [0.0; NUM_BANDS],
            outside_k_power: 0.0,
            k_power: 0.0,
            at_ears: self.has_ears.then(|| self.ears.heard()),
        };
        for group in &self.groups {
            let power = group.spectrum.power();
            let in_bands = self.ranges.bands.of(power);
            for (band_power, sum) in levels.band_power.iter_mut().zip(in_bands) {
                *band_power += sum;
            }
            let [below, within, above] = self.ranges.k_weighted.of(power);
            let outside = below + above;
            levels.outside_k_power += outside;
            let k_power = outside + within;
            levels.k_power += group.loudness_weight * k_power;
        }
        levels
    }
}

impl Ranges {
    fn new(sample_rate_hz: f64) -> Self {
        let (lowest_hz, _) = edges_hz(0);
        let (_, highest_hz) = edges_hz(NUM_BANDS - 1);
        let nyquist_hz = sample_rate_hz / 2.0;
        let k_weighted = |low_hz, high_hz| {
            BinRange::new(sample_rate_hz, (low_hz, high_hz), k_weighting::power_gain)
        };
        Self {
            bands: RangeSums::new(std::array::from_fn(|band_idx| {
                BinRange::new(sample_rate_hz, edges_hz(band_idx), |_| 1.0)
            })),
            k_weighted: RangeSums::new([
                k_weighted(0.0, lowest_hz),
                k_weighted(lowest_hz, highest_hz),
                k_weighted(highest_hz, nyquist_hz.max(highest_hz)),
            ]),
        }
    }
}

/// Channels of the bus in a group, in its order.
fn channels_of(places: &[Option<(usize, usize)>], group_idx: usize) -> Vec<usize> {
    let channels = places.iter().enumerate();
    let of_group = channels.filter(|(_, place)| place.is_some_and(|it| it.0 == group_idx));
    of_group.map(|(channel_idx, _)| channel_idx).collect()
}

/// Weight and number of channels of each group, and for each channel of the bus its group and its
/// place in it.
type Groups = (Vec<(f32, usize)>, Vec<Option<(usize, usize)>>);

fn groups(layout: &Layout) -> Groups {
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
    (members, places)
}
