//! What an instance's window would say, without a window: for tests of what hosts tell.

use std::sync::Arc;

use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable, by};
use nice_plug::context::PluginApi;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::PluginState;

use crate::editor::HostWindow;

/// A host that hears nothing of what the window does.
struct Deaf;

impl GuiContextInner for Deaf {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, _param: ParamPtr) {}

    unsafe fn raw_set_parameter_normalized(&self, _param: ParamPtr, _normalized: f32) {}

    unsafe fn raw_end_set_parameter(&self, _param: ParamPtr) {}

    fn get_state(&self) -> PluginState {
        unimplemented!("the editor doesn't ask")
    }

    fn set_state(&self, _state: PluginState) {
        unimplemented!("the editor doesn't ask")
    }

    fn request_restart(&self) {}
}

/// All that a screen reader would find in the window.
pub fn words(window: &HostWindow) -> Vec<String> {
    let host = GuiContext::new(Arc::new(Deaf));
    // Whoever runs this may have read the first steps.
    let mut app = window.app();
    app.forget_first_steps_note();
    let mut harness = Harness::builder()
        .with_size(egui::vec2(1100.0, 700.0))
        .build_ui(|ui| app.show(ui, &host));
    harness.run_steps(2);
    let all = harness.query_all(by());
    all.flat_map(|node| {
        let node = node.accesskit_node();
        [node.label(), node.value()]
    })
    .flatten()
    .collect()
}
