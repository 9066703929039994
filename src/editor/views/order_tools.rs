//! The tools of the list of remembered lines: which are shown, and what is done to the chosen ones.

use egui::{Button, Rect, Response, Role, TextEdit, Ui, WidgetInfo};

use crate::editor::edit::order_steps::{OrderStep, STEP_LU};
use crate::editor::model::remembered_list::OrderFilter;
use crate::editor::theme::SMALL_GAP;
use crate::editor::views::frame::row_in;
use crate::editor::views::order_keys::toggle_following;
use crate::editor::views::remembered_state::EntryKind;
use crate::editor::views::scene::{Scene, Sheet};
use crate::editor::widgets::choice;
use crate::memory::orders::Order;

/// Below this width the orders stand close, logical pixels.
const ROOMY: f32 = 500.0;

/// Draws what says which lines are shown.
pub fn show_filters(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    row_in(ui, rect, |ui| {
        let filters = [
            (OrderFilter::All, "All", "Every remembered line"),
            (
                OrderFilter::Edited,
                "Edited",
                "Lines with an order, a moved end or a note",
            ),
            (
                OrderFilter::Masked,
                "Masked",
                "Lines that the untouched music masks",
            ),
            (
                OrderFilter::Off,
                "Off",
                "Lines that are left alone by order",
            ),
        ];
        let state = &mut scene.state.remembered;
        if let Some(filter) = choice::of(ui, "Show", &filters, state.filter) {
            state.filter = filter;
            state.scroll_to = state.list.choice.cursor();
        }
        ui.add_space(SMALL_GAP);
        let help = "The list goes along with playback (F)";
        if choice::toggle(ui, "List", "Follow", state.is_following, help).clicked() {
            toggle_following(scene);
        }
    });
}

/// Draws the button for files, at the right end of `rect`, where there is a form for them.
pub fn show_files(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    if scene.ride_form.is_none() {
        return;
    }
    let layout = egui::Layout::right_to_left(egui::Align::Center);
    let builder = egui::UiBuilder::new().max_rect(rect).layout(layout);
    ui.scope_builder(builder, |ui| {
        let help =
            "Writes all remembered lines with their orders to a file, or reads them from one";
        if tool(ui, "File...", "Remembered: File...", help).clicked() {
            scene.toggle_sheet(Sheet::Ride);
        }
    });
}

/// Draws the field that looks for words in the notes.
pub fn show_search(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    row_in(ui, rect, |ui| {
        let width = ui.available_width().min(180.0);
        let search = &mut scene.state.remembered.search;
        let edit = TextEdit::singleline(search)
            .hint_text("Find in notes")
            .desired_width(width);
        let response = ui.add(edit);
        let text = search.clone();
        response.widget_info(|| {
            let mut info = WidgetInfo::labeled(Role::TextInput, true, "Find in notes");
            info.current_text_value = Some(text.clone());
            info
        });
    });
}

/// Draws the orders.
pub fn show_orders(ui: &mut Ui, rect: Rect, scene: &mut Scene) {
    let is_any_chosen = scene.state.remembered.list.choice.num_rows() > 0;
    row_in(ui, rect, |ui| {
        ui.add_enabled_ui(is_any_chosen, |ui| {
            let spacing = ui.spacing_mut();
            spacing.item_spacing.x = 3.0;
            if rect.width() < ROOMY {
                spacing.button_padding.x = 4.0;
                spacing.item_spacing.x = 2.0;
            }
            show_losses(ui, scene);
            ui.add_space(SMALL_GAP);
            show_moves(ui, scene);
            ui.add_space(SMALL_GAP);
            let help = "Write a note to the chosen lines (N, Enter)";
            if tool(ui, "Note", "Order: Note", help).clicked() {
                scene.state.remembered.begin_entry(EntryKind::Note);
            }
            let help = "All but the note as learned (Delete)";
            let learned = tool(ui, "Reset", "Order: Reset", help);
            order(&learned, scene, OrderStep::AsLearned);
        });
    });
}

fn show_losses(ui: &mut Ui, scene: &mut Scene) {
    let state = &scene.state.remembered;
    let is_auto = state.are_all_chosen(|orders| orders.order == Order::Auto);
    let is_off = state.are_all_chosen(|orders| orders.order == Order::Off);
    let auto = choice::toggle(ui, "Order", "Auto", is_auto, "The loss as learned (A)");
    order(&auto, scene, OrderStep::Give(Order::Auto));
    let off = choice::toggle(ui, "Order", "Off", is_off, "The music is left alone (O)");
    order(&off, scene, OrderStep::Give(Order::Off));
    let help = "0.5 LU less than now (-)";
    let less = tool(ui, "-0.5", "Order: Less", help);
    order(&less, scene, OrderStep::By(-STEP_LU));
    let help = "0.5 LU more than now (+)";
    let more = tool(ui, "+0.5", "Order: More", help);
    order(&more, scene, OrderStep::By(STEP_LU));
    let help = "Type a loss in LU, or with + or - a change of what was learned (=)";
    if tool(ui, "= LU", "Order: Loss", help).clicked() {
        scene.state.remembered.begin_entry(EntryKind::Loss);
    }
}

fn show_moves(ui: &mut Ui, scene: &mut Scene) {
    let frame_s = scene.frame_s();
    let quiet = scene.theme.quiet;
    for (end, text, keys) in [
        ("begins", "In", ["Left", "Right"]),
        ("ends", "Out", ["Shift Left", "Shift Right"]),
    ] {
        ui.label(egui::RichText::new(text).color(quiet));
        for (way, symbol, by_s, key) in [
            ("earlier", "<", -frame_s, keys[0]),
            ("later", ">", frame_s, keys[1]),
        ] {
            let spoken = format!("{text}: A frame {way}");
            let help = format!("The cut {end} a frame {way} ({key}); 40 ms without a frame rate");
            let button = tool(ui, symbol, &spoken, &help);
            let step = match text {
                "In" => OrderStep::MoveIn(by_s),
                _ => OrderStep::MoveOut(by_s),
            };
            order(&button, scene, step);
        }
    }
}

fn tool(ui: &mut Ui, text: &str, spoken: &str, help: &str) -> Response {
    let response = ui.add(Button::new(text));
    let is_enabled = ui.is_enabled();
    response.widget_info(|| WidgetInfo::labeled(Role::Button, is_enabled, spoken));
    response.on_hover_text(help)
}

/// Does `step` if its button was clicked. A click of the mouse leaves the keyboard with the list.
fn order(button: &Response, scene: &mut Scene, step: OrderStep) {
    if button.clicked() {
        scene.order(&step);
        scene.state.remembered.takes_focus |= !button.has_focus();
    }
}
