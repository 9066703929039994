//! One file per view: painting and what the pointer and the keyboard do there.

pub mod audience_row;
mod automation;
pub mod bar;
mod example_picture;
pub mod export;
pub mod first_steps;
pub mod frame;
pub mod frame_rates;
pub mod help;
pub mod history;
mod limits;
pub mod lines;
pub mod list_pane;
mod notice;
mod order_entry;
mod order_keys;
mod order_tools;
mod plot;
pub mod readout;
pub mod remembered_lines;
mod remembered_row;
pub mod remembered_state;
pub mod scene;
pub mod setup;
pub mod spectrum;
pub mod strip;
pub mod timecode_offer;
