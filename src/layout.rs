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

/// Where a loudspeaker stands, seen from a listener who faces the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction {
    /// Angle from straight ahead, degrees: positive to the left, up to 180 either way.
    pub azimuth_deg: i16,
    /// Angle above the ears, degrees.
    pub elevation_deg: i16,
}

impl Direction {
    /// Straight ahead.
    pub const AHEAD: Self = Self {
        azimuth_deg: 0,
        elevation_deg: 0,
    };

    /// The same place on the other side of the listener.
    pub fn mirrored(self) -> Self {
        Self {
            azimuth_deg: -self.azimuth_deg,
            ..self
        }
    }
}

/// Elevation of the loudspeakers overhead that stand round the listener, degrees (ITU-R BS.2051, 30 to 55).
const HEIGHT_DEG: i16 = 45;

/// A loudspeaker of film and music buses, by the names of ITU-R BS.2051 and of film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named for what it is")]
pub enum Loudspeaker {
    Left,
    Right,
    Centre,
    Lfe,
    /// One of the two surrounds of 5.1.
    LeftSurround,
    RightSurround,
    /// One of the four surrounds of 7.1.
    LeftSide,
    RightSide,
    LeftRear,
    RightRear,
    CentreSurround,
    LeftCentre,
    RightCentre,
    LeftWide,
    RightWide,
    TopFrontLeft,
    TopFrontCentre,
    TopFrontRight,
    TopCentre,
    TopSideLeft,
    TopSideRight,
    TopBackLeft,
    TopBackCentre,
    TopBackRight,
    /// A channel of which nobody says where it stands.
    Unknown,
}

impl Loudspeaker {
    /// What a channel that feeds the loudspeaker is for.
    pub fn role(self) -> ChannelRole {
        match self {
            Self::Lfe => ChannelRole::Lfe,
            Self::LeftSurround
            | Self::RightSurround
            | Self::LeftSide
            | Self::RightSide
            | Self::LeftRear
            | Self::RightRear
            | Self::CentreSurround => ChannelRole::Surround,
            Self::TopFrontLeft
            | Self::TopFrontCentre
            | Self::TopFrontRight
            | Self::TopCentre
            | Self::TopSideLeft
            | Self::TopSideRight
            | Self::TopBackLeft
            | Self::TopBackCentre
            | Self::TopBackRight => ChannelRole::Height,
            _ => ChannelRole::Front,
        }
    }

    /// Where the loudspeaker stands: the middle of what ITU-R BS.2051 allows, or the place that it names. One of which
    /// nobody says stands straight ahead, and so does what has no direction.
    pub fn direction(self) -> Direction {
        let (azimuth_deg, elevation_deg) = match self {
            Self::Centre | Self::Lfe | Self::Unknown => (0, 0),
            Self::Left => (30, 0),
            Self::Right => (-30, 0),
            Self::LeftCentre => (15, 0),
            Self::RightCentre => (-15, 0),
            Self::LeftWide => (60, 0),
            Self::RightWide => (-60, 0),
            Self::LeftSurround => (110, 0),
            Self::RightSurround => (-110, 0),
            Self::LeftSide => (90, 0),
            Self::RightSide => (-90, 0),
            Self::LeftRear => (135, 0),
            Self::RightRear => (-135, 0),
            Self::CentreSurround => (180, 0),
            Self::TopFrontLeft => (45, HEIGHT_DEG),
            Self::TopFrontRight => (-45, HEIGHT_DEG),
            Self::TopFrontCentre => (0, HEIGHT_DEG),
            Self::TopCentre => (0, 90),
            Self::TopSideLeft => (90, HEIGHT_DEG),
            Self::TopSideRight => (-90, HEIGHT_DEG),
            Self::TopBackLeft => (135, HEIGHT_DEG),
            Self::TopBackRight => (-135, HEIGHT_DEG),
            Self::TopBackCentre => (180, HEIGHT_DEG),
        };
        Direction {
            azimuth_deg,
            elevation_deg,
        }
    }

    /// The loudspeakers of the usual layout of `num_channels`; unknown ones where there is none:
    /// 1 mono, 2 stereo, 3 L R C, 4 L R C Cs, 5 5.0, 6 5.1, 7 7.0, 8 7.1, 10 7.1.2, 12 7.1.4,
    /// 14 9.1.4, 16 9.1.6.
    pub fn usual(num_channels: usize) -> [Self; MAX_CHANNELS] {
        use Loudspeaker::{
            Centre as C, CentreSurround as Cs, Left as L, LeftRear as Lsr, LeftSide as Lss,
            LeftSurround as Ls, LeftWide as Lw, Lfe, Right as R, RightRear as Rsr,
            RightSide as Rss, RightSurround as Rs, RightWide as Rw, TopBackLeft as Ltb,
            TopBackRight as Rtb, TopFrontLeft as Ltf, TopFrontRight as Rtf, TopSideLeft as Lts,
            TopSideRight as Rts,
        };
        let known: &[Self] = match num_channels {
            1 => &[C],
            2 => &[L, R],
            3 => &[L, R, C],
            4 => &[L, R, C, Cs],
            5 => &[L, R, C, Ls, Rs],
            6 => &[L, R, C, Lfe, Ls, Rs],
            7 => &[L, R, C, Lsr, Rsr, Lss, Rss],
            8 => &[L, R, C, Lfe, Lsr, Rsr, Lss, Rss],
            10 => &[L, R, C, Lfe, Lsr, Rsr, Lss, Rss, Ltf, Rtf],
            12 => &[L, R, C, Lfe, Lsr, Rsr, Lss, Rss, Ltf, Rtf, Ltb, Rtb],
            14 => &[L, R, C, Lfe, Lsr, Rsr, Lw, Rw, Lss, Rss, Ltf, Rtf, Ltb, Rtb],
            16 => &[
                L, R, C, Lfe, Lsr, Rsr, Lw, Rw, Lss, Rss, Ltf, Rtf, Ltb, Rtb, Lts, Rts,
            ],
            _ => &[],
        };
        let mut all = [Self::Unknown; MAX_CHANNELS];
        for (place, &known) in all.iter_mut().zip(known) {
            *place = known;
        }
        all
    }
}

/// The roles of the channels of one bus, and where each is heard from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    roles: [ChannelRole; MAX_CHANNELS],
    directions: [Direction; MAX_CHANNELS],
    num_channels: usize,
}

impl Layout {
    /// One loudspeaker.
    pub const MONO: Self = Self {
        roles: [ChannelRole::Front; MAX_CHANNELS],
        directions: [Direction::AHEAD; MAX_CHANNELS],
        num_channels: 1,
    };

    /// The layout of a bus whose channels feed these, in bus order.
    ///
    /// # Errors
    /// [`LayoutError`] unless there are 1 to [`MAX_CHANNELS`] channels.
    pub fn of(loudspeakers: &[Loudspeaker]) -> Result<Self, LayoutError> {
        let num_channels = loudspeakers.len();
        if loudspeakers.is_empty() || num_channels > MAX_CHANNELS {
            return Err(LayoutError { num_channels });
        }
        let mut layout = Self {
            num_channels,
            ..Self::MONO
        };
        let places = layout.roles.iter_mut().zip(&mut layout.directions);
        for ((role, direction), loudspeaker) in places.zip(loudspeakers) {
            *role = loudspeaker.role();
            *direction = loudspeaker.direction();
        }
        Ok(layout)
    }

    /// The usual layout of a bus of `num_channels`, that of [`Loudspeaker::usual`].
    ///
    /// # Errors
    /// [`LayoutError`] unless there are 1 to [`MAX_CHANNELS`] channels.
    pub fn from_num_channels(num_channels: usize) -> Result<Self, LayoutError> {
        let usual = Loudspeaker::usual(num_channels);
        let usual = usual
            .get(..num_channels)
            .ok_or(LayoutError { num_channels })?;
        Self::of(usual)
    }

    /// Role of each channel, in bus order.
    pub fn roles(&self) -> &[ChannelRole] {
        self.roles.get(..self.num_channels).unwrap_or_default()
    }

    /// Where each channel is heard from, in bus order.
    pub fn directions(&self) -> &[Direction] {
        self.directions.get(..self.num_channels).unwrap_or_default()
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
