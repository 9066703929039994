//! The latency that the host knows. CLAP lets it change only while the plugin is being activated:
//! a change at any other time waits, and the host is asked to activate the plugin anew.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use clap_sys::ext::latency::clap_plugin_latency;
use clap_sys::plugin::clap_plugin;

use super::host::Host;
use super::plugin::GuardedPlugin;

/// The plugin's side.
pub static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(get) };

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

unsafe extern "C" fn get(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedPlugin::from_host(plugin) };
    guarded.map_or(0, |guarded| guarded.latency.known.load(Relaxed))
}
