//! Editors that are opened and closed over and over.

use std::time::Duration;

use crate::stage::display::Display;
use crate::stage::holdings::{Holdings, memory_kb};
use crate::stage::host::{Host, Opening};
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen::test_on_a_screen;

/// What fonts, drivers and the allocator keep is there after some cycles.
const NUM_WARM_UP_CYCLES: usize = 10;
const NUM_CYCLES: usize = 100;
/// Cycles at the beginning and at the end of which the memory is compared.
const NUM_COMPARED_CYCLES: usize = 30;

/// The heap's own ups and downs, with one arena. It is a fifth of what the pixels alone of all
/// these windows take.
const MAX_GROWTH_KB: u64 = 32 * 1024;

/// Connections to the screen end some time after the window.
const SETTLING: Duration = Duration::from_secs(20);

fn open_and_close(host: &mut Host, display: &Display) {
    let editor = host.open_and_draw(display, Opening::default());
    host.close_editor(display, editor);
}

#[test]
fn a_hundred_times_nothing_is_left_behind() {
    test_on_a_screen(
        "opens_and_closes::a_hundred_times_nothing_is_left_behind",
        // Of many arenas, which threads share by chance, each may grow to the size of one.
        |command| {
            command.env("MALLOC_ARENA_MAX", "1");
        },
        || {
            let display = Display::open();
            let mut host = Host::new();
            // By then every thread that stays has its name.
            open_and_close(&mut host, &display);
            let before = Holdings::now(&display);
            let held_kb: Vec<u64> = (0..NUM_WARM_UP_CYCLES + NUM_CYCLES)
                .map(|_| {
                    open_and_close(&mut host, &display);
                    memory_kb()
                })
                .collect();
            // What is held goes up and down by as much as what a window takes, as freed memory goes
            // back to the system now or later: so the highest of several counts.
            let most_kb = |cycles: &[u64]| cycles.iter().copied().max().unwrap_or_default();
            let cycles = &held_kb[NUM_WARM_UP_CYCLES..];
            let warm_kb = most_kb(&cycles[..NUM_COMPARED_CYCLES]);
            let late_kb = most_kb(&cycles[NUM_CYCLES - NUM_COMPARED_CYCLES..]);
            let grown_kb = late_kb.saturating_sub(warm_kb);
            println!("{warm_kb} kB and {grown_kb} kB more after {NUM_CYCLES} cycles");
            assert_eq!(before.settled(&display, SETTLING), before);
            assert!(grown_kb < MAX_GROWTH_KB, "{grown_kb} kB more");
        },
    );
}

#[test]
fn while_audio_plays() {
    test_on_a_screen(
        "opens_and_closes::while_audio_plays",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let settings = vec![host.setting("Mode", "Duck")];
            let playing = Playing::start(&mut host, Scene::demo(), settings, 8.0);
            for _ in 0..10 {
                open_and_close(&mut host, &display);
            }
            let closed_at_s = playing.position_s();
            let goes_on = host.wait(Duration::from_secs(30), || {
                playing.position_s() > closed_at_s + 1.0
            });
            assert!(goes_on, "the audio plays on");
            playing.stop(&mut host);
        },
    );
}

#[test]
fn with_its_plugin() {
    test_on_a_screen(
        "opens_and_closes::with_its_plugin",
        |_| (),
        || {
            let display = Display::open();
            // A host in a hurry: it neither closes the editor nor stops the audio.
            let mut host = Host::new();
            let _left_open = host.open_and_draw(&display, Opening::default());
            let playing = Playing::start(&mut host, Scene::demo(), Vec::new(), 1.0);
            host.run_for(Duration::from_millis(300));
            playing.stop(&mut host);
            drop(host);

            let mut host = Host::new();
            open_and_close(&mut host, &display);
        },
    );
}

#[test]
fn when_the_host_takes_its_window_away_first() {
    test_on_a_screen(
        "opens_and_closes::when_the_host_takes_its_window_away_first",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let editor = host.open_and_draw(&display, Opening::default());
            display.destroy_window(editor.window);
            host.run_for(Duration::from_millis(300));
            host.destroy_editor();
            open_and_close(&mut host, &display);
        },
    );
}
