//! The ways into the engine: the dialogue, cleaned and trimmed, and the music, cleaned, go to their
//! analysis, and summed to mono to the voice detectors.

use std::ops::Range;

use crate::dsp::clean::{add_limited, clean, clean_into, clean_into_under};
use crate::dsp::crossfade::Crossfade;
use crate::dsp::units::gain_from_db;
use crate::engine::bus::BusAnalysis;
use crate::engine::mono::{LouderMix, summed_channels};
use crate::layout::Layout;
use crate::speech::activity::SpeechActivity;
use crate::speech::music_voice::MusicVoice;

/// Takes the dialogue in, piece by piece.
pub struct DialogueIntake {
    /// What the voice detector hears.
    mix: LouderMix,
    /// Trim as a gain, and the setting that it was made from.
    trim_gain: f32,
    trim_db: f32,
    /// From one gain to the next without a click, since the dialogue may be listened to.
    fade: Crossfade<f32>,
    /// Whether nothing has come in since the last reset.
    is_fresh: bool,
    /// Gain of each sample of a piece in which it moves.
    gains: Vec<f32>,
    /// The last piece, one vector per channel.
    channels: Vec<Vec<f32>>,
}

impl DialogueIntake {
    /// An intake for dialogue of `layout` at `sample_rate_hz`, in pieces of at most
    /// `max_piece_samples`; a new trim is reached in `fade_samples`.
    pub fn new(
        layout: &Layout,
        sample_rate_hz: f64,
        max_piece_samples: usize,
        fade_samples: u32,
    ) -> Self {
        Self {
            mix: LouderMix::new(layout, sample_rate_hz, max_piece_samples),
            trim_gain: 1.0,
            trim_db: 0.0,
            fade: Crossfade::new(1.0, fade_samples),
            is_fresh: true,
            gains: vec![0.0; max_piece_samples],
            channels: vec![vec![0.0; max_piece_samples]; layout.num_channels()],
        }
    }

    /// Forgets all samples, and makes the next have the trim that is set then, without a fade.
    pub fn reset(&mut self) {
        self.is_fresh = true;
        self.mix.reset();
    }

    /// Whether the dialogue's channels cancel each other in their sum.
    pub fn is_out_of_phase(&self) -> bool {
        self.mix.is_difference()
    }

    /// Sets the gain of the dialogue, dB.
    pub fn set_trim(&mut self, trim_db: f32) {
        if trim_db != self.trim_db {
            self.trim_db = trim_db;
            self.trim_gain = gain_from_db(trim_db);
        }
    }

    /// The piece that was taken last, cleaned and with its gain: one vector per channel, each at least
    /// as long as the piece.
    pub fn channels(&self) -> &[Vec<f32>] {
        &self.channels
    }

    /// Hands the samples `piece` of all channels on. What is missing of them is silence.
    pub fn take(
        &mut self,
        dialogue: &[&[f32]],
        piece: Range<usize>,
        analysis: &mut BusAnalysis,
        activity: &mut SpeechActivity,
    ) {
        self.mix.begin(piece.len());
        if self.is_fresh && !piece.is_empty() {
            self.fade.jump(self.trim_gain);
            self.is_fresh = false;
        }
        let is_settled = self.fade.is_settled_on(self.trim_gain);
        if !is_settled {
            for gain in self.gains.iter_mut().take(piece.len()) {
                let (from, to, share) = self.fade.advance(self.trim_gain);
                *gain = (1.0 - share) * from + share * to;
            }
        }
        for (channel_idx, trimmed) in self.channels.iter_mut().enumerate() {
            let Some(trimmed) = trimmed.get_mut(..piece.len()) else {
                return;
            };
            let given = dialogue
                .get(channel_idx)
                .and_then(|channel| channel.get(piece.start..piece.end.min(channel.len())))
                .unwrap_or_default();
            let (present, missing) = trimmed.split_at_mut(given.len().min(piece.len()));
            if is_settled {
                clean_into(present, given, self.trim_gain);
            } else {
                clean_into_under(present, given, &self.gains);
            }
            missing.fill(0.0);
            analysis.push(channel_idx, trimmed);
            self.mix.add(channel_idx, trimmed);
        }
        analysis.advance(piece.len());
        activity.push(self.mix.heard(piece.len()));
    }
}

/// Takes the music in, piece by piece.
pub struct MusicIntake {
    /// For each channel, whether the voice detector hears it.
    is_heard: Vec<bool>,
    mono: Vec<f32>,
}

impl MusicIntake {
    /// An intake for music of `layout`, in pieces of at most `max_piece_samples`.
    pub fn new(layout: &Layout, max_piece_samples: usize) -> Self {
        Self {
            is_heard: summed_channels(layout),
            mono: vec![0.0; max_piece_samples],
        }
    }

    /// Cleans the samples `piece` of all channels in place and hands them on; to `voice` only where
    /// somebody asks for it.
    pub fn take(
        &mut self,
        music: &mut [&mut [f32]],
        piece: Range<usize>,
        analysis: &mut BusAnalysis,
        voice: Option<&mut MusicVoice>,
    ) {
        let mono = self.mono.get_mut(..piece.len()).unwrap_or_default();
        mono.fill(0.0);
        for (channel_idx, channel) in music.iter_mut().enumerate() {
            let samples = channel.get_mut(piece.clone()).unwrap_or_default();
            clean(samples);
            analysis.push(channel_idx, samples);
            if voice.is_some() && self.is_heard.get(channel_idx) == Some(&true) {
                add_limited(mono, samples, 1.0);
            }
        }
        analysis.advance(piece.len());
        if let Some(voice) = voice {
            voice.push(mono);
        }
    }
}
