//! The frequency limits as handles in the spectrum.

use egui::{CursorIcon, EventFilter, Key, Rect, Sense, Stroke, Ui, pos2, vec2};
use nice_plug::params::{FloatParam, Param};

use crate::editor::views::plot::Plot;
use crate::editor::views::scene::Scene;
use crate::editor::widgets::spoken_value;
use crate::settings::{HIGH_HZ, LOW_HZ};

/// The frequency limits as handles, and what lies beyond them darker.
pub fn show(ui: &mut Ui, plot: &Plot, scene: &mut Scene) {
    let theme = scene.theme;
    let params = scene.edits.params();
    let (Some(low), Some(high)) = (params.of(&LOW_HZ), params.of(&HIGH_HZ)) else {
        return;
    };
    let low_hz = hz_of(scene, low);
    let high_hz = hz_of(scene, high);
    let (low_x, high_x) = (plot.hz.x_from_hz(low_hz), plot.hz.x_from_hz(high_hz));
    let shade = theme.background.gamma_multiply(0.6);
    for (from, to) in [(plot.rect.left(), low_x), (high_x, plot.rect.right())] {
        let beyond = Rect::from_x_y_ranges(from..=to, plot.rect.y_range());
        if beyond.width() > 12.0 {
            ui.painter().rect_filled(beyond, 0.0, shade);
        }
    }
    limit(ui, plot, scene, low, low_x);
    limit(ui, plot, scene, high, high_x);
}

fn hz_of(scene: &Scene, param: &FloatParam) -> f32 {
    param.preview_plain(scene.edits.value(param.as_ptr()))
}

fn limit(ui: &mut Ui, plot: &Plot, scene: &mut Scene, param: &FloatParam, x: f32) {
    let theme = scene.theme;
    let ptr = param.as_ptr();
    let handle = Rect::from_x_y_ranges(x - 6.0..=x + 6.0, plot.rect.y_range());
    let id = ui.scope_id().with(("limit", param.name()));
    let response = ui.interact(handle, id, Sense::click_and_drag());
    let edits = &mut scene.edits;
    if response.drag_started() {
        response.request_focus();
        edits.begin(ptr);
    }
    if response.dragged()
        && let Some(at) = response.interact_pointer_pos()
    {
        edits.set(param.preview_normalized(plot.hz.hz_from_x(at.x)));
    }
    if response.drag_stopped() {
        edits.end();
    }
    if response.double_clicked() {
        edits.set_once(ptr, param.default_normalized_value());
    }
    let mut steps = spoken_value::steps(ui, &response);
    if response.has_focus() {
        let arrows = EventFilter {
            horizontal_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(id, arrows));
        let presses = |key| ui.input(|input| input.num_presses(key)) as f32;
        steps += presses(Key::ArrowRight) - presses(Key::ArrowLeft);
    }
    if steps != 0.0 {
        // A third of an octave: limits count in bands.
        let hz = param.preview_plain(edits.value(ptr)) * 10f32.powf(0.1 * steps);
        edits.set_once(ptr, param.preview_normalized(hz));
    }
    if let Some(asked) = spoken_value::asked(ui, &response, param, edits.value(ptr)) {
        edits.set_once(ptr, asked);
    }
    let is_hot = response.hovered() || response.dragged() || response.has_focus();
    let color = if is_hot { theme.text } else { theme.quiet };
    let width = if is_hot { 2.0 } else { 1.0 };
    let painter = ui.painter().with_clip_rect(plot.rect.expand(7.0));
    painter.vline(x, plot.rect.y_range(), Stroke::new(width, color));
    let grip = Rect::from_center_size(pos2(x, plot.rect.center().y), vec2(8.0, 26.0));
    painter.rect_filled(grip, 2.0, color);
    let text = param.normalized_value_to_string(edits.value(ptr), true);
    let spoken = format!("{} in the spectrum", param.name());
    spoken_value::describe(ui, &response, &spoken, param, edits.value(ptr));
    response
        .on_hover_cursor(CursorIcon::ResizeHorizontal)
        .on_hover_text(format!(
            "{}: {text}. Nothing is cut beyond it. Drag; double-click for the end of the range.",
            param.name()
        ));
}
