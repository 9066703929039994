//! One sound of the dialogue: what stands out of the background without a longer pause, and whether the
//! neural detector and the witness confirm that it is a voice.

/// Smoothing of the share of power above 1 kHz, share per frame of 5 ms (time constant 14 ms): about as
/// long as a sound that isn't voiced must stand out before it opens the gate. Twice of it makes fewer
/// onsets late and door slams false more often, half of it the other way round
/// (`docs/speech-activity.md`).
const UPPER_SHARE_SMOOTHING: f32 = 0.3;
/// How fast the fading peak is forgotten, dB per frame of 5 ms (50 dB/s): a sound that fades faster than in
/// a room with a reverberation time of 1.2 s counts as falling. Half of it misses a few whispers, twice of
/// it lets more clicks through (`docs/speech-activity.md`).
const PEAK_FALL_DB_PER_FRAME: f32 = 0.25;
/// The score has begun to rise when it is this far above its lowest value in the sound.
pub(super) const RISEN: f32 = 0.08;

/// What confirms a sound with voiced frames.
struct VoicedProof {
    /// Voiced frames since the sound began.
    frames: u32,
    /// Score that must be exceeded.
    above_score: f32,
}

const VOICED: VoicedProof = VoicedProof {
    // 15 ms, a frame more than it takes to open the gate.
    frames: 3,
    // Higher than for another sound, as it needs neither age nor a rise.
    above_score: 0.6,
};

/// What confirms a sound whether it is voiced or not.
struct UnvoicedProof {
    /// Age of the sound, frames.
    least_frames: u32,
    /// Score that must be exceeded where somebody speaks aloud.
    above_score: f32,
    /// Score that must be exceeded where somebody whispers.
    above_whispered_score: f32,
    /// How far the score must have risen from its lowest value in the sound.
    above_rise: f32,
    /// How far below its peak the sound may be, dB.
    max_fall_db: f32,
}

const UNVOICED: UnvoicedProof = UnvoicedProof {
    // 60 ms, by which the score of nine voices in ten has risen.
    least_frames: 12,
    // Clearly above the score below which a sound is no speech any more (0.45).
    above_score: 0.55,
    // A whisper has nothing else to show, and the detector is less sure of it.
    above_whispered_score: 0.5,
    // The score of the last word lingers: a noise right after it hasn't raised it.
    above_rise: 0.1,
    // The tail of a blow is no sibilant.
    max_fall_db: 9.0,
};

/// A score that confirms any sound of the age of [`UNVOICED`]: whispers whose first sibilant was their
/// loudest sound fall further below their peak than others may.
struct SureProof {
    /// Score that must be exceeded.
    above_score: f32,
    /// For how long without a break, frames.
    frames: u32,
}

const SURE: SureProof = SureProof {
    // Higher than any other, as nothing else has to speak for a voice.
    above_score: 0.72,
    // 20 ms: one score alone, of which there is one every 8 ms, isn't enough.
    frames: 4,
};

/// Scores that the detector must exceed without a break to be sure for long, and for how long, frames: it
/// does so with voices and whispers, and did not once in half an hour of recorded footsteps, doors and
/// thuds among voices. There it stayed above 0.85 for 50 ms at most, and above 0.7 for 130 ms.
const STEADY: [(f32, u32); 2] = [
    // 100 ms, which most words of all voices have.
    (0.85, 20),
    // 180 ms, for a cry or a whisper of which it is less sure.
    (0.7, 36),
];

/// Evidence of the witness that confirms a sound that the detector takes for a voice: two or three frames
/// that are sure. In half an hour of recorded footsteps, doors and thuds one sound reached it; two frames
/// above 0.3, which is as quick on voices, had 19, and two above 0.5 had 7.
const LEAST_EVIDENCE: f32 = 3.0;

/// What a frame of 5 ms adds to a sound.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameFacts {
    /// Level above the floor, dB re the voice's usual level.
    pub level_db: f32,
    /// Share of the power above the floor that lies above 1 kHz.
    pub upper_share: f32,
    /// The detector's score.
    pub score: f32,
    /// The witness's score.
    pub witness: f32,
    /// The higher of the witness's last two scores.
    pub lingering_witness: f32,
    /// The greatest evidence of the witness of late.
    pub evidence: f32,
    /// Whether the frame is periodic.
    pub is_voiced: bool,
}

/// A sound since it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    pub num_frames: u32,
    /// Voiced frames since the sound began.
    pub num_voiced: u32,
    /// Frames for which the detector's score has exceeded those of [`STEADY`] without a break.
    num_above: [u32; STEADY.len()],
    /// Lowest score since the sound began.
    pub least_score: f32,
    /// Frames since the score has risen.
    pub num_rising: u32,
    /// Frames for which the score has been sure.
    num_sure: u32,
    peak_db: f32,
    /// Peak that is forgotten slowly, dB re the voice's usual level.
    pub fading_peak_db: f32,
    /// Smoothed share of the sound's power above 1 kHz.
    pub upper_share: f32,
    /// Whether the detector takes it for a voice.
    pub is_likely: bool,
    /// Whether the detector was sure of it for long.
    pub is_steady: bool,
    /// Whether the witness takes it for a voice as well.
    pub is_confirmed: bool,
}

impl Sound {
    pub fn new(score: f32) -> Self {
        Self {
            num_frames: 0,
            num_voiced: 0,
            num_above: [0; STEADY.len()],
            num_rising: 0,
            num_sure: 0,
            least_score: score,
            peak_db: f32::MIN,
            fading_peak_db: f32::MIN,
            upper_share: 0.0,
            is_likely: false,
            is_steady: false,
            is_confirmed: false,
        }
    }

    /// Takes the next frame; `goes_on`: whether the sound stands out in it.
    pub fn push(&mut self, heard: &FrameFacts, goes_on: bool, whispers: bool) {
        let FrameFacts {
            level_db, score, ..
        } = *heard;
        let count = |num: u32, is_so: bool| if is_so { num.saturating_add(1) } else { 0 };
        self.num_frames = self.num_frames.saturating_add(1);
        self.least_score = self.least_score.min(score);
        self.num_rising = count(self.num_rising, score > self.least_score + RISEN);
        self.num_sure = count(self.num_sure, score > SURE.above_score);
        for (num_above, (above_score, least_frames)) in self.num_above.iter_mut().zip(STEADY) {
            *num_above = count(*num_above, goes_on && score > above_score);
            self.is_steady |= *num_above >= least_frames;
        }
        self.upper_share += UPPER_SHARE_SMOOTHING * (heard.upper_share - self.upper_share);
        self.peak_db = self.peak_db.max(level_db);
        self.fading_peak_db = level_db.max(self.fading_peak_db - PEAK_FALL_DB_PER_FRAME);
        let is_voiced = goes_on && heard.is_voiced;
        self.num_voiced = self.num_voiced.saturating_add(u32::from(is_voiced));
        if goes_on {
            self.is_likely |= self.is_voice(level_db, score, whispers);
            let is_witnessed = heard.evidence >= LEAST_EVIDENCE;
            self.is_confirmed |= self.is_likely && is_witnessed;
        }
    }

    /// Frames for which the detector has been as sure as it can be of a voice.
    pub fn num_surest(&self) -> u32 {
        let [num_surest, _] = self.num_above;
        num_surest
    }

    /// How far the score, now `score`, has risen in the sound.
    pub fn rise(&self, score: f32) -> f32 {
        score - self.least_score
    }

    /// Whether the detector takes the sound for a voice, now at `level_db`, with `score`.
    fn is_voice(&self, level_db: f32, score: f32, whispers: bool) -> bool {
        let is_voiced = self.num_voiced >= VOICED.frames && score > VOICED.above_score;
        let unvoiced_score = if whispers {
            UNVOICED.above_whispered_score
        } else {
            UNVOICED.above_score
        };
        let is_old_enough = self.num_frames >= UNVOICED.least_frames;
        let is_unvoiced = score > unvoiced_score
            && self.rise(score) > UNVOICED.above_rise
            && level_db > self.peak_db - UNVOICED.max_fall_db;
        let is_sure = self.num_sure >= SURE.frames;
        is_voiced || (is_old_enough && (is_unvoiced || is_sure))
    }
}
