//! How the channels of a bus are summed to one.

use crate::layout::{ChannelRole, Layout};

/// Gain of the dialogue's channels in a sum of several: a voice in both channels of a stereo pair keeps
/// its level.
pub const SUM_GAIN: f32 = 0.5;

/// For each channel of a bus, whether it belongs in the sum: all but LFE, in which there are no words.
pub fn summed_channels(layout: &Layout) -> Vec<bool> {
    let roles = layout.roles().iter();
    roles.map(|&role| role != ChannelRole::Lfe).collect()
}
