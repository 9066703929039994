//! The remembered lines: what each gets and needs, and the orders that are given here.

use egui::{
    Align2, Id, Rect, Role, ScrollArea, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use crate::editor::model::row_choice::Reach;
use crate::editor::panes::TOOLS_IN_TWO_ROWS;
use crate::editor::theme::{GAP, ROUNDING, ROW, SMALL_GAP, TEXT, TOOLS_TOP};
use crate::editor::views::remembered_row::{RowState, more_text, paint, paint_headings, spoken};
use crate::editor::views::remembered_state::EntryKind;
use crate::editor::views::scene::Scene;
use crate::editor::views::{order_entry, order_keys, order_tools};
use crate::editor::widgets::label;

/// Room for the scroll bar beside the rows.
const SCROLL_BAR_WIDTH: f32 = 10.0;

/// Height of a row, and the space under it.
const ROW_HEIGHT: f32 = ROW - 2.0;
const ROW_GAP: f32 = 1.0;

/// Room for the switch of the pane at the right end of a row of tools.
pub const SWITCH_WIDTH: f32 = 170.0;

/// The list's name, whatever is above it.
fn list_id() -> Id {
    Id::unique("remembered lines")
}

/// Whether the list has the keyboard.
pub fn has_keyboard(ctx: &egui::Context) -> bool {
    ctx.memory(|memory| memory.has_focus(list_id()))
}

/// Room for the button for files at the right end of another row.
const FILES_WIDTH: f32 = 70.0;

/// Draws the view.
pub fn show(
    ui: &mut Ui,
    rect: Rect,
    scene: &mut Scene,
    show_switch: impl FnOnce(&mut Ui, &mut Scene),
) {
    let theme = scene.theme;
    let state = &mut scene.state.remembered;
    let reel = &scene.edits.params().reel;
    state.list.update(reel, state.filter, &state.search);
    choose_in_history(scene);
    let inner = rect.shrink2(vec2(GAP, TOOLS_TOP));
    let row = |number: f32| {
        let at = pos2(inner.left(), inner.top() + number * (ROW + SMALL_GAP));
        Rect::from_min_size(at, vec2(inner.width(), ROW))
    };
    let is_small = rect.width() < TOOLS_IN_TWO_ROWS;
    let (filters, search, orders) = match is_small {
        true => (row(0.0), row(1.0), row(2.0)),
        false => (
            row(0.0),
            row(0.0).with_min_x(inner.left() + 330.0),
            row(1.0),
        ),
    };
    order_tools::show_filters(ui, filters, scene);
    let search = search.with_max_x(inner.right() - SWITCH_WIDTH);
    order_tools::show_search(ui, search, scene);
    show_switch(ui, scene);
    order_tools::show_orders(ui, orders, scene);
    let files = if is_small { filters } else { orders };
    order_tools::show_files(ui, files.with_min_x(files.right() - FILES_WIDTH), scene);
    let head = Rect::from_min_size(
        pos2(inner.left(), orders.bottom() + 2.0),
        vec2(inner.width() - SCROLL_BAR_WIDTH, 16.0),
    );
    let foot = Rect::from_min_max(pos2(inner.left(), inner.bottom() - ROW), inner.max);
    let rows_rect = Rect::from_min_max(head.left_bottom(), foot.right_top());
    if rows_rect.height() < 10.0 {
        return;
    }
    paint_headings(ui, head, theme);
    show_list(ui, rows_rect, head.width(), scene);
    order_entry::show(ui, foot, scene);
}

/// A line that was chosen in the history is chosen here too.
fn choose_in_history(scene: &mut Scene) {
    if !std::mem::take(&mut scene.state.scroll_to_selected) {
        return;
    }
    let heard = scene
        .state
        .selected
        .and_then(|id| scene.model.lines.row(id));
    let Some(span_s) = heard.map(|row| row.span_s()) else {
        return;
    };
    let list = &mut scene.state.remembered.list;
    let shown = list.shown().to_vec();
    if let Some(row_idx) = list.row_over(span_s)
        && shown.contains(&row_idx)
    {
        list.choice.go_to(row_idx, Reach::Alone, &shown);
        scene.state.remembered.scroll_to = Some(row_idx);
    }
}

fn show_list(ui: &mut Ui, rect: Rect, row_width: f32, scene: &mut Scene) {
    let id = list_id();
    let response = ui.interact(rect, id, Sense::focusable_noninteractive());
    if std::mem::take(&mut scene.state.remembered.takes_focus) {
        response.request_focus();
    }
    order_keys::by_keys(ui, id, scene);
    // What the keys did is seen in this frame.
    let state = &mut scene.state.remembered;
    let reel = &scene.edits.params().reel;
    state.list.update(reel, state.filter, &state.search);
    let list = &state.list;
    let (num_shown, num_chosen) = (list.shown().len(), list.choice.num_rows());
    let spoken = format!("Remembered lines: {num_shown}, {num_chosen} chosen");
    response.widget_info(|| WidgetInfo::labeled(Role::ListBox, true, &spoken));
    if num_shown == 0 {
        let text = match list.rows().is_empty() {
            true => "Nothing is remembered yet. A pass in Learn fills this list.",
            false => "No line like this.",
        };
        let (align, quiet) = (Align2::CENTER_CENTER, scene.theme.quiet);
        label::text(ui, rect, align, text, TEXT, quiet, text);
    } else {
        let builder = egui::UiBuilder::new().max_rect(rect);
        ui.scope_builder(builder, |ui| show_rows(ui, id, row_width, scene));
    }
    if response.has_focus() && list_is_bare(scene) {
        let stroke = Stroke::new(2.0, scene.theme.accent);
        ui.painter()
            .rect_stroke(rect, ROUNDING, stroke, StrokeKind::Inside);
    }
}

/// Whether no row says where the keyboard is.
fn list_is_bare(scene: &Scene) -> bool {
    scene.state.remembered.list.choice.cursor().is_none()
}

fn show_rows(ui: &mut Ui, list_id: Id, width: f32, scene: &mut Scene) {
    ui.spacing_mut().item_spacing.y = ROW_GAP;
    let playing = follow(scene);
    let mut area = ScrollArea::vertical()
        .id_salt("remembered")
        .auto_shrink(false);
    if let Some(offset) = offset_to_show(scene) {
        area = area.vertical_scroll_offset(offset);
    }
    let num_rows = scene.state.remembered.list.shown().len();
    let output = area.show_rows(ui, ROW_HEIGHT, num_rows, |ui, range| {
        for place in range {
            let at = ui.available_rect_before_wrap().min;
            let rect = Rect::from_min_size(at, vec2(width, ROW_HEIGHT));
            show_row(ui, rect, list_id, place, playing, scene);
        }
    });
    let state = &mut scene.state.remembered;
    state.page_rows = (output.inner_rect.height() / (ROW_HEIGHT + ROW_GAP)) as usize;
    state.viewport = (output.state.clamped_offset().y, output.inner_rect.height());
}

/// The row at the play position, which the list goes to when it is another one than before.
fn follow(scene: &mut Scene) -> Option<usize> {
    let now_s = scene.model.now_s;
    // Nothing has been played yet.
    if now_s <= 0.0 {
        return None;
    }
    let state = &mut scene.state.remembered;
    let begun = state.list.last_begun(now_s);
    if state.is_following && begun != state.followed && begun.is_some() {
        state.followed = begun;
        state.scroll_to = begun;
    }
    state.list.row_at(now_s)
}

/// Where the list has to be scrolled to, logical pixels, if it has to: as little as shows the row.
fn offset_to_show(scene: &mut Scene) -> Option<f32> {
    let state = &mut scene.state.remembered;
    let row_idx = state.scroll_to.take()?;
    let place = state.list.shown().binary_search(&row_idx).ok()?;
    let (offset, height) = state.viewport;
    let top = place as f32 * (ROW_HEIGHT + ROW_GAP);
    if top < offset {
        Some(top)
    } else if top + ROW_HEIGHT > offset + height {
        Some((top + ROW_HEIGHT - height).max(0.0))
    } else {
        None
    }
}

fn show_row(
    ui: &mut Ui,
    rect: Rect,
    list_id: Id,
    place: usize,
    playing: Option<usize>,
    scene: &mut Scene,
) {
    let list = &scene.state.remembered.list;
    let row_idx = list.shown()[place];
    let row = &list.rows()[row_idx];
    ui.allocate_rect(rect, Sense::hover());
    // The keyboard goes to the list, which goes from row to row by itself.
    let id = list_id.with(row_idx);
    let response = ui.interact(rect, id, Sense::CLICK);
    let is_chosen = list.choice.has(row_idx);
    let is_at_keyboard = list.choice.cursor() == Some(row_idx);
    let is_playing = playing == Some(row_idx);
    let spoken = spoken(row_idx + 1, row, &scene.timeline, is_playing);
    response.widget_info(|| WidgetInfo::selected(Role::ListBoxOption, true, is_chosen, &spoken));
    let has_focus = ui.memory(|memory| memory.has_focus(list_id));
    if is_at_keyboard && has_focus {
        ui.ctx().accesskit_node_builder(list_id, |node| {
            node.set_active_descendant(id.accesskit_id());
        });
    }
    let state = RowState {
        is_chosen,
        is_at_keyboard,
        has_focus,
        is_playing,
        is_hovered: response.hovered(),
    };
    paint(ui, rect, scene.theme, &scene.timeline, row, state);
    let more = more_text(row, &scene.timeline);
    let (is_clicked, is_double_clicked) = (response.clicked(), response.double_clicked());
    if !more.is_empty() {
        response.on_hover_text(more);
    }
    if is_clicked {
        let modifiers = ui.input(|input| input.modifiers);
        let reach = if modifiers.shift {
            Reach::Through
        } else if modifiers.command {
            Reach::Toggle
        } else {
            Reach::Alone
        };
        let list = &mut scene.state.remembered.list;
        let shown = list.shown().to_vec();
        list.choice.go_to(row_idx, reach, &shown);
        scene.went_to_row();
        ui.memory_mut(|memory| memory.request_focus(list_id));
    }
    if is_double_clicked {
        scene.state.remembered.begin_entry(EntryKind::Note);
    }
}
