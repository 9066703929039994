//! What the duck takes of the music while somebody speaks.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::dsp::units::power_from_db;
use crate::duck::choices::LOSS_MEMORY_MS;
use crate::duck::music_loss::Account;
use crate::snapshot::Snapshot;

/// Time without speech after which the loss of the last words says nothing any more, s: longer than the
/// pauses of a scene with people in it.
const FORGOTTEN_S: f64 = 10.0;

/// A jump of the timeline after which another passage is heard, s: more than rounding, less than a frame.
const JUMP_S: f64 = 0.02;

/// The loss of the last seconds of speech.
#[derive(Debug, Default)]
pub struct Loss {
    account: Account,
    has_heard: bool,
    /// Since the last word, s.
    silent_s: f64,
    /// Where the timeline was when it last ran, s.
    end_s: Option<f64>,
}

impl Loss {
    /// Takes in a hop; its position counts if it `is_timeline`.
    pub fn push(&mut self, snapshot: &Snapshot, is_timeline: bool) {
        if is_timeline {
            let (start_s, end_s) = snapshot.span_s();
            let has_jumped = |before_s: f64| (start_s - before_s).abs() > JUMP_S;
            if self.end_s.is_some_and(has_jumped) {
                *self = Self::default();
            }
            self.end_s = Some(end_s);
        }
        if !snapshot.is_speech {
            self.silent_s += snapshot.hop_s();
            if self.silent_s > FORGOTTEN_S {
                self.forget();
            }
            return;
        }
        self.has_heard = true;
        self.silent_s = 0.0;
        let coefficient = one_pole_coefficient(LOSS_MEMORY_MS, snapshot.hop_rate_hz());
        let before_power = snapshot.music_k_power;
        let after_power = before_power * power_from_db(-snapshot.loss_lu);
        self.account.enter(before_power, after_power, coefficient);
    }

    /// Begins anew: what was lost is no longer what will be.
    pub fn forget(&mut self) {
        (self.account, self.has_heard) = (Account::default(), false);
    }

    /// Loudness that the music lost, and may be expected to lose as the passage goes on, LU; `None`
    /// before anybody spoke, and long after.
    pub fn lu(&self) -> Option<f32> {
        self.has_heard.then(|| self.account.loss_lu())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hop(is_speech: bool, music_k_power: f32, loss_lu: f32) -> Snapshot {
        Snapshot {
            is_speech,
            music_k_power,
            loss_lu,
            ..Snapshot::default()
        }
    }

    #[test]
    fn loud_moments_count_for_more_and_those_without_speech_for_nothing() {
        let mut loss = Loss::default();
        loss.push(&hop(false, 1.0, 12.0), false);
        assert_eq!(loss.lu(), None);
        loss.push(&hop(true, 0.01, 0.0), false);
        loss.push(&hop(true, 0.0001, 10.0), false);
        loss.push(&hop(false, 1.0, 12.0), false);
        let expected_lu = 10.0 * (0.0101f32 / (0.01 + 0.00001)).log10();
        let lu = loss.lu().unwrap();
        assert!((lu - expected_lu).abs() < 1e-3, "{lu} for {expected_lu}");
    }

    #[test]
    fn silent_music_loses_nothing() {
        let mut loss = Loss::default();
        loss.push(&hop(true, 0.0, 0.0), false);
        assert_eq!(loss.lu(), Some(0.0));
    }

    /// Hops from `start_s` on, and where they end.
    fn run(loss: &mut Loss, start_s: f64, seconds: f64, is_speech: bool) -> f64 {
        let mut position_samples = (start_s * 48_000.0) as i64;
        for _ in 0..(seconds * 200.0).round() as usize {
            position_samples += 240;
            let snapshot = Snapshot {
                sample_rate_hz: 48_000.0,
                hop_samples: 240,
                position_samples,
                ..hop(is_speech, 0.01, 5.0)
            };
            loss.push(&snapshot, true);
        }
        position_samples as f64 / 48_000.0
    }

    #[test]
    fn it_stays_through_a_pause_and_goes_when_the_speech_has_gone() {
        let mut loss = Loss::default();
        let mut at_s = run(&mut loss, 0.0, 2.0, true);
        at_s = run(&mut loss, at_s, 9.0, false);
        assert!((loss.lu().unwrap() - 5.0).abs() < 0.01);
        at_s = run(&mut loss, at_s, 2.0, false);
        assert_eq!(loss.lu(), None);
        run(&mut loss, at_s, 0.1, true);
        assert!(loss.lu().is_some());
    }

    #[test]
    fn a_jump_of_the_timeline_begins_anew() {
        let mut loss = Loss::default();
        let at_s = run(&mut loss, 0.0, 2.0, true);
        run(&mut loss, at_s, 1.0, true);
        assert!(loss.lu().is_some());
        run(&mut loss, 60.0, 1.0, false);
        assert_eq!(loss.lu(), None);
    }
}
