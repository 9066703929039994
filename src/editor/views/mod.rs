//! One file per view: painting and what the pointer and the keyboard do there.

pub mod bar;
pub mod export;
pub mod frame;
pub mod help;
pub mod history;
mod limits;
pub mod lines;
mod notice;
mod plot;
pub mod readout;
pub mod scene;
pub mod setup;
pub mod spectrum;
pub mod strip;
