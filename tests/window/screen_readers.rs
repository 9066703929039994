//! A screen reader reads the editor, works it and hears of changes, through the system's own way to it.

use std::time::{Duration, Instant};

use clack_host::prelude::PluginEntry;
use serde_json::{Value, json};

use crate::stage::display::Display;
use crate::stage::holdings::threads;
use crate::stage::host::{Host, OpenEditor, Opening};
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen_reader::{ScreenReader, test_with_a_reader};

/// How long something may take until a reader knows it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The plugin as hosts load it, built with these tests and beside them.
const LIBRARY: &str = "libunderscore.so";

/// Serves the host until the control `name` is as `is_so` wants it.
fn wait_for(
    host: &mut Host,
    reader: &mut ScreenReader,
    name: &str,
    is_so: impl Fn(&Value) -> bool,
) -> Value {
    let mut found = Value::Null;
    host.wait(PATIENCE, || {
        found = reader.find(name);
        is_so(&found)
    });
    assert!(is_so(&found), "{name}: {found}");
    found
}

/// Opens the editor and waits until a reader has its controls.
fn open(host: &mut Host, display: &Display, reader: &mut ScreenReader) -> OpenEditor {
    let editor = host.open_and_draw(display, Opening::default());
    wait_for(host, reader, "Target", |found| !found.is_null());
    editor
}

fn value(found: &Value) -> Option<f64> {
    found["value"][0].as_f64()
}

fn is_pressed(found: &Value) -> bool {
    let states = found["states"].as_array();
    states.is_some_and(|states| states.contains(&json!("PRESSED")))
}

/// Waits until hosts are shown `text` for the parameter `name`.
fn wait_for_param(host: &mut Host, name: &str, text: &str) {
    let end = Instant::now() + PATIENCE;
    while host.clap.shown_param(name).as_deref() != Some(text) {
        assert!(
            Instant::now() < end,
            "{name}: {:?}",
            host.clap.shown_param(name)
        );
        host.run_for(Duration::from_millis(10));
    }
}

#[test]
fn it_reads_and_works_the_controls() {
    test_with_a_reader("screen_readers::it_reads_and_works_the_controls", || {
        let display = Display::open();
        let mut reader = ScreenReader::start();
        let mut host = Host::new();
        // With nobody listening nothing is told; a reader that comes later gets it all.
        let editor = host.open_and_draw(&display, Opening::default());
        // When dialogue has come the first steps make room for the spectrum.
        let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 4.0);
        host.run_for(Duration::from_secs(1));
        playing.stop(&mut host);
        assert_eq!(reader.ask(json!(["windows"])), 0);
        reader.listen(true);
        let last = "Low limit in the spectrum";
        wait_for(&mut host, &mut reader, last, |found| !found.is_null());

        let all = reader.ask(json!(["read"]));
        let all = all.as_array().expect("a list");
        let named = |name: &str| {
            let found = all.iter().find(|found| found["name"] == name);
            found.unwrap_or_else(|| panic!("{name} in {all:#?}"))
        };
        for (name, value) in [
            ("Target", [65.0, 50.0, 80.0]),
            ("Max cut", [12.0, 0.0, 18.0]),
            ("Release", [500.0, 20.0, 2000.0]),
            ("High limit", [10_000.0, 100.0, 10_000.0]),
            ("Low limit in the spectrum", [100.0, 100.0, 10_000.0]),
            ("Focus", [50.0, 0.0, 100.0]),
            ("Trim", [0.0, -24.0, 24.0]),
            ("Monitor", [79.0, 60.0, 90.0]),
        ] {
            assert_eq!(named(name)["role"], "slider", "{name}");
            assert_eq!(named(name)["value"], json!(value), "{name}");
        }
        for (name, is_on) in [
            ("Mode: Meter", true),
            ("Mode: Duck", false),
            ("Bypass", false),
        ] {
            assert_eq!(named(name)["role"], "toggle button", "{name}");
            assert_eq!(is_pressed(named(name)), is_on, "{name}");
        }
        for name in [
            "Presets",
            "Undo",
            "Export...",
            "Look-ahead: Off",
            "Pass: Live",
        ] {
            assert_eq!(named(name)["role"], "push button", "{name}");
        }
        assert_eq!(named("Clash map")["role"], "image");
        let nameless = all.iter().filter(|found| {
            let states = found["states"].as_array().expect("a list");
            states.contains(&json!("FOCUSABLE")) && found["name"] == ""
        });
        assert_eq!(nameless.count(), 0, "what can be chosen has a name");

        // What it asks for is done, as one gesture that one undo takes back.
        let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 1.0);
        assert_eq!(reader.ask(json!(["set", "Max cut", 6.5])), true);
        wait_for_param(&mut host, "Max cut", "6.5 dB");
        wait_for(&mut host, &mut reader, "Max cut", |found| {
            value(found) == Some(6.5)
        });
        assert_eq!(reader.ask(json!(["set", "Focus", 0.5])), true);
        wait_for_param(&mut host, "Focus", "0 %");
        for (name, text) in [("Focus", "50 %"), ("Max cut", "12.0 dB")] {
            assert_eq!(reader.ask(json!(["press", "Undo"])), true);
            wait_for_param(&mut host, name, text);
        }
        assert_eq!(reader.ask(json!(["press", "Mode: Duck"])), true);
        wait_for_param(&mut host, "Mode", "Duck");
        wait_for(&mut host, &mut reader, "Mode: Duck", is_pressed);
        assert_eq!(reader.ask(json!(["focus", "Attack"])), true);
        wait_for(&mut host, &mut reader, "Attack", |found| {
            let states = found["states"].as_array();
            states.is_some_and(|states| states.contains(&json!("FOCUSED")))
        });
        playing.stop(&mut host);

        // A host's automation is heard of.
        reader.ask(json!(["events"]));
        let settings = vec![host.setting("Trim", "-3.5 dB")];
        let playing = Playing::start(&mut host, Scene::demo(), settings, 1.0);
        wait_for(&mut host, &mut reader, "Trim", |found| {
            value(found) == Some(-3.5)
        });
        host.run_for(Duration::from_secs(2));
        playing.stop(&mut host);
        let events = reader.ask(json!(["events"]));
        let events = events.as_array().expect("a list");
        let of_trim = |event: &&Value| {
            event[0] == "object:property-change:accessible-value" && event[1] == "Trim"
        };
        assert_eq!(events.iter().filter(of_trim).count(), 1, "{events:#?}");
        println!("{} events in 2 s", events.len());

        // Nobody listens any more, and then somebody does again.
        reader.listen(false);
        let is_gone = host.wait(PATIENCE, || reader.ask(json!(["windows"])) == 0);
        assert!(is_gone, "nothing is told any more");
        reader.listen(true);
        wait_for(&mut host, &mut reader, "Target", |found| !found.is_null());
        host.close_editor(&display, editor);
        let is_gone = host.wait(PATIENCE, || reader.ask(json!(["windows"])) == 0);
        assert!(is_gone, "its window is gone");
    });
}

#[test]
fn the_editor_closes_while_it_reads() {
    test_with_a_reader("screen_readers::the_editor_closes_while_it_reads", || {
        let display = Display::open();
        let mut reader = ScreenReader::start();
        reader.listen(true);
        let mut host = Host::new();
        let mut before = Vec::new();
        for cycle in 0..20 {
            let editor = open(&mut host, &display, &mut reader);
            // It reads on, without waiting for what is asked, while the window goes.
            reader.say(json!(["read"]));
            host.close_editor(&display, editor);
            reader.hear();
            let is_gone = host.wait(PATIENCE, || reader.ask(json!(["windows"])) == 0);
            assert!(is_gone, "its window is gone");
            if cycle == 1 {
                before = threads();
            }
        }
        let mut now = Vec::new();
        let is_as_before = host.wait(PATIENCE, || {
            now = threads();
            now.len() <= before.len()
        });
        assert!(is_as_before, "{now:?}, not {before:?}");
    });
}

/// Whether the built plugin is in this process's memory.
fn is_loaded() -> bool {
    let maps = std::fs::read_to_string("/proc/self/maps").expect("Linux has it");
    maps.contains(LIBRARY)
}

#[test]
fn the_library_is_unloaded_while_it_reads() {
    test_with_a_reader(
        "screen_readers::the_library_is_unloaded_while_it_reads",
        || {
            let mut reader = ScreenReader::start();
            reader.listen(true);
            let program = std::env::current_exe().expect("this program has a path");
            let library = program.with_file_name(LIBRARY);
            for _ in 0..3 {
                // On a thread that ends, and with it what it keeps of the library.
                std::thread::scope(|scope| {
                    let work = || {
                        let display = Display::open();
                        // SAFETY: it is this project's plugin.
                        let entry = unsafe { PluginEntry::load(&library) }.expect("it was built");
                        let mut host = Host::of(&entry);
                        let editor = open(&mut host, &display, &mut reader);
                        host.close_editor(&display, editor);
                        drop((host, entry));
                    };
                    scope.spawn(work).join().expect("it works");
                });
                // Its threads are still spoken to.
                for _ in 0..10 {
                    assert_eq!(reader.ask(json!(["windows"])), 0);
                    std::thread::sleep(Duration::from_millis(20));
                }
                assert!(is_loaded(), "threads of the library run on");
            }
        },
    );
}
