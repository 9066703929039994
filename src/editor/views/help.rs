//! How to get the dialogue to the sidechain, host by host, and the keys of the list of remembered lines.

use egui::{RichText, Ui};

use crate::editor::theme::Theme;
use crate::editor::views::frame::sheet;
use crate::editor::views::order_keys::KEYS;
use crate::editor::views::scene::{ListPane, Scene};

/// A host with its steps.
const HOSTS: [(&str, [&str; 3]); 5] = [
    (
        "REAPER",
        [
            "Set the music track to more channels (Route button, Track channels): its own and two more.",
            "Send the dialogue track to it, to the channels after the music's (3/4 for stereo music).",
            "In the plugin's pin connector (2 in/4 out) those channels go to the Dialogue inputs.",
        ],
    ),
    (
        "Nuendo, Cubase",
        [
            "In the plugin's window click Set up Side-Chain Routing and switch side-chaining on.",
            "Click Add Side-Chain Source and choose the dialogue track or group.",
            "Set its level to 0 dB, pre-fader if the dialogue's fader shall not matter.",
        ],
    ),
    (
        "Bitwig Studio",
        [
            "Open the plugin's device panel.",
            "In its sidechain chooser pick the dialogue track.",
            "Pick Pre, so that the dialogue's fader doesn't matter, or Post, so that it does.",
        ],
    ),
    (
        "Ardour",
        [
            "On the music bus, right-click the plugin and choose Pin Connections.",
            "Choose the dialogue track or bus as the source of the sidechain there.",
            "Ardour puts a send on the dialogue's strip: leave it at 0 dB.",
        ],
    ),
    (
        "Studio One",
        [
            "Switch on Sidechain in the plugin's header.",
            "On the dialogue channel add a send.",
            "As its destination choose Sidechains, Underscore, and set it to 0 dB, pre-fader.",
        ],
    ),
];

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
        for (host, steps) in HOSTS {
            ui.add_space(6.0);
            ui.label(RichText::new(host).strong().color(theme.accent));
            for (idx, step) in steps.into_iter().enumerate() {
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
