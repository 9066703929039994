//! The CLAP plugin, called raw.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::null_mut;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use clap_sys::ext::gui::{
    CLAP_EXT_GUI, CLAP_WINDOW_API_X11, clap_host_gui, clap_plugin_gui, clap_window,
    clap_window_handle,
};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;
use test_support::demo::RATE_HZ;
use underscore::plugin::clap_entry;

use super::audio_side::{AudioSide, BLOCK_SAMPLES, ClapAudio};
use super::raw_host::RawHost;

/// What the plugin has asked its host for.
#[derive(Default)]
struct Asked {
    sizes: Mutex<Vec<[u32; 2]>>,
    wants_callback: AtomicBool,
}

/// One instance.
pub struct RawClap {
    pub plugin: *const clap_plugin,
    asked: Box<Asked>,
    _host: Box<clap_host>,
}

// SAFETY: the tests call it from one thread at a time.
unsafe impl Send for RawClap {}

static HOST_GUI: clap_host_gui = clap_host_gui {
    resize_hints_changed: None,
    request_resize: Some(request_resize),
    request_show: None,
    request_hide: None,
    closed: None,
};

unsafe fn asked<'a>(host: *const clap_host) -> &'a Asked {
    unsafe { &*(*host).host_data.cast() }
}

unsafe extern "C" fn request_resize(host: *const clap_host, width: u32, height: u32) -> bool {
    let asked = unsafe { asked(host) };
    asked.sizes.lock().unwrap().push([width, height]);
    true
}

unsafe extern "C" fn extension(_: *const clap_host, id: *const c_char) -> *const c_void {
    match unsafe { CStr::from_ptr(id) } == CLAP_EXT_GUI {
        true => (&raw const HOST_GUI).cast(),
        false => std::ptr::null(),
    }
}

unsafe extern "C" fn ignore(_: *const clap_host) {}

unsafe extern "C" fn request_callback(host: *const clap_host) {
    let asked = unsafe { asked(host) };
    asked.wants_callback.store(true, Ordering::Release);
}

unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, num: u64) -> i64 {
    let rest = unsafe { &mut *(*stream).ctx.cast::<&[u8]>() };
    let num = rest.len().min(num as usize);
    let (now, later) = rest.split_at(num);
    unsafe { now.as_ptr().copy_to_nonoverlapping(to.cast(), num) };
    *rest = later;
    num as i64
}

unsafe extern "C" fn write(stream: *const clap_ostream, from: *const c_void, num: u64) -> i64 {
    let bytes = unsafe { &mut *(*stream).ctx.cast::<Vec<u8>>() };
    bytes.extend_from_slice(unsafe { std::slice::from_raw_parts(from.cast(), num as usize) });
    num as i64
}

impl RawClap {
    pub fn gui(&self) -> &clap_plugin_gui {
        self.extension(CLAP_EXT_GUI)
    }

    fn extension<T>(&self, id: &CStr) -> &T {
        let get_extension = unsafe { (*self.plugin).get_extension }.unwrap();
        unsafe { get_extension(self.plugin, id.as_ptr()).cast::<T>().as_ref() }.unwrap()
    }

    /// Makes the editor, in no window yet.
    pub fn create(&self) -> bool {
        let api = CLAP_WINDOW_API_X11.as_ptr();
        unsafe { self.gui().create.unwrap()(self.plugin, api, false) }
    }

    pub fn set_parent(&self, parent: u32) -> bool {
        let window = clap_window {
            api: CLAP_WINDOW_API_X11.as_ptr(),
            specific: clap_window_handle { x11: parent.into() },
        };
        unsafe { self.gui().set_parent.unwrap()(self.plugin, &window) }
    }
}

impl RawHost for RawClap {
    fn new() -> Self {
        let asked = Box::new(Asked::default());
        let host = Box::new(clap_host {
            clap_version: CLAP_VERSION,
            host_data: (&raw const *asked).cast_mut().cast(),
            name: c"Test".as_ptr(),
            vendor: c"Test".as_ptr(),
            url: c"".as_ptr(),
            version: c"1".as_ptr(),
            get_extension: Some(extension),
            request_restart: Some(ignore),
            request_process: Some(ignore),
            request_callback: Some(request_callback),
        });
        let plugin = unsafe {
            assert!(clap_entry.init.unwrap()(c"".as_ptr()));
            let factory = clap_entry.get_factory.unwrap()(CLAP_PLUGIN_FACTORY_ID.as_ptr());
            let factory = &*factory.cast::<clap_plugin_factory>();
            let id = c"audio.underscore.clash".as_ptr();
            let plugin = factory.create_plugin.unwrap()(factory, &*host, id);
            assert!((*plugin).init.unwrap()(plugin));
            plugin
        };
        Self {
            plugin,
            asked,
            _host: host,
        }
    }

    fn open(&mut self, parent: u32) -> bool {
        self.create() && self.set_parent(parent) && unsafe { self.gui().show.unwrap()(self.plugin) }
    }

    fn close(&mut self) {
        unsafe { self.gui().destroy.unwrap()(self.plugin) };
    }

    fn set_scale(&mut self, scale: f64) -> bool {
        unsafe { self.gui().set_scale.unwrap()(self.plugin, scale) }
    }

    fn size(&mut self) -> [u32; 2] {
        let [mut width, mut height] = [0; 2];
        let get_size = self.gui().get_size.unwrap();
        assert!(unsafe { get_size(self.plugin, &mut width, &mut height) });
        [width, height]
    }

    fn adjusted(&mut self, [mut width, mut height]: [u32; 2]) -> [u32; 2] {
        let adjust = self.gui().adjust_size.unwrap();
        assert!(unsafe { adjust(self.plugin, &mut width, &mut height) });
        [width, height]
    }

    fn set_size(&mut self, [width, height]: [u32; 2]) -> bool {
        unsafe { self.gui().set_size.unwrap()(self.plugin, width, height) }
    }

    fn requested_sizes(&self) -> Vec<[u32; 2]> {
        self.asked.sizes.lock().unwrap().clone()
    }

    fn serve(&mut self) {
        if self.asked.wants_callback.swap(false, Ordering::AcqRel) {
            unsafe { (*self.plugin).on_main_thread.unwrap()(self.plugin) };
        }
    }

    fn save(&mut self) -> Vec<u8> {
        let state: &clap_plugin_state = self.extension(CLAP_EXT_STATE);
        let mut saved = Vec::new();
        let stream = clap_ostream {
            ctx: (&raw mut saved).cast(),
            write: Some(write),
        };
        assert!(unsafe { state.save.unwrap()(self.plugin, &stream) });
        saved
    }

    fn load(&mut self, mut saved: &[u8]) {
        let state: &clap_plugin_state = self.extension(CLAP_EXT_STATE);
        let stream = clap_istream {
            ctx: (&raw mut saved).cast(),
            read: Some(read),
        };
        assert!(unsafe { state.load.unwrap()(self.plugin, &stream) });
    }

    fn start_audio(&mut self) -> Box<dyn AudioSide> {
        unsafe {
            let plugin = &*self.plugin;
            let activate = plugin.activate.unwrap();
            assert!(activate(plugin, RATE_HZ, 1, BLOCK_SAMPLES as u32));
            assert!(plugin.start_processing.unwrap()(plugin));
        }
        Box::new(ClapAudio(self.plugin))
    }

    fn stop_audio(&mut self) {
        unsafe {
            (*self.plugin).stop_processing.unwrap()(self.plugin);
            (*self.plugin).deactivate.unwrap()(self.plugin);
        }
    }
}

impl Drop for RawClap {
    fn drop(&mut self) {
        unsafe { (*self.plugin).destroy.unwrap()(self.plugin) };
        self.plugin = null_mut();
    }
}
