//! The CLAP plugin as hosts get it: entry point, factory, and the table of functions that guards
//! the framework's.

mod events;
mod extensions;
mod guarded_clap;
mod gui;
mod host;
mod host_place;
mod host_time;
mod lane_extensions;
mod latency;
mod out_events;
mod table;
mod track_info;
mod transport;

use std::ffi::{c_char, c_void};
use std::sync::OnceLock;

use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::version::CLAP_VERSION;
use nice_plug::wrapper::clap::PluginDescriptor;
use nice_plug::wrapper::setup_logger;

use crate::plugin::host_guard::clap::host::is_id;
use crate::plugin::instance::Underscore;

/// The symbol that hosts look for. Without `#[used]`: the command line, which links the same library, would
/// carry it too, and with it the whole plugin.
#[unsafe(no_mangle)]
#[allow(non_upper_case_globals, reason = "CLAP's name")]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};

static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(get_plugin_count),
    get_plugin_descriptor: Some(get_plugin_descriptor),
    create_plugin: Some(create_plugin),
};

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Underscore>)
}

unsafe extern "C" fn init(_plugin_path: *const c_char) -> bool {
    setup_logger::<Underscore>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(factory_id: *const c_char) -> *const c_void {
    // SAFETY: null or a string of the host's.
    match unsafe { is_id(factory_id, CLAP_PLUGIN_FACTORY_ID) } {
        true => (&raw const FACTORY).cast(),
        false => std::ptr::null(),
    }
}

unsafe extern "C" fn get_plugin_count(_factory: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_plugin_descriptor(
    _factory: *const clap_plugin_factory,
    index: u32,
) -> *const clap_plugin_descriptor {
    match index {
        0 => descriptor().clap_plugin_descriptor(),
        _ => std::ptr::null(),
    }
}

unsafe extern "C" fn create_plugin(
    _factory: *const clap_plugin_factory,
    host: *const clap_host,
    plugin_id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: null or a string of the host's.
    if host.is_null() || !unsafe { is_id(plugin_id, descriptor().clap_id()) } {
        return std::ptr::null();
    }
    // SAFETY: `host` is valid until the plugin is destroyed, as CLAP has it.
    unsafe { table::create(host) }
}
