//! The copies of the plugin in a folder, and their versions.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::version;

/// Hosts look in folders inside the plugin folder too; makers have one of their own there.
const DEPTH: usize = 2;

/// A copy of the plugin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copy {
    /// Name of its file or bundle.
    pub name: String,
    /// As `version::this`; `None` where its file doesn't tell.
    pub version: Option<String>,
}

/// Copies of Underscore with the ending `format` (`VST3`, `CLAP`) in `folder` and in the folders inside it, by
/// name.
///
/// # Errors
/// If the folder can't be read.
pub fn copies_in(folder: &Path, format: &str) -> io::Result<Vec<Copy>> {
    let mut copies = Vec::new();
    gather(folder, format, DEPTH, &mut copies)?;
    copies.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(copies)
}

fn gather(folder: &Path, format: &str, depth: usize, copies: &mut Vec<Copy>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let is_format = path
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case(format));
        if is_format && name.to_lowercase().starts_with("underscore") {
            let version = version_of(&path);
            copies.push(Copy { name, version });
        } else if !is_format && depth > 1 && path.is_dir() {
            // One that can't be read is its owner's business.
            let _ = gather(&path, format, depth - 1, copies);
        }
    }
    Ok(())
}

/// The version of the library at `path`, or of the first in the bundle `path`.
fn version_of(path: &Path) -> Option<String> {
    libraries(path)
        .into_iter()
        .filter_map(|file| fs::read(file).ok())
        .find_map(|bytes| version::of_file(&bytes).map(str::to_owned))
}

fn libraries(path: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let systems = inside(&path.join("Contents"));
    let files = systems.iter().flat_map(|system| inside(system));
    files.filter(|file| file.is_file()).collect()
}
