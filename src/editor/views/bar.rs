//! The bar at the top: mode, listening, presets, comparing, undo, and the windows.

use egui::{Button, Rect, Ui, vec2};
use nice_plug::params::Param;

use crate::editor::edit::param_edits::values_now;
use crate::editor::edit::user_presets;
use crate::editor::theme::{GAP, ROW};
use crate::editor::views::frame::{row_at_right, row_in};
use crate::editor::views::scene::{Scene, Sheet};
use crate::editor::widgets::choice;
use crate::params::preset_values::PresetValues;
use crate::presets::PRESETS;
use crate::settings::{BYPASS, LISTEN, MODE};

/// Below this width Listen moves to the page of controls, logical pixels.
const LISTEN_FROM: f32 = 800.0;

/// Draws the bar.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let row = Rect::from_center_size(rect.center(), vec2(rect.width() - 2.0 * GAP, ROW));
    let params = scene.edits.params();
    row_in(ui, row, |ui| {
        choice::of_param(ui, &mut scene.edits, &params.choices.mode, &MODE);
        ui.add_space(GAP);
        if rect.width() >= LISTEN_FROM {
            ui.label(egui::RichText::new(LISTEN.about.name).color(scene.theme.quiet));
            choice::of_param(ui, &mut scene.edits, &params.choices.listen, &LISTEN);
            ui.add_space(GAP);
        }
        show_presets(ui, scene);
        show_compare(ui, scene);
        show_undo(ui, scene);
    });
    row_at_right(ui, row, "windows", |ui| {
        let help = "Monitors, timecode, colours, size";
        let is_open = scene.state.sheet == Some(Sheet::Setup);
        if choice::toggle(ui, "", "Setup", is_open, help).clicked() {
            scene.toggle_sheet(Sheet::Setup);
        }
        let help = "How to route the dialogue to the sidechain in your host";
        if choice::toggle(ui, "", "?", scene.state.sheet == Some(Sheet::Help), help).clicked() {
            scene.toggle_sheet(Sheet::Help);
        }
        let is_bypassed = scene.edits.value(params.bypass.as_ptr()) > 0.5;
        let about = &BYPASS.about;
        if choice::toggle(ui, "", about.name, is_bypassed, about.help).clicked() {
            let value = if is_bypassed { 0.0 } else { 1.0 };
            scene.edits.set_once(params.bypass.as_ptr(), value);
        }
    });
}

fn show_presets(ui: &mut Ui, scene: &mut Scene) {
    ui.menu_button("Presets", |ui| {
        for preset in &PRESETS {
            if ui
                .button(preset.name)
                .on_hover_text(preset.purpose)
                .clicked()
            {
                let values = PresetValues::from_settings(&preset.settings());
                scene.edits.apply_values(&values);
                ui.close();
            }
        }
        ui.separator();
        let folder = user_presets::user_folder();
        let names = folder
            .as_deref()
            .map(user_presets::names)
            .unwrap_or_default();
        for name in &names {
            if ui.button(name).on_hover_text("Your preset").clicked()
                && let Ok(folder) = &folder
            {
                match user_presets::load(folder, name) {
                    Ok(sound) => scene.edits.apply_values(&sound),
                    Err(error) => {
                        scene.toggle_sheet(Sheet::SavePreset);
                        scene.state.message = Some(Err(error.to_string()));
                    }
                }
                ui.close();
            }
        }
        if ui.button("Save as...").clicked() {
            scene.toggle_sheet(Sheet::SavePreset);
            ui.close();
        }
    })
    .response
    .on_hover_text("Settings for kinds of scenes, and your own");
}

fn show_compare(ui: &mut Ui, scene: &mut Scene) {
    let params = scene.edits.params();
    let heard = scene.options.compare.heard;
    for letter in ["A", "B"] {
        let help = "Two settings to compare: the one that is lit is heard";
        let is_heard = heard.letter() == letter;
        if choice::toggle(ui, "Settings", letter, is_heard, help).clicked() && !is_heard {
            let next = scene.options.compare.switch(values_now(&params));
            scene.edits.apply_values(&next);
        }
    }
    let copy = format!("Copy to {}", heard.other().letter());
    if ui
        .button(copy)
        .on_hover_text("Makes the other settings like these")
        .clicked()
    {
        scene.options.compare.copy(values_now(&params));
    }
}

fn show_undo(ui: &mut Ui, scene: &mut Scene) {
    let (can_undo, can_redo) = scene.edits.can_undo_redo();
    let undo = ui.add_enabled(can_undo, Button::new("Undo"));
    if undo
        .on_hover_text("Takes the last change back (Ctrl Z)")
        .clicked()
    {
        scene.edits.undo(&mut scene.options.struck);
    }
    let redo = ui.add_enabled(can_redo, Button::new("Redo"));
    if redo
        .on_hover_text("Makes it again (Ctrl Shift Z, Ctrl Y)")
        .clicked()
    {
        scene.edits.redo(&mut scene.options.struck);
    }
}

/// Undo and redo by keys, while no text is typed.
pub fn by_keys(ui: &Ui, scene: &mut Scene) {
    if ui.ctx().text_edit_focused() {
        return;
    }
    use egui::{Key, Modifiers};
    let redo = Modifiers::COMMAND | Modifiers::SHIFT;
    let is_redo = ui.input_mut(|input| {
        // Windows of some hosts know no capital Z.
        input.consume_key(redo, Key::Z) || input.consume_key(Modifiers::COMMAND, Key::Y)
    });
    if is_redo {
        scene.edits.redo(&mut scene.options.struck);
    } else if ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Z)) {
        scene.edits.undo(&mut scene.options.struck);
    }
}
