//! The values that make the sound: what presets hold and what A and B compare. Monitor, Listen,
//! Look-ahead and Bypass belong to the room and the moment, and stay as they are.

use nice_plug::params::enums::Enum;
use serde::{Deserialize, Serialize};

use crate::settings::Settings;

/// A set of values, as a file holds it. What is missing is the default, what is out of range is
/// clamped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the parameters of these names")]
pub struct PresetValues {
    pub mode: String,
    pub steer: String,
    pub amount: f32,
    pub target: f32,
    pub max_cut: f32,
    pub focus: f32,
    pub attack: f32,
    pub hold: f32,
    pub release: f32,
    pub low: f32,
    pub high: f32,
    pub trim: f32,
}

impl Default for PresetValues {
    fn default() -> Self {
        Self::from_settings(&Settings::default())
    }
}

impl PresetValues {
    /// The values of `settings`.
    pub fn from_settings(settings: &Settings) -> Self {
        Self {
            mode: id(settings.mode),
            steer: id(settings.steer),
            amount: settings.amount_lu,
            target: settings.target,
            max_cut: settings.max_cut_db,
            focus: settings.focus,
            attack: settings.attack_ms,
            hold: settings.hold_ms,
            release: settings.release_ms,
            low: settings.low_hz,
            high: settings.high_hz,
            trim: settings.trim_db,
        }
    }

    /// As settings, every value in its range.
    pub fn settings(&self) -> Settings {
        Settings {
            mode: from_id(&self.mode),
            steer: from_id(&self.steer),
            amount_lu: self.amount,
            target: self.target,
            max_cut_db: self.max_cut,
            focus: self.focus,
            attack_ms: self.attack,
            hold_ms: self.hold,
            release_ms: self.release,
            low_hz: self.low,
            high_hz: self.high,
            trim_db: self.trim,
            ..Settings::default()
        }
        .sanitized()
    }
}

fn id<T: Enum>(value: T) -> String {
    let ids = T::ids().unwrap_or_default();
    ids.get(value.to_index())
        .copied()
        .unwrap_or_default()
        .into()
}

fn from_id<T: Enum + Default>(id: &str) -> T {
    let ids = T::ids().unwrap_or_default();
    ids.iter()
        .position(|known| *known == id)
        .map_or_else(T::default, T::from_index)
}

/// One of the two settings that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "they have no other meaning")]
pub enum Slot {
    #[default]
    A,
    B,
}

impl Slot {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Its letter.
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// Two settings to switch between.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Compare {
    /// The one that is heard: its values are the parameters.
    pub heard: Slot,
    /// The one that isn't heard; `None` until it has been, or was copied: then it is like this one.
    pub resting: Option<PresetValues>,
}

impl Compare {
    /// Switches, and gives the sound to hear from now on; `now` is what is heard so far.
    pub fn switch(&mut self, now: PresetValues) -> PresetValues {
        let next = self.resting.take().unwrap_or_else(|| now.clone());
        self.resting = Some(now);
        self.heard = self.heard.other();
        next
    }

    /// Makes the one that isn't heard like the one that is.
    pub fn copy(&mut self, now: PresetValues) {
        self.resting = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{Mode, Steer};

    fn firm() -> PresetValues {
        PresetValues {
            mode: "duck".into(),
            target: 0.8,
            ..PresetValues::default()
        }
    }

    #[test]
    fn values_survive_settings_and_files() {
        let json = serde_json::to_string(&firm()).unwrap();
        let read: PresetValues = serde_json::from_str(&json).unwrap();
        assert_eq!(read, firm());
        assert_eq!(PresetValues::from_settings(&read.settings()), firm());
    }

    #[test]
    fn mad_values_are_tamed() {
        let read: PresetValues = serde_json::from_str(r#"{"mode": "loud", "target": 7}"#).unwrap();
        assert_eq!(read.settings().mode, Mode::Meter);
        assert_eq!(read.settings().target, 0.8);
        assert_eq!(read.settings().steer, Steer::Target);
    }

    #[test]
    fn a_and_b_keep_their_values() {
        let mut compare = Compare::default();
        let a = PresetValues::default();
        assert_eq!(compare.switch(a.clone()), a);
        assert_eq!(compare.heard, Slot::B);
        assert_eq!(compare.switch(firm()), a);
        assert_eq!(compare.switch(a.clone()), firm());
        compare.copy(firm());
        assert_eq!(compare.switch(firm()), firm());
    }
}
