//! What the report promises in each of its forms: times that are right to the frame, lists that
//! other programs read, and a page that says the same as the JSON.

mod command;
mod common;
mod fuzz;
mod lists;
mod page;
mod readers;
mod timecode;
