//! Rows and windows that views are shown in.

use egui::{Rect, Ui, UiBuilder};

use crate::editor::views::scene::Scene;

/// Room for the scroll bar beside the contents of a window, over which it would lie.
const SCROLL_BAR_WIDTH: f32 = 10.0;

/// Shows `contents` in `rect`, in a row from the left.
pub fn row_in<R>(ui: &mut Ui, rect: Rect, contents: impl FnOnce(&mut Ui) -> R) -> R {
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let builder = UiBuilder::new().max_rect(rect).layout(layout);
    ui.scope_builder(builder, contents).inner
}

/// Shows `contents` in a row from the left that ends at the right end of `rect`; `name` is its own among all such rows. A row
/// that egui builds from the right is read, and gone through by Tab, from the right too. Gives where it is.
pub fn row_at_right(ui: &mut Ui, rect: Rect, name: &str, contents: impl FnOnce(&mut Ui)) -> Rect {
    let id = ui.scope_id().with(("row at right", name));
    let known: Option<f32> = ui.data(|data| data.get_temp(id));
    let place = rect.with_min_x(rect.right() - known.unwrap_or(rect.width()));
    let layout = egui::Layout::left_to_right(egui::Align::Center);
    let builder = UiBuilder::new().max_rect(place).layout(layout);
    let row = ui.scope_builder(builder, contents).response.rect;
    let width = row.width();
    if known != Some(width) {
        ui.data_mut(|data| data.insert_temp(id, width));
        ui.ctx().request_discard("the width of a row at the right");
    }
    row
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
        // As high as its contents: without it no more than 400.
        .default_height((screen.height() - 70.0).max(60.0))
        .max_height((screen.height() - 70.0).max(60.0))
        .show(ui.ctx(), |ui| {
            egui::ScrollArea::vertical()
                .max_height((screen.height() - 90.0).max(60.0))
                .auto_shrink([false, true])
                .show(ui, |ui| {
                    ui.set_max_width(ui.available_width() - SCROLL_BAR_WIDTH);
                    contents(ui, scene);
                });
        });
    if !is_open || ui.input(|input| input.key_pressed(egui::Key::Escape)) {
        scene.state.sheet = None;
    }
}
