//! Audio for the tests, and ways to play it.

use test_support::Channels;
use test_support::demo;

use crate::harness::{Bus, Call, Instance};

/// Three seconds of somebody speaking, mono, 48 kHz.
pub fn speech() -> Vec<f32> {
    demo::dialogue_at(5.0..8.0).swap_remove(0)
}

pub fn is_same(a: &[f32], b: &[f32]) -> bool {
    a.iter()
        .map(|x| x.to_bits())
        .eq(b.iter().map(|x| x.to_bits()))
}

pub fn assert_same(a: &[Vec<f32>], b: &[Vec<f32>], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    for (channel_idx, (a, b)) in a.iter().zip(b).enumerate() {
        assert!(is_same(a, b), "{what}, channel {channel_idx}");
    }
}

/// Plays all of it out of place in blocks of the given sizes, over and over. Without dialogue
/// channels the host leaves that bus out.
pub fn play(
    instance: &mut impl Instance,
    music: &[Vec<f32>],
    dialogue: &[Vec<f32>],
    block_sizes: &[usize],
) -> Channels {
    let num_samples = music[0].len();
    // What a host leaves in its output buffers is not silence.
    let mut output = vec![vec![f32::NAN; num_samples]; music.len()];
    let mut sizes = block_sizes.iter().cycle();
    let mut start = 0;
    while start < num_samples {
        let end = (start + sizes.next().unwrap()).min(num_samples);
        // Copies of just the block's length, so that valgrind sees what lies outside.
        let mut music_block = slice(music, start, end);
        let mut dialogue_block = slice(dialogue, start, end);
        let mut output_block = slice(&output, start, end);
        let mut inputs = vec![Bus::of(&mut music_block)];
        if !dialogue.is_empty() {
            inputs.push(Bus::of(&mut dialogue_block));
        }
        let mut call = Call {
            inputs,
            outputs: vec![Bus::of(&mut output_block)],
            num_samples: end - start,
            ..Call::default()
        };
        assert!(instance.process(&mut call));
        for (output, block) in output.iter_mut().zip(&output_block) {
            output[start..end].copy_from_slice(block);
        }
        start = end;
    }
    output
}

fn slice(channels: &[Vec<f32>], start: usize, end: usize) -> Channels {
    channels.iter().map(|x| x[start..end].to_vec()).collect()
}
