//! The memory of one instance, as the threads that may wait share it: the one that listens, the window's, the
//! host's main thread. The audio thread never comes here; it gets plans.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::memory::remembered::Reel;

/// A reel behind a lock, with a number that tells when it has changed.
#[derive(Debug, Default)]
pub struct SharedReel {
    reel: Mutex<Reel>,
    revision: AtomicU64,
}

impl SharedReel {
    /// Looks at the reel; others wait meanwhile.
    pub fn read<T>(&self, look: impl FnOnce(&Reel) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the reel; others wait meanwhile.
    pub fn change<T>(&self, change: impl FnOnce(&mut Reel) -> T) -> T {
        let mut reel = self.lock();
        let outcome = change(&mut reel);
        self.revision.fetch_add(1, Ordering::Release);
        outcome
    }

    /// As [`Self::change`], where `change` also says whether there was something to change: if not, the number stays.
    pub fn change_if<T>(&self, change: impl FnOnce(&mut Reel) -> (bool, T)) -> T {
        let mut reel = self.lock();
        let (is_changed, outcome) = change(&mut reel);
        if is_changed {
            self.revision.fetch_add(1, Ordering::Release);
        }
        outcome
    }

    /// A number that is another one after each change.
    pub fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
    }

    fn lock(&self) -> MutexGuard<'_, Reel> {
        self.reel.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
