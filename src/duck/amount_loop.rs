//! The loop of [`Steer::Amount`](crate::settings::Steer::Amount): the same loss of loudness everywhere.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::duck::choices::{
    FIRST_LOG_PRICE, FIRST_LOG_PRICE_PER_LU, LOG_PRICE_OF_AMOUNT, LOSS_MEMORY_MS, PRICE_PER_LU,
    PRICE_SPEED_PER_LU_S,
};
use crate::duck::music_loss::Account;
use crate::duck::price_loop::{PriceLoop, may_learn};
use crate::settings::Settings;

/// Finds the price at which the music loses a set amount of loudness.
pub struct AmountLoop {
    hop_s: f32,
    account_coefficient: f32,
    /// What the music has lost in the last seconds of speech.
    account: Account,
    /// What is added to the price by rule.
    correction: f32,
}

impl AmountLoop {
    /// A loop that runs `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            hop_s: (1.0 / hop_rate_hz) as f32,
            account_coefficient: one_pole_coefficient(LOSS_MEMORY_MS, hop_rate_hz),
            account: Account::default(),
            correction: 0.0,
        }
    }

    /// Forgets the losses and what was learned.
    pub fn reset(&mut self) {
        self.account = Account::default();
        self.correction = 0.0;
    }

    /// Takes the K-weighted powers of the music of a hop of speech before and after the cut.
    pub fn note(&mut self, before_power: f32, after_power: f32) {
        self.account
            .enter(before_power, after_power, self.account_coefficient);
    }
}

impl PriceLoop for AmountLoop {
    fn log_price(&self, settings: &Settings) -> f32 {
        let (low, high) = LOG_PRICE_OF_AMOUNT;
        let by_rule = FIRST_LOG_PRICE + FIRST_LOG_PRICE_PER_LU * settings.amount_lu;
        let missing_lu = settings.amount_lu - self.account.loss_lu();
        (by_rule + self.correction - PRICE_PER_LU * missing_lu).clamp(low, high)
    }

    /// The amount is given up whether the words need it or not.
    fn need(&self, _settings: &Settings) -> f32 {
        1.0
    }

    fn learn(&mut self, settings: &Settings, log_price: f32, _audibility: f32) {
        let missing_lu = settings.amount_lu - self.account.loss_lu();
        if may_learn(missing_lu, log_price, LOG_PRICE_OF_AMOUNT) {
            self.correction -= PRICE_SPEED_PER_LU_S * missing_lu * self.hop_s;
        }
    }
}
