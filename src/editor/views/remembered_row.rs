//! A row of the list of remembered lines: its columns, its texts, and how it is painted.

use egui::{Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::editor::edit::order_steps::{moved_text, order_text};
use crate::editor::model::remembered_list::RememberedRow;
use crate::editor::theme::{ROUNDING, SMALL_TEXT, TEXT, TEXT_GAP, Theme};
use crate::editor::widgets::cells::{self, Column, paint_text};
use crate::editor::widgets::label;
use crate::memory::orders::Order;
use crate::timeline::Timeline;

const NUM_COLUMNS: usize = 8;

const COLUMNS: [Column; NUM_COLUMNS] = [
    Column("In", 0.115, 0.22),
    Column("Out", 0.115, 0.0),
    Column("Verdict", 0.165, 0.29),
    Column("Gets, LU", 0.075, 0.13),
    Column("Needs, LU", 0.085, 0.11),
    Column("Order", 0.09, 0.17),
    Column("Moved", 0.15, 0.0),
    Column("Note", 0.205, 0.08),
];

/// Below this width a row is narrow, logical pixels.
const NARROW: f32 = 600.0;

/// Room for the mark of the play position left of the columns.
const MARK_WIDTH: f32 = 16.0;

/// Losses that read alike are alike, LU.
const SAME_LU: f32 = 0.05;

/// How a row stands in the list.
#[derive(Debug, Clone, Copy)]
pub struct RowState {
    /// Whether it is among the chosen ones.
    pub is_chosen: bool,
    /// Whether the keyboard is at it.
    pub is_at_keyboard: bool,
    /// Whether the list has the keyboard.
    pub has_focus: bool,
    /// Whether playback is at it.
    pub is_playing: bool,
    /// Whether the pointer is over it.
    pub is_hovered: bool,
}

/// What a screen reader says of a row.
pub fn spoken(number: usize, row: &RememberedRow, timeline: &Timeline, is_playing: bool) -> String {
    let [start, end, ..] = texts(row, timeline, false);
    let mut parts = vec![
        format!("{start} to {end}"),
        match row.before == row.after {
            true => row.before.word().to_owned(),
            false => format!("{}, by its orders {}", row.before.word(), row.after.word()),
        },
        format!("gets {:.1} LU", row.gets_lu),
        format!("needs {:.1} LU", row.needs_lu),
        format!("order {}", order_text(row.orders.order)),
        moved_text(row.line_span_s, &row.orders, timeline.frames_per_second()),
    ];
    if !row.orders.note.is_empty() {
        parts.push(format!("note {}", row.orders.note));
    }
    if is_playing {
        parts.push("playing".to_owned());
    }
    parts.retain(|part| !part.is_empty());
    format!("Line {number}: {}", parts.join(", "))
}

/// What of a row may have no room: how far its ends were moved, and its note.
pub fn more_text(row: &RememberedRow, timeline: &Timeline) -> String {
    let moved = moved_text(row.line_span_s, &row.orders, timeline.frames_per_second());
    let mut parts = vec![moved, row.orders.note.clone()];
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn texts(row: &RememberedRow, timeline: &Timeline, is_narrow: bool) -> [String; NUM_COLUMNS] {
    let (start_s, end_s) = row.span_s;
    let sign = if (row.gets_lu - row.needs_lu).abs() < SAME_LU {
        "="
    } else if row.gets_lu < row.needs_lu {
        "<"
    } else {
        ">"
    };
    [
        timeline.start_text(start_s),
        timeline.end_text(end_s),
        row.before.word().to_owned(),
        format!("{:.1} {sign}", row.gets_lu),
        format!("{:.1}", row.needs_lu),
        order_text(row.orders.order),
        moved_text(row.line_span_s, &row.orders, timeline.frames_per_second()),
        match is_narrow {
            true => narrow_marks(row),
            false => row.orders.note.clone(),
        },
    ]
}

/// What a narrow row tells of its note and its moved ends: more stands under the list.
fn narrow_marks(row: &RememberedRow) -> String {
    let is_moved = row.span_s != row.line_span_s;
    let has_note = !row.orders.note.is_empty();
    match (is_moved, has_note) {
        (false, false) => String::new(),
        (true, false) => "M".to_owned(),
        (false, true) => "N".to_owned(),
        (true, true) => "M N".to_owned(),
    }
}

/// Paints the headings.
pub fn paint_headings(ui: &Ui, rect: Rect, theme: &Theme) {
    for (Column(heading, ..), cell) in COLUMNS.iter().zip(cells(rect)) {
        if cell.width() > 0.0 {
            // Where the unit has no room it is that of the orders beside it.
            let is_long = label::width_of(ui, heading, SMALL_TEXT) > cell.width() - 2.0;
            let heading = match heading.split_once(',') {
                Some((name, _)) if is_long => name,
                _ => heading,
            };
            label::painted_left(ui, cell, heading, SMALL_TEXT, theme.quiet);
        }
    }
}

/// Paints a row.
pub fn paint(
    ui: &Ui,
    rect: Rect,
    theme: &Theme,
    timeline: &Timeline,
    row: &RememberedRow,
    state: RowState,
) {
    paint_state(ui.painter(), rect, theme, state);
    let texts = texts(row, timeline, is_narrow(rect));
    for (column, (text, cell)) in texts.iter().zip(cells(rect)).enumerate() {
        if cell.width() == 0.0 || text.is_empty() {
            continue;
        }
        let is_touched = row.orders.order != Order::Auto;
        let color = match column {
            2 => {
                paint_verdicts(ui, cell, theme, row);
                continue;
            }
            4 => theme.quiet,
            5 if !is_touched => theme.quiet,
            5 => theme.accent,
            _ => theme.text,
        };
        paint_text(ui, cell, text, color);
    }
}

/// Before, an arrow, and after: or one word if they are the same.
fn paint_verdicts(ui: &Ui, cell: Rect, theme: &Theme, row: &RememberedRow) {
    let before = row.before.word();
    let color = theme.verdict(row.before);
    if row.before == row.after {
        return label::painted_left(ui, cell, before, TEXT, color);
    }
    let after = row.after.word();
    const ARROW_WIDTH: f32 = 20.0;
    let width_at = |size: f32| {
        label::width_of(ui, before, size) + ARROW_WIDTH + label::width_of(ui, after, size)
    };
    let is_long = width_at(TEXT) > cell.width() - TEXT_GAP;
    let size = if is_long { SMALL_TEXT } else { TEXT };
    label::painted_left(ui, cell, before, size, color);
    let from = pos2(
        cell.left() + label::width_of(ui, before, size) + 4.0,
        cell.center().y + 1.0,
    );
    let arrow = Stroke::new(1.5, theme.quiet);
    ui.painter()
        .arrow(from, vec2(ARROW_WIDTH - 8.0, 0.0), arrow);
    let rest = cell.with_min_x(from.x + ARROW_WIDTH - 4.0);
    label::painted_left(ui, rest, after, size, theme.verdict(row.after));
}

/// The chosen ones are filled and have a bar at their left, the one at the keyboard a frame, the one that plays a
/// triangle: told without their colours.
fn paint_state(painter: &Painter, rect: Rect, theme: &Theme, state: RowState) {
    if state.is_chosen {
        painter.rect_filled(rect, ROUNDING, theme.accent.gamma_multiply(0.25));
        let bar = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
        painter.rect_filled(bar, 0.0, theme.accent);
    } else if state.is_hovered {
        painter.rect_filled(rect, ROUNDING, theme.grid);
    }
    if state.is_at_keyboard {
        let stroke = match state.has_focus {
            true => Stroke::new(2.0, theme.accent),
            false => Stroke::new(1.0, theme.edge),
        };
        painter.rect_stroke(rect, ROUNDING, stroke, StrokeKind::Inside);
    }
    if state.is_playing {
        let middle = pos2(rect.left() + 5.0, rect.center().y);
        let triangle: [Pos2; 3] = [
            middle + vec2(0.0, -5.0),
            middle + vec2(8.0, 0.0),
            middle + vec2(0.0, 5.0),
        ];
        painter.add(Shape::convex_polygon(
            triangle.to_vec(),
            theme.text,
            Stroke::NONE,
        ));
    }
}

fn is_narrow(rect: Rect) -> bool {
    rect.width() < NARROW
}

/// The cells of a row.
fn cells(rect: Rect) -> [Rect; NUM_COLUMNS] {
    let columns = rect.with_min_x(rect.left() + MARK_WIDTH);
    cells::of_row(&COLUMNS, columns, is_narrow(rect))
}
