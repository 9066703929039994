//! The editor in a real window, in both formats: hosts with an X11 window for it, on a screen of its own.
#![cfg(all(feature = "plugin", target_os = "linux"))]

mod closes_for_good;
mod draws_the_scene;
mod ends_well;
mod odd_hosts;
mod opens_and_closes;
mod paints_what_moved;
mod screen_readers;
mod soak;
mod stage;
mod without_a_screen;
mod without_readers;

/// Makes a test of both formats, each on a screen of its own, from a function that is generic in the format.
macro_rules! in_both_formats {
    ($($name:ident)*) => {
        mod in_vst3 {
            $(#[test]
            fn $name() {
                let test = concat!(module_path!(), "::", stringify!($name));
                crate::stage::screen::test_on_a_screen(
                    test.split_once("::").unwrap().1,
                    |_| (),
                    super::$name::<crate::stage::raw_vst3::RawVst3>,
                );
            })*
        }
        mod in_clap {
            $(#[test]
            fn $name() {
                let test = concat!(module_path!(), "::", stringify!($name));
                crate::stage::screen::test_on_a_screen(
                    test.split_once("::").unwrap().1,
                    |_| (),
                    super::$name::<crate::stage::raw_clap::RawClap>,
                );
            })*
        }
    };
}
pub(crate) use in_both_formats;
