//! The dynamic equaliser: a cascade of bells per channel, minimum phase, no latency.
//!
//! Once a hop it gets the cut wanted in each band and finds the bells' gains
//! ([`OverlapCorrection`]); every control tick (about 0.3 ms) the gains move on ([`Glide`]) and
//! the filters' coefficients with them, in a straight line from sample to sample
//! ([`Coefficients`]). Channels that get the same gains share the coefficients, and SIMD
//! vectors of eight or four. Where all gains of a channel are 0, it isn't touched at all.

use std::ops::Range;
use std::sync::Arc;

use wide::{f32x4, f32x8};

use crate::dsp::eq::bell::{Bell, Bells8, Coefficients, Steps};
use crate::dsp::eq::glide::Glide;
use crate::dsp::eq::overlap::{
    BandVectors, MAX_BANDS, NUM_BAND_VECTORS, OverlapCorrection, bells, lanes, values,
};
use crate::dsp::eq::side_by_side::{MAX_PIECE_SAMPLES, SideBySide};
use crate::dsp::eq::vector::Eight;
use crate::dsp::shared_tables::SharedTables;

/// How much of the cut a channel gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// All of the cut.
    Full,
    /// The cut in dB times the focus.
    Focus,
    /// None of the cut: the channel is never touched.
    Nothing,
}

/// Deepest cut of a band, dB.
pub const MAX_CUT_DB: f32 = 24.0;

/// Control ticks in a hop: about one every 0.3 ms.
const GLIDE_TICKS_PER_HOP: usize = 16;

/// Control ticks from one cleaning of the filters' states to the next.
const CLEANING_TICKS: u32 = 16;

/// Cuts `N` bands (at most 24) of any number of channels by gains that change over time.
#[derive(Debug, Clone)]
pub struct DynamicEq<const N: usize> {
    correction: Arc<OverlapCorrection>,
    num_bands: usize,
    groups: Vec<ChannelGroup>,
    hop_samples: usize,
    num_ticks: usize,
    /// Index of the coming tick in its hop.
    tick_idx: usize,
    samples_to_tick: usize,
    ticks_to_cleaning: u32,
}

/// Those of each set of bells.
static CORRECTIONS: SharedTables<Vec<Bell>, OverlapCorrection> = SharedTables::new();

/// The channels that get the same gains.
#[derive(Debug, Clone)]
struct ChannelGroup {
    share: Share,
    bells: [Bells8; NUM_BAND_VECTORS],
    glide: Glide,
    /// Whether the coefficients moved in the last tick, so that they need new ones.
    is_gliding: bool,
    /// Coefficients at the last control tick, exactly.
    tick_a: BandVectors,
    tick_b: BandVectors,
    coefficients: Vec<Coefficients>,
    eights: Vec<SideBySide<Eight>>,
    fours: Vec<SideBySide<f32x4>>,
    /// Whether some gain isn't 0 dB in this tick; else the output is the input, and the filters
    /// just listen.
    is_cutting: bool,
}

impl<const N: usize> DynamicEq<N> {
    /// Allocates all that the other calls need; they never allocate, lock or panic.
    ///
    /// `centres_hz`: centres of the bands, ascending; those above 0.45 of the sample rate are left
    /// alone. `hop_samples`: samples from one [`set_target`](Self::set_target) to the next.
    /// `shares`: one per channel.
    pub fn new(
        sample_rate_hz: f64,
        centres_hz: &[f64; N],
        hop_samples: usize,
        shares: &[Share],
    ) -> Self {
        const { assert!(N <= MAX_BANDS) };
        let bells = bells(sample_rate_hz, centres_hz);
        let hop_samples = hop_samples.max(1);
        let num_ticks = GLIDE_TICKS_PER_HOP
            .max(hop_samples.div_ceil(MAX_PIECE_SAMPLES))
            .min(hop_samples);
        let tick_ms = hop_samples as f64 * 1000.0 / (sample_rate_hz * num_ticks as f64);
        let glide = Glide::new(hop_samples, tick_ms);
        let bells8 =
            std::array::from_fn(|lane| Bells8::new(bells.get(lane * 8..).unwrap_or_default()));
        let groups = [Share::Full, Share::Focus]
            .into_iter()
            .filter_map(|share| {
                let channel_idxs: Vec<usize> = shares
                    .iter()
                    .enumerate()
                    .filter(|(_, channel_share)| **channel_share == share)
                    .map(|(channel_idx, _)| channel_idx)
                    .collect();
                if channel_idxs.is_empty() {
                    return None;
                }
                // What is left over takes half as long in fours on processors whose vectors hold no more.
                let (eights, fours) = match channel_idxs.len() % 8 {
                    num_left @ 1..=4 => channel_idxs.split_at(channel_idxs.len() - num_left),
                    _ => (&channel_idxs[..], &[][..]),
                };
                let mut group = ChannelGroup {
                    share,
                    bells: bells8,
                    glide: glide.clone(),
                    is_gliding: false,
                    tick_a: [f32x8::ZERO; NUM_BAND_VECTORS],
                    tick_b: [f32x8::ZERO; NUM_BAND_VECTORS],
                    coefficients: bells.iter().map(Coefficients::new).collect(),
                    eights: SideBySide::of(eights, bells.len()),
                    fours: SideBySide::of(fours, bells.len()),
                    is_cutting: false,
                };
                group.reset();
                Some(group)
            })
            .collect();
        Self {
            num_bands: bells.len(),
            correction: CORRECTIONS.of(bells.clone(), || OverlapCorrection::new(&bells)),
            groups,
            hop_samples,
            num_ticks,
            tick_idx: 0,
            samples_to_tick: 0,
            ticks_to_cleaning: 0,
        }
    }

    /// Back to no cut and silent filters, at once.
    pub fn reset(&mut self) {
        self.tick_idx = 0;
        self.samples_to_tick = 0;
        self.ticks_to_cleaning = 0;
        for group in &mut self.groups {
            group.reset();
        }
    }

    /// Goes to another place in the hop, less than its length: gains and coefficients go on from what they
    /// are.
    pub fn align(&mut self, position_samples: usize) {
        let position_samples = position_samples.min(self.hop_samples - 1);
        let end_of = |num_ticks: usize| num_ticks * self.hop_samples / self.num_ticks;
        let num_over = (0..self.num_ticks)
            .filter(|tick_idx| end_of(tick_idx + 1) <= position_samples)
            .count();
        self.tick_idx = (num_over + 1) % self.num_ticks;
        let samples_to_tick = end_of(num_over + 1) - position_samples;
        let is_within_tick = self.samples_to_tick > 0;
        self.samples_to_tick = samples_to_tick;
        for group in &mut self.groups {
            if is_within_tick {
                group.stay();
            }
            group.tick(samples_to_tick, false);
        }
    }

    /// Moves from now on to a cut of `cut_db` in each band, 0 to 24 dB: in a straight line
    /// over one hop, smoothed by two low-passes of 3 ms.
    /// Channels of [`Share::Focus`] get it times `focus`, 0 to 1. Values out of range are clamped;
    /// NaN counts as 0.
    pub fn set_target(&mut self, cut_db: &[f32; N], focus: f32) {
        let in_range = |value: f32, max: f32| if value > 0.0 { value.min(max) } else { 0.0 };
        let focus = in_range(focus, 1.0);
        for group in &mut self.groups {
            let factor = match group.share {
                Share::Full => 1.0,
                Share::Focus => focus,
                Share::Nothing => 0.0,
            };
            let wanted_db = lanes(
                cut_db
                    .iter()
                    .take(self.num_bands)
                    .map(|&cut_db| -in_range(cut_db, MAX_CUT_DB) * factor),
            );
            let is_flat = values(&wanted_db).all(|wanted_db| wanted_db == 0.0);
            group.glide.set_target(if is_flat {
                [f32x8::ZERO; NUM_BAND_VECTORS]
            } else {
                self.correction.gains_db(&wanted_db)
            });
        }
    }

    /// Whether every cut is 0 and has arrived there: [`process`](Self::process) then changes no
    /// sample. The filters still listen, so that the next cut starts without ringing. Where none
    /// can follow, the calls may be left out; call [`reset`](Self::reset) before the next one.
    pub fn is_idle(&self) -> bool {
        self.groups.iter().all(ChannelGroup::is_idle)
    }

    /// Filters the samples `range` of all channels in place. Channels beyond those prepared, or too
    /// short for the range, are left alone; a missing one counts as silent. The samples should be
    /// finite: others come through, but harm the filters for 5 ms at most after them.
    pub fn process(&mut self, channels: &mut [&mut [f32]], range: Range<usize>) {
        let mut from = range.start;
        while from < range.end {
            if self.samples_to_tick == 0 {
                self.tick();
            }
            let to = range.end.min(from + self.samples_to_tick);
            for group in &mut self.groups {
                group.process(channels, from..to);
            }
            self.samples_to_tick -= to - from;
            from = to;
        }
    }

    fn tick(&mut self) {
        // Whole samples that fill the hop exactly
        let end_of = |num_ticks: usize| num_ticks * self.hop_samples / self.num_ticks;
        self.samples_to_tick = end_of(self.tick_idx + 1) - end_of(self.tick_idx);
        self.tick_idx = (self.tick_idx + 1) % self.num_ticks;
        let cleans = self.ticks_to_cleaning == 0;
        self.ticks_to_cleaning = match self.ticks_to_cleaning {
            0 => CLEANING_TICKS - 1,
            ticks => ticks - 1,
        };
        for group in &mut self.groups {
            group.tick(self.samples_to_tick, cleans);
        }
    }
}

impl ChannelGroup {
    fn reset(&mut self) {
        self.glide.reset();
        // Makes the first tick write the coefficients
        self.is_gliding = true;
        let at_rest = self.bells.map(|bells| bells.coefficients(f32x8::ZERO));
        self.tick_a = at_rest.map(|(a, _)| a);
        self.tick_b = at_rest.map(|(_, b)| b);
        self.is_cutting = false;
        self.eights.iter_mut().for_each(SideBySide::reset);
        self.fours.iter_mut().for_each(SideBySide::reset);
    }

    fn is_idle(&self) -> bool {
        !self.is_cutting && self.glide.is_settled()
    }

    /// Makes the coefficients as they are those of a control tick that is over.
    fn stay(&mut self) {
        if self.is_gliding {
            self.tick_a = lanes(self.coefficients.iter().map(Coefficients::a));
            self.tick_b = lanes(self.coefficients.iter().map(Coefficients::b));
        }
    }

    /// Moves the gains on by one control tick and sets out for the coefficients that belong to
    /// them.
    fn tick(&mut self, tick_samples: usize, cleans: bool) {
        if self.is_gliding || !self.glide.is_settled() {
            self.is_cutting = !self.glide.is_at_zero();
            self.is_gliding = !self.glide.is_settled();
            let (from_a, from_b) = (self.tick_a, self.tick_b);
            self.glide.advance(tick_samples);
            for (((a, b), bells), gains_db) in self
                .tick_a
                .iter_mut()
                .zip(&mut self.tick_b)
                .zip(&self.bells)
                .zip(self.glide.gains_db())
            {
                (*a, *b) = bells.coefficients(*gains_db);
            }
            let per_sample = 1.0 / tick_samples as f32;
            let (to_a, to_b) = (values(&self.tick_a), values(&self.tick_b));
            for (((coefficients, from_a), to_a), (from_b, to_b)) in self
                .coefficients
                .iter_mut()
                .zip(values(&from_a))
                .zip(to_a)
                .zip(values(&from_b).zip(to_b))
            {
                coefficients.glide(
                    (from_a, (to_a - from_a) * per_sample),
                    (from_b, (to_b - from_b) * per_sample),
                );
            }
        }
        if cleans {
            self.eights.iter_mut().for_each(SideBySide::clean);
            self.fours.iter_mut().for_each(SideBySide::clean);
        }
    }

    fn process(&mut self, channels: &mut [&mut [f32]], range: Range<usize>) {
        let (is_gliding, is_cutting) = (self.is_gliding, self.is_cutting);
        let mut num_left = self.eights.len() + self.fours.len();
        let mut steps = || {
            num_left -= 1;
            match (is_gliding, num_left) {
                (false, _) => Steps::None,
                // The last ones move the coefficients on for all.
                (true, 0) => Steps::Taken,
                (true, _) => Steps::Kept,
            }
        };
        let coefficients = &mut self.coefficients;
        for eight in &mut self.eights {
            eight.process(channels, range.clone(), coefficients, steps(), is_cutting);
        }
        for four in &mut self.fours {
            four.process(channels, range.clone(), coefficients, steps(), is_cutting);
        }
    }
}
