//! The window as CLAP hosts open it. nice-plug 0.4.2 reads null strings, keeps any scale factor, and lets the
//! host fall with what the window library panics at; so the table is the guard's, and the framework is asked only
//! for its way to the host's parameters.

use std::ffi::{CStr, c_char};
use std::sync::Arc;

use clap_sys::ext::gui::{
    CLAP_EXT_GUI, CLAP_WINDOW_API_COCOA, CLAP_WINDOW_API_WIN32, CLAP_WINDOW_API_X11,
    clap_gui_resize_hints, clap_plugin_gui, clap_window,
};
use clap_sys::plugin::clap_plugin;
use nice_plug::editor::ParentWindowHandle;

use crate::editor::{HostWindow, WindowHost};
use crate::plugin::handoff::with_context;
use crate::plugin::host_guard::clap::guarded_clap::GuardedClap;
use crate::plugin::host_guard::clap::host::{Host, is_id};

/// The only kind of window that this system has.
const API: &CStr = if cfg!(target_os = "macos") {
    CLAP_WINDOW_API_COCOA
} else if cfg!(target_os = "windows") {
    CLAP_WINDOW_API_WIN32
} else {
    CLAP_WINDOW_API_X11
};

pub static GUI: clap_plugin_gui = clap_plugin_gui {
    is_api_supported: Some(is_api_supported),
    get_preferred_api: Some(get_preferred_api),
    create: Some(create),
    destroy: Some(destroy),
    set_scale: Some(set_scale),
    get_size: Some(get_size),
    can_resize: Some(can_resize),
    get_resize_hints: Some(get_resize_hints),
    adjust_size: Some(adjust_size),
    set_size: Some(set_size),
    set_parent: Some(set_parent),
    set_transient: Some(set_transient),
    suggest_title: Some(suggest_title),
    show: Some(show),
    hide: Some(hide),
};

/// The host of a window.
struct ClapWindowHost(Host);

// SAFETY: the host's structure lives as long as the instance, whose window is closed before. The only function that
// is called off the main thread, `request_callback`, is one for any thread.
unsafe impl Send for ClapWindowHost {}
// SAFETY: as above.
unsafe impl Sync for ClapWindowHost {}

impl WindowHost for ClapWindowHost {
    fn request_resize(&self, size: [u32; 2]) -> bool {
        self.0.request_resize(size)
    }

    fn closed(&self) {
        self.0.window_closed();
    }

    fn wake(&self) {
        self.0.request_callback();
    }
}

/// The window of the host's plugin.
///
/// # Safety
/// `plugin` must be null or the host's pointer to its plugin.
unsafe fn window_of<'a>(plugin: *const clap_plugin) -> Option<&'a Arc<HostWindow>> {
    // SAFETY: as the caller promises.
    unsafe { GuardedClap::from_host(plugin) }?.window.as_ref()
}

unsafe extern "C" fn is_api_supported(
    _plugin: *const clap_plugin,
    api: *const c_char,
    is_floating: bool,
) -> bool {
    // SAFETY: null or a string of the host's.
    !is_floating && unsafe { is_id(api, API) }
}

unsafe extern "C" fn get_preferred_api(
    _plugin: *const clap_plugin,
    api: *mut *const c_char,
    is_floating: *mut bool,
) -> bool {
    // SAFETY: null or the host's own variables.
    match unsafe { (api.as_mut(), is_floating.as_mut()) } {
        (Some(api), Some(is_floating)) => {
            (*api, *is_floating) = (API.as_ptr(), false);
            true
        }
        _ => false,
    }
}

unsafe extern "C" fn create(
    plugin: *const clap_plugin,
    api: *const c_char,
    is_floating: bool,
) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let (guarded, window) = unsafe { (GuardedClap::from_host(plugin), window_of(plugin)) };
    let (Some(guarded), Some(window)) = (guarded, window) else {
        return false;
    };
    // SAFETY: null or a string of the host's.
    if unsafe { !is_api_supported(plugin, api, is_floating) } {
        return false;
    }
    let framework = guarded.framework_extension(CLAP_EXT_GUI.as_ptr());
    // SAFETY: CLAP's type for this extension; it lives as long as the plugin.
    let framework = unsafe { framework.cast::<clap_plugin_gui>().as_ref() };
    let Some(create) = framework.and_then(|framework| framework.create) else {
        return false;
    };
    let context = with_context(|| {
        // SAFETY: the framework's function with its data.
        unsafe { create(plugin, api, is_floating) };
    });
    let host = Arc::new(ClapWindowHost(guarded.host));
    context.is_some_and(|context| window.open(None, context, host).is_ok())
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer to its plugin.
    if let Some(window) = unsafe { window_of(plugin) } {
        window.close();
    }
}

unsafe extern "C" fn set_scale(plugin: *const clap_plugin, scale: f64) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let window = unsafe { window_of(plugin) };
    window.is_some_and(|window| window.set_scale(scale).is_ok())
}

unsafe extern "C" fn get_size(
    plugin: *const clap_plugin,
    width: *mut u32,
    height: *mut u32,
) -> bool {
    // SAFETY: the host's pointer to its plugin; null or its own variables.
    let (window, to) = unsafe { (window_of(plugin), (width.as_mut(), height.as_mut())) };
    let (Some(window), (Some(width), Some(height))) = (window, to) else {
        return false;
    };
    [*width, *height] = window.size();
    true
}

unsafe extern "C" fn can_resize(_plugin: *const clap_plugin) -> bool {
    true
}

unsafe extern "C" fn get_resize_hints(
    _plugin: *const clap_plugin,
    hints: *mut clap_gui_resize_hints,
) -> bool {
    // SAFETY: null or the host's own structure.
    let Some(hints) = (unsafe { hints.as_mut() }) else {
        return false;
    };
    *hints = clap_gui_resize_hints {
        can_resize_horizontally: true,
        can_resize_vertically: true,
        preserve_aspect_ratio: false,
        aspect_ratio_width: 1,
        aspect_ratio_height: 1,
    };
    true
}

unsafe extern "C" fn adjust_size(
    plugin: *const clap_plugin,
    width: *mut u32,
    height: *mut u32,
) -> bool {
    // SAFETY: the host's pointer to its plugin; null or its own variables.
    let (window, size) = unsafe { (window_of(plugin), (width.as_mut(), height.as_mut())) };
    let (Some(window), (Some(width), Some(height))) = (window, size) else {
        return false;
    };
    [*width, *height] = window.adjusted([*width, *height]);
    true
}

unsafe extern "C" fn set_size(plugin: *const clap_plugin, width: u32, height: u32) -> bool {
    // SAFETY: the host's pointer to its plugin.
    let window = unsafe { window_of(plugin) };
    window.is_some_and(|window| window.set_size([width, height]).is_ok())
}

unsafe extern "C" fn set_parent(plugin: *const clap_plugin, parent: *const clap_window) -> bool {
    // SAFETY: the host's pointer to its plugin; null or its own structure.
    let (window, parent) = unsafe { (window_of(plugin), parent.as_ref()) };
    let (Some(window), Some(parent)) = (window, parent) else {
        return false;
    };
    // SAFETY: null or a string of the host's.
    if unsafe { !is_id(parent.api, API) } {
        return false;
    }
    let parent = handle_of(parent);
    parent.is_some_and(|parent| window.set_parent(parent).is_ok())
}

/// The framework's name for the host's window, which is of [`API`].
fn handle_of(parent: &clap_window) -> Option<ParentWindowHandle> {
    // SAFETY: the field is the one of the API.
    unsafe {
        if cfg!(target_os = "macos") {
            std::ptr::NonNull::new(parent.specific.cocoa).map(ParentWindowHandle::AppKitNsView)
        } else if cfg!(target_os = "windows") {
            let handle = parent.specific.win32 as isize;
            std::num::NonZeroIsize::new(handle).map(ParentWindowHandle::Win32Hwnd)
        } else {
            Some(ParentWindowHandle::XlibWindow(parent.specific.x11))
        }
    }
}

unsafe extern "C" fn set_transient(
    _plugin: *const clap_plugin,
    _window: *const clap_window,
) -> bool {
    // Only for windows that float.
    false
}

unsafe extern "C" fn suggest_title(_plugin: *const clap_plugin, _title: *const c_char) {}

unsafe extern "C" fn show(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host's pointer to its plugin.
    unsafe { window_of(plugin) }.is_some_and(|window| window.show().is_ok())
}

unsafe extern "C" fn hide(plugin: *const clap_plugin) -> bool {
    // SAFETY: the host's pointer to its plugin.
    unsafe { window_of(plugin) }.is_some_and(|window| window.hide().is_ok())
}
