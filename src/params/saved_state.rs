//! Saved states that are damaged, partial, or from another version.

use nice_plug::plugin::{ParamValue, PluginState};

use crate::params::EDITOR_FIELD;
use crate::params::session::SessionOptions;
use crate::settings::{ParamRow, TABLE};

/// Makes `state` whole: every parameter is there, of the right type and in its range. What can't
/// be read gets its default, unknown keys are dropped. The framework would keep the instance's
/// former value for a missing one, and take any number as it is.
pub fn repair(state: &mut PluginState) {
    let read = std::mem::take(&mut state.params);
    for row in TABLE {
        let id = row.about().id;
        let value = repaired(row, read.get(id));
        state.params.insert(id.to_owned(), value);
    }
    let is_readable = |text: &str| serde_json::from_str::<SessionOptions>(text).is_ok();
    state
        .fields
        .retain(|id, text| id == EDITOR_FIELD && is_readable(text));
}

fn repaired(row: &ParamRow, saved: Option<&ParamValue>) -> ParamValue {
    match (row, saved) {
        (ParamRow::Continuous(row), Some(ParamValue::F32(value))) => {
            ParamValue::F32(row.range.clamp(*value))
        }
        (ParamRow::Continuous(row), _) => ParamValue::F32(row.range.default),
        (ParamRow::Choice(row), Some(ParamValue::String(id)))
            if row.ids().contains(&id.as_str()) =>
        {
            ParamValue::String(id.clone())
        }
        (ParamRow::Choice(row), _) => ParamValue::String(row.default_id().to_owned()),
        (ParamRow::Switch(_), saved) => {
            ParamValue::Bool(matches!(saved, Some(ParamValue::Bool(true))))
        }
    }
}
