//! One bell as a state-variable filter: two trapezoidal integrators without a delay in the loop
//! (V. Zavalishin, "The Art of VA Filter Design", rev. 2.1.2, ch. 4; A. Simper, "Solving the
//! continuous SVF equations using trapezoidal integration", 2013, bell). It stays stable and
//! quiet while its gain moves.
//!
//! With A = 10^(gain_db / 40), the analogue prototype is
//! H(s) = (s² + s A/Q + 1) / (s² + s/(A Q) + 1): its gain at the centre is A², a cut is the exact
//! inverse of a boost, and A = 1 gives H = 1. In the filter, the input plus `b` times a band-pass
//! makes the bell; `b` is exactly 0 at A = 1, so the input passes without rounding.

use std::f64::consts::PI;

use multiversion::multiversion;
use wide::f32x8;

use crate::dsp::eq::vector::Vector;
use crate::dsp::units::gain_from_db_f64;

/// The frequency axis of the bilinear transform: tan(pi f / fs), 0 at 0 Hz, infinite at half the
/// sample rate.
pub fn warped(sample_rate_hz: f64, frequency_hz: f64) -> f64 {
    (PI * frequency_hz / sample_rate_hz).tan()
}

/// What stays the same in a bell while its gain moves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bell {
    /// Centre on the warped axis, above 0; see [`warped`].
    pub warped_centre: f64,
    /// Q of the prototype on the warped axis, above 0.
    pub q: f64,
}

impl Bell {
    /// How strongly the bell acts at a place on the warped axis: 1 at its centre, towards 0 far
    /// from it. It is the power response of the band-pass with the same centre and Q,
    /// c = v / (u + v) with u = (1 - W²)², v = (W / Q)² and W = `warped` / centre.
    pub fn coupling(&self, warped: f64) -> f64 {
        let w = warped / self.warped_centre;
        let u = (1.0 - w * w).powi(2);
        let v = (w / self.q).powi(2);
        v / (u + v)
    }

    /// |H|² at a place on the warped axis, (u + v A²) / (u + v / A²), written with the
    /// [`coupling`](Self::coupling).
    pub fn power_response(&self, gain_db: f64, warped: f64) -> f64 {
        let a_squared = gain_from_db_f64(gain_db);
        let c = self.coupling(warped);
        (1.0 + c * (a_squared - 1.0)) / (1.0 + c * (1.0 / a_squared - 1.0))
    }
}

/// Eight bells side by side, for turning gains into filter coefficients.
#[derive(Debug, Clone, Copy)]
pub struct Bells8 {
    one_plus_g_squared: f32x8,
    g_over_q: f32x8,
    half_over_q: f32x8,
}

impl Bells8 {
    /// Up to eight bells; unused lanes follow the last bell, or do nothing.
    pub fn new(bells: &[Bell]) -> Self {
        let lane = |value: &dyn Fn(&Bell) -> f64| {
            let mut lanes = [1.0; 8];
            for (lane_idx, lane) in lanes.iter_mut().enumerate() {
                if let Some(bell) = bells.get(lane_idx).or(bells.last()) {
                    *lane = value(bell) as f32;
                }
            }
            f32x8::from(lanes)
        };
        Self {
            one_plus_g_squared: lane(&|bell| 1.0 + bell.warped_centre.powi(2)),
            g_over_q: lane(&|bell| bell.warped_centre / bell.q),
            half_over_q: lane(&|bell| 0.5 / bell.q),
        }
    }

    /// The moving coefficients for a gain in each bell, dB: (`a`, `b`) of [`Coefficients`].
    pub fn coefficients(&self, gain_db: f32x8) -> (f32x8, f32x8) {
        // 10^(x/40) = e^(x ln(10)/40)
        let amplitude = (gain_db * f32x8::splat(std::f32::consts::LN_10 / 40.0)).exp();
        let inverse = f32x8::ONE / amplitude;
        let a = f32x8::splat(2.0) / (self.one_plus_g_squared + self.g_over_q * inverse);
        (a, (amplitude - inverse) * self.half_over_q * a)
    }
}

/// Coefficients of one bell, the same for all channels of a group, on their way from one control tick to
/// the next.
///
/// In Simper's names: `a` = 2 a1 and `b` = m1 a1. Both move in a straight line; g never does, and
/// any a1 between two valid ones is that of a valid filter, so the filter is stable on the way.
#[derive(Debug, Clone, Copy)]
pub struct Coefficients {
    g: f32,
    g_squared: f32,
    a: f32,
    b: f32,
    a_step: f32,
    b_step: f32,
}

impl Coefficients {
    /// The fixed coefficients of `bell`; [`glide`](Self::glide) sets the moving ones.
    pub fn new(bell: &Bell) -> Self {
        Self {
            g: bell.warped_centre as f32,
            g_squared: bell.warped_centre.powi(2) as f32,
            a: 0.0,
            b: 0.0,
            a_step: 0.0,
            b_step: 0.0,
        }
    }

    /// The first moving coefficient now.
    pub fn a(&self) -> f32 {
        self.a
    }

    /// The second moving coefficient now.
    pub fn b(&self) -> f32 {
        self.b
    }

    /// Puts `a` and `b` (as pairs: now, and the change with each sample) where they belong at the
    /// start of a tick.
    pub fn glide(&mut self, (a, a_step): (f32, f32), (b, b_step): (f32, f32)) {
        (self.a, self.a_step) = (a, a_step);
        (self.b, self.b_step) = (b, b_step);
    }
}

/// Memory of one bell for the channels of a vector: the first integrator, and g times the second.
#[derive(Debug, Clone, Copy)]
pub struct State<V> {
    s1: V,
    s2: V,
}

impl<V: Vector> State<V> {
    /// That of silence.
    pub fn silent() -> Self {
        let silence = V::splat(0.0);
        Self {
            s1: silence,
            s2: silence,
        }
    }

    /// Sets to 0 what is no signal: tiny ones, which would decay into slow
    /// subnormal numbers, and huge or non-finite ones, which would never decay.
    pub fn clean(&mut self) {
        for values in [&mut self.s1, &mut self.s2] {
            for value in values.values_mut() {
                let is_signal = value.abs() > TINY && value.abs() < HUGE;
                *value = if is_signal { *value } else { 0.0 };
            }
        }
    }
}

/// Amplitude below which a state counts as silence: 400 dB under full scale.
const TINY: f32 = 1e-20;
/// Amplitude above which a state can't be music: 400 dB over full scale.
const HUGE: f32 = 1e20;

/// Bells that run through one loop together. Their recursions are independent within a sample, so
/// the processor works on them at the same time; more than three don't fit its registers.
const NUM_TOGETHER: usize = 3;

/// How the coefficients of a cascade are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// They don't move.
    None,
    /// They move on with each sample, and are left where they were: other channels follow.
    Kept,
    /// They move on with each sample, and are left where they came to.
    Taken,
}

/// Runs a cascade of bells over the channels of a vector at once, in place: one frame for each sample.
#[multiversion(targets("x86_64+avx2+fma"))]
pub fn run_cascade<V: Vector>(
    coefficients: &mut [Coefficients],
    states: &mut [State<V>],
    frames: &mut [V],
    steps: Steps,
) {
    match steps {
        Steps::None => run_some_together::<V, false>(coefficients, states, frames, steps),
        Steps::Kept | Steps::Taken => {
            run_some_together::<V, true>(coefficients, states, frames, steps);
        }
    }
}

#[inline(always)]
fn run_some_together<V: Vector, const MOVES: bool>(
    coefficients: &mut [Coefficients],
    states: &mut [State<V>],
    frames: &mut [V],
    steps: Steps,
) {
    let (coefficients, last_coefficients) = coefficients.as_chunks_mut::<NUM_TOGETHER>();
    let (states, last_states) = states.as_chunks_mut::<NUM_TOGETHER>();
    for (coefficients, states) in coefficients.iter_mut().zip(states) {
        run_together::<V, NUM_TOGETHER, MOVES>(coefficients, states, frames, steps);
    }
    let (last_coefficients, _) = last_coefficients.as_chunks_mut::<1>();
    let (last_states, _) = last_states.as_chunks_mut::<1>();
    for (coefficients, states) in last_coefficients.iter_mut().zip(last_states) {
        run_together::<V, 1, MOVES>(coefficients, states, frames, steps);
    }
}

#[inline(always)]
fn run_together<V: Vector, const N: usize, const MOVES: bool>(
    coefficients: &mut [Coefficients; N],
    states: &mut [State<V>; N],
    frames: &mut [V],
    steps: Steps,
) {
    let mut moving = coefficients.map(Moving::new);
    let mut memory = *states;
    for frame in frames {
        let mut signal = *frame;
        for (c, s) in moving.iter_mut().zip(&mut memory) {
            if MOVES {
                c.a = c.a + c.a_step;
                c.b = c.b + c.b_step;
            }
            // w = v1 / a1, with v1 the band-pass of Simper's equations; put together so that few operations wait for
            // the one before.
            let w = c.g * signal + (s.s1 - s.s2);
            s.s1 = c.a * w - s.s1;
            s.s2 = s.s2 + (c.a * c.g_squared) * w;
            signal = signal + c.b * w;
        }
        *frame = signal;
    }
    *states = memory;
    if steps == Steps::Taken {
        for (coefficients, mut moving) in coefficients.iter_mut().zip(moving) {
            let first = |vector: &mut V| vector.values_mut().first().copied().unwrap_or_default();
            coefficients.a = first(&mut moving.a);
            coefficients.b = first(&mut moving.b);
        }
    }
}

/// [`Coefficients`] in all lanes of a vector.
#[derive(Clone, Copy)]
struct Moving<V> {
    g: V,
    g_squared: V,
    a: V,
    b: V,
    a_step: V,
    b_step: V,
}

impl<V: Vector> Moving<V> {
    #[inline(always)]
    fn new(coefficients: Coefficients) -> Self {
        let Coefficients {
            g,
            g_squared,
            a,
            b,
            a_step,
            b_step,
        } = coefficients;
        Self {
            g: V::splat(g),
            g_squared: V::splat(g_squared),
            a: V::splat(a),
            b: V::splat(b),
            a_step: V::splat(a_step),
            b_step: V::splat(b_step),
        }
    }
}

#[cfg(test)]
mod tests {
    use wide::f32x4;

    use super::*;
    use crate::dsp::eq::vector::Eight;
    use crate::dsp::units::db_from_power_f64;

    const BELL: Bell = Bell {
        warped_centre: 0.1,
        q: 2.0,
    };

    #[test]
    fn the_response_is_the_gain_at_the_centre_and_nothing_far_away() {
        for gain_db in [-24.0, -6.0, 0.0, 3.0, 12.0] {
            let centre_db = db_from_power_f64(BELL.power_response(gain_db, 0.1));
            assert!((centre_db - gain_db).abs() < 1e-9);
            for far in [1e-6, 1e4] {
                assert!(db_from_power_f64(BELL.power_response(gain_db, far)).abs() < 1e-3);
            }
        }
    }

    #[test]
    fn a_bell_of_no_gain_adds_exactly_nothing() {
        let (_, b) = Bells8::new(&[BELL]).coefficients(f32x8::ZERO);
        assert_eq!(b.to_array(), [0.0; 8]);
    }

    #[test]
    fn channels_have_no_part_in_what_others_become_and_nothing_moves_without_steps() {
        let noise: Vec<f32> = test_support::noise::white(0.5, 1).take(8 * 40).collect();
        let eights: Vec<Eight> = noise
            .as_chunks::<8>()
            .0
            .iter()
            .map(|it| Eight(*it))
            .collect();
        let mut moving = [0.05, 0.1, 0.2, 0.3].map(|warped_centre| {
            let mut coefficients = Coefficients::new(&Bell {
                warped_centre,
                q: 2.0,
            });
            coefficients.glide((1.8, -0.001), (-0.1, -0.002));
            coefficients
        });
        let still = moving.map(|mut coefficients| {
            coefficients.glide((coefficients.a, 0.0), (coefficients.b, 0.0));
            coefficients
        });
        for steps in [Steps::Kept, Steps::Taken] {
            let first_four = |it: &mut Eight| f32x4::from(*it.0.first_chunk().unwrap());
            let mut eight = eights.clone();
            let mut four: Vec<f32x4> = eight.iter_mut().map(first_four).collect();
            let before = moving;
            run_cascade(
                &mut moving,
                &mut [State::silent(); 4],
                &mut eight,
                Steps::Kept,
            );
            assert!(
                moving
                    .iter()
                    .zip(&before)
                    .all(|(it, before)| it.a == before.a)
            );
            run_cascade(&mut moving, &mut [State::silent(); 4], &mut four, steps);
            let moved = if steps == Steps::Taken {
                0.001 * 40.0
            } else {
                0.0
            };
            for (it, before) in moving.iter().zip(&before) {
                assert!((before.a - it.a - moved).abs() < 1e-5);
            }
            let of_eight: Vec<f32x4> = eight.iter_mut().map(first_four).collect();
            assert_eq!(of_eight, four);
        }
        let [with_steps, without] = [Steps::Taken, Steps::None].map(|steps| {
            let mut frames = eights.clone();
            run_cascade(
                &mut still.clone(),
                &mut [State::silent(); 4],
                &mut frames,
                steps,
            );
            frames
        });
        assert_eq!(with_steps, without);
    }

    #[test]
    fn a_state_that_is_no_signal_is_dropped() {
        let mut state = State {
            s1: f32x4::from([1e-30, f32::NAN, f32::NEG_INFINITY, -0.5]),
            s2: f32x4::splat(0.25),
        };
        state.clean();
        assert_eq!(state.s1.to_array(), [0.0, 0.0, 0.0, -0.5]);
        assert_eq!(state.s2.to_array(), [0.25; 4]);
    }
}
