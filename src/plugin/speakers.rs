//! Which loudspeaker each channel of a bus feeds, as hosts say it in VST3 and in CLAP.

use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::SpeakerArrangement;

use crate::layout::{Layout, Loudspeaker, MAX_CHANNELS};

/// A loudspeaker, by the number of its bit in VST3's masks (`vstspeaker.h`): 0 L, 1 R, 2 C, 3 LFE
/// and so on. CLAP's surround positions (`ext/surround.h`) have the same numbers, but for its last
/// two, the top sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speaker(u8);

const CENTRE: Speaker = Speaker(2);
/// The only channel of a mono bus.
const MONO: Speaker = Speaker(19);
const SIDE_LEFT: Speaker = Speaker(9);
const TOP_SIDE_LEFT: Speaker = Speaker(24);
const TOP_SIDE_RIGHT: Speaker = Speaker(25);
/// A channel that the host gave no loudspeaker.
const DISCRETE: Speaker = Speaker(u8::MAX);

/// CLAP's positions up to here are VST3's numbers.
const NUM_SHARED_POSITIONS: u8 = 18;
const CLAP_TOP_SIDE_LEFT: u8 = 18;
const CLAP_TOP_SIDE_RIGHT: u8 = 19;

impl Speaker {
    /// Which loudspeaker it is on a bus that has loudspeakers at the sides, or none: with them, the surrounds stand
    /// behind the listener. What stands below the listener is as far to the side as what stands above.
    fn loudspeaker(self, has_sides: bool) -> Loudspeaker {
        match (self.0, has_sides) {
            (0, _) => Loudspeaker::Left,
            (1, _) => Loudspeaker::Right,
            (2 | 19, _) => Loudspeaker::Centre,
            // The second is the additional LFE of 22.2.
            (3 | 18, _) => Loudspeaker::Lfe,
            (4, false) => Loudspeaker::LeftSurround,
            (5, false) => Loudspeaker::RightSurround,
            // Ls Rs beside Sl Sr, and those between rear and centre.
            (4 | 26, _) => Loudspeaker::LeftRear,
            (5 | 27, _) => Loudspeaker::RightRear,
            (6, false) => Loudspeaker::LeftCentre,
            (7, false) => Loudspeaker::RightCentre,
            // VST3's 9.1.4 and 9.1.6 have Lc Rc where the wides stand.
            (6 | 59, _) => Loudspeaker::LeftWide,
            (7 | 60, _) => Loudspeaker::RightWide,
            (8, _) => Loudspeaker::CentreSurround,
            // Sl Sr, and the two beside the listener.
            (9 | 31, _) => Loudspeaker::LeftSide,
            (10 | 32, _) => Loudspeaker::RightSide,
            (11, _) => Loudspeaker::TopCentre,
            (12 | 28, _) => Loudspeaker::TopFrontLeft,
            (13 | 29, _) => Loudspeaker::TopFrontCentre,
            (14 | 30, _) => Loudspeaker::TopFrontRight,
            (15 | 35, _) => Loudspeaker::TopBackLeft,
            (16 | 36, _) => Loudspeaker::TopBackCentre,
            (17 | 37, _) => Loudspeaker::TopBackRight,
            (24 | 33, _) => Loudspeaker::TopSideLeft,
            (25 | 34, _) => Loudspeaker::TopSideRight,
            // Components of ambisonics, unknown.
            _ => Loudspeaker::Unknown,
        }
    }

    /// CLAP's number of the position, if it has one.
    fn clap_position(self) -> Option<u8> {
        match self {
            MONO => Some(CENTRE.0),
            TOP_SIDE_LEFT => Some(CLAP_TOP_SIDE_LEFT),
            TOP_SIDE_RIGHT => Some(CLAP_TOP_SIDE_RIGHT),
            Self(number) => (number < NUM_SHARED_POSITIONS).then_some(number),
        }
    }

    fn from_clap_position(position: u8) -> Self {
        match position {
            CLAP_TOP_SIDE_LEFT => TOP_SIDE_LEFT,
            CLAP_TOP_SIDE_RIGHT => TOP_SIDE_RIGHT,
            position if position < NUM_SHARED_POSITIONS => Self(position),
            _ => DISCRETE,
        }
    }
}

/// The loudspeakers of a bus in the order of its channels: 1 to [`MAX_CHANNELS`], or none for a
/// bus that the host has switched off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrangement {
    speakers: [Speaker; MAX_CHANNELS],
    num_channels: usize,
}

impl Arrangement {
    /// A bus that is switched off.
    pub const OFF: Self = Self {
        speakers: [DISCRETE; MAX_CHANNELS],
        num_channels: 0,
    };

    /// The loudspeakers of VST3's `mask`, whose channels are in the order of its bits. `None`
    /// beyond [`MAX_CHANNELS`].
    #[expect(
        clippy::indexing_slicing,
        reason = "no more bits than places, as was counted"
    )]
    pub const fn from_vst3_mask(mask: SpeakerArrangement) -> Option<Self> {
        if mask.count_ones() as usize > MAX_CHANNELS {
            return None;
        }
        let mut arrangement = Self::OFF;
        let mut rest = mask;
        while rest != 0 {
            arrangement.speakers[arrangement.num_channels] = Speaker(rest.trailing_zeros() as u8);
            arrangement.num_channels += 1;
            rest &= rest - 1;
        }
        Some(arrangement)
    }

    /// VST3's mask of these loudspeakers; discrete channels have no bit in it.
    pub fn vst3_mask(&self) -> SpeakerArrangement {
        self.speakers()
            .iter()
            .filter_map(|speaker| 1_u64.checked_shl(u32::from(speaker.0)))
            .fold(0, |mask, bit| mask | bit)
    }

    /// The loudspeakers at CLAP's surround `positions`. `None` beyond [`MAX_CHANNELS`].
    pub fn from_clap_positions(positions: &[u8]) -> Option<Self> {
        let mut arrangement = Self::discrete(positions.len())?;
        for (speaker, &position) in arrangement.speakers.iter_mut().zip(positions) {
            *speaker = Speaker::from_clap_position(position);
        }
        Some(arrangement)
    }

    /// CLAP's surround position of each channel, if all have one.
    pub fn clap_positions(&self) -> Option<Vec<u8>> {
        self.speakers()
            .iter()
            .map(|speaker| speaker.clap_position())
            .collect()
    }

    /// Channels without loudspeakers. `None` beyond [`MAX_CHANNELS`].
    pub fn discrete(num_channels: usize) -> Option<Self> {
        (num_channels <= MAX_CHANNELS).then_some(Self {
            num_channels,
            ..Self::OFF
        })
    }

    /// Number of channels, 0 to [`MAX_CHANNELS`].
    pub const fn num_channels(&self) -> usize {
        self.num_channels
    }

    /// What the engine must know of the channels; `None` for a bus that is off.
    pub fn layout(&self) -> Option<Layout> {
        let has_sides = self.speakers().contains(&SIDE_LEFT);
        let loudspeakers = self.speakers.map(|it| it.loudspeaker(has_sides));
        Layout::of(loudspeakers.get(..self.num_channels)?).ok()
    }

    fn speakers(&self) -> &[Speaker] {
        self.speakers.get(..self.num_channels).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::SpeakerArr::{
        k71Cine, k71Music, k90_4_W, kAmbi1stOrderACN, kMono,
    };

    use super::*;
    use crate::layout::ChannelRole;
    use crate::layout::ChannelRole::{Front as F, Height as H, Lfe, Surround as S};
    use crate::plugin::buses::FORMATS;

    fn roles(mask: SpeakerArrangement) -> Vec<ChannelRole> {
        let arrangement = Arrangement::from_vst3_mask(mask).unwrap();
        arrangement.layout().unwrap().roles().to_vec()
    }

    #[test]
    fn roles_follow_the_loudspeakers_not_the_channel_count() {
        assert_eq!(roles(k71Music), [F, F, F, Lfe, S, S, S, S]);
        // L R C LFE Ls Rs Lc Rc: all but the surrounds stand behind the screen.
        assert_eq!(roles(k71Cine), [F, F, F, Lfe, S, S, F, F]);
        // Lw Rw come last.
        assert_eq!(roles(k90_4_W), [F, F, F, S, S, S, S, H, H, H, H, F, F]);
        assert_eq!(roles(kMono), [F]);
        assert_eq!(roles(kAmbi1stOrderACN), [F; 4]);
    }

    #[test]
    fn formats_have_the_roles_that_their_channel_count_suggests() {
        for (name, arrangement) in FORMATS.iter().filter(|(name, _)| *name != "7.1 Cine") {
            let guess = Layout::from_num_channels(arrangement.num_channels()).unwrap();
            let layout = arrangement.layout().unwrap();
            assert_eq!(layout.roles(), guess.roles(), "{name}");
            // Only of the two heights of 7.1.2 the names say something else: at the sides.
            if *name != "7.1.2" {
                assert_eq!(layout.directions(), guess.directions(), "{name}");
            }
        }
    }

    #[test]
    fn both_formats_give_the_same_loudspeakers_back() {
        for (name, arrangement) in FORMATS {
            let again = Arrangement::from_vst3_mask(arrangement.vst3_mask());
            assert_eq!(again.as_ref(), Some(arrangement), "{name}");
            let positions = arrangement.clap_positions().unwrap();
            let again = Arrangement::from_clap_positions(&positions).unwrap();
            assert_eq!(again.layout(), arrangement.layout(), "{name}");
        }
    }

    #[test]
    fn more_than_sixteen_channels_are_no_bus() {
        assert_eq!(Arrangement::from_vst3_mask((1 << 17) - 1), None);
        assert_eq!(Arrangement::from_clap_positions(&[0; 17]), None);
        assert!(Arrangement::from_vst3_mask((1 << 16) - 1).is_some());
    }
}
