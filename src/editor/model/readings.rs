//! Figures at a rate that can be read: they change four times a second at most, and not at all
//! for less than people would notice.

use crate::clash::verdict::Verdict;

/// Time between two changes of a figure, s.
const INTERVAL_S: f64 = 0.25;

/// A figure to be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Reading {
    shown: f32,
    step: f32,
    changed_s: f64,
    is_set: bool,
}

impl Reading {
    /// A figure that is shown in steps of `step`.
    pub fn new(step: f32) -> Self {
        Self {
            step,
            ..Self::default()
        }
    }

    /// Takes the value at `now_s` (any clock that goes on) and gives what to show. A value must
    /// have left the shown step by half a step more before another one is shown.
    pub fn show(&mut self, value: f32, now_s: f64) -> f32 {
        let has_waited = (now_s - self.changed_s).abs() >= INTERVAL_S;
        let has_moved = (value - self.shown).abs() > 0.75 * self.step;
        if !self.is_set || (has_waited && has_moved) {
            self.shown = (value / self.step).round() * self.step;
            self.changed_s = now_s;
            self.is_set = true;
        }
        self.shown
    }

    /// What is shown.
    pub fn shown(&self) -> f32 {
        self.shown
    }

    /// The next value is shown at once.
    pub fn reset(&mut self) {
        self.is_set = false;
    }
}

/// The figures of the readout.
#[derive(Debug)]
pub struct Readings {
    /// SII of what is heard.
    pub sii: Reading,
    /// SII before any cut.
    pub before_cut: Reading,
    /// Whether the duck cuts.
    pub is_cut: bool,
    /// SII without the music.
    pub without: f32,
    /// Dialogue over music, LU.
    pub difference_lu: Reading,
    /// When somebody spoke last, s.
    pub spoke_s: Option<f64>,
    /// SII and verdict of this moment, while they are shown.
    pub now: Option<(f32, Verdict)>,
}

impl Default for Readings {
    fn default() -> Self {
        Self {
            sii: Reading::new(0.01),
            before_cut: Reading::new(0.01),
            is_cut: false,
            without: 0.0,
            difference_lu: Reading::new(0.1),
            spoke_s: None,
            now: None,
        }
    }
}

/// What the duck takes, at a rate that can be read.
#[derive(Debug)]
pub struct LossReading(pub Reading);

impl Default for LossReading {
    fn default() -> Self {
        Self(Reading::new(0.1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_changes_four_times_a_second_at_most() {
        let mut reading = Reading::new(0.01);
        let shown: Vec<f32> = (0..100)
            .map(|frame| reading.show(frame as f32 / 100.0, f64::from(frame) / 50.0))
            .collect();
        let changes = shown.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!((6..=8).contains(&changes), "{changes}");
    }

    #[test]
    fn a_value_on_the_edge_of_two_steps_does_not_jitter() {
        let mut reading = Reading::new(1.0);
        for frame in 0..200 {
            let value = 4.5 + if frame % 2 == 0 { 0.2 } else { -0.2 };
            let shown = reading.show(value, f64::from(frame));
            assert_eq!(shown, 5.0);
        }
        reading.reset();
        assert_eq!(reading.show(4.3, 200.0), 4.0);
    }
}
