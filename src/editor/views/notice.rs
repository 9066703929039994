//! What is missing or silent, and what to do about it.

use egui::{Color32, Rect, Ui, pos2, vec2};

use crate::editor::model::presence::Side;
use crate::editor::theme::{self, ROUNDING, SMALL_GAP, TEXT, TEXT_GAP};
use crate::editor::views::scene::{Scene, Sheet};
use crate::link::Status;

/// Width of the stripe that marks it, logical pixels.
const STRIPE_WIDTH: f32 = 4.0;

/// What the user must know, if there is something, and whether it has to do with routing.
pub fn of(scene: &Scene) -> Option<(&'static str, bool)> {
    let presence = &scene.model.presence;
    match scene.status {
        Status::UnsupportedSampleRate => Some((
            "Sample rate not supported (8 to 192 kHz are). The music passes untouched; nothing \
             is measured.",
            false,
        )),
        Status::Failed => Some((
            "Underscore has failed. The music passes untouched until the plugin is started again.",
            false,
        )),
        Status::Working if presence.dialogue() == Side::Missing => Some((
            "No dialogue connected. Send the dialogue to this plugin's sidechain.",
            true,
        )),
        Status::Working if presence.dialogue() == Side::Silent => {
            Some(("The dialogue is silent.", true))
        }
        Status::Working if presence.music() == Side::Missing => {
            Some(("No music on this bus yet.", false))
        }
        Status::Working if presence.music() == Side::Silent => {
            Some(("The music is silent.", false))
        }
        Status::Working => {
            let doubt = scene.model.inputs.doubts().first();
            doubt.map(|doubt| (doubt.notice(), false))
        }
    }
}

/// Height of the notice in a column: all of its text and its button.
pub fn height(ui: &Ui, column: Rect, (text, is_routing): (&str, bool)) -> f32 {
    let font = theme::font(text_size(column.width()));
    let width = column.width() - STRIPE_WIDTH - TEXT_GAP;
    let galley = ui
        .painter()
        .layout(text.to_owned(), font, Color32::WHITE, width);
    let spacing = ui.spacing();
    let button = match is_routing {
        true => spacing.item_spacing.y + spacing.interact_size.y,
        false => 0.0,
    };
    // The gap above it is the column's, and a rim round the text.
    let needed = galley.size().y + button + 3.0 * SMALL_GAP;
    (0.24 * column.height()).clamp(64.0, 110.0).max(needed)
}

fn text_size(width: f32) -> f32 {
    (0.055 * width).clamp(TEXT, 22.0)
}

/// Draws it, with the way out.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene, (text, is_routing): (&str, bool)) {
    let theme = scene.theme;
    ui.painter().rect_filled(rect, ROUNDING, theme.plot);
    let stripe = Rect::from_min_size(rect.min, vec2(STRIPE_WIDTH, rect.height()));
    ui.painter().rect_filled(stripe, 0.0, theme.strained);
    let inner = Rect::from_min_max(
        pos2(stripe.right() + TEXT_GAP, rect.top() + SMALL_GAP),
        rect.max,
    );
    let builder = egui::UiBuilder::new()
        .max_rect(inner)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        ui.set_clip_rect(rect);
        let size = text_size(rect.width());
        ui.label(egui::RichText::new(text).size(size).color(theme.text));
        if is_routing && ui.button("How to route it").clicked() {
            scene.toggle_sheet(Sheet::Help);
        }
    });
}
