//! What views get for one frame, and what is open, chosen and scrolled to.

use crate::editor::edit::list_export::ListKind;
use crate::editor::edit::order_steps::{DEFAULT_FRAME_S, OrderStep};
use crate::editor::edit::param_edits::ParamEdits;
use crate::editor::edit::ride_files::RideForm;
use crate::editor::first_minute::FirstMinute;
use crate::editor::memory_watch::MemoryWatch;
use crate::editor::model::Model;
use crate::editor::model::line_list::Row;
use crate::editor::model::readings::{LossReading, Readings};
use crate::editor::model::remembered_list::most_shared;
use crate::editor::model::shown_rows::{Filter, Sort};
use crate::editor::theme::Theme;
use crate::editor::views::history_map::MapPieces;
use crate::editor::views::remembered_state::RememberedState;
use crate::link::{SaidTimecode, Status};
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
    /// How what is remembered is written to files, if it can be.
    pub ride_form: Option<RideForm>,
    /// What becomes of the memory of lines.
    pub memory: &'a mut MemoryWatch,
    /// How times are told.
    pub timeline: Timeline,
    /// What the host calls the track, if it says so.
    pub track: Option<String>,
    /// What the host says of its timecode.
    pub host_timecode: HostSaid,
    /// A clock that goes on, s.
    pub now_s: f64,
}

/// What a host says of its timecode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostSaid {
    /// Its plugin format has no timecode.
    Never,
    /// Nothing, so far.
    Nothing,
    /// This, whether or not it can be.
    Timecode(SaidTimecode),
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

/// What the list tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListPane {
    /// The lines of the passes so far.
    #[default]
    Heard,
    /// The remembered lines and their orders.
    Remembered,
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
    /// Where to write what is remembered, or to read it from.
    Ride,
    /// Under which name to keep a preset.
    SavePreset,
}

/// What is open, chosen and scrolled to: lost with the instance.
#[derive(Default)]
pub struct ViewState {
    /// The view that a small window shows.
    pub tab: Tab,
    /// What the list tells of.
    pub pane: ListPane,
    /// The list of remembered lines.
    pub remembered: RememberedState,
    /// The window over the views.
    pub sheet: Option<Sheet>,
    /// The first steps.
    pub first_minute: FirstMinute,
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
    pub map: MapPieces,
    /// Figures at a rate that can be read.
    pub readings: Readings,
    /// Figures of what the duck takes, at a rate that can be read.
    pub loss: LossReading,
    /// Which list is exported.
    pub export_kind: ListKind,
    /// Text fields of the windows.
    pub export_form: Form,
    /// Where the list goes, as typed.
    pub export_path: String,
    /// Where what is remembered goes or comes from, as typed.
    pub ride_path: String,
    /// Name of a preset, as typed.
    pub preset_name: String,
    /// Timecode of the begin, as typed, while it is.
    pub start_text: Option<String>,
    /// What became of the last file.
    pub message: Option<Result<String, String>>,
}

impl Scene<'_> {
    /// Does `step` to the chosen ones of the remembered lines.
    pub fn order(&mut self, step: &OrderStep) {
        let spans_s = self.state.remembered.chosen_spans_s();
        self.edits.order(&spans_s, step);
    }

    /// Shows the remembered line at the keyboard, in the history too: playback no longer scrolls the list.
    pub fn went_to_row(&mut self) {
        let state = &mut self.state.remembered;
        let Some(row_idx) = state.list.choice.cursor() else {
            return;
        };
        state.scroll_to = Some(row_idx);
        state.is_following = false;
        let Some(row) = state.list.rows().get(row_idx) else {
            return;
        };
        let span_s = row.line_span_s;
        let heard = self.model.lines.rows();
        let heard_idx = most_shared(heard.iter().map(Row::span_s), span_s);
        self.state.selected = heard_idx.map(|idx| heard[idx].id);
        self.show_in_history(span_s.1);
    }

    /// Moves the history to a line that it doesn't show.
    pub fn show_in_history(&mut self, line_end_s: f64) {
        let span_s = self.options.span_s;
        let end_s = self.state.history_end_s.unwrap_or(self.model.now_s);
        if !(end_s - span_s..=end_s).contains(&line_end_s) {
            self.state.history_end_s = Some((line_end_s + 0.3 * span_s).max(span_s));
        }
    }

    /// Length of a frame, s; without a frame rate that of the usual one.
    pub fn frame_s(&self) -> f64 {
        let rate = self.timeline.frames_per_second();
        rate.map_or(DEFAULT_FRAME_S, |rate| 1.0 / rate)
    }

    /// Opens a window over the views, or closes it if it is open.
    pub fn toggle_sheet(&mut self, sheet: Sheet) {
        self.state.message = None;
        self.state.sheet = (self.state.sheet != Some(sheet)).then_some(sheet);
    }
}
