//! The one frame that leaves the audio thread: everything that a reader needs to draw or log a
//! hop, complete in itself.

use crate::psycho::bands::{NUM_BANDS, PerBand};

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
    /// Whether somebody speaks.
    pub is_speech: bool,
    /// Probability of speech, 0 to 1, as the detector sees it.
    pub speech_probability: f32,
    /// Overall clash, 0 to 100 %; 0 while nobody speaks.
    pub clash_percent: f32,
    /// Audibility of the dialogue under the music, 0 to 1; meaningful while somebody speaks.
    pub audibility: f32,
    /// Audibility that the dialogue would have without the music, 0 to 1.
    pub audibility_without_music: f32,
    /// Loudness that the music loses through the cut, LU (expected; 0 or more).
    pub loss_lu: f32,
    /// Level of the dialogue over all bands, summed over channels, dBFS.
    pub dialogue_dbfs: f32,
    /// Level of the music over all bands, summed over channels, LFE left out, dBFS.
    pub music_dbfs: f32,
    /// Level of the dialogue in each band, dBFS.
    pub dialogue_band_dbfs: PerBand,
    /// Level of the music (before any cut) in each band, dBFS.
    pub music_band_dbfs: PerBand,
    /// Level below which the music hides a voice in each band, dBFS: its own level and what
    /// spreads from its other bands.
    pub masking_band_dbfs: PerBand,
    /// How far the masking level stands above the dialogue in each band, dB; 0 where it doesn't,
    /// in bands that carry no words, and while nobody speaks.
    pub excess_band_db: PerBand,
    /// Cut of the front channels in each band, dB; 0 or more.
    pub cut_band_db: PerBand,
}

/// Level shown for silence, dBFS.
pub const SILENCE_DBFS: f32 = -140.0;

impl Default for Snapshot {
    fn default() -> Self {
        Self {
            sample_rate_hz: 48_000.0,
            hop_samples: 256,
            position_samples: 0,
            is_speech: false,
            speech_probability: 0.0,
            clash_percent: 0.0,
            audibility: 0.0,
            audibility_without_music: 0.0,
            loss_lu: 0.0,
            dialogue_dbfs: SILENCE_DBFS,
            music_dbfs: SILENCE_DBFS,
            dialogue_band_dbfs: [SILENCE_DBFS; NUM_BANDS],
            music_band_dbfs: [SILENCE_DBFS; NUM_BANDS],
            masking_band_dbfs: [SILENCE_DBFS; NUM_BANDS],
            excess_band_db: [0.0; NUM_BANDS],
            cut_band_db: [0.0; NUM_BANDS],
        }
    }
}
