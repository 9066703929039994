//! The host's lane: whether the ride goes out or comes in, and how much it is.

use egui::{
    Align2, Color32, FontId, Rect, RichText, Role, Sense, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use nice_plug::params::Param;

use crate::editor::theme::{ROW, SMALL_TEXT};
use crate::editor::views::scene::Scene;
use crate::editor::widgets::{choice, field};
use crate::link::HostAutomation;
use crate::params::UnderscoreParams;
use crate::params::indications::{HostLane, Indications};
use crate::settings::{AUTOMATION, Automation, Mode, RIDE_LU};

/// Width of the field of the ride.
const FIELD_WIDTH: f32 = 86.0;

/// Size of what is said of a parameter in the corner of its field.
const MARK_WIDTH: f32 = 13.0;

/// What the lane is at, in words.
struct State {
    short: String,
    button: &'static str,
    long: &'static str,
}

impl State {
    fn of(params: &UnderscoreParams) -> Self {
        let lane = &params.lane;
        let ride_lu = params
            .of(&RIDE_LU)
            .map_or(0.0, Param::modulated_plain_value);
        let automation = params.choices.automation.value();
        let is_ducking = params.settings().mode == Mode::Duck;
        let (short, button, long) = match automation {
            Automation::Off => (
                AUTOMATION.about.name.to_owned(),
                "Off",
                AUTOMATION.about.help,
            ),
            _ if !is_ducking => (
                "only in Duck".to_owned(),
                name_of(automation),
                "Nothing is ducked, so nothing goes out and nothing is read",
            ),
            Automation::Write
                if matches!(lane.host(), HostAutomation::Off | HostAutomation::Reads) =>
            {
                (
                    "host reads".to_owned(),
                    "Write",
                    "The host doesn't take values now: arm its automation (touch, latch or write)",
                )
            }
            Automation::Write if lane.is_writing() => (
                format!("writing {:.1} LU", lane.ride_lu()),
                "Write",
                "What the duck takes goes out to the host's lane Ride",
            ),
            Automation::Write => (
                "waits for play".to_owned(),
                "Write",
                "While the host plays, what the duck takes goes out to its lane Ride",
            ),
            Automation::Read if lane.is_usual_speech() => (
                format!("reading {ride_lu:.1} LU"),
                "Read: usual",
                "No voice was heard in the sidechain: the lane takes what speech usually needs",
            ),
            Automation::Read => (
                format!("reading {ride_lu:.1} LU"),
                "Read",
                "The host's lane Ride says how much is taken; where, is found moment by moment",
            ),
        };
        Self {
            short,
            button,
            long,
        }
    }
}

fn name_of(automation: Automation) -> &'static str {
    let variants = AUTOMATION.variants.iter();
    let mut names = variants.filter(|variant| variant.value == automation);
    names.next().map_or("", |variant| variant.name)
}

/// The state over a menu, for wide windows.
pub fn show(ui: &mut Ui, rect: Rect, scene: &mut Scene, params: &UnderscoreParams) {
    let builder = UiBuilder::new()
        .max_rect(rect)
        .layout(egui::Layout::top_down(egui::Align::Min));
    ui.scope_builder(builder, |ui| {
        let state = State::of(params);
        let quiet = scene.theme.quiet;
        ui.label(RichText::new(&state.short).size(SMALL_TEXT).color(quiet))
            .on_hover_text(state.long);
        let menu = ui.menu_button(state.button, |ui| {
            let param = &params.choices.automation;
            choice::of_param(ui, &mut scene.edits, param, &AUTOMATION);
            ui.separator();
            ride_field(ui, scene, params);
            ui.label(RichText::new(state.long).color(quiet));
        });
        let spoken = format!("{}: {}", AUTOMATION.about.name, state.button);
        menu.response
            .widget_info(|| WidgetInfo::labeled(Role::Button, true, &spoken));
        menu.response.on_hover_text(state.long);
    });
}

/// All of it side by side, for small windows.
pub fn show_in_row(ui: &mut Ui, scene: &mut Scene, params: &UnderscoreParams) {
    let state = State::of(params);
    let quiet = scene.theme.quiet;
    ui.label(RichText::new(AUTOMATION.about.name).color(quiet));
    let param = &params.choices.automation;
    choice::of_param(ui, &mut scene.edits, param, &AUTOMATION);
    if params.choices.automation.value() != Automation::Off {
        ui.label(RichText::new(state.short).color(quiet))
            .on_hover_text(state.long);
        if params.lane.is_usual_speech() && state.button != "Read" {
            ui.label(RichText::new(state.button).color(quiet))
                .on_hover_text(state.long);
        }
    }
}

fn ride_field(ui: &mut Ui, scene: &mut Scene, params: &UnderscoreParams) {
    let Some(param) = params.of(&RIDE_LU) else {
        return;
    };
    let (rect, _) = ui.allocate_exact_size(vec2(FIELD_WIDTH, 1.6 * ROW), Sense::hover());
    let help = RIDE_LU.about.help;
    field::show(ui, rect, &mut scene.edits, scene.theme, param, help);
    mark(ui, rect, scene, &params.indications, RIDE_LU.about.id);
}

/// What the host says of its side of a parameter, in the corner of its field: a letter for its automation, and a dot in
/// the colour of the control that is mapped to it.
pub fn mark(ui: &mut Ui, rect: Rect, scene: &Scene, indications: &Indications, id: &str) {
    let lane = indications.lane(id);
    let colour = indications.mapping(id);
    if lane == HostLane::None && colour.is_none() {
        return;
    }
    let place = Rect::from_min_size(
        pos2(rect.right() - MARK_WIDTH, rect.top()),
        vec2(MARK_WIDTH, MARK_WIDTH),
    );
    let painter = ui.painter();
    if let Some([red, green, blue]) = colour {
        let dot = Color32::from_rgb(red, green, blue);
        painter.circle_filled(place.left_center(), 3.0, dot);
    }
    painter.text(
        place.center(),
        Align2::CENTER_CENTER,
        lane.letter(),
        FontId::proportional(SMALL_TEXT),
        scene.theme.text,
    );
    let mapped = if colour.is_some() {
        "A control is mapped to it."
    } else {
        ""
    };
    let words = [lane.words(), mapped].join(" ");
    let mark = ui.interact(place, ui.scope_id().with(("mark", id)), Sense::hover());
    mark.on_hover_text(words.trim());
}
