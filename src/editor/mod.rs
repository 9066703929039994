//! The plugin's window. It reads hops and parameters, and never the engine.
//!
//! [`model`] gathers what was heard and paints nothing; `views` paint it, a file each; [`edit`]
//! sends what the user changes to the host, `access` speaks to screen readers. `axis`, `curve_path` and `panes` are view maths,
//! [`theme`] has all colours and sizes.

mod access;
pub mod app;
mod at_exit;
mod axis;
mod curve_path;
pub mod edit;
mod embedding;
mod example_story;
pub mod first_minute;
#[cfg(test)]
pub mod headless;
pub mod host_window;
mod listening;
mod memory_watch;
pub mod model;
mod open_window;
mod panes;
mod plain_window;
pub mod raster;
mod repaint;
mod routing_steps;
pub mod theme;
mod views;
mod widgets;
mod window;
mod window_host;
mod window_thread;

pub use crate::editor::app::EditorApp;
pub use crate::editor::host_window::{HostWindow, WindowError};
pub use crate::editor::window::num_frames;
pub use crate::editor::window_host::WindowHost;
