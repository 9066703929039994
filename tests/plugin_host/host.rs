//! Instances of the plugin in a CLAP host of this process.

use clack_host::prelude::*;
use test_support::clap_host::ClapHost;

/// The library's own entry point, which the built bundle exports too.
pub fn entry() -> PluginEntry {
    // SAFETY: the entry is a static of this program.
    unsafe { PluginEntry::load_from_raw(&underscore::plugin::clap_entry, c"") }.unwrap()
}

/// A new instance.
pub fn instance() -> ClapHost {
    ClapHost::new(&entry(), c"audio.underscore.clash").unwrap()
}

/// An instance with the layout of that name.
pub fn instance_with_layout(name: &str) -> ClapHost {
    let mut instance = instance();
    instance.select_layout(name).unwrap();
    instance
}
