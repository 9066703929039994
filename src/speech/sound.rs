//! One sound of the dialogue: what stands out of the background without a longer pause, and whether the
//! neural detector confirms that it is a voice.

/// Smoothing of the share of power above 1 kHz, share per frame.
const UPPER_SHARE_SMOOTHING: f32 = 0.3;
/// How fast the fading peak is forgotten, dB per frame.
const PEAK_FALL_DB_PER_FRAME: f32 = 0.25;
/// The score has begun to rise when it is this far above its lowest value in the sound.
const RISEN: f32 = 0.08;

/// Score that confirms a sound with so many voiced frames.
const VOICED_SCORE: f32 = 0.6;
const CONFIRMING_VOICED_FRAMES: u32 = 3;
/// Score that confirms another sound, of somebody who speaks aloud and of somebody who whispers, by how
/// much it must have risen since the sound began (the score of the last word lingers), after how long,
/// and how far below its peak the sound may be.
const UNVOICED_SCORE: f32 = 0.55;
const WHISPERED_SCORE: f32 = 0.5;
const UNVOICED_SCORE_RISE: f32 = 0.1;
const UNVOICED_CONFIRMING_FRAMES: u32 = 12;
const CONFIRMED_MAX_FALL_DB: f32 = 9.0;
/// Score that confirms any sound of that age when it lasts for so many frames: whispers whose first
/// sibilant was their loudest sound.
const SURE_SCORE: f32 = 0.72;
const SURE_FRAMES: u32 = 4;

/// What a frame of 5 ms adds to a sound.
#[derive(Debug, Clone, Copy)]
pub(super) struct FrameFacts {
    /// Level above the floor, dB re the voice's usual level.
    pub level_db: f32,
    /// Share of the power above the floor that lies above 1 kHz.
    pub upper_share: f32,
    /// The detector's score.
    pub score: f32,
    pub is_voiced: bool,
}

/// A sound since it began.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sound {
    pub num_frames: u32,
    pub num_voiced: u32,
    /// Lowest score since it began.
    pub least_score: f32,
    /// Frames since the score has risen.
    pub num_rising: u32,
    /// Frames for which the score has been sure.
    num_sure: u32,
    peak_db: f32,
    pub fading_peak_db: f32,
    /// Smoothed share of its power above 1 kHz.
    pub upper_share: f32,
    pub is_confirmed: bool,
}

impl Sound {
    pub fn new(score: f32) -> Self {
        Self {
            num_frames: 0,
            num_voiced: 0,
            num_rising: 0,
            num_sure: 0,
            least_score: score,
            peak_db: f32::MIN,
            fading_peak_db: f32::MIN,
            upper_share: 0.0,
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
        self.num_sure = count(self.num_sure, score > SURE_SCORE);
        self.upper_share += UPPER_SHARE_SMOOTHING * (heard.upper_share - self.upper_share);
        self.peak_db = self.peak_db.max(level_db);
        self.fading_peak_db = level_db.max(self.fading_peak_db - PEAK_FALL_DB_PER_FRAME);
        let is_voiced = goes_on && heard.is_voiced;
        self.num_voiced = self.num_voiced.saturating_add(u32::from(is_voiced));
        if goes_on {
            self.is_confirmed |= self.is_voice(level_db, score, whispers);
        }
    }

    /// How far the score, now `score`, has risen in the sound.
    pub fn rise(&self, score: f32) -> f32 {
        score - self.least_score
    }

    /// Whether the detector confirms the sound, now at `level_db`, with `score`.
    fn is_voice(&self, level_db: f32, score: f32, whispers: bool) -> bool {
        let is_voiced = self.num_voiced >= CONFIRMING_VOICED_FRAMES && score > VOICED_SCORE;
        let unvoiced_score = if whispers {
            WHISPERED_SCORE
        } else {
            UNVOICED_SCORE
        };
        let is_old_enough = self.num_frames >= UNVOICED_CONFIRMING_FRAMES;
        let is_unvoiced = score > unvoiced_score
            && self.rise(score) > UNVOICED_SCORE_RISE
            && level_db > self.peak_db - CONFIRMED_MAX_FALL_DB;
        let is_sure = self.num_sure >= SURE_FRAMES;
        is_voiced || (is_old_enough && (is_unvoiced || is_sure))
    }
}
