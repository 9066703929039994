//! The thread that a window runs on, waited for when the window goes.
//!
//! On Linux each window has a thread of its own. baseview 0.4.2 doesn't wait for it if it has ended
//! its loop before the window's handle asks it for the last time, and then it still takes OpenGL down
//! while the host goes on: a process that ends meanwhile runs exit handlers of libraries that the thread
//! unmaps (docs/upstream/baseview.md).

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Longest wait for a thread: some thirty times what the slowest driver was seen to take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Time between two looks.
const TURN: Duration = Duration::from_micros(500);

/// The thread of one window, as soon as it is known.
#[derive(Debug, Clone, Default)]
pub struct WindowThread(Arc<Mutex<Option<PathBuf>>>);

impl WindowThread {
    /// To be called on the window's thread.
    pub fn enter(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = this_thread();
    }

    /// Waits until the thread has ended, with all that it has to take down. Says whether it has: not
    /// within [`PATIENCE`], or on that thread itself, it hasn't.
    pub fn wait_until_ended(&self) -> bool {
        let thread = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(thread) = thread else {
            return true;
        };
        if this_thread().as_ref() == Some(&thread) {
            return false;
        }
        let end = Instant::now() + PATIENCE;
        while thread.exists() {
            if Instant::now() > end {
                return false;
            }
            thread::sleep(TURN);
        }
        true
    }
}

/// Goes to the window's thread with what the window is made of: a window that could not be made is
/// known by where this is dropped.
#[derive(Debug)]
pub struct Mark {
    thread: WindowThread,
    /// Where it was made, which is no window's thread.
    maker: thread::ThreadId,
}

impl Mark {
    /// A mark for `thread`, on its way there.
    pub fn new(thread: &WindowThread) -> Self {
        Self {
            thread: thread.clone(),
            maker: thread::current().id(),
        }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        if thread::current().id() != self.maker {
            self.thread.enter();
        }
    }
}

/// Whether this thread ends with the process; known on Linux.
pub fn is_main_thread() -> bool {
    this_thread().is_some_and(|thread| thread.ends_with(std::process::id().to_string()))
}

/// Where the system shows this thread for as long as it is there; `None` where windows have no threads of
/// their own.
fn this_thread() -> Option<PathBuf> {
    let link = std::fs::read_link("/proc/thread-self").ok()?;
    Some(PathBuf::from("/proc").join(link))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg_attr(
        not(target_os = "linux"),
        ignore = "windows have no threads of their own"
    )]
    fn it_is_waited_for_until_it_has_ended() {
        let window_thread = WindowThread::default();
        assert!(window_thread.wait_until_ended(), "nobody was there");
        let mark = Mark::new(&window_thread);
        let (told, tell) = std::sync::mpsc::channel();
        let start = Instant::now();
        thread::spawn(move || {
            drop(mark);
            told.send(()).unwrap();
            thread::sleep(Duration::from_millis(100));
        });
        tell.recv().unwrap();
        assert!(window_thread.wait_until_ended());
        assert!(start.elapsed() >= Duration::from_millis(100));
    }

    #[test]
    #[cfg_attr(
        not(target_os = "linux"),
        ignore = "windows have no threads of their own"
    )]
    fn a_thread_never_waits_for_itself() {
        let window_thread = WindowThread::default();
        drop(Mark::new(&window_thread));
        assert!(window_thread.wait_until_ended());
        window_thread.enter();
        assert!(!window_thread.wait_until_ended());
    }
}
