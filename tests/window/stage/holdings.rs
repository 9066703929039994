//! What this process holds of the system: editors that come and go must leave it as it was.

use std::fs;
use std::time::{Duration, Instant};

use super::display::Display;

/// What this process holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// Names of all threads, sorted.
    pub threads: Vec<String>,
    pub num_files: usize,
    /// Of the whole screen: there is nobody else on it.
    pub num_windows: usize,
}

impl Holdings {
    pub fn now(display: &Display) -> Self {
        Self {
            threads: threads(),
            num_files: fs::read_dir("/proc/self/fd").expect("Linux has it").count(),
            num_windows: display.num_windows(),
        }
    }

    /// Waits until they are these again, or for a while; gives what they are then.
    pub fn settled(&self, display: &Display, patience: Duration) -> Self {
        let end = Instant::now() + patience;
        loop {
            let now = Self::now(display);
            if now == *self || Instant::now() > end {
                return now;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Names of the threads of this process, sorted.
pub fn threads() -> Vec<String> {
    let tasks = fs::read_dir("/proc/self/task").expect("Linux has it");
    let mut names: Vec<String> = tasks
        // One may end while it is looked at.
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("comm")).ok())
        .map(|name| name.trim().to_owned())
        .collect();
    names.sort();
    names
}

/// Memory of this process that no file backs.
pub fn memory_kb() -> u64 {
    unsafe extern "C" {
        /// Gives freed memory back to the system (glibc).
        fn malloc_trim(num_bytes_kept: usize) -> std::ffi::c_int;
    }
    // SAFETY: it may be called at any time.
    unsafe { malloc_trim(0) };
    let status = fs::read_to_string("/proc/self/status").expect("Linux has it");
    let mut lines = status.lines();
    lines
        .find_map(|line| line.strip_prefix("RssAnon:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .expect("Linux says it")
}
