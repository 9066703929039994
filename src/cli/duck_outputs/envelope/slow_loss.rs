//! The loudness that the music loses, as slowly as a fader moves.
//!
//! Hop by hop the loss jumps with the music's own spectrum, by 1.5 LU from one 5 ms to the next: no fader does that,
//! and no 20 points a second could tell it. So powers with and without the cut are averaged over a Hann window.

use std::collections::VecDeque;
use std::f64::consts::TAU;

use crate::cli::duck_outputs::cut_queue::CutHop;
use crate::dsp::units::db_from_power_f64;

/// Length of the window, s: on the demo scene the loss is then told within 0.1 LU by 14 points in any second; 150 ms
/// need 19, 100 ms more than 20, and longer windows flatten short words (400 ms: the deepest 10.5 LU become 9.7).
const WINDOW_S: f64 = 0.2;

/// Smallest power that is music, full scale = 1: less loses nothing.
const LEAST_POWER: f64 = 1e-12;

/// Averages hops; what comes out lags by half a window.
#[derive(Debug, Default)]
pub struct SlowLoss {
    /// Time (s), power of the music, power under the cut.
    hops: VecDeque<(f64, f64, f64)>,
    /// Hops before `hops`' end that came out already.
    num_told: usize,
}

impl SlowLoss {
    /// Takes a hop, and gives the time (s) and the loss (LU, 0 or more) of an earlier one.
    pub fn push(&mut self, hop: &CutHop) -> Option<(f64, f32)> {
        let before = f64::from(hop.k_power);
        let after = before * 10f64.powf(f64::from(-hop.loss_lu) / 10.0);
        self.hops.push_back((hop.time_s, before, after));
        let told = self.hops.get(self.num_told)?;
        if told.0 + 0.5 * WINDOW_S > hop.time_s {
            return None;
        }
        Some(self.tell(told.0))
    }

    /// No more hops come: gives the rest, one at a time.
    pub fn finish(&mut self) -> Option<(f64, f32)> {
        let told_s = self.hops.get(self.num_told)?.0;
        Some(self.tell(told_s))
    }

    fn tell(&mut self, time_s: f64) -> (f64, f32) {
        let half_s = 0.5 * WINDOW_S;
        let (mut before, mut after) = (0.0, 0.0);
        for (hop_s, hop_before, hop_after) in &self.hops {
            let place = (hop_s - time_s) / WINDOW_S;
            if place.abs() < 0.5 {
                let weight = 0.5 + 0.5 * (TAU * place).cos();
                before += weight * hop_before;
                after += weight * hop_after;
            }
        }
        self.num_told += 1;
        while let Some((first_s, _, _)) = self.hops.front()
            && first_s + half_s < time_s
        {
            self.hops.pop_front();
            self.num_told -= 1;
        }
        let loss_lu = match before > LEAST_POWER {
            true => db_from_power_f64(before / after).max(0.0) as f32,
            false => 0.0,
        };
        (time_s, loss_lu)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::psycho::bands::NUM_BANDS;

    fn losses(loss_lu: impl Fn(f64) -> f32, k_power: impl Fn(f64) -> f32) -> Vec<(f64, f32)> {
        let mut slow = SlowLoss::default();
        let times = (0..600).map(|idx| f64::from(idx) * 0.005);
        let mut told: Vec<(f64, f32)> = times
            .filter_map(|time_s| {
                slow.push(&CutHop {
                    time_s,
                    cut_band_db: [0.0; NUM_BANDS],
                    loss_lu: loss_lu(time_s),
                    k_power: k_power(time_s),
                })
            })
            .collect();
        told.extend(std::iter::from_fn(|| slow.finish()));
        told
    }

    #[test]
    fn every_hop_comes_out_at_its_time_and_a_steady_loss_stays() {
        let told = losses(|_| 3.0, |_| 0.01);
        assert_eq!(told.len(), 600);
        for (idx, (time_s, loss_lu)) in (0..).zip(&told) {
            assert!((time_s - f64::from(idx) * 0.005).abs() < 1e-9);
            assert!((loss_lu - 3.0).abs() < 1e-3, "{time_s} s: {loss_lu}");
        }
    }

    #[test]
    fn it_sets_in_around_its_time_and_what_flickers_is_even() {
        let told = losses(|time_s| if time_s < 1.0 { 0.0 } else { 6.0 }, |_| 0.01);
        let at = |time_s: f64| told[(time_s / 0.005).round() as usize].1;
        assert!(at(0.89) < 0.01 && at(1.11) > 5.99);
        assert!((1.5..3.5).contains(&at(1.0)), "{}", at(1.0));
        let flicker = losses(|time_s| 4.0 + 1.5 * (time_s * 600.0).sin() as f32, |_| 0.01);
        let middle = &flicker[100..500];
        let least = middle.iter().map(|it| it.1).fold(f32::INFINITY, f32::min);
        let most = middle.iter().map(|it| it.1).fold(0.0, f32::max);
        assert!(most - least < 0.1, "{least} to {most}");
    }

    #[test]
    fn silent_music_loses_nothing() {
        assert!(losses(|_| 6.0, |_| 0.0).iter().all(|it| it.1 == 0.0));
    }
}
