//! Windows that write and read files: the clash list, what is remembered, and a preset.

use std::path::{Path, PathBuf};

use egui::{RichText, TextEdit, Ui};

use crate::editor::edit::list_export::{self, Exported, ListKind};
use crate::editor::edit::param_edits::values_now;
use crate::editor::edit::ride_files::{self, RideForm};
use crate::editor::edit::user_presets;
use crate::editor::views::frame::sheet;
use crate::editor::views::scene::{Scene, Sheet};
use crate::editor::widgets::choice;
use crate::memory::remembered::Reel;
use crate::report::form::Form;
use crate::words::counted;

/// Draws the window for the list.
pub fn show_list(ui: &Ui, scene: &mut Scene) {
    sheet(ui, scene, "Export the list", |ui, scene| {
        ui.horizontal_wrapped(|ui| show_kinds(ui, scene));
        ui.horizontal_wrapped(|ui| {
            for form in list_export::forms(scene.state.export_kind) {
                let is_on = scene.state.export_form == form;
                if choice::toggle(ui, "Form", form.name, is_on, "").clicked() {
                    scene.state.export_form = form;
                    let path = PathBuf::from(&scene.state.export_path);
                    let path = path.with_extension(form.ending);
                    scene.state.export_path = path.display().to_string();
                }
            }
        });
        let form = scene.state.export_form;
        if scene.state.export_path.is_empty() {
            let kind = scene.state.export_kind;
            let path = list_export::default_path(kind, form, scene.track.as_deref());
            scene.state.export_path = path.display().to_string();
        }
        ui.horizontal(|ui| {
            let label = ui.label("File");
            let width = (ui.available_width() - 80.0).max(80.0);
            let edit = TextEdit::singleline(&mut scene.state.export_path).desired_width(width);
            ui.add(edit).labelled_by(label.id);
            if ui.button("Write").clicked() {
                scene.state.message = Some(write_list(scene, form));
            }
        });
        if form.needs_rate && scene.timeline.clock.is_none() {
            ui.label("This form counts in frames: choose a frame rate in Setup first.");
            if ui.button("Open Setup").clicked() {
                scene.toggle_sheet(Sheet::Setup);
            }
        }
        show_message(ui, scene);
    });
}

/// The choice between the lists. Another one goes to another file.
fn show_kinds(ui: &mut Ui, scene: &mut Scene) {
    let kinds = [
        (
            ListKind::Clashes,
            "Clashes",
            "Every line that was heard and what to do about it",
        ),
        (
            ListKind::Dips,
            "Dips",
            "Where the duck took something, how much, and for which line",
        ),
    ];
    if let Some(kind) = choice::of(ui, "List", &kinds, scene.state.export_kind) {
        scene.state.export_kind = kind;
        if !list_export::forms(kind).contains(&scene.state.export_form) {
            scene.state.export_form = Form::default();
        }
        scene.state.export_path.clear();
        scene.state.message = None;
    }
}

fn write_list(scene: &Scene, form: Form) -> Result<String, String> {
    let (model, struck) = (&scene.model, &scene.options.struck);
    let track = scene.track.as_deref();
    let path = Path::new(scene.state.export_path.trim());
    let exported = Exported {
        kind: scene.state.export_kind,
        report: &model.report(struck, track),
        trace: &model.trace(struck),
        dips: &model.dips(struck),
        timeline: &scene.timeline,
        track,
    };
    list_export::write(path, form, &exported)
        .map(|()| format!("Written: {}", path.display()))
        .map_err(|error| error.to_string())
}

/// Draws the window for what is remembered.
pub fn show_ride(ui: &Ui, scene: &mut Scene) {
    let Some(form) = scene.ride_form else {
        return;
    };
    sheet(ui, scene, "The remembered lines as a file", |ui, scene| {
        if scene.state.ride_path.is_empty() {
            scene.state.ride_path = ride_files::default_path().display().to_string();
        }
        ui.horizontal(|ui| {
            let label = ui.label("File");
            let width = (ui.available_width() - 130.0).max(80.0);
            let edit = TextEdit::singleline(&mut scene.state.ride_path).desired_width(width);
            ui.add(edit).labelled_by(label.id);
            let path = PathBuf::from(scene.state.ride_path.trim());
            if ui.button("Write").clicked() {
                scene.state.message = Some(write_ride(scene, form, &path));
            }
            let help = "Remembers what the file holds instead of what is remembered now; Ctrl Z takes it back";
            if ui.button("Read").on_hover_text(help).clicked() {
                scene.state.message = Some(read_ride(scene, form, &path));
            }
        });
        ui.label(
            "Write keeps all lines with their orders, for another session or the command line. Read puts the \
             lines of the file in the place of all that is remembered; Undo takes it back.",
        );
        show_message(ui, scene);
    });
}

fn write_ride(scene: &Scene, form: RideForm, path: &Path) -> Result<String, String> {
    let reel = scene.edits.params().reel.read(Reel::clone);
    ride_files::write(path, form, &reel, &scene.timeline)
        .map(|()| format!("Written: {}", path.display()))
        .map_err(|error| error.to_string())
}

fn read_ride(scene: &mut Scene, form: RideForm, path: &Path) -> Result<String, String> {
    let (reel, notes) = ride_files::read(path, form).map_err(|error| error.to_string())?;
    let mut texts = vec![format!(
        "Read: {}, {}",
        path.display(),
        counted(reel.lines().len(), "line")
    )];
    texts.extend(notes);
    scene.edits.replace_reel(reel);
    Ok(texts.join("\n"))
}

/// Draws the window for a preset.
pub fn show_preset(ui: &Ui, scene: &mut Scene) {
    sheet(ui, scene, "Save a preset", |ui, scene| {
        ui.horizontal(|ui| {
            let label = ui.label("Name");
            let edit = TextEdit::singleline(&mut scene.state.preset_name).desired_width(220.0);
            ui.add(edit).labelled_by(label.id);
            if ui.button("Save").clicked() {
                let sound = values_now(&scene.edits.params());
                let outcome = user_presets::user_folder().and_then(|folder| {
                    user_presets::save(&folder, &scene.state.preset_name, &sound)
                });
                scene.state.message = Some(match outcome {
                    Ok(path) => Ok(format!("Saved: {}", path.display())),
                    Err(error) => Err(error.to_string()),
                });
            }
        });
        show_message(ui, scene);
    });
}

fn show_message(ui: &mut Ui, scene: &Scene) {
    match &scene.state.message {
        Some(Ok(text)) => ui.label(RichText::new(text).color(scene.theme.clear)),
        Some(Err(text)) => ui.label(RichText::new(text).color(scene.theme.strained)),
        None => return,
    };
}
