//! Every control, found by its label.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use nice_plug::params::{Param, Params};

use underscore::link::HostAutomation;
use underscore::settings::Mode;
use underscore::snapshot::Snapshot;
use underscore::version;

use crate::stage::{Stage, demo};

/// Each number with its label, id, and what it shows at first.
const FIELDS: [(&str, &str, &str); 11] = [
    ("Target", "target", "65 %"),
    ("Max cut", "max_cut", "12.0 dB"),
    ("Attack", "attack", "30.0 ms"),
    ("Hold", "hold", "400 ms"),
    ("Release", "release", "500 ms"),
    ("Low limit", "low", "100 Hz"),
    ("High limit", "high", "10000 Hz"),
    ("Focus", "focus", "50 %"),
    ("Trim", "trim", "0.0 dB"),
    ("Ahead", "ahead", "80.0 ms"),
    ("Monitor", "monitor", "79.0 dB SPL"),
];

fn stage() -> Stage {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.harness.run_steps(2);
    stage
}

fn hover(stage: &mut Stage, label: &str) {
    stage.harness.get_by_label(label).hover();
    stage.harness.run_steps(2);
}

fn wheel(stage: &mut Stage, notches: f32, modifiers: Modifiers) {
    let event = egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Line,
        delta: egui::vec2(0.0, notches),
        phase: egui::TouchPhase::Move,
        modifiers,
        source: egui::MouseWheelSource::Unknown,
    };
    stage.harness.event_modifiers(event, modifiers);
    stage.harness.run_steps(2);
}

#[test]
fn every_parameter_has_a_labelled_control_that_shows_its_value() {
    let stage = stage();
    for (label, id, text) in FIELDS {
        let value = stage.harness.get_by_label(label).value();
        assert_eq!(value.as_deref(), Some(text), "{label}");
        assert_eq!(stage.value(id), text);
    }
    for label in [
        "Mode: Meter",
        "Mode: Duck",
        "Listen: Mix",
        "Steer: Target",
        "Bypass",
    ] {
        stage.harness.get_by_label(label);
    }
    // Those above, the menus of the look-ahead, of Pass and of Elsewhere, Automation with the ride, and audience and ears in Setup.
    assert_eq!(stage.params.param_map().len(), FIELDS.len() + 12);
}

#[test]
fn choices_set_their_parameters_and_light_up() {
    let mut stage = stage();
    for (label, id, text) in [
        ("Mode: Duck", "mode", "Duck"),
        ("Listen: Removed", "listen", "Removed"),
        ("Listen: Dialogue", "listen", "Dialogue"),
        ("Listen: Mix", "listen", "Mix"),
        ("Bypass", "bypass", "On"),
        ("Steer: Amount", "steer", "Amount"),
    ] {
        stage.click(label);
        assert_eq!(stage.value(id), text, "{label}");
        assert!(stage.is_on(label), "{label}");
    }
    stage.harness.get_by_label("Amount");
    stage.click("Bypass");
    assert_eq!(stage.value("bypass"), "Off");
    stage.click("Look-ahead: Off");
    stage.click("Look-ahead: 20 ms");
    assert_eq!(stage.value("look_ahead"), "20 ms");
}

#[test]
fn what_the_lane_is_at_is_said_in_words() {
    for size in [(1100.0, 700.0), (640.0, 400.0)] {
        let mut stage = Stage::new(size.0, size.1);
        stage.harness.run_steps(2);
        if size.0 < 700.0 {
            stage.click("View: Controls");
        }
        let set = |stage: &Stage, automation: f32, mode: f32| unsafe {
            let choices = &stage.params.choices;
            choices
                .automation
                .as_ptr()
                ._internal_set_normalized_value(automation);
            choices.mode.as_ptr()._internal_set_normalized_value(mode);
        };
        let lane = |stage: &Stage, is_writing: bool, is_usual: bool| {
            stage.params.lane.pass_block(is_writing);
            stage.params.lane.set_ride(3.25, is_usual);
        };
        set(&stage, 0.5, 0.0);
        stage.harness.run_steps(2);
        assert!(stage.says("only in Duck"));
        set(&stage, 0.5, 1.0);
        stage.harness.run_steps(2);
        assert!(stage.says("waits for play"));
        lane(&stage, true, false);
        stage.harness.run_steps(2);
        assert!(stage.says("writing 3."));
        stage.params.lane.set_host(HostAutomation::Reads);
        stage.harness.run_steps(2);
        assert!(stage.says("host reads"));
        set(&stage, 1.0, 1.0);
        lane(&stage, false, true);
        stage.harness.run_steps(2);
        assert!(stage.says("reading 0.0 LU") && stage.says("Read: usual"));
        lane(&stage, false, false);
        stage.harness.run_steps(2);
        assert!(stage.says("reading") && !stage.says("Read: usual"));
    }
}

#[test]
fn every_gesture_is_begun_and_ended_for_the_host() {
    let mut stage = stage();
    stage.click("Mode: Duck");
    let at = stage.harness.get_by_label("Release").rect().center();
    stage.harness.drag_at(at);
    stage.harness.run_steps(2);
    for step in 1..=5 {
        stage
            .harness
            .hover_at(at + egui::vec2(8.0 * step as f32, 0.0));
        stage.harness.run_steps(1);
    }
    stage.harness.drop_at(at + egui::vec2(40.0, 0.0));
    stage.harness.run_steps(2);
    assert_ne!(stage.value("release"), "500 ms");
    let calls = stage.host.calls.lock().unwrap();
    let mut open = None;
    for &(call, param) in calls.iter() {
        match call {
            "begin" => assert!(open.replace(param).is_none()),
            "set" => assert_eq!(open, Some(param)),
            _ => assert_eq!(open.take(), Some(param)),
        }
    }
    assert!(open.is_none() && calls.len() > 6, "{}", calls.len());
}

#[test]
fn the_wheel_moves_and_shift_makes_it_fine() {
    let mut stage = stage();
    hover(&mut stage, "Trim");
    wheel(&mut stage, 1.0, Modifiers::NONE);
    assert_eq!(stage.value("trim"), "+1.0 dB");
    let spoken = stage.harness.get_by_label("Trim").value();
    assert_eq!(spoken.as_deref(), Some("plus 1.0 dB"));
    wheel(&mut stage, -1.0, Modifiers::SHIFT);
    assert_eq!(stage.value("trim"), "+0.9 dB");
}

#[test]
fn the_keyboard_reaches_and_moves_it() {
    let mut stage = stage();
    stage.harness.get_by_label("Max cut").focus();
    stage.harness.run_steps(2);
    assert!(stage.harness.get_by_label("Max cut").is_focused());
    stage.press(Key::ArrowUp, Modifiers::NONE);
    assert_eq!(stage.value("max_cut"), "12.4 dB");
    stage.press(Key::ArrowDown, Modifiers::SHIFT);
    assert_eq!(stage.value("max_cut"), "12.3 dB");
    stage.press(Key::Delete, Modifiers::NONE);
    assert_eq!(stage.value("max_cut"), "12.0 dB");
    // On to the next one.
    stage.press(Key::Tab, Modifiers::NONE);
    assert!(stage.harness.get_by_label("Attack").is_focused());
    stage.compared_picture("focus");
}

#[test]
fn tab_comes_round_to_every_control() {
    let mut stage = stage();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..90 {
        stage.press(Key::Tab, Modifiers::NONE);
        let focused = stage
            .harness
            .query_all(egui_kittest::kittest::by().predicate(|node| node.is_focused()));
        for node in focused {
            use egui_kittest::kittest::NodeT;
            reached.insert(node.accesskit_node().label().unwrap_or_default());
        }
    }
    for (label, ..) in FIELDS {
        assert!(reached.contains(label), "{label}: {reached:?}");
    }
    for label in [
        "Mode: Duck",
        "Presets",
        "Setup",
        "?",
        "Freeze",
        "Export...",
        "Show: Masked",
    ] {
        assert!(reached.contains(label), "{label}: {reached:?}");
    }
}

#[test]
fn a_screen_reader_may_step_it() {
    let mut stage = stage();
    stage.harness.get_by_label("Focus").increment_accesskit();
    stage.harness.run_steps(2);
    assert_eq!(stage.value("focus"), "52 %");
    stage.harness.get_by_label("Focus").decrement_accesskit();
    stage.harness.run_steps(2);
    assert_eq!(stage.value("focus"), "50 %");
}

#[test]
fn a_number_is_typed_after_a_double_click() {
    let mut stage = stage();
    for (typed, shown) in [("7.5 dB", "7.5 dB"), ("99", "18.0 dB"), ("loud", "18.0 dB")] {
        let at = stage.harness.get_by_label("Max cut").rect().center();
        stage.harness.hover_at(at);
        for pressed in [true, false, true, false] {
            stage.harness.event(egui::Event::PointerButton {
                pos: at,
                button: egui::PointerButton::Primary,
                pressed,
                modifiers: Modifiers::NONE,
            });
        }
        stage.harness.run_steps(3);
        stage.harness.get_by_label("Max cut").type_text(typed);
        stage.harness.run_steps(2);
        stage.press(Key::Enter, Modifiers::NONE);
        stage.harness.run_steps(2);
        assert_eq!(stage.value("max_cut"), shown, "{typed}");
    }
}

#[test]
fn changes_are_undone_and_made_again() {
    let mut stage = stage();
    stage.click("Mode: Duck");
    hover(&mut stage, "Trim");
    wheel(&mut stage, 2.0, Modifiers::NONE);
    assert_eq!(stage.value("trim"), "+1.9 dB");
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!(stage.value("trim"), "0.0 dB");
    stage.click("Undo");
    assert_eq!(stage.value("mode"), "Meter");
    stage.click("Redo");
    assert_eq!(stage.value("mode"), "Duck");
    stage.press(Key::Z, Modifiers::COMMAND | Modifiers::SHIFT);
    assert_eq!(stage.value("trim"), "+1.9 dB");
}

#[test]
fn a_and_b_are_compared_and_copied() {
    let mut stage = stage();
    assert!(stage.is_on("Settings: A"));
    stage.click("Copy to B");
    stage.click("Mode: Duck");
    stage.click("Settings: B");
    assert_eq!(stage.value("mode"), "Meter");
    stage.click("Settings: A");
    assert_eq!(stage.value("mode"), "Duck");
    // It is kept with the session.
    let kept = stage.params.editor_options().compare;
    assert_eq!(
        kept.resting.map(|values| values.settings().mode),
        Some(Mode::Meter)
    );
}

#[test]
fn factory_presets_are_there_and_one_undo_takes_one_back() {
    let mut stage = stage();
    stage.click("Presets");
    for name in [
        "Gentle score bed",
        "Balanced",
        "Firm",
        "Song under dialogue",
        "Action cue",
        "Documentary",
        "Trailer",
    ] {
        stage.harness.get_by_label(name);
    }
    // Compared with nothing: whoever runs this may have presets of his own.
    stage.picture("presets");
    stage.click("Trailer");
    assert_eq!(stage.value("mode"), "Duck");
    assert_eq!(stage.value("max_cut"), "18.0 dB");
    stage.click("Undo");
    assert_eq!(stage.value("mode"), "Meter");
    assert_eq!(stage.value("max_cut"), "12.0 dB");
}

#[test]
fn a_preset_is_kept_under_a_name() {
    let mut stage = stage();
    stage.click("Presets");
    stage.click("Save as...");
    assert!(stage.says("Save a preset"));
    // Where the menu's last entry was depends on whose presets are above it.
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(2);
    stage.compared_picture("save-preset");
}

#[test]
fn the_limits_are_handles_in_the_spectrum() {
    let mut stage = stage();
    let from = stage
        .harness
        .get_by_label("Low limit in the spectrum")
        .rect()
        .center();
    stage.harness.drag_at(from);
    stage.harness.run_steps(1);
    stage.harness.hover_at(from + egui::vec2(120.0, 0.0));
    stage.harness.run_steps(1);
    stage.harness.drop_at(from + egui::vec2(120.0, 0.0));
    stage.harness.run_steps(2);
    let text = stage.value("low");
    let hz: f32 = text.trim_end_matches(" Hz").parse().unwrap();
    assert!((180.0..260.0).contains(&hz), "{text}");
    stage
        .harness
        .get_by_label("High limit in the spectrum")
        .focus();
    stage.harness.run_steps(2);
    stage.press(Key::ArrowLeft, Modifiers::NONE);
    assert_eq!(stage.value("high"), "7943 Hz");
}

#[test]
fn monitors_timecode_colours_and_size_are_set_up() {
    let mut stage = stage();
    stage.click("Setup");
    stage.click("Monitor: 85 dB SPL");
    assert_eq!(stage.value("monitor"), "85.0 dB SPL");
    for (label, rate) in [
        ("23.976", "23.976"),
        ("24", "24"),
        ("25", "25"),
        ("29.97 DF", "29.97df"),
        ("29.97 NDF", "29.97"),
        ("30", "30"),
    ] {
        stage.click(&format!("Frame rate: {label}"));
        let kept = stage.params.editor_options().rate;
        assert_eq!(kept.as_deref(), Some(rate));
    }
    stage.fill("Timecode start", "01:00:00:00");
    assert_eq!(stage.params.editor_options().start, "01:00:00:00");
    stage.compared_picture("setup");
    assert!(stage.says(&format!("Underscore {}", version::this())));
    stage
        .harness
        .get_by_label_contains("Others: Cinema no speech");
    stage.click("Audience: Home, 70");
    assert_eq!(stage.value("audience"), "Home, 70");
    stage.click("Ears: Two");
    assert_eq!(stage.value("ears"), "Two");
    stage.click("Colours: Colour-blind safe");
    stage.click("Size: 150 %");
    let kept = stage.params.editor_options();
    assert_eq!(kept.zoom, 1.5);
    assert!(format!("{:?}", kept.palette).contains("Blind"));
    assert_eq!(stage.harness.ctx.zoom_factor(), 1.5);
}

#[test]
fn what_the_host_sets_back_is_shown_as_it_is() {
    let mut stage = Stage::new(640.0, 400.0);
    stage.click("View: Controls");
    assert!(stage.is_on("Look-ahead: Off"));
    stage.click("Look-ahead: 40 ms");
    assert!(stage.is_on("Look-ahead: 40 ms"));
    let look_ahead = stage.params.choices.look_ahead.as_ptr();
    // SAFETY: the stage keeps the parameters.
    unsafe { look_ahead._internal_set_normalized_value(0.0) };
    stage.harness.run_steps(1);
    assert!(stage.is_on("Look-ahead: Off"));
}

#[test]
fn tooltips_give_effect_and_unit() {
    let mut stage = stage();
    hover(&mut stage, "Hold");
    stage.harness.run_steps(6);
    assert!(stage.says("time for which a cut stays between words, ms"));
}

#[test]
fn the_strip_tells_what_the_duck_takes() {
    // The second line of the scene is masked.
    let until = |end_s: f64| (end_s * 187.5) as usize;
    let hops = &demo()[..until(7.6)];
    for (width, height) in [(1100.0, 700.0), (640.0, 400.0)] {
        let mut stage = Stage::new(width, height);
        stage.harness.run_steps(2);
        if width < 700.0 {
            stage.click("View: Controls");
        }
        assert!(!stage.says("takes"), "in Meter");
        stage.click("Mode: Duck");
        assert!(stage.says("takes - LU"));
        stage.play_in_steps(hops, 47);
        let [before, after] = spoken_power(&hops[until(2.0)..]);
        let shown =
            (1..120).find(|tenths| stage.says(&format!("takes {:.1} LU", tenths_of(*tenths))));
        let shown_lu = tenths_of(shown.expect("a loss is shown"));
        let lost_lu = 10.0 * (before / after).log10();
        assert!(
            (shown_lu - lost_lu).abs() < 0.7,
            "{shown_lu} of {lost_lu} LU"
        );
        assert!(shown_lu > 2.0);
        if width < 700.0 {
            stage.compared_picture("loss-640");
        } else {
            stage.picture("loss-1100");
            stage.click("Clear");
            assert!(stage.says("takes - LU"), "cleared");
            stage.play(&hops[until(7.0)..]);
            assert!(!stage.says("takes - LU"));
        }
        stage.click("Mode: Meter");
        stage.click("Mode: Duck");
        assert!(stage.says("takes - LU"), "Meter took nothing");
    }
}

fn tenths_of(tenths: i32) -> f32 {
    tenths as f32 / 10.0
}

/// K-weighted power of the music while somebody speaks, before and after the cut.
fn spoken_power(hops: &[Snapshot]) -> [f32; 2] {
    let mut powers = [0.0; 2];
    for hop in hops.iter().filter(|hop| hop.is_speech) {
        powers[0] += hop.music_k_power;
        powers[1] += hop.music_k_power * 10f32.powf(-hop.loss_lu / 10.0);
    }
    powers
}
