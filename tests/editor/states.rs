//! What the editor says when something is missing.

use egui_kittest::kittest::Queryable;
use underscore::link::Status;

use crate::stage::{Stage, demo, fail, levels};

#[test]
fn an_editor_that_has_heard_nothing_says_so() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.harness.run_steps(2);
    assert!(stage.says("Intelligibility now: no speech"));
    assert!(stage.says("Last line: none yet"));
    assert!(stage.says("No lines yet"));
    assert!(!stage.says("No dialogue connected"));
    stage.compared_picture("state-new");
}

#[test]
fn no_dialogue_is_said_with_the_way_out() {
    for (width, height) in [(1100.0, 700.0), (640.0, 400.0)] {
        let mut stage = Stage::new(width, height);
        stage.play(&levels(3.0, -140.0, -20.0));
        assert!(stage.says("No dialogue connected"));
        assert!(stage.says("Sidechain: No dialogue"));
        assert!(stage.says("Intelligibility now: no dialogue"));
        let way_out = stage.harness.get_by_label("How to route it").rect();
        assert!(way_out.bottom() < height - 16.0, "it is cut off: {way_out}");
        stage.compared_picture(&format!("state-no-dialogue-{width}"));
        stage.click("How to route it");
        for host in ["REAPER", "Nuendo", "Bitwig", "Ardour", "Studio One"] {
            assert!(stage.says(host), "{host}");
        }
        stage.compared_picture(&format!("state-help-{width}"));
        stage.press(egui::Key::Escape, egui::Modifiers::NONE);
        assert!(!stage.says("REAPER"));
    }
}

#[test]
fn silence_on_either_side_is_told_from_a_missing_side() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&levels(1.0, -30.0, -20.0));
    assert!(!stage.says("silent"));
    stage.play(&levels(11.0, -140.0, -20.0));
    assert!(stage.says("The dialogue is silent."));
    assert!(stage.says("Sidechain: Dialogue silent"));
    stage.picture("state-dialogue-silent");
    stage.play(&levels(11.0, -30.0, -140.0));
    assert!(stage.says("The music is silent."));

    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&levels(3.0, -30.0, -140.0));
    assert!(stage.says("No music on this bus yet."));
}

#[test]
fn a_plugin_that_does_not_work_says_so() {
    let mut stage = Stage::new(1100.0, 700.0);
    fail(&mut stage, Status::UnsupportedSampleRate);
    assert!(stage.says("Sample rate not supported"));
    stage.picture("state-sample-rate");
    fail(&mut stage, Status::Failed);
    assert!(stage.says("Underscore has failed"));
    fail(&mut stage, Status::Working);
    assert!(!stage.says("Underscore has failed"));
}

#[test]
fn speech_lights_the_lamp_and_a_masked_line_is_called_so() {
    let mut stage = Stage::new(1100.0, 700.0);
    // In the middle of the second line.
    stage.play(&demo()[..1250]);
    assert!(stage.says("Sidechain: Speech"));
    stage.picture("state-speech");
    // With the duck at work; without it the line is masked.
    assert!(stage.says("Intelligibility now: strained"));
    assert!(stage.says("Last line: clear"));
    assert!(stage.says("Dialogue over music: -"));
    assert!(stage.says("Spectrum. Most is hidden at"));
}

#[test]
fn a_standing_transport_keeps_the_list() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&demo()[..1250]);
    stage.idle(&demo()[1250..1300]);
    // The line that was cut off by the stop has a row too.
    assert!(stage.says("Line 2:"));
    assert!(stage.says("Sidechain: Speech"));
}
