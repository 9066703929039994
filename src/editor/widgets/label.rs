//! Painted text that screen readers find too.

use egui::text::LayoutJob;
use egui::{Align2, Color32, Rect, Response, Role, Sense, Ui, WidgetInfo, pos2};

use crate::editor::theme::font;

/// Paints `text` into `rect`, centred in height, aligned as `align` says. `spoken` is what a screen
/// reader says.
pub fn text(
    ui: &Ui,
    rect: Rect,
    align: Align2,
    text: &str,
    size: f32,
    color: Color32,
    spoken: &str,
) -> Response {
    painted(ui, rect, align, text, size, color);
    spoken_only(ui, rect, spoken)
}

/// Paints `text` without a word to screen readers: what is said elsewhere.
pub fn painted(ui: &Ui, rect: Rect, align: Align2, text: &str, size: f32, color: Color32) {
    let at = pos2(
        align.x().to_factor() * rect.width() + rect.left(),
        align.y().to_factor() * rect.height() + rect.top(),
    );
    let painter = ui.painter().with_clip_rect(
        rect.expand2(egui::vec2(0.0, size))
            .intersect(ui.clip_rect()),
    );
    painter.text(at, align, text, font(size), color);
}

/// Paints `text` at the left of `rect` without a word to screen readers.
pub fn painted_left(ui: &Ui, rect: Rect, text: &str, size: f32, color: Color32) {
    painted(ui, rect, Align2::LEFT_CENTER, text, size, color);
}

/// Paints `text` at the left of `rect` like [`text()`], with strokes that are thick enough for two metres: the font has one weight only,
/// so it is painted several times, a little further to the right each time.
pub fn bold(ui: &Ui, rect: Rect, text: &str, size: f32, color: Color32, spoken: &str) -> Response {
    for step in 0..3 {
        let to_right = egui::vec2(step as f32 * size / 60.0, 0.0);
        painted_left(ui, rect.translate(to_right), text, size, color);
    }
    spoken_only(ui, rect, spoken)
}

/// Something in `rect` that is painted elsewhere, with what a screen reader says of it.
pub fn spoken_only(ui: &Ui, rect: Rect, spoken: &str) -> Response {
    let id = ui
        .scope_id()
        .with(("spoken", rect.left() as i32, rect.top() as i32));
    let response = ui.interact(rect, id, Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, spoken));
    response
}

/// Paints `text` into `rect` from the top, on as many lines as fit.
pub fn wrapped(ui: &Ui, rect: Rect, text: &str, size: f32, color: Color32) {
    let mut job = LayoutJob::simple(text.to_owned(), font(size), color, rect.width());
    job.wrap.max_rows = ((rect.height() / (1.25 * size)) as usize).max(1);
    let galley = ui.painter().layout_job(job);
    let painter = ui
        .painter()
        .with_clip_rect(rect.expand(2.0).intersect(ui.clip_rect()));
    painter.galley(rect.min, galley, color);
}

/// `text` cut to `width` with an ellipsis, at `size`.
pub fn fitted(ui: &Ui, text: &str, width: f32, size: f32) -> String {
    let fits = |text: &str| width_of(ui, text, size) <= width;
    if fits(text) {
        return text.to_owned();
    }
    let chars: Vec<char> = text.chars().collect();
    let (mut least, mut most) = (0, chars.len());
    while least < most {
        let middle = (least + most).div_ceil(2);
        let shorter: String = chars[..middle].iter().collect();
        if fits(&format!("{shorter}…")) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    let shorter: String = chars[..least].iter().collect();
    format!("{}…", shorter.trim_end())
}

/// The size at which `text` fits into `width`, at most `size`.
pub fn size_that_fits(ui: &Ui, text: &str, width: f32, size: f32) -> f32 {
    size.min(size * width / width_of(ui, text, size))
}

/// Width of `text` at `size`.
pub fn width_of(ui: &Ui, text: &str, size: f32) -> f32 {
    let galley = ui
        .painter()
        .layout_no_wrap(text.to_owned(), font(size), Color32::WHITE);
    galley.size().x
}
