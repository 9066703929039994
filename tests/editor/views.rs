//! Spectrum, history and list with the demo scene.

use std::fs;

use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable;
use underscore::snapshot::Snapshot;

use crate::stage::{Stage, demo, levels, target};

/// All of the demo scene, and a pause, so that its last line ends.
fn played() -> Stage {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(demo());
    stage
}

fn num_rows(stage: &Stage) -> usize {
    stage
        .harness
        .query_all_by_label_contains("Line ")
        .filter(|node| {
            use egui_kittest::kittest::NodeT;
            node.accesskit_node()
                .label()
                .is_some_and(|label| label.starts_with("Line ") && label.contains(": "))
        })
        .count()
}

#[test]
fn each_line_has_a_row_a_mark_and_a_verdict() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play(demo());
    assert_eq!(num_rows(&stage), 7);
    assert!(stage.says("Line at 0:00:0"));
    assert!(stage.says("masked"));
    stage.click("Show: Masked");
    let num_masked = num_rows(&stage);
    assert!((1..7).contains(&num_masked), "{num_masked}");
    stage.click("Show: To work on");
    assert!(num_rows(&stage) > num_masked);
    stage.click("Show: All lines");
    stage.click("Sort: Worst first");
    assert!(stage.is_on("Sort: Worst first"));
    stage.click("Clear");
    assert_eq!(num_rows(&stage), 0);
    assert!(stage.says("No lines yet"));
}

#[test]
fn a_second_pass_replaces_the_rows() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play(demo());
    stage.play(demo());
    assert_eq!(num_rows(&stage), 7);
}

#[test]
fn a_click_on_a_line_shows_its_verdict() {
    let mut stage = played();
    let mark = stage
        .harness
        .get_all_by_label_contains("Line at ")
        .find(|node| {
            use egui_kittest::kittest::NodeT;
            node.accesskit_node()
                .label()
                .is_some_and(|label| label.ends_with("masked"))
        })
        .expect("a masked line");
    mark.click();
    stage.harness.run_steps(3);
    assert!(stage.says("Chosen line: "));
    // The second line, which was scrolled out of the list.
    assert!(stage.says("Line 2: "));
    stage.compared_picture("chosen");
}

#[test]
fn the_history_keeps_what_was_heard_when_the_window_opens_again() {
    let mut stage = played();
    stage.harness.state_mut().opened();
    stage.harness.run_steps(2);
    assert!(num_rows(&stage) >= 3);
    for span in ["10 s", "10 min", "1 min"] {
        stage.click(&format!("History: {span}"));
    }
    assert_eq!(stage.params.editor_options().span_s, 60.0);
    let at = stage.harness.get_by_label("Clash map").rect().center();
    stage.harness.drag_at(at);
    stage.harness.run_steps(1);
    stage.harness.hover_at(at + egui::vec2(50.0, 0.0));
    stage.harness.run_steps(1);
    stage.harness.drop_at(at + egui::vec2(90.0, 0.0));
    stage.harness.run_steps(2);
    assert!(!stage.is_on("Follow"));
    stage.click("Follow");
    assert!(stage.is_on("Follow"));
}

#[test]
fn the_spectrum_freezes_and_holds_peaks() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&demo()[..1250]);
    stage.click("Freeze");
    assert!(stage.is_on("Freeze"));
    let frozen = stage.says("Spectrum. Most is hidden at");
    stage.play(&levels(3.0, -140.0, -140.0));
    assert_eq!(stage.says("Spectrum. Most is hidden at"), frozen);
    stage.click("Freeze");
    assert!(stage.says("Spectrum. Nothing is hidden."));
    stage.click("Peaks");
    assert!(stage.is_on("Peaks"));
    stage.click("Fall: Medium");
    stage.click("Fall: Slow");
    stage.click("Tilt: 0 dB");
    stage.click("Tilt: 3 dB");
    let kept = stage.params.editor_options();
    assert_eq!(kept.tilt.db_per_octave(), 3.0);
    assert_eq!(kept.smoothing.name(), "Slow");
}

#[test]
fn the_pointer_reads_a_band() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(&demo()[..1250]);
    let plot = stage.harness.get_by_label_contains("Spectrum.").rect();
    stage
        .harness
        .hover_at(plot.left_center() + egui::vec2(0.5 * plot.width(), 30.0));
    stage.harness.run_steps(2);
    assert!(stage.says("1 kHz  B5   dialogue -"));
    assert!(stage.says("hidden by"));
    stage.compared_picture("pointer");
}

/// The row that begins with `start`.
fn click_row(stage: &mut Stage, start: &str) {
    let row = stage.harness.get_by_label_contains(start);
    row.click();
    stage.harness.run_steps(3);
}

#[test]
fn a_line_is_struck_by_a_key_and_comes_back() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play(demo());
    let struck = |stage: &Stage| stage.params.editor_options().struck;
    let none = struck(&stage);
    click_row(&mut stage, "Line 2: ");
    stage.press(Key::Delete, Modifiers::NONE);
    assert_eq!(num_rows(&stage), 6);
    assert!(!stage.says("Line 2: ") && stage.says("Line 3: "));
    let saved = struck(&stage);
    assert_ne!(saved, none);
    // A second pass doesn't bring it back.
    stage.play(demo());
    assert_eq!(num_rows(&stage), 6);
    stage.click("Show: 1 struck");
    assert_eq!(num_rows(&stage), 1);
    stage.click("Show: All lines");
    stage.press(Key::Z, Modifiers::COMMAND);
    assert_eq!((num_rows(&stage), struck(&stage)), (7, none.clone()));
    stage.press(Key::Z, Modifiers::COMMAND | Modifiers::SHIFT);
    assert_eq!((num_rows(&stage), struck(&stage)), (6, saved));
    // Among the struck ones the key has it count again.
    stage.click("Show: 1 struck");
    click_row(&mut stage, "Line 2: ");
    stage.press(Key::Backspace, Modifiers::NONE);
    assert_eq!((num_rows(&stage), struck(&stage)), (7, none));
    assert!(stage.is_on("Show: All lines"));
}

#[test]
fn a_line_is_struck_from_its_menu_and_by_the_key_of_the_focus() {
    let mut stage = Stage::new(1920.0, 1200.0);
    stage.play(demo());
    let row = stage.harness.get_by_label_contains("Line 3: ");
    row.click_secondary();
    stage.harness.run_steps(3);
    stage.click("Strike this line: no speech (Delete)");
    assert_eq!(num_rows(&stage), 6);
    stage.harness.get_by_label_contains("Line 5: ").focus();
    stage.harness.run_steps(2);
    stage.press(Key::Delete, Modifiers::NONE);
    assert_eq!(num_rows(&stage), 5);
    assert!(stage.says("2 struck"));
}

#[test]
fn a_line_that_may_be_no_speech_is_marked() {
    let mut stage = Stage::new(1100.0, 700.0);
    let deaf = demo().iter().map(|hop| Snapshot {
        witness_score: if hop.end_s() > 15.0 {
            0.1
        } else {
            hop.witness_score
        },
        ..*hop
    });
    let deaf: Vec<Snapshot> = deaf.collect();
    stage.play(&deaf);
    let doubtful = stage
        .harness
        .query_all_by_label_contains("may be no speech");
    let num_doubtful = doubtful.count();
    assert!((1..7).contains(&num_doubtful), "{num_doubtful}");
    assert!(stage.says("may be no speech (confidence 0.17)"));
    click_row(&mut stage, "Line 4: ");
    stage.press(Key::Delete, Modifiers::NONE);
    stage.compared_picture("doubtful");
}

#[test]
fn rows_are_copied_with_tabs() {
    let mut stage = played();
    stage.harness.get_by_label("Copy").click();
    stage.harness.step();
    let mut copied = None;
    for _ in 0..3 {
        for command in &stage.harness.output().platform_output.commands {
            if let egui::OutputCommand::CopyText(text) = command {
                copied = Some(text.clone());
            }
        }
        stage.harness.step();
    }
    let text = copied.expect("something was copied");
    assert_eq!(text.lines().count(), 8, "{text}");
    assert!(text.lines().all(|line| line.split('\t').count() == 9));
}

#[test]
fn the_list_is_written_to_a_file() {
    let folder = target().join("editor").join("export");
    let _ = fs::remove_dir_all(&folder);
    let mut stage = played();
    stage.click("Export...");
    for (form, name, needs_rate) in [
        ("CSV table", "list.csv", false),
        ("HTML page", "list.html", false),
        ("JSON", "list.json", false),
        ("MIDI markers", "list.mid", false),
        ("REAPER regions", "list.csv", false),
        ("EDL (CMX 3600)", "list.edl", true),
        ("OpenTimelineIO", "list.otio", true),
        ("Text with tabs", "list.txt", false),
    ] {
        stage.click(&format!("Form: {form}"));
        let path = folder.join(name);
        stage.fill("File", &path.display().to_string());
        stage.click("Write");
        if needs_rate {
            assert!(stage.says("choose a frame rate"), "{form}");
            assert!(!path.exists());
        } else {
            assert!(stage.says("Written: "), "{form}");
            assert!(path.exists(), "{form}");
            fs::remove_file(path).unwrap();
        }
    }
    // A path that is the same everywhere, and a form that is refused before there is a file.
    stage.click("Form: EDL (CMX 3600)");
    stage.fill("File", "music/masked lines.edl");
    stage.click("Write");
    stage.compared_picture("export");
}

#[test]
fn a_small_window_has_all_views_behind_tabs() {
    let mut stage = Stage::new(640.0, 400.0);
    stage.play(demo());
    for (tab, label) in [
        ("View: History", "Follow"),
        ("View: Lines", "Export..."),
        ("View: Controls", "Max cut"),
        ("View: Spectrum", "Freeze"),
    ] {
        stage.click(tab);
        assert!(stage.says(label), "{tab}");
        let place = stage.harness.get_by_label(label).rect();
        assert!(place.right() < 640.0 - 8.0, "{label} is cut off: {place}");
        let name = format!("small-{}", &tab[6..]);
        match tab {
            // Those two are the same as others, with less in them.
            "View: Spectrum" | "View: Controls" => stage.picture(&name),
            _ => stage.compared_picture(&name),
        };
    }
}

#[test]
fn two_hours_scroll_as_fast_as_a_minute() {
    let mut stage = Stage::new(1100.0, 700.0);
    // The demo scene again and again along the timeline.
    let demo = demo();
    let length = demo.last().unwrap().position_samples;
    let mut hops = Vec::new();
    for round in 0..7200 / (length / 48_000) {
        hops.extend(demo.iter().step_by(8).map(|hop| {
            let mut hop = *hop;
            hop.hop_samples *= 8;
            hop.position_samples += round * length;
            hop
        }));
    }
    stage.play_in_steps(&hops, 500);
    stage.click("History: 10 min");
    stage.click("Sort: Worst first");
    stage.picture("two-hours");
    assert!(stage.says("Line "));
}
