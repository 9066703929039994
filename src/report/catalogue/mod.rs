//! Many reports as one: the rows of a catalogue, worst first, and the sums by language, audience and cue.

pub mod catalogue_row;
pub mod grouped;
pub mod row_figures;
pub mod row_report;
mod summary_json;
mod summary_page;
mod summary_table;
mod summary_text;
pub mod worst_first;

pub use self::summary_json::to_json;
pub use self::summary_page::to_html;
pub use self::summary_table::to_csv;
pub use self::summary_text::{FiguresRow, figures_table, to_text};
