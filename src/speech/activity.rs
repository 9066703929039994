//! Speech activity on the dialogue: is somebody speaking?

use crate::dsp::decimator::{Decimator, OUTPUT_RATE_HZ};
use crate::dsp::units::gain_from_db;
use crate::speech::choices::{
    DETECTOR_DBFS, LEAST_SOFT_SPEECH_DBFS, LEAST_SPEECH_DBFS, SOFT_VOICE_FLOOR_DB, SPEECH_HOLD_MS,
    VOICE_FLOOR_DB,
};
use crate::speech::gate::{GateState, SpeechGate};
use crate::speech::pitch::{Pitch, PitchTracker};
use crate::speech::sound_frame::{FRAME_SAMPLES, SoundFrame};
use crate::speech::voice_bands::VoiceBands;
use crate::speech::voice_filters::VoiceFilters;
use crate::speech::voice_score::VoiceScore;
use crate::speech::witness::Witness;

/// Greatest gain of the dialogue on its way to the neural detector, dB: enough for a voice at -56 dBFS.
/// It is a bound rather than a setting: from 24 dB on it made no difference to voices of any level
/// (`docs/speech-activity.md`).
const MAX_DETECTOR_GAIN_DB: f32 = 30.0;

/// Periodicity above which a fundamental is trusted. It is a choice between more frames of speech with a
/// fundamental (49 % have one) and fewer that music in the dialogue puts wrong
/// (`docs/speech-activity.md`).
const CLEARLY_VOICED_ABOVE: f32 = 0.85;

/// Speech activity from a 16 kHz copy of the dialogue: a noise floor in five bands, periodicity,
/// and a neural voice detector, weighed by [`SpeechGate`].
pub struct SpeechActivity {
    decimator: Decimator,
    listener: VoiceListener,
    hops_per_frame: f64,
    speech_hops: u32,
}

/// The witnesses and the gate, at 16 kHz.
struct VoiceListener {
    frame: SoundFrame,
    filters: VoiceFilters,
    bands: VoiceBands,
    pitch_tracker: PitchTracker,
    score: VoiceScore,
    score_gain: f32,
    witness: Witness,
    gate: SpeechGate,
    pitch: Pitch,
    verdict: GateState,
}

impl SpeechActivity {
    /// Allocates for dialogue at `sample_rate_hz`, judged `hop_rate_hz` times a second.
    pub fn new(sample_rate_hz: f64, hop_rate_hz: f64) -> Self {
        let frame_rate_hz = OUTPUT_RATE_HZ / FRAME_SAMPLES as f64;
        let gate = SpeechGate::new((SPEECH_HOLD_MS * 1e-3 * frame_rate_hz).round() as u32);
        Self {
            decimator: Decimator::new(sample_rate_hz),
            listener: VoiceListener {
                frame: SoundFrame::default(),
                filters: VoiceFilters::default(),
                bands: VoiceBands::default(),
                pitch_tracker: PitchTracker::default(),
                score: VoiceScore::new(2),
                score_gain: detector_gain(gate.level_dbfs()),
                witness: Witness::new(),
                gate,
                pitch: Pitch::default(),
                verdict: GateState::Silent,
            },
            hops_per_frame: hop_rate_hz / frame_rate_hz,
            speech_hops: 0,
        }
    }

    /// Forgets all that was heard. Never allocates.
    pub fn reset(&mut self) {
        self.decimator.reset();
        self.listener.reset();
        self.speech_hops = 0;
    }

    /// Takes samples of the dialogue, summed to mono; they must be finite.
    pub fn push(&mut self, samples: &[f32]) {
        let listener = &mut self.listener;
        self.decimator
            .push(samples, |outputs| listener.push(outputs));
    }

    /// Judges a hop: whether somebody speaks, as far as is known at its end.
    pub fn judge(&mut self) -> bool {
        self.speech_hops = match self.listener.verdict {
            GateState::Silent | GateState::Provisional => 0,
            GateState::Speech if self.speech_hops == 0 => {
                self.hops(self.listener.gate.onset_frames_ago()) + 1
            }
            GateState::Speech => self.speech_hops.saturating_add(1),
        };
        self.listener.verdict != GateState::Silent
    }

    /// Whether the last sound that was taken for a voice, as far as was known then, was none.
    pub fn is_refuted(&self) -> bool {
        self.listener.gate.is_refuted()
    }

    /// For how many hops somebody speaks who is confirmed to, this one included; 0 else. It jumps
    /// to the true length when a voice is confirmed, so a reader can mark hops that are past.
    pub fn speech_hops(&self) -> u32 {
        self.speech_hops
    }

    /// How many of [`Self::speech_hops`] are hold, at their end: hops since the last sound of speech is
    /// likely to have ended.
    pub fn held_hops(&self) -> u32 {
        match self.listener.verdict {
            GateState::Silent | GateState::Provisional => 0,
            GateState::Speech => self.hops(self.listener.gate.held_frames()),
        }
    }

    fn hops(&self, num_frames: u32) -> u32 {
        (f64::from(num_frames) * self.hops_per_frame).round() as u32
    }

    /// The neural detector's latest score, 0 to 1, 8 ms old at most.
    pub fn probability(&self) -> f32 {
        self.listener.score.score()
    }

    /// How sure the witness is that its last frame of 32 ms is a voice, 0 to 1; the frame ended 20 to 50 ms
    /// ago. 0 while the witness rests.
    pub fn witness_score(&self) -> f32 {
        self.listener.witness.testimony().score
    }

    /// Fundamental of the voice, Hz, 5 ms old at most; 0 where it isn't voiced, or nobody speaks
    /// for certain.
    pub fn voice_hz(&self) -> f32 {
        let Pitch {
            periodicity,
            fundamental_hz,
        } = self.listener.pitch;
        if self.speech_hops > 0 && periodicity > CLEARLY_VOICED_ABOVE {
            fundamental_hz
        } else {
            0.0
        }
    }
}

impl VoiceListener {
    fn reset(&mut self) {
        self.frame = SoundFrame::default();
        self.filters.reset();
        self.bands.reset();
        self.pitch_tracker.reset();
        self.score.reset();
        self.witness.reset();
        self.gate.reset();
        self.score_gain = detector_gain(self.gate.level_dbfs());
        self.pitch = Pitch::default();
        self.verdict = GateState::Silent;
    }

    /// Takes samples at 16 kHz.
    fn push(&mut self, samples: &[f32]) {
        let mut left = samples;
        while !left.is_empty() {
            let (taken, rest) = self.frame.take(left);
            left = rest;
            self.score.push(taken, self.score_gain);
            self.witness.push(taken);
            if self.frame.is_whole() {
                self.end_frame();
            }
        }
    }

    fn end_frame(&mut self) {
        let usual_dbfs = self.gate.level_dbfs();
        let filtered = self.filters.push(self.frame.samples());
        let frame = self.bands.push(
            &filtered.band_power,
            (usual_dbfs + VOICE_FLOOR_DB).max(LEAST_SPEECH_DBFS),
            (usual_dbfs + SOFT_VOICE_FLOOR_DB).max(LEAST_SOFT_SPEECH_DBFS),
        );
        self.pitch = self.pitch_tracker.push(&filtered.low);
        let testimony = self.witness.testimony();
        self.verdict = self
            .gate
            .judge(&frame, self.pitch, self.score.score(), testimony);
        if self.gate.is_awake() {
            self.witness.wake();
        } else {
            self.witness.rest();
        }
        self.score_gain = detector_gain(self.gate.level_dbfs());
    }
}

/// Gain that brings a voice of `level_dbfs` to where the detector hears best.
fn detector_gain(level_dbfs: f32) -> f32 {
    gain_from_db((DETECTOR_DBFS - level_dbfs).min(MAX_DETECTOR_GAIN_DB))
}
