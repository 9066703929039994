//! Where no screen reader can be, or whoever should answer doesn't: the editor opens and closes as it does elsewhere, and leaves no
//! thread.

use std::os::unix::net::UnixListener;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::stage::display::Display;
use crate::stage::holdings::Holdings;
use crate::stage::host::{Host, Opening};
use crate::stage::screen::test_on_a_screen;
use crate::stage::screen_reader::Session;

const NUM_CYCLES: usize = 20;

/// Connections to the screen end some time after the window.
const SETTLING: Duration = Duration::from_secs(20);

/// How long the call that closes the window may take, in a machine that is busy otherwise: someone who waits for an answer of
/// the bus waits for 25 s.
const MAX_CLOSING: Duration = Duration::from_secs(2);

/// Opens and closes the editor over and over.
fn open_and_close() {
    let display = Display::open();
    let mut host = Host::new();
    let mut before = None;
    let mut times = Vec::new();
    for _ in 0..NUM_CYCLES {
        let start = Instant::now();
        let editor = host.open_and_draw(&display, Opening::default());
        let open = Instant::now();
        host.close_editor(&display, editor);
        times.push((open - start, open.elapsed()));
        // What stays is there after the first.
        before.get_or_insert_with(|| Holdings::now(&display));
    }
    let before = before.expect("there was a first one");
    assert_eq!(before.settled(&display, SETTLING), before);
    times.sort();
    println!("median to open and to close: {:?}", times[NUM_CYCLES / 2]);
    let longest = times.iter().map(|(_, closing)| *closing).max();
    assert!(
        longest.is_some_and(|longest| longest < MAX_CLOSING),
        "{times:?}"
    );
}

#[test]
fn with_no_session() {
    let test = "without_readers::with_no_session";
    test_on_a_screen(test, |_| (), open_and_close);
}

#[test]
fn with_a_session_that_has_ended() {
    let test = "without_readers::with_a_session_that_has_ended";
    let folder = tempfile::tempdir().expect("a folder can be made");
    let address = address(&folder.path().join("bus"));
    let set = |command: &mut std::process::Command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", address);
    };
    test_on_a_screen(test, set, open_and_close);
}

#[test]
fn with_a_bus_that_never_answers() {
    let test = "without_readers::with_a_bus_that_never_answers";
    let folder = tempfile::tempdir().expect("a folder can be made");
    let socket = folder.path().join("bus");
    let _silent = UnixListener::bind(&socket).expect("a socket can be made");
    let set = |command: &mut std::process::Command| {
        command.env("DBUS_SESSION_BUS_ADDRESS", address(&socket));
    };
    test_on_a_screen(test, set, open_and_close);
}

#[test]
fn with_a_bus_that_knows_no_readers() {
    let test = "without_readers::with_a_bus_that_knows_no_readers";
    let Some(session) = Session::without_readers() else {
        println!("skipped: no D-Bus here: `apt-get install dbus-daemon`");
        return;
    };
    test_on_a_screen(test, |command| session.set(command), open_and_close);
}

fn address(socket: &Path) -> String {
    format!("unix:path={}", socket.display())
}
