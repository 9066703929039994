//! One guarded instance: what the host holds a pointer to.

use std::ffi::{c_char, c_void};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use clap_sys::ext::audio_ports_config::CLAP_EXT_AUDIO_PORTS_CONFIG;
use clap_sys::ext::params::clap_plugin_params;
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};

use crate::editor::HostWindow;
use crate::params::UnderscoreParams;
use crate::plugin::buses::{Buses, FRAMEWORK_LAYOUTS};
use crate::plugin::handoff::LaneEvent;
use crate::plugin::host_guard::block::Block;
use crate::plugin::host_guard::clap::host::Host;
use crate::plugin::host_guard::clap::latency::Latency;
use crate::plugin::host_guard::clap::out_events::OutEvents;

/// One instance. The host holds a pointer to `plugin`, the first field, and so to the whole.
#[repr(C)]
pub struct GuardedClap {
    /// The host's view. Its data is the framework's, so that the framework's functions, which look
    /// at nothing else, can be called with it.
    pub(super) plugin: clap_plugin,
    /// The framework's functions.
    pub(super) framework: clap_plugin,
    /// The framework's parameters, with functions of ours.
    pub(super) params: Option<clap_plugin_params>,
    pub(super) framework_params: Option<clap_plugin_params>,
    pub(super) host: Host,
    pub(super) values: Arc<UnderscoreParams>,
    /// CLAP's number of the parameter that the lane is.
    pub(super) ride_id: clap_id,
    pub(super) buses: Mutex<Buses>,
    pub(super) is_active: AtomicBool,
    pub latency: Latency,
    /// How long the plugin sounds on beside its latency, from the last activation.
    pub(super) tail_samples: AtomicU32,
    /// `None` if the framework made none, which it does.
    pub(super) window: Option<Arc<HostWindow>>,
    /// What processing needs. The audio thread only tries the lock, which is free but for hosts
    /// that activate and process at the same time; it never waits for it.
    pub(super) audio: Mutex<Option<ClapAudio>>,
}

/// What the audio thread needs.
pub struct ClapAudio {
    pub sample_rate_hz: f64,
    pub block: Block,
}

impl GuardedClap {
    /// The instance that a host's pointer stands for.
    ///
    /// # Safety
    /// `plugin` must be null or from [`create`](super::table::create) and not yet destroyed.
    pub unsafe fn from_host<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        // SAFETY: `plugin` is the first field of the whole, which its pointer was made for.
        unsafe { plugin.cast::<Self>().as_ref() }
    }

    /// Asks the host what it calls itself and the track. On the main thread.
    pub(super) fn ask_for_names(&self) {
        if let Some(name) = self.host.name() {
            self.values.names.set_program(&name);
        }
        if let Some(name) = self.host.track_name() {
            self.values.names.set_track(&name);
        }
    }

    /// The buses now. Not for the audio thread.
    pub fn buses(&self) -> Buses {
        self.buses.lock().map_or(Buses::DEFAULT, |buses| *buses)
    }

    /// How long the plugin sounds on after its input has ended, from the moment of activation.
    pub fn tail_samples(&self) -> u32 {
        self.tail_samples.load(Relaxed) + self.latency.known_samples()
    }

    /// Changes the buses, which only an inactive plugin can.
    pub fn set_buses(&self, buses: Buses) -> bool {
        if self.is_active.load(Relaxed) {
            return false;
        }
        let Ok(mut now) = self.buses.lock() else {
            return false;
        };
        *now = buses;
        true
    }

    /// Has the framework take the layout that holds `buses`.
    pub(super) fn choose_framework_layout(&self, buses: &Buses) -> bool {
        use clap_sys::ext::audio_ports_config::clap_plugin_audio_ports_config as Config;
        let num_channels = buses.num_framework_channels() as u32;
        let layout_idx = FRAMEWORK_LAYOUTS
            .iter()
            .position(|layout| layout.main_input_channels.map(u32::from) == Some(num_channels));
        let config = self.framework_extension(CLAP_EXT_AUDIO_PORTS_CONFIG.as_ptr());
        // SAFETY: CLAP's type for this extension; it lives as long as the plugin.
        let config = unsafe { config.cast::<Config>().as_ref() };
        match (layout_idx, config.and_then(|config| config.select)) {
            // SAFETY: the framework's function with its data.
            (Some(layout_idx), Some(select)) => unsafe { select(&self.plugin, layout_idx as u32) },
            _ => false,
        }
    }

    pub(super) fn framework_extension(&self, id: *const c_char) -> *const c_void {
        match self.framework.get_extension {
            // SAFETY: the framework's function with its data.
            Some(get_extension) => unsafe { get_extension(&self.plugin, id) },
            None => std::ptr::null(),
        }
    }

    /// Sends an event of the lane, at a sample of the piece that `out_events` is for. What the host has then is the
    /// parameter's value. For the audio thread.
    pub(super) fn send_lane(&self, out_events: &OutEvents, at: u32, event: LaneEvent) {
        match event {
            LaneEvent::Begin | LaneEvent::End => {
                if self.values.lane.set_gesture(event == LaneEvent::Begin) {
                    out_events.push_lane(at, event);
                }
            }
            LaneEvent::Value(ride_lu) => {
                let normalized = self.values.take_ride(ride_lu);
                out_events.push_lane(at, LaneEvent::Value(normalized));
            }
        }
    }

    /// One call of the framework's `process`, for a block as the framework likes it.
    ///
    /// # Safety
    /// All of `process` must be valid.
    pub(super) unsafe fn process_piece(&self, process: &clap_process) -> clap_process_status {
        match self.framework.process {
            // SAFETY: the framework's function with its data.
            Some(function) => unsafe { function(&self.plugin, process) },
            None => CLAP_PROCESS_ERROR,
        }
    }
}
