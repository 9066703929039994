//! What crosses between the audio thread and the editor. The sending half of this room runs on the audio
//! thread: it never allocates after it was made, never locks and never panics.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

mod hand_over;
mod hops;
mod host_says;
mod lane_status;
mod status;

pub use self::hand_over::{Giver, Taker, hand_over_channel};
pub use self::hops::{Doorbell, Hop, HopReceiver, HopSender, hop_channel};
pub use self::host_says::{HostSays, SaidPlace, SaidTimecode};
pub use self::lane_status::{HostAutomation, LaneStatus};
pub use self::status::{SharedStatus, Status};
