//! The one frame that leaves the audio thread: everything that a reader needs to draw or log a
//! hop, complete in itself.
//! Made on the audio thread, which must not allocate or panic.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::ops::{AddAssign, Div};

use crate::dsp::units::SILENCE_DB;
use crate::psycho::bands::{NUM_BANDS, PerBand};
use crate::settings::{Audience, MONITOR_DB_SPL};

/// Number of fields of [`Figures`].
pub const NUM_FIGURES: usize = 4;

/// How much of the dialogue gets through, under the music and without it; each 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Figures {
    /// Mean audibility of the bands that carry words; the clash figure rests on it.
    pub audibility: f32,
    /// Mean audibility without the music.
    pub audibility_without_music: f32,
    /// Speech Intelligibility Index of ANSI S3.5-1997, one-third-octave procedure.
    pub sii: f32,
    /// Speech Intelligibility Index without the music.
    pub sii_without_music: f32,
}

impl Figures {
    /// All figures, for arithmetic on each of them.
    pub fn to_array(self) -> [f32; NUM_FIGURES] {
        [
            self.audibility,
            self.audibility_without_music,
            self.sii,
            self.sii_without_music,
        ]
    }

    /// Figures in the order of [`Self::to_array`].
    pub fn from_array(figures: [f32; NUM_FIGURES]) -> Self {
        let [audibility, audibility_without_music, sii, sii_without_music] = figures;
        Self {
            audibility,
            audibility_without_music,
            sii,
            sii_without_music,
        }
    }

    /// Each figure moved towards that of `target` by `share` (0 to 1) of the way.
    pub fn moved_towards(self, target: Self, share: f32) -> Self {
        let mut moved = self.to_array();
        for (figure, to) in moved.iter_mut().zip(target.to_array()) {
            *figure += share * (to - *figure);
        }
        Self::from_array(moved)
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, other: Self) {
        let mut sums = self.to_array();
        for (sum, figure) in sums.iter_mut().zip(other.to_array()) {
            *sum += figure;
        }
        *self = Self::from_array(sums);
    }
}

impl Div<f32> for Figures {
    type Output = Self;

    fn div(self, divisor: f32) -> Self {
        Self::from_array(self.to_array().map(|figure| figure / divisor))
    }
}

/// Levels of one hop: followed mean squares per band, full scale = 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HopLevels {
    /// Followed mean square of the dialogue.
    pub dialogue_power: PerBand,
    /// Followed mean square of the music.
    pub music_power: PerBand,
}

impl HopLevels {
    /// Silence on both sides.
    pub const SILENT: Self = Self {
        dialogue_power: [0.0; NUM_BANDS],
        music_power: [0.0; NUM_BANDS],
    };
}

/// Where 3 dB of the front's music could go instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surrounds {
    /// To all surrounds alike.
    All,
    /// To those on the left.
    Left,
    /// To those on the right.
    Right,
}

impl Surrounds {
    /// Every choice.
    pub const EVERY: [Self; NUM_SURROUNDS] = [Self::All, Self::Left, Self::Right];
}

/// Number of choices of [`Surrounds`].
pub const NUM_SURROUNDS: usize = 3;

/// What two ears make of a hop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EarFigures {
    /// Speech Intelligibility Index for one ear, to which music hides as much from wherever it comes.
    pub one_ear_sii: f32,
    /// The index for two ears with 3 dB of the front's music in the surrounds instead, as loud in all, for each of
    /// [`Surrounds::EVERY`]; `None` unless there are surrounds on both sides.
    pub in_surrounds_sii: Option<[f32; NUM_SURROUNDS]>,
}

/// What a lane of the host's is told of a hop.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ride {
    /// Loudness of music given up at this moment by what is cut without a lane, LU: against the music's spectrum
    /// of the last 200 ms, and smoothed, so that 20 break points a second can tell it. A lane has it a hop later.
    pub lu: f32,
    /// Position of the first sample after those that were known when the cut was decided.
    pub told_samples: i64,
    /// Whether no voice has been heard since the last reset, so that a lane that is read takes what speech
    /// usually needs.
    pub is_usual_speech: bool,
}

/// The state of the engine after one hop (about 5 ms). Levels are dBFS re a full-scale RMS of 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Snapshot {
    /// Sample rate, Hz.
    pub sample_rate_hz: f64,
    /// Length of a hop, samples.
    pub hop_samples: u32,
    /// Timeline position of the end of the hop, samples: the host's where it gives one, else
    /// counted from the last reset.
    pub position_samples: i64,
    /// Whether somebody speaks, as far as is known at this hop.
    pub is_speech: bool,
    /// Whether the dialogue's channels have opposite phases, so that they cancel each other in mono.
    pub is_out_of_phase: bool,
    /// Number of hops for which somebody has certainly been speaking, this hop included; 0 while nobody
    /// speaks or it isn't certain. The count starts at the length of what was spoken before it was
    /// certain, so that a list can date the onset back: 12 after a 0 means that the eleven hops before
    /// were speech as well.
    pub speech_hops: u32,
    /// Number of hops since the last sound of speech is likely to have ended; 0 while one sounds. Speech
    /// is held for a while after a sound, as the next word may follow. So the newest `held_hops` of the
    /// `speech_hops` are a pause, if no other sound follows.
    pub held_hops: u32,
    /// Probability of speech, 0 to 1, as the detector sees it.
    pub speech_probability: f32,
    /// How sure the witness is that what it heard last, 32 ms that ended some 20 to 50 ms ago, is a voice:
    /// 0 to 1; 0 while it rests.
    pub witness_score: f32,
    /// Fundamental of the voice, Hz; 0 where it isn't voiced or nobody speaks for certain.
    pub voice_hz: f32,
    /// Whether a voice is heard in the music, too.
    pub is_music_voice: bool,
    /// Overall clash of the last moments of speech, 0 to 100 %; 0 while nobody speaks.
    pub clash_percent: f32,
    /// Figures smoothed over the last moments of speech, for display; 0 while nobody speaks.
    pub figures: Figures,
    /// Figures of this hop alone, for means over lines; 0 while nobody speaks.
    pub hop_figures: Figures,
    /// Loudness of the dialogue over that of the music, LU: momentary (400 ms, ITU-R BS.1770-5,
    /// LFE left out), within [`MAX_LOUDNESS_DIFFERENCE_LU`] either way.
    pub loudness_difference_lu: f32,
    /// K-weighted mean square of the dialogue in this hop's window, with the channel weights of
    /// BS.1770.
    pub dialogue_k_power: f32,
    /// K-weighted mean square of the music in this hop's window, with the channel weights of BS.1770.
    pub music_k_power: f32,
    /// K-weighted mean square of the music outside all bands, where nothing is cut; all channels
    /// alike.
    pub music_outside_k_power: f32,
    /// Level of the monitors to which the figures refer, dB SPL at -20 dBFS RMS.
    pub monitor_db_spl: f32,
    /// For whom figures, masking and excess are.
    pub audience: Audience,
    /// Loudness that the music of this hop's window loses through the cut, LU (0 or more). What it
    /// will be when the cut is on, two hops and some after the window's end, depends on the music then.
    pub loss_lu: f32,
    /// What a lane of the host's is told.
    pub ride: Ride,
    /// Level of the dialogue over all bands, summed over channels, dBFS.
    pub dialogue_dbfs: f32,
    /// Level of the music over all bands, summed over channels, LFE left out, dBFS.
    pub music_dbfs: f32,
    /// Level of the dialogue in each band, dBFS.
    pub dialogue_band_dbfs: PerBand,
    /// Level of the music (before any cut) in each band, dBFS.
    pub music_band_dbfs: PerBand,
    /// Followed mean squares per band, as they are played.
    pub levels: HopLevels,
    /// Followed mean square of the music per band on which the figures of two ears rest: what is heard of it beside the
    /// words, were it to come from where they come. `None` with one ear, to which it is as it is played.
    pub heard_music_power: Option<PerBand>,
    /// What two ears make of the hop; `None` with one.
    pub ears: Option<EarFigures>,
    /// How far the level below which the music hides a voice (its own and what spreads from its other bands) stands
    /// above the dialogue in each band, dB; 0 where it doesn't, in bands that carry no words, and while nobody speaks.
    pub excess_band_db: PerBand,
    /// Cut of the front channels in each band, dB; 0 or more.
    pub cut_band_db: PerBand,
}

impl Snapshot {
    /// Hops per second.
    pub fn hop_rate_hz(&self) -> f64 {
        self.sample_rate_hz / f64::from(self.hop_samples)
    }

    /// Length of the hop, s.
    pub fn hop_s(&self) -> f64 {
        f64::from(self.hop_samples) / self.sample_rate_hz
    }

    /// Timeline position of the end of the hop, s.
    pub fn end_s(&self) -> f64 {
        self.position_samples as f64 / self.sample_rate_hz
    }

    /// Timeline positions of the start and the end of the hop, s.
    pub fn span_s(&self) -> (f64, f64) {
        let end_s = self.end_s();
        (end_s - self.hop_s(), end_s)
    }

    /// The levels on which the figures rest.
    pub fn heard_levels(&self) -> HopLevels {
        HopLevels {
            music_power: self.heard_music_power.unwrap_or(self.levels.music_power),
            ..self.levels
        }
    }

    /// Whether dialogue and music are both silent.
    pub fn is_silent(&self) -> bool {
        self.dialogue_dbfs <= SILENCE_DB && self.music_dbfs <= SILENCE_DB
    }
}

/// Greatest loudness difference that is shown, LU: beyond it one side is as good as silent.
pub const MAX_LOUDNESS_DIFFERENCE_LU: f32 = 60.0;

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            sample_rate_hz: 48_000.0,
            hop_samples: 256,
            position_samples: 0,
            is_speech: false,
            is_out_of_phase: false,
            speech_hops: 0,
            held_hops: 0,
            speech_probability: 0.0,
            witness_score: 0.0,
            voice_hz: 0.0,
            is_music_voice: false,
            clash_percent: 0.0,
            figures: Figures::default(),
            hop_figures: Figures::default(),
            loudness_difference_lu: 0.0,
            dialogue_k_power: 0.0,
            music_k_power: 0.0,
            music_outside_k_power: 0.0,
            monitor_db_spl: MONITOR_DB_SPL.range.default,
            audience: Audience::Reference,
            loss_lu: 0.0,
            ride: Ride::default(),
            dialogue_dbfs: SILENCE_DB,
            music_dbfs: SILENCE_DB,
            dialogue_band_dbfs: [SILENCE_DB; NUM_BANDS],
            music_band_dbfs: [SILENCE_DB; NUM_BANDS],
            levels: HopLevels::SILENT,
            heard_music_power: None,
            ears: None,
            excess_band_db: [0.0; NUM_BANDS],
            cut_band_db: [0.0; NUM_BANDS],
        }
    }
}
