//! Saved states that are damaged, partial, or from another version.

use nice_plug::params::{InternalParamMut, Params};
use nice_plug::plugin::{ParamValue, PluginState};
use nice_plug::prelude::ParamPtr;

use crate::params::memory_state::{REEL_FIELD, REEL_ID_FIELD, is_id};
use crate::params::session::SessionOptions;
use crate::params::{EDITOR_FIELD, UnderscoreParams};
use crate::settings::{ParamRow, TABLE};

/// Gives `params` what `state` has, and the defaults where it has nothing that can be read.
pub fn load(state: &mut PluginState, params: &UnderscoreParams) {
    repair(state);
    for row in TABLE {
        let about = row.about();
        let Some(param) = params.ptr(row) else {
            continue;
        };
        // SAFETY: `params` has the parameter.
        unsafe {
            match (param, state.params.get(about.id)) {
                (ParamPtr::FloatParam(param), Some(ParamValue::F32(value))) => {
                    (*param)._internal_set_plain_value(*value);
                }
                (ParamPtr::BoolParam(param), Some(ParamValue::Bool(value))) => {
                    (*param)._internal_set_plain_value(*value);
                }
                (ParamPtr::EnumParam(param), Some(ParamValue::String(id))) => {
                    (*param).set_from_id(id);
                }
                // Every parameter of the table is one of these, and `repair` has given it its type.
                _ => {}
            }
        }
    }
    params.deserialize_fields(&state.fields);
}

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
    state.fields.retain(|id, text| match id.as_str() {
        EDITOR_FIELD => is_readable(text),
        // What can be read of it is told then.
        REEL_FIELD => true,
        REEL_ID_FIELD => is_id(text),
        _ => false,
    });
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
