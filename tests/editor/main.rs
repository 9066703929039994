//! The editor as people use it: by the labels that screen readers find, and by pictures.
#![cfg(feature = "plugin")]

mod controls;
mod host;
mod keyboard;
mod orders;
mod picture;
mod pictures;
mod reference;
mod stage;
mod states;
mod views;
