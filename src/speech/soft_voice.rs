//! A voice that is soft beside the usual one. The detector hears sounds at the usual voice's level, so it
//! says little of this one; the witness hears each at full level, and decides alone, if it is sure for long.

use crate::speech::gate_rules::{BEGINS_ABOVE_FLOOR_DB, BREATH, NEW_SOUND_FRAMES, WITNESSED};
use crate::speech::witness::Testimony;

/// The longest time by which the onset is dated back from where the voice was confirmed, frames: 300 ms, as
/// a hoarse voice takes the witness a quarter of a second.
pub(super) const MAX_BACKDATE_FRAMES: u32 = 60;

/// Time after a loud voice from which on a line may go on softly, frames: 150 ms. The witness speaks of the last
/// word for 100 ms, over its tail and the breath behind it.
pub(super) const SOFT_AFTER_FRAMES: u32 = 30;

/// Frames in a row that stand out before the witness wakes: single ones of a steady noise do so once in
/// some 300, and room tone shall cost nothing.
const WAKES_AFTER_FRAMES: u32 = 4;
/// Prominence above which a soft sound goes on, dB: the floor of a soft voice is near, and 3.5 dB, which
/// a loud one needs, is often its noise.
const GOES_ON_ABOVE_FLOOR_DB: f32 = 5.0;
/// Lasting evidence that a sound must have.
#[derive(Debug, Clone, Copy)]
struct Evidence {
    /// With voiced frames.
    voiced: f32,
    /// Without: a whisper, a breath or a step.
    unvoiced: f32,
}

/// What opens the gate provisionally.
const OPENING_EVIDENCE: Evidence = Evidence {
    // Some 100 ms.
    voiced: 4.0,
    // 200 ms: a breath after a word is none.
    unvoiced: 8.9,
};
/// What confirms a voice.
const CONFIRMING_EVIDENCE: Evidence = Evidence {
    // Some 200 ms. Soft footsteps in snow and water, which the witness takes for a voice for 100 ms now and
    // then, have less.
    voiced: 8.9,
    // Some 300 ms.
    unvoiced: 14.9,
};
/// Lasting evidence below which a sound that opened the gate is no voice.
const REFUTING_EVIDENCE: f32 = 1.0;
/// Longest time for which the gate is open before the voice is confirmed, frames: 600 ms.
const TRIAL_FRAMES: u32 = 120;
/// Voiced frames that make a sound a voiced one: single frames of noise are periodic now and then.
const LEAST_VOICED_FRAMES: u32 = 3;
/// Score that one of the witness's last two frames must exceed if a soft voice is to go on: of hoarse ones it
/// says 0.3 to 0.7.
const GOES_ON_ABOVE_SCORE: f32 = 0.3;
/// Score that both of its last two frames must exceed where the voice was loud.
const FOLLOWS_ABOVE_SCORE: f32 = 0.9;
/// Score that both must exceed for evidence to be earned again: music that spills in seldom does for long.
const EARNS_ABOVE_SCORE: f32 = 0.7;
/// How much of the evidence that was spent on the last voice counts again for each frame in which the witness is
/// as sure: a voice that goes on is confirmed anew as soon as one that begins.
const EARNED_PER_FRAME: f32 = 0.2;
/// Evidence that must be left if it is to go on.
const GOES_ON_ABOVE_EVIDENCE: f32 = 1.0;
/// Time by which the witness's evidence is later than the sound, frames: 60 ms, two frames of the network.
const WITNESS_LATENCY_FRAMES: u32 = 12;

/// What of the sound at hand speaks for a soft voice, in frames of 5 ms.
#[derive(Debug, Clone, Copy)]
pub(super) struct SoftVoice {
    standing_out_frames: u32,
    /// Frames since something stood out.
    quiet_frames: u32,
    /// Frames since the sound began, and since it went on.
    num_frames: u32,
    silent_frames: u32,
    num_voiced: u32,
    /// Frames since the last voiced one.
    unvoiced_frames: u32,
    /// Frames since there was no evidence: the voice has begun since (Page 1954, Biometrika 41:100).
    witnessed_frames: u32,
    lasting_evidence: f32,
    /// How much of it was there when the last voice ended.
    spent_evidence: f32,
    /// Lower one of the witness's last two scores.
    least_score: f32,
    goes_on_as_voice: bool,
}

impl Default for SoftVoice {
    fn default() -> Self {
        Self {
            standing_out_frames: 0,
            quiet_frames: WITNESSED.rest_frames,
            num_frames: 0,
            silent_frames: 0,
            num_voiced: 0,
            unvoiced_frames: 0,
            witnessed_frames: 0,
            lasting_evidence: 0.0,
            spent_evidence: 0.0,
            least_score: 0.0,
            goes_on_as_voice: false,
        }
    }
}

impl SoftVoice {
    /// Takes the next frame. `prominence_db`: how far it stands out of a floor that may be low;
    /// `is_voiced`: whether it is periodic.
    pub fn push(&mut self, prominence_db: f32, is_voiced: bool, witness: &Testimony) {
        let count = |num: u32, is_so: bool| if is_so { num.saturating_add(1) } else { 0 };
        let stands_out = prominence_db > BEGINS_ABOVE_FLOOR_DB;
        self.standing_out_frames = count(self.standing_out_frames, stands_out);
        let is_awaking = self.standing_out_frames >= WAKES_AFTER_FRAMES;
        self.quiet_frames = count(self.quiet_frames, !is_awaking);
        let goes_on = prominence_db > GOES_ON_ABOVE_FLOOR_DB;
        if goes_on && self.silent_frames >= NEW_SOUND_FRAMES {
            self.num_frames = 0;
            self.num_voiced = 0;
        }
        self.silent_frames = count(self.silent_frames, !goes_on);
        self.num_frames = self.num_frames.saturating_add(1);
        let is_voiced = goes_on && is_voiced;
        self.num_voiced = self.num_voiced.saturating_add(u32::from(is_voiced));
        self.unvoiced_frames = count(self.unvoiced_frames, !is_voiced);
        self.least_score = witness.score.min(witness.score_before);
        self.lasting_evidence = witness.lasting_evidence;
        let earned = if self.least_score > EARNS_ABOVE_SCORE {
            EARNED_PER_FRAME
        } else {
            0.0
        };
        self.spent_evidence = (self.spent_evidence - earned)
            .min(self.lasting_evidence)
            .max(0.0);
        self.witnessed_frames = count(self.witnessed_frames, self.fresh_evidence() > 0.0);
        self.goes_on_as_voice = goes_on
            && witness.score.max(witness.score_before) > GOES_ON_ABOVE_SCORE
            && witness.evidence >= GOES_ON_ABOVE_EVIDENCE;
    }

    /// A voice has ended: what spoke for it doesn't speak for the next sound.
    pub fn end_voice(&mut self) {
        self.spent_evidence = self.lasting_evidence;
    }

    fn fresh_evidence(&self) -> f32 {
        self.lasting_evidence - self.spent_evidence
    }

    /// Whether something stands out, or has of late: the witness shall hear it.
    pub fn is_awake(&self) -> bool {
        self.quiet_frames < WITNESSED.rest_frames
    }

    /// Whether the sound may be a voice: the gate opens provisionally.
    pub fn opens(&self) -> bool {
        self.has(OPENING_EVIDENCE)
    }

    /// Whether the sound that opened the gate `open_frames` ago is no voice.
    pub fn has_failed(&self, open_frames: u32) -> bool {
        self.silent_frames >= NEW_SOUND_FRAMES
            || self.fresh_evidence() < REFUTING_EVIDENCE
            || open_frames >= TRIAL_FRAMES
    }

    /// Whether the sound is a voice.
    pub fn is_confirmed(&self) -> bool {
        self.has(CONFIRMING_EVIDENCE)
    }

    /// Whether a soft voice that was confirmed goes on.
    pub fn goes_on_as_voice(&self) -> bool {
        self.goes_on_as_voice
    }

    /// Whether a loud voice goes on softly. What the witness has heard of it lingers over breaths and music
    /// that spills in, so the witness must be sure; `whispers`: whether the voice needn't be voiced.
    pub fn follows_loud_voice(&self, whispers: bool) -> bool {
        let is_breath = !whispers && self.unvoiced_frames > BREATH.unvoiced_frames;
        self.goes_on_as_voice && self.least_score > FOLLOWS_ABOVE_SCORE && !is_breath
    }

    /// How many frames ago the voice began, as far as the witness can tell.
    pub fn onset_frames_ago(&self) -> u32 {
        (self.witnessed_frames + WITNESS_LATENCY_FRAMES)
            .min(self.num_frames)
            .min(MAX_BACKDATE_FRAMES)
    }

    fn has(&self, evidence: Evidence) -> bool {
        let least_evidence = if self.num_voiced >= LEAST_VOICED_FRAMES {
            evidence.voiced
        } else {
            evidence.unvoiced
        };
        self.silent_frames == 0 && self.fresh_evidence() >= least_evidence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(soft: &mut SoftVoice, num_frames: usize, is_voiced: bool, lasting_evidence: f32) {
        let testimony = Testimony {
            score: 0.95,
            score_before: 0.95,
            evidence: 5.0,
            lasting_evidence,
            ..Testimony::default()
        };
        (0..num_frames).for_each(|_| soft.push(12.0, is_voiced, &testimony));
    }

    #[test]
    fn a_sound_without_a_voiced_frame_needs_more_evidence() {
        let (mut voiced, mut unvoiced) = (SoftVoice::default(), SoftVoice::default());
        heard(&mut voiced, 20, true, 10.0);
        heard(&mut unvoiced, 30, false, 10.0);
        assert!(voiced.is_confirmed() && voiced.opens());
        assert!(!unvoiced.is_confirmed() && unvoiced.opens());
        assert!(voiced.follows_loud_voice(false) && !unvoiced.follows_loud_voice(false));
        assert!(unvoiced.follows_loud_voice(true));
        heard(&mut unvoiced, 20, false, 15.0);
        assert!(unvoiced.is_confirmed());
    }

    #[test]
    fn the_onset_is_dated_to_the_first_evidence_but_not_before_the_sound() {
        let mut soft = SoftVoice::default();
        heard(&mut soft, 100, true, 0.0);
        heard(&mut soft, 20, true, 5.0);
        assert_eq!(soft.onset_frames_ago(), 20 + WITNESS_LATENCY_FRAMES);
        heard(&mut soft, 200, true, 5.0);
        assert_eq!(soft.onset_frames_ago(), MAX_BACKDATE_FRAMES);
        for _ in 0..NEW_SOUND_FRAMES {
            soft.push(0.0, false, &Testimony::default());
        }
        assert!(soft.has_failed(0));
        heard(&mut soft, 5, true, 5.0);
        assert_eq!(soft.onset_frames_ago(), 5);
    }

    #[test]
    fn what_spoke_for_a_voice_that_has_ended_speaks_for_no_other() {
        let mut soft = SoftVoice::default();
        heard(&mut soft, 20, true, 15.0);
        assert!(soft.is_confirmed());
        soft.end_voice();
        heard(&mut soft, 10, true, 15.0);
        assert!(!soft.opens());
        // It goes on, and the witness is sure of it.
        heard(&mut soft, 40, true, 15.0);
        assert!(soft.is_confirmed());
        soft.end_voice();
        heard(&mut soft, 1, true, 3.0);
        heard(&mut soft, 5, true, 12.0);
        assert!(soft.is_confirmed());
    }

    #[test]
    fn single_frames_of_noise_wake_nobody() {
        let mut soft = SoftVoice::default();
        for frame_idx in 0..1000 {
            let prominence_db = if frame_idx % 100 < 3 { 7.0 } else { 1.0 };
            soft.push(prominence_db, false, &Testimony::default());
            assert!(!soft.is_awake());
        }
        heard(&mut soft, 4, true, 0.0);
        assert!(soft.is_awake());
    }
}
