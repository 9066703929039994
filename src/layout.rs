//! Channel layouts: which channel of a bus is which loudspeaker.
//!
//! Channel order is that of film and music buses and of VST3 (L R C LFE ...), ITU-R BS.2051 names.
//!
//! Layouts are read on the audio thread, which must not panic.

#![deny(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

/// Most channels that a bus can have.
pub const MAX_CHANNELS: usize = 16;

/// What a channel is for, as far as the engine treats channels differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelRole {
    /// Left, right, centre, left and right wide, mono, or an unknown discrete channel.
    Front,
    /// Side, rear and centre surround.
    Surround,
    /// Any height channel.
    Height,
    /// Low-frequency effects: neither analysed nor cut.
    Lfe,
}

/// The roles of the channels of one bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    roles: [ChannelRole; MAX_CHANNELS],
    num_channels: usize,
}

impl Layout {
    /// One loudspeaker.
    pub const MONO: Self = Self {
        roles: [ChannelRole::Front; MAX_CHANNELS],
        num_channels: 1,
    };

    /// A layout from the role of each channel, in bus order.
    ///
    /// # Errors
    /// [`LayoutError`] unless there are 1 to [`MAX_CHANNELS`] channels.
    pub fn new(channels: &[ChannelRole]) -> Result<Self, LayoutError> {
        if channels.is_empty() || channels.len() > MAX_CHANNELS {
            return Err(LayoutError {
                num_channels: channels.len(),
            });
        }
        let mut roles = [ChannelRole::Front; MAX_CHANNELS];
        for (role, &channel) in roles.iter_mut().zip(channels) {
            *role = channel;
        }
        Ok(Self {
            roles,
            num_channels: channels.len(),
        })
    }

    /// The usual layout of a bus of `num_channels`: 1 mono, 2 stereo, 3 L R C, 4 L R C Cs,
    /// 5 5.0, 6 5.1, 7 7.0, 8 7.1, 10 7.1.2, 12 7.1.4, 14 9.1.4, 16 9.1.6; other counts are
    /// discrete front channels.
    ///
    /// # Errors
    /// [`LayoutError`] unless there are 1 to [`MAX_CHANNELS`] channels.
    pub fn from_num_channels(num_channels: usize) -> Result<Self, LayoutError> {
        use ChannelRole::{Front as F, Height as H, Lfe, Surround as S};
        let roles: &[ChannelRole] = match num_channels {
            4 => &[F, F, F, S],
            5 => &[F, F, F, S, S],
            6 => &[F, F, F, Lfe, S, S],
            7 => &[F, F, F, S, S, S, S],
            8 => &[F, F, F, Lfe, S, S, S, S],
            10 => &[F, F, F, Lfe, S, S, S, S, H, H],
            12 => &[F, F, F, Lfe, S, S, S, S, H, H, H, H],
            14 => &[F, F, F, Lfe, S, S, F, F, S, S, H, H, H, H],
            16 => &[F, F, F, Lfe, S, S, F, F, S, S, H, H, H, H, H, H],
            n => [F; MAX_CHANNELS]
                .get(..n)
                .ok_or(LayoutError { num_channels: n })?,
        };
        Self::new(roles)
    }

    /// Role of each channel, in bus order.
    pub fn roles(&self) -> &[ChannelRole] {
        self.roles.get(..self.num_channels).unwrap_or_default()
    }

    /// Number of channels, 1 to [`MAX_CHANNELS`].
    pub fn num_channels(&self) -> usize {
        self.num_channels
    }
}

/// Why a layout could not be made: a channel count that no bus can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{num_channels} channels: a bus has 1 to {MAX_CHANNELS}")]
pub struct LayoutError {
    /// The count that was asked for.
    pub num_channels: usize,
}
