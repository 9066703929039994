//! What is usual of the voice at hand: how loud it is, and whether it speaks aloud or whispers.

use crate::dsp::units::db_from_power;

/// Usual level until a voice was heard, dBFS: dialogue at -27 LUFS.
const FIRST_LEVEL_DBFS: f32 = -30.0;
/// Score above which a frame teaches what is usual: one of a voice for certain.
const LEARNING_SCORE: f32 = 0.6;
/// Share of a rise in level that is followed per frame (time constant 100 ms): a voice that is louder than
/// thought is known within a word.
const LEVEL_RISE_SHARE: f32 = 0.05;
/// How much of a fall in level is followed, dB per frame of 5 ms (2 dB/s): soft sounds and soft words
/// leave the usual level nearly where it is.
const LEVEL_FALL_DB_PER_FRAME: f32 = 0.01;
/// Smoothing of the power that the level is learned from, share per frame (time constant 250 ms): a
/// syllable or two.
const POWER_SMOOTHING: f32 = 0.02;

/// Share of voiced frames below which a voice whispers: from 0.6 to 0.9 of the frames of voices that
/// speak aloud are voiced, at most 0.12 of those of whispers.
const WHISPERS_BELOW: f32 = 0.3;
/// Share of voiced frames that is assumed until a voice was heard: between whispers and voices that speak
/// aloud, on the side of these, which are the rule.
const FIRST_VOICED_SHARE: f32 = 0.5;
/// Smoothing of the share of voiced frames, share per frame (time constant half a second of speech): some
/// syllables, so that a single sibilant is no whisper.
const VOICED_SMOOTHING: f32 = 0.01;
/// Least level of the frames whose voicing counts, dB re the usual level: weaker ones are mostly unvoiced
/// in any voice.
const VOICED_LEAST_LEVEL_DB: f32 = -20.0;

/// What is usual, as far as it was heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct UsualVoice {
    pub level_dbfs: f32,
    smoothed_power: f32,
    voiced_share: f32,
}

impl Default for UsualVoice {
    fn default() -> Self {
        Self {
            level_dbfs: FIRST_LEVEL_DBFS,
            smoothed_power: 0.0,
            voiced_share: FIRST_VOICED_SHARE,
        }
    }
}

impl UsualVoice {
    /// Whether somebody whispers: nearly nothing is voiced.
    pub fn whispers(&self) -> bool {
        self.voiced_share < WHISPERS_BELOW
    }

    /// Learns whether the voice is voiced from a frame of speech, `level_db` re the usual level.
    pub fn learn_voicing(&mut self, is_voiced: bool, level_db: f32, score: f32) {
        if score > LEARNING_SCORE && level_db > VOICED_LEAST_LEVEL_DB {
            let voiced_share = f32::from(u8::from(is_voiced));
            self.voiced_share += VOICED_SMOOTHING * (voiced_share - self.voiced_share);
        }
    }

    /// Learns the level from a frame of `power`; `is_speech`: whether speech stands out in it.
    pub fn learn_level(&mut self, power: f32, is_speech: bool, score: f32) {
        self.smoothed_power += POWER_SMOOTHING * (power - self.smoothed_power);
        if is_speech && score > LEARNING_SCORE {
            let difference_db = db_from_power(self.smoothed_power) - self.level_dbfs;
            self.level_dbfs += if difference_db > 0.0 {
                LEVEL_RISE_SHARE * difference_db
            } else {
                difference_db.max(-LEVEL_FALL_DB_PER_FRAME)
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_that_is_hardly_ever_voiced_whispers() {
        let mut voice = UsualVoice::default();
        assert!(!voice.whispers());
        for _ in 0..100 {
            voice.learn_voicing(false, -10.0, 0.8);
        }
        assert!(voice.whispers());
        for frame_idx in 0..100 {
            voice.learn_voicing(frame_idx % 10 < 6, -10.0, 0.8);
        }
        assert!(!voice.whispers());
        // Neither soft frames nor unsure ones tell.
        for _ in 0..1000 {
            voice.learn_voicing(false, -25.0, 0.8);
            voice.learn_voicing(false, -10.0, 0.5);
        }
        assert!(!voice.whispers());
    }

    #[test]
    fn the_level_is_followed_up_at_once_and_down_slowly() {
        let mut voice = UsualVoice::default();
        for _ in 0..400 {
            voice.learn_level(1e-2, true, 0.9);
        }
        assert!((voice.level_dbfs + 20.0).abs() < 0.5);
        for _ in 0..400 {
            voice.learn_level(1e-4, true, 0.9);
        }
        assert!((-24.1..-23.0).contains(&voice.level_dbfs));
        let before = voice.level_dbfs;
        voice.learn_level(1.0, false, 0.9);
        voice.learn_level(1.0, true, 0.3);
        assert_eq!(voice.level_dbfs, before);
    }
}
