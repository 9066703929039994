//! Hosts that say odd things about windows: what can't be is refused, and the host lives on.

use std::ffi::c_void;
use std::ptr::null_mut;

use clap_sys::ext::gui::{CLAP_WINDOW_API_X11, clap_window, clap_window_handle};
use vst3::Steinberg::{
    IPlugViewContentScaleSupport, IPlugViewTrait, kPlatformTypeHWND, kPlatformTypeX11EmbedWindowID,
    kResultOk,
};

use crate::in_both_formats;
use crate::stage::display::Display;
use crate::stage::raw_clap::RawClap;
use crate::stage::raw_host::{RawHost, open_and_draw, wait_for};
use crate::stage::raw_vst3::{NO_TEXT, RawVst3};
use crate::stage::screen::test_on_a_screen;

const SIZE: [u32; 2] = [1100, 700];

in_both_formats! {
    a_scale_that_comes_before_the_window_holds
    a_scale_that_comes_later_is_taken_and_the_host_is_asked_for_the_size
    scales_of_no_display_are_refused
    a_size_is_adjusted_whether_or_not_the_window_is_there
    a_window_is_never_smaller_than_its_smallest_size
    windows_that_embed_find_what_they_ask_for
}

fn a_scale_that_comes_before_the_window_holds<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    assert!(host.set_scale(2.0));
    assert_eq!(host.size(), SIZE.map(|side| 2 * side));
    let window = open_and_draw(&mut host, &display);
    assert_eq!(host.size(), SIZE.map(|side| 2 * side));
    let editor = display.child_of(window).expect("the editor is there");
    assert_eq!(display.size_of(editor), SIZE.map(|side| 2 * side));
    host.close();
}

fn a_scale_that_comes_later_is_taken_and_the_host_is_asked_for_the_size<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let window = open_and_draw(&mut host, &display);
    assert!(host.set_scale(1.5));
    assert_eq!(host.size(), [1650, 1050]);
    assert!(wait_for(&mut host, || {
        let editor = display.child_of(window).expect("the editor is there");
        display.size_of(editor) == [1650, 1050]
    }));
    assert_eq!(host.requested_sizes(), [[1650, 1050]]);
    host.close();
}

fn scales_of_no_display_are_refused<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let refuse_all = |host: &mut H| {
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9, 1e-9] {
            assert!(!host.set_scale(scale), "{scale}");
            assert_eq!(host.size(), SIZE, "{scale}");
        }
    };
    refuse_all(&mut host);
    open_and_draw(&mut host, &display);
    refuse_all(&mut host);
    host.close();
    refuse_all(&mut host);
    open_and_draw(&mut host, &display);
    host.close();
}

fn a_size_is_adjusted_whether_or_not_the_window_is_there<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let check = |host: &mut H| {
        assert_eq!(host.adjusted([100, 5000]), [640, 2160]);
        assert_eq!(host.adjusted([900, 600]), [900, 600]);
    };
    check(&mut host);
    open_and_draw(&mut host, &display);
    check(&mut host);
    host.close();
}

fn a_window_is_never_smaller_than_its_smallest_size<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let window = open_and_draw(&mut host, &display);
    assert!(host.set_size([1, 1]));
    assert_eq!(host.size(), [640, 400]);
    let editor = display.child_of(window).expect("the editor is there");
    assert_eq!(display.size_of(editor), [640, 400]);
    host.close();
}

fn windows_that_embed_find_what_they_ask_for<H: RawHost>() {
    let display = Display::open();
    let mut host = H::new();
    let window = open_and_draw(&mut host, &display);
    let editor = display.child_of(window).expect("the editor is there");
    // Version 0 of XEmbed, and that it is to be seen.
    assert_eq!(display.property_of(editor, "_XEMBED_INFO"), [0, 1]);
    host.close();
}

#[test]
fn a_clap_host_with_null_strings_and_windows() {
    test_on_a_screen(
        "odd_hosts::a_clap_host_with_null_strings_and_windows",
        |_| (),
        || {
            let display = Display::open();
            let mut host = RawClap::new();
            let (plugin, gui) = (host.plugin, host.gui());
            unsafe {
                assert!(!gui.is_api_supported.unwrap()(plugin, NO_TEXT, false));
                assert!(!gui.create.unwrap()(plugin, NO_TEXT, false));
                assert!(!gui.create.unwrap()(plugin, c"wayland".as_ptr(), false));
                assert!(!gui.create.unwrap()(
                    plugin,
                    CLAP_WINDOW_API_X11.as_ptr(),
                    true
                ));
                assert!(!gui.get_size.unwrap()(plugin, null_mut(), null_mut()));
                assert!(!gui.adjust_size.unwrap()(plugin, null_mut(), null_mut()));
                assert!(!gui.get_resize_hints.unwrap()(plugin, null_mut()));
                assert!(!gui.show.unwrap()(plugin));
            }
            assert!(!host.set_parent(1), "there is no editor yet");
            assert!(host.create());
            assert!(!host.create(), "there is one already");
            assert!(!host.set_parent(0));
            unsafe {
                let set_parent = host.gui().set_parent.unwrap();
                assert!(!set_parent(plugin, std::ptr::null()));
                for api in [NO_TEXT, c"win32".as_ptr()] {
                    let specific = clap_window_handle { x11: 1 };
                    assert!(!set_parent(plugin, &clap_window { api, specific }));
                }
            }
            host.close();
            open_and_draw(&mut host, &display);
            host.close();
        },
    );
}

#[test]
fn a_vst3_host_with_null_windows_of_other_systems() {
    test_on_a_screen(
        "odd_hosts::a_vst3_host_with_null_windows_of_other_systems",
        |_| (),
        || {
            let display = Display::open();
            let mut host = RawVst3::new();
            let view = host.view();
            let some = std::ptr::dangling_mut::<c_void>();
            unsafe {
                assert_ne!(view.isPlatformTypeSupported(NO_TEXT), kResultOk);
                assert_ne!(view.isPlatformTypeSupported(kPlatformTypeHWND), kResultOk);
                let x11 = kPlatformTypeX11EmbedWindowID;
                assert_eq!(view.isPlatformTypeSupported(x11), kResultOk);
                for _ in 0..3 {
                    assert_ne!(view.attached(null_mut(), x11), kResultOk);
                    assert_ne!(view.attached(some, kPlatformTypeHWND), kResultOk);
                    assert_ne!(view.attached(some, NO_TEXT), kResultOk);
                }
                assert_ne!(view.removed(), kResultOk);
                assert_ne!(view.getSize(null_mut()), kResultOk);
                assert_ne!(view.onSize(null_mut()), kResultOk);
                assert_ne!(view.checkSizeConstraint(null_mut()), kResultOk);
            }
            open_and_draw(&mut host, &display);
            host.close();
        },
    );
}

#[test]
fn a_second_view_neither_opens_nor_closes_the_window_of_the_first() {
    test_on_a_screen(
        "odd_hosts::a_second_view_neither_opens_nor_closes_the_window_of_the_first",
        |_| (),
        || {
            let display = Display::open();
            let mut host = RawVst3::new();
            let window = open_and_draw(&mut host, &display);
            let second = host.new_view();
            assert_ne!(RawVst3::attach(&second, window), kResultOk);
            assert_ne!(unsafe { second.removed() }, kResultOk);
            assert!(second.cast::<IPlugViewContentScaleSupport>().is_some());
            drop(second);
            assert!(
                display.child_of(window).is_some(),
                "the first is still there"
            );
            host.close();
            assert_eq!(display.child_of(window), None);

            // And the second may, when the first has closed.
            let second = host.new_view();
            assert_eq!(RawVst3::attach(&second, window), kResultOk);
            // A host in a hurry releases it without `removed`.
            drop(second);
            assert_eq!(display.child_of(window), None);
        },
    );
}

#[test]
fn a_view_outlives_its_instance() {
    test_on_a_screen(
        "odd_hosts::a_view_outlives_its_instance",
        |_| (),
        || {
            let display = Display::open();
            let mut host = RawVst3::new();
            let window = open_and_draw(&mut host, &display);
            let view = host.view();
            drop(host);
            assert_eq!(display.child_of(window), None);
            unsafe { view.removed() };
            assert_ne!(RawVst3::attach(&view, window), kResultOk);
            unsafe { view.setFrame(null_mut()) };
        },
    );
}
