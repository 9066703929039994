//! The editor opens in a host's window on Windows, in the size that it said, plays on and closes for good. Nothing here
//! sees what it draws: under Wine `cargo xtask test --windows` looks at that from outside (`xtask/src/windows/picture.rs`).
#![cfg(all(feature = "plugin", windows))]

use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui, Window as ClapWindow};
use clack_host::prelude::PluginEntry;
use test_support::Channels;
use test_support::clap_host::{ClapHost, Processor};
use test_support::demo::{self, RATE_HZ};
use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, GW_CHILD, GetClientRect, GetWindow,
    IsWindowVisible, PM_REMOVE, PeekMessageW, TranslateMessage, WS_CLIPCHILDREN, WS_POPUP,
    WS_VISIBLE,
};
use windows_sys::core::w;

/// Set where there is a screen.
const HAS_SCREEN: &str = "UNDERSCORE_HAS_SCREEN";

/// How long each window is open.
const OPEN: Duration = Duration::from_secs(2);

const BLOCK_SAMPLES: usize = 512;

/// Lets the windows of this thread do what they have to.
fn serve(host: &mut ClapHost) {
    host.serve();
    // SAFETY: the message is written before it is read.
    unsafe {
        let mut message = std::mem::zeroed();
        while PeekMessageW(&mut message, null_mut(), 0, 0, PM_REMOVE) != 0 {
            TranslateMessage(&message);
            DispatchMessageW(&message);
        }
    }
}

/// A window in the corner of the screen.
fn host_window(width: u32, height: u32) -> HWND {
    let style = WS_POPUP | WS_VISIBLE | WS_CLIPCHILDREN;
    let (width, height) = (width as i32, height as i32);
    // SAFETY: the class is one that the system has, both texts end with 0.
    let window = unsafe {
        CreateWindowExW(
            0,
            w!("STATIC"),
            w!("Host"),
            style,
            0,
            0,
            width,
            height,
            null_mut(),
            null_mut(),
            null_mut(),
            null(),
        )
    };
    assert!(!window.is_null());
    window
}

/// The demo scene from its second line on.
struct Player {
    processor: Processor,
    played: usize,
}

impl Player {
    fn play(&mut self, duration_s: f64) {
        let end = self.played + (duration_s * RATE_HZ) as usize;
        while self.played < end {
            let from = self.played % (8.0 * RATE_HZ) as usize + (4.5 * RATE_HZ) as usize;
            let block = |bus: &Channels| -> Channels {
                let part = |x: &Vec<f32>| x[from..from + BLOCK_SAMPLES].to_vec();
                bus.iter().map(part).collect()
            };
            let (music, dialogue) = (block(demo::music()), block(demo::dialogue()));
            self.processor.process(&music, &dialogue, &[]).unwrap();
            self.played += BLOCK_SAMPLES;
        }
    }
}

/// The window in `window`, and its width and height, pixels; `None` while there is none that can be seen.
fn child_of(window: HWND) -> Option<[i32; 2]> {
    // SAFETY: the window is ours, and the rectangle is there to be written.
    unsafe {
        let child = GetWindow(window, GW_CHILD);
        let mut inside = std::mem::zeroed();
        let is_seen = !child.is_null() && IsWindowVisible(child) != 0;
        (is_seen && GetClientRect(child, &mut inside) != 0).then_some([inside.right, inside.bottom])
    }
}

#[test]
fn the_editor_opens_plays_and_closes_again_and_again() {
    if cfg!(not(target_env = "msvc")) && std::env::var_os(HAS_SCREEN).is_none() {
        println!("skipped: there is no screen");
        return;
    }
    // SAFETY: the entry is a static of this program.
    let entry =
        unsafe { PluginEntry::load_from_raw(&underscore::plugin::clap_entry, c"") }.unwrap();
    let mut host = ClapHost::new(&entry, c"audio.underscore.clash").unwrap();
    host.select_layout_of(2, 1).unwrap();
    host.set_by_text("Mode", "Duck").unwrap();
    let mut player = Player {
        processor: host.start(RATE_HZ, BLOCK_SAMPLES).unwrap(),
        played: 0,
    };

    for _ in 0..3 {
        let handle = host.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().unwrap();
        let embedded = GuiConfiguration {
            api_type: GuiApiType::WIN32,
            is_floating: false,
        };
        assert!(gui.is_api_supported(&handle, embedded));
        gui.create(&handle, embedded).unwrap();
        let size = gui.get_size(&handle).unwrap();
        let window = host_window(size.width, size.height);
        // SAFETY: the window is there until the editor is closed.
        unsafe { gui.set_parent(&handle, ClapWindow::from_win32_hwnd(window.cast())) }.unwrap();
        gui.show(&handle).unwrap();

        let start = Instant::now();
        while start.elapsed() < OPEN {
            player.play(0.05);
            serve(&mut host);
            std::thread::sleep(Duration::from_millis(20));
        }
        let shown = child_of(window).map(|sides| sides.map(|side| side as u32));
        assert_eq!(shown, Some([size.width, size.height]));

        let handle = host.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().unwrap();
        gui.destroy(&handle);
        serve(&mut host);
        // SAFETY: the window is ours.
        unsafe {
            assert!(GetWindow(window, GW_CHILD).is_null());
            assert_ne!(DestroyWindow(window), 0);
        }
        player.play(0.5);
    }
    host.stop(player.processor);
}
