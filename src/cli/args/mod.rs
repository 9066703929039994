//! Flags that several commands share.

pub mod settings_args;
pub mod time_args;
