//! What the host says: timecode that is offered and never taken over by itself, bars and beats, the name of the track.

use std::fs;

use underscore::link::{SaidPlace, SaidTimecode};
use underscore::params::session::SessionOptions;

use crate::stage::{Stage, demo, target};

fn said(frames_per_second: u32, is_pulled_down: bool, offset_subframes: i32) -> SaidTimecode {
    SaidTimecode {
        frames_per_second,
        is_pulled_down,
        is_drop_frame: false,
        offset_subframes,
    }
}

#[test]
fn timecode_of_the_host_is_offered_and_taken_over_by_one_click() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(demo());
    stage.click("Setup");
    assert!(stage.says("CLAP hosts can't say their timecode"));
    let before = stage.params.editor_options();
    // An hour at 24 frames, pulled down.
    let hour = said(24, true, 3600 * 24 * 80);
    stage.params.host.tell_timecode(Some(hour));
    stage.harness.run_steps(3);
    assert!(stage.says("Host says 01:00:00:00 at 23.976"));
    assert_eq!(stage.params.editor_options(), before);
    stage.compared_picture("host-timecode");
    stage.click("Use it");
    let options = stage.params.editor_options();
    assert_eq!(
        (options.rate.as_deref(), options.start.as_str()),
        (Some("23.976"), "01:00:00:00")
    );
    assert!(stage.says("(as set)"));
    // Rows follow.
    assert!(stage.says(": 01:00:0"));
}

#[test]
fn a_host_that_says_no_start_leaves_the_one_that_is_set() {
    let options = SessionOptions {
        rate: Some("23.976".into()),
        start: "10:00:00:00".into(),
        ..SessionOptions::default()
    };
    let mut stage = Stage::with(1100.0, 700.0, 1.0, options);
    stage.params.host.tell_timecode(Some(said(24, false, 0)));
    stage.click("Setup");
    assert!(stage.says("Host says 24, and no start"));
    stage.click("Use it");
    let options = stage.params.editor_options();
    assert_eq!(
        (options.rate.as_deref(), options.start.as_str()),
        (Some("24"), "10:00:00:00")
    );
}

#[test]
fn rates_that_no_picture_has_are_told_and_can_not_be_taken_over() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.click("Setup");
    for (timecode, text) in [
        (said(0, false, 80), "The host says 0 frames per second"),
        (
            said(1000, true, 80),
            "1000 frames per second with pull-down",
        ),
    ] {
        stage.params.host.tell_timecode(Some(timecode));
        stage.harness.run_steps(3);
        assert!(stage.says(text), "{text}");
        assert!(!stage.says("Use it"));
    }
}

#[test]
fn lines_have_the_bars_of_the_host() {
    let mut stage = Stage::new(1100.0, 700.0);
    stage.play(demo());
    assert!(!stage.says(" 3|"));
    // 120 quarter notes a minute, in 4/4.
    stage.params.host.tell_place(&SaidPlace {
        time_s: 10.0,
        quarter: 20.0,
        bar_quarter: 20.0,
        bar: None,
        tempo_bpm: 120.0,
        meter: (4, 4),
    });
    stage.harness.run_steps(3);
    // The second line begins some 5 s in.
    assert!(stage.says(" 3|"));
    stage.compared_picture("host-bars");
}

#[test]
fn exports_bear_the_name_of_the_track() {
    let folder = target().join("editor").join("track");
    let _ = fs::remove_dir_all(&folder);
    let mut stage = Stage::new(1100.0, 700.0);
    stage.params.names.set_track("Score 2M4");
    stage.play(demo());
    stage.click("Export...");
    stage.click("Form: HTML page");
    let page = folder.join("list.html");
    stage.fill("File", &page.display().to_string());
    stage.click("Write");
    assert!(stage.says("Written: "));
    let text = fs::read_to_string(&page).unwrap();
    assert!(text.contains("Clashes of Score 2M4"));
    assert!(text.contains("Heard by the plugin") && !text.contains("<audio"));
    // The pictures have something in them, and each line to work on its spectra.
    assert!(text.contains("class=\"after\" d=\"M"));
    assert!(text.matches("<article").count() >= 3);

    stage.click("List: Dips");
    stage.click("Form: CSV table");
    let dips = folder.join("dips.csv");
    stage.fill("File", &dips.display().to_string());
    stage.click("Write");
    let text = fs::read_to_string(&dips).unwrap();
    assert!(text.starts_with("number,cue,start_s"));
    assert!(
        text.lines().count() > 3 && text.contains("masked"),
        "{text}"
    );
}
