//! Music of tones under ongoing speech, and what shows a click or zipper noise in it: anything
//! beside the tones is a defect.

use std::f64::consts::PI;

use rustfft::algorithm::Radix4;
use rustfft::num_complex::Complex;
use rustfft::{Fft, FftDirection};

use crate::demo::{self, RATE_HZ};

/// A tone in the middle of the bands that a duck cuts.
pub const ONE_TONE_HZ: [f64; 1] = [997.0];
/// A chord of four.
pub const CHORD_HZ: [f64; 4] = [196.0, 293.66, 493.88, 698.46];

/// Peak of a tone.
const PEAK: f64 = 0.15;

/// Width of the side tones that a gain which moves in 10 ms must have.
const BEYOND_HZ: f64 = 500.0;

/// Loudest that anything further from all tones may be, dB re a tone at rest.
const MOST_SPLATTER_DB: f64 = -80.0;

/// Most by which a sample may stand off the line through its neighbours, as a multiple of what it
/// does in the tones alone: a step of 1/100 of a tone's peak shows on top of any moving gain.
const MOST_BEND: f64 = 1.04;

/// `num_samples` of tones, 0.15 each.
pub fn tones(frequencies_hz: &[f64], num_samples: usize) -> Vec<f32> {
    let at = |n: usize| -> f64 {
        let tone = |hz: &f64| (2.0 * PI * hz * n as f64 / RATE_HZ).sin();
        frequencies_hz.iter().map(tone).sum()
    };
    (0..num_samples).map(|n| (PEAK * at(n)) as f32).collect()
}

/// `num_samples` of one of the demo's lines, over and over.
pub fn speech(num_samples: usize) -> Vec<f32> {
    let line = demo::dialogue_at(4.95..7.45).swap_remove(0);
    line.into_iter().cycle().take(num_samples).collect()
}

/// Asserts that `output` has no step and nothing beside its tones.
pub fn assert_clean(output: &[f32], frequencies_hz: &[f64], what: &str) {
    let untouched = tones(frequencies_hz, 48_000);
    let bend = bend(output) / bend(&untouched);
    let splatter_db = splatter_db(output, frequencies_hz);
    assert!(bend < MOST_BEND, "{what}: bend {bend}");
    assert!(splatter_db < MOST_SPLATTER_DB, "{what}: {splatter_db} dB");
}

/// Largest second difference.
fn bend(signal: &[f32]) -> f64 {
    signal
        .windows(3)
        .map(|x| (f64::from(x[0]) - 2.0 * f64::from(x[1]) + f64::from(x[2])).abs())
        .fold(0.0, f64::max)
}

/// Loudest line of the spectrum that is further than [`BEYOND_HZ`] from all tones, in any stretch of
/// 85 ms, dB re a tone at rest. The window is the four-term one of A. H. Nuttall (1981, -93 dB side
/// lobes).
fn splatter_db(signal: &[f32], frequencies_hz: &[f64]) -> f64 {
    const NUM: usize = 4096;
    let window: Vec<f64> = (0..NUM)
        .map(|n| {
            let w = 2.0 * PI * n as f64 / NUM as f64;
            0.355768 - 0.487396 * w.cos() + 0.144232 * (2.0 * w).cos() - 0.012604 * (3.0 * w).cos()
        })
        .collect();
    // A planner would take along all that it can choose from: 20 s more to compile.
    let fft = Radix4::<f64>::new(NUM, FftDirection::Forward);
    let mut most_power = 0.0f64;
    for start in (0..signal.len() - NUM).step_by(NUM / 8) {
        let samples = signal[start..start + NUM].iter().zip(&window);
        let windowed = samples.map(|(&x, w)| Complex::new(f64::from(x) * w, 0.0));
        let mut bins: Vec<Complex<f64>> = windowed.collect();
        fft.process(&mut bins);
        for (bin_idx, bin) in bins[..=NUM / 2].iter().enumerate() {
            let hz = bin_idx as f64 * RATE_HZ / NUM as f64;
            let is_beside = |tone_hz: &f64| (hz - tone_hz).abs() > BEYOND_HZ;
            if frequencies_hz.iter().all(is_beside) {
                most_power = most_power.max(bin.norm_sqr());
            }
        }
    }
    let tone = 0.5 * PEAK * window.iter().sum::<f64>();
    10.0 * (most_power / (tone * tone)).log10()
}
