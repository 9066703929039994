//! Where two files lie beside each other, by a mix that has the sound of both.

use std::path::Path;

use crate::cli::audio::input_bus::{InputBus, Wanted};
use crate::cli::audio::opening::Reading;
use crate::cli::audio::resample::Dialogue;
use crate::cli::errors::{Error, Problem};
use crate::cli::interrupt;
use crate::dsp::time_shift;

/// Rate at which files are compared, Hz, unless they are so long that it takes too much memory.
const COMPARED_HZ: u32 = 8_000;

/// Frames that are compared at once at most; 35 minutes of both files at 8 kHz.
const MAX_COMPARED_FRAMES: u64 = 1 << 25;

/// Least sharpness of a match. Strangers come to 6 (`dsp/time_shift.rs`).
const LEAST_SHARPNESS: f32 = 9.0;

/// Frames that are read at once.
const COMPARED_BLOCK_FRAMES: usize = 8192;

/// By how much `dialogue` begins after `music`, frames of the music, if both are to sound as in the mix
/// `reference`.
///
/// # Errors
/// If a file can't be read, or isn't in the mix.
pub fn shift_frames(
    dialogue: &Path,
    music: &Path,
    reference: &Path,
    readings: [Reading; 2],
) -> Result<i64, Error> {
    let wanted = readings.map(|reading| Wanted {
        reading,
        ..Wanted::default()
    });
    let music_bus = InputBus::open_music(music, &wanted[1])?;
    let rate_hz = music_bus.sample_rate_hz();
    let mix = InputBus::open_music(reference, &Wanted::default())?;
    let dialogue_bus = InputBus::open_dialogue(dialogue, &wanted[0])?;
    let frames = |file: &InputBus| {
        let frames = u128::from(file.num_frames().unwrap_or(0)) * u128::from(rate_hz);
        (frames / u128::from(file.sample_rate_hz())) as u64
    };
    let longest = frames(&music_bus).max(frames(&dialogue_bus)) + frames(&mix);
    let factor = longest.div_ceil(MAX_COMPARED_FRAMES);
    let factor = factor.max(u64::from(rate_hz / COMPARED_HZ)).max(1) as usize;
    let mix = coarse(mix, rate_hz, factor)?;
    let place = |file: InputBus, path: &Path| {
        let found = time_shift::find(&coarse(file, rate_hz, factor)?, &mix);
        let found = found.filter(|found| found.sharpness >= LEAST_SHARPNESS);
        let found = found.ok_or_else(|| Error::file(path, Problem::NotInReference))?;
        Ok::<_, Error>(found.samples * factor as f64)
    };
    let shift = place(dialogue_bus, dialogue)? - place(music_bus, music)?;
    Ok(shift.round() as i64)
}

/// All of `file` in one channel at `rate_hz`, of which `factor` frames become one.
fn coarse(file: InputBus, rate_hz: u32, factor: usize) -> Result<Vec<f32>, Error> {
    let mut block = vec![Vec::new(); file.num_channels()];
    let mut file = Dialogue::new(file, rate_hz)?;
    let mut frames = Vec::new();
    let (mut sum, mut num_summed) = (0.0, 0);
    loop {
        interrupt::check()?;
        let num_read = file.read(&mut block, COMPARED_BLOCK_FRAMES)?;
        if num_read == 0 {
            return Ok(frames);
        }
        for frame_idx in 0..num_read {
            let all: f32 = block.iter().map(|channel| channel[frame_idx]).sum();
            sum += if all.is_finite() { all } else { 0.0 };
            num_summed += 1;
            if num_summed == factor {
                frames.push(sum);
                (sum, num_summed) = (0.0, 0);
            }
        }
    }
}
