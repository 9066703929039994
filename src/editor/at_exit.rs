//! Windows that a host leaves open when its process ends: they are closed before the exit handlers of the
//! graphics drivers, which would free what the window's thread still paints with (2 of 500 processes crashed).
//!
//! The C library runs the destructors of the ending thread's own variables first, and then the handlers, those that
//! came last first. Drivers register some at their first picture, on the window's thread, so a handler of ours
//! may come too late: it is there for hosts whose main thread never calls the plugin.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::editor::open_window::Slot;
use crate::editor::window_thread::is_main_thread;

static OPEN: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());

thread_local! {
    static MAIN_THREAD: MainThread = const { MainThread };
}

/// Goes with its thread: with the process, if it is the main one.
struct MainThread;

impl Drop for MainThread {
    fn drop(&mut self) {
        if is_main_thread() {
            close_all();
        }
    }
}

/// To be called on the host's threads: the main one will be known by it.
pub fn know_thread() {
    let _ = MAIN_THREAD.try_with(|_| ());
}

/// Has the window in `slot`, which is open, closed when the process ends.
pub fn close_at_exit(slot: &Arc<Slot>) {
    know_thread();
    let slot = Arc::downgrade(slot);
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|other| other.strong_count() > 0 && !other.ptr_eq(&slot));
    open.push(slot);
    drop(open);
    #[cfg(target_os = "linux")]
    {
        unsafe extern "C" {
            /// Registers what runs when the process ends or this library is unloaded (C).
            fn atexit(handler: extern "C" fn()) -> std::ffi::c_int;
        }
        static HANDLER: std::sync::Once = std::sync::Once::new();
        // SAFETY: the handler is there as long as this library.
        HANDLER.call_once(|| {
            unsafe { atexit(close_all) };
        });
    }
}

extern "C" fn close_all() {
    let close = || {
        let open = std::mem::take(&mut *OPEN.lock().unwrap_or_else(PoisonError::into_inner));
        for slot in open.iter().filter_map(Weak::upgrade) {
            slot.close();
        }
    };
    let _ = catch_unwind(AssertUnwindSafe(close));
}
