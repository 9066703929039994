//! What the audio thread of one instance needs, and its buses as VST3 counts them.

use std::sync::Arc;

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::{BusDirection, BusDirections_};
use nice_plug::wrapper::vst3::vst3::Steinberg::int32;

use crate::plugin::buses::Buses;
use crate::plugin::host_guard::block::Block;
use crate::plugin::host_guard::vst3::changes::Changes;
use crate::plugin::host_guard::vst3::set_values::Values;
use crate::plugin::speakers::Arrangement;

const INPUT: BusDirection = BusDirections_::kInput as BusDirection;
const OUTPUT: BusDirection = BusDirections_::kOutput as BusDirection;

/// What the audio thread needs.
pub struct Vst3Audio {
    /// `None` while the plugin is inactive.
    pub(super) block: Option<Block>,
    pub(super) changes: Changes,
}

impl Vst3Audio {
    /// The state of an inactive plugin.
    pub fn new(values: Arc<Values>) -> Self {
        Self {
            block: None,
            changes: Changes::new(values),
        }
    }

    /// Allocates for `buses`.
    pub fn activate(&mut self, buses: &Buses) {
        self.block = Some(Block::new(buses));
    }

    /// From here on audio is refused.
    pub fn deactivate(&mut self) {
        self.block = None;
    }
}

/// Loudspeakers of the bus at `index`: inputs are music and dialogue, the only output is music.
pub fn arrangement(buses: &Buses, direction: BusDirection, index: int32) -> Option<&Arrangement> {
    match (direction, index) {
        (INPUT | OUTPUT, 0) => Some(&buses.music),
        (INPUT, 1) => Some(&buses.dialogue),
        _ => None,
    }
}

/// Number of channels of the audio bus at `index`.
pub fn channel_count(buses: &Buses, direction: BusDirection, index: int32) -> Option<int32> {
    let arrangement = arrangement(buses, direction, index)?;
    int32::try_from(arrangement.num_channels()).ok()
}
