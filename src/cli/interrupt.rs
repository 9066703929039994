//! Ctrl-C and a request to terminate: a flag that long work looks at, so that what is half-written
//! is removed on the way out.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::errors::Error;

static IS_REQUESTED: AtomicBool = AtomicBool::new(false);

/// Starts watching. Where the system refuses a handler, an interrupt ends the process as it would
/// without one.
pub fn watch() {
    let _ = ctrlc::set_handler(|| IS_REQUESTED.store(true, Ordering::Relaxed));
}

/// # Errors
/// [`Error::Interrupted`] once somebody asked to stop.
pub fn check() -> Result<(), Error> {
    if IS_REQUESTED.load(Ordering::Relaxed) {
        return Err(Error::Interrupted);
    }
    Ok(())
}
