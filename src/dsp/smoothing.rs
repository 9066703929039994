//! One-pole smoothing with time constants in ms, converted by the true update rate.

/// Share of the distance to a new value that a one-pole covers per update, so that after
/// `time_ms` 63 % (1 - 1/e) of it is covered: 1 - exp(-1 / (time * rate)). 1 for no time at all.
pub fn one_pole_coefficient(time_ms: f64, update_rate_hz: f64) -> f32 {
    let updates = time_ms * 1e-3 * update_rate_hz;
    if updates > 0.0 {
        (1.0 - (-1.0 / updates).exp()) as f32
    } else {
        1.0
    }
}

/// A follower that rises and falls with different time constants.
#[derive(Debug, Clone, Copy)]
pub struct AttackRelease {
    attack: f32,
    release: f32,
}

impl AttackRelease {
    /// Times in ms, for one update every `1 / update_rate_hz` seconds.
    pub fn new(attack_ms: f64, release_ms: f64, update_rate_hz: f64) -> Self {
        Self {
            attack: one_pole_coefficient(attack_ms, update_rate_hz),
            release: one_pole_coefficient(release_ms, update_rate_hz),
        }
    }

    /// Moves `state` towards `input` by one update.
    pub fn follow(&self, state: &mut f32, input: f32) {
        let coefficient = if input > *state {
            self.attack
        } else {
            self.release
        };
        *state += coefficient * (input - *state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_63_percent_in_the_time_constant_at_any_rate() {
        for rate_hz in [100.0, 187.5, 1000.0] {
            let follower = AttackRelease::new(50.0, 50.0, rate_hz);
            let mut state = 0.0;
            for _ in 0..(0.05 * rate_hz) as usize {
                follower.follow(&mut state, 1.0);
            }
            assert!((state - 0.632).abs() < 0.04, "{rate_hz} Hz: {state}");
        }
    }

    #[test]
    fn no_time_at_all_follows_at_once() {
        assert_eq!(one_pole_coefficient(0.0, 100.0), 1.0);
    }
}
