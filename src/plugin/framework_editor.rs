//! The editor as the framework knows it: none that it could open. Asked for one, it hands its way to the
//! host's parameters over to the guard, which opens the window itself.
//!
//! nice-plug 0.4.2 keeps an open window in a box that ends the host's process when another thread looks at it or
//! drops it, and hands on what the window library panics at (docs/upstream/nice-plug.md).

use std::convert::Infallible;
use std::error::Error;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{Editor, EditorHandle, HostMethods, ParentWindowHandle, SpawnedEditor};

use crate::plugin::handoff::hand_over_context;

/// The editor that never opens.
pub struct FrameworkEditor;

impl Editor for FrameworkEditor {
    type Handle = NoHandle;

    fn spawn(
        &self,
        _parent: Option<ParentWindowHandle>,
        _wait_for_parent: bool,
        _fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        _host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<NoHandle>, Box<dyn Error>> {
        hand_over_context(gui_context);
        Err("the guard opens the window".into())
    }

    fn size(&self) -> NativeSize<u32> {
        NativeSize::new(0, 0)
    }
}

/// The handle that there is never one of.
pub enum NoHandle {}

impl EditorHandle for NoHandle {
    type Window = Infallible;
    type Error = Infallible;

    fn run_until_closed(window: Infallible) -> Result<(), Infallible> {
        match window {}
    }

    fn set_parent(&self, _: ParentWindowHandle, _: &Infallible) -> Result<(), Infallible> {
        match *self {}
    }

    fn show(&self, _: &Infallible) -> Result<(), Infallible> {
        match *self {}
    }

    fn hide(&self, _: &Infallible) -> Result<(), Infallible> {
        match *self {}
    }

    fn set_size(&self, _: NativeSize<u32>, _: &Infallible) -> Result<(), Infallible> {
        match *self {}
    }

    fn host_main_thread_callback(&self, _: &Infallible) {
        match *self {}
    }

    fn param_value_changed(&self, _: &str, _: f32) {
        match *self {}
    }

    fn param_modulation_changed(&self, _: &str, _: f32) {
        match *self {}
    }
}
