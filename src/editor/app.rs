//! One frame of the window, from hops to views. It outlives the window, which hosts open and close
//! at will.

use std::path::PathBuf;
use std::sync::Arc;

use egui::{LayerId, Rect, Ui};
use nice_plug::context::PluginApi;
use nice_plug::context::gui::GuiContext;

use crate::editor::edit::param_edits::{EditHistory, ParamEdits};
use crate::editor::edit::ride_files::RideForm;
use crate::editor::first_minute::FirstMinute;
use crate::editor::memory_watch::MemoryWatch;
use crate::editor::model::Model;
use crate::editor::model::presence::Side;
use crate::editor::panes::{Main, layout};
use crate::editor::theme::{self, Theme};
use crate::editor::views::scene::{HostSaid, ListPane, Scene, Sheet, Tab, ViewState};
use crate::editor::views::{self};
use crate::editor::widgets::choice;
use crate::link::{HopReceiver, SharedStatus};
use crate::params::UnderscoreParams;
use crate::params::display::Palette;
use crate::params::session::SessionOptions;
use crate::settings::Mode;

/// What the window shows.
pub struct EditorApp {
    params: Arc<UnderscoreParams>,
    hops: HopReceiver,
    status: Arc<SharedStatus>,
    memory: MemoryWatch,
    model: Model,
    edits: EditHistory,
    state: ViewState,
    ride_form: Option<RideForm>,
    /// The palette whose style egui has; `None` after the window was opened.
    styled: Option<Palette>,
    /// The mode of the last frame.
    mode: Option<Mode>,
}

impl EditorApp {
    /// The editor of one plugin instance.
    pub fn new(
        params: Arc<UnderscoreParams>,
        hops: HopReceiver,
        status: Arc<SharedStatus>,
    ) -> Self {
        Self {
            memory: MemoryWatch::new(params.clone()),
            params,
            hops,
            status,
            model: Model::default(),
            edits: EditHistory::default(),
            state: ViewState::default(),
            ride_form: None,
            styled: None,
            mode: None,
        }
    }

    /// This editor, which also writes what is remembered to files of this form and reads it from there.
    pub fn with_rides(mut self, form: RideForm) -> Self {
        self.ride_form = Some(form);
        self
    }

    /// This editor, which notes in a file of the user's that the first steps were read, and doesn't show them by
    /// itself where another has noted it.
    pub fn noting_first_steps_in(mut self, note: Option<PathBuf>) -> Self {
        self.state.first_minute = FirstMinute::noted_in(note);
        self
    }

    /// As on a machine where nobody has read the first steps.
    #[cfg(test)]
    pub fn forget_first_steps_note(&mut self) {
        self.state.first_minute = FirstMinute::default();
    }

    /// The same, with what is learned written to the user's folder too, and what was never saved looked for there.
    pub fn recovering(mut self) -> Self {
        self.memory.recover();
        self
    }

    /// To be called when a window opens: what belongs to the former one is forgotten.
    pub fn opened(&mut self) {
        self.styled = None;
        self.state.map = Default::default();
        self.state.readings = Default::default();
        self.state.first_minute.opened();
        self.edits.opened();
    }

    /// Takes in what was heard since the last call.
    pub fn listen(&mut self) {
        let options = self.params.editor_options();
        let smoothing = options.smoothing;
        let model = &mut self.model;
        self.memory
            .listen(&mut self.hops, |hop| model.push(hop, smoothing));
        self.model.take_place(self.params.host.place());
        if !options.has_begun && self.model.presence.dialogue() == Side::Heard {
            self.params.set_editor_options(SessionOptions {
                has_begun: true,
                ..options
            });
        }
    }

    /// Whether there is so much to do that it shouldn't wait.
    pub fn is_busy(&self) -> bool {
        self.memory.is_busy()
    }

    /// What was heard so far.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Shows all, and changes parameters through `host`.
    pub fn show(&mut self, ui: &mut Ui, host: &GuiContext) {
        self.listen();
        let mut options = self.params.editor_options();
        let saved = options.clone();
        let theme = Theme::of(options.palette);
        if self.styled != Some(options.palette) {
            ui.ctx().set_global_style(theme::style(theme));
            // Ctrl and plus would choose sizes that aren't offered.
            ui.ctx()
                .options_mut(|options| options.zoom_with_keyboard = false);
            self.styled = Some(options.palette);
        }
        if ui.ctx().zoom_factor() != options.zoom {
            ui.ctx().set_zoom_factor(options.zoom);
        }
        // What Meter took, nothing, says nothing of what Duck takes.
        let mode = self.params.choices.mode.value();
        if self.mode.replace(mode).is_some_and(|before| before != mode) {
            self.model.loss.forget();
        }
        let now_s = ui.input(|input| input.time);
        let mut timeline = options.timeline(self.model.sample_rate_hz());
        timeline.tempo_map = self.model.places.map().cloned();
        let mut scene = Scene {
            theme,
            model: &mut self.model,
            options: &mut options,
            edits: ParamEdits::new(&self.params, host, &mut self.edits),
            state: &mut self.state,
            status: self.status.get(),
            ride_form: self.ride_form,
            memory: &mut self.memory,
            timeline,
            track: self.params.names.track(),
            host_timecode: match (host.plugin_api(), self.params.host.timecode()) {
                (_, Some(said)) => HostSaid::Timecode(said),
                (PluginApi::Vst3, None) => HostSaid::Nothing,
                (_, None) => HostSaid::Never,
            },
            now_s,
        };
        let whole = ui.ctx().content_rect();
        let behind = ui.ctx().layer_painter(LayerId::background());
        behind.rect_filled(whole.expand(1.0), 0.0, theme.background);
        let builder = egui::UiBuilder::new().max_rect(whole);
        ui.scope_builder(builder, |ui| {
            ui.set_clip_rect(whole);
            show_all(ui, &mut scene);
        });
        if options != saved {
            self.params.set_editor_options(options);
        }
    }

    /// Keeps the size that the window has got, logical pixels.
    pub fn resized(&mut self, width: f32, height: f32) {
        let mut options = self.params.editor_options();
        options.size = [width, height];
        self.params.set_editor_options(options);
    }

    /// Options as they are kept.
    pub fn options(&self) -> SessionOptions {
        self.params.editor_options()
    }
}

fn show_all(ui: &mut Ui, scene: &mut Scene) {
    views::bar::by_keys(ui, scene);
    views::list_pane::by_keys(ui, scene);
    let size = ui.ctx().content_rect().size();
    let layout = layout(size, scene.state.pane == ListPane::Remembered);
    views::bar::show(ui, layout.bar, scene);
    views::readout::show(ui, layout.verdict, scene);
    let has_first_steps = views::first_steps::is_shown(scene);
    match layout.main {
        Main::AtOnce {
            spectrum: Some(spectrum),
            history,
            lines,
            strip,
        } if has_first_steps => {
            views::first_steps::show(ui, spectrum.union(history), scene);
            views::list_pane::show(ui, lines, scene);
            views::strip::show(ui, strip, scene);
        }
        Main::AtOnce {
            spectrum,
            history,
            lines,
            strip,
        } => {
            if let Some(spectrum) = spectrum {
                views::spectrum::show(ui, spectrum, scene);
            }
            views::history::show(ui, history, scene);
            views::list_pane::show(ui, lines, scene);
            views::strip::show(ui, strip, scene);
        }
        Main::InTurn { tabs, view } => {
            show_in_turn(ui, [tabs, view], scene, has_first_steps);
        }
    }
    match scene.state.sheet {
        Some(Sheet::Help) => views::help::show(ui, scene),
        Some(Sheet::Setup) => views::setup::show(ui, scene),
        Some(Sheet::Export) => views::export::show_list(ui, scene),
        Some(Sheet::Ride) => views::export::show_ride(ui, scene),
        Some(Sheet::SavePreset) => views::export::show_preset(ui, scene),
        None => {}
    }
}

fn show_in_turn(ui: &mut Ui, [tabs, view]: [Rect; 2], scene: &mut Scene, has_first_steps: bool) {
    views::frame::row_in(ui, tabs, |ui| {
        let choices = [
            (Tab::Spectrum, "Spectrum", "Where it clashes now"),
            (Tab::History, "History", "Where it clashed"),
            (Tab::Lines, "Lines", "Every spoken line and what to do"),
            (Tab::Controls, "Controls", "All parameters"),
        ];
        if let Some(tab) = choice::of(ui, "View", &choices, scene.state.tab) {
            scene.state.tab = tab;
        }
    });
    match scene.state.tab {
        Tab::Spectrum if has_first_steps => views::first_steps::show(ui, view, scene),
        Tab::Spectrum => views::spectrum::show(ui, view, scene),
        Tab::History => views::history::show(ui, view, scene),
        Tab::Lines => views::list_pane::show(ui, view, scene),
        Tab::Controls => views::strip::show_page(ui, view, scene),
    }
}
