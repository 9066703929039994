//! Second-order low-pass and high-pass filters for analysis; what they make is never heard.
//!
//! Coefficients: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"
//! (W3C Working Group Note, 2021). Transposed direct form II in double precision, so that corners
//! far below the rate stay exact.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

use multiversion::multiversion;

/// One second-order section with its state.
#[derive(Debug, Clone)]
pub struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    state: [f64; 2],
}

impl Biquad {
    /// Low-pass with a corner at `corner_hz` and quality `q`.
    pub fn low_pass(rate_hz: f64, corner_hz: f64, q: f64) -> Self {
        let (cos, alpha) = Self::angle(rate_hz, corner_hz, q);
        let b1 = 1.0 - cos;
        Self::new([b1 / 2.0, b1, b1 / 2.0], cos, alpha)
    }

    /// High-pass with a corner at `corner_hz`, Butterworth.
    pub fn high_pass(rate_hz: f64, corner_hz: f64) -> Self {
        let (cos, alpha) = Self::angle(rate_hz, corner_hz, FRAC_1_SQRT_2);
        let b1 = 1.0 + cos;
        Self::new([b1 / 2.0, -b1, b1 / 2.0], cos, alpha)
    }

    fn angle(rate_hz: f64, corner_hz: f64, q: f64) -> (f64, f64) {
        let (sin, cos) = (TAU * corner_hz / rate_hz).sin_cos();
        (cos, sin / (2.0 * q))
    }

    fn new(b: [f64; 3], cos: f64, alpha: f64) -> Self {
        let a0 = 1.0 + alpha;
        Self {
            b: b.map(|b| b / a0),
            a: [-2.0 * cos / a0, (1.0 - alpha) / a0],
            state: [0.0; 2],
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.state = [0.0; 2];
    }

    /// Filters one finite sample.
    pub fn process(&mut self, x: f64) -> f64 {
        let ([b0, b1, b2], [a1, a2], [s1, s2]) = (self.b, self.a, self.state);
        let y = b0 * x + s1;
        self.state = [b1 * x - a1 * y + s2, b2 * x - a2 * y];
        y
    }
}

/// Sections of a [`BiquadBank`].
pub const NUM_LANES: usize = 8;

/// Eight sections side by side, in SIMD lanes.
#[derive(Debug, Clone)]
pub struct BiquadBank {
    b: [[f64; NUM_LANES]; 3],
    a: [[f64; NUM_LANES]; 2],
    state: [[f64; NUM_LANES]; 2],
}

impl BiquadBank {
    /// A bank of up to eight sections in their reset state; unused lanes are silent.
    pub fn new(filters: &[Biquad]) -> Self {
        let mut bank = Self {
            b: [[0.0; NUM_LANES]; 3],
            a: [[0.0; NUM_LANES]; 2],
            state: [[0.0; NUM_LANES]; 2],
        };
        for (lane, filter) in filters.iter().enumerate() {
            let taps = bank.b.iter_mut().zip(filter.b);
            for (lanes, value) in taps.chain(bank.a.iter_mut().zip(filter.a)) {
                if let Some(slot) = lanes.get_mut(lane) {
                    *slot = value;
                }
            }
        }
        bank
    }

    /// Filters one finite sample in each section.
    #[inline(always)]
    fn process(&mut self, x: &[f64; NUM_LANES]) -> [f64; NUM_LANES] {
        let ([b0, b1, b2], [a1, a2], [s1, s2]) = (&self.b, &self.a, &mut self.state);
        let mut y = *x;
        let coefficients = b0.iter().zip(b1).zip(b2).zip(a1.iter().zip(a2));
        for ((y, (((b0, b1), b2), (a1, a2))), (s1, s2)) in
            y.iter_mut().zip(coefficients).zip(s1.iter_mut().zip(s2))
        {
            let x = *y;
            *y = b0 * x + *s1;
            *s1 = b1 * x - a1 * *y + *s2;
            *s2 = b2 * x - a2 * *y;
        }
        y
    }
}

/// Energy of `samples`, all finite, in each lane after filtering by both banks in series.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn energies(banks: &mut [BiquadBank; 2], samples: &[f32]) -> [f64; NUM_LANES] {
    // Copies, so that the states stay in registers.
    let [mut first, mut second] = banks.clone();
    let mut energies = [0.0; NUM_LANES];
    for &sample in samples {
        let filtered = second.process(&first.process(&[f64::from(sample); NUM_LANES]));
        for (energy, y) in energies.iter_mut().zip(filtered) {
            *energy += y * y;
        }
    }
    *banks = [first, second];
    energies
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain_db(mut filter: Biquad, frequency_hz: f64) -> f64 {
        let mut power = 0.0;
        for n in 0..32_000 {
            let x = (TAU * frequency_hz * f64::from(n) / 16_000.0).sin();
            let y = filter.process(x);
            if n >= 16_000 {
                power += y * y;
            }
        }
        10.0 * (power / 8_000.0).log10()
    }

    #[test]
    fn corners_lie_at_minus_3_db_and_slopes_fall_12_db_an_octave() {
        let high_pass = Biquad::high_pass(16_000.0, 100.0);
        let low_pass = Biquad::low_pass(16_000.0, 400.0, FRAC_1_SQRT_2);
        for (filter, frequency_hz, expected_db) in [
            (&high_pass, 100.0, -3.01),
            (&high_pass, 25.0, -24.1),
            (&high_pass, 1000.0, 0.0),
            (&low_pass, 400.0, -3.01),
            (&low_pass, 1600.0, -24.9),
            (&low_pass, 40.0, 0.0),
        ] {
            let db = gain_db(filter.clone(), frequency_hz);
            assert!((db - expected_db).abs() < 0.5, "{frequency_hz} Hz: {db} dB");
        }
    }

    #[test]
    fn banks_are_their_sections() {
        let mut first = [100.0, 300.0, 1000.0].map(|hz| Biquad::high_pass(16_000.0, hz));
        let mut second = [500.0, 2000.0, 4000.0].map(|hz| Biquad::low_pass(16_000.0, hz, 0.7));
        let mut banks = [BiquadBank::new(&first), BiquadBank::new(&second)];
        let samples: Vec<f32> = (0..1000).map(|n| (0.3 * n as f32).sin()).collect();
        for samples in samples.chunks(70) {
            let mut expected = [0.0; NUM_LANES];
            let sections = first.iter_mut().zip(&mut second);
            for (energy, (first, second)) in expected.iter_mut().zip(sections) {
                for &sample in samples {
                    *energy += second.process(first.process(f64::from(sample))).powi(2);
                }
            }
            assert_eq!(energies(&mut banks, samples), expected);
        }
    }
}
