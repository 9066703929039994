//! Windows that a host leaves open when its process ends: they are closed before the exit handlers of the
//! graphics drivers, which would free what the window's thread still paints with (2 of 500 processes crashed).
//!
//! The C library runs the destructors of the ending thread's own variables first, and then the handlers, those that
//! came last first. Drivers register some at their first picture, on the window's thread, so a handler of ours
//! may come too late: it is there for hosts whose process ends while the thread that opened the window is neither
//! the main one nor the one that ends it. When that thread itself ends, nobody is left who may close the window.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::editor::open_window::Slot;
use crate::editor::window_thread::is_main_thread;

/// Open windows, each with the thread that opened it.
static OPEN: Mutex<Vec<(u64, Weak<Slot>)>> = Mutex::new(Vec::new());

static NUM_THREADS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static HOST_THREAD: HostThread = HostThread(NUM_THREADS.fetch_add(1, Ordering::Relaxed));
}

/// Goes with its thread, and the main one with the process.
struct HostThread(u64);

impl Drop for HostThread {
    fn drop(&mut self) {
        if cfg!(target_os = "linux") {
            let is_main = is_main_thread();
            close_where(|thread| is_main || thread == self.0);
        }
    }
}

/// To be called on the host's threads, which will be known by it when they end. Gives its number.
pub fn know_thread() -> u64 {
    HOST_THREAD.try_with(|thread| thread.0).unwrap_or(u64::MAX)
}

/// Has the window in `slot`, which is open, closed when the process ends.
pub fn close_at_exit(slot: &Arc<Slot>) {
    let thread = know_thread();
    let slot = Arc::downgrade(slot);
    let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
    open.retain(|(_, other)| other.strong_count() > 0 && !other.ptr_eq(&slot));
    open.push((thread, slot));
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

#[cfg(target_os = "linux")]
extern "C" fn close_all() {
    close_where(|_| true);
}

/// Closes the windows of which the thread that opened them `is_over`.
fn close_where(is_over: impl Fn(u64) -> bool) {
    let close = || {
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        let all = std::mem::take(&mut *open).into_iter();
        let (over, rest): (Vec<_>, Vec<_>) = all.partition(|(thread, _)| is_over(*thread));
        *open = rest;
        drop(open);
        for slot in over.iter().filter_map(|(_, slot)| slot.upgrade()) {
            slot.close();
        }
    };
    let _ = catch_unwind(AssertUnwindSafe(close));
}
