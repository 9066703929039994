//! Audio through the plugin, in blocks as hosts send them.

use test_support::clap_host::{ClapHost, set_event};
use test_support::demo::RATE_HZ;
use test_support::noise::noise;

use crate::host::{instance, instance_with_layout};

const MAX_BLOCK_SAMPLES: usize = 512;

/// A ducking instance of that layout.
fn ducking(layout: &str) -> ClapHost {
    let mut instance = instance_with_layout(layout);
    instance.set_by_text("Mode", "Duck").unwrap();
    instance
}

fn assert_same_bits(output: &[Vec<f32>], input: &[Vec<f32>], what: &str) {
    assert_eq!(output.len(), input.len(), "{what}");
    for (output, input) in output.iter().zip(input) {
        let same = output
            .iter()
            .map(|x| x.to_bits())
            .eq(input.iter().map(|x| x.to_bits()));
        assert!(same, "{what}");
    }
}

fn silence(num_channels: usize, num_samples: usize) -> Vec<Vec<f32>> {
    vec![vec![0.0; num_samples]; num_channels]
}

#[test]
fn silent_dialogue_leaves_the_music_bit_exact_in_every_layout() {
    for (layout, num_music, num_dialogue) in [
        ("Mono, mono dialogue", 1, 1),
        ("Mono, stereo dialogue", 1, 2),
        ("Stereo, mono dialogue", 2, 1),
        ("Stereo, stereo dialogue", 2, 2),
        ("5.0, mono dialogue", 5, 1),
        ("5.1, mono dialogue", 6, 1),
        ("5.1, stereo dialogue", 6, 2),
        ("7.1, mono dialogue", 8, 1),
        ("7.1.4, mono dialogue", 12, 1),
        ("9.1.6, stereo dialogue", 16, 2),
    ] {
        let mut instance = ducking(layout);
        let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
        for block_idx in 0..8 {
            let music = noise(num_music, MAX_BLOCK_SAMPLES, block_idx + 1);
            let dialogue = silence(num_dialogue, MAX_BLOCK_SAMPLES);
            let output = processor.process(&music, &dialogue, &[]).unwrap();
            assert_same_bits(&output, &music, layout);
        }
        instance.stop(processor);
    }
}

#[test]
fn blocks_of_any_length_pass() {
    let mut instance = ducking("Stereo, stereo dialogue");
    let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
    // The last are longer than the host announced.
    for num_samples in [0, 1, 17, 0, 64, 511, 512, 513, 4096] {
        let music = noise(2, num_samples, 1);
        let output = processor
            .process(&music, &silence(2, num_samples), &[])
            .unwrap();
        assert_same_bits(&output, &music, &format!("{num_samples} samples"));
    }
    instance.stop(processor);
}

#[test]
fn a_sidechain_without_channels_is_silence() {
    let mut instance = ducking("Stereo, stereo dialogue");
    let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
    for num_samples in [512, 1, 17, 512] {
        let music = noise(2, num_samples, 1);
        let output = processor.process(&music, &[], &[]).unwrap();
        assert_same_bits(&output, &music, &format!("{num_samples} samples"));
    }
    instance.stop(processor);
}

#[test]
fn bypass_is_bit_exact_whatever_is_said() {
    let mut instance = ducking("5.1, mono dialogue");
    instance.set_by_text("Bypass", "On").unwrap();
    let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
    for block_idx in 0..100 {
        let music = noise(6, MAX_BLOCK_SAMPLES, block_idx + 1);
        let dialogue = noise(1, MAX_BLOCK_SAMPLES, block_idx + 1000);
        let output = processor.process(&music, &dialogue, &[]).unwrap();
        assert_same_bits(&output, &music, "bypassed");
    }
    instance.stop(processor);
}

#[test]
fn automation_within_a_block_splits_it_and_loses_nothing() {
    let mut instance = instance();
    let (bypass, on) = instance.param("Bypass").unwrap();
    let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
    let music = noise(2, MAX_BLOCK_SAMPLES, 1);
    let dialogue = noise(2, MAX_BLOCK_SAMPLES, 2);
    let events = [(0, on), (1, 0.0), (255, on), (511, 0.0)]
        .map(|(time_samples, value)| set_event(time_samples, bypass, value));
    let output = processor.process(&music, &dialogue, &events).unwrap();
    assert_same_bits(&output, &music, "Meter mode");
    instance.stop(processor);
}

#[test]
fn what_is_no_number_comes_out_finite_while_ducking() {
    let mut instance = ducking("Stereo, stereo dialogue");
    let mut processor = instance.start(RATE_HZ, MAX_BLOCK_SAMPLES).unwrap();
    for wild in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, 1e-42] {
        let wild = vec![vec![wild; MAX_BLOCK_SAMPLES]; 2];
        processor
            .process(&noise(2, MAX_BLOCK_SAMPLES, 1), &wild, &[])
            .unwrap();
        let output = processor.process(&wild, &wild, &[]).unwrap();
        assert!(output.iter().flatten().all(|x| x.is_finite()));
    }
    instance.stop(processor);
}

#[test]
fn an_instance_works_after_another_activation() {
    let mut instance = ducking("Stereo, stereo dialogue");
    for max_block_samples in [64, 2048] {
        let mut processor = instance.start(RATE_HZ, max_block_samples).unwrap();
        let music = noise(2, max_block_samples, 1);
        let dialogue = silence(2, max_block_samples);
        let output = processor.process(&music, &dialogue, &[]).unwrap();
        assert_same_bits(&output, &music, &format!("{max_block_samples} samples"));
        instance.stop(processor);
    }
}

#[test]
fn music_passes_at_sample_rates_that_the_engine_does_not_know() {
    for sample_rate_hz in [500.0, 1_000_000.0] {
        let mut instance = ducking("Stereo, stereo dialogue");
        let mut processor = instance.start(sample_rate_hz, MAX_BLOCK_SAMPLES).unwrap();
        let music = noise(2, MAX_BLOCK_SAMPLES, 1);
        let dialogue = noise(2, MAX_BLOCK_SAMPLES, 2);
        let output = processor.process(&music, &dialogue, &[]).unwrap();
        assert_same_bits(&output, &music, &format!("{sample_rate_hz} Hz"));
        instance.stop(processor);
    }
}
