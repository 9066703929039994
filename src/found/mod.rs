//! What a whole pair of files came to: its lines with advice, stems, fold-downs, changes since an earlier
//! report, the course over time and the excerpts to listen to. How it is written down is in
//! [`crate::report`].

pub mod compare;
pub mod excerpts;
pub mod fold_down;
mod pair_report;
#[cfg(test)]
pub(crate) mod sample;
pub mod stems;
pub mod trace;

pub use self::pair_report::{LineReport, Report, Source};
