//! The editor as people use it: by the labels that screen readers find, and by pictures.
#![cfg(feature = "plugin")]

mod controls;
mod first_steps;
mod host;
mod keyboard;
mod nothing_cut_off;
mod orders;
mod picture;
mod pictures;
mod reference;
mod stage;
mod states;
mod views;
mod without_colour;
