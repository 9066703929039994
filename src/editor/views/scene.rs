//! What views get for one frame, and what is open, chosen and scrolled to.

use crate::editor::edit::param_edits::ParamEdits;
use crate::editor::memory_watch::MemoryWatch;
use crate::editor::model::Model;
use crate::editor::model::line_list::{Filter, Sort};
use crate::editor::model::readings::{LossReading, Readings};
use crate::editor::theme::Theme;
use crate::link::Status;
use crate::params::session::SessionOptions;
use crate::report::form::Form;
use crate::timeline::Timeline;

/// What every view gets for one frame.
pub struct Scene<'a> {
    /// Colours.
    pub theme: &'static Theme,
    /// What was heard.
    pub model: &'a mut Model,
    /// What is kept with the session.
    pub options: &'a mut SessionOptions,
    /// The parameters.
    pub edits: ParamEdits<'a>,
    /// What is open, chosen and scrolled to.
    pub state: &'a mut ViewState,
    /// Whether the plugin works.
    pub status: Status,
    /// What becomes of the memory of lines.
    pub memory: &'a mut MemoryWatch,
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
    pub readings: Readings,
    /// Figures of what the duck takes, at a rate that can be read.
    pub loss: LossReading,
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
