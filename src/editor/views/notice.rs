//! What is missing or silent, and what to do about it.

use std::borrow::Cow;
use std::time::SystemTime;

use egui::{Color32, Rect, Ui, pos2, vec2};

use crate::editor::model::presence::Side;
use crate::editor::theme::{self, ROUNDING, SMALL_GAP, TEXT, TEXT_GAP};
use crate::editor::views::scene::{Scene, Sheet};
use crate::link::Status;

/// Width of the stripe that marks it, logical pixels.
const STRIPE_WIDTH: f32 = 4.0;

/// What the user must know, and what can be done about it.
#[derive(Debug, Clone)]
pub struct Notice {
    text: Cow<'static, str>,
    way_out: WayOut,
}

/// What can be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WayOut {
    /// Nothing here.
    None,
    /// Read how to route the sidechain.
    Routing,
    /// Take what was recovered, or throw it away.
    Recovery,
}

/// What the user must know, if there is something.
pub fn of(scene: &mut Scene) -> Option<Notice> {
    if scene.status == Status::Working {
        if let Some(offer) = scene.memory.recovery().offer() {
            let text = format!(
                "{} learned {}, {}, were never saved.",
                offer.num_lines,
                if offer.num_lines == 1 {
                    "line"
                } else {
                    "lines"
                },
                ago(offer.written)
            );
            return Some(Notice {
                text: text.into(),
                way_out: WayOut::Recovery,
            });
        }
        if let Some(problem) = scene.memory.problem() {
            return Some(Notice {
                text: problem.into(),
                way_out: WayOut::None,
            });
        }
    }
    of_sides(scene).map(|(text, is_routing)| Notice {
        text: text.into(),
        way_out: match is_routing {
            true => WayOut::Routing,
            false => WayOut::None,
        },
    })
}

/// How long ago, in words.
fn ago(time: SystemTime) -> String {
    let minutes = time.elapsed().map_or(0, |age| age.as_secs() / 60);
    match minutes {
        0..2 => "just now".to_owned(),
        2..120 => format!("{minutes} minutes ago"),
        120..2880 => format!("{} hours ago", minutes / 60),
        _ => format!("{} days ago", minutes / 1440),
    }
}

/// What is missing or silent, and whether it has to do with routing.
fn of_sides(scene: &Scene) -> Option<(&'static str, bool)> {
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
pub fn height(ui: &Ui, column: Rect, notice: &Notice) -> f32 {
    let font = theme::font(text_size(column.width()));
    let width = column.width() - STRIPE_WIDTH - TEXT_GAP;
    let galley = ui
        .painter()
        .layout(notice.text.to_string(), font, Color32::WHITE, width);
    let spacing = ui.spacing();
    let button = match notice.way_out {
        WayOut::Routing | WayOut::Recovery => spacing.item_spacing.y + spacing.interact_size.y,
        WayOut::None => 0.0,
    };
    // The gap above it is the column's, and a rim round the text.
    let needed = galley.size().y + button + 3.0 * SMALL_GAP;
    (0.24 * column.height()).clamp(64.0, 110.0).max(needed)
}

fn text_size(width: f32) -> f32 {
    (0.055 * width).clamp(TEXT, 22.0)
}

/// Draws it, with the way out.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene, notice: &Notice) {
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
        let text = egui::RichText::new(&*notice.text);
        ui.label(text.size(size).color(theme.text));
        match notice.way_out {
            WayOut::Routing => {
                if ui.button("How to route it").clicked() {
                    scene.toggle_sheet(Sheet::Help);
                }
            }
            WayOut::Recovery => {
                ui.horizontal(|ui| {
                    let help = "Remembers these lines, in the place of what is remembered here";
                    if ui.button("Restore").on_hover_text(help).clicked() {
                        scene.memory.recovery().restore();
                    }
                    let help = "Throws them away";
                    if ui.button("Discard").on_hover_text(help).clicked() {
                        scene.memory.recovery().discard();
                    }
                });
            }
            WayOut::None => {}
        }
    });
}
