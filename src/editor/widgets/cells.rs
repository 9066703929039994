//! The columns of lists.

use egui::{Color32, Rect, Ui, pos2, vec2};

use crate::editor::theme::{SMALL_TEXT, TEXT, TEXT_GAP};
use crate::editor::widgets::label;

/// A column: its heading, its share of the width, and that in a narrow view.
pub struct Column(pub &'static str, pub f32, pub f32);

/// The cells of a row in `rect`, from left to right; those without a share have no width.
pub fn of_row<const N: usize>(columns: &[Column; N], rect: Rect, is_narrow: bool) -> [Rect; N] {
    let mut left = rect.left();
    columns.each_ref().map(|Column(_, share, narrow_share)| {
        let share = if is_narrow { narrow_share } else { share };
        let size = vec2(share * rect.width(), rect.height());
        let cell = Rect::from_min_size(pos2(left, rect.top()), size);
        left += cell.width();
        cell
    })
}

/// Paints a text into a cell: smaller where it has no room, and cut where that doesn't help.
pub fn paint_text(ui: &Ui, cell: Rect, text: &str, color: Color32) {
    let width = cell.width() - TEXT_GAP;
    let is_long = label::width_of(ui, text, TEXT) > width;
    let size = if is_long { SMALL_TEXT } else { TEXT };
    let text = label::fitted(ui, text, width, size);
    label::painted_left(ui, cell, &text, size, color);
}
