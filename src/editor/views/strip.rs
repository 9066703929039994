//! The parameters: what to do about it.

use egui::{Rect, Ui, UiBuilder, pos2, vec2};
use nice_plug::params::Param;
use nice_plug::prelude::FloatParam;

use crate::editor::theme::{GAP, ROUNDING, ROW, SMALL_TEXT};
use crate::editor::views::frame::row_in;
use crate::editor::views::scene::Scene;
use crate::editor::widgets::{choice, field};
use crate::params::UnderscoreParams;
use crate::settings::{Mode, Steer};

/// Height of a field.
const FIELD_HEIGHT: f32 = 42.0;

/// What each choice of Steer does.
pub const STEER_HELP: [&str; 2] = [
    "Each line gets the cut that it needs to reach Target; clear lines cost no music",
    "The music gives up the same loudness everywhere while somebody speaks",
];

/// What the loss is.
const LOSS_HELP: &str = "Loudness that the duck takes from the music while somebody speaks, over the last seconds \
     of speech: what to expect of this passage with these settings";

/// What each choice of Look-ahead does.
const LOOK_AHEAD_HELP: [&str; 5] = [
    "No latency; cuts follow a word's onset",
    "Cuts come 5 ms earlier; the plugin has that latency",
    "Cuts come 10 ms earlier; the plugin has that latency",
    "Cuts come 20 ms earlier; the plugin has that latency",
    "Cuts come 40 ms earlier; the plugin has that latency",
];

/// Draws the strip in one row: for wide windows.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.panel);
    let inner = rect.shrink2(vec2(GAP, 6.0));
    let params = scene.edits.params();
    let choices_width = 128.0;
    let choices = Rect::from_min_size(inner.min, vec2(choices_width, inner.height()));
    steer(ui, choices, scene, &params);
    let look_ahead_width = 96.0;
    let fields = Rect::from_min_max(
        pos2(choices.right() + GAP, inner.top()),
        pos2(inner.right() - look_ahead_width - GAP, inner.bottom()),
    );
    show_fields(ui, fields, scene, &params, 10);
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
        ui.label(egui::RichText::new("Listen").color(theme.quiet));
        choice::of_param(
            ui,
            &mut scene.edits,
            &params.listen,
            &crate::editor::views::bar::LISTEN_HELP,
        );
    });
    row_in(ui, row(1.0), |ui| {
        ui.label(egui::RichText::new("Steer").color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.duck.steer, &STEER_HELP);
        loss(ui, scene, &params);
    });
    row_in(ui, row(2.0), |ui| {
        ui.label(egui::RichText::new("Look-ahead").color(theme.quiet));
        choice::of_param(ui, &mut scene.edits, &params.look_ahead, &LOOK_AHEAD_HELP);
    });
    let top = row(3.0).top() + 4.0;
    let fields = Rect::from_min_max(pos2(inner.left(), top), inner.max);
    let per_row = ((fields.width() / 92.0).floor() as usize).clamp(2, 10);
    show_fields(ui, fields, scene, &params, per_row);
}

fn steer(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        let quiet = scene.theme.quiet;
        ui.horizontal(|ui| {
            ui.label(egui::RichText::new("Steer").size(SMALL_TEXT).color(quiet));
            loss(ui, scene, params);
        });
        ui.horizontal(|ui| {
            choice::of_param(ui, &mut scene.edits, &params.duck.steer, &STEER_HELP);
        });
    });
}

/// What the duck takes: the expected loss of either way to steer.
fn loss(ui: &mut Ui, scene: &mut Scene, params: &UnderscoreParams) {
    if params.mode.value() != Mode::Duck {
        return;
    }
    let text = match scene.model.loss.lu() {
        Some(lu) => {
            let shown = scene.state.loss.0.show(lu, scene.now_s);
            format!("takes {:.1} LU", shown.max(0.0))
        }
        None => "takes - LU".to_owned(),
    };
    ui.label(
        egui::RichText::new(text)
            .size(SMALL_TEXT)
            .color(scene.theme.quiet),
    )
    .on_hover_text(LOSS_HELP);
}

fn look_ahead(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        let quiet = scene.theme.quiet;
        ui.label(
            egui::RichText::new("Look-ahead")
                .size(SMALL_TEXT)
                .color(quiet),
        );
        let ptr = params.look_ahead.as_ptr();
        let value = scene.edits.value(ptr);
        let text = params.look_ahead.normalized_value_to_string(value, true);
        ui.menu_button(text, |ui| {
            choice::of_param(ui, &mut scene.edits, &params.look_ahead, &LOOK_AHEAD_HELP);
        })
        .response
        .on_hover_text("How far ahead of the music the analysis hears: the plugin's latency, ms");
    });
}

fn show_fields(
    ui: &mut Ui,
    rect: Rect,
    scene: &mut Scene,
    params: &UnderscoreParams,
    per_row: usize,
) {
    let is_amount = params.duck.steer.value() == Steer::Amount;
    let goal: (&FloatParam, &str) = if is_amount {
        (
            &params.duck.amount_lu,
            "music loudness given up while somebody speaks, LU",
        )
    } else {
        (
            &params.duck.target,
            "audibility that a line should reach, %",
        )
    };
    let fields: [(&FloatParam, &str); 10] = [
        goal,
        (&params.duck.max_cut_db, "deepest cut of any band, dB"),
        (
            &params.times.attack_ms,
            "time in which a cut gets 63 % of the way down, ms",
        ),
        (
            &params.times.hold_ms,
            "time for which a cut stays between words, ms",
        ),
        (
            &params.times.release_ms,
            "time in which a cut gets 63 % of the way back, ms",
        ),
        (&params.bands.low_hz, "no cut below it, Hz"),
        (&params.bands.high_hz, "no cut above it, Hz"),
        (
            &params.duck.focus,
            "how much of the cut surrounds and heights get, %",
        ),
        (
            &params.dialogue.trim_db,
            "gain of the dialogue as the plugin hears it, dB",
        ),
        (
            &params.monitor_db_spl,
            "level of your monitors for noise at -20 dBFS RMS, dB SPL",
        ),
    ];
    let gap = 5.0;
    let width = (rect.width() + gap) / per_row as f32 - gap;
    let height = FIELD_HEIGHT.min(rect.height());
    for (idx, (param, help)) in fields.into_iter().enumerate() {
        let (column, row) = (idx % per_row, idx / per_row);
        let place = Rect::from_min_size(
            pos2(
                rect.left() + column as f32 * (width + gap),
                rect.top() + row as f32 * (FIELD_HEIGHT + gap),
            ),
            vec2(width, height),
        );
        if place.bottom() > rect.bottom() + 1.0 {
            return;
        }
        field::show(ui, place, &mut scene.edits, scene.theme, param, help);
    }
}
