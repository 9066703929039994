//! Ready-made settings: how much the duck may take, and how fast. One set of values each, for any
//! scene.

use crate::settings::{Mode, Settings, Steer};

/// A set of values of the duck's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Preset {
    /// For music that must stay in front: small, slow cuts.
    Gentle,
    /// The default: each line gets what it needs.
    #[default]
    Balanced,
    /// For words that must not be missed: deep, quick cuts.
    Firm,
}

impl Preset {
    /// All presets, from the least to the most that is taken.
    pub const ALL: [Self; 3] = [Self::Gentle, Self::Balanced, Self::Firm];

    /// Its name, in small letters.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gentle => "gentle",
            Self::Balanced => "balanced",
            Self::Firm => "firm",
        }
    }

    /// What it is for, in a few words.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Gentle => "Small, slow cuts: the music stays in front",
            Self::Balanced => "Each line gets what it needs",
            Self::Firm => "Deep, quick cuts: no word may be missed",
        }
    }

    /// Its settings, in [`Mode::Duck`].
    pub fn settings(self) -> Settings {
        let balanced = Settings {
            mode: Mode::Duck,
            steer: Steer::Target,
            ..Settings::default()
        };
        match self {
            Self::Gentle => Settings {
                target: 0.6,
                max_cut_db: 6.0,
                attack_ms: 50.0,
                release_ms: 800.0,
                ..balanced
            },
            Self::Balanced => balanced,
            Self::Firm => Settings {
                target: 0.8,
                max_cut_db: 15.0,
                attack_ms: 15.0,
                release_ms: 300.0,
                ..balanced
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_in_its_range() {
        for preset in Preset::ALL {
            let settings = preset.settings();
            assert_eq!(settings, settings.sanitized(), "{}", preset.name());
        }
    }

    #[test]
    fn the_default_is_a_new_instance_that_ducks() {
        let new = Settings {
            mode: Mode::Duck,
            ..Settings::default()
        };
        assert_eq!(Preset::default().settings(), new);
    }
}
