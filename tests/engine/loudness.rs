//! The loudness difference against the crate `ebur128`, which filters and averages in the time
//! domain.

use std::ops::Range;

use ebur128::{Channel, EbuR128, Mode};

use crate::common::{confirmed, engine, log_of, run};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::lines::programme_loudness::ProgrammeLoudness;
use underscore::settings::Settings;
use underscore::snapshot::Snapshot;

/// Loudness of the `window_ms` up to `end_sample`, LUFS, by the other meter.
fn window_lufs(channels: &Channels, end_sample: usize, window_ms: u32) -> f64 {
    let mut meter = EbuR128::new(channels.len() as u32, RATE_HZ as u32, Mode::S).expect("a meter");
    meter.set_max_window(window_ms.max(3000)).expect("a window");
    // A second before the window is enough for the filters to settle.
    let num_heard = (window_ms as usize + 1000) * RATE_HZ as usize / 1000;
    let planes: Vec<&[f32]> = channels
        .iter()
        .map(|x| &x[end_sample.saturating_sub(num_heard)..end_sample])
        .collect();
    meter.add_frames_planar_f32(&planes).expect("samples");
    meter.loudness_window(window_ms).expect("a loudness")
}

/// Asserts that the momentary difference agrees wherever both sides are more than faint: closely in
/// most places, and within what the tapered ends of our window make of a steep onset elsewhere.
fn assert_momentary(dialogue: &Channels, music: &Channels, snapshots: &[Snapshot]) {
    let mut errors_lu = Vec::new();
    for snapshot in snapshots.iter().filter(|it| it.is_speech).step_by(20) {
        let end_sample = window_end_sample(snapshot.position_samples as usize);
        let (dialogue_lufs, music_lufs) = (
            window_lufs(dialogue, end_sample, 400),
            window_lufs(music, end_sample, 400),
        );
        if dialogue_lufs > -45.0 && music_lufs > -45.0 {
            let difference_lu = f64::from(snapshot.loudness_difference_lu);
            errors_lu.push((difference_lu - (dialogue_lufs - music_lufs)).abs());
        }
    }
    errors_lu.sort_by(f64::total_cmp);
    let at = |share: f64| errors_lu[(share * (errors_lu.len() - 1) as f64) as usize];
    let (median_lu, most_lu, worst_lu) = (at(0.5), at(0.9), at(1.0));
    assert!(
        errors_lu.len() >= 30 && median_lu < 0.1 && most_lu < 0.3 && worst_lu < 2.0,
        "{} places: median {median_lu:.3}, 90 % {most_lu:.3}, worst {worst_lu:.3} LU",
        errors_lu.len()
    );
}

/// Where the rectangular window ends that hops up to `position_samples` make up: the middle of the
/// last window and half a hop.
fn window_end_sample(position_samples: usize) -> usize {
    position_samples - 1024 + 128
}

/// Dialogue and music of the demo scene, and what the meter tells of them.
fn demo_scene() -> (Channels, Channels, Vec<Snapshot>) {
    let (dialogue, music) = (
        demo::dialogue_at(0.0..demo::LENGTH_S),
        demo::music_at(0.0..demo::LENGTH_S),
    );
    let (_, snapshots) = run(
        &mut engine(1, 2),
        &dialogue,
        &music,
        &Settings::default(),
        &[512],
    );
    (dialogue, music, snapshots)
}

#[test]
fn momentary_and_per_line_as_the_standard_has_them() {
    let (dialogue, music, snapshots) = demo_scene();
    assert_momentary(&dialogue, &music, &snapshots);
    let log = log_of(&snapshots);
    let is_speech = confirmed(&snapshots);
    let lines: Vec<_> = log.lines().collect();
    for (line_idx, line) in lines.iter().enumerate() {
        // The hold after the line counts as well.
        let until_s = lines
            .get(line_idx + 1)
            .map_or(f64::MAX, |next| next.start_s);
        let spoken = snapshots
            .iter()
            .zip(&is_speech)
            .filter(|&(snapshot, is_speech)| {
                let end_s = snapshot.position_samples as f64 / RATE_HZ;
                *is_speech && end_s > line.start_s && end_s <= until_s
            });
        let mut energies = (0.0, 0.0);
        for run in runs(spoken.map(|(snapshot, _)| snapshot)) {
            let end_sample = window_end_sample(run.end);
            let window_ms = ((run.end - run.start) as f64 / RATE_HZ * 1000.0) as u32;
            let energy = |channels: &Channels| {
                let lufs = window_lufs(channels, end_sample, window_ms);
                f64::from(window_ms) * 10f64.powf(lufs / 10.0)
            };
            energies.0 += energy(&dialogue);
            energies.1 += energy(&music);
        }
        let expected_lu = 10.0 * (energies.0 / energies.1).log10();
        let error_lu = f64::from(line.loudness_difference_lu) - expected_lu;
        assert!(
            error_lu.abs() < 0.1,
            "{error_lu} LU in the line at {} s",
            line.start_s
        );
    }
}

/// The unbroken stretches that hops make up, samples.
fn runs<'a>(hops: impl Iterator<Item = &'a Snapshot>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for hop in hops {
        let end = hop.position_samples as usize;
        let start = end - hop.hop_samples as usize;
        match runs.last_mut() {
            Some(run) if run.end == start => run.end = end,
            _ => runs.push(start..end),
        }
    }
    runs
}

#[test]
fn surround_channels_count_more_and_the_lfe_does_not() {
    let dialogue = demo::dialogue_at(demo::ROUND_LINE_2_S);
    let stereo = demo::music_at(demo::ROUND_LINE_2_S);
    let other = demo::music_at(20.0..28.0);
    let music: Channels = vec![
        stereo[0].clone(),
        stereo[1].clone(),
        vec![0.0; stereo[0].len()],
        vec![0.3; stereo[0].len()],
        other[0].clone(),
        other[1].clone(),
    ];
    let (_, snapshots) = run(
        &mut engine(1, 6),
        &dialogue,
        &music,
        &Settings::default(),
        &[512],
    );
    assert_momentary(&dialogue, &music, &snapshots);
}

#[test]
fn the_programme_and_its_dialogue_are_as_loud_as_another_meter_says() {
    let (dialogue, music, snapshots) = demo_scene();
    let mut programme = ProgrammeLoudness::default();
    snapshots.iter().for_each(|hop| programme.push(hop));
    // A mono dialogue stands in the centre of the mix, as one channel beside the two of the music.
    let planes = [&dialogue[0][..], &music[0], &music[1]];
    let mut meter = EbuR128::new(3, RATE_HZ as u32, Mode::I).expect("a meter");
    for (channel_idx, channel) in [Channel::Center, Channel::Left, Channel::Right]
        .into_iter()
        .enumerate()
    {
        meter
            .set_channel(channel_idx as u32, channel)
            .expect("a channel");
    }
    meter.add_frames_planar_f32(&planes).expect("samples");
    let expected_lufs = meter.loudness_global().expect("a loudness");
    let lufs = programme.lufs().expect("there is sound");
    assert!((lufs - expected_lufs).abs() < 0.2, "{lufs} {expected_lufs}");
    // The dialogue, by the samples in which somebody speaks.
    let is_speech = confirmed(&snapshots);
    let hop_samples = snapshots[0].hop_samples as usize;
    let spoken: Vec<f32> = dialogue[0]
        .chunks(hop_samples)
        .zip(&is_speech)
        .filter(|(_, is_speech)| **is_speech)
        .flat_map(|(samples, _)| samples.to_vec())
        .collect();
    let mut meter = EbuR128::new(1, RATE_HZ as u32, Mode::I).expect("a meter");
    meter.add_frames_planar_f32(&[&spoken]).expect("samples");
    let expected_lufs = meter.loudness_global().expect("a loudness");
    let lufs = f64::from(log_of(&snapshots).summary().dialogue_lufs);
    // The other meter leaves out pauses inside of words and lines by its own gates.
    assert!((lufs - expected_lufs).abs() < 1.0, "{lufs} {expected_lufs}");
}
