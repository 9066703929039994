//! The plugin as a static library: `clap_entry` for whoever links it. `docs/wrappers.md` says who does.

#[doc(no_inline)]
pub use underscore::plugin::clap_entry;
