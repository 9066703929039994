//! The engine: dialogue and music in, music out. The plugin and the command line are two thin
//! shells round it, so playback, bounce and files give the same samples.

use crate::layout::{Layout, MAX_CHANNELS};
use crate::settings::Settings;
use crate::snapshot::Snapshot;

/// Receives each hop's [`Snapshot`] on the audio thread; it must not allocate, lock or wait.
pub type Observer<'a> = &'a mut dyn FnMut(&Snapshot);

/// Why an engine could not be prepared.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PrepareError {
    /// Sample rate outside the supported range.
    #[error("sample rate {0} Hz: 8 to 192 kHz are supported")]
    SampleRate(f64),
}

/// One instance: analysis, clash model, duck and dynamic EQ.
pub struct Engine {
    sample_rate_hz: f64,
    dialogue_layout: Layout,
    music_layout: Layout,
}

impl Engine {
    /// Allocates all that `process` needs. The engine starts in its reset state.
    ///
    /// # Errors
    /// [`PrepareError`] if the sample rate is not 8 to 192 kHz.
    pub fn prepare(
        sample_rate_hz: f64,
        dialogue_layout: Layout,
        music_layout: Layout,
    ) -> Result<Self, PrepareError> {
        if !(8_000.0..=192_000.0).contains(&sample_rate_hz) {
            return Err(PrepareError::SampleRate(sample_rate_hz));
        }
        Ok(Self {
            sample_rate_hz,
            dialogue_layout,
            music_layout,
        })
    }

    /// Back to the state after `prepare`. Never allocates.
    pub fn reset(&mut self) {}

    /// Says where on the host's timeline the next sample lies; without a call positions count on.
    pub fn set_position(&mut self, position_samples: i64) {
        let _ = position_samples;
    }

    /// Processes one block in place, of any length.
    ///
    /// `dialogue`: up to the prepared number of channels. A channel that is missing or shorter
    /// than the block is silent for the rest of it. `music`: one slice per prepared channel, all
    /// of the block's length. `observer` is called at the end of each hop; pass `None` when
    /// nobody reads, and no snapshot is made. Never allocates, locks or panics; the output is
    /// finite for any input, and doesn't depend on how the audio is cut into blocks.
    pub fn process(
        &mut self,
        dialogue: &[&[f32]],
        music: &mut [&mut [f32]],
        settings: &Settings,
        observer: Option<Observer>,
    ) {
        let _ = (dialogue, music, settings, observer, MAX_CHANNELS);
    }

    /// Latency, samples: always 0.
    pub fn latency_samples(&self) -> u32 {
        0
    }
}
