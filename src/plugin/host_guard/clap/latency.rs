//! The latency that the host knows. CLAP lets it change only while the plugin is being activated:
//! a change at any other time waits, and the host is asked to activate the plugin anew.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency, clap_plugin_latency};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;

use super::plugin::GuardedPlugin;

/// The plugin's side.
pub static LATENCY: clap_plugin_latency = clap_plugin_latency { get: Some(get) };

/// What one instance's host knows.
pub struct Latency {
    host: *const clap_host,
    /// From the last activation, samples.
    known: AtomicU32,
    is_restart_requested: AtomicBool,
}

impl Latency {
    /// # Safety
    /// `host` must be valid for as long as this is.
    pub unsafe fn new(host: *const clap_host) -> Self {
        Self {
            host,
            known: AtomicU32::new(0),
            is_restart_requested: AtomicBool::new(false),
        }
    }

    /// Tells the host, within an activation. Only from the main thread.
    pub fn activated_with(&self, latency_samples: u32) {
        self.is_restart_requested.store(false, Relaxed);
        if self.known.swap(latency_samples, Relaxed) == latency_samples {
            return;
        }
        // SAFETY: the host's own structures and functions, called as CLAP has it.
        unsafe {
            let Some(get_extension) = (*self.host).get_extension else {
                return;
            };
            let latency = get_extension(self.host, CLAP_EXT_LATENCY.as_ptr());
            let latency = latency.cast::<clap_host_latency>().as_ref();
            if let Some(changed) = latency.and_then(|latency| latency.changed) {
                changed(self.host);
            }
        }
    }

    /// Asks for another activation if this isn't what the host knows. From any thread.
    pub fn processed_with(&self, latency_samples: u32) {
        let is_known = self.known.load(Relaxed) == latency_samples;
        if self.is_restart_requested.swap(!is_known, Relaxed) || is_known {
            return;
        }
        // SAFETY: the host's own structure and function, which any thread may call.
        unsafe {
            if let Some(request_restart) = (*self.host).request_restart {
                request_restart(self.host);
            }
        }
    }
}

unsafe extern "C" fn get(plugin: *const clap_plugin) -> u32 {
    // SAFETY: the host's pointer to its plugin.
    let guarded = unsafe { GuardedPlugin::from_host(plugin) };
    guarded.map_or(0, |guarded| guarded.latency.known.load(Relaxed))
}
