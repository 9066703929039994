//! When speech begins and ends, decided every 5 ms from what stands out of the background, how
//! periodic it is, and what two neural networks say.
//!
//! The witness takes no footstep for a voice, but is late: some 100 ms after an onset. The quick detector
//! is less late and less sure. What stands out of the background is known at once, but may be a door. So
//! a sound that grows like a voice opens the gate provisionally; the detector's score must begin to rise
//! within 30 ms, and both must confirm it soon, or the gate closes, and opens less readily for a while. A
//! detector that is sure for long earns the sound more time, and its witness less to say. The end is that of
//! the sound, plus a hold.
//!
//! ```text
//! Silent ---- grows like a voice ----> Provisional ---- confirmed ----> Speech
//!   ^                                    |  |  |                          |
//!   |<-- the sound pauses ---------------+  |  |                          |
//!   |<-- its score stays low: must-rise ----+  |                          |
//!   |<-- isn't confirmed in time: lock-out ----+                          |
//!   +<-- the hold is over; what still sounds: must-rise ------------------+
//! ```
//!
//! A soft voice opens the gate provisionally, and confirms it, by what the witness says of it alone
//! (`soft_voice.rs`).
//!
//! Must-rise bars openings until the score has risen, lock-out bars all of them, and a pause of 30 ms
//! lifts both. A sound that is confirmed while the gate is silent opens it for speech at once, barred or
//! not.

use crate::speech::gate_rules::{
    BACKDATING, BEGINS_ABOVE_FLOOR_DB, BREATH, DISTRUST, END, GOES_ON_ABOVE_FLOOR_DB,
    GOES_ON_ABOVE_SCORE, LEAST_LEVEL_DB, LOCKOUT_FRAMES, NEW_SOUND_FRAMES, Opening, REOPENING_RISE,
    TRIAL, UNVOICED, VOICED, VOICED_ABOVE, WITNESSED,
};
use crate::speech::pitch::Pitch;
use crate::speech::soft_voice::{MAX_BACKDATE_FRAMES, SOFT_AFTER_FRAMES, SoftVoice};
use crate::speech::sound::{FrameFacts, Sound};
use crate::speech::usual_voice::UsualVoice;
use crate::speech::voice_bands::VoiceFrame;
use crate::speech::witness::Testimony;

/// How far before its confirmation an onset is dated at most whose sound wasn't on trial, ms.
pub const MAX_BACKDATE_MS: f64 = 5.0 * MAX_BACKDATE_FRAMES as f64;

/// How far before the begin of its trial an onset is dated at most, ms.
pub const MAX_BACKDATE_BEFORE_OPENING_MS: f64 = 5.0 * BACKDATING.before_opening_frames as f64;

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
    /// Frames since the last sound of speech, since the last one that isn't soft, and since the last voiced
    /// one.
    frames_since_speech: u32,
    frames_since_loud_speech: u32,
    unvoiced_frames: u32,
    noise_hold_frames: u32,
    onset_frames_ago: u32,
    /// How many openings were refuted of late.
    distrust: f32,
    /// Whether the last opening was no voice.
    is_refuted: bool,
    /// Greatest evidence of late that the witness had, and the frames since.
    evidence: f32,
    evidence_frames_ago: u32,
    soft: SoftVoice,
    /// Whether a soft voice opened the gate, and no loud one was heard since.
    is_softly_opened: bool,
}

impl SpeechGate {
    /// A gate that stays open for `hold_frames` after speech.
    pub fn new(hold_frames: u32) -> Self {
        Self {
            hold_frames,
            usual: UsualVoice::default(),
            sound: Sound::new(0.0),
            silent_frames: WITNESSED.rest_frames,
            standing_out_frames: 0,
            is_locked_out: false,
            must_rise: false,
            verdict: GateState::Silent,
            open_frames: 0,
            frames_since_speech: 0,
            frames_since_loud_speech: 0,
            unvoiced_frames: 0,
            noise_hold_frames: 0,
            onset_frames_ago: 0,
            distrust: 0.0,
            is_refuted: false,
            evidence: 0.0,
            evidence_frames_ago: 0,
            soft: SoftVoice::default(),
            is_softly_opened: false,
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
        let unheard_frames =
            END.unheard_frames + END.unheard_per_noise_hold * self.noise_hold_frames;
        self.frames_since_speech.saturating_sub(unheard_frames)
    }

    /// Whether the last sound that opened the gate turned out to be no voice.
    pub fn is_refuted(&self) -> bool {
        self.is_refuted
    }

    /// Whether something stands out, or has of late, that may be a voice: the witness shall hear it.
    pub fn is_awake(&self) -> bool {
        self.verdict != GateState::Silent
            || self.silent_frames < WITNESSED.rest_frames
            || self.soft.is_awake()
    }

    /// Judges the next frame. `score`: the detector's; `witness`: what the witness says.
    pub fn judge(
        &mut self,
        frame: &VoiceFrame,
        pitch: Pitch,
        score: f32,
        witness: Testimony,
    ) -> GateState {
        self.remember(&witness);
        let heard = FrameFacts {
            level_db: frame.above_floor_dbfs - self.usual.level_dbfs,
            upper_share: frame.upper_share,
            score,
            witness: witness.score,
            lingering_witness: witness.score.max(witness.score_before),
            evidence: self.evidence,
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
        self.soft
            .push(frame.soft_prominence_db, heard.is_voiced, &witness);
        self.onset_frames_ago = self.onset_frames_ago.saturating_add(1);
        self.distrust *= DISTRUST.fade;
        match self.verdict {
            GateState::Silent if goes_on && self.sound.is_confirmed => self.begin_speech(),
            GateState::Silent if self.soft.is_confirmed() => self.begin_soft_speech(),
            GateState::Silent if self.soft.opens() => self.open(true),
            GateState::Silent if self.may_open(&heard) => self.open(false),
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

    fn remember(&mut self, witness: &Testimony) {
        let evidence = if self.sound.is_steady {
            witness.seconded_evidence
        } else {
            witness.evidence
        };
        self.evidence_frames_ago += 1;
        if evidence >= self.evidence || self.evidence_frames_ago > WITNESSED.lingers_frames {
            self.evidence = evidence;
            self.evidence_frames_ago = 0;
        }
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

    fn may_open(&self, heard: &FrameFacts) -> bool {
        let FrameFacts {
            level_db, score, ..
        } = *heard;
        let is_barred =
            self.is_locked_out || (self.must_rise && self.sound.rise(score) < REOPENING_RISE);
        let is_trusted = self.distrust < DISTRUST.trusted_below
            || heard.witness > WITNESSED.begins_above
            || self.sound.num_surest() >= DISTRUST.surest_frames;
        !is_barred
            && is_trusted
            && (self.opens(&VOICED, level_db, score) || self.opens(&UNVOICED, level_db, score))
    }

    fn open(&mut self, is_softly: bool) {
        self.verdict = GateState::Provisional;
        self.open_frames = 0;
        self.is_softly_opened = is_softly;
    }

    fn opens(&self, opening: &Opening, level_db: f32, score: f32) -> bool {
        let sound = &self.sound;
        self.standing_out_frames >= opening.frames
            && sound.num_voiced >= opening.voiced_frames
            && (level_db > opening.least_level_db || sound.rise(score) > opening.rise_if_softer)
            && opening
                .least_upper_share
                .is_none_or(|least_share| sound.upper_share > least_share)
            && opening
                .max_fall_db
                .is_none_or(|max_fall_db| level_db > sound.fading_peak_db - max_fall_db)
    }

    fn judge_provisional(&mut self, score: f32) {
        self.open_frames += 1;
        let patience_frames = if self.sound.num_voiced > 0 {
            TRIAL.voiced_frames
        } else {
            TRIAL.unvoiced_frames
        };
        let witness_frames = if self.sound.is_steady {
            TRIAL.steady_frames
        } else {
            TRIAL.witness_frames
        };
        let rise = self.sound.rise(score);
        if self.sound.is_confirmed {
            self.begin_speech();
        } else if self.soft.is_confirmed() {
            self.begin_soft_speech();
        } else if self.is_softly_opened {
            if self.soft.has_failed(self.open_frames) {
                self.refute();
            }
        } else if self.silent_frames >= TRIAL.pause_frames {
            self.refute();
        } else if TRIAL
            .rises
            .iter()
            .any(|&(frames, least_rise)| self.open_frames == frames && rise < least_rise)
        {
            self.refute();
            self.must_rise = true;
        } else if self.open_frames >= witness_frames
            || (self.open_frames >= patience_frames && !self.sound.is_likely)
        {
            self.refute();
            self.is_locked_out = true;
        }
    }

    /// The sound that opened the gate is no voice.
    fn refute(&mut self) {
        self.verdict = GateState::Silent;
        self.is_refuted = true;
        self.distrust = (self.distrust + 1.0).min(DISTRUST.max);
    }

    fn begin_speech(&mut self) {
        self.verdict = GateState::Speech;
        self.is_refuted = false;
        self.distrust *= DISTRUST.after_voice;
        self.frames_since_speech = 0;
        self.frames_since_loud_speech = 0;
        self.unvoiced_frames = 0;
        self.onset_frames_ago = (self.open_frames + BACKDATING.before_opening_frames)
            .max(
                (self.sound.num_rising + BACKDATING.score_latency_frames)
                    .min(BACKDATING.max_rising_frames),
            )
            .min(self.sound.num_frames);
    }

    fn begin_soft_speech(&mut self) {
        self.begin_speech();
        self.is_softly_opened = true;
        self.onset_frames_ago = self.onset_frames_ago.max(self.soft.onset_frames_ago());
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
        let is_loud_voice = goes_on && self.sound.is_confirmed && self.is_voice(heard);
        self.is_softly_opened &= !is_loud_voice;
        self.frames_since_loud_speech = if is_loud_voice {
            0
        } else {
            self.frames_since_loud_speech.saturating_add(1)
        };
        let is_soft_voice = if self.is_softly_opened {
            self.soft.goes_on_as_voice()
        } else {
            self.frames_since_loud_speech >= SOFT_AFTER_FRAMES
                && self.soft.follows_loud_voice(self.usual.whispers())
        };
        let is_voice = is_loud_voice || is_soft_voice;
        // While the witness hears whether the next sound is a voice, the hold waits: else a pause would seem
        // longer by the time that it takes.
        let is_on_trial = goes_on
            && self.sound.is_likely
            && !self.sound.is_confirmed
            && self.sound.num_frames < TRIAL.witness_frames;
        if is_voice {
            self.frames_since_speech = 0;
        } else if !is_on_trial {
            self.frames_since_speech += 1;
        }
        if self.frames_since_speech > self.hold_frames + self.noise_hold_frames {
            self.verdict = GateState::Silent;
            self.soft.end_voice();
            // What goes on is another sound, which has to be confirmed by itself.
            self.must_rise = goes_on;
            self.sound = Sound::new(heard.score);
        }
    }

    /// Whether a confirmed sound that goes on is still a voice.
    fn is_voice(&self, heard: &FrameFacts) -> bool {
        let may_be_breath = !self.usual.whispers()
            && self.unvoiced_frames > BREATH.unvoiced_frames
            && heard.level_db < BREATH.below_db;
        let least_score = if may_be_breath {
            BREATH.below_score
        } else {
            GOES_ON_ABOVE_SCORE
        };
        heard.score > least_score && heard.lingering_witness > WITNESSED.goes_on_above
    }
}

/// How much longer speech is held over a floor that lies `floor_db` re the voice's usual level, frames.
fn noise_hold_frames(floor_db: f32) -> u32 {
    let share = (floor_db - END.low_floor_db) / (END.high_floor_db - END.low_floor_db);
    (share.clamp(0.0, 1.0) * END.max_noise_hold_frames) as u32
}
