//! When speech begins and ends, decided every 5 ms from what stands out of the background, how
//! periodic it is, and what the neural detector says.
//!
//! The neural detector is sure, but late: 30 to 200 ms after an onset, as long again after an end,
//! and longer where a noise follows. What stands out of the background is known at once, but may
//! be a door. So a sound that grows like a voice opens the gate provisionally; the detector's score
//! must begin to rise within 30 ms, and confirm it soon, or the gate closes. The end is that of the
//! sound, plus a hold.

use crate::speech::pitch::Pitch;
use crate::speech::sound::{FrameFacts, Sound};
use crate::speech::usual_voice::UsualVoice;
use crate::speech::voice_bands::VoiceFrame;

/// Least level for speech, dB re the voice's usual level: its weakest sounds.
const LEAST_LEVEL_DB: f32 = -37.0;
/// A band stands out when it is this far above its floor, dB: single frames of a steady noise
/// exceed it once in some 300.
const BEGINS_ABOVE_FLOOR_DB: f32 = 6.0;
/// The same for a sound that goes on, dB.
const GOES_ON_ABOVE_FLOOR_DB: f32 = 3.5;
/// Periodicity of a voiced frame: noises stay below it, most vowels above.
const VOICED_ABOVE: f32 = 0.65;

/// After so much silence a sound is a new one that has to be confirmed, frames: 50 ms.
const NEW_SOUND_FRAMES: u32 = 10;
/// A provisional opening ends when its sound does for so long, frames: 30 ms.
const PROVISIONAL_GAP_FRAMES: u32 = 6;
/// A provisional opening ends if it isn't confirmed in so much time, frames: 120 ms for a voiced
/// sound, 80 ms for another ...
const VOICED_PATIENCE_FRAMES: u32 = 24;
const UNVOICED_PATIENCE_FRAMES: u32 = 16;
/// ... or if, so many frames after it, the score hasn't risen by so much from its lowest value in the
/// sound. Of the onsets of voices nine in ten pass, of other sounds one in ten.
const LEAST_RISES: [(u32, f32); 2] = [(6, 0.1), (12, 0.24)];
/// Rise of the score after which a sound that failed so, or goes on after a voice, opens again.
const REOPENING_RISE: f32 = 0.1;
/// A voiced sound opens after so many frames that stand out, and so many voiced ones, ...
const VOICED_OPENING_FRAMES: (u32, u32) = (2, 2);
/// ... if it is at least this loud, dB re the voice's usual level, ...
const VOICED_LEAST_LEVEL_DB: f32 = -15.0;
/// ... or the score has begun to rise: music that spills into the microphone is voiced, too.
const SOFT_VOICED_RISE: f32 = 0.08;
/// Another sound opens after so many frames that stand out: 15 ms ...
const UNVOICED_OPENING_FRAMES: u32 = 3;
/// ... if it is at least this loud, dB re the voice's usual level: sibilants are, most breaths are
/// not ...
const UNVOICED_LEAST_LEVEL_DB: f32 = -15.0;
/// ... and so much of its power lies above 1 kHz: a thump has less, a sound of speech is voiced if it
/// has ...
const UNVOICED_LEAST_UPPER_SHARE: f32 = 0.15;
/// ... and hasn't fallen by more than this from its peak, dB: blows do, sibilants grow.
const UNVOICED_MAX_FALL_DB: f32 = 3.0;

/// Score below which a sound that goes on is no speech any more.
const GOES_ON_ABOVE_SCORE: f32 = 0.45;
/// The same for one that is softer than this, dB re the voice's usual level, and hasn't been voiced for
/// so many frames (100 ms), after somebody who speaks aloud: a breath rather than a sibilant.
const BREATH_BELOW_SCORE: f32 = 0.7;
const BREATH_BELOW_DB: f32 = -15.0;
const BREATH_FRAMES: u32 = 20;
/// A rejected sound can't open the gate again before a silence of this length, frames: 30 ms.
const LOCKOUT_FRAMES: u32 = 6;
/// An onset is dated to so many frames before the opening at most (50 ms: a breath before a word is none
/// of it), ...
const MAX_BEFORE_OPENING_FRAMES: u32 = 10;
/// ... unless the score has been above its lowest value in the sound for longer, which takes it so many
/// frames (30 ms), ...
const SCORE_LATENCY_FRAMES: u32 = 6;
/// ... and never further back than this, frames: 200 ms.
const MAX_BACKDATE_FRAMES: u32 = 40;
/// How far back an onset is dated at most, ms.
pub const MAX_BACKDATE_MS: f64 = 5.0 * MAX_BACKDATE_FRAMES as f64;

/// Under a noise the end of a voice is lost early, so the hold is longer by up to so many frames
/// (30 ms): nothing more where the floor lies this far under the voice's usual level, dB, all of it
/// above the other.
const MAX_NOISE_HOLD_FRAMES: f32 = 6.0;
const NOISE_HOLD_FLOOR_DB: (f32, f32) = (-25.0, -13.0);
/// How much longer than heard a sound of speech is likely to last, frames: 30 ms, as the gate hears pauses
/// that much longer than they are (35 ms, the median of 126), and so many more for each frame of that
/// longer hold (pauses under noise: 70 ms).
const UNHEARD_END_FRAMES: u32 = 6;
const UNHEARD_PER_NOISE_HOLD: u32 = 2;

/// What the gate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GateState {
    /// Nobody speaks.
    Silent,
    /// A sound began that may be a voice.
    Provisional,
    /// Somebody speaks, or has spoken within the hold.
    Speech,
}

/// The gate.
pub struct SpeechGate {
    hold_frames: u32,
    usual: UsualVoice,
    sound: Sound,
    silent_frames: u32,
    standing_out_frames: u32,
    is_locked_out: bool,
    /// Whether the sound failed for want of a rising score.
    must_rise: bool,
    verdict: GateState,
    /// Frames since the gate opened, while provisional.
    open_frames: u32,
    /// Frames since the last sound of speech, and since the last voiced one.
    frames_since_speech: u32,
    unvoiced_frames: u32,
    noise_hold_frames: u32,
    onset_frames_ago: u32,
}

impl SpeechGate {
    /// A gate that stays open for `hold_frames` after speech.
    pub fn new(hold_frames: u32) -> Self {
        Self {
            hold_frames,
            usual: UsualVoice::default(),
            sound: Sound::new(0.0),
            silent_frames: NEW_SOUND_FRAMES,
            standing_out_frames: 0,
            is_locked_out: false,
            must_rise: false,
            verdict: GateState::Silent,
            open_frames: 0,
            frames_since_speech: 0,
            unvoiced_frames: 0,
            noise_hold_frames: 0,
            onset_frames_ago: 0,
        }
    }

    /// Forgets all that was heard.
    pub fn reset(&mut self) {
        *self = Self::new(self.hold_frames);
    }

    /// The voice's usual level, dBFS, as far as it was heard.
    pub fn level_dbfs(&self) -> f32 {
        self.usual.level_dbfs
    }

    /// While somebody speaks: how many frames ago the sound began that was confirmed.
    pub fn onset_frames_ago(&self) -> u32 {
        self.onset_frames_ago
    }

    /// While somebody speaks: frames since the last sound of speech is likely to have ended; 0 while one
    /// sounds.
    pub fn held_frames(&self) -> u32 {
        let unheard_frames = UNHEARD_END_FRAMES + UNHEARD_PER_NOISE_HOLD * self.noise_hold_frames;
        self.frames_since_speech.saturating_sub(unheard_frames)
    }

    /// Judges the next frame.
    pub fn judge(&mut self, frame: &VoiceFrame, pitch: Pitch, score: f32) -> GateState {
        let heard = FrameFacts {
            level_db: frame.above_floor_dbfs - self.usual.level_dbfs,
            upper_share: frame.upper_share,
            score,
            is_voiced: pitch.periodicity > VOICED_ABOVE,
        };
        let is_loud_enough = heard.level_db > LEAST_LEVEL_DB;
        let stands_out = is_loud_enough && frame.prominence_db > BEGINS_ABOVE_FLOOR_DB;
        let goes_on = is_loud_enough && frame.prominence_db > GOES_ON_ABOVE_FLOOR_DB;
        self.standing_out_frames = if stands_out {
            self.standing_out_frames + 1
        } else {
            0
        };
        self.follow_sound(&heard, goes_on);
        self.onset_frames_ago = self.onset_frames_ago.saturating_add(1);
        match self.verdict {
            GateState::Silent if goes_on && self.sound.is_confirmed => self.begin_speech(),
            GateState::Silent if self.may_open(heard.level_db, score) => {
                self.verdict = GateState::Provisional;
                self.open_frames = 0;
            }
            GateState::Silent => self.open_frames = 0,
            GateState::Provisional => self.judge_provisional(score),
            GateState::Speech => {
                let floor_db = frame.floor_dbfs - self.usual.level_dbfs;
                self.noise_hold_frames = noise_hold_frames(floor_db);
                self.judge_speech(&heard, goes_on);
            }
        }
        let is_speech = self.verdict == GateState::Speech && stands_out;
        self.usual.learn_level(frame.power, is_speech, score);
        self.verdict
    }

    fn follow_sound(&mut self, heard: &FrameFacts, goes_on: bool) {
        if goes_on {
            if self.silent_frames >= NEW_SOUND_FRAMES {
                self.sound = Sound::new(heard.score);
            }
            self.silent_frames = 0;
        } else {
            self.silent_frames = self.silent_frames.saturating_add(1);
        }
        self.sound.push(heard, goes_on, self.usual.whispers());
        if self.silent_frames >= LOCKOUT_FRAMES {
            self.is_locked_out = false;
            self.must_rise = false;
        }
    }

    fn may_open(&self, level_db: f32, score: f32) -> bool {
        let sound = &self.sound;
        let rise = sound.rise(score);
        let (num_standing_out, num_voiced) = VOICED_OPENING_FRAMES;
        let opens_voiced = self.standing_out_frames >= num_standing_out
            && sound.num_voiced >= num_voiced
            && (level_db > VOICED_LEAST_LEVEL_DB || rise > SOFT_VOICED_RISE);
        let opens_unvoiced = self.standing_out_frames >= UNVOICED_OPENING_FRAMES
            && level_db > UNVOICED_LEAST_LEVEL_DB
            && sound.upper_share > UNVOICED_LEAST_UPPER_SHARE
            && level_db > sound.fading_peak_db - UNVOICED_MAX_FALL_DB;
        let is_barred = self.is_locked_out || (self.must_rise && rise < REOPENING_RISE);
        !is_barred && (opens_voiced || opens_unvoiced)
    }

    fn judge_provisional(&mut self, score: f32) {
        self.open_frames += 1;
        let patience_frames = if self.sound.num_voiced > 0 {
            VOICED_PATIENCE_FRAMES
        } else {
            UNVOICED_PATIENCE_FRAMES
        };
        let rise = self.sound.rise(score);
        if self.sound.is_confirmed {
            self.begin_speech();
        } else if self.silent_frames >= PROVISIONAL_GAP_FRAMES {
            self.verdict = GateState::Silent;
        } else if LEAST_RISES
            .iter()
            .any(|&(frames, least_rise)| self.open_frames == frames && rise < least_rise)
        {
            self.verdict = GateState::Silent;
            self.must_rise = true;
        } else if self.open_frames >= patience_frames {
            self.verdict = GateState::Silent;
            self.is_locked_out = true;
        }
    }

    fn begin_speech(&mut self) {
        self.verdict = GateState::Speech;
        self.frames_since_speech = 0;
        self.unvoiced_frames = 0;
        self.onset_frames_ago = (self.open_frames + MAX_BEFORE_OPENING_FRAMES)
            .max(self.sound.num_rising + SCORE_LATENCY_FRAMES)
            .min(self.sound.num_frames)
            .min(MAX_BACKDATE_FRAMES);
    }

    fn judge_speech(&mut self, heard: &FrameFacts, goes_on: bool) {
        let is_voiced = goes_on && heard.is_voiced;
        self.unvoiced_frames = if is_voiced {
            0
        } else {
            self.unvoiced_frames.saturating_add(1)
        };
        if goes_on {
            self.usual
                .learn_voicing(is_voiced, heard.level_db, heard.score);
        }
        let is_voice = goes_on && self.sound.is_confirmed && self.is_voice(heard);
        self.frames_since_speech = if is_voice {
            0
        } else {
            self.frames_since_speech + 1
        };
        if self.frames_since_speech > self.hold_frames + self.noise_hold_frames {
            self.verdict = GateState::Silent;
            // What goes on is another sound, which has to be confirmed by itself.
            self.must_rise = goes_on;
            self.sound = Sound::new(heard.score);
        }
    }

    /// Whether a confirmed sound that goes on is still a voice.
    fn is_voice(&self, heard: &FrameFacts) -> bool {
        let may_be_breath = !self.usual.whispers()
            && self.unvoiced_frames > BREATH_FRAMES
            && heard.level_db < BREATH_BELOW_DB;
        let least_score = if may_be_breath {
            BREATH_BELOW_SCORE
        } else {
            GOES_ON_ABOVE_SCORE
        };
        heard.score > least_score
    }
}

/// How much longer speech is held over a floor that lies `floor_db` re the voice's usual level, frames.
fn noise_hold_frames(floor_db: f32) -> u32 {
    let (none_db, all_db) = NOISE_HOLD_FLOOR_DB;
    let share = (floor_db - none_db) / (all_db - none_db);
    (share.clamp(0.0, 1.0) * MAX_NOISE_HOLD_FRAMES) as u32
}
