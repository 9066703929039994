//! Underscore: meters where music hides dialogue, and ducks just the frequencies that do.
//!
//! ```text
//! dialogue (1..16 ch) --+--> analysis --> speech activity, clash model --> duck policy --> cut per band
//! music    (1..16 ch) --+                                                                    |
//!      |                                                                                     v
//!      +-----------------------------------------------------------------------> dynamic EQ --> out
//! ```
//!
//! [`engine::Engine`] does this; the plugin and the command line ([`cli`]) are thin shells round it.
//! Signal code is in [`dsp`], hearing in [`psycho`], what the two make of dialogue and music in
//! [`clash`]; [`report`] writes down what was found.

pub mod clash;
pub mod cli;
pub mod dsp;
#[cfg(feature = "plugin")]
pub mod editor;
pub mod engine;
pub mod layout;
#[cfg(feature = "plugin")]
pub mod plugin;
pub mod presets;
pub mod psycho;
pub mod report;
pub mod settings;
pub mod snapshot;
