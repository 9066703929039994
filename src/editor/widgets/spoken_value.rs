//! What a screen reader is told of a parameter's value, and what it asks of it: in the numbers that are seen.

use egui::{Response, Ui, WidgetInfo, accesskit};
use nice_plug::params::Param;

use crate::params::unit_text;

/// Says the value of `param`, normalized, as a text and as the number in it, with its range and what can be asked of it.
pub fn describe<P: Param>(ui: &Ui, response: &Response, name: &str, param: &P, value: f32) {
    let number = |text: &str| unit_text::number(text).unwrap_or_default();
    response.widget_info(|| {
        let text = param.normalized_value_to_string(value, true);
        let mut info = WidgetInfo::slider(true, number(&text), name);
        info.current_text_value = Some(unit_text::spoken(&text));
        info
    });
    ui.ctx().accesskit_node_builder(response.id, |node| {
        let end = |value| number(&param.normalized_value_to_string(value, true));
        node.set_min_numeric_value(end(0.0));
        node.set_max_numeric_value(end(1.0));
        node.add_action(accesskit::Action::SetValue);
        if value > 0.0 {
            node.add_action(accesskit::Action::Decrement);
        }
        if value < 1.0 {
            node.add_action(accesskit::Action::Increment);
        }
    });
}

/// The value that was asked for last in this frame, normalized: as a number in the unit that is shown, or as a text that one
/// could type.
pub fn asked<P: Param>(ui: &Ui, response: &Response, param: &P, value: f32) -> Option<f32> {
    let text = ui.input(|input| {
        let requests = input.accesskit_action_requests(response.id, accesskit::Action::SetValue);
        let texts = requests.filter_map(|request| match request.data.as_ref()? {
            accesskit::ActionData::NumericValue(number) => {
                let shown = param.normalized_value_to_string(value, true);
                Some(unit_text::with_number(&shown, *number))
            }
            accesskit::ActionData::Value(text) => Some(text.to_string()),
            _ => None,
        });
        texts.last()
    });
    let normalized = param.string_to_normalized_value(&text?)?;
    Some(normalized.clamp(0.0, 1.0))
}

/// How many steps up were asked for in this frame, less those down.
pub fn steps(ui: &Ui, response: &Response) -> f32 {
    let num =
        |action| ui.input(|input| input.num_accesskit_action_requests(response.id, action)) as f32;
    num(accesskit::Action::Increment) - num(accesskit::Action::Decrement)
}
