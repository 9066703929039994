//! A row of lamps: how the others fare. Shapes and letters beside colours.

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, Ui, pos2, vec2};

use crate::clash::verdict::Verdict;
use crate::editor::theme::{SMALL_TEXT, Theme};
use crate::editor::views::scene::Scene;
use crate::editor::widgets::label;
use crate::settings::Audience;

/// Points of half a disc.
const NUM_POINTS: usize = 12;

/// What stands beside a lamp.
fn letters(audience: Audience) -> &'static str {
    match audience {
        Audience::Reference => "Mx",
        Audience::Cinema => "Ci",
        Audience::Home => "Ho",
        Audience::Home70 => "70",
        Audience::Phone => "Ph",
        Audience::HardOfHearing => "HH",
    }
}

/// Draws the row.
pub fn show(ui: &Ui, rect: Rect, scene: &Scene) {
    let theme = scene.theme;
    let shown = scene.model.newest.audience;
    let others = scene.model.audiences.others(shown);
    let width = rect.width() / others.len().max(1) as f32;
    let radius = (0.2 * rect.height()).min(0.14 * width).clamp(3.0, 9.0);
    let size = SMALL_TEXT.min(0.3 * width);
    let mut spoken = Vec::new();
    for (idx, (audience, name, verdict)) in others.iter().enumerate() {
        let place = Rect::from_min_size(
            pos2(rect.left() + idx as f32 * width, rect.top()),
            vec2(width, rect.height()),
        );
        let centre = pos2(place.left() + radius + 1.0, place.center().y);
        lamp(ui.painter(), centre, radius, theme, *verdict);
        let text = Rect::from_min_max(pos2(centre.x + radius + 3.0, place.top()), place.max);
        label::painted_left(ui, text, letters(*audience), size, theme.text);
        let word = verdict.map_or("no speech", Verdict::word);
        spoken.push(format!("{name} {word}"));
    }
    let spoken = spoken.join(", ");
    let help = format!(
        "Others: {spoken}.\nA ring: clear. Half: strained. Full: masked. Choose in Setup for whom verdict and duck are."
    );
    label::spoken_only(ui, rect, &format!("Others: {spoken}")).on_hover_text(help);
}

/// A ring for clear, half a disc for strained, a disc for masked; a dot while nobody speaks.
fn lamp(painter: &Painter, centre: Pos2, radius: f32, theme: &Theme, verdict: Option<Verdict>) {
    let Some(verdict) = verdict else {
        painter.circle_filled(centre, 0.4 * radius, theme.edge);
        return;
    };
    let color: Color32 = theme.verdict(verdict);
    match verdict {
        Verdict::Clear => {}
        Verdict::Strained => {
            let point = |idx: usize| {
                let angle = std::f32::consts::PI * (0.5 + idx as f32 / (NUM_POINTS - 1) as f32);
                centre + radius * vec2(angle.cos(), angle.sin())
            };
            let points = (0..NUM_POINTS).map(point).collect();
            painter.add(Shape::convex_polygon(points, color, Stroke::NONE));
        }
        Verdict::Masked => {
            painter.circle_filled(centre, radius, color);
        }
    }
    painter.circle_stroke(centre, radius, Stroke::new(1.5, color));
}
