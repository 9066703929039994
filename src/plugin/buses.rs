//! The buses that the plugin offers to hosts: the music in place on the main bus, the dialogue on
//! a sidechain; and those that the framework knows of behind the host guard.

use std::num::NonZeroU32;

use nice_plug::prelude::{AudioIOLayout, PortNames, new_nonzero_u32};
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::SpeakerArr;
use nice_plug::wrapper::vst3::vst3::Steinberg::Vst::SpeakerArrangement;

use crate::layout::MAX_CHANNELS;
use crate::plugin::speakers::Arrangement;

#[expect(clippy::panic, reason = "at compile time")]
const fn arrangement(mask: SpeakerArrangement) -> Arrangement {
    match Arrangement::from_vst3_mask(mask) {
        Some(arrangement) => arrangement,
        None => panic!("more channels than a bus can have"),
    }
}

/// The formats of music buses, each with its name; of two with as many channels, the one that
/// stands for that number first.
pub const FORMATS: &[(&str, Arrangement)] = &[
    ("Stereo", arrangement(SpeakerArr::kStereo)),
    ("Mono", arrangement(SpeakerArr::kMono)),
    ("LCR", arrangement(SpeakerArr::k30Cine)),
    ("4.0", arrangement(SpeakerArr::k40Cine)),
    ("5.0", arrangement(SpeakerArr::k50)),
    ("5.1", arrangement(SpeakerArr::k51)),
    ("7.0", arrangement(SpeakerArr::k70Music)),
    ("7.1", arrangement(SpeakerArr::k71Music)),
    ("7.1 Cine", arrangement(SpeakerArr::k71Cine)),
    ("7.1.2", arrangement(SpeakerArr::k71_2)),
    ("7.1.4", arrangement(SpeakerArr::k71_4)),
    ("9.1.4", arrangement(SpeakerArr::k91_4)),
    ("9.1.6", arrangement(SpeakerArr::k91_6)),
];

const MONO: Arrangement = arrangement(SpeakerArr::kMono);
const STEREO: Arrangement = arrangement(SpeakerArr::kStereo);

/// The buses of one instance. The output is arranged like the music.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buses {
    /// Loudspeakers of the music: at least one channel.
    pub music: Arrangement,
    /// Loudspeakers of the dialogue: any number of channels, none if the host switches it off.
    pub dialogue: Arrangement,
}

impl Buses {
    /// The buses of a new instance.
    pub const DEFAULT: Self = Self {
        music: STEREO,
        dialogue: STEREO,
    };

    /// Number of channels of the framework's layout that holds both buses.
    pub fn num_framework_channels(&self) -> usize {
        self.music.num_channels().max(self.dialogue.num_channels())
    }
}

/// The format of that many channels: by name if there is one, or discrete channels. `None` beyond
/// [`MAX_CHANNELS`].
pub fn usual_arrangement(num_channels: usize) -> Option<Arrangement> {
    let named = FORMATS
        .iter()
        .find(|(_, arrangement)| arrangement.num_channels() == num_channels);
    match named {
        Some((_, arrangement)) => Some(*arrangement),
        None => Arrangement::discrete(num_channels),
    }
}

/// All combinations with a name, for hosts that let the user choose from a list: each format with
/// a mono, a stereo, and an equal dialogue bus. The first is [`Buses::DEFAULT`].
pub fn named_buses() -> Vec<(String, Buses)> {
    let mut named = Vec::new();
    for &(music_name, music) in FORMATS {
        let mut dialogues = vec![("stereo", STEREO), ("mono", MONO)];
        if music != MONO && music != STEREO {
            dialogues.push((music_name, music));
        }
        for (dialogue_name, dialogue) in dialogues {
            let name = format!("{music_name}, {dialogue_name} dialogue");
            named.push((name, Buses { music, dialogue }));
        }
    }
    named
}

/// What the framework knows: a main bus and a sidechain of equal size, one layout for every size.
/// The guard takes the smallest that holds both buses and fills up with silence; it couldn't choose
/// others, because nice-plug 0.4.2 compares the sidechain that a VST3 host asks for with the main
/// bus.
#[expect(clippy::indexing_slicing, reason = "at compile time")]
pub const FRAMEWORK_LAYOUTS: &[AudioIOLayout] = &{
    let mut layouts = [framework_layout(1); MAX_CHANNELS];
    let mut idx = 0;
    while idx < MAX_CHANNELS {
        layouts[idx] = framework_layout(idx + 1);
        idx += 1;
    }
    layouts
};

/// 1, 2, ... [`MAX_CHANNELS`], for slices of one element.
#[expect(clippy::indexing_slicing, reason = "at compile time")]
const NUM_CHANNELS: &[NonZeroU32] = &{
    let mut counts = [new_nonzero_u32(1); MAX_CHANNELS];
    let mut idx = 0;
    while idx < MAX_CHANNELS {
        counts[idx] = new_nonzero_u32(idx as u32 + 1);
        idx += 1;
    }
    counts
};

const fn framework_layout(num_channels: usize) -> AudioIOLayout {
    let main_channels = NonZeroU32::new(num_channels as u32);
    let (up_to_this, _) = NUM_CHANNELS.split_at(num_channels);
    let (_, sidechain) = up_to_this.split_at(num_channels - 1);
    AudioIOLayout {
        main_input_channels: main_channels,
        main_output_channels: main_channels,
        aux_input_ports: sidechain,
        aux_output_ports: &[],
        names: PortNames {
            layout: None,
            // nice-plug 0.4.2 shows the main input's name for the main output too.
            main_input: Some(MUSIC_NAME),
            main_output: Some(MUSIC_NAME),
            aux_inputs: &[DIALOGUE_NAME],
            aux_outputs: &[],
        },
    }
}

/// The main buses as hosts show them.
pub const MUSIC_NAME: &str = "Music";
/// The sidechain as hosts show it.
pub const DIALOGUE_NAME: &str = "Dialogue";
