#![no_main]

use libfuzzer_sys::fuzz_target;
use nice_plug::plugin::{ParamValue, PluginState};
use underscore::params::saved_state;
use underscore::settings::continuous;

fuzz_target!(|bytes: &[u8]| {
    let Ok(mut state) = serde_json::from_slice::<PluginState>(bytes) else {
        return;
    };
    saved_state::repair(&mut state);
    for row in continuous() {
        let (id, range) = (row.about.id, row.range);
        let Some(ParamValue::F32(value)) = state.params.get(id) else {
            panic!("{id} is missing");
        };
        assert!((range.min..=range.max).contains(value), "{id}: {value}");
    }
    // Nothing is left to mend.
    let text = |state: &PluginState| serde_json::to_string(state).expect("it is text");
    let repaired = text(&state);
    saved_state::repair(&mut state);
    assert_eq!(text(&state), repaired);
});
