//! What a row's figures come from, as one digest: the program, its settings, and all that is in the files that it
//! reads.

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::cli::audio::multi_mono;
use crate::files::digest;

/// The digests of a run.
pub struct RunDigests {
    /// Digest of the program that runs.
    program: String,
    /// Digest of every setting.
    settings: String,
    /// Digests of files, for those that many rows share: music in thirty languages is read once.
    files: Mutex<HashMap<PathBuf, FileDigest>>,
}

/// What was in a file that had this length and this time.
struct FileDigest {
    stamp: (u64, Option<SystemTime>),
    sha256: String,
}

impl RunDigests {
    /// For a run with these settings, in whatever words.
    pub fn new(settings: &str) -> Self {
        // Where a system doesn't tell the program its own file, the version has to do.
        let program = env::current_exe().and_then(|path| digest::of_file(&path));
        Self {
            program: program.unwrap_or_default(),
            settings: digest::of_bytes(settings.as_bytes()),
            files: Mutex::default(),
        }
    }

    /// Digest of every setting.
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// Digest of all that the row called `name` comes from, with what is in `audio` and in `lists`, which are read
    /// in that order; empty if one can't be read.
    pub fn of_row(&self, name: &str, audio: &[&Path], lists: &[&Path]) -> String {
        let sets = audio.iter().flat_map(|path| files_of(path));
        let lists = lists.iter().map(|path| path.to_path_buf());
        let mut text = format!(
            "{}\n{}\n{}\n{name}\n",
            env!("CARGO_PKG_VERSION"),
            self.program,
            self.settings
        );
        for path in sets.chain(lists) {
            let Ok(sha256) = self.of_file(&path) else {
                return String::new();
            };
            text += &format!("{sha256} {}\n", path.to_string_lossy());
        }
        digest::of_bytes(text.as_bytes())
    }

    fn of_file(&self, path: &Path) -> io::Result<String> {
        let metadata = fs::metadata(path)?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let stamp = (metadata.len(), metadata.modified().ok());
        let known = |files: &HashMap<PathBuf, FileDigest>| {
            let known = files.get(path).filter(|it| it.stamp == stamp);
            known.map(|it| it.sha256.clone())
        };
        let files = || self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sha256) = known(&files()) {
            return Ok(sha256);
        }
        let sha256 = digest::of_file(path)?;
        let of_file = FileDigest {
            stamp,
            sha256: sha256.clone(),
        };
        files().insert(path.into(), of_file);
        Ok(sha256)
    }
}

/// The files that are read where `path` is given: those of a set, or it alone.
fn files_of(path: &Path) -> Vec<PathBuf> {
    let members = match multi_mono::is_pattern(path) {
        true => multi_mono::set_of_pattern(path).ok(),
        false => multi_mono::set_of(path),
    };
    match members {
        Some(members) => members.into_iter().map(|(_, path)| path).collect(),
        None => vec![path.into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_in_a_rows_inputs_changes_its_digest() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["d.wav", "M.L.wav", "M.R.wav", "cues.csv"] {
            fs::write(path(name), name).unwrap();
        }
        let of = |settings: &str, name: &str| {
            let (dialogue, music, cues) = (path("d.wav"), path("M.L.wav"), path("cues.csv"));
            RunDigests::new(settings).of_row(name, &[&dialogue, &music], &[&cues])
        };
        let first = of("a", "R1");
        assert_eq!(first.len(), 64);
        assert_eq!(of("a", "R1"), first);
        let mut all = vec![first, of("b", "R1"), of("a", "R2")];
        // The other side of a set counts although it isn't named.
        for name in ["d.wav", "M.R.wav", "cues.csv"] {
            fs::write(path(name), "changed").unwrap();
            all.push(of("a", "R1"));
        }
        fs::write(path("M.C.wav"), "one more").unwrap();
        all.push(of("a", "R1"));
        let num_all = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), num_all);
        fs::remove_file(path("cues.csv")).unwrap();
        assert_eq!(of("a", "R1"), "");
    }

    #[test]
    fn a_file_that_changes_within_a_run_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.wav");
        fs::write(&path, "one").unwrap();
        let digests = RunDigests::new("");
        let first = digests.of_row("R1", &[&path], &[]);
        fs::write(&path, "three").unwrap();
        assert_ne!(digests.of_row("R1", &[&path], &[]), first);
    }
}
