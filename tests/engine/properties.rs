//! What holds for any input: independence of block sizes, repeatable resets, finite output,
//! recovery from faults.

use fastrand::Rng;

use crate::common::{clashing_line, ducking, engine, is_bit_exact, run};
use test_support::Channels;

#[test]
fn the_result_does_not_depend_on_block_sizes() {
    let (dialogue, music) = clashing_line();
    let (reference, reference_snapshots) =
        run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    assert!(!is_bit_exact(&reference, &music), "the duck is at work");
    let mut random = Rng::with_seed(1);
    let random_sizes: Vec<usize> = (0..500).map(|_| random.usize(..3000)).collect();
    for sizes in [&[1][..], &[17], &[64], &[4096], &random_sizes] {
        let (output, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), sizes);
        assert!(
            is_bit_exact(&output, &reference),
            "blocks of {:?}",
            &sizes[..1]
        );
        assert_eq!(
            snapshots,
            reference_snapshots,
            "blocks of {:?}",
            &sizes[..1]
        );
    }
}

#[test]
fn a_reset_brings_back_the_start() {
    let (dialogue, music) = clashing_line();
    let mut engine = engine(1, 2);
    let first = run(&mut engine, &dialogue, &music, &ducking(), &[480]);
    engine.reset();
    let second = run(&mut engine, &dialogue, &music, &ducking(), &[480]);
    assert!(is_bit_exact(&first.0, &second.0));
    assert_eq!(first.1, second.1);
}

#[test]
fn dialogue_that_is_missing_or_too_short_is_silence() {
    let (dialogue, music) = clashing_line();
    let silence: Channels = vec![vec![0.0; music[0].len()]];
    let expected = run(&mut engine(1, 2), &silence, &music, &ducking(), &[512]);
    let missing = run(&mut engine(1, 2), &vec![], &music, &ducking(), &[512]);
    assert_eq!(expected.1, missing.1);

    // Half of each block is there: the rest counts as silent, and nothing is read beyond it.
    let mut engine = engine(1, 2);
    let mut output = music.clone();
    for start in (0..music[0].len() - 512).step_by(512) {
        let half: Vec<&[f32]> = dialogue.iter().map(|x| &x[start..start + 256]).collect();
        let mut block: Vec<&mut [f32]> = output
            .iter_mut()
            .map(|x| &mut x[start..start + 512])
            .collect();
        engine.process(&half, &mut block, &ducking(), None);
    }
    assert!(output.iter().flatten().all(|x| x.is_finite()));
}

#[test]
fn faults_in_the_input_never_get_out_and_are_over_in_100_ms() {
    let (dialogue, music) = clashing_line();
    let clean = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    for fault in [
        f32::NAN,
        f32::INFINITY,
        f32::NEG_INFINITY,
        f32::MIN_POSITIVE / 2.0,
    ] {
        for in_dialogue in [true, false] {
            let (mut dialogue, mut music) = clashing_line();
            // In the middle of the line: 20 ms of nothing but faults.
            let faulty = 96_000..96_960;
            let target = if in_dialogue {
                &mut dialogue
            } else {
                &mut music
            };
            for channel in target.iter_mut() {
                channel[faulty.clone()].fill(fault);
            }
            let (output, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
            assert!(
                output
                    .iter()
                    .flatten()
                    .all(|x| x.is_finite() && !x.is_subnormal()),
                "{fault} in the {}",
                if in_dialogue { "dialogue" } else { "music" }
            );
            // 100 ms later the levels are those of the clean run again, within a decibel.
            let recovered = |snapshots: &[underscore::snapshot::Snapshot]| {
                *snapshots
                    .iter()
                    .find(|snapshot| snapshot.position_samples > 96_960 + 4_800)
                    .expect("the run goes on")
            };
            let (got, want) = (recovered(&snapshots), recovered(&clean.1));
            for (got_db, want_db) in got.music_band_dbfs.iter().zip(want.music_band_dbfs) {
                assert!(
                    (got_db - want_db).abs() < 1.0,
                    "{fault}: {got_db} {want_db} dBFS"
                );
            }
            assert_eq!(got.is_speech, want.is_speech, "{fault}");
        }
    }
}
