//! Factory presets for kinds of scenes, and the user's own as files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::files::whole_file;
use crate::params::preset_values::PresetValues;
use crate::settings::{Mode, Settings, Steer};

/// A preset that comes with the plugin.
pub struct Factory {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    settings: fn(Settings) -> Settings,
}

impl Factory {
    /// What it sounds like.
    pub fn sound(&self) -> PresetValues {
        PresetValues::from_settings(&(self.settings)(Settings {
            mode: Mode::Duck,
            steer: Steer::Target,
            ..Settings::default()
        }))
    }
}

/// The presets that come with the plugin.
pub const FACTORY: [Factory; 6] = [
    Factory {
        name: "Balanced",
        purpose: "Where to start: each line gets what it needs",
        settings: |balanced| balanced,
    },
    Factory {
        name: "Gentle score bed",
        purpose: "Small, slow cuts under a score that must stay whole",
        settings: |balanced| Settings {
            target: 0.55,
            max_cut_db: 6.0,
            attack_ms: 60.0,
            hold_ms: 600.0,
            release_ms: 900.0,
            ..balanced
        },
    },
    Factory {
        name: "Song under dialogue",
        purpose: "The same small loss everywhere, so that a song with a voice doesn't pump",
        settings: |balanced| Settings {
            steer: Steer::Amount,
            amount_lu: 2.5,
            max_cut_db: 9.0,
            attack_ms: 80.0,
            hold_ms: 1000.0,
            release_ms: 1200.0,
            low_hz: 200.0,
            ..balanced
        },
    },
    Factory {
        name: "Action cue",
        purpose: "Quick, deep cuts against loud, dense music; bass stays",
        settings: |balanced| Settings {
            target: 0.7,
            max_cut_db: 15.0,
            attack_ms: 12.0,
            hold_ms: 250.0,
            release_ms: 250.0,
            low_hz: 250.0,
            ..balanced
        },
    },
    Factory {
        name: "Documentary",
        purpose: "Every word of a narrator; moves that nobody hears",
        settings: |balanced| Settings {
            target: 0.75,
            max_cut_db: 10.0,
            attack_ms: 50.0,
            hold_ms: 800.0,
            release_ms: 800.0,
            ..balanced
        },
    },
    Factory {
        name: "Trailer",
        purpose: "No word may be missed, whatever it costs",
        settings: |balanced| Settings {
            target: 0.8,
            max_cut_db: 18.0,
            attack_ms: 8.0,
            hold_ms: 200.0,
            release_ms: 180.0,
            ..balanced
        },
    },
];

/// Ending of preset files.
const ENDING: &str = "json";

/// Why a preset couldn't be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum PresetError {
    /// This system has no place for a user's settings.
    #[error("there is no folder for your settings on this system")]
    NoFolder,
    /// The name can't be that of a file.
    #[error("a name must have letters or digits")]
    BadName,
    /// The file system says no.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
    /// Not a preset.
    #[error("{} is no preset of Underscore: {source}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: serde_json::Error,
    },
}

/// The folder with the user's presets; it needn't exist.
///
/// # Errors
/// [`PresetError::NoFolder`] without a home.
pub fn user_folder() -> Result<PathBuf, PresetError> {
    let base = etcetera::choose_base_strategy().map_err(|_| PresetError::NoFolder)?;
    Ok(base.config_dir().join("Underscore").join("Presets"))
}

/// Names of the presets in `folder`, in order; none if it isn't there.
pub fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<String> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort_by_key(|name| name.to_lowercase());
    names
}

/// Reads the preset `name` from `folder`.
///
/// # Errors
/// If the file can't be read or isn't a preset.
pub fn load(folder: &Path, name: &str) -> Result<PresetValues, PresetError> {
    let path = path_of(folder, name)?;
    let text = fs::read_to_string(&path).map_err(|source| PresetError::File {
        path: path.clone(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| PresetError::Content { path, source })
}

/// Writes `sound` as the preset `name` into `folder`, which is made if need be; a preset of the
/// same name is replaced. Gives the file.
///
/// # Errors
/// If the name can't be that of a file, or the file can't be written; then an old one is left.
pub fn save(folder: &Path, name: &str, sound: &PresetValues) -> Result<PathBuf, PresetError> {
    let path = path_of(folder, name)?;
    let text = serde_json::to_vec_pretty(sound).map_err(|source| PresetError::Content {
        path: path.clone(),
        source,
    })?;
    whole_file::write(&path, &text).map_err(|source| PresetError::File {
        path: path.clone(),
        source,
    })?;
    Ok(path)
}

/// The file of a preset: characters that some file system refuses become `_`.
fn path_of(folder: &Path, name: &str) -> Result<PathBuf, PresetError> {
    let is_plain = |c: char| c.is_alphanumeric() || " -_+,()'".contains(c);
    let name: String = name
        .trim()
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .take(100)
        .collect();
    if !name.chars().any(char::is_alphanumeric) {
        return Err(PresetError::BadName);
    }
    Ok(folder.join(format!("{name}.{ENDING}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factory_presets_differ_and_are_in_range() {
        let sounds: Vec<PresetValues> = FACTORY.iter().map(Factory::sound).collect();
        for (idx, sound) in sounds.iter().enumerate() {
            let tamed = PresetValues::from_settings(&sound.settings());
            assert_eq!(*sound, tamed, "{}", FACTORY[idx].name);
            assert!(!sounds[..idx].contains(sound), "{}", FACTORY[idx].name);
        }
    }

    #[test]
    fn a_preset_is_a_file_that_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let presets = folder.path().join("Underscore");
        assert!(names(&presets).is_empty());
        let sound = FACTORY[5].sound();
        for name in ["Reel 2: loud", "another"] {
            save(&presets, name, &sound).unwrap();
        }
        assert_eq!(names(&presets), ["another", "Reel 2_ loud"]);
        assert_eq!(load(&presets, "Reel 2_ loud").unwrap(), sound);
    }

    #[test]
    fn what_is_no_preset_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("broken.json"), "[1, 2").unwrap();
        let error = load(folder.path(), "broken").unwrap_err().to_string();
        assert!(error.contains("broken.json"), "{error}");
        assert!(load(folder.path(), "absent").is_err());
        for name in ["", "  ", "../..", "..", "/"] {
            assert!(save(folder.path(), name, &PresetValues::default()).is_err());
        }
        // No name leads out of the folder.
        save(folder.path(), "../escaped", &PresetValues::default()).unwrap();
        assert!(
            folder.path().join(".._escaped.json").exists()
                || folder.path().join("___escaped.json").exists()
        );
    }
}
