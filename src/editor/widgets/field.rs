//! A parameter as a number: drag it, turn the wheel over it, double-click to type, or use the
//! arrow keys.

use egui::{
    Align2, EventFilter, Id, Key, Modifiers, Rect, Response, Role, Sense, Stroke, StrokeKind,
    TextEdit, Ui, WidgetInfo, pos2, vec2,
};
use nice_plug::params::Param;
use nice_plug::prelude::ParamPtr;

use crate::editor::edit::param_edits::ParamEdits;
use crate::editor::theme::{ROUNDING, SMALL_TEXT, TEXT, Theme};
use crate::editor::widgets::{label, spoken_value};

/// Dragging this far goes from end to end, logical pixels.
const DRAG_PX: f32 = 250.0;

/// What a step of the wheel or an arrow key moves, as a share of the whole way.
const STEP: f32 = 0.02;

/// What Shift or Ctrl make of every move.
const FINE: f32 = 0.1;

/// A field for `param` in `rect`. `help` says what it does.
pub fn show<P: Param>(
    ui: &mut Ui,
    rect: Rect,
    edits: &mut ParamEdits,
    theme: &Theme,
    param: &P,
    help: &str,
) -> Response {
    let ptr = param.as_ptr();
    let id = ui.scope_id().with(("field", param.name()));
    if let Some(text) = typed(ui, id) {
        return type_in(ui, rect, edits, param, id, text);
    }
    let response = ui.interact(rect, id, Sense::click_and_drag());
    let text = param.normalized_value_to_string(edits.value(ptr), true);
    by_pointer(ui, &response, edits, ptr, param.default_normalized_value());
    by_keyboard(ui, &response, edits, ptr, param.default_normalized_value());
    if let Some(asked) = spoken_value::asked(ui, &response, param, edits.value(ptr)) {
        edits.set_once(ptr, asked);
    }
    if response.double_clicked() || (response.has_focus() && pressed(ui, Key::Enter)) {
        ui.data_mut(|data| data.insert_temp(id, String::new()));
    }
    let value = edits.value(ptr);
    spoken_value::describe(ui, &response, param.name(), param, value);
    paint(ui, rect, theme, &response, param.name(), &text, value);
    response.on_hover_text(format!(
        "{}: {help}\nDrag or wheel; Shift for fine steps; double-click to type; Alt-click for {}.",
        param.name(),
        param.normalized_value_to_string(param.default_normalized_value(), true)
    ))
}

fn by_pointer(ui: &Ui, response: &Response, edits: &mut ParamEdits, ptr: ParamPtr, default: f32) {
    let modifiers = ui.input(|input| input.modifiers);
    let fine = if is_fine(modifiers) { FINE } else { 1.0 };
    if response.clicked() {
        response.request_focus();
        if modifiers.alt {
            edits.set_once(ptr, default);
        }
    }
    if response.drag_started() {
        response.request_focus();
        edits.begin(ptr);
    }
    if response.dragged() {
        let way = response.drag_delta();
        edits.set(edits.value(ptr) + fine * (way.x - way.y) / DRAG_PX);
    }
    if response.drag_stopped() {
        edits.end();
    }
    if response.hovered() && !response.dragged() {
        // With Shift, systems turn the wheel sideways.
        let notches: f32 = ui.input(|input| {
            let wheel = input.events.iter().filter_map(|event| match event {
                egui::Event::MouseWheel { delta, unit, .. } => {
                    let way = delta.x + delta.y;
                    Some(match unit {
                        egui::MouseWheelUnit::Point => way / 40.0,
                        _ => way,
                    })
                }
                _ => None,
            });
            wheel.sum()
        });
        if notches != 0.0 {
            edits.set_once(
                ptr,
                (edits.value(ptr) + fine * STEP * notches).clamp(0.0, 1.0),
            );
        }
    }
}

fn by_keyboard(ui: &Ui, response: &Response, edits: &mut ParamEdits, ptr: ParamPtr, default: f32) {
    let mut steps = spoken_value::steps(ui, response);
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let fine = if is_fine(ui.input(|input| input.modifiers)) {
            FINE
        } else {
            1.0
        };
        let presses = |key| ui.input(|input| input.num_presses(key)) as f32;
        steps += fine
            * (presses(Key::ArrowUp) + presses(Key::ArrowRight)
                - presses(Key::ArrowDown)
                - presses(Key::ArrowLeft));
        steps += 10.0 * (presses(Key::PageUp) - presses(Key::PageDown));
        if pressed(ui, Key::Delete) || pressed(ui, Key::Backspace) {
            edits.set_once(ptr, default);
        }
    }
    if steps != 0.0 {
        edits.set_once(ptr, (edits.value(ptr) + STEP * steps).clamp(0.0, 1.0));
    }
}

fn is_fine(modifiers: Modifiers) -> bool {
    modifiers.shift || modifiers.ctrl || modifiers.command
}

fn pressed(ui: &Ui, key: Key) -> bool {
    ui.input(|input| input.key_pressed(key))
}

fn typed(ui: &Ui, id: Id) -> Option<String> {
    ui.data(|data| data.get_temp(id))
}

fn type_in<P: Param>(
    ui: &mut Ui,
    rect: Rect,
    edits: &mut ParamEdits,
    param: &P,
    id: Id,
    mut text: String,
) -> Response {
    // What is typed replaces the number, which stays to be seen until then.
    let now = param.normalized_value_to_string(edits.value(param.as_ptr()), true);
    let edit = TextEdit::singleline(&mut text)
        .id(id.with("typed"))
        .hint_text(now)
        .align(Align2::CENTER_CENTER);
    let response = ui.put(rect, edit);
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Role::TextInput, true, param.name());
        info.current_text_value = Some(text.clone());
        info
    });
    if !response.has_focus() && !response.lost_focus() {
        response.request_focus();
    }
    if response.lost_focus() {
        ui.data_mut(|data| data.remove::<String>(id));
        // Escape leaves the value, and so does what isn't one.
        if !pressed(ui, Key::Escape)
            && let Some(normalized) = param.string_to_normalized_value(&text)
        {
            edits.set_once(param.as_ptr(), normalized.clamp(0.0, 1.0));
        }
    } else {
        ui.data_mut(|data| data.insert_temp(id, text));
    }
    response
}

fn paint(
    ui: &Ui,
    rect: Rect,
    theme: &Theme,
    response: &Response,
    name: &str,
    text: &str,
    value: f32,
) {
    let painter = ui.painter();
    let is_hot = response.hovered() || response.dragged();
    let fill = if is_hot { theme.edge } else { theme.grid };
    painter.rect_filled(rect, ROUNDING, fill);
    let bar = Rect::from_min_max(pos2(rect.left(), rect.bottom() - 4.0), rect.max);
    let filled = vec2(bar.width() * value.clamp(0.0, 1.0), bar.height());
    painter.rect_filled(bar, 0.0, theme.plot);
    painter.rect_filled(Rect::from_min_size(bar.min, filled), 0.0, theme.accent);
    if response.has_focus() {
        let stroke = Stroke::new(2.0, theme.accent);
        painter.rect_stroke(rect, ROUNDING, stroke, StrokeKind::Inside);
    }
    let inner = rect.shrink2(vec2(2.0, 4.0));
    let (at, size) = (Align2::CENTER_TOP, SMALL_TEXT);
    let size = label::size_that_fits(ui, name, inner.width(), size);
    label::painted(ui, inner, at, name, size, theme.quiet);
    let value_rect = inner.with_max_y(inner.bottom() - 3.0);
    let (at, size) = (Align2::CENTER_BOTTOM, TEXT + 1.0);
    let size = label::size_that_fits(ui, text, inner.width() - 4.0, size);
    label::painted(ui, value_rect, at, text, size, theme.text);
}
