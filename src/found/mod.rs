//! What a whole pair of files came to: its lines with advice, stems, fold-downs, changes since an earlier
//! report, the course over time and the excerpts to listen to. How it is written down is in
//! [`crate::report`].

pub mod audience_log;
pub mod compare;
pub mod dips;
pub mod duck_account;
pub mod excerpts;
pub mod fold_down;
pub mod music_copy;
mod pair_report;
#[cfg(test)]
pub(crate) mod sample;
pub mod stem_sum;
pub mod stems;
pub mod trace;

pub use self::pair_report::{LeftOut, LineReport, Report, Source};
