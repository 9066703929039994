//! What the host says of its timecode, and the one click that takes it over. Nothing is taken over by itself: hosts
//! round 23.976 to 24, and many leave out where their timeline begins.

use egui::{RichText, Ui};

use crate::editor::views::frame_rates::{choose_rate, rate_text};
use crate::editor::views::scene::{HostSaid, Scene};
use crate::link::SaidTimecode;
use crate::timeline::host_timecode::HostTimecode;

/// Draws the row.
pub fn show(ui: &mut Ui, scene: &mut Scene) {
    match scene.host_timecode {
        HostSaid::Never => quiet(
            ui,
            scene,
            "CLAP hosts can't say their timecode: choose it here.",
        ),
        HostSaid::Nothing => quiet(ui, scene, "The host says no timecode: choose it here."),
        HostSaid::Timecode(said) => show_offer(ui, scene, said),
    }
}

fn quiet(ui: &mut Ui, scene: &Scene, text: &str) {
    ui.label(RichText::new(text).color(scene.theme.quiet));
}

fn show_offer(ui: &mut Ui, scene: &mut Scene, said: SaidTimecode) {
    let offer = HostTimecode::new(
        said.frames_per_second,
        said.is_pulled_down,
        said.is_drop_frame,
        said.offset_subframes,
    );
    let offer = match offer {
        Ok(offer) => offer,
        Err(error) => {
            let text = format!("The host says {error}, which no picture has: choose it here.");
            return quiet(ui, scene, &text);
        }
    };
    let text = match &offer.start {
        Some(start) => format!("Host says {start} at {}", rate_text(offer.rate)),
        None => format!("Host says {}, and no start", rate_text(offer.rate)),
    };
    ui.label(text);
    if is_set(scene, &offer) {
        return quiet(ui, scene, "(as set)");
    }
    let help = "Takes it over. Hosts may round 23.976 to 24 and leave out the start: look at both";
    if ui.button("Use it").on_hover_text(help).clicked() {
        choose_rate(scene, offer.rate);
        if let Some(start) = offer.start {
            scene.options.start = start;
        }
    }
}

fn is_set(scene: &Scene, offer: &HostTimecode) -> bool {
    let options = &scene.options;
    options.rate.as_deref() == Some(offer.rate)
        && offer
            .start
            .as_ref()
            .is_none_or(|start| *start == options.start)
}
