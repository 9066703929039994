//! The first steps: what to do in this host so that the plugin hears the dialogue, beside a moving example. They
//! take the place of spectrum and history, which have nothing to show without dialogue; verdict, notices, list and
//! parameters stay.

use std::sync::Arc;
use std::time::Duration;

use egui::{Align2, Galley, Rect, Ui, UiBuilder, pos2, vec2};

use crate::editor::example_story::Moment;
use crate::editor::model::presence::Side;
use crate::editor::routing_steps::{ANY_HOST, known};
use crate::editor::theme::{
    GAP, HEADING_TEXT, ROUNDING, ROW, SMALL_GAP, SMALL_TEXT, TEXT_GAP, Theme, font,
};
use crate::editor::views::example_picture;
use crate::editor::views::frame::row_at_right;
use crate::editor::views::scene::{ListPane, Scene, Sheet, Tab};
use crate::editor::widgets::{choice, label};
use crate::link::Status;

/// From picture to picture of the example.
const PICTURE_INTERVAL: Duration = Duration::from_millis(125);

/// At this width steps and example stand side by side, logical pixels.
const SIDE_BY_SIDE_FROM: f32 = 560.0;

/// Share of the width that the steps have then, and share of the height that they may have otherwise.
const STEPS_WIDTH: f32 = 0.46;
const STEPS_HEIGHT: f32 = 0.64;

/// Largest and smallest size of the steps' text, logical pixels: the largest that fits.
const STEP_TEXTS: [f32; 7] = [22.0, 20.0, 18.0, 16.0, 14.0, 13.0, SMALL_TEXT];

/// Smallest and largest size of the title, logical pixels; the steps' text is smaller.
const TITLE_TEXT: (f32, f32) = (18.0, 24.0);

/// The title where no host has told its name.
const TITLE: &str = "First steps";

/// What the steps have in common, before and after them.
const BEFORE: &str = "Underscore goes on the music bus, the dialogue to its sidechain:";
const AFTER: &str = "Then play. This page goes when dialogue arrives.";

/// Whether the first steps are to be seen.
pub fn is_shown(scene: &mut Scene) -> bool {
    let has_begun = scene.options.has_begun;
    let is_heard = is_dialogue_heard(scene);
    // What doesn't work isn't mended by routing, and is said in the left column.
    scene.status == Status::Working && scene.state.first_minute.is_shown(has_begun, is_heard)
}

/// Shows the first steps again.
pub fn show_again(scene: &mut Scene) {
    let is_heard = is_dialogue_heard(scene);
    scene.state.first_minute.ask(is_heard);
    // Where their place is.
    (scene.state.sheet, scene.state.tab, scene.state.pane) = (None, Tab::Spectrum, ListPane::Heard);
}

fn is_dialogue_heard(scene: &Scene) -> bool {
    matches!(scene.model.presence.dialogue(), Side::Heard | Side::Silent)
}

/// Draws the first steps.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink(GAP);
    let program = scene.edits.params().names.program();
    let host = program.as_deref().and_then(known);
    let head = Rect::from_min_size(inner.min, vec2(inner.width(), ROW));
    let body = Rect::from_min_max(pos2(inner.left(), head.bottom() + GAP), inner.max);
    let title = match (host, &program) {
        (Some((_, name)), _) => format!("First steps in {name}"),
        (None, Some(program)) => format!("First steps in {program}"),
        (None, None) => TITLE.to_owned(),
    };
    let title_size = (0.045 * rect.height()).clamp(TITLE_TEXT.0, TITLE_TEXT.1);
    show_head(ui, head, scene, &title, title_size);
    let steps = host.map_or(ANY_HOST, |(host, _)| host.steps);
    let is_side_by_side = body.width() >= SIDE_BY_SIDE_FROM;
    let room = match is_side_by_side {
        true => vec2(STEPS_WIDTH * body.width() - 2.0 * GAP, body.height()),
        false => vec2(body.width(), STEPS_HEIGHT * body.height()),
    };
    let laid_out = LaidOut::fitting(ui, &steps, room, title_size);
    let until = show_steps(
        ui,
        Rect::from_min_size(body.min, room),
        theme,
        &steps,
        &laid_out,
    );
    let picture = match is_side_by_side {
        true => Rect::from_min_max(
            pos2(body.left() + STEPS_WIDTH * body.width(), body.top()),
            body.max,
        ),
        false => Rect::from_min_max(pos2(body.left(), until + TEXT_GAP), body.max),
    };
    show_example(ui, picture, scene);
}

/// The title, and what can be done with the whole.
fn show_head(ui: &mut Ui, rect: Rect, scene: &mut Scene, title: &str, size: f32) {
    let buttons = row_at_right(ui, rect, "first steps", |ui| {
        let help = "The steps for all hosts, and keys";
        if ui.button("All hosts").on_hover_text(help).clicked() {
            scene.toggle_sheet(Sheet::Help);
        }
        let help = "Puts the first steps away, here and in new instances; Help (?) has them";
        if ui.button("Got it").on_hover_text(help).clicked() {
            scene.state.first_minute.dismiss();
            scene.options.has_begun = true;
        }
    });
    let place = rect.with_max_x(buttons.left() - GAP);
    // The window's font hasn't the letters of every language: boxes in place of a name say nothing.
    let can_paint = ui.fonts_mut(|fonts| fonts.has_glyphs(&font(size), title));
    let painted = if can_paint { title } else { TITLE };
    let text = label::fitted(ui, painted, place.width(), size);
    label::text(
        ui,
        place,
        Align2::LEFT_CENTER,
        &text,
        size,
        scene.theme.text,
        title,
    );
}

/// What is said, from top to bottom, laid out for a width.
struct LaidOut {
    size: f32,
    before: Arc<Galley>,
    numbers_width: f32,
    steps: [Arc<Galley>; 3],
    after: Arc<Galley>,
}

impl LaidOut {
    /// `steps` and what stands around them, at the largest size under `below` that fits into `room`, or else at the
    /// smallest.
    fn fitting(ui: &Ui, steps: &[&str; 3], room: egui::Vec2, below: f32) -> Self {
        let at = |size: f32| {
            let lines = |text: &str, width: f32| {
                let color = egui::Color32::PLACEHOLDER;
                ui.painter()
                    .layout(text.to_owned(), font(size), color, width)
            };
            let numbers_width = 1.4 * size;
            Self {
                size,
                before: lines(BEFORE, room.x),
                numbers_width,
                steps: steps.map(|step| lines(step, room.x - numbers_width)),
                after: lines(AFTER, room.x),
            }
        };
        let sizes = STEP_TEXTS.into_iter().filter(|&size| size < below);
        let fitting = sizes.map(at).find(|it| it.height() <= room.y);
        fitting.unwrap_or_else(|| at(SMALL_TEXT))
    }

    fn gap(&self) -> f32 {
        (0.4 * self.size).max(SMALL_GAP)
    }

    fn height(&self) -> f32 {
        let steps: f32 = self.steps.iter().map(|step| step.size().y).sum();
        self.before.size().y + steps + self.after.size().y + 4.0 * self.gap()
    }
}

/// Paints what is said; gives where it ends.
fn show_steps(ui: &Ui, rect: Rect, theme: &Theme, steps: &[&str; 3], laid_out: &LaidOut) -> f32 {
    let painter = ui.painter();
    let mut top = rect.top();
    let mut show = |galley: &Arc<Galley>, right: f32, color, spoken: &str| {
        let place = Rect::from_min_size(pos2(rect.left() + right, top), galley.size());
        painter.galley(place.min, galley.clone(), color);
        label::spoken_only(ui, place, spoken);
        top = place.bottom() + laid_out.gap();
        place
    };
    show(&laid_out.before, 0.0, theme.quiet, BEFORE);
    for (idx, (galley, step)) in laid_out.steps.iter().zip(steps).enumerate() {
        let number = idx + 1;
        let spoken = format!("Step {number}: {step}");
        let place = show(galley, laid_out.numbers_width, theme.text, &spoken);
        let at = pos2(rect.left(), place.top());
        let text = number.to_string();
        painter.text(
            at,
            Align2::LEFT_TOP,
            text,
            font(laid_out.size),
            theme.accent,
        );
    }
    show(&laid_out.after, 0.0, theme.quiet, AFTER).bottom()
}

/// The example under what says so, with the button that stops it.
fn show_example(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    let head = Rect::from_min_size(rect.min, vec2(rect.width(), ROW));
    let place = Rect::from_min_max(pos2(rect.left(), head.bottom() + SMALL_GAP), rect.max);
    if place.height() < ROW {
        return;
    }
    let has_signal = scene.model.presence.dialogue() == Side::Heard;
    let builder = UiBuilder::new()
        .max_rect(head)
        .layout(egui::Layout::right_to_left(egui::Align::Center));
    let minute = &mut scene.state.first_minute;
    ui.scope_builder(builder, |ui| {
        let help = "Stops the moving example, or lets it go on";
        if choice::toggle(ui, "Example", "Pause", minute.is_paused(), help).clicked() {
            minute.toggle_pause();
        }
    });
    let text = "Example, not your sound";
    let width = label::width_of(ui, text, HEADING_TEXT) + 2.0 * TEXT_GAP;
    let tag = Rect::from_min_size(head.min, vec2(width, ROW));
    ui.painter().rect_filled(tag, ROUNDING, theme.edge);
    label::painted(
        ui,
        tag,
        Align2::CENTER_CENTER,
        text,
        HEADING_TEXT,
        theme.text,
    );
    let is_moving = !minute.is_paused() && !has_signal;
    let story_s = minute.story_s(scene.now_s, is_moving);
    example_picture::show(ui, place, theme, &Moment::at(story_s));
    if is_moving {
        ui.ctx().request_repaint_after(PICTURE_INTERVAL);
    }
}
