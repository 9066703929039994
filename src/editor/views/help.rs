//! How to get the dialogue to the sidechain, host by host, and the keys of the list of remembered lines.

use egui::{RichText, Ui};

use crate::editor::routing_steps::{HOSTS, known};
use crate::editor::theme::Theme;
use crate::editor::views::first_steps;
use crate::editor::views::frame::sheet;
use crate::editor::views::order_keys::KEYS;
use crate::editor::views::scene::{ListPane, Scene};

/// Draws the window.
pub fn show(ui: &Ui, scene: &mut Scene) {
    // Who works on the remembered lines has the dialogue.
    let has_keys_first = scene.state.pane == ListPane::Remembered;
    let title = match has_keys_first {
        true => "Keys, and routing the dialogue",
        false => "Routing the dialogue, and keys",
    };
    sheet(ui, scene, title, |ui, scene| {
        let theme = scene.theme;
        if has_keys_first {
            show_keys(ui, theme);
            ui.add_space(12.0);
        }
        ui.label(
            "Put Underscore on the music bus. Send the dialogue to its sidechain input, named \
             Dialogue. The lamp in the left column lights when speech is heard there.",
        );
        if ui.button("Show the first steps").clicked() {
            first_steps::show_again(scene);
        }
        // That of the user first.
        let program = scene.edits.params().names.program();
        let this = program.as_deref().and_then(known).map(|(host, _)| host);
        let others = HOSTS.iter().filter(|host| Some(*host) != this);
        for host in this.into_iter().chain(others) {
            ui.add_space(6.0);
            let name = match host.is_wrapped {
                true => format!("{}, through a wrapper", host.name),
                false => host.name.to_owned(),
            };
            ui.label(RichText::new(name).strong().color(theme.accent));
            for (idx, step) in host.steps.into_iter().enumerate() {
                ui.label(format!("{}. {step}", idx + 1));
            }
        }
        ui.add_space(6.0);
        ui.label(
            RichText::new(
                "Then: the big word says whether the words get through. Orange or red in the \
                 spectrum is what hides them. The list says what to do, or switch to Duck.",
            )
            .color(theme.quiet),
        );
        if !has_keys_first {
            ui.add_space(12.0);
            show_keys(ui, theme);
        }
    });
}

fn show_keys(ui: &mut Ui, theme: &Theme) {
    let heading = "Keys of the remembered lines, while the list has the keyboard";
    ui.label(RichText::new(heading).strong().color(theme.accent));
    let grid = egui::Grid::new("keys")
        .num_columns(2)
        .spacing(egui::vec2(12.0, 2.0))
        .min_row_height(0.0);
    grid.show(ui, |ui| {
        for (keys, what) in KEYS {
            ui.label(keys);
            ui.label(RichText::new(what).color(theme.quiet));
            ui.end_row();
        }
    });
    ui.label(
        RichText::new(
            "A host may keep keys for itself: all of this is done with the mouse too. Click a line, Shift-click for \
             all between, Ctrl-click for one more, double-click for a note.",
        )
        .color(theme.quiet),
    );
}
