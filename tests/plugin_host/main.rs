//! The plugin as a CLAP host sees it, in this process.
#![cfg(feature = "plugin")]

mod announces_its_latency;
mod describes_itself;
mod host;
mod keeps_its_state;
mod processes_blocks;
mod switches_without_a_click;
