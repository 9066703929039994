//! What a sound must be like to open the gate, to be speech, and to go on, in frames of 5 ms. The
//! figures were chosen on seven voices with sounds mixed in and checked on seven others
//! (`docs/speech-activity.md`).

use crate::speech::sound::RISEN;

/// Least level of a frame of speech, dB re the voice's usual level: that of its weakest sounds.
pub(super) const LEAST_LEVEL_DB: f32 = -37.0;
/// Prominence above which a frame stands out, dB: single frames of a steady noise exceed it once in
/// some 300.
pub(super) const BEGINS_ABOVE_FLOOR_DB: f32 = 6.0;
/// Prominence above which a sound goes on that has begun, dB. It is lower than that of a beginning, so
/// that a sound doesn't break off where it fades.
pub(super) const GOES_ON_ABOVE_FLOOR_DB: f32 = 3.5;
/// Periodicity of a voiced frame: noises stay below it, most vowels above.
pub(super) const VOICED_ABOVE: f32 = 0.65;
/// Silence after which a sound is a new one that has to be confirmed, frames: 50 ms.
pub(super) const NEW_SOUND_FRAMES: u32 = 10;
/// Pause that lifts lock-out and must-rise, frames: 30 ms.
pub(super) const LOCKOUT_FRAMES: u32 = 6;
/// Rise of the score after which a sound that must rise opens the gate.
pub(super) const REOPENING_RISE: f32 = 0.1;
/// Score below which a sound that goes on is no speech any more.
pub(super) const GOES_ON_ABOVE_SCORE: f32 = 0.45;

/// What a sound must be like to open the gate provisionally.
pub(super) struct Opening {
    /// Frames in a row that stand out.
    pub frames: u32,
    /// Voiced frames since the sound began.
    pub voiced_frames: u32,
    /// Level that the sound must exceed, dB re the voice's usual level.
    pub least_level_db: f32,
    /// Rise of the score that makes up for a lower level.
    pub rise_if_softer: f32,
    /// Share of the sound's power above 1 kHz that it must exceed, if it must.
    pub least_upper_share: Option<f32>,
    /// How far below its fading peak the sound may be, dB, if it matters.
    pub max_fall_db: Option<f32>,
}

/// A voiced sound.
pub(super) const VOICED: Opening = Opening {
    // 10 ms, as single frames of noise stand out now and then.
    frames: 2,
    // 10 ms, as single frames of noise are periodic now and then.
    voiced_frames: 2,
    // Music that spills into the microphone is voiced, too, but softer than the voice.
    least_level_db: -15.0,
    // A soft vowel may open when the detector begins to hear it.
    rise_if_softer: RISEN,
    // Vowels have little power above 1 kHz.
    least_upper_share: None,
    // A voice may fall within a vowel.
    max_fall_db: None,
};

/// A sound that isn't voiced: a sibilant, the burst of a stop, a whisper.
pub(super) const UNVOICED: Opening = Opening {
    // 15 ms, a frame longer than a voiced sound, as it has one sign of a voice less.
    frames: 3,
    // A sound without a voice has none.
    voiced_frames: 0,
    // Sibilants are this loud, most breaths are not.
    least_level_db: -15.0,
    // A soft noise has to wait until it is confirmed, whatever the detector begins to hear.
    rise_if_softer: f32::INFINITY,
    // A thump has less above 1 kHz; a sound of speech that has less is voiced.
    least_upper_share: Some(0.15),
    // Blows fall from the start, sibilants grow.
    max_fall_db: Some(3.0),
};

/// What a sound has to show while the gate is open provisionally.
pub(super) struct Trial {
    /// Time in which the detector must take a sound with voiced frames for a voice, frames.
    pub voiced_frames: u32,
    /// Time in which the detector must take any other sound for a voice, frames.
    pub unvoiced_frames: u32,
    /// Time in which the witness must, frames.
    pub witness_frames: u32,
    /// Time in which the witness must if the detector is sure for long, frames.
    pub steady_frames: u32,
    /// Pause that ends the trial, frames.
    pub pause_frames: u32,
    /// How far the score must have risen from its lowest value in the sound, and how many frames after
    /// the opening.
    pub rises: [(u32, f32); 2],
}

pub(super) const TRIAL: Trial = Trial {
    // 120 ms. A voiced sound is likelier a voice, so it gets longer than another.
    voiced_frames: 24,
    // 80 ms, the most that a noise may show as speech unless the detector takes it for a voice.
    unvoiced_frames: 16,
    // 220 ms: the witness hears frames of 32 ms, two or three of which must be a voice, and is some 20 ms late.
    witness_frames: 44,
    // 600 ms. Where a voice follows other sounds the witness now and then takes so long.
    steady_frames: 120,
    // 30 ms, the pause that lifts lock-out and must-rise as well: what follows is tried anew.
    pause_frames: 6,
    // 30 and 60 ms. Of the onsets of voices nine in ten pass, of other sounds one in ten.
    rises: [(6, 0.1), (12, 0.24)],
};

/// What is likelier a breath than a sibilant when somebody speaks aloud.
pub(super) struct Breath {
    /// Level below which a sound may be one, dB re the voice's usual level.
    pub below_db: f32,
    /// Time without a voiced frame after which it may be one, frames.
    pub unvoiced_frames: u32,
    /// Score below which it is one.
    pub below_score: f32,
}

pub(super) const BREATH: Breath = Breath {
    // The level that opens the gate for a noise: sibilants reach it, most breaths don't.
    below_db: -15.0,
    // 100 ms: in a word a sibilant has vowels on both sides, a breath has none.
    unvoiced_frames: 20,
    // Well above what another sound needs to go on.
    below_score: 0.7,
};

/// How an onset is dated back when its sound is confirmed.
pub(super) struct Backdating {
    /// Greatest time before the opening, frames.
    pub before_opening_frames: u32,
    /// Time by which the score rises later than the sound, frames: an onset is at least so much older
    /// than the rise.
    pub score_latency_frames: u32,
    /// Greatest time before the confirmation by which the rise of the score dates it, frames.
    pub max_rising_frames: u32,
}

pub(super) const BACKDATING: Backdating = Backdating {
    // 50 ms: a breath before a word is no part of it.
    before_opening_frames: 10,
    // 30 ms, the least that the detector takes.
    score_latency_frames: 6,
    // 200 ms, the longest that the detector takes.
    max_rising_frames: 40,
};

/// How much longer a sound of speech is likely to go on than it is heard.
///
/// The gate loses the end of a voice early, and more of it the higher the floor. So it holds speech
/// longer over a high floor, and counts the hold from where the sound is likely to have ended rather than
/// from where it was lost. Example: over a floor 19 dB below the voice, half way between the two levels,
/// the hold is longer by 3 frames (15 ms), and the sound is taken to have ended 6 + 2 * 3 = 12 frames
/// (60 ms) after it was lost.
pub(super) struct End {
    /// Greatest prolongation of the hold, frames.
    pub max_noise_hold_frames: f32,
    /// Floor up to which nothing is added to the hold, dB re the voice's usual level.
    pub low_floor_db: f32,
    /// Floor from which on all of the prolongation is added, dB re the voice's usual level.
    pub high_floor_db: f32,
    /// How much longer than heard a sound of speech is likely to last, frames.
    pub unheard_frames: u32,
    /// How much longer it is likely to last for each frame of the prolongation, frames.
    pub unheard_per_noise_hold: u32,
}

pub(super) const END: End = End {
    // 30 ms: with it a line is held for 260 ms at most.
    max_noise_hold_frames: 6.0,
    // A floor this low hides little of the end of a word.
    low_floor_db: -25.0,
    // From a floor this high on only the loud sounds stand out, those that may open the gate.
    high_floor_db: -13.0,
    // 30 ms: in quiet the gate hears pauses 35 ms longer than they are (the median of 126).
    unheard_frames: 6,
    // Up to 60 ms more: under noise the gate hears pauses 70 ms longer than they are.
    unheard_per_noise_hold: 2,
};

/// What the witness must say. It takes no footstep, door or bark for a voice, but it is late: some 100 ms
/// pass until two or three of its frames have heard one.
pub(super) struct Witnessed {
    /// Score that one of the last two frames must exceed if a sound that goes on is still to be a voice.
    pub goes_on_above: f32,
    /// Score from which on the witness begins to hear a voice.
    pub begins_above: f32,
    /// Time for which evidence counts, frames.
    pub lingers_frames: u32,
    /// Silence after which it rests, frames.
    pub rest_frames: u32,
}

pub(super) const WITNESSED: Witnessed = Witnessed {
    // Well below, and in one frame of two, since closures and soft consonants within a word lower it and an
    // end must not be heard before it comes.
    goes_on_above: 0.12,
    // What is no voice stays below it but for one frame in 200.
    begins_above: 0.2,
    // 120 ms: the last sound of a word is confirmed by what was heard before its closure.
    lingers_frames: 24,
    // 1.5 s: it knows a footstep better from the ones before it. Beginning anew after 0.4 s it took three
    // times as many frames for voices.
    rest_frames: 300,
};

/// What refuted openings do. A cut that begins before the witness has spoken can't be helped for the first
/// sound; the tenth footstep of a scene gets none.
pub(super) struct Distrust {
    /// Share that is left of the distrust after a frame.
    pub fade: f32,
    /// Greatest distrust: each refuted opening adds 1.
    pub max: f32,
    /// Distrust from which on a sound opens only when the witness begins to hear a voice, or the detector
    /// is sure.
    pub trusted_below: f32,
    /// Time for which the detector must be sure, frames.
    pub surest_frames: u32,
    /// Share that is left of it when a voice is confirmed.
    pub after_voice: f32,
}

pub(super) const DISTRUST: Distrust = Distrust {
    // Time constant 10 s.
    fade: 0.9995,
    // 9 s after any number of footsteps a sound may open by itself again.
    max: 3.0,
    // A single door costs nothing; two refuted openings in a row cost 5 s, or until somebody speaks.
    trusted_below: 1.2,
    // 60 ms: in half an hour of recorded footsteps, doors and thuds it was so for 50 ms at most.
    surest_frames: 12,
    // After several in a row the next pause is distrusted as well.
    after_voice: 0.5,
};
