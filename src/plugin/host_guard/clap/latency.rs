//! The latency that the host knows. CLAP lets it change only while the plugin is being activated:
//! a change at any other time waits, and the host is asked to activate the plugin anew.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use crate::plugin::host_guard::clap::host::Host;

/// What one instance's host knows.
pub struct Latency {
    host: Host,
    /// From the last activation, samples.
    known: AtomicU32,
    is_restart_requested: AtomicBool,
}

impl Latency {
    /// No latency, which is what hosts take for granted.
    pub fn new(host: Host) -> Self {
        Self {
            host,
            known: AtomicU32::new(0),
            is_restart_requested: AtomicBool::new(false),
        }
    }

    /// What the host knows, samples.
    pub fn known_samples(&self) -> u32 {
        self.known.load(Relaxed)
    }

    /// Tells the host, within an activation.
    pub fn activated_with(&self, latency_samples: u32) {
        self.is_restart_requested.store(false, Relaxed);
        if self.known.swap(latency_samples, Relaxed) != latency_samples {
            self.host.latency_changed();
        }
    }

    /// Asks for another activation, once, if this isn't what the host knows.
    pub fn processed_with(&self, latency_samples: u32) {
        let is_other = self.known.load(Relaxed) != latency_samples;
        let was_requested = self.is_restart_requested.swap(is_other, Relaxed);
        if is_other && !was_requested {
            self.host.request_restart();
        }
    }
}
