//! The values that make the sound: what presets hold and what A and B compare. Monitor, Listen,
//! Look-ahead and Bypass belong to the room and the moment, and stay as they are.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::settings::{ParamRow, Settings, TABLE};

/// A set of values; a file holds them by the parameters' ids. What is missing is the default, what is out
/// of range is clamped.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PresetValues(Settings);

impl PresetValues {
    /// The values of `settings`.
    pub fn from_settings(settings: &Settings) -> Self {
        let mut values = Settings::default();
        for row in rows() {
            if let Some(plain) = row.plain(settings) {
                row.set_plain(&mut values, plain);
            }
        }
        Self(values)
    }

    /// As settings, every value in its range.
    pub fn settings(&self) -> Settings {
        self.0
    }
}

/// The parameters that presets hold.
pub fn rows() -> impl Iterator<Item = &'static ParamRow> {
    TABLE.iter().filter(|row| row.about().is_in_presets)
}

impl Serialize for PresetValues {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for row in rows() {
            let id = row.about().id;
            match row {
                ParamRow::Continuous(row) => map.serialize_entry(id, &row.value(&self.0))?,
                ParamRow::Choice(row) => map.serialize_entry(id, row.id_in(&self.0))?,
                ParamRow::Switch(_) => {}
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for PresetValues {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ValuesVisitor)
    }
}

struct ValuesVisitor;

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = PresetValues;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("values by the ids of parameters")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<PresetValues, A::Error> {
        let mut values = Settings::default();
        while let Some(id) = map.next_key::<String>()? {
            match rows().find(|row| row.about().id == id) {
                Some(ParamRow::Continuous(row)) => row.set(&mut values, map.next_value()?),
                Some(ParamRow::Choice(row)) => {
                    row.set_id(&mut values, &map.next_value::<String>()?);
                }
                Some(ParamRow::Switch(_)) | None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(PresetValues(values))
    }
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
    /// The slot that this one is compared with.
    pub fn other(self) -> Self {
        match self {
            Self::A => Self::B,
            Self::B => Self::A,
        }
    }

    /// Letter on the slot's button.
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
    use crate::settings::{Listen, Mode};

    fn firm() -> PresetValues {
        PresetValues::from_settings(&Settings {
            mode: Mode::Duck,
            target: 0.8,
            ..Settings::default()
        })
    }

    #[test]
    fn values_survive_settings_and_files() {
        let json = serde_json::to_string(&firm()).unwrap();
        let read: PresetValues = serde_json::from_str(&json).unwrap();
        assert_eq!(read, firm());
        assert_eq!(PresetValues::from_settings(&read.settings()), firm());
    }

    #[test]
    fn files_hold_what_they_have_always_held() {
        let json = serde_json::to_string(&firm()).unwrap();
        let expected = r#"{"mode":"duck","steer":"target","amount":2.0,"target":0.8,"max_cut":12.0,"focus":0.5,"attack":30.0,"hold":400.0,"release":500.0,"low":100.0,"high":10000.0,"trim":0.0,"audience":"reference"}"#;
        assert_eq!(json, expected);
        // Those of before there were audiences.
        let before = expected.replace(r#","audience":"reference""#, "");
        let read: PresetValues = serde_json::from_str(&before).unwrap();
        assert_eq!(read, firm());
    }

    #[test]
    fn what_belongs_to_the_room_or_the_moment_is_no_part_of_them() {
        let elsewhere = Settings {
            monitor_db_spl: 85.0,
            listen: Listen::Removed,
            ..Settings::default()
        };
        assert_eq!(
            PresetValues::from_settings(&elsewhere),
            PresetValues::default()
        );
    }

    #[test]
    fn mad_values_are_tamed() {
        let json = r#"{"mode": "loud", "target": 7, "monitor": 85.0, "later": [1]}"#;
        let read: PresetValues = serde_json::from_str(json).unwrap();
        let tamed = Settings {
            target: 0.8,
            ..Settings::default()
        };
        assert_eq!(read.settings(), tamed);
        assert!(serde_json::from_str::<PresetValues>(r#"{"target": "high"}"#).is_err());
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
