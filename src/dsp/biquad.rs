//! Second-order low-pass and high-pass filters for analysis; what they make is never heard.
//!
//! Coefficients: R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients"
//! (W3C Working Group Note, 2021). Transposed direct form II in double precision, so that corners
//! far below the rate stay exact.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

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
}
