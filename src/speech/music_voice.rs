//! Whether somebody sings or speaks in the music: the same neural detector as for the dialogue, on
//! a quieter copy.
//!
//! At the level at which it finds dialogue best the detector takes many instruments for voices. At
//! some 40 dB below full scale instruments leave it cold, and a voice in front of them doesn't:
//! docs/speech-activity.md has the figures. So the music is brought to that level, whatever it has.
//!
//! What is heard doesn't depend on the fader: all that acts on the level is in proportion to it. Only
//! music that is as good as silent has no voice. So music that is lower by a constant gain never has a
//! voice where the louder one had none, and never clashes more.

use crate::dsp::decimator::{Decimator, OUTPUT_RATE_HZ};
use crate::dsp::smoothing::AttackRelease;
use crate::dsp::units::power_from_db;
use crate::speech::choices::{
    MUSIC_DETECTOR_DBFS, MUSIC_VOICE_BEGINS_MS, MUSIC_VOICE_HOLD_MS, MUSIC_VOICE_SCORE,
};
use crate::speech::sound_frame::{FRAME_SAMPLES, SoundFrame};
use crate::speech::voice_score::VoiceScore;

/// A second detector would find up to 4 points more of a voice that is as loud as the instruments, and
/// hardly any of a louder one: not worth as much again.
const NUM_DETECTORS: usize = 1;
const FRAME_MS: f64 = 1e3 * FRAME_SAMPLES as f64 / OUTPUT_RATE_HZ;
/// Rise and fall time of the music's level, ms: it doesn't follow single notes.
const LEVEL_RISE_MS: f64 = 100.0;
const LEVEL_FALL_MS: f64 = 3000.0;
/// A frame that stands so far above the level is an entry, dB: the level is that of the frame, and the
/// detector begins anew. One that has heard silence or noise takes the instruments after it for voices
/// for seconds.
const ENTRY_DB: f32 = 10.0;
/// A rest lies so far under the level, dB, and lasts so long, ms. The detector doesn't hear it, and
/// begins anew after it.
const REST_DB: f32 = -30.0;
const REST_MS: f64 = 200.0;
/// Level of the music below which no voice in it counts, dBFS.
const LEAST_LEVEL_DBFS: f32 = -60.0;

/// Voice detector for the music.
pub struct MusicVoice {
    decimator: Decimator,
    listener: ScoreListener,
}

struct ScoreListener {
    score: VoiceScore,
    frame: SoundFrame,
    level: AttackRelease,
    power: f32,
    rest_frames: u32,
    voiced_frames: u32,
    frames_since_voice: u32,
}

impl MusicVoice {
    /// Allocates for music at `sample_rate_hz`.
    pub fn new(sample_rate_hz: f64) -> Self {
        let mut listener = ScoreListener {
            score: VoiceScore::new(NUM_DETECTORS),
            frame: SoundFrame::default(),
            level: AttackRelease::new(LEVEL_RISE_MS, LEVEL_FALL_MS, 1e3 / FRAME_MS),
            power: 0.0,
            rest_frames: 0,
            voiced_frames: 0,
            frames_since_voice: 0,
        };
        listener.reset();
        Self {
            decimator: Decimator::new(sample_rate_hz),
            listener,
        }
    }

    /// Forgets all that was heard. Never allocates.
    pub fn reset(&mut self) {
        self.decimator.reset();
        self.listener.reset();
    }

    /// Takes finite samples of the music, summed to mono without LFE, at any level.
    pub fn push(&mut self, samples: &[f32]) {
        let listener = &mut self.listener;
        self.decimator
            .push(samples, |outputs| listener.push(outputs));
    }

    /// Whether a voice is heard in the music.
    pub fn is_voice(&self) -> bool {
        let is_silent = self.listener.power < power_from_db(LEAST_LEVEL_DBFS);
        !is_silent && self.listener.frames_since_voice <= frames(MUSIC_VOICE_HOLD_MS)
    }
}

impl ScoreListener {
    fn reset(&mut self) {
        self.score.reset();
        self.frame = SoundFrame::default();
        self.power = 0.0;
        self.rest_frames = 0;
        self.voiced_frames = 0;
        self.frames_since_voice = u32::MAX;
    }

    /// Takes samples at 16 kHz.
    fn push(&mut self, samples: &[f32]) {
        let mut left = samples;
        while !left.is_empty() {
            (_, left) = self.frame.take(left);
            if self.frame.is_whole() {
                self.end_frame();
            }
        }
    }

    fn end_frame(&mut self) {
        self.follow_level();
        if self.rest_frames < frames(REST_MS) {
            self.hear();
        } else if self.rest_frames == frames(REST_MS) {
            self.begin_anew();
        }
        self.judge();
    }

    /// The level of a frame is known before the detector hears it.
    fn follow_level(&mut self) {
        let energy: f32 = self.frame.samples().iter().map(|it| it * it).sum();
        let frame_power = energy / FRAME_SAMPLES as f32;
        if frame_power > power_from_db(ENTRY_DB) * self.power {
            self.power = frame_power;
            self.begin_anew();
        }
        self.level.follow(&mut self.power, frame_power);
        self.rest_frames = if frame_power <= power_from_db(REST_DB) * self.power {
            self.rest_frames.saturating_add(1)
        } else {
            0
        };
    }

    fn begin_anew(&mut self) {
        self.score.reset();
        self.voiced_frames = 0;
    }

    fn hear(&mut self) {
        let power = self.power.max(f32::MIN_POSITIVE);
        let gain = (power_from_db(MUSIC_DETECTOR_DBFS) / power).sqrt();
        self.score.push(self.frame.samples(), gain);
    }

    fn judge(&mut self) {
        let is_voiced = self.score.score() > MUSIC_VOICE_SCORE;
        self.voiced_frames = if is_voiced {
            self.voiced_frames.saturating_add(1)
        } else {
            0
        };
        let goes_on = is_voiced && self.frames_since_voice <= frames(MUSIC_VOICE_HOLD_MS);
        self.frames_since_voice = if goes_on || self.voiced_frames >= frames(MUSIC_VOICE_BEGINS_MS)
        {
            0
        } else {
            self.frames_since_voice.saturating_add(1)
        };
    }
}

/// Frames of 5 ms in `time_ms`.
fn frames(time_ms: f64) -> u32 {
    (time_ms / FRAME_MS).round() as u32
}
