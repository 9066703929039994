//! Look-ahead changes the latency: the host is told, and the audio is late by what it is told.

use std::sync::atomic::Ordering::Relaxed;

use clack_extensions::latency::PluginLatency;
use clack_host::prelude::*;

use crate::host::{TestHost, activate, instance, param, process, set_by_text, set_event};

const BLOCK_SAMPLES: usize = 512;

fn latency_samples(instance: &mut PluginInstance<TestHost>) -> usize {
    let handle = instance.plugin_handle();
    let latency: PluginLatency = handle.get_extension().unwrap();
    latency.get(&handle) as usize
}

/// How often the plugin asked to be activated anew, and how often it said that its latency is
/// another.
fn requests(instance: &mut PluginInstance<TestHost>) -> (u32, u32) {
    // Hosts do this at any time.
    instance.call_on_main_thread_callback();
    instance.access_shared_handler(|shared| {
        let counts = [&shared.num_restarts, &shared.num_latency_changes];
        let [restarts, changes] = counts.map(|count| count.load(Relaxed));
        (restarts, changes)
    })
}

/// Where an impulse in the first of some blocks comes out.
fn impulse_at(processor: &mut StartedPluginAudioProcessor<TestHost>) -> Option<usize> {
    let silence = vec![vec![0.0; BLOCK_SAMPLES]; 2];
    let mut impulse = silence.clone();
    impulse[0][0] = 1.0;
    let mut output = process(processor, &impulse, &silence, &[]).swap_remove(0);
    for _ in 0..6 {
        output.extend(process(processor, &silence, &silence, &[]).swap_remove(0));
    }
    output.iter().position(|&x| x == 1.0)
}

#[test]
fn the_latency_after_activation_is_that_of_the_look_ahead() {
    for (text, samples) in [("Off", 0), ("5 ms", 240), ("20 ms", 960), ("40 ms", 1920)] {
        let mut instance = instance();
        set_by_text(&mut instance, "Look-ahead", text);
        let mut processor = activate(&mut instance, BLOCK_SAMPLES as u32);
        assert_eq!(latency_samples(&mut instance), samples, "{text}");
        assert_eq!(impulse_at(&mut processor), Some(samples), "{text}");
        instance.deactivate(processor.stop_processing());
    }
}

#[test]
fn a_change_while_playing_is_obeyed_at_once_and_announced_by_the_next_activation() {
    let mut instance = instance();
    let (id, _) = param(&mut instance, "Look-ahead");
    let mut processor = activate(&mut instance, BLOCK_SAMPLES as u32);
    assert_eq!(impulse_at(&mut processor), Some(0));
    let silence = vec![vec![0.0; BLOCK_SAMPLES]; 2];
    // The third of the five: 10 ms.
    process(&mut processor, &silence, &silence, &[set_event(0, id, 2.0)]);
    assert_eq!(impulse_at(&mut processor), Some(480));
    // In CLAP it stays what it was while the plugin is active.
    assert_eq!(latency_samples(&mut instance), 0);
    assert_eq!(requests(&mut instance), (1, 0));
    instance.deactivate(processor.stop_processing());
    assert_eq!(requests(&mut instance), (1, 0));
    let mut processor = activate(&mut instance, BLOCK_SAMPLES as u32);
    assert_eq!(latency_samples(&mut instance), 480);
    assert_eq!(requests(&mut instance), (1, 1));
    assert_eq!(impulse_at(&mut processor), Some(480));
    instance.deactivate(processor.stop_processing());
    assert_eq!(requests(&mut instance), (1, 1));
}

#[test]
fn a_change_while_inactive_is_announced_by_the_next_activation() {
    let mut instance = instance();
    set_by_text(&mut instance, "Look-ahead", "20 ms");
    assert_eq!(requests(&mut instance), (0, 0));
    let processor = activate(&mut instance, BLOCK_SAMPLES as u32);
    assert_eq!(requests(&mut instance), (0, 1));
    instance.deactivate(processor.stop_processing());
    let processor = activate(&mut instance, BLOCK_SAMPLES as u32);
    assert_eq!(requests(&mut instance), (0, 1));
    instance.deactivate(processor.stop_processing());
}
