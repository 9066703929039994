//! What a bus plays at each ear, gathered job by job beside its spectrum.

use crate::dsp::spectrum::range_sums::RangeSums;
use crate::dsp::spectrum::transforms::Apart;
use crate::layout::{ChannelRole, Direction, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::psycho::head_shadow::EarGains;
use crate::psycho::two_ears::EarPowers;
use crate::snapshot::{NUM_SURROUNDS, Surrounds};

/// Share of the front's music, as a power, that stays there when 3 dB of it go to the surrounds.
const STAYING_SHARE: f32 = 0.5;

/// Powers of one window at both ears.
#[derive(Debug, Clone, Copy)]
pub struct HeardAround {
    front: EarPowers,
    around: EarPowers,
}

/// What a sound played by some surrounds alike is at both ears, mean squares for one of 1, for each of
/// [`Surrounds::EVERY`].
pub type SurroundsAlike = [EarPowers; NUM_SURROUNDS];

impl HeardAround {
    /// All of it.
    pub fn all(&self) -> EarPowers {
        let mut all = self.front;
        all.add_all(&self.around, 1.0);
        all
    }

    /// All of it with 3 dB of the front in `surrounds` instead, as loud as before in all, for each of
    /// [`Surrounds::EVERY`].
    pub fn in_surrounds(&self, surrounds: &SurroundsAlike) -> [EarPowers; NUM_SURROUNDS] {
        let mut left = self.around;
        left.add_all(&self.front, STAYING_SHARE);
        let moved = |alike: &EarPowers| {
            let mut moved = left;
            moved.add_scaled(alike, |band_idx| {
                let front = self.front.played.get(band_idx).copied();
                (1.0 - STAYING_SHARE) * front.unwrap_or_default()
            });
            moved
        };
        surrounds.each_ref().map(moved)
    }
}

/// Gathers them.
pub struct EarSums {
    places: Vec<ChannelPlace>,
    middle: EarGains,
    apart: Apart,
    sums: HeardAround,
    surrounds: Option<SurroundsAlike>,
}

/// Where a channel is heard from.
struct ChannelPlace {
    direction: Direction,
    gains: EarGains,
    is_front: bool,
}

impl EarSums {
    /// Allocates for a bus of `layout` with spectra of `num_bins`.
    pub fn new(num_bins: usize, layout: &Layout) -> Self {
        let channels = layout.roles().iter().zip(layout.directions());
        let places: Vec<ChannelPlace> = channels
            .map(|(role, &direction)| ChannelPlace {
                direction,
                gains: EarGains::from(
                    f64::from(direction.azimuth_deg),
                    f64::from(direction.elevation_deg),
                ),
                is_front: *role == ChannelRole::Front,
            })
            .collect();
        Self {
            middle: EarGains::AHEAD,
            apart: Apart::new(num_bins),
            sums: HeardAround {
                front: EarPowers::SILENT,
                around: EarPowers::SILENT,
            },
            surrounds: surrounds_alike(layout, &places),
            places,
        }
    }

    /// Begins a window.
    pub fn begin(&mut self) {
        self.sums.front = EarPowers::SILENT;
        self.sums.around = EarPowers::SILENT;
    }

    /// Room for what a job's channels have by themselves.
    pub fn apart(&mut self) -> &mut Apart {
        &mut self.apart
    }

    /// Adds a job that is in [`Self::apart`]: of the channels `first` and, if there is one, `second`. What mirrored
    /// loudspeakers play alike is heard from the middle between them.
    pub fn add(&mut self, bands: &RangeSums<NUM_BANDS>, first: usize, second: Option<usize>) {
        let Some(first) = self.places.get(first) else {
            return;
        };
        let second = second.and_then(|it| self.places.get(it));
        let is_mirrored = second.is_some_and(|it| it.direction == first.direction.mirrored());
        let powers = bands.of(&self.apart.first);
        let second_powers = second.map(|_| bands.of(&self.apart.second));
        let commons = is_mirrored.then(|| bands.of(&self.apart.common));
        for band_idx in 0..NUM_BANDS {
            let in_band = |sums: &PerBand| sums.get(band_idx).copied().unwrap_or_default();
            let power = in_band(&powers);
            let Some(second) = second else {
                first
                    .sums(&mut self.sums)
                    .add(band_idx, power, &first.gains);
                continue;
            };
            let second_power = second_powers.as_ref().map_or(0.0, in_band);
            let both = power + second_power;
            let common = match &commons {
                Some(commons) if both > 0.0 => (2.0 * in_band(commons) / both).clamp(0.0, 1.0),
                _ => 0.0,
            };
            let own = 1.0 - common;
            let sums = first.sums(&mut self.sums);
            sums.add(band_idx, common * both, &self.middle);
            sums.add(band_idx, own * power, &first.gains);
            let sums = second.sums(&mut self.sums);
            sums.add(band_idx, own * second_power, &second.gains);
        }
    }

    /// Where music can go from the front; `None` unless there are surrounds on both sides.
    pub fn surrounds(&self) -> Option<&SurroundsAlike> {
        self.surrounds.as_ref()
    }

    /// What was gathered.
    pub fn heard(&self) -> HeardAround {
        self.sums
    }
}

/// What a sound played alike by all surrounds of `layout`, or those of one side, is at both ears.
fn surrounds_alike(layout: &Layout, places: &[ChannelPlace]) -> Option<SurroundsAlike> {
    let alike = Surrounds::EVERY.map(|which| {
        let is_among = |(role, place): &(&ChannelRole, &ChannelPlace)| {
            let azimuth_deg = place.direction.azimuth_deg;
            let is_there = match which {
                Surrounds::All => true,
                Surrounds::Left => azimuth_deg > 0,
                Surrounds::Right => azimuth_deg < 0,
            };
            **role == ChannelRole::Surround && is_there
        };
        let among = || layout.roles().iter().zip(places).filter(is_among);
        let share = 1.0 / among().count() as f32;
        let mut alike = EarPowers::SILENT;
        for (_, place) in among() {
            for band_idx in 0..NUM_BANDS {
                alike.add(band_idx, share, &place.gains);
            }
        }
        alike
    });
    let are_all_there = alike.iter().all(|it| *it != EarPowers::SILENT);
    are_all_there.then_some(alike)
}

impl ChannelPlace {
    fn sums<'a>(&self, sums: &'a mut HeardAround) -> &'a mut EarPowers {
        match self.is_front {
            true => &mut sums.front,
            false => &mut sums.around,
        }
    }
}
