//! Pictures of the editor while the demo scene plays. They are left in `target/window`.

use std::time::Duration;

use crate::stage::display::Display;
use crate::stage::host::{Host, Opening};
use crate::stage::picture::{Picture, picture_path};
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen::test_on_a_screen;

/// In the middle of the demo's second line, under heavy music.
const LINE_S: f64 = 6.5;

/// Faster than real time, so that nobody waits.
const SPEED: f64 = 4.0;

/// A picture when `scene` has played up to [`LINE_S`], and one of the moment before it began.
fn pictures(scene: Scene, scale: f64, mode: &str) -> [Picture; 2] {
    let display = Display::open();
    let mut host = Host::new();
    let editor = host.open_and_draw(
        &display,
        Opening {
            scale,
            ..Opening::default()
        },
    );
    let before = editor.picture(&display);
    let settings = vec![host.setting("Mode", mode)];
    let playing = Playing::start(&mut host, scene, settings, SPEED);
    assert!(
        host.wait(Duration::from_secs(60), || playing.position_s() >= LINE_S),
        "the scene plays"
    );
    let after = editor.picture(&display);
    playing.stop(&mut host);
    host.close_editor(&display, editor);
    [before, after]
}

#[test]
fn the_picture_moves_with_the_scene() {
    test_on_a_screen(
        "draws_the_scene::the_picture_moves_with_the_scene",
        |_| (),
        || {
            let [before, after] = pictures(Scene::demo(), 1.0, "Duck");
            before.write(&picture_path("before"));
            after.write(&picture_path("duck"));
            let num_changed = after.num_differences(&before);
            assert!(num_changed > 1000, "{num_changed} pixels changed");
        },
    );
}

#[test]
fn without_dialogue_it_looks_otherwise() {
    test_on_a_screen(
        "draws_the_scene::without_dialogue_it_looks_otherwise",
        |_| (),
        || {
            let [_, with] = pictures(Scene::demo(), 1.0, "Meter");
            let [_, without] = pictures(Scene::demo().without_dialogue(), 1.0, "Meter");
            with.write(&picture_path("meter"));
            without.write(&picture_path("no-dialogue"));
            let num_changed = with.num_differences(&without);
            assert!(num_changed > 1000, "{num_changed} pixels differ");
        },
    );
}

#[test]
fn at_twice_the_scale_it_is_twice_as_large() {
    test_on_a_screen(
        "draws_the_scene::at_twice_the_scale_it_is_twice_as_large",
        |_| (),
        || {
            let [_, once] = pictures(Scene::demo(), 1.0, "Duck");
            let [_, twice] = pictures(Scene::demo(), 2.0, "Duck");
            twice.write(&picture_path("duck-at-200-percent"));
            let size_of = |picture: &Picture| [picture.width, picture.height];
            assert_eq!(size_of(&twice), size_of(&once).map(|pixels| 2 * pixels));
        },
    );
}

#[test]
fn shown_long_after_it_was_made_it_draws() {
    test_on_a_screen(
        "draws_the_scene::shown_long_after_it_was_made_it_draws",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let opening = Opening {
                pause: Duration::from_millis(300),
                ..Opening::default()
            };
            // With audio and without.
            let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), SPEED);
            let editor = host.open_and_draw(&display, opening);
            playing.stop(&mut host);
            host.close_editor(&display, editor);
            let editor = host.open_and_draw(&display, opening);
            host.close_editor(&display, editor);
        },
    );
}

#[test]
fn what_was_heard_with_the_window_closed_is_there_when_it_opens() {
    test_on_a_screen(
        "draws_the_scene::what_was_heard_with_the_window_closed_is_there_when_it_opens",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let editor = host.open_and_draw(&display, Opening::default());
            let nothing = editor.picture(&display);
            host.close_editor(&display, editor);

            let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 8.0);
            let plays = host.wait(Duration::from_secs(60), || playing.position_s() > 20.0);
            assert!(plays, "the scene plays");
            playing.stop(&mut host);
            let editor = host.open_and_draw(&display, Opening::default());
            let picture = editor.picture(&display);
            picture.write(&picture_path("heard-while-closed"));
            let num_changed = picture.num_differences(&nothing);
            // Lines in the list and marks in the history.
            assert!(num_changed > 20_000, "{num_changed} pixels differ");
            host.close_editor(&display, editor);
        },
    );
}

#[test]
fn hidden_for_a_while_it_draws_again() {
    test_on_a_screen(
        "draws_the_scene::hidden_for_a_while_it_draws_again",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let editor = host.open_and_draw(&display, Opening::default());
            let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), SPEED);
            host.set_visible(false);
            let is_hidden = host.wait(Duration::from_secs(30), || {
                editor.picture(&display).num_colors() == 1
            });
            assert!(is_hidden, "the window is empty");
            host.run_for(Duration::from_millis(300));
            host.set_visible(true);
            host.wait_for_drawing(&display, &editor);
            let before = editor.picture(&display);
            let moves = host.wait(Duration::from_secs(30), || {
                editor.picture(&display).num_differences(&before) > 1000
            });
            assert!(moves, "the picture moves");
            playing.stop(&mut host);
            host.close_editor(&display, editor);
        },
    );
}

#[test]
fn the_example_of_a_new_instance_moves_with_no_audio_and_goes_with_the_dialogue() {
    // Whoever runs this may have put the first steps away.
    let nobody = std::env::temp_dir().join(format!("underscore-nobody-{}", std::process::id()));
    test_on_a_screen(
        "draws_the_scene::the_example_of_a_new_instance_moves_with_no_audio_and_goes_with_the_dialogue",
        |test| {
            test.env("XDG_CONFIG_HOME", &nobody);
        },
        || {
            let display = Display::open();
            let mut host = Host::new();
            let editor = host.open_and_draw(&display, Opening::default());
            let first = editor.picture(&display);
            first.write(&picture_path("first-steps"));
            let moves = host.wait(Duration::from_secs(10), || {
                editor.picture(&display).num_differences(&first) > 1000
            });
            assert!(moves, "the example moves");
            let scene = Scene::demo();
            let playing = Playing::start(&mut host, scene, Vec::new(), SPEED);
            let plays = host.wait(Duration::from_secs(60), || playing.position_s() >= LINE_S);
            assert!(plays, "the scene plays");
            playing.stop(&mut host);
            // What lingers of the last words goes, too.
            host.run_for(Duration::from_millis(2500));
            let heard = editor.picture(&display);
            heard.write(&picture_path("first-steps-over"));
            host.run_for(Duration::from_millis(1000));
            let num_changed = editor.picture(&display).num_differences(&heard);
            assert_eq!(num_changed, 0, "nothing moves any more");
            host.close_editor(&display, editor);
        },
    );
    let _ = std::fs::remove_dir_all(&nobody);
}
