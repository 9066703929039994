//! What the duck takes of the music while somebody speaks.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::dsp::units::power_from_db;
use crate::duck::choices::LOSS_MEMORY_MS;
use crate::duck::music_loss::Account;
use crate::snapshot::Snapshot;

/// The loss of the last seconds of speech.
#[derive(Debug, Default)]
pub struct Loss {
    account: Account,
    has_heard: bool,
}

impl Loss {
    /// Takes in a hop.
    pub fn push(&mut self, snapshot: &Snapshot) {
        if !snapshot.is_speech {
            return;
        }
        self.has_heard = true;
        let coefficient = one_pole_coefficient(LOSS_MEMORY_MS, snapshot.hop_rate_hz());
        let before_power = snapshot.music_k_power;
        let after_power = before_power * power_from_db(-snapshot.loss_lu);
        self.account.enter(before_power, after_power, coefficient);
    }

    /// Loudness that the music lost, and may be expected to lose as the passage goes on, LU; `None`
    /// before anybody spoke.
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
        loss.push(&hop(false, 1.0, 12.0));
        assert_eq!(loss.lu(), None);
        loss.push(&hop(true, 0.01, 0.0));
        loss.push(&hop(true, 0.0001, 10.0));
        loss.push(&hop(false, 1.0, 12.0));
        let expected_lu = 10.0 * (0.0101f32 / (0.01 + 0.00001)).log10();
        let lu = loss.lu().unwrap();
        assert!((lu - expected_lu).abs() < 1e-3, "{lu} for {expected_lu}");
    }

    #[test]
    fn silent_music_loses_nothing() {
        let mut loss = Loss::default();
        loss.push(&hop(true, 0.0, 0.0));
        assert_eq!(loss.lu(), Some(0.0));
    }
}
