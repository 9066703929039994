//! The plugin's window. It reads snapshots and parameters, and never the engine.

mod axis;
mod plots;
mod theme;

use std::sync::Arc;
use std::time::Duration;

use egui::{self, RichText, Sense, Ui, vec2};
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::LogicalSize;
use nice_plug::params::Param;
use nice_plug::prelude::ParamSetter;
use nice_plug_egui::widgets::ParamSlider;
use nice_plug_egui::{
    EguiEditor, EguiEditorState, EguiNiceSettings, Frame, NiceEguiApp, RepaintNotifier, baseview,
    create_egui_editor,
};

use crate::plugin::params::UnderscoreParams;
use crate::plugin::{SharedStatus, SnapshotReceiver, Status};
use crate::snapshot::Snapshot;

/// A dialogue input that never rises above this level, dBFS, is taken for an unconnected one.
const HEARD_DBFS: f32 = -80.0;

/// Time between two repaints while snapshots come, and while none do.
const PLAYING_INTERVAL: Duration = Duration::from_millis(16);
const IDLE_INTERVAL: Duration = Duration::from_millis(200);

/// When the framework's timer looks whether `RepaintNotifier` asks for a repaint: never. It runs
/// from the moment the window is made, but a repaint that is asked for before the window is shown
/// never comes, and then no other does (baseview 0.4.2 listens for frames only from there on): in
/// hosts that take their time the window stayed empty. So this window asks for its repaints itself.
const FRAMEWORK_INTERVAL: Duration = Duration::from_secs(u32::MAX as u64);

/// Size and openness of a new instance's window.
pub fn default_state() -> Arc<EguiEditorState> {
    let [width, height] = theme::WINDOW_SIZE;
    EguiEditorState::from_size(LogicalSize::new(width, height), 1.0)
}

/// The editor of one plugin instance. Its window is repainted while snapshots come and when the
/// user does something, at most once a refresh of the screen.
pub fn create(
    state: Arc<EguiEditorState>,
    repaint: RepaintNotifier,
    params: Arc<UnderscoreParams>,
    snapshots: SnapshotReceiver,
    status: Arc<SharedStatus>,
) -> Option<EguiEditor<EditorApp>> {
    let app = EditorApp {
        params,
        snapshots,
        status,
        gui_context: None,
        has_heard_dialogue: false,
    };
    let settings = EguiNiceSettings::new()
        .with_tile("Underscore")
        .with_repaint_poll_interval(FRAMEWORK_INTERVAL);
    create_egui_editor(state, repaint, settings, app)
}

/// What the window shows; it outlives the window, which hosts open and close at will.
pub struct EditorApp {
    params: Arc<UnderscoreParams>,
    snapshots: SnapshotReceiver,
    status: Arc<SharedStatus>,
    /// `None` until the window has been opened once.
    gui_context: Option<GuiContext>,
    has_heard_dialogue: bool,
}

impl NiceEguiApp for EditorApp {
    fn build(
        &mut self,
        egui_ctx: egui::Context,
        gui_context: GuiContext,
        _frame: &mut Frame,
    ) -> Result<(), baseview::HandlerError> {
        egui_ctx.set_visuals(theme::visuals());
        self.gui_context = Some(gui_context);
        self.has_heard_dialogue = false;
        Ok(())
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut Frame) {
        let interval = if self.snapshots.updated() {
            PLAYING_INTERVAL
        } else {
            IDLE_INTERVAL
        };
        ui.ctx().request_repaint_after(interval);
        let snapshot = *self.snapshots.read();
        self.has_heard_dialogue |= snapshot.dialogue_dbfs > HEARD_DBFS;
        let notice = notice(self.status.get(), self.has_heard_dialogue);
        let Some(gui_context) = &self.gui_context else {
            return;
        };
        let params = &*self.params;
        egui::CentralPanel::default().show(ui, |ui| {
            ui.horizontal_top(|ui| {
                ui.vertical(|ui| {
                    ui.set_width(theme::FIGURE_COLUMN_WIDTH);
                    figures(ui, &snapshot, notice);
                });
                ui.vertical(|ui| {
                    plots::levels(ui, &snapshot);
                    plots::cut(ui, &snapshot);
                });
            });
            ui.add_space(theme::GAP);
            ui.separator();
            ui.add_space(theme::GAP);
            let setter = gui_context.param_setter();
            controls(ui, params, &setter);
        });
    }
}

/// The clash figure, the speech lamp, and what else is a number.
fn figures(ui: &mut Ui, snapshot: &Snapshot, notice: Option<&str>) {
    ui.label(RichText::new("Clash").color(theme::QUIET_TEXT));
    ui.label(
        RichText::new(format!("{:.0} %", snapshot.clash_percent))
            .size(theme::FIGURE_TEXT_SIZE)
            .color(theme::clash_color(snapshot.clash_percent)),
    );
    ui.add_space(theme::GAP);
    ui.horizontal(|ui| {
        let diameter = 2.0 * theme::LAMP_RADIUS;
        let (response, painter) = ui.allocate_painter(vec2(diameter, diameter), Sense::hover());
        let color = if snapshot.is_speech {
            theme::DIALOGUE
        } else {
            theme::LAMP_OFF
        };
        painter.circle_filled(response.rect.center(), theme::LAMP_RADIUS, color);
        ui.label(if snapshot.is_speech {
            "Somebody speaks"
        } else {
            "Nobody speaks"
        });
    });
    ui.add_space(theme::GAP);
    ui.label(format!("Dialogue  {:.0} dBFS", snapshot.dialogue_dbfs));
    ui.label(format!("Music  {:.0} dBFS", snapshot.music_dbfs));
    ui.label(format!("Music gives up  {:.1} LU", snapshot.loss_lu));
    if let Some(notice) = notice {
        ui.add_space(theme::GAP);
        ui.label(RichText::new(notice).color(theme::CLASH));
    }
}

/// What the user must know, if there is something.
fn notice(status: Status, has_heard_dialogue: bool) -> Option<&'static str> {
    match status {
        Status::UnsupportedSampleRate => Some(
            "Underscore works at sample rates from 8 to 192 kHz. At this one the music passes \
             untouched and nothing is measured.",
        ),
        Status::Failed => Some(
            "Underscore has failed. The music passes untouched and nothing is measured until the \
             host starts the plugin again.",
        ),
        Status::Working if !has_heard_dialogue => Some(
            "No dialogue has been heard yet. Send the dialogue track to this plugin's sidechain.",
        ),
        Status::Working => None,
    }
}

/// All parameters by name, in three columns.
fn controls(ui: &mut Ui, params: &UnderscoreParams, setter: &ParamSetter) {
    ui.columns_const(|[left, middle, right]| {
        control(left, &params.mode, setter);
        control(left, &params.duck.steer, setter);
        control(left, &params.duck.target, setter);
        control(left, &params.duck.amount_lu, setter);
        control(left, &params.duck.max_cut_db, setter);

        control(middle, &params.times.attack_ms, setter);
        control(middle, &params.times.hold_ms, setter);
        control(middle, &params.times.release_ms, setter);
        control(middle, &params.duck.focus, setter);
        control(middle, &params.look_ahead, setter);

        control(right, &params.bands.low_hz, setter);
        control(right, &params.bands.high_hz, setter);
        control(right, &params.dialogue.trim_db, setter);
        control(right, &params.listen, setter);
        control(right, &params.bypass, setter);
    });
}

fn control<P: Param>(ui: &mut Ui, param: &P, setter: &ParamSetter) {
    ui.horizontal(|ui| {
        let label_size = vec2(theme::LABEL_WIDTH, ui.spacing().interact_size.y);
        let from_left = egui::Layout::left_to_right(egui::Align::Center);
        ui.allocate_ui_with_layout(label_size, from_left, |ui| {
            ui.set_min_width(theme::LABEL_WIDTH);
            ui.label(param.name());
        });
        ui.add(ParamSlider::for_param(param, setter).with_width(theme::SLIDER_WIDTH));
    });
}
