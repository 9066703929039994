//! Windows: UI Automation, by the window's handle. Compiled here and not yet tried with a reader.
#![cfg(target_os = "windows")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use accesskit_windows::{HWND, SubclassingAdapter};
use egui::accesskit::TreeUpdate;
use raw_window_handle::{HasWindowHandle, RawWindowHandle};

use crate::editor::access::reader::{Reader, Told};

/// A window as UI Automation knows it: its messages go through this first.
pub struct Adapter(SubclassingAdapter);

impl Adapter {
    /// For `window`, which isn't seen yet and belongs to this thread.
    pub fn new(window: &impl HasWindowHandle, reader: &Arc<Reader>) -> Option<Self> {
        let RawWindowHandle::Win32(handle) = window.window_handle().ok()?.as_raw() else {
            return None;
        };
        let window = HWND(handle.hwnd.get() as *mut std::ffi::c_void);
        let (activation, action) = (Told(reader.clone()), Told(reader.clone()));
        // It panics at a window that is seen already.
        let make = move || SubclassingAdapter::new(window, activation, action);
        catch_unwind(AssertUnwindSafe(make)).ok().map(Self)
    }

    /// Hands over a tree, if it is wanted.
    pub fn update(&mut self, update: TreeUpdate) {
        if let Some(events) = self.0.update_if_active(|| update) {
            events.raise();
        }
    }

    /// It hears of the keyboard by itself.
    pub fn set_focus(&mut self, _is_focused: bool) {}
}
