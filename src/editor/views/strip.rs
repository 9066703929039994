//! The parameters: what to do about it.

use egui::{Rect, Role, Ui, UiBuilder, WidgetInfo, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::params::enums::{Enum, EnumParam};

use crate::editor::edit::param_edits::ParamEdits;
use crate::editor::theme::{GAP, ROUNDING, ROW, SMALL_TEXT};
use crate::editor::views::automation;
use crate::editor::views::frame::row_in;
use crate::editor::views::scene::Scene;
use crate::editor::widgets::{choice, field};
use crate::params::UnderscoreParams;
use crate::settings::{Choice, ELSEWHERE, LISTEN, LOOK_AHEAD, Mode, PASS, STEER};

/// Height of a field.
const FIELD_HEIGHT: f32 = 42.0;

/// Width of what is said of the automation.
const AUTOMATION_WIDTH: f32 = 86.0;

/// What the loss is.
const LOSS_HELP: &str = "Loudness that the duck takes from the music while somebody speaks, over the last seconds \
     of speech, as long as somebody speaks now and then: what to expect of this passage with these settings";

/// Draws the strip in one row: for wide windows.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink2(vec2(GAP, 6.0));
    let params = scene.edits.params();
    let choices_width = 128.0;
    let choices = Rect::from_min_size(inner.min, vec2(choices_width, inner.height()));
    steer(ui, choices, scene, &params);
    let look_ahead_width = 66.0;
    let pass_width = 64.0;
    let pass_place = Rect::from_min_size(
        pos2(choices.right() + GAP, inner.top()),
        vec2(pass_width, inner.height()),
    );
    pass(ui, pass_place, scene, &params);
    let automation_place = Rect::from_min_size(
        pos2(pass_place.right() + GAP, inner.top()),
        vec2(AUTOMATION_WIDTH, inner.height()),
    );
    automation::show(ui, automation_place, scene, &params);
    let fields = Rect::from_min_max(
        pos2(automation_place.right() + GAP, inner.top()),
        pos2(inner.right() - look_ahead_width - GAP, inner.bottom()),
    );
    show_fields(ui, fields, scene, &params, usize::MAX);
    let last = Rect::from_min_max(
        pos2(inner.right() - look_ahead_width, inner.top()),
        inner.max,
    );
    look_ahead(ui, last, scene, &params);
}

/// Draws all of it in rows: for small windows.
pub fn show_page(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink(GAP);
    let params = scene.edits.params();
    let row = |number: f32| {
        Rect::from_min_size(
            pos2(inner.left(), inner.top() + number * (ROW + 4.0)),
            vec2(inner.width(), ROW),
        )
    };
    row_in(ui, row(0.0), |ui| {
        ui.label(egui::RichText::new(LISTEN.about.name).color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.choices.listen, &LISTEN);
    });
    row_in(ui, row(1.0), |ui| {
        ui.label(egui::RichText::new(STEER.about.name).color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.choices.steer, &STEER);
        loss(ui, scene, &params);
    });
    row_in(ui, row(2.0), |ui| {
        ui.label(egui::RichText::new(LOOK_AHEAD.about.name).color(theme.quiet));
        choice::of_param(
            ui,
            &mut scene.edits,
            &params.choices.look_ahead,
            &LOOK_AHEAD,
        );
    });
    row_in(ui, row(3.0), |ui| {
        ui.label(egui::RichText::new(PASS.about.name).color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.choices.pass, &PASS);
        ui.label(egui::RichText::new(ELSEWHERE.about.name).color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.choices.elsewhere, &ELSEWHERE);
    });
    row_in(ui, row(4.0), |ui| {
        automation::show_in_row(ui, scene, &params);
    });
    let top = row(5.0).top() + 4.0;
    let fields = Rect::from_min_max(pos2(inner.left(), top), inner.max);
    let per_row = ((fields.width() / 92.0).floor() as usize).max(2);
    show_fields(ui, fields, scene, &params, per_row);
}

fn steer(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        let quiet = scene.theme.quiet;
        ui.horizontal(|ui| {
            ui.label(
                egui::RichText::new(STEER.about.name)
                    .size(SMALL_TEXT)
                    .color(quiet),
            );
            loss(ui, scene, params);
        });
        ui.horizontal(|ui| {
            choice::of_param(ui, &mut scene.edits, &params.choices.steer, &STEER);
        });
    });
}

/// What the duck takes: the expected loss of either way to steer.
fn loss(ui: &mut Ui, scene: &mut Scene, params: &UnderscoreParams) {
    if params.choices.mode.value() != Mode::Duck {
        return;
    }
    let text = match scene.model.loss.lu() {
        Some(lu) => {
            let shown = scene.state.loss.0.show(lu, scene.now_s);
            format!("takes {:.1} LU", shown.max(0.0))
        }
        None => {
            scene.state.loss.0.reset();
            "takes - LU".to_owned()
        }
    };
    ui.label(
        egui::RichText::new(text)
            .size(SMALL_TEXT)
            .color(scene.theme.quiet),
    )
    .on_hover_text(LOSS_HELP);
}

fn pass(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let quiet = scene.theme.quiet;
    let choices = &params.choices;
    menu(ui, rect, scene, (&choices.pass, &PASS), |ui, edits| {
        ui.separator();
        ui.label(egui::RichText::new(ELSEWHERE.about.name).color(quiet));
        choice::of_param(ui, edits, &choices.elsewhere, &ELSEWHERE);
    });
}

fn look_ahead(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let param = (&params.choices.look_ahead, &LOOK_AHEAD);
    menu(ui, rect, scene, param, |_, _| {});
}

/// The name of a parameter over a menu of its values, and what else is in the menu.
fn menu<T: Enum + PartialEq + 'static>(
    ui: &mut Ui,
    rect: Rect,
    scene: &mut Scene,
    (param, row): (&EnumParam<T>, &Choice<T>),
    show_more: impl FnOnce(&mut Ui, &mut ParamEdits),
) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.label(
            egui::RichText::new(row.about.name)
                .size(SMALL_TEXT)
                .color(scene.theme.quiet),
        );
        let value = scene.edits.value(param.as_ptr());
        let text = param.normalized_value_to_string(value, true);
        let spoken = format!("{}: {text}", row.about.name);
        let menu = ui.menu_button(text, |ui| {
            choice::of_param(ui, &mut scene.edits, param, row);
            show_more(ui, &mut scene.edits);
        });
        menu.response
            .widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        menu.response.on_hover_text(row.about.help);
    });
}

/// The numbers in the table's order of the strip, in rows of at most `per_row`.
fn show_fields(
    ui: &mut Ui,
    rect: Rect,
    scene: &mut Scene,
    params: &UnderscoreParams,
    per_row: usize,
) {
    let steer = params.choices.steer.value();
    let mut fields: Vec<_> = params
        .continuous()
        .filter_map(|(row, param)| {
            let place = row.strip?;
            let is_there = place.only_with.is_none_or(|only| only == steer);
            is_there.then_some((place.slot, row, param))
        })
        .collect();
    fields.sort_by_key(|(slot, ..)| *slot);
    let per_row = per_row.min(fields.len());
    let gap = 3.0;
    let width = (rect.width() + gap) / per_row as f32 - gap;
    let height = FIELD_HEIGHT.min(rect.height());
    for (idx, (_, row, param)) in fields.into_iter().enumerate() {
        let (column, line) = (idx % per_row, idx / per_row);
        let place = Rect::from_min_size(
            pos2(
                rect.left() + column as f32 * (width + gap),
                rect.top() + line as f32 * (FIELD_HEIGHT + gap),
            ),
            vec2(width, height),
        );
        if place.bottom() > rect.bottom() + 1.0 {
            return;
        }
        field::show(
            ui,
            place,
            &mut scene.edits,
            scene.theme,
            param,
            row.about.help,
        );
        automation::mark(ui, place, scene, &params.indications, row.about.id);
    }
}
