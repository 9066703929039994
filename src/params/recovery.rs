//! What an instance has learned and its host hasn't saved yet, in a file of the user's folder: if the host is killed,
//! it is offered again.
//!
//! Beside each file lies another that its writer keeps locked, so that one of a process that is gone can be told.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use etcetera::BaseStrategy;
use serde::{Deserialize, Serialize};

use crate::files::whole_file;
use crate::params::UnderscoreParams;
use crate::params::memory_state::{is_id, read_text};

/// Shortest time between two writings of the file.
const WRITE_INTERVAL: Duration = Duration::from_secs(3);

/// Age from which files are cleared away.
const MAX_AGE: Duration = Duration::from_secs(30 * 24 * 3600);

/// Ending of recovery files, and of the locked files beside them.
const ENDING: &str = "json";
const LOCK_ENDING: &str = "lock";

/// Recovery of one instance.
pub struct Recovery {
    params: Arc<UnderscoreParams>,
    /// `None` without a home.
    folder: Option<PathBuf>,
    own: Option<OwnFile>,
    offer: Option<Offer>,
    /// How many states were loaded when the folder was last looked through.
    looked_at_load: Option<u64>,
    written: Option<(Instant, u64)>,
}

/// What is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    path: PathBuf,
    id: String,
    text: String,
    /// How many lines there are.
    pub num_lines: usize,
    /// When they were last written.
    pub written: SystemTime,
}

/// The contents of a recovery file.
#[derive(Serialize, Deserialize)]
struct Contents {
    /// That of the instance that wrote it.
    id: String,
    /// Packed, as in saved states.
    reel: String,
}

struct OwnFile {
    path: PathBuf,
    _lock: File,
}

impl OwnFile {
    fn new(folder: &Path, id: &str) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        // Copies of an instance have one id.
        for number in 0..1000 {
            let path = folder.join(format!("{id}-{}-{number}.{ENDING}", std::process::id()));
            let lock = File::create(path.with_extension(LOCK_ENDING))?;
            if lock.try_lock().is_ok() && !path.exists() {
                return Ok(Self { path, _lock: lock });
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }
}

impl Drop for OwnFile {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

impl Recovery {
    /// In the user's folder.
    pub fn new(params: Arc<UnderscoreParams>) -> Self {
        let base = etcetera::choose_base_strategy().ok();
        let folder = base.map(|base| base.data_dir().join("Underscore").join("Recovery"));
        Self::in_folder(params, folder)
    }

    /// In no folder: nothing is written or found.
    pub fn nowhere(params: Arc<UnderscoreParams>) -> Self {
        Self::in_folder(params, None)
    }

    fn in_folder(params: Arc<UnderscoreParams>, folder: Option<PathBuf>) -> Self {
        Self {
            params,
            folder,
            own: None,
            offer: None,
            looked_at_load: None,
            written: None,
        }
    }

    /// To be called now and then, never on the audio thread: looks for what was learned and never saved, and writes
    /// what has been learned here if that is so. What the disk refuses is tried again.
    pub fn look(&mut self, has_learned: bool) {
        let num_loads = self.params.memory.num_loads();
        if self.looked_at_load != Some(num_loads) {
            self.looked_at_load = Some(num_loads);
            self.offer = self.find();
        }
        let revision = self.params.reel.revision();
        let is_due = match self.written {
            Some((when, written)) => written != revision && when.elapsed() >= WRITE_INTERVAL,
            None => has_learned,
        };
        if is_due {
            self.written = Some((Instant::now(), revision));
            // Without a place for it there is no recovery, and all else goes on.
            let _ = self.write();
        }
    }

    /// What was learned and never saved.
    pub fn offer(&self) -> Option<&Offer> {
        self.offer.as_ref()
    }

    /// Takes what is offered in the place of what is remembered.
    pub fn restore(&mut self) {
        if let Some(offer) = self.offer.take().filter(|offer| offer.path.exists()) {
            self.params.memory.set_id(offer.id);
            let reel = read_text(&offer.text).reel;
            self.params.reel.change(|it| *it = reel);
            self.params.give_plan();
            // As long as it isn't saved it stays to be recovered.
            if self.write().is_ok() {
                let now = (Instant::now(), self.params.reel.revision());
                self.written = Some(now);
                remove(&offer.path);
            }
        }
    }

    /// Throws away what is offered.
    pub fn discard(&mut self) {
        if let Some(offer) = self.offer.take() {
            remove(&offer.path);
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let Some(folder) = &self.folder else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let memory = &self.params.memory;
        let contents = Contents {
            id: memory.id(),
            reel: memory.text(&self.params.reel),
        };
        let own = match self.own.take() {
            Some(own) => own,
            None => OwnFile::new(folder, &contents.id)?,
        };
        let own = self.own.insert(own);
        whole_file::write(&own.path, &serde_json::to_vec(&contents)?)
    }

    /// The newest file of a process that is gone, which is this instance's: of the id that was saved with it, or of any
    /// one if this one remembers nothing and was never saved. What is too old is cleared away, and what is remembered
    /// here already.
    fn find(&self) -> Option<Offer> {
        let entries = fs::read_dir(self.folder.as_ref()?).ok()?;
        let memory = &self.params.memory;
        let id = memory.known_id();
        let is_empty = self.params.reel.read(|reel| reel.lines().is_empty());
        let mut newest: Option<Offer> = None;
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.extension().is_none_or(|ending| ending != ENDING) || is_alive(&path) {
                continue;
            }
            let Ok(written) = fs::metadata(&path).and_then(|it| it.modified()) else {
                continue;
            };
            if written.elapsed().is_ok_and(|age| age > MAX_AGE) {
                remove(&path);
                continue;
            }
            let Some(contents) = read(&path) else {
                continue;
            };
            let is_own = match &id {
                Some(id) => *id == contents.id,
                None => is_empty,
            };
            if !is_own {
                continue;
            }
            if contents.reel == memory.text(&self.params.reel) {
                remove(&path);
                continue;
            }
            let num_lines = read_text(&contents.reel).reel.lines().len();
            if num_lines > 0
                && newest
                    .as_ref()
                    .is_none_or(|newest| newest.written < written)
            {
                newest = Some(Offer {
                    path,
                    id: contents.id,
                    text: contents.reel,
                    num_lines,
                    written,
                });
            }
        }
        newest
    }
}

fn read(path: &Path) -> Option<Contents> {
    let contents: Contents = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    is_id(&contents.id).then_some(contents)
}

/// Whether the process that wrote the file still runs.
fn is_alive(path: &Path) -> bool {
    match File::open(path.with_extension(LOCK_ENDING)).map(|lock| lock.try_lock()) {
        Ok(Err(TryLockError::WouldBlock)) => true,
        Ok(Ok(()) | Err(TryLockError::Error(_))) | Err(_) => false,
    }
}

/// Removes a recovery file with its lock. One that is gone already is no error.
fn remove(path: &Path) {
    let _ = fs::remove_file(path);
    let _ = fs::remove_file(path.with_extension(LOCK_ENDING));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::remembered::{Reel, RideLine};

    fn params(num_lines: usize) -> Arc<UnderscoreParams> {
        let params = Arc::new(UnderscoreParams::default());
        params.reel.change(|reel| *reel = reel_of(num_lines));
        params
    }

    fn reel_of(num_lines: usize) -> Reel {
        let line = |idx: usize| RideLine {
            start_s: 2.0 * idx as f64,
            end_s: 2.0 * idx as f64 + 1.0,
            ..RideLine::default()
        };
        let mut reel = Reel::default();
        reel.replace((0.0, 100.0), (0..num_lines).map(line).collect());
        reel
    }

    fn recovery(params: &Arc<UnderscoreParams>, folder: &Path) -> Recovery {
        Recovery::in_folder(params.clone(), Some(folder.into()))
    }

    fn num_files(folder: &Path) -> usize {
        fs::read_dir(folder).map_or(0, Iterator::count)
    }

    /// As if the process had been killed: the lock is let go, the file stays.
    fn kill(mut recovery: Recovery) {
        let own = recovery.own.take().unwrap();
        let contents = fs::read(&own.path).unwrap();
        let path = own.path.clone();
        drop(own);
        fs::write(path, contents).unwrap();
    }

    #[test]
    fn what_a_killed_host_had_learned_is_offered_once_and_what_a_living_one_has_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let learning = params(3);
        let mut first = recovery(&learning, folder);
        first.look(false);
        assert_eq!(num_files(folder), 0, "nothing was learned");
        first.look(true);
        assert_eq!(num_files(folder), 2);

        let comes_back = params(0);
        let mut second = recovery(&comes_back, folder);
        second.look(false);
        assert_eq!(second.offer(), None, "the first still runs");
        kill(first);
        let mut second = recovery(&comes_back, folder);
        second.look(false);
        assert_eq!(second.offer().map(|offer| offer.num_lines), Some(3));
        second.restore();
        assert_eq!(comes_back.reel.read(|reel| reel.lines().len()), 3);
        assert_eq!(comes_back.memory.id(), learning.memory.id());
        assert_eq!(num_files(folder), 2, "its own");
        drop(second);
        assert_eq!(num_files(folder), 0, "a clean end");
    }

    #[test]
    fn it_is_offered_to_the_instance_that_had_been_saved_and_to_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let learning = params(3);
        let mut first = recovery(&learning, folder);
        first.look(true);
        kill(first);
        for (id, num_lines, is_offered) in [
            (Some(learning.memory.id()), 2, true),
            (Some("0123456789abcdef".to_owned()), 0, false),
            (None, 1, false),
            (None, 0, true),
        ] {
            let other = params(num_lines);
            if let Some(id) = &id {
                other.memory.set_id(id.clone());
            }
            let mut recovery = recovery(&other, folder);
            recovery.look(false);
            assert_eq!(recovery.offer().is_some(), is_offered, "{id:?}");
        }
        // The host had saved it.
        let same = params(3);
        same.memory.set_id(learning.memory.id());
        let mut recovery = recovery(&same, folder);
        recovery.look(false);
        assert_eq!(recovery.offer(), None);
        assert_eq!(num_files(folder), 0);
    }

    #[test]
    fn old_files_are_cleared_away_and_discarded_ones_too() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for age_days in [29, 31] {
            let learning = params(2);
            let mut first = recovery(&learning, folder);
            first.look(true);
            let path = first.own.as_ref().unwrap().path.clone();
            kill(first);
            let age = Duration::from_secs(age_days * 24 * 3600);
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - age).unwrap();
        }
        let mut second = recovery(&params(0), folder);
        second.look(false);
        assert_eq!(num_files(folder), 1);
        second.discard();
        assert_eq!(num_files(folder), 0);
    }
}
