//! What is open, chosen and scrolled to in the list of remembered lines.

use crate::editor::model::remembered_list::{OrderFilter, RememberedList};
use crate::memory::orders::Orders;

/// What is being typed under the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A loss or a change of it.
    Loss,
    /// A note.
    Note,
}

/// A text on its way to the chosen lines.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Where the lines lie that it is for, s on the timeline: others may be chosen by the click that ends it.
    pub spans_s: Vec<(f64, f64)>,
    /// As typed so far.
    pub text: String,
    /// Why it can't be, as it was typed last.
    pub problem: Option<String>,
}

/// The list of remembered lines: lost with the instance.
#[derive(Debug)]
pub struct RememberedState {
    /// The rows, and the chosen ones.
    pub list: RememberedList,
    /// Which rows are shown.
    pub filter: OrderFilter,
    /// What is looked for in the notes, as typed.
    pub search: String,
    /// What is being typed.
    pub entry: Option<Entry>,
    /// Whether the list shows the line at hand as playback goes on.
    pub is_following: bool,
    /// The line that playback had come to.
    pub followed: Option<usize>,
    /// A row that the list shall show.
    pub scroll_to: Option<usize>,
    /// Where the list was scrolled to, and its height, logical pixels.
    pub viewport: (f32, f32),
    /// How many rows are in sight.
    pub page_rows: usize,
    /// The keyboard shall go to the list.
    pub takes_focus: bool,
}

impl Default for RememberedState {
    fn default() -> Self {
        Self {
            list: RememberedList::default(),
            filter: OrderFilter::default(),
            search: String::new(),
            entry: None,
            is_following: true,
            followed: None,
            scroll_to: None,
            viewport: (0.0, 0.0),
            page_rows: 1,
            takes_focus: false,
        }
    }
}

impl RememberedState {
    /// Where the chosen lines begin and end, s on the timeline.
    pub fn chosen_spans_s(&self) -> Vec<(f64, f64)> {
        let rows = self.list.rows();
        let chosen = self.list.choice.rows();
        chosen
            .into_iter()
            .filter_map(|row_idx| Some(rows.get(row_idx)?.line_span_s))
            .collect()
    }

    /// Whether `is` holds for all chosen rows, of which there is one at least.
    pub fn are_all_chosen(&self, is: impl Fn(&Orders) -> bool) -> bool {
        let rows = self.list.rows();
        let chosen = self.list.choice.rows();
        !chosen.is_empty() && chosen.iter().all(|&row_idx| is(&rows[row_idx].orders))
    }

    /// Begins to type: a loss from nothing, a note from the one of the line at the keyboard.
    pub fn begin_entry(&mut self, kind: EntryKind) {
        let choice = &self.list.choice;
        if choice.num_rows() == 0 {
            return;
        }
        let row = choice
            .cursor()
            .and_then(|row_idx| self.list.rows().get(row_idx));
        let text = match (kind, row) {
            (EntryKind::Note, Some(row)) => row.orders.note.clone(),
            _ => String::new(),
        };
        self.entry = Some(Entry {
            kind,
            spans_s: self.chosen_spans_s(),
            text,
            problem: None,
        });
    }
}
