//! A process that had windows ends well, in whatever way it left them. `cargo xtask window --exits 500` does it
//! often enough to find what happens seldom.

use std::time::Duration;

use crate::stage::exits::{OPEN_MS, WAYS, leave};
use crate::stage::screen::{self, Screen};

/// Which way a process of this test is to go.
const WAY: &str = "UNDERSCORE_EXIT";

#[test]
fn a_process_that_had_windows_ends_well() {
    const TEST: &str = "ends_well::a_process_that_had_windows_ends_well";
    if screen::is_on_screen() {
        let way = std::env::var(WAY).expect("it is told how to end");
        let (name, open_ms) = way.split_once(' ').expect("a name and a time");
        let open_ms = open_ms.parse().expect("a number");
        return leave(name, Duration::from_millis(open_ms));
    }
    let Some(screen) = Screen::start(&[]) else {
        println!("skipped: {}", screen::HOW_TO_GET);
        return;
    };
    for (name, ..) in WAYS {
        for open_ms in OPEN_MS {
            screen::test_again(TEST, screen.display(), |command| {
                command.env(WAY, format!("{name} {open_ms}"));
            });
        }
    }
}
