//! Where nothing should change, nothing does: bit-exact output.

use crate::common::{clashing_line, ducking, engine, is_bit_exact, run};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::settings::{Mode, Settings};

#[test]
fn metering_never_touches_the_music() {
    let (dialogue, music) = clashing_line();
    let (output, snapshots) = run(
        &mut engine(1, 2),
        &dialogue,
        &music,
        &Settings::default(),
        &[512],
    );
    assert!(is_bit_exact(&output, &music));
    assert!(
        snapshots
            .iter()
            .any(|snapshot| snapshot.clash_percent > 50.0),
        "the line clashes"
    );
}

#[test]
fn music_passes_while_nobody_speaks() {
    let (dialogue, music) = clashing_line();
    let silence = vec![vec![0.0; dialogue[0].len()]];
    let (output, _) = run(&mut engine(1, 2), &silence, &music, &ducking(), &[512]);
    assert!(is_bit_exact(&output, &music));
}

#[test]
fn music_is_itself_again_after_the_last_word() {
    // The last line ends at 28.07 s; the cue goes on, loud.
    let dialogue = demo::dialogue_at(16.5..33.5);
    let music = demo::music_at(16.5..33.5);
    let (output, _) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    let from = ((31.0 - 16.5) * RATE_HZ) as usize;
    for (output, music) in output.iter().zip(&music) {
        assert!(output[..from] != music[..from], "the duck was at work");
        assert!(output[from..] == music[from..], "released to the bit");
    }
}

#[test]
fn changing_to_meter_in_the_middle_of_a_cut_is_smooth_and_soon_exact() {
    let (dialogue, music) = clashing_line();
    let mut engine = engine(1, 2);
    let change = 120_000;
    let part = |channels: &Channels, range: std::ops::Range<usize>| {
        channels.iter().map(|x| x[range.clone()].to_vec()).collect()
    };
    let end = music[0].len();
    let (first, snapshots) = run(
        &mut engine,
        &part(&dialogue, 0..change),
        &part(&music, 0..change),
        &ducking(),
        &[512],
    );
    let deepest_db = snapshots
        .last()
        .map(|snapshot| snapshot.cut_band_db.into_iter().fold(0.0, f32::max));
    assert!(
        deepest_db > Some(3.0),
        "a cut is at work: {deepest_db:?} dB"
    );
    let rest = part(&music, change..end);
    let meter = Settings {
        mode: Mode::Meter,
        ..Settings::default()
    };
    let (second, _) = run(
        &mut engine,
        &part(&dialogue, change..end),
        &rest,
        &meter,
        &[512],
    );
    // No step at the change: what the duck takes moves no faster than a cut does.
    for channel_idx in 0..music.len() {
        let removed = |output: &[f32], music: &[f32]| -> Vec<f32> {
            output.iter().zip(music).map(|(y, x)| x - y).collect()
        };
        let before = removed(&first[channel_idx], &music[channel_idx][..change]);
        let after = removed(&second[channel_idx], &rest[channel_idx]);
        let step = (after[0] - before[change - 1]).abs();
        let usual_step = before[change - 4800..]
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        assert!(step <= usual_step, "{step} against {usual_step}");
    }
    let exact_from = 24_000;
    assert!(is_bit_exact(
        &part(&second, exact_from..rest[0].len()),
        &part(&rest, exact_from..rest[0].len()),
    ));
}
