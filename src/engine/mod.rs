//! The engine: dialogue and music in, music out. The plugin and the command line are two thin
//! shells round it, so playback, bounce and files give the same samples. This room runs on the audio
//! thread: it never allocates after `prepare`, never locks and never panics.
//!
//! ```text
//!                                               Decision
//!                             +----------------------------------------------+
//! dialogue -> BusAnalysis ->  | SpeechActivity                               |
//!                        \    |       v                                      |
//! music ----> BusAnalysis ->  | ClashFollower -> DuckPolicy -> Ballistics    |
//!    \                        +--------------------------------------+-------+
//!     \                                                              v
//!      +--> MusicOut: Delay (look-ahead) ----------------------> DynamicEq -> OutputSelect -> out
//! ```

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod bus;
mod decision;
mod ear_sums;
mod intake;
mod lane_reader;
mod memory_lane;
mod mono;
pub mod music_hearing;
mod music_out;
mod output_select;
mod playhead;
mod process;
mod rates;
mod schedule;

pub use self::process::{Engine, Observer};
pub use self::rates::{PrepareError, SAMPLE_RATES_HZ};
