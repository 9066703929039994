//! A window that is painted only where something has moved looks as one that is painted whole.

use std::time::Duration;

use crate::stage::display::Display;
use crate::stage::host::{Host, Opening};
use crate::stage::picture::Picture;
use crate::stage::playing::{Playing, Scene};
use crate::stage::screen::test_on_a_screen;

/// Longer than figures stay when speech has ended.
const SETTLING: Duration = Duration::from_secs(3);

/// Sets a parameter, which has the window painted once more, and gives what it looks like then.
fn settled(host: &mut Host, show: &impl Fn() -> Picture) -> Picture {
    host.run_for(SETTLING);
    for trim in ["1 dB", "0 dB"] {
        host.clap.set_by_text("Trim", trim).expect("it is set");
        host.run_for(Duration::from_millis(300));
    }
    show()
}

#[test]
fn parts_look_as_the_whole() {
    test_on_a_screen(
        "paints_what_moved::parts_look_as_the_whole",
        |_| (),
        || {
            let display = Display::open();
            let mut host = Host::new();
            let editor = host.open_and_draw(&display, Opening::default());
            let settings = vec![host.setting("Mode", "Duck")];
            let playing = Playing::start(&mut host, Scene::demo(), settings, 4.0);
            host.run_for(Duration::from_secs(7));
            playing.stop(&mut host);
            let show = || editor.picture(&display);
            let in_parts = settled(&mut host, &show);
            // In another size the window has another picture, which is painted whole.
            for size in [[1000, 640], [1100, 700]] {
                host.set_size(size);
                host.run_for(Duration::from_millis(500));
            }
            let whole = settled(&mut host, &show);
            assert!(in_parts.num_colors() > 100, "something is seen");
            let num_unlike = in_parts.num_differences(&whole);
            // The mark in the corner by which a frame knows the last one.
            assert!(num_unlike <= 1, "{num_unlike} pixels are unlike");
        },
    );
}
