//! The VST3 plugin as hosts get it: entry points, factory, and the object that guards the
//! framework's.

mod audio_state;
mod changes;
mod channel_context;
mod controller;
mod factory;
mod host_application;
mod lane_out;
mod object;
mod process_context;
mod processor;
mod set_values;
mod told_latency;
mod ui_thread;
mod ui_timer;
mod view;

use std::ffi::c_void;

use nice_plug::wrapper::setup_logger;
use nice_plug::wrapper::vst3::vst3::{ComWrapper, Steinberg::IPluginFactory};

use crate::plugin::host_guard::vst3::factory::Factory;
use crate::plugin::instance::Underscore;

/// The entry point that every host calls for the factory; the host owns the reference.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    ComWrapper::new(Factory::new())
        .to_com_ptr::<IPluginFactory>()
        .map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// Called once when the module is loaded on Linux.
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleEntry(_library: *mut c_void) -> bool {
    setup_logger::<Underscore>();
    true
}

/// Called once before the module is unloaded on Linux.
#[cfg(all(target_family = "unix", not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleExit() -> bool {
    true
}

/// Called once when the bundle is loaded on macOS.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleEntry(_bundle: *mut c_void) -> bool {
    setup_logger::<Underscore>();
    true
}

/// Called once before the bundle is unloaded on macOS.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleExit() -> bool {
    true
}

/// Called once when the library is loaded on Windows.
#[cfg(target_os = "windows")]
#[unsafe(no_mangle)]
pub extern "system" fn InitDll() -> bool {
    setup_logger::<Underscore>();
    true
}

/// Called once before the library is unloaded on Windows.
#[cfg(target_os = "windows")]
#[unsafe(no_mangle)]
pub extern "system" fn ExitDll() -> bool {
    true
}
