//! Linux: AT-SPI over D-Bus, which needs no handle of the window.
#![cfg(target_os = "linux")]

use std::panic::catch_unwind;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use egui::accesskit::TreeUpdate;
use raw_window_handle::HasWindowHandle;

use crate::editor::access::reader::{Reader, Told};

/// A window as AT-SPI knows it.
pub struct Adapter(accesskit_unix::Adapter);

impl Adapter {
    /// Says that there is a window, if there is a session's bus to say it to.
    pub fn new(_window: &impl HasWindowHandle, reader: &Arc<Reader>) -> Option<Self> {
        if !has_bus() {
            return None;
        }
        keep_loaded();
        let told = || Told(reader.clone());
        let (activation, action, deactivation) = (told(), told(), told());
        // It panics where no thread can be had.
        let make = move || accesskit_unix::Adapter::new(activation, action, deactivation);
        catch_unwind(std::panic::AssertUnwindSafe(make))
            .ok()
            .map(Self)
    }

    /// Hands over a tree, if it is wanted.
    pub fn update(&mut self, update: TreeUpdate) {
        self.0.update_if_active(|| update);
    }

    /// Says whether the keyboard is with the window.
    pub fn set_focus(&mut self, is_focused: bool) {
        self.0.update_window_focus_state(is_focused);
    }
}

/// Whether this session may have a bus: where it can have none, no thread is made to look for it.
fn has_bus() -> bool {
    match std::env::var_os("DBUS_SESSION_BUS_ADDRESS") {
        Some(address) => !address.is_empty(),
        None => std::env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| PathBuf::from(folder).join("bus").exists()),
    }
}

/// Keeps this library in memory for good: the threads that speak to the bus (accesskit_unix 0.24 and async-io 2)
/// end with the process, whatever becomes of the windows, and a host that unloads the library would take the ground from
/// under them.
fn keep_loaded() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        // SAFETY: plain data, of which null and 0 are values.
        let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
        let here = keep_loaded as fn() as *const libc::c_void;
        // SAFETY: `info` is there to be written to; the name that it gets is there as long as the library, and what
        // is loaded already runs nothing when it is opened once more. Nothing closes it again.
        unsafe {
            if libc::dladdr(here, &mut info) != 0 && !info.dli_fname.is_null() {
                let flags = libc::RTLD_NOW | libc::RTLD_NOLOAD | libc::RTLD_NODELETE;
                libc::dlopen(info.dli_fname, flags);
            }
        }
    });
}
