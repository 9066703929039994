//! The voice network gives the scores that ONNX Runtime gives (`reference.py`).

use std::path::Path;

use underscore::cli::audio::audio_in::AudioFile;
use underscore::speech::voice_network::{
    CONTEXT_SAMPLES, FRAME_SAMPLES, HEARD_SAMPLES, NUM_STEPS, VoiceNetwork,
};

/// Every third sample of the demo's dialogue, behind silence.
fn dialogue() -> Vec<f32> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut file = AudioFile::open(&root.join("assets/demo/dialogue.flac")).unwrap();
    let mut samples = Vec::new();
    let mut block = vec![Vec::new()];
    while file.read(&mut block, 4096).unwrap() > 0 {
        samples.extend_from_slice(&block[0]);
    }
    let before = std::iter::repeat_n(0.0, CONTEXT_SAMPLES);
    before.chain(samples.into_iter().step_by(3)).collect()
}

fn frames(samples: &[f32]) -> impl Iterator<Item = &[f32; HEARD_SAMPLES]> {
    let windows = samples.windows(HEARD_SAMPLES).step_by(FRAME_SAMPLES);
    windows.map(|window| window.try_into().unwrap())
}

#[test]
fn the_scores_are_those_of_onnx_runtime() {
    let reference = include_str!("reference.csv").lines();
    let reference: Vec<f32> = reference.map(|line| line.parse().unwrap()).collect();
    let mut network = VoiceNetwork::new();
    let samples = dialogue();
    let scores: Vec<f32> = frames(&samples).map(|frame| network.hear(frame)).collect();
    assert_eq!(scores.len(), reference.len());
    let differences = scores.iter().zip(&reference).map(|(a, b)| (a - b).abs());
    let greatest = differences.fold(0.0, f32::max);
    assert!(greatest < 1e-4, "{greatest}");
    let num_voices = scores.iter().filter(|score| **score > 0.5).count();
    assert!(num_voices > 300, "{num_voices} frames are voices");
}

#[test]
fn steps_and_resets_change_nothing() {
    let samples = dialogue();
    let (mut whole, mut stepped) = (VoiceNetwork::new(), VoiceNetwork::new());
    for frame in frames(&samples).take(100) {
        stepped.hear(frame);
    }
    stepped.reset();
    assert_eq!(stepped.score(), 0.0);
    for frame in frames(&samples).skip(150).take(50) {
        stepped.begin(frame);
        (0..NUM_STEPS).for_each(|step_idx| stepped.work(step_idx));
        assert_eq!(whole.hear(frame), stepped.score());
    }
}
