//! The first minute: what a new instance says before it has heard any dialogue.

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use underscore::link::Status;
use underscore::params::UnderscoreParams;
use underscore::params::session::SessionOptions;

use crate::stage::{Stage, demo, fail, levels, target};

const USUAL: [f32; 2] = [1100.0, 700.0];
const SMALL: [f32; 2] = [640.0, 400.0];

/// What hosts report, with a word that stands in no other host's steps.
const HOSTS: [(&str, &str); 9] = [
    ("REAPER", "pin connector"),
    ("Nuendo", "Set up Side-Chain Routing"),
    ("Cubase", "Set up Side-Chain Routing"),
    ("CLAP-as-AAX", "Key Input"),
    ("Logic Pro 11.0.1 (CLAP-as-AUv2)", "Side Chain menu"),
    ("Bitwig Studio", "device panel"),
    ("Ardour", "Pin Connections"),
    ("Studio One", "destination"),
    ("Ableton Live", "Device View"),
];

/// A new instance's window after `seconds`, in which the example moves.
fn first(size: [f32; 2], program: Option<&str>, seconds: f64) -> Stage {
    let mut stage = Stage::first(size, 1.0, program, None);
    stage.harness.run_steps((10.0 * seconds) as usize);
    stage
}

fn has_first_steps(stage: &Stage) -> bool {
    stage.says("First steps") && stage.says("Step 3: ") && stage.says("Example, not your sound")
}

#[test]
fn a_new_instance_says_what_to_do_in_its_host() {
    for (program, word) in HOSTS {
        let stage = first(USUAL, Some(program), 0.3);
        assert!(has_first_steps(&stage), "{program}");
        assert!(stage.says(word), "{program}: {word}");
        for (other, word) in HOSTS.iter().filter(|(_, it)| *it != word) {
            assert!(!stage.says(word), "{program} has the steps of {other}");
        }
    }
}

#[test]
fn a_host_that_is_not_known_has_steps_that_hold_everywhere() {
    for (program, title) in [
        (Some("Olive Host"), "First steps in Olive Host"),
        (None, "First steps"),
    ] {
        let stage = first(USUAL, program, 0.3);
        assert!(stage.says(title));
        assert!(stage.says("Step 1: Put the plugin on the track or bus of the music"));
        assert!(stage.says("sidechain (key) input, named Dialogue"));
    }
}

#[test]
fn it_looks_as_it_did() {
    for (name, size, program, seconds) in [
        // In the middle of the clash, and of the duck.
        ("first-reaper-1100", USUAL, Some("REAPER"), 6.0),
        ("first-any-1100", USUAL, None, 9.5),
        ("first-reaper-640", SMALL, Some("REAPER"), 6.0),
    ] {
        first(size, program, seconds).compared_picture(name);
    }
    for (idx, seconds) in [1.0, 3.6].into_iter().enumerate() {
        first(USUAL, Some("Nuendo"), seconds).picture(&format!("first-story-{idx}"));
    }
}

#[test]
fn every_step_fits_at_every_size_and_scale() {
    let longest = "An exceptionally long name of a host that nobody has ever heard of";
    let programs = HOSTS
        .iter()
        .map(|(program, _)| *program)
        .chain([longest, ""]);
    for program in programs {
        for (size, scale) in [
            (SMALL, 1.0),
            (SMALL, 2.0),
            (USUAL, 1.0),
            ([900.0, 560.0], 1.0),
            ([1920.0, 1200.0], 2.0),
        ] {
            let mut stage = Stage::first(size, scale, Some(program), None);
            stage.harness.run_steps(3);
            let rect = |words: &str| stage.harness.get_by_label_contains(words).rect();
            let whole = egui::Rect::from_min_size(egui::Pos2::ZERO, size.into());
            let title = rect("First steps");
            let after = rect("Then play.");
            let picture = rect("Example, not your sound: ");
            let steps = [1, 2, 3].map(|number| rect(&format!("Step {number}: ")));
            let mut parts = vec![
                title,
                rect("Got it"),
                rect("All hosts"),
                rect("Example: Pause"),
                picture,
                after,
            ];
            parts.extend(steps);
            for (idx, part) in parts.iter().enumerate() {
                assert!(
                    whole.contains_rect(*part),
                    "{program:?} {size:?}: {part} is outside"
                );
                for other in &parts[..idx] {
                    let shared = part.intersect(*other);
                    let is_apart = shared.width() <= 0.5 || shared.height() <= 0.5;
                    assert!(is_apart, "{program:?} {size:?}: {part} over {other}");
                }
            }
            assert!(picture.height() > 60.0, "{program:?} {size:?}: {picture}");
            if size == SMALL {
                stage.picture(&format!(
                    "first-{}-640@{scale}",
                    &program[..program.len().min(6)]
                ));
            }
        }
    }
}

#[test]
fn the_keyboard_puts_it_away_for_good() {
    let folder = target().join("editor").join("first-steps");
    let _ = std::fs::remove_dir_all(&folder);
    let note = folder.join("read.txt");
    for size in [USUAL, SMALL] {
        let _ = std::fs::remove_file(&note);
        let mut stage = Stage::first(size, 1.0, Some("REAPER"), Some(&note));
        stage.harness.run_steps(2);
        let is_there = |stage: &Stage| stage.harness.get_by_label("Got it").is_focused();
        let num_tabs = (1..40).find(|_| {
            stage.press(Key::Tab, Modifiers::NONE);
            is_there(&stage)
        });
        assert!(num_tabs.is_some(), "Tab comes to it");
        stage.press(Key::Enter, Modifiers::NONE);
        assert!(!stage.says("First steps"));
        assert!(
            stage.params.editor_options().has_begun,
            "the session keeps it"
        );
        assert!(note.exists(), "and the machine");
        // The next new instance doesn't show it, and one whose note can't be read does.
        let mut other = Stage::first(size, 1.0, Some("REAPER"), Some(&note));
        other.harness.run_steps(2);
        assert!(!other.says("First steps"));
        assert!(other.says("Freeze"));
    }
}

#[test]
fn it_goes_when_dialogue_arrives_and_stays_away() {
    let mut stage = first(USUAL, Some("REAPER"), 1.0);
    // The music alone, long enough for the notice.
    stage.play(&levels(3.0, -140.0, -20.0));
    assert!(has_first_steps(&stage));
    assert!(stage.says("No dialogue connected") && stage.says("How to route it"));
    stage.play(&demo()[..200]);
    assert!(!stage.says("First steps") && stage.says("Freeze"));
    assert!(stage.params.editor_options().has_begun);
    // The session with the sidechain that works, opened again.
    let mut again = Stage::with(1100.0, 700.0, 1.0, stage.params.editor_options());
    again.harness.run_steps(2);
    assert!(!again.says("First steps"));
}

#[test]
fn sessions_of_versions_without_it_do_not_show_it() {
    use nice_plug::params::Params;
    let params = UnderscoreParams::default();
    let mut fields = params.serialize_fields();
    let editor = fields.get_mut("editor").unwrap();
    let old = editor.replace(r#","has_begun":false"#, "");
    assert_ne!(*editor, old);
    *editor = old;
    params.deserialize_fields(&fields);
    assert!(params.editor_options().has_begun);
    // A new one that is saved before it has heard anything still is new.
    let fields = UnderscoreParams::default().serialize_fields();
    params.deserialize_fields(&fields);
    assert!(!params.editor_options().has_begun);
}

#[test]
fn the_help_brings_it_back() {
    for size in [USUAL, SMALL] {
        let options = SessionOptions {
            has_begun: true,
            ..SessionOptions::default()
        };
        let mut stage = Stage::with(size[0], size[1], 1.0, options);
        stage.params.names.set_program("Ardour");
        stage.harness.run_steps(2);
        assert!(!stage.says("First steps in"));
        stage.click("?");
        stage.click("Show the first steps");
        assert!(stage.says("First steps in Ardour") && stage.says("Step 3: "));
        // The host's own steps come first in the help.
        stage.click("All hosts");
        let top = |name: &str| stage.harness.get_by_label(name).rect().top();
        assert!(top("Ardour, Mixbus") < top("REAPER"));
        stage.press(Key::Escape, Modifiers::NONE);
        stage.play(&demo()[..200]);
        assert!(!stage.says("First steps in"), "gone with the dialogue");
        // Asked for while dialogue runs: as long as the user wants.
        stage.click("?");
        stage.click("Show the first steps");
        stage.play(&demo()[..200]);
        assert!(stage.says("First steps in Ardour"));
        stage.click("Got it");
        assert!(!stage.says("First steps in"));
    }
}

#[test]
fn nothing_is_blocked_and_nothing_is_hidden_that_can_be_read() {
    let mut stage = first(USUAL, Some("REAPER"), 1.0);
    for label in [
        "Max cut",
        "Bypass",
        "Setup",
        "Export...",
        "Lines: Remembered",
    ] {
        stage.harness.get_by_label(label);
    }
    stage.click("Mode: Duck");
    assert_eq!(stage.value("mode"), "Duck");
    assert!(stage.says("Intelligibility now: no speech"));
    // The remembered lines have their place.
    stage.click("Lines: Remembered");
    assert!(!stage.says("First steps in"));
    stage.click("Lines: Heard");
    assert!(stage.says("First steps in"));
    fail(&mut stage, Status::Failed);
    assert!(stage.says("Underscore has failed") && !stage.says("First steps in"));

    let mut stage = first(SMALL, Some("REAPER"), 1.0);
    stage.click("View: History");
    assert!(!stage.says("First steps in") && stage.says("Follow"));
}

#[test]
fn the_example_moves_until_it_is_stopped_or_there_is_a_signal() {
    let moves = |stage: &mut Stage| {
        let before = stage.picture("first-moving");
        stage.harness.run_steps(4);
        stage.picture("first-moving").num_unlike(&before) > 20
    };
    let asks = |stage: &Stage| {
        let viewports = &stage.harness.output().viewport_output;
        viewports
            .values()
            .any(|viewport| viewport.repaint_delay.as_secs() < 1)
    };
    let mut stage = first(USUAL, None, 1.0);
    assert!(moves(&mut stage) && asks(&stage));
    stage.click("Example: Pause");
    assert!(stage.is_on("Example: Pause"));
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(3);
    assert!(!moves(&mut stage) && !asks(&stage));
    stage.click("Example: Pause");
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(3);
    assert!(moves(&mut stage));

    // With a signal it stands, though the user has asked for it.
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&levels(1.0, -30.0, -20.0));
    stage.click("?");
    stage.click("Show the first steps");
    stage.harness.event(egui::Event::PointerGone);
    stage.harness.run_steps(3);
    assert!(!moves(&mut stage) && !asks(&stage));
}
