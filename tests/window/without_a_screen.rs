//! Where the plugin can't have a window it says so to the host, and where it can't draw its editor
//! it says so in the window; the audio goes on.

use std::fs;
use std::time::Duration;

use crate::stage::display::Display;
use crate::stage::host::{Host, Opening};
use crate::stage::picture::picture_path;
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen::{self, Screen};

/// The editor is refused, again and again, while audio plays.
fn it_is_refused() {
    let mut host = Host::new();
    let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 8.0);
    for _ in 0..3 {
        assert!(host.create_editor().is_err(), "there is no editor");
        // Hosts do this whether it was made or not.
        host.destroy_editor();
    }
    let refused_at_s = playing.position_s();
    let goes_on = host.wait(Duration::from_secs(30), || {
        playing.position_s() > refused_at_s + 1.0
    });
    assert!(goes_on, "the audio plays on");
    playing.stop(&mut host);
}

/// A window opens, with a message in it, again and again while audio plays.
fn it_says_so_in_the_window() {
    let display = Display::open();
    let mut host = Host::new();
    let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 8.0);
    for _ in 0..3 {
        let editor = host.open_and_draw(&display, Opening::default());
        editor
            .picture(&display)
            .write(&picture_path("without-opengl"));
        host.close_editor(&display, editor);
    }
    let closed_at_s = playing.position_s();
    let goes_on = host.wait(Duration::from_secs(30), || {
        playing.position_s() > closed_at_s + 1.0
    });
    assert!(goes_on, "the audio plays on");
    playing.stop(&mut host);
}

#[test]
fn no_display_is_named() {
    if screen::is_on_screen() {
        it_is_refused();
    } else {
        screen::test_again("without_a_screen::no_display_is_named", "", |command| {
            command.env_remove("DISPLAY");
        });
    }
}

#[test]
fn the_display_is_not_there() {
    if screen::is_on_screen() {
        it_is_refused();
    } else {
        screen::test_again(
            "without_a_screen::the_display_is_not_there",
            ":4242",
            |_| (),
        );
    }
}

/// The editor opens by another way, or is refused.
fn without_glx() {
    let display = Display::open();
    let mut host = Host::new();
    // OpenGL may be had by another way (EGL).
    match host.open_editor(&display, Opening::default()) {
        Ok(editor) => {
            println!("the editor opens without GLX");
            host.wait_for_drawing(&display, &editor);
            host.close_editor(&display, editor);
        }
        Err(error) => {
            println!("no editor without GLX: {error}");
            it_is_refused();
        }
    }
}

#[test]
fn the_screen_has_no_glx() {
    const TEST: &str = "without_a_screen::the_screen_has_no_glx";
    if screen::is_on_screen() {
        return without_glx();
    }
    match Screen::start(&["-extension", "GLX"]) {
        Some(screen) => screen::test_again(TEST, screen.display(), |_| ()),
        None => println!("skipped: {}", screen::HOW_TO_GET),
    }
}

#[test]
fn the_libraries_of_opengl_do_not_load() {
    const TEST: &str = "without_a_screen::the_libraries_of_opengl_do_not_load";
    if screen::is_on_screen() {
        return it_says_so_in_the_window();
    }
    let Some(screen) = Screen::start(&[]) else {
        println!("skipped: {}", screen::HOW_TO_GET);
        return;
    };
    // Found first, and no libraries.
    let folder = tempfile::tempdir().expect("a folder can be made");
    for name in [
        "libGL.so.1",
        "libEGL.so.1",
        "libGLX.so.0",
        "libGL.so",
        "libEGL.so",
    ] {
        fs::write(folder.path().join(name), "").expect("a file can be made");
    }
    screen::test_again(TEST, screen.display(), |command| {
        command.env("LD_LIBRARY_PATH", folder.path());
    });
}
