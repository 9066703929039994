//! What comes out: the ducked music, what was removed from it, or the dialogue as the engine hears
//! it.

use std::ops::Range;

use crate::dsp::clean::cleaned;
use crate::dsp::crossfade::Crossfade;
use crate::dsp::delay::Delay;
use crate::engine::mono::{SUM_GAIN, summed_channels};
use crate::layout::{ChannelRole, Layout};
use crate::settings::Listen;

/// Where a channel of the music's bus gets the dialogue from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OutputSource {
    /// From one channel of the dialogue.
    Channel(usize),
    /// From the sum of all channels of the dialogue.
    Sum,
    /// From nowhere.
    Silence,
}

/// Chooses what comes out; while that is the mix, nothing is touched.
pub struct OutputSelect {
    /// For each channel of the dialogue, whether it is in the sum of them.
    is_summed: Vec<bool>,
    sum_gain: f32,
    /// One per channel of the music.
    sources: Vec<OutputSource>,
    fade: Crossfade<Listen>,
    /// Whether nothing has come out since the last reset.
    is_fresh: bool,
    /// The piece of the music before any cut, one vector per channel.
    uncut: Vec<Vec<f32>>,
    /// The piece of the dialogue that belongs to it in time, one vector per channel.
    heard: Vec<Vec<f32>>,
    dialogue_delay: Delay,
}

impl OutputSelect {
    /// Allocates for pieces of up to `max_piece_samples` and dialogue that is up to
    /// `max_delay_samples` early; a change takes `fade_samples`.
    pub fn new(
        dialogue: &Layout,
        music: &Layout,
        max_piece_samples: usize,
        max_delay_samples: usize,
        fade_samples: u32,
    ) -> Self {
        let num_dialogue = dialogue.num_channels();
        Self {
            is_summed: summed_channels(dialogue),
            sum_gain: if num_dialogue == 1 { 1.0 } else { SUM_GAIN },
            sources: sources(dialogue, music),
            fade: Crossfade::new(Listen::Mix, fade_samples),
            is_fresh: true,
            uncut: vec![vec![0.0; max_piece_samples]; music.num_channels()],
            heard: vec![vec![0.0; max_piece_samples]; num_dialogue],
            dialogue_delay: Delay::new(num_dialogue, max_delay_samples, fade_samples),
        }
    }

    /// Forgets all samples. The next one is what is wanted then, at once.
    pub fn reset(&mut self) {
        self.is_fresh = true;
        self.dialogue_delay.reset();
    }

    /// How much earlier the dialogue is than the music, samples.
    pub fn set_delay_samples(&mut self, num_samples: usize) {
        self.dialogue_delay.set_samples(num_samples);
    }

    /// Takes a piece of the music before any cut, and the same moments of the dialogue, cleaned and
    /// with its gain, from the start of each channel.
    pub fn take(
        &mut self,
        dialogue: &[Vec<f32>],
        music: &[&mut [f32]],
        piece: Range<usize>,
        wanted: Listen,
    ) {
        if self.is_fresh && !piece.is_empty() {
            self.fade.jump(wanted);
            self.is_fresh = false;
        }
        for (heard, channel) in self.heard.iter_mut().zip(dialogue) {
            copy(heard, channel.get(..piece.len()).unwrap_or_default());
        }
        self.dialogue_delay.process(&mut self.heard, 0..piece.len());
        if self.fade.is_settled_on(Listen::Mix) && wanted == Listen::Mix {
            return;
        }
        for (uncut, channel) in self.uncut.iter_mut().zip(music) {
            let samples = channel.get(piece.clone()).unwrap_or_default();
            copy(uncut, samples);
        }
    }

    /// Replaces the piece of the music, cut by now, by what is wanted.
    pub fn play(&mut self, music: &mut [&mut [f32]], piece: Range<usize>, wanted: Listen) {
        if self.fade.is_settled_on(Listen::Mix) && wanted == Listen::Mix {
            return;
        }
        for (offset, sample_idx) in piece.enumerate() {
            let (from, to, share) = self.fade.advance(wanted);
            let channels = music.iter_mut().zip(&self.uncut).zip(&self.sources);
            for ((channel, uncut), &source) in channels {
                let Some(sample) = channel.get_mut(sample_idx) else {
                    continue;
                };
                let mix = *sample;
                let value = |listen| match listen {
                    Listen::Mix => mix,
                    Listen::Removed => uncut.get(offset).copied().unwrap_or(0.0) - mix,
                    Listen::Dialogue => self.dialogue(source, offset),
                };
                // The difference of huge samples is not finite, that of tiny ones may be subnormal.
                *sample = cleaned(if share < 1.0 {
                    (1.0 - share) * value(from) + share * value(to)
                } else {
                    value(to)
                });
            }
        }
    }

    fn dialogue(&self, source: OutputSource, offset: usize) -> f32 {
        let sample = |channel: &Vec<f32>| channel.get(offset).copied().unwrap_or(0.0);
        match source {
            OutputSource::Channel(channel_idx) => self.heard.get(channel_idx).map_or(0.0, sample),
            OutputSource::Sum => {
                let heard = self.heard.iter().zip(&self.is_summed);
                let sum: f32 = heard
                    .filter(|&(_, &is_summed)| is_summed)
                    .map(|(channel, _)| sample(channel))
                    .sum();
                self.sum_gain * sum
            }
            OutputSource::Silence => 0.0,
        }
    }
}

/// Fills the start of `to` with `from`, as far as both go.
fn copy(to: &mut [f32], from: &[f32]) {
    for (to, &from) in to.iter_mut().zip(from) {
        *to = from;
    }
}

/// Equal buses: channel to channel. Stereo dialogue: left and right, which come first in every
/// layout. Else: the sum in all front channels.
fn sources(dialogue: &Layout, music: &Layout) -> Vec<OutputSource> {
    let is_stereo = dialogue.num_channels() == 2 && music.num_channels() > 1;
    music
        .roles()
        .iter()
        .enumerate()
        .map(|(channel_idx, &role)| match role {
            ChannelRole::Lfe => OutputSource::Silence,
            _ if dialogue == music => OutputSource::Channel(channel_idx),
            _ if is_stereo && channel_idx < 2 => OutputSource::Channel(channel_idx),
            ChannelRole::Front if !is_stereo => OutputSource::Sum,
            _ => OutputSource::Silence,
        })
        .collect()
}
