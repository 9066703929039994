//! What the user can set: plain `Copy` values, and one table of all parameters. The plugin's parameters,
//! saved states, presets, the command line's flags, the editor's fields and remote pages are made from the
//! table's rows, so they can't drift apart. Values are read on the audio thread, which must not panic.
//!
//! A new continuous parameter is a row in `param_table.rs`, a field of [`Settings`], and the code that uses it.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod param_row;
mod param_table;
mod values;

pub use crate::settings::param_row::{
    About, AnyChoice, Choice, ChoiceFlag, Continuous, Flag, ParamRow, Remote, RemotePage, Scale,
    StripPlace, Switch, Unit, Variant,
};
pub use crate::settings::param_table::{
    AHEAD_MS, AMOUNT_LU, ATTACK_MS, AUDIENCE, AUTOMATION, BYPASS, EARS, ELSEWHERE, FOCUS, HIGH_HZ,
    HOLD_MS, LISTEN, LOOK_AHEAD, LOW_HZ, MAX_CUT_DB, MODE, MONITOR_DB_SPL, PASS, RELEASE_MS,
    RIDE_LU, STEER, TABLE, TARGET, TRIM_DB, continuous,
};
pub use crate::settings::values::{
    Audience, Automation, Ears, Elsewhere, Listen, LookAhead, Mode, Pass, Range, Settings, Steer,
};
