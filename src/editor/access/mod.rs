//! Hands the editor's controls to the system's screen readers: names, roles, values and focus go out, what is asked
//! of a control comes in. egui makes the tree, the adapters of AccessKit speak to the system; what lies
//! between is here. With nobody listening no tree is made.

mod at_spi;
mod no_system;
#[cfg(any(target_os = "linux", target_os = "windows"))]
mod reader;
#[cfg(any(target_os = "linux", target_os = "windows"))]
mod tree_plugin;
mod ui_automation;

#[cfg(not(any(target_os = "linux", target_os = "windows")))]
pub use crate::editor::access::no_system::begin;
#[cfg(any(target_os = "linux", target_os = "windows"))]
pub use crate::editor::access::tree_plugin::begin;
