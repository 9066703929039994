//! The user's own presets as files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use crate::files::{device_names, whole_file};
use crate::params::preset_values::PresetValues;

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
    let mut name: String = name
        .trim()
        .chars()
        .map(|c| if is_plain(c) { c } else { '_' })
        .take(100)
        .collect();
    if !name.chars().any(char::is_alphanumeric) {
        return Err(PresetError::BadName);
    }
    // On all systems: presets go from one to another.
    if device_names::is_device(&name) {
        name.push('_');
    }
    Ok(folder.join(format!("{name}.{ENDING}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::presets::Preset;

    #[test]
    fn a_preset_is_a_file_that_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let presets = folder.path().join("Underscore");
        assert!(names(&presets).is_empty());
        let sound = PresetValues::from_settings(&Preset::of_slug("trailer").unwrap().settings());
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
        // Nor is one a device of Windows.
        save(folder.path(), "con", &PresetValues::default()).unwrap();
        assert!(folder.path().join("con_.json").exists());
        // No name leads out of the folder.
        save(folder.path(), "../escaped", &PresetValues::default()).unwrap();
        assert!(
            folder.path().join(".._escaped.json").exists()
                || folder.path().join("___escaped.json").exists()
        );
    }
}
