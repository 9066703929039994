//! Buttons of which one is on: for parameters with names for values, and for the editor's own.

use egui::{Button, Response, Role, Ui, WidgetInfo};
use nice_plug::params::Param;
use nice_plug::params::enums::{Enum, EnumParam};

use crate::editor::edit::param_edits::ParamEdits;
use crate::settings::Choice;

/// Height of the bar that a button has while it is on.
const ON_BAR_HEIGHT: f32 = 3.0;

/// A button that is on or off. `group` and `text` together are what a screen reader says.
pub fn toggle(ui: &mut Ui, group: &str, text: &str, is_on: bool, help: &str) -> Response {
    let response = ui.add(Button::selectable(is_on, text));
    if is_on {
        // Told without colour too, and under the frame of the keyboard's focus.
        let rect = response.rect;
        let bar = rect.with_min_y(rect.bottom() - ON_BAR_HEIGHT);
        let accent = ui.visuals().widgets.active.bg_stroke.color;
        ui.painter().rect_filled(bar, 0.0, accent);
    }
    let spoken = if group.is_empty() {
        text.to_owned()
    } else {
        format!("{group}: {text}")
    };
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, &spoken));
    response.on_hover_text(help)
}

/// All values of a parameter side by side, as its row in the table names and explains them.
pub fn of_param<T: Enum + PartialEq + 'static>(
    ui: &mut Ui,
    edits: &mut ParamEdits,
    param: &EnumParam<T>,
    row: &Choice<T>,
) {
    let last = row.variants.len().saturating_sub(1).max(1);
    let value_idx = (edits.value(param.as_ptr()) * last as f32).round() as usize;
    for (idx, variant) in row.variants.iter().enumerate() {
        let is_on = idx == value_idx;
        if toggle(ui, row.about.name, variant.name, is_on, variant.help).clicked() {
            edits.set_once(param.as_ptr(), idx as f32 / last as f32);
        }
    }
}

/// Choices of the editor: gives the one that was clicked.
pub fn of<T: Copy + PartialEq>(
    ui: &mut Ui,
    group: &str,
    choices: &[(T, &str, &str)],
    value: T,
) -> Option<T> {
    let mut chosen = None;
    for &(choice, name, help) in choices {
        if toggle(ui, group, name, choice == value, help).clicked() {
            chosen = Some(choice);
        }
    }
    chosen
}
