//! The pane of the list, with the switch between the lines that were heard and those that are remembered.

use egui::{Key, Modifiers, Rect, Ui, pos2, vec2};

use crate::editor::panes::TOOLS_IN_TWO_ROWS;
use crate::editor::theme::{GAP, ROUNDING, ROW, SMALL_GAP, TOOLS_TOP};
use crate::editor::views::frame::row_at_right;
use crate::editor::views::remembered_lines::SWITCH_WIDTH;
use crate::editor::views::scene::{ListPane, Scene, Tab};
use crate::editor::views::{lines, remembered_lines};
use crate::editor::widgets::choice;

/// Draws the pane.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    ui.painter().rect_filled(rect, ROUNDING, scene.theme.panel);
    // After the tools beside it, as the eye goes.
    let switch = |ui: &mut Ui, scene: &mut Scene| show_switch(ui, rect, scene);
    match scene.state.pane {
        ListPane::Heard => lines::show(ui, rect, scene, switch),
        ListPane::Remembered => remembered_lines::show(ui, rect, scene, switch),
    }
}

/// The switch by its key, which brings the keyboard to the remembered lines, or goes back from there.
pub fn by_keys(ui: &Ui, scene: &mut Scene) {
    let is_pressed = |input: &mut egui::InputState| input.consume_key(Modifiers::COMMAND, Key::L);
    if ui.ctx().text_edit_focused() || !ui.input_mut(is_pressed) {
        return;
    }
    // A small window shows another view.
    scene.state.tab = Tab::Lines;
    match remembered_lines::has_keyboard(ui.ctx()) {
        true => open(scene, ListPane::Heard),
        false => open(scene, ListPane::Remembered),
    }
}

fn open(scene: &mut Scene, pane: ListPane) {
    scene.state.pane = pane;
    scene.state.remembered.takes_focus = pane == ListPane::Remembered;
}

/// At the right end of the last row of tools, where it stays when it is clicked.
fn show_switch(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let row = if rect.width() < TOOLS_IN_TWO_ROWS {
        1.0
    } else {
        0.0
    };
    let right = rect.right() - GAP;
    let top = rect.top() + TOOLS_TOP + row * (ROW + SMALL_GAP);
    let place = Rect::from_min_size(pos2(right - SWITCH_WIDTH, top), vec2(SWITCH_WIDTH, ROW));
    row_at_right(ui, place, "lists", |ui| {
        let panes = [
            (
                ListPane::Heard,
                "Heard",
                "The lines of the passes so far, and what would help (Ctrl L)",
            ),
            (
                ListPane::Remembered,
                "Remembered",
                "What each line of the timeline gets, and your orders (Ctrl L)",
            ),
        ];
        if let Some(pane) = choice::of(ui, "Lines", &panes, scene.state.pane) {
            open(scene, pane);
        }
    });
}
