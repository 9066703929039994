//! The editor in a real window: a CLAP host with an X11 window for it, on a screen of its own.
#![cfg(all(feature = "plugin", target_os = "linux"))]

mod draws_the_scene;
mod opens_and_closes;
mod stage;
mod without_a_screen;
