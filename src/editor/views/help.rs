//! How to get the dialogue to the sidechain, host by host.

use egui::{RichText, Ui};

use crate::editor::views::frame::sheet;
use crate::editor::views::scene::Scene;

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
    sheet(ui, scene, "Routing the dialogue", |ui, scene| {
        let theme = scene.theme;
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
    });
}
