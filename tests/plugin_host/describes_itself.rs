//! What the plugin says about itself: descriptor, buses, layouts, latency, remote controls.

use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::remote_controls::{PluginRemoteControls, RemoteControlsPageBuffer};
use test_support::clap_host::ClapHost;
use test_support::demo::RATE_HZ;

use crate::host::{entry, instance, instance_with_layout};

/// Every music bus and its number of channels.
const LAYOUTS: [(&str, u32); 13] = [
    ("Mono", 1),
    ("Stereo", 2),
    ("LCR", 3),
    ("4.0", 4),
    ("5.0", 5),
    ("5.1", 6),
    ("7.0", 7),
    ("7.1", 8),
    ("7.1 Cine", 8),
    ("7.1.2", 10),
    ("7.1.4", 12),
    ("9.1.4", 14),
    ("9.1.6", 16),
];

#[test]
fn descriptor() {
    let entry = entry();
    let factory = entry.get_plugin_factory().unwrap();
    assert_eq!(factory.plugin_count(), 1);
    let descriptor = factory.plugin_descriptor(0).unwrap();
    assert_eq!(descriptor.id(), Some(c"audio.underscore.clash"));
    assert_eq!(descriptor.name(), Some(c"Underscore"));
    assert_eq!(descriptor.vendor(), Some(c"Underscore"));
    assert_eq!(
        descriptor.version().unwrap().to_str(),
        Ok(env!("CARGO_PKG_VERSION"))
    );
    assert!(descriptor.features().eq([
        c"audio-effect",
        c"analyzer",
        c"equalizer",
        c"compressor",
        c"mixing",
        c"mono",
        c"stereo",
        c"surround",
    ]));
}

/// Name and number of channels of every bus.
fn buses(instance: &mut ClapHost, is_input: bool) -> Vec<(String, u32)> {
    let handle = instance.instance.plugin_handle();
    let ports: PluginAudioPorts = handle.get_extension().unwrap();
    (0..ports.count(&handle, is_input))
        .map(|idx| {
            let mut buffer = AudioPortInfoBuffer::new();
            let port = ports.get(&handle, idx, is_input, &mut buffer).unwrap();
            let name = String::from_utf8_lossy(port.name).into_owned();
            (name, port.channel_count)
        })
        .collect()
}

#[test]
fn a_new_instance_is_stereo_with_a_stereo_dialogue_sidechain() {
    let mut instance = instance();
    let music = ("Music".to_owned(), 2);
    let dialogue = ("Dialogue".to_owned(), 2);
    assert_eq!(buses(&mut instance, true), [music.clone(), dialogue]);
    assert_eq!(buses(&mut instance, false), [music]);
}

#[test]
fn every_layout_from_mono_to_9_1_6_takes_mono_stereo_and_equal_dialogue() {
    let names = instance().layouts();
    assert_eq!(names[0], "Stereo, stereo dialogue");
    // Mono and stereo have no third dialogue.
    assert_eq!(names.len(), 3 * LAYOUTS.len() - 2);

    for (layout, num_music_channels) in LAYOUTS {
        for (dialogue, num_dialogue_channels) in
            [("mono", 1), ("stereo", 2), (layout, num_music_channels)]
        {
            let dialogue = match dialogue {
                "Mono" => "mono",
                "Stereo" => "stereo",
                other => other,
            };
            let name = format!("{layout}, {dialogue} dialogue");
            let mut instance = instance_with_layout(&name);
            let inputs = buses(&mut instance, true);
            assert_eq!(inputs[0].1, num_music_channels, "{name}");
            assert_eq!(inputs[1].1, num_dialogue_channels, "{name}");
            assert_eq!(
                buses(&mut instance, false)[0].1,
                num_music_channels,
                "{name}"
            );
        }
    }
}

#[test]
fn latency_is_zero_before_and_after_activation() {
    let mut instance = instance();
    assert_eq!(instance.latency_samples().unwrap(), 0);
    let processor = instance.start(RATE_HZ, 512).unwrap();
    assert_eq!(instance.latency_samples().unwrap(), 0);
    instance.stop(processor);
}

#[test]
fn remote_controls_hold_every_parameter_but_bypass() {
    let mut instance = instance();
    let num_params = instance.shown_params().len();
    let handle = instance.instance.plugin_handle();
    let controls: PluginRemoteControls = handle.get_extension().unwrap();
    let mut ids = Vec::new();
    for idx in 0..controls.count(&handle) {
        let mut buffer = RemoteControlsPageBuffer::new();
        let page = controls.get(&handle, idx, &mut buffer).unwrap();
        ids.extend(page.param_ids.into_iter().flatten().map(|id| id.get()));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), num_params - 1);
}
