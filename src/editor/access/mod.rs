//! Hands the editor's controls to the system's screen readers: names, roles, values and focus go out, what is asked
//! of a control comes in. egui makes the tree, the adapters of AccessKit speak to the system; what lies
//! between is here. With nobody listening no tree is made.

mod at_spi;
pub mod hand_over;
mod no_system;
pub mod reader;
mod ui_automation;
