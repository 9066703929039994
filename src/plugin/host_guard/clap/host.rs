//! What the guard asks of the host, and the host's strings.

use std::ffi::{CStr, c_char};

use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_host_latency};
use clap_sys::ext::track_info::{
    CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT, CLAP_TRACK_INFO_HAS_TRACK_NAME,
    clap_host_track_info, clap_track_info,
};
use clap_sys::host::clap_host;

/// The host of one instance.
#[derive(Clone, Copy)]
pub struct Host(*const clap_host);

impl Host {
    /// # Safety
    /// `host` must be valid for as long as this or a copy of it is.
    pub unsafe fn new(host: *const clap_host) -> Self {
        Self(host)
    }

    /// The host's extension `id`, whose type is `T`, if it has it. Not before the plugin's `init`.
    ///
    /// # Safety
    /// `T` must be CLAP's type for the extension.
    unsafe fn extension<T>(&self, id: &CStr) -> Option<&T> {
        // SAFETY: the host's own structure and function, and a pointer that lives as long.
        unsafe {
            let get_extension = (*self.0).get_extension?;
            get_extension(self.0, id.as_ptr()).cast::<T>().as_ref()
        }
    }

    /// What it calls itself, if it says so. On the main thread.
    pub fn name(&self) -> Option<String> {
        // SAFETY: the host's own structure, and a string in it or null.
        let name = unsafe {
            let name = (*self.0).name;
            (!name.is_null()).then(|| CStr::from_ptr(name))
        };
        name.map(|name| name.to_string_lossy().into_owned())
    }

    /// Whether the host has the extension `id`.
    pub fn has(&self, id: &CStr) -> bool {
        // SAFETY: what it points to isn't looked at.
        unsafe { self.extension::<u8>(id) }.is_some()
    }

    /// Says that the latency is another. Only while the plugin is being activated.
    pub fn latency_changed(&self) {
        // SAFETY: the extension's type and the host's own function.
        unsafe {
            let latency = self.extension::<clap_host_latency>(CLAP_EXT_LATENCY);
            if let Some(changed) = latency.and_then(|latency| latency.changed) {
                changed(self.0);
            }
        }
    }

    /// Asks for this size of the window, in the system's pixels; `false` if the host refuses. On the main thread.
    pub fn request_resize(&self, [width, height]: [u32; 2]) -> bool {
        // SAFETY: the extension's type and the host's own function.
        unsafe {
            let gui = self.extension::<clap_host_gui>(CLAP_EXT_GUI);
            let request_resize = gui.and_then(|gui| gui.request_resize);
            request_resize.is_some_and(|request_resize| request_resize(self.0, width, height))
        }
    }

    /// Says that the window went by itself. On the main thread.
    pub fn window_closed(&self) {
        // SAFETY: the extension's type and the host's own function.
        unsafe {
            let gui = self.extension::<clap_host_gui>(CLAP_EXT_GUI);
            if let Some(closed) = gui.and_then(|gui| gui.closed) {
                closed(self.0, true);
            }
        }
    }

    /// What it calls the track, if it says so. On the main thread.
    pub fn track_name(&self) -> Option<String> {
        // SAFETY: numbers, characters and a pointer that nobody follows: all may be 0.
        let mut info: clap_track_info = unsafe { std::mem::zeroed() };
        // SAFETY: the extension's type and the host's own function.
        let is_told = unsafe {
            let ids = [CLAP_EXT_TRACK_INFO, CLAP_EXT_TRACK_INFO_COMPAT];
            let mut extensions = ids.into_iter();
            let track_info = extensions.find_map(|id| self.extension::<clap_host_track_info>(id));
            let get = track_info.and_then(|track_info| track_info.get);
            get.is_some_and(|get| get(self.0, &mut info))
        };
        if !is_told || info.flags & CLAP_TRACK_INFO_HAS_TRACK_NAME == 0 {
            return None;
        }
        let bytes: Vec<u8> = info.name.iter().map(|&c| c as u8).collect();
        let end = bytes.iter().position(|&byte| byte == 0);
        let name = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
        Some(String::from_utf8_lossy(name).into_owned())
    }

    /// Asks for a call of the plugin on the main thread. From any thread.
    pub fn request_callback(&self) {
        // SAFETY: the host's own structure and function.
        unsafe {
            if let Some(request_callback) = (*self.0).request_callback {
                request_callback(self.0);
            }
        }
    }

    /// Asks for the plugin to be deactivated and activated. From any thread.
    pub fn request_restart(&self) {
        // SAFETY: the host's own structure and function.
        unsafe {
            if let Some(request_restart) = (*self.0).request_restart {
                request_restart(self.0);
            }
        }
    }
}

/// Whether a host's string is `expected`.
///
/// # Safety
/// `id` must be null or a string.
pub unsafe fn is_id(id: *const c_char, expected: &CStr) -> bool {
    // SAFETY: not null, and the caller vouches for the rest.
    !id.is_null() && unsafe { CStr::from_ptr(id) } == expected
}
