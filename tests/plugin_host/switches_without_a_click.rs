//! Parameters that are switched while somebody speaks, and layouts that change: no click, no zipper
//! noise.

use test_support::clap_host::{ClapHost, set_event};
use test_support::demo::RATE_HZ;
use test_support::tones::{CHORD_HZ, ONE_TONE_HZ, assert_clean, speech, tones};

use crate::host::instance_with_layout;

const BLOCK_SAMPLES: usize = 512;

/// Blocks between two switches, about half a second.
const BETWEEN_BLOCKS: usize = 47;
const NUM_BLOCKS: usize = 12 * BETWEEN_BLOCKS;

/// An instance that takes 6 LU out of any music, soon.
fn ducking(layout: &str) -> ClapHost {
    let mut instance = instance_with_layout(layout);
    for (name, text) in [
        ("Mode", "Duck"),
        ("Steer", "Amount"),
        ("Amount", "6"),
        ("Max cut", "18"),
        ("Attack", "5"),
    ] {
        instance.set_by_text(name, text).unwrap();
    }
    instance
}

/// The first channel of tones under ongoing speech, while a parameter goes to and fro between two
/// values, each time at another sample of a block.
fn switched(frequencies_hz: &[f64], name: &str, values: [f64; 2]) -> Vec<f32> {
    let mut instance = ducking("Stereo, mono dialogue");
    let (id, _) = instance.param(name).unwrap();
    let mut processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
    let music = tones(frequencies_hz, NUM_BLOCKS * BLOCK_SAMPLES);
    let dialogue = speech(music.len());
    let mut output = Vec::new();
    for block_idx in 0..NUM_BLOCKS {
        let range = block_idx * BLOCK_SAMPLES..(block_idx + 1) * BLOCK_SAMPLES;
        let (switch_idx, is_switched) = (
            block_idx / BETWEEN_BLOCKS,
            block_idx % BETWEEN_BLOCKS == BETWEEN_BLOCKS - 1,
        );
        let event = [set_event(
            (41 * switch_idx) as u32,
            id,
            values[switch_idx % 2],
        )];
        let events = if is_switched { &event[..] } else { &[] };
        let music = vec![music[range.clone()].to_vec(); 2];
        let dialogue = vec![dialogue[range].to_vec()];
        output.extend(
            processor
                .process(&music, &dialogue, events)
                .unwrap()
                .swap_remove(0),
        );
    }
    instance.stop(processor);
    output
}

#[test]
fn no_parameter_clicks() {
    for frequencies_hz in [&ONE_TONE_HZ[..], &CHORD_HZ] {
        let loudest = |samples: &[f32]| samples.iter().fold(0.0f32, |most, x| most.max(x.abs()));
        let untouched = loudest(&tones(frequencies_hz, 48_000));
        for (name, values) in [
            ("Bypass", [1.0, 0.0]),
            ("Mode", [0.0, 1.0]),
            ("Steer", [0.0, 1.0]),
            ("Amount", [0.0, 6.0]),
            ("Max cut", [0.0, 18.0]),
            ("Focus", [0.0, 1.0]),
            ("Low limit", [3_000.0, 100.0]),
            ("High limit", [130.0, 10_000.0]),
            ("Trim", [-24.0, 0.0]),
            // Removed and mix.
            ("Listen", [1.0, 0.0]),
            // 40 ms and off.
            ("Look-ahead", [4.0, 0.0]),
        ] {
            let output = switched(frequencies_hz, name, values);
            let least = output[24_000..].chunks(4_800).map(loudest);
            let least = least.fold(f32::INFINITY, f32::min);
            assert!(least < 0.95 * untouched, "{name}: {least} of {untouched}");
            let what = format!("{name}, {} tones", frequencies_hz.len());
            assert_clean(&output, frequencies_hz, &what);
        }
    }
}

#[test]
fn another_layout_begins_afresh_without_a_click() {
    let mut instance = ducking("5.1, mono dialogue");
    let dialogue = speech(96_000);
    let music = tones(&ONE_TONE_HZ, dialogue.len());
    for (layout, num_channels) in [
        ("5.1, mono dialogue", 6),
        ("Stereo, mono dialogue", 2),
        ("7.1.4, mono dialogue", 12),
        ("Stereo, mono dialogue", 2),
    ] {
        instance.select_layout(layout).unwrap();
        let mut processor = instance.start(RATE_HZ, BLOCK_SAMPLES).unwrap();
        let mut output = Vec::new();
        for (music, dialogue) in music
            .chunks(BLOCK_SAMPLES)
            .zip(dialogue.chunks(BLOCK_SAMPLES))
        {
            let music = vec![music.to_vec(); num_channels];
            let block = processor
                .process(&music, &[dialogue.to_vec()], &[])
                .unwrap();
            assert_eq!(block.len(), num_channels, "{layout}");
            output.extend_from_slice(&block[0]);
        }
        // Nothing of what was before: the cut, or the filters' memory.
        assert!(
            output[..BLOCK_SAMPLES] == music[..BLOCK_SAMPLES],
            "{layout}"
        );
        assert!(output != music, "{layout}: the duck was at work");
        assert_clean(&output, &ONE_TONE_HZ, layout);
        instance.stop(processor);
    }
}
