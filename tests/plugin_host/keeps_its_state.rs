//! States: saved, loaded again, damaged.

use crate::host::instance;

/// A text unlike the default for every parameter.
const CHANGED: [(&str, &str); 18] = [
    ("Mode", "Duck"),
    ("Steer", "Amount"),
    ("Amount", "3.5 LU"),
    ("Target", "62 %"),
    ("Max cut", "7.5 dB"),
    ("Focus", "25 %"),
    ("Attack", "22.5 ms"),
    ("Hold", "333 ms"),
    ("Release", "777 ms"),
    ("Low limit", "315 Hz"),
    ("High limit", "6300 Hz"),
    ("Trim", "-6.5 dB"),
    ("Listen", "Removed"),
    ("Look-ahead", "20 ms"),
    ("Pass", "Play"),
    ("Ahead", "120 ms"),
    ("Elsewhere", "Untouched"),
    ("Bypass", "On"),
];

/// A state as the framework writes it: the length of the JSON before the JSON.
fn framed(json: &str) -> Vec<u8> {
    let mut state = (json.len() as u64).to_le_bytes().to_vec();
    state.extend_from_slice(json.as_bytes());
    state
}

fn json(state: &[u8]) -> &str {
    std::str::from_utf8(&state[8..]).unwrap()
}

#[test]
fn every_parameter_survives_saving_and_loading() {
    let mut first = instance();
    for (name, text) in CHANGED {
        first.set_by_text(name, text).unwrap();
    }
    let expected: Vec<_> = first.shown_params();
    for (name, text) in CHANGED {
        assert_eq!(first.shown_param(name).unwrap(), text);
    }
    let saved = first.save().unwrap();

    let mut second = instance();
    assert_ne!(second.shown_params(), expected);
    second.load(&saved).unwrap();
    assert_eq!(second.shown_params(), expected);
    assert_eq!(second.save().unwrap(), saved);
}

#[test]
fn what_a_damaged_state_lacks_gets_its_default() {
    let defaults = instance().shown_params();
    let mut instance = instance();
    for (name, text) in CHANGED {
        instance.set_by_text(name, text).unwrap();
    }
    let damaged = r#"{"version":"","params":{"max_cut":{"f32":3.0},"later":{"i32":7},
        "trim":{"string":"loud"},"mode":{"i32":99},"steer":{"string":"wheel"},
        "bypass":{"f32":1.0}},"fields":{"later":"[1, 2]"}}"#;
    instance.load(&framed(damaged)).unwrap();
    let expected: Vec<_> = defaults
        .into_iter()
        .map(|(name, text)| match name.as_str() {
            "Max cut" => (name, "3.0 dB".to_owned()),
            _ => (name, text),
        })
        .collect();
    assert_eq!(instance.shown_params(), expected);
}

#[test]
fn values_out_of_range_are_brought_into_it() {
    let mut instance = instance();
    let wild = r#"{"params":{"amount":{"f32":99.0},"attack":{"f32":-5.0},"low":{"f32":1e38}},
        "fields":{}}"#;
    instance.load(&framed(wild)).unwrap();
    assert_eq!(instance.shown_param("Amount").unwrap(), "6.0 LU");
    assert_eq!(instance.shown_param("Attack").unwrap(), "1.0 ms");
    assert_eq!(instance.shown_param("Low limit").unwrap(), "10000 Hz");
    // Not only as shown: what is saved again is within the range too.
    let saved = instance.save().unwrap();
    assert!(
        json(&saved).contains(r#""amount":{"f32":6.0}"#),
        "{}",
        json(&saved)
    );
}

#[test]
fn what_is_no_state_is_refused_and_changes_nothing() {
    let mut instance = instance();
    instance.set_by_text("Trim", "3").unwrap();
    let before = instance.shown_params();
    let whole = instance.save().unwrap();
    let truncated = framed(&json(&whole)[..json(&whole).len() / 2]);
    let too_long = u64::MAX.to_le_bytes();
    for state in [
        &b""[..],
        b"abc",
        &truncated,
        &too_long,
        &framed("[]"),
        &framed("{}"),
    ] {
        assert!(
            instance.load(state).is_err(),
            "{:?}",
            String::from_utf8_lossy(state)
        );
        assert_eq!(instance.shown_params(), before);
    }
}
