//! The bus layouts that the plugin offers to hosts: the music in place on the main bus, the
//! dialogue on a sidechain. Which channel is which loudspeaker: [`crate::layout`].

use std::num::NonZeroU32;

use nice_plug::prelude::{AudioIOLayout, PortNames, new_nonzero_u32};

const MONO: &[NonZeroU32] = &[new_nonzero_u32(1)];
const STEREO: &[NonZeroU32] = &[new_nonzero_u32(2)];

const fn layout(
    num_music_channels: u32,
    dialogue: &'static [NonZeroU32],
    name: &'static str,
) -> AudioIOLayout {
    AudioIOLayout {
        main_input_channels: NonZeroU32::new(num_music_channels),
        main_output_channels: NonZeroU32::new(num_music_channels),
        aux_input_ports: dialogue,
        aux_output_ports: &[],
        names: PortNames {
            layout: Some(name),
            // nice-plug 0.4.2 shows the main input's name for the main output too.
            main_input: Some("Music"),
            main_output: Some("Music"),
            aux_inputs: &["Dialogue"],
            aux_outputs: &[],
        },
    }
}

/// All layouts; the first is the one of a new instance.
pub const LAYOUTS: &[AudioIOLayout] = &[
    layout(2, STEREO, "Stereo, stereo dialogue"),
    layout(2, MONO, "Stereo, mono dialogue"),
    layout(1, MONO, "Mono, mono dialogue"),
    layout(1, STEREO, "Mono, stereo dialogue"),
    layout(5, MONO, "5.0, mono dialogue"),
    layout(5, STEREO, "5.0, stereo dialogue"),
    layout(6, MONO, "5.1, mono dialogue"),
    layout(6, STEREO, "5.1, stereo dialogue"),
    layout(8, MONO, "7.1, mono dialogue"),
    layout(8, STEREO, "7.1, stereo dialogue"),
    layout(12, MONO, "7.1.4, mono dialogue"),
    layout(12, STEREO, "7.1.4, stereo dialogue"),
    layout(16, MONO, "9.1.6, mono dialogue"),
    layout(16, STEREO, "9.1.6, stereo dialogue"),
];
