//! A minute with several instances in both formats; `cargo xtask window --soak MINUTES` runs longer.

use std::time::Duration;

use crate::stage::screen::test_on_a_screen;
use crate::stage::soak;

#[test]
fn a_minute_of_everything_leaves_the_process_as_it_was() {
    test_on_a_screen(
        "soak::a_minute_of_everything_leaves_the_process_as_it_was",
        // Of many arenas, which threads share by chance, each may grow to the size of one.
        |command| {
            command.env("MALLOC_ARENA_MAX", "1");
        },
        || {
            let done = soak::run(Duration::from_secs(60), 6);
            println!("{done:?}");
            assert!(done.num_windows > 10 && done.num_states > 10, "{done:?}");
        },
    );
}
