//! The name of the track, as CLAP hosts tell it.

use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::plugin::clap_plugin;

use crate::plugin::host_guard::clap::guarded_clap::GuardedClap;

pub static TRACK_INFO: clap_plugin_track_info = clap_plugin_track_info {
    changed: Some(changed),
};

/// The host has another name, or another colour, which the framework may want.
unsafe extern "C" fn changed(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer to its plugin.
    let Some(guarded) = (unsafe { GuardedClap::from_host(plugin) }) else {
        return;
    };
    guarded.ask_for_names();
    let framework = guarded.framework_extension(CLAP_EXT_TRACK_INFO.as_ptr());
    // SAFETY: CLAP's type for this extension.
    let framework = unsafe { framework.cast::<clap_plugin_track_info>().as_ref() };
    if let Some(changed) = framework.and_then(|framework| framework.changed) {
        // SAFETY: the framework's function with its data.
        unsafe { changed(plugin) };
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::{CStr, c_char, c_void};
    use std::mem::zeroed;
    use std::sync::Mutex;

    use clap_sys::ext::track_info::{
        CLAP_TRACK_INFO_HAS_TRACK_NAME, clap_host_track_info, clap_track_info,
    };
    use clap_sys::host::clap_host;
    use clap_sys::version::CLAP_VERSION;

    use super::*;
    use crate::editor::headless::words;
    use crate::plugin::host_guard::clap::table::create;

    /// What the host calls the track.
    static NAME: Mutex<Option<&str>> = Mutex::new(None);

    static HOST_TRACK_INFO: clap_host_track_info = clap_host_track_info {
        get: Some(host_get),
    };

    unsafe extern "C" fn host_get(_: *const clap_host, info: *mut clap_track_info) -> bool {
        let Some(name) = *NAME.lock().unwrap() else {
            return false;
        };
        // SAFETY: the plugin's own structure.
        let info = unsafe { &mut *info };
        info.flags = CLAP_TRACK_INFO_HAS_TRACK_NAME;
        // No 0 at the end, if the name is as long as the field.
        for (to, from) in info.name.iter_mut().zip(name.bytes()) {
            *to = from as c_char;
        }
        true
    }

    unsafe extern "C" fn extension(_: *const clap_host, id: *const c_char) -> *const c_void {
        // SAFETY: the plugin's string.
        match unsafe { CStr::from_ptr(id) } == CLAP_EXT_TRACK_INFO {
            true => (&raw const HOST_TRACK_INFO).cast(),
            false => std::ptr::null(),
        }
    }

    unsafe extern "C" fn nothing(_: *const clap_host) {}

    /// A host that calls itself `name`, which may be null.
    fn host_called(name: *const c_char) -> clap_host {
        let text = c"Test".as_ptr();
        clap_host {
            clap_version: CLAP_VERSION,
            name,
            vendor: text,
            url: text,
            version: text,
            get_extension: Some(extension),
            request_restart: Some(nothing),
            request_process: Some(nothing),
            request_callback: Some(nothing),
            // SAFETY: pointers, which may be null.
            ..unsafe { zeroed() }
        }
    }

    #[test]
    fn the_window_has_the_steps_of_the_host_that_tells_its_name() {
        for (name, title) in [
            (c"Bitwig Studio".as_ptr(), "First steps in Bitwig Studio"),
            (
                c"Logic Pro 11.0.1 (CLAP-as-AUv2)".as_ptr(),
                "First steps in Logic Pro",
            ),
            (
                c"Olive \xff Host".as_ptr(),
                "First steps in Olive \u{fffd} Host",
            ),
            (c"".as_ptr(), "First steps"),
            (std::ptr::null(), "First steps"),
        ] {
            let host = host_called(name);
            // SAFETY: the host outlives the plugin, whose functions get what CLAP has.
            let words = unsafe {
                let plugin = create(&host);
                assert!((*plugin).init.unwrap()(plugin));
                let guarded = GuardedClap::from_host(plugin).unwrap();
                let words = words(guarded.window.as_ref().unwrap());
                (*plugin).destroy.unwrap()(plugin);
                words
            };
            assert!(words.iter().any(|it| it == title), "{title}: {words:?}");
        }
    }

    #[test]
    fn the_hosts_name_of_the_track_is_known_from_the_start_and_when_it_changes() {
        let host = host_called(c"Test".as_ptr());
        *NAME.lock().unwrap() = Some("Score");
        // SAFETY: the host outlives the plugin, whose functions get what CLAP has.
        unsafe {
            let plugin = create(&host);
            assert!((*plugin).init.unwrap()(plugin));
            let told = || GuardedClap::from_host(plugin).unwrap().values.names.track();
            assert_eq!(told().as_deref(), Some("Score"));
            let get_extension = (*plugin).get_extension.unwrap();
            let ours = get_extension(plugin, CLAP_EXT_TRACK_INFO.as_ptr());
            let ours = ours.cast::<clap_plugin_track_info>().as_ref().unwrap();
            let long: &'static str = "y".repeat(1000).leak();
            for (name, known) in [
                (Some("Songs"), Some("Songs")),
                (None, Some("Songs")),
                (Some(long), Some(&long[..128])),
                (Some(""), None),
            ] {
                *NAME.lock().unwrap() = name;
                (ours.changed.unwrap())(plugin);
                assert_eq!(told().as_deref(), known);
            }
            (*plugin).destroy.unwrap()(plugin);
        }
    }
}
