//! A screen reader reads the editor, works it and hears of changes, through the system's own way to it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::stage::display::Display;
use crate::stage::host::{Host, Opening};
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen_reader::{ScreenReader, test_with_a_reader};

/// How long something may take until a reader knows it.
const PATIENCE: Duration = Duration::from_secs(10);

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

#[test]
fn it_reads_and_works_every_control() {
    test_with_a_reader("screen_readers::it_reads_and_works_every_control", || {
        let display = Display::open();
        let mut reader = ScreenReader::start();
        let mut host = Host::new();
        let editor = host.open_and_draw(&display, Opening::default());
        host.run_for(Duration::from_millis(500));
        assert_eq!(reader.ask(json!(["windows"])), 0);
        reader.listen(true);
        wait_for(&mut host, &mut reader, "Target", |found| !found.is_null());
        let all = reader.ask(json!(["read"]));
        for found in all.as_array().unwrap() {
            println!("{found}");
        }
        host.close_editor(&display, editor);
    });
}
