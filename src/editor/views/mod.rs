//! One file per view: painting and what the pointer and the keyboard do there.

pub mod bar;
pub mod export;
pub mod help;
pub mod history;
mod limits;
pub mod lines;
mod notice;
pub mod setup;
pub mod spectrum;
pub mod strip;
pub mod verdict;

use egui::{Rect, Ui, UiBuilder};

use super::edit::desk::Desk;
use super::edit::export::Form;
use super::model::Model;
use super::model::lines::{Filter, Sort};
use super::options::EditorOptions;
use super::theme::Theme;
use crate::plugin::Status;
use crate::report::timeline::Timeline;

/// What every view gets for one frame.
pub struct Scene<'a> {
    /// Colours.
    pub theme: &'static Theme,
    /// What was heard.
    pub model: &'a mut Model,
    /// What is kept with the session.
    pub options: &'a mut EditorOptions,
    /// The parameters.
    pub desk: Desk<'a>,
    /// What is open, chosen and scrolled to.
    pub state: &'a mut ViewState,
    /// Whether the plugin works.
    pub status: Status,
    /// How times are told.
    pub timeline: Timeline,
    /// A clock that goes on, s.
    pub now_s: f64,
}

/// The view that a small window shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    #[default]
    Spectrum,
    History,
    Lines,
    Controls,
}

/// A window over the views.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sheet {
    /// How to route the sidechain.
    Help,
    /// Monitor, timecode, colours, size.
    Setup,
    /// Where to write the list.
    Export,
    /// Under which name to keep a preset.
    SavePreset,
}

/// What is open, chosen and scrolled to: lost with the instance.
#[derive(Default)]
pub struct ViewState {
    /// The view that a small window shows.
    pub tab: Tab,
    /// The window over the views.
    pub sheet: Option<Sheet>,
    /// The chosen row of the list.
    pub selected: Option<u64>,
    /// The list shall show the chosen row.
    pub scroll_to_selected: bool,
    /// The list shall show its first row.
    pub scroll_to_top: bool,
    /// Which rows the list shows.
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// Time at the right end of the history, s; `None` follows the transport.
    pub history_end_s: Option<f64>,
    /// The picture of the history.
    pub map: Option<egui::TextureHandle>,
    /// Figures at a rate that can be read.
    pub readings: verdict::Readings,
    /// The same for what the duck takes.
    pub loss: strip::LossReading,
    /// Text fields of the windows.
    pub export_form: Form,
    /// Where the list goes, as typed.
    pub export_path: String,
    /// Name of a preset, as typed.
    pub preset_name: String,
    /// Timecode of the begin, as typed, while it is.
    pub start_text: Option<String>,
    /// What became of the last file.
    pub message: Option<Result<String, String>>,
}

impl Scene<'_> {
    /// Opens a window over the views, or closes it if it is open.
    pub fn toggle_sheet(&mut self, sheet: Sheet) {
        self.state.message = None;
        self.state.sheet = (self.state.sheet != Some(sheet)).then_some(sheet);
    }
}

/// Shows `contents` in `rect`, in a row from the left.
pub fn row_in<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let builder = UiBuilder::new().max_rect(rect).layout(layout);
    ui.scope_builder(builder, contents).inner
}

/// Shows `contents` in a window over the views that Escape and its own button close.
pub fn sheet(ui: &Ui, scene: &mut Scene, title: &str, contents: impl FnOnce(&mut Ui, &mut Scene)) {
    let screen = ui.ctx().content_rect();
    let width = (screen.width() - 60.0).clamp(100.0, 520.0);
    let mut is_open = true;
    egui::Window::new(title)
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(egui::Align2::CENTER_CENTER, [0.0, 0.0])
        .default_width(width)
        .max_width(width)
        .max_height((screen.height() - 70.0).max(60.0))
        .show(ui.ctx(), |ui| {
            egui::ScrollArea::vertical()
                .max_height((screen.height() - 90.0).max(60.0))
                .auto_shrink([false, true])
                .show(ui, |ui| contents(ui, scene));
        });
    if !is_open || ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        scene.state.sheet = None;
    }
}
