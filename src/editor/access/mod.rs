//! Hands the editor's controls to the system's screen readers: names, roles, values and focus go out, what is asked
//! of a control comes in. egui makes the tree, the adapters of AccessKit speak to the system; what lies
//! between is here. With nobody listening no tree is made.

mod at_spi;
#[cfg(any(target_os = "linux", target_os = "windows"))]
mod hand_over;
mod no_system;
#[cfg(any(target_os = "linux", target_os = "windows"))]
mod reader;
mod ui_automation;

#[cfg(any(target_os = "linux", target_os = "windows"))]
pub use crate::editor::access::hand_over::begin;
#[cfg(not(any(target_os = "linux", target_os = "windows")))]
pub use crate::editor::access::no_system::begin;
