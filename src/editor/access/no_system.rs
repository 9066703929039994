//! Systems whose screen readers aren't spoken to.
#![cfg(not(any(target_os = "linux", target_os = "windows")))]

use std::sync::Arc;

use egui::accesskit::TreeUpdate;
use raw_window_handle::HasWindowHandle;

use crate::editor::access::reader::Reader;

/// None.
pub enum Adapter {}

impl Adapter {
    /// None.
    pub fn new(_window: &impl HasWindowHandle, _reader: &Arc<Reader>) -> Option<Self> {
        None
    }

    pub fn update(&mut self, _update: TreeUpdate) {
        match *self {}
    }

    pub fn set_focus(&mut self, _is_focused: bool) {
        match *self {}
    }
}
