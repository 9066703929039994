//! The witness that confirms: is the sound that stands out a voice? It rests in silence, hears a sound
//! from a little before it began, at any level, and works off each frame in steps over the next ones.

use crate::dsp::decimator::OUTPUT_RATE_HZ;
use crate::dsp::units::{db_from_power, gain_from_db};
use crate::speech::choices::{WITNESS_DBFS, WITNESS_FALL_DB_PER_S, WITNESS_MAX_GAIN_DB};
use crate::speech::voice_network::{
    CONTEXT_SAMPLES, FRAME_SAMPLES, HEARD_SAMPLES, NUM_STEPS, VoiceNetwork,
};

/// Samples from step to step at 16 kHz, 0.25 ms: a frame is worked off in 15 ms.
const SAMPLES_PER_STEP: usize = 4;

/// Samples from step to step while more than a frame waits, 0.2 ms: the witness catches up with a sound
/// that has just begun.
const SAMPLES_PER_STEP_BEHIND: usize = 3;

/// Frames that are kept for a sound that begins: the network needs to hear what was before it.
const FRAMES_BEFORE: usize = 4;

/// Most that a single frame says, log odds: two are needed for what [`MAX_EVIDENCE`] allows.
const MOST_OF_A_FRAME: f32 = 3.0;

/// Greatest evidence: two frames that are surely none take it back.
pub const MAX_EVIDENCE: f32 = 5.0;

/// What is added to the log odds of a frame where the quick detector is sure for long. The network says
/// 0.1 to 0.3 of some whispers and shouts, and of the begin of a voice that follows other sounds; of what
/// the detector is that sure of and is no voice (a guitar, a siren) it says less.
const SECONDED_LOG_ODDS: f32 = 3.0;

/// Most that a single frame adds to the lasting evidence, log odds: six frames, a fifth of a second, are needed
/// for what a soft voice must have.
const MOST_OF_A_LASTING_FRAME: f32 = 1.5;

/// Greatest lasting evidence.
pub const MAX_LASTING_EVIDENCE: f32 = 15.0;

/// What is added to the log odds of a frame for the lasting evidence. Of some hoarse voices the network says
/// 0.4 to 0.7 throughout; with 1 instead of 0.5 soft footsteps in snow and water made twice as many lines.
const LASTING_LOG_ODDS: f32 = 0.5;

/// Room for samples: those kept, and those that come in while the first are worked off.
const ROOM_SAMPLES: usize = CONTEXT_SAMPLES + 8 * FRAME_SAMPLES;

/// What the witness says.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Testimony {
    /// How sure the network is that it has heard a voice in its last frame, 0 to 1; 0 at rest.
    pub score: f32,
    /// The same in the frame before it.
    pub score_before: f32,
    /// What its frames have said for a voice and not taken back: log odds, summed (a CUSUM: Page 1954,
    /// Biometrika 41:100), 0 to [`MAX_EVIDENCE`].
    pub evidence: f32,
    /// The same where the quick detector is sure for long, which speaks for a voice as well.
    pub seconded_evidence: f32,
    /// The same with less from each frame: it is great where a voice was heard for long, and sums up also
    /// what the network is less sure of. 0 to [`MAX_LASTING_EVIDENCE`].
    pub lasting_evidence: f32,
}

/// The witness.
pub struct Witness {
    network: VoiceNetwork,
    /// Samples that aren't worked off, with the end of the frame before them.
    samples: Vec<f32>,
    num_samples: usize,
    is_awake: bool,
    /// Step of the frame at work; `None` while it waits for samples.
    step_idx: Option<usize>,
    samples_to_step: usize,
    /// Level that frames are brought to full strength from, dBFS.
    level_dbfs: f32,
    testimony: Testimony,
}

impl Default for Witness {
    fn default() -> Self {
        Self::new()
    }
}

impl Witness {
    /// Allocates.
    pub fn new() -> Self {
        Self {
            network: VoiceNetwork::new(),
            samples: vec![0.0; ROOM_SAMPLES],
            num_samples: CONTEXT_SAMPLES,
            is_awake: false,
            step_idx: None,
            samples_to_step: SAMPLES_PER_STEP,
            level_dbfs: f32::MIN,
            testimony: Testimony::default(),
        }
    }

    /// Forgets all that was heard. Never allocates.
    pub fn reset(&mut self) {
        self.samples.fill(0.0);
        self.num_samples = CONTEXT_SAMPLES;
        self.rest();
    }

    /// The sound is over: from here on only the last moments are kept.
    pub fn rest(&mut self) {
        self.is_awake = false;
        self.step_idx = None;
        self.level_dbfs = f32::MIN;
        self.testimony = Testimony::default();
        self.network.reset();
    }

    /// A sound has begun.
    pub fn wake(&mut self) {
        self.is_awake = true;
    }

    /// What it says of the sound so far.
    pub fn testimony(&self) -> Testimony {
        self.testimony
    }

    /// Takes finite samples at 16 kHz.
    pub fn push(&mut self, samples: &[f32]) {
        if self.is_awake {
            samples.iter().for_each(|sample| self.hear(*sample));
            return;
        }
        let num_kept = CONTEXT_SAMPLES + FRAMES_BEFORE * FRAME_SAMPLES;
        let mut left = samples;
        while !left.is_empty() {
            if self.num_samples == ROOM_SAMPLES {
                self.drop_first(FRAME_SAMPLES);
            }
            // With the first sample that is more than a frame beyond what is kept, all but that goes.
            let num_to_drop = (num_kept + FRAME_SAMPLES + 1).saturating_sub(self.num_samples);
            let (taken, rest) = left.split_at(left.len().min(num_to_drop.max(1)));
            left = rest;
            let (_, free) = self.samples.split_at_mut(self.num_samples);
            let (slots, _) = free.split_at_mut(taken.len());
            slots.copy_from_slice(taken);
            self.num_samples += taken.len();
            if self.num_samples > num_kept + FRAME_SAMPLES {
                self.drop_first(self.num_samples - num_kept);
            }
        }
    }

    /// Takes one sample while it is awake.
    fn hear(&mut self, sample: f32) {
        if self.num_samples == ROOM_SAMPLES {
            self.drop_first(FRAME_SAMPLES);
        }
        if let Some(slot) = self.samples.get_mut(self.num_samples) {
            *slot = sample;
            self.num_samples += 1;
        }
        self.samples_to_step -= 1;
        if self.samples_to_step == 0 {
            let is_behind = self.num_samples >= HEARD_SAMPLES + FRAME_SAMPLES;
            self.samples_to_step = if is_behind {
                SAMPLES_PER_STEP_BEHIND
            } else {
                SAMPLES_PER_STEP
            };
            self.do_step();
        }
    }

    fn drop_first(&mut self, num_samples: usize) {
        self.samples.copy_within(num_samples..self.num_samples, 0);
        self.num_samples -= num_samples;
    }

    fn do_step(&mut self) {
        let step_idx = match self.step_idx {
            Some(step_idx) => step_idx,
            None if self.num_samples >= HEARD_SAMPLES => {
                self.begin_frame();
                0
            }
            None => return,
        };
        self.network.work(step_idx);
        if step_idx + 1 < NUM_STEPS {
            self.step_idx = Some(step_idx + 1);
        } else {
            self.step_idx = None;
            self.testify();
        }
    }

    fn testify(&mut self) {
        let log_odds = self.network.log_odds();
        let gather = |evidence: f32, log_odds: f32| {
            (evidence + log_odds.min(MOST_OF_A_FRAME)).clamp(0.0, MAX_EVIDENCE)
        };
        let before = self.testimony;
        let lasting_log_odds = (log_odds + LASTING_LOG_ODDS).min(MOST_OF_A_LASTING_FRAME);
        let lasting_evidence = before.lasting_evidence + lasting_log_odds;
        self.testimony = Testimony {
            score: self.network.score(),
            score_before: before.score,
            evidence: gather(before.evidence, log_odds),
            seconded_evidence: gather(before.seconded_evidence, log_odds + SECONDED_LOG_ODDS),
            lasting_evidence: lasting_evidence.clamp(0.0, MAX_LASTING_EVIDENCE),
        };
    }

    /// Brings the next frame to the level at which the network hears well.
    fn begin_frame(&mut self) {
        let mut heard = [0.0; HEARD_SAMPLES];
        for (to, from) in heard.iter_mut().zip(&self.samples) {
            *to = *from;
        }
        let power: f32 = heard.iter().map(|sample| sample * sample).sum();
        let frame_dbfs = db_from_power(power / HEARD_SAMPLES as f32);
        let fall_db = WITNESS_FALL_DB_PER_S * FRAME_SAMPLES as f32 / OUTPUT_RATE_HZ as f32;
        self.level_dbfs = frame_dbfs.max(self.level_dbfs - fall_db);
        let gain = gain_from_db((WITNESS_DBFS - self.level_dbfs).min(WITNESS_MAX_GAIN_DB));
        for sample in &mut heard {
            *sample = (gain * *sample).clamp(-1.0, 1.0);
        }
        self.network.begin(&heard);
        self.drop_first(FRAME_SAMPLES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use test_support::demo;

    /// The first two lines of the demo's dialogue at 16 kHz (its voice has nothing above), `gain_db` softer.
    fn dialogue(gain_db: f32) -> Vec<f32> {
        let dialogue = demo::dialogue_at(0.0..8.0).swap_remove(0);
        let gain = gain_from_db(gain_db);
        dialogue.into_iter().step_by(3).map(|x| gain * x).collect()
    }

    /// What an awake witness has said by the end of every 10 ms.
    fn testimonies(samples: &[f32]) -> Vec<Testimony> {
        let mut witness = Witness::new();
        witness.wake();
        let parts = samples.chunks_exact(160);
        let hear = |part: &[f32]| {
            witness.push(part);
            witness.testimony()
        };
        parts.map(hear).collect()
    }

    #[test]
    fn a_voice_is_heard_at_any_level() {
        let loud = testimonies(&dialogue(0.0));
        let num_sure = |heard: &[Testimony]| {
            let is_sure = |testimony: &&Testimony| testimony.evidence == MAX_EVIDENCE;
            heard.iter().filter(is_sure).count()
        };
        let num_loud = num_sure(&loud);
        assert!(num_loud > 300, "sure for {num_loud} of 800 x 10 ms");
        for gain_db in [-12.0, -24.0] {
            let num_soft = num_sure(&testimonies(&dialogue(gain_db)));
            assert!(num_soft.abs_diff(num_loud) < 20, "{gain_db} dB: {num_soft}");
        }
    }

    #[test]
    fn evidence_is_gathered_from_several_frames_and_taken_back() {
        let heard = testimonies(&dialogue(0.0));
        for pair in heard.windows(2) {
            let (before, after) = (pair[0].evidence, pair[1].evidence);
            assert!((0.0..=MAX_EVIDENCE).contains(&after));
            assert!(after - before <= MOST_OF_A_FRAME, "{before} {after}");
            assert!(pair[1].seconded_evidence >= after);
        }
        // The demo begins with a second of silence, and has one after its first line.
        assert_eq!(heard[90].evidence, 0.0);
        assert_eq!(heard[480].evidence, 0.0);
    }

    #[test]
    fn at_rest_nothing_is_heard_and_a_sound_is_heard_from_before_it_began() {
        let samples = dialogue(0.0);
        let (silence, voice) = samples.split_at(20_000);
        let mut witness = Witness::new();
        witness.push(silence);
        assert_eq!(witness.testimony(), Testimony::default());
        witness.wake();
        let (begin, _) = voice.split_at(1600);
        witness.push(begin);
        assert!(witness.testimony().score > 0.5, "{:?}", witness.testimony());
        witness.rest();
        assert_eq!(witness.testimony(), Testimony::default());
    }
}
