//! What comes out: the music, late by the look-ahead, through the EQ, or what is listened to instead.

use std::ops::Range;

use crate::dsp::delay::Delay;
use crate::dsp::eq::dynamic_eq::{DynamicEq, Share};
use crate::engine::output_select::OutputSelect;
use crate::layout::{ChannelRole, Layout};
use crate::psycho::bands::{NUM_BANDS, PerBand, centre_hz};
use crate::settings::{Listen, LookAhead};

/// Time in which a change of what comes out, of the look-ahead or of the dialogue's trim is
/// crossfaded, ms: too short for a fade to be heard, and long enough that a tone has nothing but
/// itself above -80 dB further than 500 Hz from it.
const FADE_MS: f64 = 10.0;

/// Time that the EQ's filters hear the music before a cut may begin, ms: some time constants of most
/// bands. A filter that has just woken rings on its own.
const WAKING_MS: f64 = 16.0;

/// How late the EQ's gains are, ms.
const EQ_LAG_MS: f64 = crate::dsp::eq::glide::LAG_MS;

/// Time for which an automated look-ahead stays after each change, s: a host stops and starts a plugin whose
/// latency changes, and a lane that goes up and down mustn't have it do nothing else.
const LOOK_AHEAD_REST_S: f64 = 1.0;

/// Length of a crossfade at `sample_rate_hz`, samples.
pub fn fade_samples(sample_rate_hz: f64) -> u32 {
    (FADE_MS * 1e-3 * sample_rate_hz).round() as u32
}

/// The way of the music through the engine.
pub struct MusicOut {
    sample_rate_hz: f64,
    hop_samples: usize,
    /// Keeps the music back while the analysis hears ahead.
    look_ahead: Delay,
    /// What an automated look-ahead is to be, once the last change is long enough ago.
    asked_look_ahead: Option<LookAhead>,
    /// For how many hops to come an automated look-ahead stays.
    look_ahead_stays_hops: u32,
    look_ahead_rest_hops: u32,
    eq: DynamicEq<NUM_BANDS>,
    /// Whether the EQ's filters are at rest: reset, and left out until a cut may come.
    eq_rests: bool,
    /// Hops for which the filters have been awake, and how many it takes before a cut may begin.
    hops_awake: u32,
    waking_hops: u32,
    listen: OutputSelect,
}

impl MusicOut {
    /// Allocates for buses of these layouts, in pieces of at most `hop_samples`.
    pub fn new(
        sample_rate_hz: f64,
        hop_samples: usize,
        dialogue_layout: &Layout,
        music_layout: &Layout,
    ) -> Self {
        let hop_rate_hz = sample_rate_hz / hop_samples as f64;
        let shares: Vec<Share> = music_layout
            .roles()
            .iter()
            .map(|role| match role {
                ChannelRole::Front => Share::Full,
                ChannelRole::Surround | ChannelRole::Height => Share::Focus,
                ChannelRole::Lfe => Share::Nothing,
            })
            .collect();
        let max_delay_samples = LookAhead::Ms40.samples(sample_rate_hz) as usize;
        let fade_samples = fade_samples(sample_rate_hz);
        Self {
            sample_rate_hz,
            hop_samples,
            look_ahead: Delay::new(music_layout.num_channels(), max_delay_samples, fade_samples),
            asked_look_ahead: None,
            look_ahead_stays_hops: 0,
            look_ahead_rest_hops: (LOOK_AHEAD_REST_S * hop_rate_hz).round() as u32,
            eq: DynamicEq::new(
                sample_rate_hz,
                &std::array::from_fn(centre_hz),
                hop_samples,
                &shares,
            ),
            eq_rests: true,
            hops_awake: 0,
            waking_hops: (WAKING_MS * 1e-3 * hop_rate_hz).round() as u32,
            listen: OutputSelect::new(
                dialogue_layout,
                music_layout,
                hop_samples,
                max_delay_samples,
                fade_samples,
            ),
        }
    }

    /// Forgets all samples; the look-ahead stays.
    pub fn reset(&mut self) {
        self.look_ahead.reset();
        self.asked_look_ahead = None;
        self.look_ahead_stays_hops = 0;
        self.eq.reset();
        self.eq_rests = true;
        self.hops_awake = 0;
        self.listen.reset();
    }

    /// Whether nothing has come in since the last reset.
    pub fn is_empty(&self) -> bool {
        self.look_ahead.is_empty()
    }

    /// How late the music is, samples.
    pub fn latency_samples(&self) -> u32 {
        self.look_ahead.samples() as u32
    }

    /// How long after it was told a hop the EQ has done it, samples: a hop, and its lag.
    pub fn eq_lag_samples(&self) -> f64 {
        self.hop_samples as f64 + EQ_LAG_MS * 1e-3 * self.sample_rate_hz
    }

    /// Sets the look-ahead: before the first sample at once, later by a crossfade of the two delays.
    pub fn set_look_ahead(&mut self, look_ahead: LookAhead) {
        let num_samples = look_ahead.samples(self.sample_rate_hz) as usize;
        self.look_ahead.set_samples(num_samples);
        self.listen.set_delay_samples(num_samples);
    }

    /// As [`Self::set_look_ahead`]; after a change the next one waits for a second, and what came between them never
    /// happens.
    pub fn automate_look_ahead(&mut self, look_ahead: LookAhead) {
        let is_new = look_ahead.samples(self.sample_rate_hz) != self.latency_samples();
        if self.look_ahead_stays_hops > 0 {
            self.asked_look_ahead = is_new.then_some(look_ahead);
        } else if is_new {
            self.take_look_ahead(look_ahead);
        }
    }

    fn take_look_ahead(&mut self, look_ahead: LookAhead) {
        self.set_look_ahead(look_ahead);
        self.asked_look_ahead = None;
        if !self.look_ahead.is_empty() {
            self.look_ahead_stays_hops = self.look_ahead_rest_hops;
        }
    }

    /// Ends a hop of the analysis.
    pub fn end_hop(&mut self) {
        self.look_ahead_stays_hops = self.look_ahead_stays_hops.saturating_sub(1);
        if self.look_ahead_stays_hops == 0
            && let Some(look_ahead) = self.asked_look_ahead
        {
            self.take_look_ahead(look_ahead);
        }
    }

    /// Puts what comes out in the place of the samples `piece` of the music; `dialogue`: the same piece of it, one slice
    /// per channel.
    pub fn play(
        &mut self,
        dialogue: &[Vec<f32>],
        music: &mut [&mut [f32]],
        piece: Range<usize>,
        listen: Listen,
    ) {
        self.look_ahead.process(music, piece.clone());
        self.listen.take(dialogue, music, piece.clone(), listen);
        if !self.eq_rests {
            self.eq.process(music, piece.clone());
        }
        self.listen.play(music, piece, listen);
    }

    /// Whether the filters have heard enough of the music for a cut to begin.
    pub fn may_begin(&self) -> bool {
        self.hops_awake >= self.waking_hops
    }

    /// Says what is to be cut from the next hop on, dB per band, and whether anything may be soon: else the
    /// EQ's filters rest while no cut is at work. They wake with the first sound of dialogue, before a voice is found
    /// in it, and so have heard some of the music when a cut begins.
    pub fn set_cut(&mut self, cut_db: &PerBand, focus: f32, may_cut: bool) {
        self.eq.set_target(cut_db, focus);
        let rests = !may_cut && self.eq.is_idle();
        if rests && !self.eq_rests {
            self.eq.reset();
        }
        self.eq_rests = rests;
        self.hops_awake = if rests {
            0
        } else {
            self.hops_awake.saturating_add(1)
        };
    }

    /// Goes to another place in the hop, less than its length; it is told what to cut at `told_at_samples` of each.
    pub fn align(&mut self, in_hop_samples: usize, told_at_samples: usize) {
        if !self.eq_rests {
            // The EQ's hops begin where it is told a cut.
            let in_eq_hop = in_hop_samples as i64 - told_at_samples as i64;
            self.eq
                .align(in_eq_hop.rem_euclid(self.hop_samples as i64) as usize);
        }
    }
}
