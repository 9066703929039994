//! Saved states that are damaged, partial, or from another version.

use nice_plug::params::enums::Enum;
use nice_plug::plugin::{ParamValue, PluginState};

use crate::params::CONTINUOUS;
use crate::params::session::SessionOptions;
use crate::settings::{Listen, LookAhead, Mode, Steer};

/// Makes `state` whole: every parameter is there, of the right type and in its range. What can't
/// be read gets its default, unknown keys are dropped. The framework would keep the instance's
/// former value for a missing one, and take any number as it is.
pub fn repair(state: &mut PluginState) {
    let read = std::mem::take(&mut state.params);
    let params = &mut state.params;
    for (id, range) in CONTINUOUS {
        let value = match read.get(id) {
            Some(ParamValue::F32(value)) => range.clamp(*value),
            _ => range.default,
        };
        params.insert(id.to_owned(), ParamValue::F32(value));
    }
    params.insert("mode".to_owned(), choice::<Mode>(read.get("mode")));
    params.insert("steer".to_owned(), choice::<Steer>(read.get("steer")));
    params.insert("listen".to_owned(), choice::<Listen>(read.get("listen")));
    let look_ahead = choice::<LookAhead>(read.get("look_ahead"));
    params.insert("look_ahead".to_owned(), look_ahead);
    let bypass = matches!(read.get("bypass"), Some(ParamValue::Bool(true)));
    params.insert("bypass".to_owned(), ParamValue::Bool(bypass));
    let is_readable = |text: &str| serde_json::from_str::<SessionOptions>(text).is_ok();
    state
        .fields
        .retain(|id, text| id == "editor" && is_readable(text));
}

/// The variant's id that was saved, or the default's.
fn choice<T: Enum + Default>(saved: Option<&ParamValue>) -> ParamValue {
    let ids = T::ids().unwrap_or_default();
    let id = match saved {
        Some(ParamValue::String(id)) if ids.contains(&id.as_str()) => id.as_str(),
        _ => ids
            .get(T::default().to_index())
            .copied()
            .unwrap_or_default(),
    };
    ParamValue::String(id.to_owned())
}
