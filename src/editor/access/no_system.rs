//! Systems whose screen readers aren't spoken to.
#![cfg(not(any(target_os = "linux", target_os = "windows")))]

use std::sync::Arc;

use egui::Context;
use raw_window_handle::HasWindowHandle;

use crate::link::Doorbell;

/// Nothing is handed to anybody.
pub fn begin(_context: &Context, _window: &impl HasWindowHandle, _bell: &Arc<Doorbell>) {}
