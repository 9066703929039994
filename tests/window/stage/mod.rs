//! What it takes to see the editor: the plugin in a host, its window on a screen, and the demo
//! scene playing.

pub mod audio_side;
pub mod display;
pub mod exits;
pub mod holdings;
pub mod host;
pub mod picture;
pub mod playing;
pub mod raw_clap;
pub mod raw_host;
pub mod raw_vst3;
pub mod screen;
pub mod screen_reader;
pub mod soak;
