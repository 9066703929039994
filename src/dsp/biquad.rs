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

    /// Filters one finite sample.
    pub fn process(&mut self, x: f64) -> f64 {
        let ([b0, b1, b2], [a1, a2], [s1, s2]) = (self.b, self.a, self.state);
        let y = b0 * x + s1;
        self.state = [b1 * x + s2 - a1 * y, b2 * x - a2 * y];
        y
    }
}

/// Sections of a [`BiquadBank`].
const NUM_LANES: usize = 8;

/// Eight sections side by side, in SIMD lanes.
#[derive(Debug, Clone)]
struct BiquadBank {
    b: [[f64; NUM_LANES]; 3],
    a: [[f64; NUM_LANES]; 2],
    state: [[f64; NUM_LANES]; 2],
}

impl BiquadBank {
    /// A bank of up to eight sections in their reset state; lanes of `None` are silent.
    fn new(filters: [Option<&Biquad>; NUM_LANES]) -> Self {
        let lanes = |value: fn(&Biquad) -> f64| filters.map(|filter| filter.map_or(0.0, value));
        Self {
            b: [
                lanes(|it| it.b[0]),
                lanes(|it| it.b[1]),
                lanes(|it| it.b[2]),
            ],
            a: [lanes(|it| it.a[0]), lanes(|it| it.a[1])],
            state: [[0.0; NUM_LANES]; 2],
        }
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
            // In this order, since only the last product waits for `y`.
            *s1 = b1 * x + *s2 - a1 * *y;
            *s2 = b2 * x - a2 * *y;
        }
        y
    }
}

/// Bands of [`BandsAndChain`].
pub const NUM_BANDS: usize = 5;

/// Each how many samples the chain of [`BandsAndChain`] gives one.
pub const CHAIN_STEP: usize = 4;

/// The lane of the chain's third section, the last.
const LATE_LANE: usize = NUM_LANES - 1;

/// Band-passes of two sections each, and in lanes that they leave free a chain of three sections: all take as long
/// as one of them, since a section waits for its own last sample most of the time.
#[derive(Debug, Clone)]
pub struct BandsAndChain {
    /// The first two sections of everything; the chain's third lies in the first bank, one sample late.
    banks: [BiquadBank; 2],
    /// What the chain's third section hears next.
    late: f64,
}

impl BandsAndChain {
    /// In the reset state.
    pub fn new(bands: &[[Biquad; 2]; NUM_BANDS], chain: &[Biquad; 3]) -> Self {
        let [a, b, c, d, e] = bands.each_ref().map(|[high_pass, _]| Some(high_pass));
        let [k, l, m, n, o] = bands.each_ref().map(|[_, low_pass]| Some(low_pass));
        let [first, second, third] = chain.each_ref().map(Some);
        Self {
            banks: [
                BiquadBank::new([a, b, c, d, e, None, first, third]),
                BiquadBank::new([k, l, m, n, o, None, second, None]),
            ],
            late: 0.0,
        }
    }

    /// Forgets all samples.
    pub fn reset(&mut self) {
        self.banks
            .iter_mut()
            .for_each(|bank| bank.state = Default::default());
        self.late = 0.0;
    }

    /// Filters `samples`, all finite and a multiple of [`CHAIN_STEP`] of them. Gives the energy in each band, and puts into `chained`
    /// what the chain makes of each first of [`CHAIN_STEP`].
    pub fn push(&mut self, samples: &[f32], chained: &mut [f32]) -> [f64; NUM_BANDS] {
        let [a, b, c, d, e, ..] = filter(self, samples, chained);
        [a, b, c, d, e]
    }
}

/// Energy in each lane after both banks; see [`BandsAndChain::push`].
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512vl", "x86_64+avx2+fma"))]
fn filter(filters: &mut BandsAndChain, samples: &[f32], chained: &mut [f32]) -> [f64; NUM_LANES] {
    // Copies, so that the states stay in registers.
    let [mut first, mut second] = filters.banks.clone();
    let mut late = filters.late;
    let mut energies = [0.0; NUM_LANES];
    let (chunks, _) = samples.as_chunks::<CHAIN_STEP>();
    for (chunk, chained) in chunks.iter().zip(chained) {
        let mut thirds = [0.0; CHAIN_STEP];
        for (third, &sample) in thirds.iter_mut().zip(chunk) {
            let sample = f64::from(sample);
            let x = std::array::from_fn(|lane| if lane == LATE_LANE { late } else { sample });
            let once = first.process(&x);
            let twice = second.process(&once);
            [.., *third] = once;
            [.., late, _] = twice;
            for (energy, y) in energies.iter_mut().zip(twice) {
                *energy += y * y;
            }
        }
        // The chain's third section is at the sample before.
        let [_, first_of_chunk, ..] = thirds;
        *chained = first_of_chunk as f32;
    }
    filters.banks = [first, second];
    filters.late = late;
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
    fn bands_and_chain_are_their_sections() {
        let low_pass = |hz| Biquad::low_pass(16_000.0, hz, 0.7);
        let mut bands = [100.0, 300.0, 1000.0, 2000.0, 3000.0]
            .map(|hz| [Biquad::high_pass(16_000.0, hz), low_pass(2.0 * hz)]);
        let mut chain = [
            Biquad::high_pass(16_000.0, 80.0),
            low_pass(900.0),
            low_pass(700.0),
        ];
        let mut filters = BandsAndChain::new(&bands, &chain);
        let samples: Vec<f32> = (0..1040).map(|n| (0.3 * n as f32).sin()).collect();
        let through = |sections: &mut [Biquad], sample: f32| {
            sections
                .iter_mut()
                .fold(f64::from(sample), |x, section| section.process(x))
        };
        for samples in samples.chunks(80) {
            let mut chained = [0.0; 20];
            let energies = filters.push(samples, &mut chained);
            let expected = bands.each_mut().map(|band| {
                samples
                    .iter()
                    .fold(0.0, |sum, &sample| sum + through(band, sample).powi(2))
            });
            assert_eq!(energies, expected);
            let expected: Vec<f32> = samples
                .iter()
                .map(|&it| through(&mut chain, it) as f32)
                .collect();
            assert!(chained.iter().eq(expected.iter().step_by(CHAIN_STEP)));
        }
        let fresh = BandsAndChain::new(&bands, &chain);
        filters.reset();
        assert_eq!(
            filters.push(&samples, &mut [0.0; 260]),
            fresh.clone().push(&samples, &mut [0.0; 260])
        );
    }
}
