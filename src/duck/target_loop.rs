//! The loop of [`Steer::Target`](crate::settings::Steer::Target): words as audible as wanted.
//!
//! Most of the price follows at once from how clear the line is without any cut; the rest is what the
//! loop has learned from the audibility that its cuts had.

use crate::dsp::smoothing::one_pole_coefficient;
use crate::duck::choices::{
    CLEAR_BEYOND_TARGET, FIRST_AUDIBILITY, FORMER_LINE_S, LINE_SMOOTHING_MS, LOG_PRICE_OF_TARGET,
    LOG_PRICE_PER_AUDIBILITY, MAX_CORRECTION, NEW_LINE_S, PRICE_SPEED_PER_S, UNCUT_SMOOTHING_MS,
    USUAL_LOG_PRICE,
};
use crate::duck::price_loop::{PriceLoop, may_learn};
use crate::settings::Settings;

/// Finds the price at which the words reach a target.
pub struct TargetLoop {
    hop_s: f32,
    uncut_coefficient: f32,
    /// Audibility of the words without any cut, smoothed.
    uncut_audibility: f32,
    line_coefficient: f32,
    /// Audibility of the words of the line without any cut, smoothed over some of them.
    line_audibility: f32,
    /// Hops of speech in the line.
    hops_in_line: u32,
    hops_since_speech: u32,
    /// What is added to the price by rule.
    correction: f32,
}

impl TargetLoop {
    /// A loop that runs `hop_rate_hz` times a second.
    pub fn new(hop_rate_hz: f64) -> Self {
        Self {
            hop_s: (1.0 / hop_rate_hz) as f32,
            uncut_coefficient: one_pole_coefficient(UNCUT_SMOOTHING_MS, hop_rate_hz),
            uncut_audibility: 0.0,
            line_coefficient: one_pole_coefficient(LINE_SMOOTHING_MS, hop_rate_hz),
            line_audibility: FIRST_AUDIBILITY,
            hops_in_line: 0,
            hops_since_speech: 0,
            correction: 0.0,
        }
    }

    /// Forgets the line and what was learned.
    pub fn reset(&mut self) {
        self.uncut_audibility = 0.0;
        self.line_audibility = FIRST_AUDIBILITY;
        self.hops_in_line = 0;
        self.hops_since_speech = 0;
        self.correction = 0.0;
    }

    /// A hop has passed, spoken or not.
    pub fn pass_hop(&mut self) {
        self.hops_since_speech = self.hops_since_speech.saturating_add(1);
    }

    /// Takes the audibility that the words of a hop have without any cut. A line is judged by its own
    /// words from its first on, not by the line before.
    pub fn hear(&mut self, uncut_audibility: f32) {
        self.uncut_audibility +=
            self.uncut_coefficient * (uncut_audibility - self.uncut_audibility);
        if self.hops_since_speech as f32 * self.hop_s > NEW_LINE_S {
            self.hops_in_line = (FORMER_LINE_S / self.hop_s) as u32;
        }
        self.hops_since_speech = 0;
        self.hops_in_line = self.hops_in_line.saturating_add(1);
        let coefficient = self.line_coefficient.max(1.0 / self.hops_in_line as f32);
        self.line_audibility += coefficient * (uncut_audibility - self.line_audibility);
    }
}

impl PriceLoop for TargetLoop {
    fn log_price(&self, settings: &Settings) -> f32 {
        let (low, high) = LOG_PRICE_OF_TARGET;
        let beyond_target = self.line_audibility - settings.target;
        let by_rule = USUAL_LOG_PRICE + LOG_PRICE_PER_AUDIBILITY * beyond_target;
        (by_rule + self.correction).clamp(low, high)
    }

    fn need(&self, settings: &Settings) -> f32 {
        let beyond_target = self.uncut_audibility - settings.target;
        (1.0 - beyond_target / CLEAR_BEYOND_TARGET).clamp(0.0, 1.0)
    }

    fn learn(&mut self, settings: &Settings, log_price: f32, audibility: f32) {
        let missing = settings.target - audibility;
        if may_learn(missing, log_price, LOG_PRICE_OF_TARGET) {
            let step = PRICE_SPEED_PER_S * missing * self.hop_s;
            self.correction = (self.correction - step).clamp(-MAX_CORRECTION, MAX_CORRECTION);
        }
    }
}
