//! An open window, and how it goes: quietly, and not before its thread has ended.

use std::mem::ManuallyDrop;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use nice_plug_egui::baseview;

use crate::editor::window::Requests;
use crate::editor::window_host::WindowHost;
use crate::editor::window_thread::WindowThread;

/// How long a window that is to be closed may be busy with another thread's call.
const PATIENCE: Duration = Duration::from_secs(5);

/// A window and what belongs to it.
pub struct OpenWindow {
    pub window: Closing<baseview::Window>,
    pub host: Arc<dyn WindowHost>,
    pub requests: Arc<Requests>,
    /// The size that the host knows, native pixels.
    pub agreed: [u32; 2],
    pub is_visible: bool,
}

// SAFETY: of a window on Linux this is a handle with the ends of channels to its thread, which the slot gives to
// one thread at a time. Elsewhere only the thread that made it touches it (`Closing`, `HostWindow::with`).
unsafe impl Send for OpenWindow {}

/// The place of an instance's window.
#[derive(Default)]
pub struct Slot(Mutex<Option<OpenWindow>>);

impl Slot {
    /// The window, if nobody else is at it: hosts call from within calls, and from any thread.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, Option<OpenWindow>>> {
        match self.0.try_lock() {
            Ok(open) => Some(open),
            Err(TryLockError::Poisoned(poisoned)) => Some(PoisonError::into_inner(poisoned)),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    /// Closes the window; says whether there was one.
    pub fn close(&self) -> bool {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(mut open) = self.try_lock() {
                return open.take().is_some();
            }
            if Instant::now() > end {
                return false;
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A window that goes without a panic, and whose thread has ended when it is gone: baseview 0.4.2 hands a
/// panic of that thread on to whoever closes the window, which is the host.
pub struct Closing<W> {
    window: ManuallyDrop<W>,
    thread: WindowThread,
    owner: ThreadId,
}

impl<W> Closing<W> {
    /// `window`, which runs on `thread`.
    pub fn new(window: W, thread: WindowThread) -> Self {
        Self {
            window: ManuallyDrop::new(window),
            thread,
            owner: thread::current().id(),
        }
    }

    /// Whether this thread may touch it.
    pub fn is_mine(&self) -> bool {
        cfg!(target_os = "linux") || thread::current().id() == self.owner
    }
}

impl<W> std::ops::Deref for Closing<W> {
    type Target = W;

    fn deref(&self) -> &W {
        &self.window
    }
}

impl<W> Drop for Closing<W> {
    fn drop(&mut self) {
        // Only the thread that made it can destroy it there: it goes with the process.
        if !self.is_mine() {
            return;
        }
        let window = &mut self.window;
        // SAFETY: it isn't used any more.
        let drop_it = AssertUnwindSafe(|| unsafe { ManuallyDrop::drop(window) });
        let _ = catch_unwind(drop_it);
        self.thread.wait_until_ended();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As baseview's window does after a panic on its thread.
    struct PanicsWhenClosed;

    impl Drop for PanicsWhenClosed {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("of the window's thread"));
        }
    }

    #[test]
    fn a_panic_of_the_windows_thread_ends_with_the_window() {
        drop(Closing::new(PanicsWhenClosed, WindowThread::default()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_window_is_closed_when_its_thread_has_ended() {
        use std::sync::atomic::{AtomicBool, Ordering};

        let (thread, has_ended) = (WindowThread::default(), Arc::new(AtomicBool::new(false)));
        let (thread_there, has_ended_there) = (thread.clone(), has_ended.clone());
        let (told, tell) = std::sync::mpsc::channel();
        thread::spawn(move || {
            thread_there.enter();
            told.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            has_ended_there.store(true, Ordering::Release);
        });
        tell.recv().unwrap();
        drop(Closing::new((), thread));
        assert!(has_ended.load(Ordering::Acquire));
    }
}
