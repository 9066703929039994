//! The parameters that sessions and automation refer to for ever, and their texts.
#![cfg(feature = "plugin")]

use std::collections::BTreeSet;
use std::fmt::Debug;

use nice_plug::params::{ParamFlags, Params};
use underscore::params::UnderscoreParams;
use underscore::settings::{Continuous, ParamRow, Settings, TABLE, continuous};

/// One line a parameter: id, name, group, lowest, default and highest value as hosts show them.
fn listing(params: &UnderscoreParams) -> String {
    params
        .param_map()
        .iter()
        .map(|(id, param, group)| {
            // SAFETY: `params` outlives the pointers.
            let (name, default, text) = unsafe {
                let text = |normalized| param.normalized_value_to_string(normalized, true);
                (param.name(), param.default_normalized_value(), text)
            };
            format!(
                "{id} | {name} | {group} | {} | {} | {}\n",
                text(0.0),
                text(default),
                text(1.0)
            )
        })
        .collect()
}

#[test]
fn ids_names_ranges_and_defaults_are_those_of_every_saved_session() {
    let expected = "\
        mode | Mode |  | Meter | Meter | Duck\n\
        steer | Steer | Duck | Target | Target | Amount\n\
        amount | Amount | Duck | 0.0 LU | 2.0 LU | 6.0 LU\n\
        target | Target | Duck | 50 % | 65 % | 80 %\n\
        max_cut | Max cut | Duck | 0.0 dB | 12.0 dB | 18.0 dB\n\
        focus | Focus | Duck | 0 % | 50 % | 100 %\n\
        attack | Attack | Times | 1.0 ms | 30.0 ms | 200 ms\n\
        hold | Hold | Times | 0.0 ms | 400 ms | 1000 ms\n\
        release | Release | Times | 20.0 ms | 500 ms | 2000 ms\n\
        low | Low limit | Bands | 100 Hz | 100 Hz | 10000 Hz\n\
        high | High limit | Bands | 100 Hz | 10000 Hz | 10000 Hz\n\
        trim | Trim | Dialogue | -24.0 dB | 0.0 dB | +24.0 dB\n\
        monitor | Monitor |  | 60.0 dB SPL | 79.0 dB SPL | 90.0 dB SPL\n\
        listen | Listen |  | Mix | Mix | Dialogue\n\
        look_ahead | Look-ahead |  | Off | Off | 40 ms\n\
        pass | Pass | Memory | Live | Live | Play\n\
        ahead | Ahead | Memory | 0.0 ms | 80.0 ms | 500 ms\n\
        elsewhere | Elsewhere | Memory | Live | Live | Untouched\n\
        bypass | Bypass |  | Off | Off | On\n\
        audience | Audience | Audience | Mixer | Mixer | Hard of hearing\n\
        ride | Ride | Automation | 0.0 LU | 0.0 LU | 12.0 LU\n\
        automation | Automation | Automation | Off | Off | Read\n\
        ears | Ears | Audience | One | One | Two, in a cinema\n";
    assert_eq!(listing(&UnderscoreParams::default()), expected);
}

/// Panics if a value is there twice.
fn assert_unlike<T: Ord + Debug>(what: &str, values: impl IntoIterator<Item = T>) {
    let mut seen = BTreeSet::new();
    for value in values {
        let shown = format!("{value:?}");
        assert!(seen.insert(value), "two rows have the {what} {shown}");
    }
}

#[test]
fn every_row_is_complete() {
    for row in TABLE {
        let about = row.about();
        let id = about.id;
        assert!(!about.name.is_empty() && !about.help.is_empty(), "{id}");
        assert!((1..=6).contains(&about.short_name.len()), "{id}");
        assert!(about.remote.is_none_or(|remote| remote.slot < 8), "{id}");
        let flag_helps = row.flag().map_or("none", |flag| flag.help);
        assert!(!flag_helps.is_empty(), "{id}");
        match row {
            ParamRow::Continuous(row) => {
                assert!(row.range.min < row.range.max, "{id}");
                assert!(row.range.contains(row.range.default), "{id}");
            }
            ParamRow::Choice(row) => {
                assert!(row.ids().len() >= 2, "{id}");
                assert_unlike("variant's id", row.ids());
                assert!(row.ids().contains(&row.default_id()), "{id}");
                if let Some(flag) = row.flag() {
                    assert_eq!(flag.variant_helps.len(), row.ids().len(), "{id}");
                }
            }
            ParamRow::Switch(_) => {}
        }
    }
}

#[test]
fn no_two_rows_have_the_same_name_or_place() {
    let abouts = || TABLE.iter().map(ParamRow::about);
    assert_unlike("id", abouts().map(|about| about.id));
    assert_unlike("name", abouts().map(|about| about.name));
    assert_unlike("short name", abouts().map(|about| about.short_name));
    let remotes = abouts().filter_map(|about| about.remote);
    assert_unlike("remote place", remotes.map(|it| (it.page.name(), it.slot)));
    let flags = || TABLE.iter().filter_map(ParamRow::flag);
    assert_unlike("flag", flags().map(|flag| flag.name));
    assert_unlike("flag's place", flags().map(|flag| flag.place));
    // Fields that are never there at once may share a place.
    let strip = || continuous().filter_map(|row| row.strip);
    let places = strip().map(|it| (it.slot, it.only_with.map(|steer| steer as usize)));
    assert_unlike("place in the strip", places);
    let always = strip().filter(|place| place.only_with.is_none());
    let always: BTreeSet<u8> = always.map(|place| place.slot).collect();
    for place in strip().filter(|place| place.only_with.is_some()) {
        assert!(!always.contains(&place.slot), "{place:?}");
    }
}

#[test]
fn each_parameter_moves_the_setting_of_its_row_and_no_other() {
    for moved in continuous() {
        let params = UnderscoreParams::default();
        // Where it isn't already.
        let end = if moved.range.default == moved.range.max {
            moved.range.min
        } else {
            moved.range.max
        };
        let param = params.ptr(&ParamRow::Continuous(moved)).unwrap();
        // SAFETY: `params` outlives the pointer.
        unsafe { param._internal_set_normalized_value(param.preview_normalized(end)) };
        let settings = params.settings();
        assert_eq!(moved.value(&settings), end, "{}", moved.about.id);
        let is_other = |row: &&Continuous| row.about.id != moved.about.id;
        for row in continuous().filter(is_other) {
            let id = row.about.id;
            assert_eq!(row.value(&settings), row.range.default, "{id}");
        }
    }
}

#[test]
fn a_new_instance_has_the_engines_default_settings() {
    assert_eq!(UnderscoreParams::default().settings(), Settings::default());
}

#[test]
fn only_bypass_is_the_hosts_bypass() {
    let params = UnderscoreParams::default();
    for (id, param, _) in params.param_map() {
        // SAFETY: `params` outlives the pointer.
        let flags = unsafe { param.flags() };
        assert_eq!(flags.contains(ParamFlags::BYPASS), id == "bypass", "{id}");
    }
}

/// Some hosts refuse even their own generic controls for a parameter that can't be automated.
#[test]
fn hosts_may_set_every_parameter() {
    let params = UnderscoreParams::default();
    for (id, param, _) in params.param_map() {
        // SAFETY: `params` outlives the pointer.
        let flags = unsafe { param.flags() };
        assert!(!flags.contains(ParamFlags::NON_AUTOMATABLE), "{id}");
    }
}

#[test]
fn every_shown_text_can_be_typed_in_again() {
    let params = UnderscoreParams::default();
    for (id, param, _) in params.param_map() {
        for step in 0..=1000 {
            let normalized = step as f32 / 1000.0;
            // With the unit as CLAP hosts show it, and without as VST3 hosts do.
            for has_unit in [true, false] {
                // SAFETY: `params` outlives the pointer.
                unsafe {
                    let text = param.normalized_value_to_string(normalized, has_unit);
                    let typed = param.string_to_normalized_value(&text);
                    let again =
                        typed.map(|typed| param.normalized_value_to_string(typed, has_unit));
                    assert_eq!(
                        again.as_deref(),
                        Some(text.as_str()),
                        "{id} at {normalized}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_middle_of_a_knob_is_a_usual_value() {
    let params = UnderscoreParams::default();
    let shown = |id: &str| {
        let map = params.param_map();
        let (_, param, _) = map.iter().find(|(it, ..)| it == id).unwrap();
        // SAFETY: `params` outlives the pointer.
        unsafe { param.normalized_value_to_string(0.5, true) }
    };
    assert_eq!(shown("attack"), "30.0 ms");
    assert_eq!(shown("hold"), "400 ms");
    assert_eq!(shown("release"), "500 ms");
    assert_eq!(shown("low"), "1000 Hz");
    assert_eq!(shown("high"), "1000 Hz");
}

#[test]
fn the_editor_keeps_its_size_and_choices_with_the_session() {
    let saved = UnderscoreParams::default();
    let mut options = saved.editor_options();
    options.size = [1920.0, 1200.0];
    options.zoom = 2.0;
    options.rate = Some("25".into());
    saved.set_editor_options(options.clone());
    let fields = saved.serialize_fields();
    let loaded = UnderscoreParams::default();
    loaded.deserialize_fields(&fields);
    assert_eq!(loaded.editor_options(), options);
    // What can't be used is replaced.
    options.size = [f32::INFINITY, -1.0];
    saved.set_editor_options(options.clone());
    assert_ne!(saved.editor_options().size, options.size);
}
