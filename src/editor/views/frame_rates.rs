//! The frame rates to choose from.

use egui::Ui;

use crate::editor::views::scene::Scene;
use crate::editor::widgets::choice;
use crate::params::session::RATE_NAMES;

/// Draws a button for each.
pub fn show(ui: &mut Ui, scene: &mut Scene) {
    let rate = scene.options.rate.clone();
    let help = "Hours, minutes, seconds";
    if choice::toggle(ui, "Frame rate", "None", rate.is_none(), help).clicked() {
        scene.options.rate = None;
    }
    for name in RATE_NAMES {
        let is_on = rate.as_deref() == Some(name);
        let text = rate_text(name);
        if choice::toggle(ui, "Frame rate", &text, is_on, "Frames per second").clicked() {
            choose_rate(scene, name);
        }
    }
}

/// `name` of a frame rate as it is shown.
pub fn rate_text(name: &str) -> String {
    match name.strip_suffix("df") {
        Some(rate) => format!("{rate} DF"),
        None if ["29.97", "59.94"].contains(&name) => format!("{name} NDF"),
        None => name.to_owned(),
    }
}

/// Chooses a frame rate; a start that it doesn't have becomes midnight.
pub fn choose_rate(scene: &mut Scene, name: &str) {
    scene.options.rate = Some(name.to_owned());
    if scene.options.start_problem(&scene.options.start).is_some() {
        scene.options.start = "00:00:00:00".to_owned();
    }
    scene.state.start_text = None;
}
