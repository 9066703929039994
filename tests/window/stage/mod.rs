//! What it takes to see the editor: the plugin in a host, its window on a screen, and the demo
//! scene playing.

pub mod display;
pub mod host;
pub mod playing;
pub mod screen;
