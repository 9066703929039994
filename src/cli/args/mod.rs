//! Flags that several commands share.

pub mod audience_args;
pub mod channel_args;
pub mod line_args;
pub mod many_args;
pub mod ride_args;
pub mod settings_args;
pub mod time_args;
