//! Look-ahead changes the latency: the host is told, and the audio is late by what it is told.

use test_support::clap_host::{ClapHost, Processor, set_event};
use test_support::demo::RATE_HZ;

use crate::host::instance;

const BLOCK_SAMPLES: usize = 512;

fn latency_samples(instance: &mut ClapHost) -> usize {
    instance.latency_samples().unwrap() as usize
}

/// How often the plugin asked to be activated anew, and how often it said that its latency is
/// another.
fn requests(instance: &mut ClapHost) -> (u32, u32) {
    // Hosts do this at any time.
    instance.instance.call_on_main_thread_callback();
    instance.num_restarts_and_latency_changes()
}

/// Where an impulse in the first of some blocks comes out.
fn impulse_at(processor: &mut Processor) -> Option<usize> {
    let silence = vec![vec![0.0; BLOCK_SAMPLES]; 2];
    let mut impulse = silence.clone();
    impulse[0][0] = 1.0;
    let mut output = processor
        .process(&impulse, &silence, &[])
        .unwrap()
        .swap_remove(0);
    for _ in 0..6 {
        output.extend(
            processor
                .process(&silence, &silence, &[])
                .unwrap()
                .swap_remove(0),
        );
    }
    output.iter().position(|&x| x == 1.0)
}

#[test]
fn the_latency_after_activation_is_that_of_the_look_ahead() {
    for (text, samples) in [("Off", 0), ("5 ms", 240), ("20 ms", 960), ("40 ms", 1920)] {
        let mut instance = instance();
        instance.set_by_text("Look-ahead", text).unwrap();
        let mut processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
        assert_eq!(latency_samples(&mut instance), samples, "{text}");
        assert_eq!(impulse_at(&mut processor), Some(samples), "{text}");
        instance.stop(processor);
    }
}

#[test]
fn a_change_while_playing_is_obeyed_at_once_and_announced_by_the_next_activation() {
    let mut instance = instance();
    let (id, _) = instance.param("Look-ahead").unwrap();
    let mut processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
    assert_eq!(impulse_at(&mut processor), Some(0));
    let silence = vec![vec![0.0; BLOCK_SAMPLES]; 2];
    // The third of the five: 10 ms.
    processor
        .process(&silence, &silence, &[set_event(0, id, 2.0)])
        .unwrap();
    assert_eq!(impulse_at(&mut processor), Some(480));
    // In CLAP it stays what it was while the plugin is active.
    assert_eq!(latency_samples(&mut instance), 0);
    assert_eq!(requests(&mut instance), (1, 0));
    instance.stop(processor);
    assert_eq!(requests(&mut instance), (1, 0));
    let mut processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
    assert_eq!(latency_samples(&mut instance), 480);
    assert_eq!(requests(&mut instance), (1, 1));
    assert_eq!(impulse_at(&mut processor), Some(480));
    instance.stop(processor);
    assert_eq!(requests(&mut instance), (1, 1));
}

#[test]
fn a_change_while_inactive_is_announced_by_the_next_activation() {
    let mut instance = instance();
    instance.set_by_text("Look-ahead", "20 ms").unwrap();
    assert_eq!(requests(&mut instance), (0, 0));
    let processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
    assert_eq!(requests(&mut instance), (0, 1));
    instance.stop(processor);
    let processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
    assert_eq!(requests(&mut instance), (0, 1));
    instance.stop(processor);
}
