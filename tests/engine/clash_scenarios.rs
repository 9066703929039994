//! What the meter and the duck do in plain situations.

use crate::common::{clashing_line, ducking, engine, run, scaled};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::psycho::bands::NOMINAL_HZ;
use underscore::settings::Settings;
use underscore::snapshot::Snapshot;

fn meter(dialogue: &Channels, music: &Channels) -> Vec<Snapshot> {
    run(
        &mut engine(dialogue.len(), music.len()),
        dialogue,
        music,
        &Settings::default(),
        &[512],
    )
    .1
}

fn mean_clash_percent(snapshots: &[Snapshot]) -> f32 {
    let speech: Vec<f32> = snapshots
        .iter()
        .filter(|snapshot| snapshot.is_speech)
        .map(|snapshot| snapshot.clash_percent)
        .collect();
    speech.iter().sum::<f32>() / speech.len().max(1) as f32
}

#[test]
fn nobody_speaks_no_clash() {
    let (_, music) = clashing_line();
    let silence = vec![vec![0.0; music[0].len()]];
    for snapshot in meter(&silence, &music) {
        assert!(!snapshot.is_speech);
        assert_eq!(snapshot.clash_percent, 0.0);
        assert!(
            snapshot
                .excess_band_db
                .iter()
                .all(|&excess_db| excess_db == 0.0)
        );
    }
}

#[test]
fn speech_without_music_is_clear() {
    let (dialogue, music) = clashing_line();
    let silence = vec![vec![0.0; music[0].len()]; 2];
    let snapshots = meter(&dialogue, &silence);
    assert!(snapshots.iter().any(|snapshot| snapshot.is_speech));
    assert_eq!(mean_clash_percent(&snapshots), 0.0);
}

#[test]
fn less_music_never_clashes_more() {
    let (dialogue, music) = clashing_line();
    let mut previous = f32::INFINITY;
    for gain_db in [6.0, 0.0, -6.0, -12.0, -20.0, -40.0] {
        let percent = mean_clash_percent(&meter(&dialogue, &scaled(&music, gain_db)));
        assert!(
            percent <= previous,
            "{gain_db} dB: {percent} % after {previous} %"
        );
        previous = percent;
    }
}

#[test]
fn room_tone_and_hum_are_no_speech() {
    // The lead-in of the dialogue track is room tone; the hum is added at -50 dBFS.
    let mut room_tone = demo::dialogue_at(0.0..1.0)[0].repeat(4);
    for (n, sample) in room_tone.iter_mut().enumerate() {
        let t_s = n as f32 / RATE_HZ as f32;
        *sample += [50.0, 100.0, 150.0]
            .iter()
            .map(|hum_hz| 0.0045 * (std::f32::consts::TAU * hum_hz * t_s).sin() / 1.732)
            .sum::<f32>();
    }
    let music = demo::music_at(0.0..4.0);
    let snapshots = meter(&vec![room_tone], &music);
    assert!(snapshots.iter().all(|snapshot| !snapshot.is_speech));
}

#[test]
fn a_cut_comes_where_the_music_hides_the_words_and_spares_the_rest() {
    let (dialogue, music) = clashing_line();
    let (_, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    let deepest_db = |wanted: &dyn Fn(f32) -> bool| {
        snapshots
            .iter()
            .flat_map(|snapshot| snapshot.cut_band_db.into_iter().zip(NOMINAL_HZ))
            .filter(|&(_, hz)| wanted(hz))
            .map(|(cut_db, _)| cut_db)
            .fold(0.0, f32::max)
    };
    assert!(deepest_db(&|hz| (500.0..=4000.0).contains(&hz)) > 5.0);
    assert!(deepest_db(&|hz| hz <= 100.0) < 3.0);
}

#[test]
fn limits_bound_where_cuts_happen() {
    let (dialogue, music) = clashing_line();
    let settings = Settings {
        low_hz: 1000.0,
        high_hz: 2000.0,
        ..ducking()
    };
    let (_, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);
    let mut deepest_inside_db = 0.0f32;
    for snapshot in &snapshots {
        for (cut_db, hz) in snapshot.cut_band_db.into_iter().zip(NOMINAL_HZ) {
            if (1000.0..=2000.0).contains(&hz) {
                deepest_inside_db = deepest_inside_db.max(cut_db);
            } else {
                assert_eq!(cut_db, 0.0, "{hz} Hz");
            }
        }
    }
    assert!(deepest_inside_db > 2.0, "{deepest_inside_db} dB");
}

#[test]
fn the_same_figures_at_any_sample_rate_and_in_surround() {
    let (dialogue, music) = clashing_line();
    let stereo = mean_clash_percent(&meter(&dialogue, &music));
    // The same energy in 5.1: left and right shared out to front and surround, LFE full of rumble.
    let part = |channel: &[f32]| -> Vec<f32> {
        channel
            .iter()
            .map(|x| x * std::f32::consts::FRAC_1_SQRT_2)
            .collect()
    };
    let (left, right) = (part(&music[0]), part(&music[1]));
    let rumble = vec![0.5; left.len()];
    let centre = vec![0.0; left.len()];
    let surround = vec![left.clone(), right.clone(), centre, rumble, left, right];
    let got = mean_clash_percent(&meter(&dialogue, &surround));
    assert!((got - stereo).abs() < 0.5, "{got} % against {stereo} %");
}
