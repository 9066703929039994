//! Ready-made settings, for the command line and the editor alike: three strengths for any scene, and kinds
//! of scenes. The strengths are measured (docs/duck.md).

use crate::settings::{Mode, Settings, Steer};

/// A set of values of the duck's settings.
#[derive(Debug)]
pub struct Preset {
    /// Name on the command line.
    pub slug: &'static str,
    /// Name in the editor.
    pub name: &'static str,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    /// What is unlike in a new instance that ducks.
    settings: fn(Settings) -> Settings,
}

/// The preset that the command line begins with.
pub const DEFAULT_SLUG: &str = "balanced";

/// All presets: the strengths from the least to the most that is taken, then the scenes.
pub static PRESETS: [Preset; 7] = [
    Preset {
        slug: "gentle",
        name: "Gentle score bed",
        purpose: "Small, slow cuts: the music stays in front",
        settings: |new| Settings {
            target: 0.55,
            max_cut_db: 6.0,
            attack_ms: 50.0,
            release_ms: 800.0,
            ..new
        },
    },
    Preset {
        slug: DEFAULT_SLUG,
        name: "Balanced",
        purpose: "Where to start: each line gets what it needs",
        settings: |new| new,
    },
    Preset {
        slug: "firm",
        name: "Firm",
        purpose: "Deep, quick cuts: no word may be missed",
        settings: |new| Settings {
            target: 0.8,
            max_cut_db: 15.0,
            attack_ms: 15.0,
            release_ms: 300.0,
            ..new
        },
    },
    Preset {
        slug: "song",
        name: "Song under dialogue",
        purpose: "The same small loss everywhere, so that a song with a voice doesn't pump",
        settings: |new| Settings {
            steer: Steer::Amount,
            amount_lu: 2.5,
            max_cut_db: 9.0,
            attack_ms: 80.0,
            hold_ms: 1000.0,
            release_ms: 1200.0,
            low_hz: 200.0,
            ..new
        },
    },
    Preset {
        slug: "action",
        name: "Action cue",
        purpose: "Quick, deep cuts against loud, dense music; bass stays",
        settings: |new| Settings {
            target: 0.7,
            max_cut_db: 15.0,
            attack_ms: 12.0,
            hold_ms: 250.0,
            release_ms: 250.0,
            low_hz: 250.0,
            ..new
        },
    },
    Preset {
        slug: "documentary",
        name: "Documentary",
        purpose: "Every word of a narrator; moves that nobody hears",
        settings: |new| Settings {
            target: 0.75,
            max_cut_db: 10.0,
            attack_ms: 50.0,
            hold_ms: 800.0,
            release_ms: 800.0,
            ..new
        },
    },
    Preset {
        slug: "trailer",
        name: "Trailer",
        purpose: "No word may be missed, whatever it costs",
        settings: |new| Settings {
            target: 0.8,
            max_cut_db: 18.0,
            attack_ms: 8.0,
            hold_ms: 200.0,
            release_ms: 180.0,
            ..new
        },
    },
];

impl Preset {
    /// The preset called `slug` on the command line.
    pub fn of_slug(slug: &str) -> Option<&'static Self> {
        PRESETS.iter().find(|preset| preset.slug == slug)
    }

    /// The preset's settings, in [`Mode::Duck`].
    pub fn settings(&self) -> Settings {
        (self.settings)(Settings {
            mode: Mode::Duck,
            ..Settings::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_differ_and_every_value_is_in_its_range() {
        for (idx, preset) in PRESETS.iter().enumerate() {
            let settings = preset.settings();
            assert_eq!(settings, settings.sanitized(), "{}", preset.name);
            for other in &PRESETS[..idx] {
                assert_ne!(settings, other.settings(), "{}", preset.name);
                assert_ne!(preset.slug, other.slug);
                assert_ne!(preset.name, other.name);
            }
        }
    }

    #[test]
    fn the_default_is_a_new_instance_that_ducks() {
        let new = Settings {
            mode: Mode::Duck,
            ..Settings::default()
        };
        let default = Preset::of_slug(DEFAULT_SLUG).unwrap();
        assert_eq!(default.settings(), new);
    }
}
