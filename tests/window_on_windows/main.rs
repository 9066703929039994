//! The editor opens, draws and closes in a host's window on Windows. What a screen shows is read where
//! `cargo xtask test --windows` says that there is one.
#![cfg(all(feature = "plugin", windows))]

mod frame_buffer;
#[path = "../window/stage/picture.rs"]
mod picture;

use std::path::PathBuf;
use std::ptr::{null, null_mut};
use std::time::{Duration, Instant};

use clack_extensions::gui::{GuiApiType, GuiConfiguration, PluginGui, Window as ClapWindow};
use clack_host::prelude::PluginEntry;
use test_support::Channels;
use test_support::clap_host::{ClapHost, Processor};
use test_support::demo::{self, RATE_HZ};
use windows_sys::Win32::Foundation::HWND;
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DestroyWindow, DispatchMessageW, IsWindow, PM_REMOVE, PeekMessageW,
    TranslateMessage, WS_CLIPCHILDREN, WS_POPUP, WS_VISIBLE,
};
use windows_sys::core::w;

use crate::picture::{Picture, picture_path};

/// File with the picture of an Xvfb's screen.
const SCREEN: &str = "UNDERSCORE_SCREEN";

/// Longest wait for a picture.
const PATIENCE: Duration = Duration::from_secs(60);

const BLOCK_SAMPLES: usize = 512;

/// Colours that the editor shows at least with the demo scene in it: an empty window has one, text alone some dozens.
const LEAST_COLOURS: usize = 200;

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

/// Serves the window and plays until `is_done` of the screen's picture.
fn picture_when(
    host: &mut ClapHost,
    player: &mut Player,
    look: impl Fn() -> Picture,
    is_done: impl Fn(&Picture) -> bool,
) -> Picture {
    let start = Instant::now();
    loop {
        player.play(0.1);
        for _ in 0..10 {
            serve(host);
            std::thread::sleep(Duration::from_millis(10));
        }
        let picture = look();
        if is_done(&picture) {
            return picture;
        }
        let num_colours = picture.num_colors();
        assert!(
            start.elapsed() < PATIENCE,
            "the screen shows {num_colours} colours"
        );
    }
}

#[test]
fn the_editor_draws_the_scene_and_closes_for_good() {
    let Some(screen) = std::env::var_os(SCREEN).map(PathBuf::from) else {
        println!("skipped: {SCREEN} names no screen");
        return;
    };
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

    for time in 0..2 {
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

        let look = || frame_buffer::read(&screen, [size.width, size.height]);
        let is_drawn = |picture: &Picture| picture.num_colors() >= LEAST_COLOURS;
        let first = picture_when(&mut host, &mut player, look, is_drawn);
        // It moves with what is played.
        let has_moved =
            |picture: &Picture| is_drawn(picture) && picture.num_differences(&first) > 500;
        player.play(2.0);
        let second = picture_when(&mut host, &mut player, look, has_moved);
        if time == 0 {
            let path = picture_path("on_windows");
            second.write(&path);
            println!("written {}", path.display());
        }

        let handle = host.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().unwrap();
        gui.destroy(&handle);
        serve(&mut host);
        // SAFETY: the window is ours.
        unsafe {
            assert_ne!(IsWindow(window), 0);
            assert_ne!(DestroyWindow(window), 0);
        }
        player.play(0.5);
    }
    host.stop(player.processor);
}
