//! The way of the tree out of egui and of requests into it, once a frame: egui-baseview owns both ends of the
//! frame, so this is a plugin of egui's.

use std::sync::Arc;
use std::thread::{self, ThreadId};

use egui::{Context, Event, FullOutput, RawInput};
use raw_window_handle::HasWindowHandle;

#[cfg(target_os = "linux")]
use crate::editor::access::at_spi::Adapter;
use crate::editor::access::reader::Reader;
#[cfg(target_os = "windows")]
use crate::editor::access::ui_automation::Adapter;
use crate::link::Doorbell;

/// What the window is called.
const TITLE: &str = "Underscore";

/// Hands the tree of `context`, whose window this is, to the system's screen readers; `bell` wakes the window. To be called on the
/// window's thread, before it is shown. Where the system has no readers, nothing happens.
pub fn begin(context: &Context, window: &impl HasWindowHandle, bell: &Arc<Doorbell>) {
    let reader = Arc::new(Reader::new(bell.clone()));
    if let Some(adapter) = Adapter::new(window, &reader) {
        context.add_plugin(HandOver {
            reader,
            adapter: OfOneThread::new(adapter),
            is_listening: false,
            has_focus: false,
        });
    }
}

struct HandOver {
    reader: Arc<Reader>,
    adapter: OfOneThread<Adapter>,
    /// Whether egui makes trees.
    is_listening: bool,
    /// Whether the keyboard is with the window, as the system was told.
    has_focus: bool,
}

impl egui::Plugin for HandOver {
    fn debug_name(&self) -> &'static str {
        "screen readers"
    }

    fn input_hook(&mut self, context: &Context, input: &mut RawInput) {
        let has_focus = input.viewport().focused.unwrap_or_default();
        if has_focus != self.has_focus {
            self.has_focus = has_focus;
            self.adapter.with(|adapter| adapter.set_focus(has_focus));
        }
        let is_listening = self.reader.is_listening();
        if is_listening != self.is_listening {
            self.is_listening = is_listening;
            match is_listening {
                true => context.enable_accesskit(),
                false => context.disable_accesskit(),
            }
        }
        if is_listening {
            let requests = self.reader.take_requests().into_iter();
            input
                .events
                .extend(requests.map(Event::AccessKitActionRequest));
        }
    }

    fn output_hook(&mut self, _context: &Context, output: &mut FullOutput) {
        if let Some(mut update) = output.platform_output.accesskit_update.take() {
            let root = egui::accesskit_root_id().accesskit_id();
            if let Some((_, window)) = update.nodes.iter_mut().find(|(id, _)| *id == root) {
                window.set_label(TITLE);
            }
            self.adapter.with(|adapter| adapter.update(update));
        }
    }
}

/// Something that only the thread that made it touches.
struct OfOneThread<T> {
    inner: Option<T>,
    owner: ThreadId,
}

// SAFETY: no other thread than its owner touches what is in it: `with` and `drop` look.
unsafe impl<T> Send for OfOneThread<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for OfOneThread<T> {}

impl<T> OfOneThread<T> {
    fn new(inner: T) -> Self {
        Self {
            inner: Some(inner),
            owner: thread::current().id(),
        }
    }

    fn with(&mut self, work: impl FnOnce(&mut T)) {
        if thread::current().id() == self.owner
            && let Some(inner) = &mut self.inner
        {
            work(inner);
        }
    }
}

impl<T> Drop for OfOneThread<T> {
    fn drop(&mut self) {
        // Elsewhere it goes with the process.
        if thread::current().id() != self.owner {
            std::mem::forget(self.inner.take());
        }
    }
}
