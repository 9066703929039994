//! What is set once: monitors, timecode, colours, size.

use egui::{RichText, TextEdit, Ui};
use nice_plug::params::Param;

use crate::editor::views::frame::sheet;
use crate::editor::views::scene::Scene;
use crate::editor::views::{frame_rates, timecode_offer};
use crate::editor::widgets::{choice, field};
use crate::params::display::Palette;
use crate::params::session::ZOOMS;
use crate::settings::{AUDIENCE, EARS, MONITOR_DB_SPL};
use crate::version;

/// Levels at which rooms are aligned, dB SPL, and where.
const MONITORS: [(f32, &str); 3] = [
    (85.0, "Dub stage"),
    (82.0, "Smaller room"),
    (79.0, "Near field, television"),
];

/// Width of a field for a number or a timecode.
const FIELD_WIDTH: f32 = 110.0;

/// Draws the window.
pub fn show(ui: &Ui, scene: &mut Scene) {
    sheet(ui, scene, "Setup", |ui, scene| {
        show_monitor(ui, scene);
        ui.separator();
        show_audience(ui, scene);
        ui.separator();
        show_timecode(ui, scene);
        ui.separator();
        show_looks(ui, scene);
        ui.separator();
        heading(ui, scene, &format!("Underscore {}", version::this()));
    });
}

fn show_monitor(ui: &mut Ui, scene: &mut Scene) {
    let params = scene.edits.params();
    let Some(param) = params.of(&MONITOR_DB_SPL) else {
        return;
    };
    heading(
        ui,
        scene,
        "Monitors: level at your place for noise at -20 dBFS RMS",
    );
    ui.horizontal(|ui| {
        let now = param.preview_plain(scene.edits.value(param.as_ptr()));
        for (db_spl, room) in MONITORS {
            let text = format!("{db_spl:.0} dB SPL");
            let is_on = (now - db_spl).abs() < 0.05;
            if choice::toggle(ui, MONITOR_DB_SPL.about.name, &text, is_on, room).clicked() {
                let normalized = param.preview_normalized(db_spl);
                scene.edits.set_once(param.as_ptr(), normalized);
            }
        }
        let (_, place) = ui.allocate_space(egui::vec2(FIELD_WIDTH, 42.0));
        let help = MONITOR_DB_SPL.about.help;
        ui.push_id("setup", |ui| {
            field::show(ui, place, &mut scene.edits, scene.theme, param, help);
        });
    });
}

fn show_audience(ui: &mut Ui, scene: &mut Scene) {
    let params = scene.edits.params();
    heading(
        ui,
        scene,
        "Audience: for whom verdict and duck are, each at its own level",
    );
    ui.horizontal_wrapped(|ui| {
        choice::of_param(ui, &mut scene.edits, &params.choices.audience, &AUDIENCE);
    });
    ui.horizontal_wrapped(|ui| {
        heading(ui, scene, "Ears (the duck has one)");
        choice::of_param(ui, &mut scene.edits, &params.choices.ears, &EARS);
    });
}

fn show_timecode(ui: &mut Ui, scene: &mut Scene) {
    heading(
        ui,
        scene,
        "Timecode: what the timeline's first sample is called",
    );
    ui.horizontal_wrapped(|ui| frame_rates::show(ui, scene));
    ui.horizontal(|ui| show_start(ui, scene));
    ui.horizontal_wrapped(|ui| timecode_offer::show(ui, scene));
}

fn show_start(ui: &mut Ui, scene: &mut Scene) {
    ui.label("Starts at");
    let typed = scene.state.start_text.clone();
    let mut text = typed.unwrap_or_else(|| scene.options.start.clone());
    let edit = TextEdit::singleline(&mut text).desired_width(FIELD_WIDTH);
    let has_rate = scene.options.rate.is_some();
    let response = ui
        .add_enabled(has_rate, edit)
        .on_hover_text("Timecode of the timeline's first sample, hh:mm:ss:ff");
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::TextInput, has_rate, "Timecode start")
    });
    if response.changed() {
        scene.state.start_text = Some(text);
    }
    if let Some(text) = &scene.state.start_text {
        match scene.options.start_problem(text) {
            None => scene.options.start = text.clone(),
            Some(problem) => {
                ui.label(RichText::new(problem).color(scene.theme.strained));
            }
        }
    }
    if response.lost_focus() {
        scene.state.start_text = None;
    }
}

fn show_looks(ui: &mut Ui, scene: &mut Scene) {
    ui.horizontal(|ui| {
        heading(ui, scene, "Colours");
        for palette in Palette::ALL {
            let is_on = scene.options.palette == palette;
            if choice::toggle(ui, "Colours", palette.name(), is_on, "").clicked() {
                scene.options.palette = palette;
            }
        }
    });
    heading(ui, scene, "Size of everything");
    ui.horizontal_wrapped(|ui| {
        for zoom in ZOOMS {
            let text = format!("{:.0} %", 100.0 * zoom);
            let is_on = scene.options.zoom == zoom;
            let help = "The window grows with it where the host lets it";
            if choice::toggle(ui, "Size", &text, is_on, help).clicked() {
                scene.options.zoom = zoom;
            }
        }
    });
}

fn heading(ui: &mut Ui, scene: &Scene, text: &str) {
    ui.label(RichText::new(text).color(scene.theme.quiet));
}
