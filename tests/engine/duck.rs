//! What the duck promises: no pumping, the loss that was asked for and the one that it tells.

use std::sync::OnceLock;

use crate::common::{clashing_line, ducking, engine, run, scaled};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use test_support::noise::white;
use underscore::duck::policy::DuckPolicy;
use underscore::presets::Preset;
use underscore::psycho::bands::NUM_BANDS;
use underscore::settings::{Settings, Steer};
use underscore::snapshot::Snapshot;

/// The whole demo scene under the default duck.
fn ducked_scene() -> &'static (Channels, Vec<Snapshot>) {
    static DUCKED: OnceLock<(Channels, Vec<Snapshot>)> = OnceLock::new();
    DUCKED.get_or_init(|| {
        run(
            &mut engine(1, 2),
            &demo::dialogue_at(0.0..demo::LENGTH_S),
            &demo::music_at(0.0..demo::LENGTH_S),
            &ducking(),
            &[512],
        )
    })
}

/// When the audio of a snapshot is heard, s.
fn time_s(snapshot: &Snapshot) -> f64 {
    snapshot.position_samples as f64 / RATE_HZ
}

fn sum_db(snapshot: &Snapshot) -> f32 {
    snapshot.cut_band_db.iter().sum()
}

/// Stretches in which somebody speaks, s: where 10 ms stand above `least_dbfs`.
fn stretches(dialogue: &[f32], least_dbfs: f32) -> Vec<(f64, f64)> {
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    for (idx, part) in dialogue.chunks(480).enumerate() {
        let power = part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32;
        if power > 10f32.powf(least_dbfs / 10.0) {
            let (start_s, end_s) = (idx as f64 * 0.01, (idx + 1) as f64 * 0.01);
            match stretches.last_mut() {
                Some((_, last_s)) if start_s - *last_s < 0.005 => *last_s = end_s,
                _ => stretches.push((start_s, end_s)),
            }
        }
    }
    stretches
}

/// Asserts that in no gap of less than 0.6 s the music comes back: on average over the bands by less than 0.4
/// dB, in none by 1 dB. Gives the number of gaps that began under a cut.
fn assert_gaps_are_held(spoken: &[(f64, f64)], snapshots: &[Snapshot]) -> usize {
    let mut num_gaps = 0;
    for pair in spoken.windows(2) {
        let (from_s, to_s) = (pair[0].1, pair[1].0);
        if !(0.03..0.6).contains(&(to_s - from_s)) {
            continue;
        }
        let hops = || {
            snapshots
                .iter()
                .filter(|hop| (from_s..to_s).contains(&time_s(hop)))
        };
        let Some(before) = hops().next() else {
            continue;
        };
        // Of a cut of half a decibel per band there is nothing to hold.
        if sum_db(before) < 0.5 * NUM_BANDS as f32 {
            continue;
        }
        num_gaps += 1;
        let least_db = hops().map(sum_db).fold(f32::INFINITY, f32::min);
        let rise_db = hops()
            .flat_map(|hop| before.cut_band_db.into_iter().zip(hop.cut_band_db))
            .map(|(before_db, cut_db)| before_db - cut_db)
            .fold(0.0, f32::max);
        let mean_rise_db = (sum_db(before) - least_db) / NUM_BANDS as f32;
        assert!(
            mean_rise_db < 0.4 && rise_db < 1.0,
            "{from_s:.2} to {to_s:.2} s: up by {mean_rise_db} dB, a band by {rise_db} dB"
        );
    }
    num_gaps
}

#[test]
fn the_music_stays_down_in_the_gaps_of_a_line() {
    let (_, snapshots) = ducked_scene();
    let dialogue = demo::dialogue_at(0.0..demo::LENGTH_S);
    // The gaps that a meter shows, and those down to the room's noise.
    for least_dbfs in [-45.0, -55.0] {
        let num_gaps = assert_gaps_are_held(&stretches(&dialogue[0], least_dbfs), snapshots);
        assert!(
            num_gaps >= 2,
            "{num_gaps} gaps under a cut at {least_dbfs} dBFS"
        );
    }
}

/// A stretch of a line, 0.7 s, again and again after silences of these lengths, s, under steady noise.
fn broken_line(gaps_s: &[f64]) -> (Channels, Channels) {
    let word = demo::dialogue_at(4.97..5.67).swap_remove(0);
    let mut dialogue = vec![0.0; 48_000];
    for &gap_s in gaps_s {
        dialogue.extend(&word);
        dialogue.extend(vec![0.0; (gap_s * RATE_HZ) as usize]);
    }
    let noise = noise(dialogue.len());
    (vec![dialogue], vec![noise.clone(), noise])
}

#[test]
fn silences_of_less_than_600_ms_hold_the_cut_and_longer_ones_let_it_go() {
    let gaps_s = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.59, 0.59, 4.0];
    let (dialogue, music) = broken_line(&gaps_s);
    // Presets for scenes hold longer or let go sooner.
    for slug in ["gentle", "balanced", "firm"] {
        let settings = Preset::of_slug(slug).expect("a preset").settings();
        let (output, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);
        let spoken = stretches(&dialogue[0], -70.0);
        let num_gaps = assert_gaps_are_held(&spoken, &snapshots);
        assert!(num_gaps >= 7, "{slug}: {num_gaps} gaps");
        let end_s = spoken[spoken.len() - 1].1;
        for hop in snapshots.iter().filter(|hop| time_s(hop) > end_s + 1.5) {
            assert!(hop.loss_lu < 0.1, "{slug}: {} LU", hop.loss_lu);
        }
        let released = ((end_s + 3.0) * RATE_HZ) as usize;
        assert!(output[0][released..] == music[0][released..]);
    }
}

#[test]
fn the_music_is_back_one_and_a_half_seconds_after_the_last_word() {
    let (output, snapshots) = ducked_scene();
    let music = demo::music_at(0.0..demo::LENGTH_S);
    let mut num_releases = 0;
    let spoken = stretches(&demo::dialogue_at(0.0..demo::LENGTH_S)[0], -55.0);
    for (idx, &(_, end_s)) in spoken.iter().enumerate() {
        let next_s = spoken
            .get(idx + 1)
            .map_or(demo::LENGTH_S, |&(start_s, _)| start_s);
        if next_s - end_s < 1.6 {
            continue;
        }
        num_releases += 1;
        for hop in snapshots {
            if (end_s + 1.5..next_s).contains(&time_s(hop)) {
                assert!(hop.loss_lu < 0.1, "{} LU {end_s}", hop.loss_lu);
            }
            if (end_s + 2.5..next_s).contains(&time_s(hop)) {
                assert_eq!(hop.cut_band_db, [0.0; NUM_BANDS], "after {end_s} s");
            }
        }
        let from = ((end_s + 2.6) * RATE_HZ) as usize;
        let to = (next_s * RATE_HZ) as usize;
        for (output, music) in output.iter().zip(&music) {
            assert!(from >= to || output[from..to] == music[from..to]);
        }
    }
    assert!(
        num_releases >= 2,
        "{num_releases} lines with a pause behind"
    );
}

/// Noise that lies everywhere, softer towards the top.
fn noise(num_samples: usize) -> Vec<f32> {
    let mut state = 0.0;
    white(1.0, 5)
        .take(num_samples)
        .map(|white| {
            state += 0.1 * (white - state);
            0.2 * state
        })
        .collect()
}

#[test]
fn amount_loses_what_it_says() {
    // A line in noise that lies everywhere, six times, so that the price has found its place.
    let (line, _) = clashing_line();
    let dialogue: Channels = vec![line[0].repeat(6)];
    let noise = noise(dialogue[0].len());
    let music = vec![noise.clone(), noise];
    for amount_lu in [1.0, 2.0, 3.0] {
        let settings = Settings {
            steer: Steer::Amount,
            amount_lu,
            ..ducking()
        };
        let (_, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);

        let spoken: Vec<&Snapshot> = snapshots
            .iter()
            .filter(|hop| hop.is_speech && time_s(hop) > 16.0)
            .collect();
        let loss_lu = spoken.iter().map(|hop| hop.loss_lu).sum::<f32>() / spoken.len() as f32;
        assert!(
            (loss_lu - amount_lu).abs() < 0.25,
            "{loss_lu} LU for {amount_lu} LU"
        );
    }
}

#[test]
fn music_below_the_threshold_of_the_room_is_left_alone() {
    // A voice just above the threshold of a quiet room, and music as loud as it.
    let deepest_db = |monitor_db_spl: f32| {
        let settings = Settings {
            monitor_db_spl,
            target: 0.8,
            ..ducking()
        };
        let (dialogue, music) = ([3e-9; NUM_BANDS], [1e-9; NUM_BANDS]);
        let mut policy = DuckPolicy::new(187.5);
        let mut cut_db = [0.0; NUM_BANDS];
        for _ in 0..1000 {
            policy.hear(&dialogue, &music, 0.0);
            cut_db = policy.wanted_cut_db(&settings);
        }
        // From 250 Hz to 1 kHz, where the threshold is high.
        cut_db[4..10].iter().copied().fold(0.0, f32::max)
    };
    let (quiet_db, loud_db) = (deepest_db(60.0), deepest_db(90.0));
    assert!(
        quiet_db + 1.0 < loud_db,
        "{quiet_db} dB in the quiet room, {loud_db} dB"
    );
}

#[test]
fn a_masked_line_after_a_clear_one_is_not_left_to_its_fate() {
    // The demo's dialogue over its own tutti, 20 dB softer for the first line.
    let line = demo::dialogue_at(4.9..7.5);
    let tutti = demo::music_at(4.9..7.5);
    let soft = scaled(&tutti, -24.0);
    let joined = |first: &Channels, second: &Channels| -> Channels {
        first
            .iter()
            .zip(second)
            .map(|(first, second)| [first.clone(), second.clone(), second.clone()].concat())
            .collect()
    };
    let (dialogue, music) = (joined(&line, &line), joined(&soft, &tutti));
    let (_, snapshots) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[512]);
    let mean_db = |from_s: f64, to_s: f64| {
        let hops = || {
            let within = move |hop: &&Snapshot| (from_s..to_s).contains(&time_s(hop));
            snapshots.iter().filter(within)
        };
        hops().map(sum_db).sum::<f32>() / hops().count() as f32
    };

    let first_db = mean_db(2.6 + 0.5, 2.6 + 1.5);
    let later_db = mean_db(5.2 + 0.5, 5.2 + 1.5);
    assert!(
        first_db > 0.35 * later_db,
        "{first_db} dB over all bands at first, {later_db} dB later"
    );
}

/// Squares of the K-weighted samples of all channels, one by one (ITU-R BS.1770-5, annex 1, tables 1
/// and 2, for 48 kHz).
fn k_weighted_squares(channels: &Channels) -> Vec<f64> {
    const STAGES: [([f64; 3], [f64; 2]); 2] = [
        (
            [1.53512485958697, -2.69169618940638, 1.19839281085285],
            [-1.69065929318241, 0.73248077421585],
        ),
        ([1.0, -2.0, 1.0], [-1.99004745483398, 0.99007225036621]),
    ];
    let mut squares = vec![0.0; channels[0].len()];
    for channel in channels {
        let mut signal: Vec<f64> = channel.iter().map(|&x| f64::from(x)).collect();
        for (b, a) in STAGES {
            let mut state = [0.0; 2];
            for x in &mut signal {
                let y = b[0] * *x + state[0];
                state = [b[1] * *x - a[0] * y + state[1], b[2] * *x - a[1] * y];
                *x = y;
            }
        }
        for (square, x) in squares.iter_mut().zip(signal) {
            *square += x * x;
        }
    }
    squares
}

#[test]
fn the_loss_that_is_told_is_what_a_loudness_meter_finds() {
    // Hops of speech, each weighed by its loudness: told by the snapshots, and measured on what went in
    // and what came out while their cuts were on.
    let (output, snapshots) = ducked_scene();
    let music = demo::music_at(0.0..demo::LENGTH_S);
    let (before, after) = (k_weighted_squares(&music), k_weighted_squares(output));
    let (mut told, mut measured) = ([0.0; 2], [0.0; 2]);
    for hop in snapshots.iter().filter(|hop| hop.is_speech) {
        let power = f64::from(hop.music_k_power);
        told[0] += power;
        told[1] += power * 10f64.powf(-f64::from(hop.loss_lu) / 10.0);
        // A cut is on two hops and 6 ms after its window.
        let from = hop.position_samples as usize + 2 * 256 + 288 - 128;
        let on = from.min(before.len())..(from + 256).min(before.len());
        measured[0] += before[on.clone()].iter().sum::<f64>();
        measured[1] += after[on].iter().sum::<f64>();
    }
    let lu = |[before, after]: [f64; 2]| 10.0 * (before / after).log10();
    let (told_lu, measured_lu) = (lu(told), lu(measured));
    assert!(measured_lu > 0.5, "{measured_lu} LU");
    assert!(
        (told_lu - measured_lu).abs() < 0.1,
        "told {told_lu} LU, measured {measured_lu} LU"
    );
}
