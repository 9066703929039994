//! The way of the dialogue into the engine: cleaned and trimmed to its analysis, summed to mono to
//! the voice detector.

use std::ops::Range;

use super::bus::BusAnalysis;
use super::clean::cleaned;
use crate::clash::activity::SpeechActivity;
use crate::dsp::spectrum::MAX_SAMPLE;
use crate::dsp::units::gain_from_db;
use crate::layout::{ChannelRole, Layout};

/// Gain of the sum of the dialogue's channels on its way to the voice detector: a voice in both
/// channels of a stereo pair keeps its level.
const MONO_GAIN: f32 = 0.5;

/// Takes the dialogue in, piece by piece.
pub struct DialogueIntake {
    /// For each channel, whether the voice detector hears it: LFE is left out.
    is_heard: Vec<bool>,
    /// Trim as a gain, and the setting that it was made from.
    trim_gain: f32,
    trim_db: f32,
    channel: Vec<f32>,
    mono: Vec<f32>,
}

impl DialogueIntake {
    /// For dialogue of `layout`, in pieces of at most `max_piece_samples`.
    pub fn new(layout: &Layout, max_piece_samples: usize) -> Self {
        Self {
            is_heard: layout
                .roles()
                .iter()
                .map(|&role| role != ChannelRole::Lfe)
                .collect(),
            trim_gain: 1.0,
            trim_db: 0.0,
            channel: vec![0.0; max_piece_samples],
            mono: vec![0.0; max_piece_samples],
        }
    }

    /// Sets the gain of the dialogue, dB.
    pub fn set_trim(&mut self, trim_db: f32) {
        if trim_db != self.trim_db {
            self.trim_db = trim_db;
            self.trim_gain = gain_from_db(trim_db);
        }
    }

    /// The gain of the dialogue.
    pub fn trim_gain(&self) -> f32 {
        self.trim_gain
    }

    /// Hands the samples `piece` of all channels on. What is missing of them is silence.
    pub fn take(
        &mut self,
        dialogue: &[&[f32]],
        piece: Range<usize>,
        analysis: &mut BusAnalysis,
        activity: &mut SpeechActivity,
    ) {
        let (Some(trimmed), Some(mono)) = (
            self.channel.get_mut(..piece.len()),
            self.mono.get_mut(..piece.len()),
        ) else {
            return;
        };
        mono.fill(0.0);
        for (channel_idx, &is_heard) in self.is_heard.iter().enumerate() {
            let given = dialogue
                .get(channel_idx)
                .and_then(|channel| channel.get(piece.start..piece.end.min(channel.len())));
            trimmed.fill(0.0);
            for (trimmed, &sample) in trimmed.iter_mut().zip(given.unwrap_or_default()) {
                *trimmed = (self.trim_gain * cleaned(sample)).clamp(-MAX_SAMPLE, MAX_SAMPLE);
            }
            analysis.push(channel_idx, trimmed);
            if is_heard {
                for (mono, &trimmed) in mono.iter_mut().zip(trimmed.iter()) {
                    *mono += MONO_GAIN * trimmed;
                }
            }
        }
        analysis.advance(piece.len());
        for &sample in mono.iter() {
            activity.push(sample);
        }
    }
}
