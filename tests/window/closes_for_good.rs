//! When a window is closed nothing of it is left: no thread, no descriptor, no handler in the host's run loop.
//! However and from whatever thread it was closed, the process ends well.

use std::ptr::null_mut;
use std::time::{Duration, Instant};

use vst3::Steinberg::{IPlugViewTrait, kResultOk};

use crate::in_both_formats;
use crate::stage::display::Display;
use crate::stage::holdings::{Holdings, threads};
use crate::stage::raw_clap::RawClap;
use crate::stage::raw_host::{RawHost, open_and_draw};
use crate::stage::raw_vst3::RawVst3;
use crate::stage::screen::test_on_a_screen;

/// What libraries open once and keep is there after these.
const NUM_WARM_UP_CYCLES: usize = 3;

/// The test's, the program's, the framework's and the one that listens for the list.
const NUM_THREADS: usize = 4;

/// Connections to the screen end some time after the window.
const SETTLING: Duration = Duration::from_secs(20);

in_both_formats! {
    its_threads_have_ended_when_the_call_returns
    fifty_openings_leave_the_descriptors_as_they_were
    with_its_instance
    with_its_instance_on_another_thread
    on_another_thread
}

fn its_threads_have_ended_when_the_call_returns<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let mut before = Vec::new();
    for cycle in 0..20 {
        let window = open_and_draw(&mut host, &display);
        host.close();
        if cycle == 0 {
            // By now every thread that stays has its name.
            before = threads();
            assert_eq!(before.len(), NUM_THREADS, "{before:?}");
        }
        // At once; a thread of the clipboard, which has a connection of its own, may take a moment.
        let now = threads();
        assert!(
            now.len() <= before.len() + 1,
            "{now:?} after {cycle} cycles"
        );
        let has = |name: &str| now.iter().any(|thread| thread.contains(name));
        assert!(
            !["llvmpipe", "disk$", "underscore edit"]
                .into_iter()
                .any(has),
            "{now:?}"
        );
        let end = Instant::now() + SETTLING;
        while threads() != before {
            assert!(Instant::now() < end, "{:?} after {cycle} cycles", threads());
            std::thread::sleep(Duration::from_millis(5));
        }
        display.destroy_window(window);
    }
}

/// Fifty, or as many as `UNDERSCORE_OPENINGS` says, in the hurry of a host that doesn't wait for it to draw.
fn fifty_openings_leave_the_descriptors_as_they_were<H: RawHost>() {
    let num_cycles = std::env::var("UNDERSCORE_OPENINGS");
    let num_cycles = num_cycles.map_or(50, |count| count.parse().expect("a number"));
    let display = Display::open();
    let mut host = H::new();
    let cycle = |host: &mut H| {
        let [width, height] = host.size();
        let window = display.make_window(width, height);
        assert!(host.open(window), "the editor opens");
        host.serve();
        host.close();
        display.destroy_window(window);
    };
    for _ in 0..NUM_WARM_UP_CYCLES {
        cycle(&mut host);
    }
    let before = Holdings::now(&display);
    for _ in 0..num_cycles {
        cycle(&mut host);
    }
    assert_eq!(before.settled(&display, SETTLING), before);
}

fn with_its_instance<H: RawHost>() {
    let display = Display::open();
    drop(H::new());
    let before = threads();
    for _ in 0..3 {
        let mut host = H::new();
        let window = open_and_draw(&mut host, &display);
        drop(host);
        assert_eq!(display.child_of(window), None, "its window is gone");
        assert!(threads().len() <= before.len() + 1, "{:?}", threads());
        display.destroy_window(window);
    }
}

fn with_its_instance_on_another_thread<H: RawHost + 'static>() {
    let display = Display::open();
    for _ in 0..3 {
        let mut host = H::new();
        let window = open_and_draw(&mut host, &display);
        std::thread::spawn(move || drop(host))
            .join()
            .expect("the host goes on");
        assert_eq!(display.child_of(window), None, "its window is gone");
        display.destroy_window(window);
    }
}

fn on_another_thread<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    for _ in 0..3 {
        let window = open_and_draw(&mut host, &display);
        std::thread::scope(|scope| {
            let closing = scope.spawn(|| host.close());
            closing.join().expect("the host goes on");
        });
        assert_eq!(display.child_of(window), None, "its window is gone");
        display.destroy_window(window);
    }
}

#[test]
fn as_soon_as_it_is_made() {
    test_on_a_screen(
        "closes_for_good::as_soon_as_it_is_made",
        |_| (),
        || {
            let mut host = RawClap::new();
            for _ in 0..50 {
                assert!(host.create());
                host.close();
            }
        },
    );
}

#[test]
fn a_run_loop_has_no_handler_of_a_closed_view() {
    test_on_a_screen(
        "closes_for_good::a_run_loop_has_no_handler_of_a_closed_view",
        |_| (),
        || {
            let display = Display::open();
            let mut host = RawVst3::new();
            for _ in 0..3 {
                let window = open_and_draw(&mut host, &display);
                assert_eq!(host.frame.num_handlers(), 1);
                host.close();
                assert_eq!(host.frame.num_handlers(), 0, "after `removed`");
                display.destroy_window(window);

                let window = open_and_draw(&mut host, &display);
                let view = host.view();
                assert_eq!(unsafe { view.setFrame(null_mut()) }, kResultOk);
                assert_eq!(host.frame.num_handlers(), 0, "after `setFrame(null)`");
                host.close();
                display.destroy_window(window);
            }
        },
    );
}
