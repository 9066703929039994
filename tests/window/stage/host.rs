//! A CLAP host with a window for the plugin's editor.

use std::time::{Duration, Instant};

use clack_extensions::gui::{
    GuiApiType, GuiConfiguration, GuiError, GuiSize, PluginGui, Window as ClapWindow,
};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;
use test_support::clap_host::ClapHost;
use x11rb::protocol::xproto::Window;

use super::display::Display;
use super::picture::Picture;

/// How long the main thread sleeps between two looks at what the plugin wants.
const TURN: Duration = Duration::from_millis(5);

/// How a host opens an editor.
#[derive(Clone, Copy)]
pub struct Opening {
    /// Of the editor's pixels, 1 is as large as it was made.
    pub scale: f64,
    /// Width and height in pixels, of an editor that can be resized.
    pub size: Option<[u32; 2]>,
    /// Between making the editor and showing it.
    pub pause: Duration,
}

impl Default for Opening {
    fn default() -> Self {
        Self {
            scale: 1.0,
            size: None,
            pause: Duration::ZERO,
        }
    }
}

/// One instance of the plugin.
pub struct Host {
    pub clap: ClapHost,
}

/// An open editor: the host's window with the plugin's in it.
pub struct OpenEditor {
    pub window: Window,
}

impl Host {
    pub fn new() -> Self {
        // SAFETY: the entry is a static of this program.
        let entry =
            unsafe { PluginEntry::load_from_raw(&underscore::plugin::clap_entry, c"") }.unwrap();
        Self::of(&entry)
    }

    /// An instance of the plugin of `entry`.
    pub fn of(entry: &PluginEntry) -> Self {
        let clap = ClapHost::new(entry, c"audio.underscore.clash").expect("it can be made");
        Self { clap }
    }

    /// The parameter of that name at the value that `text` means, as an event.
    pub fn setting(&mut self, name: &str, text: &str) -> ParamValueEvent {
        self.clap.setting(name, text).expect("the plugin knows it")
    }

    /// Makes the editor, its window not yet shown.
    ///
    /// # Errors
    /// If the plugin can't.
    pub fn create_editor(&mut self) -> Result<(), GuiError> {
        let handle = self.clap.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let embedded = GuiConfiguration {
            api_type: GuiApiType::X11,
            is_floating: false,
        };
        assert!(gui.is_api_supported(&handle, embedded));
        gui.create(&handle, embedded)
    }

    /// Opens the editor in a window, in the order that CLAP asks for.
    ///
    /// # Errors
    /// If the plugin can't.
    pub fn open_editor(
        &mut self,
        display: &Display,
        opening: Opening,
    ) -> Result<OpenEditor, GuiError> {
        self.create_editor()?;
        let handle = self.clap.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        gui.set_scale(&handle, opening.scale)?;
        if let Some([width, height]) = opening.size {
            let wanted = GuiSize { width, height };
            if gui.can_resize(&handle) {
                let size = gui.adjust_size(&handle, wanted).unwrap_or(wanted);
                gui.set_size(&handle, size)?;
            } else {
                eprintln!("the editor can't be resized; it keeps its size");
            }
        }
        let size = gui.get_size(&handle).expect("it has a size");
        let window = display.make_window(size.width, size.height);
        // SAFETY: the window is there until the editor is closed.
        unsafe { gui.set_parent(&handle, ClapWindow::from_x11_handle(window.into())) }?;
        std::thread::sleep(opening.pause);
        gui.show(&handle)?;
        Ok(OpenEditor { window })
    }

    /// [`Host::open_editor`], and waits until the editor has drawn itself.
    pub fn open_and_draw(&mut self, display: &Display, opening: Opening) -> OpenEditor {
        let editor = self
            .open_editor(display, opening)
            .expect("the editor opens");
        self.wait_for_drawing(display, &editor);
        editor
    }

    /// Waits until there is something in the editor's window.
    pub fn wait_for_drawing(&mut self, display: &Display, editor: &OpenEditor) {
        let has_drawn = self.wait(Duration::from_secs(30), || {
            // An empty window has one colour.
            editor.picture(display).num_colors() > 10
        });
        assert!(has_drawn, "the editor has drawn something");
    }

    /// Gives the editor another size, as a host does that lets people resize it.
    pub fn set_size(&mut self, [width, height]: [u32; 2]) {
        let handle = self.clap.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let size = GuiSize { width, height };
        gui.set_size(&handle, size).expect("it can be resized");
    }

    /// Hides the editor within its window, or shows it again.
    pub fn set_visible(&mut self, is_visible: bool) {
        let handle = self.clap.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        let outcome = if is_visible {
            gui.show(&handle)
        } else {
            gui.hide(&handle)
        };
        outcome.expect("the editor is open");
    }

    /// Closes the editor, and the window that it was in.
    pub fn close_editor(&mut self, display: &Display, editor: OpenEditor) {
        self.destroy_editor();
        display.destroy_window(editor.window);
    }

    /// Closes the editor only.
    pub fn destroy_editor(&mut self) {
        let handle = self.clap.instance.plugin_handle();
        let gui: PluginGui = handle.get_extension().expect("it has an editor");
        gui.destroy(&handle);
    }

    /// Serves the plugin as a host's main thread does, until `is_done` or for `patience` at most;
    /// says whether it is done.
    pub fn wait(&mut self, patience: Duration, mut is_done: impl FnMut() -> bool) -> bool {
        let end = Instant::now() + patience;
        while !is_done() {
            if Instant::now() > end {
                return false;
            }
            self.clap.serve();
            std::thread::sleep(TURN);
        }
        true
    }

    /// Serves the plugin for `duration`.
    pub fn run_for(&mut self, duration: Duration) {
        self.wait(duration, || false);
    }
}

impl OpenEditor {
    /// What the window shows now.
    pub fn picture(&self, display: &Display) -> Picture {
        display.picture_of(self.window)
    }
}
