//! A lane that says how much is taken: drawn by hand, over speech and over none.

use test_support::Channels;
use test_support::demo;
use test_support::tones::{CHORD_HZ, ONE_TONE_HZ, assert_clean, speech, tones};
use underscore::psycho::bands::NOMINAL_HZ;
use underscore::settings::{Automation, Settings};
use underscore::snapshot::Snapshot;

use crate::common::{clashing_line, ducking, engine, is_bit_exact, run};

const NUM_SAMPLES: usize = 240_000;

fn reading(ride_lu: f32) -> Settings {
    Settings {
        automation: Automation::Read,
        ride_lu,
        ..ducking()
    }
}

/// Reads a lane in steps of 64 samples.
fn follow(
    dialogue: &[f32],
    music: &Channels,
    lane: impl Fn(f64) -> f32,
) -> (Channels, Vec<Snapshot>) {
    let mut engine = engine(1, music.len());
    let (mut output, mut snapshots) = (music.clone(), Vec::new());
    let mut observer = |hop: &Snapshot| snapshots.push(*hop);
    for start in (0..music[0].len()).step_by(64) {
        let end = (start + 64).min(music[0].len());
        let mut block: Vec<&mut [f32]> = output.iter_mut().map(|x| &mut x[start..end]).collect();
        let settings = reading(lane(start as f64 / demo::RATE_HZ));
        engine.process(
            &[&dialogue[start..end]],
            &mut block,
            &settings,
            Some(&mut observer),
        );
    }
    (output, snapshots)
}

#[test]
fn lanes_drawn_by_hand_do_not_click() {
    let steps = |at_s: f64| [0.0, 12.0, 3.0, 6.0, 0.0, 1.0][(at_s * 3.0) as usize % 6];
    let ramps = |at_s: f64| (24.0 * (at_s * 2.0).fract() - 12.0).abs() as f32;
    let spikes = |at_s: f64| match (at_s * 4.0).fract() < 0.01 {
        true => 12.0,
        false => 0.0,
    };
    let lanes: [(&str, &dyn Fn(f64) -> f32); 3] =
        [("steps", &steps), ("ramps", &ramps), ("spikes", &spikes)];
    for (dialogue, whose) in [
        (speech(NUM_SAMPLES), "speech"),
        (vec![0.0; NUM_SAMPLES], "silence"),
    ] {
        for frequencies_hz in [&ONE_TONE_HZ[..], &CHORD_HZ] {
            let music = vec![tones(frequencies_hz, NUM_SAMPLES)];
            for (name, lane) in lanes {
                let (output, _) = follow(&dialogue, &music, lane);
                let what = format!("{name} over {whose}, {} tones", frequencies_hz.len());
                assert_clean(&output[0][4800..], frequencies_hz, &what);
            }
        }
    }
}

#[test]
fn without_dialogue_the_lane_takes_what_it_says_where_speech_usually_is() {
    let music = demo::music_at(0.0..10.0);
    let silence = vec![0.0; music[0].len()];
    for lane_lu in [1.0, 3.0] {
        let (_, snapshots) = follow(&silence, &music, |_| lane_lu);
        let settled = &snapshots[200..];
        let sum = |of: &dyn Fn(&Snapshot) -> f32| settled.iter().map(of).sum::<f32>();
        let before = sum(&|hop| hop.music_k_power);
        let after = sum(&|hop| hop.music_k_power * 10f32.powf(-0.1 * hop.loss_lu));
        let lost_lu = 10.0 * (before / after).log10();
        assert!(
            (lost_lu - lane_lu).abs() < 0.2,
            "{lost_lu} LU instead of {lane_lu}"
        );
        let cut_db = |from_hz: f32, to_hz: f32| {
            let bands = NOMINAL_HZ.iter().enumerate();
            let idxs = bands.filter(|(_, hz)| (from_hz..=to_hz).contains(*hz));
            let idxs: Vec<usize> = idxs.map(|(idx, _)| idx).collect();
            sum(&|hop| idxs.iter().map(|&idx| hop.cut_band_db[idx]).sum()) / idxs.len() as f32
        };
        assert!(cut_db(500.0, 4000.0) > 2.0 * cut_db(100.0, 125.0));
        assert!(settled.iter().all(|hop| hop.ride.is_usual_speech));
    }
}

#[test]
fn the_result_does_not_depend_on_block_sizes() {
    let (dialogue, music) = clashing_line();
    let settings = reading(2.5);
    let (expected, _) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);
    for sizes in [&[1][..], &[64, 3, 700], &[8192]] {
        let (output, _) = run(&mut engine(1, 2), &dialogue, &music, &settings, sizes);
        assert!(is_bit_exact(&output, &expected), "{sizes:?}");
    }
}

#[test]
fn a_ride_does_nothing_unless_it_is_read() {
    let (dialogue, music) = clashing_line();
    let (expected, _) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    for automation in [Automation::Off, Automation::Write] {
        let settings = Settings {
            automation,
            ..reading(7.0)
        };
        let (output, _) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);
        assert!(is_bit_exact(&output, &expected), "{automation:?}");
    }
}

#[test]
fn a_lane_at_nothing_takes_nothing() {
    let (dialogue, music) = clashing_line();
    let (_, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &reading(0.0), &[512]);
    let losses = || snapshots.iter().map(|hop| hop.loss_lu);
    // With the first word it is found out that nobody has written this lane.
    let num_heard = losses().filter(|&lu| lu > 0.5).count();
    assert!(num_heard < 20, "{num_heard} hops");
    // After a pause a word's onset may get through again, until it is.
    let settled_lu = losses().skip(600).fold(0.0, f32::max);
    assert!(settled_lu < 1.5, "{settled_lu} LU");
}
