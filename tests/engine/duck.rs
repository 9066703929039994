//! What the duck promises: no pumping, the loss that was asked for, no cut beyond its limit and no
//! band louder whatever the settings do.

use std::sync::OnceLock;

use crate::common::{
    Channels, RATE_HZ, Random, clashing_line, ducking, engine, run, scaled, scene,
};
use underscore::clash::policy::DuckPolicy;
use underscore::psycho::bands::NUM_BANDS;
use underscore::settings::{AMOUNT_LU, MAX_CUT_DB, MONITOR_DB_SPL, Mode, Settings, Steer};
use underscore::snapshot::Snapshot;

const SCENE_S: f64 = 34.0;

/// Lines of the demo scene that are written to clash, s.
const MASKED_LINES_S: [(f64, f64); 4] =
    [(4.95, 7.52), (9.25, 11.94), (17.2, 19.87), (21.75, 23.63)];

/// The whole demo scene under the default duck.
fn ducked_scene() -> &'static (Channels, Vec<Snapshot>) {
    static DUCKED: OnceLock<(Channels, Vec<Snapshot>)> = OnceLock::new();
    DUCKED.get_or_init(|| {
        run(
            &mut engine(1, 2),
            &scene("dialogue.flac", 0.0, SCENE_S),
            &scene("music.flac", 0.0, SCENE_S),
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

/// Stretches of speech in the demo scene, s: where 10 ms stand above `least_dbfs`.
fn spoken(least_dbfs: f32) -> Vec<(f64, f64)> {
    let dialogue = scene("dialogue.flac", 0.0, SCENE_S);
    let mut stretches: Vec<(f64, f64)> = Vec::new();
    for (idx, part) in dialogue[0].chunks(480).enumerate() {
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

#[test]
fn the_music_stays_down_in_the_gaps_of_a_line() {
    let (_, snapshots) = ducked_scene();
    let mut num_gaps = 0;
    for pair in spoken(-45.0).windows(2) {
        let (from_s, to_s) = (pair[0].1, pair[1].0);
        let is_within = |&(start_s, end_s): &(f64, f64)| start_s < from_s && to_s < end_s;
        if !(0.08..0.6).contains(&(to_s - from_s)) || !MASKED_LINES_S.iter().any(is_within) {
            continue;
        }
        let at = |wanted_s: f64| snapshots.iter().find(|hop| time_s(hop) >= wanted_s);
        let before_db = at(from_s).map_or(0.0, sum_db);
        if before_db < 8.0 {
            continue;
        }
        num_gaps += 1;
        let least_db = snapshots
            .iter()
            .filter(|hop| (from_s..to_s).contains(&time_s(hop)))
            .map(sum_db)
            .fold(f32::INFINITY, f32::min);
        assert!(
            least_db > 0.7 * before_db,
            "{from_s:.2} to {to_s:.2} s: {before_db} dB over all bands, then {least_db}"
        );
    }
    assert!(num_gaps >= 2, "{num_gaps} gaps under a cut");
}

#[test]
fn the_music_is_back_one_and_a_half_seconds_after_the_last_word() {
    let (output, snapshots) = ducked_scene();
    let music = scene("music.flac", 0.0, SCENE_S);
    let mut num_releases = 0;
    let stretches = spoken(-55.0);
    for (idx, &(_, end_s)) in stretches.iter().enumerate() {
        let next_s = stretches
            .get(idx + 1)
            .map_or(SCENE_S, |&(start_s, _)| start_s);
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

#[test]
fn amount_loses_what_it_says() {
    // A line in noise that lies everywhere, six times, so that the price has found its place.
    let (line, _) = clashing_line();
    let dialogue: Channels = vec![line[0].repeat(6)];
    let mut random = Random(5);
    let mut state = 0.0;
    let noise: Vec<f32> = (0..dialogue[0].len())
        .map(|_| {
            let white = random.next() as i64 as f32 / i64::MAX as f32;
            state += 0.1 * (white - state);
            0.2 * state
        })
        .collect();
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
fn settings_that_jump_in_every_block_never_make_a_band_louder() {
    let dialogue = scene("dialogue.flac", 3.8, 6.0);
    let music = scene("music.flac", 3.8, 6.0);
    let meter = Settings::default();
    let (_, before) = run(&mut engine(1, 2), &dialogue, &music, &meter, &[512]);
    // Blocks of 1: settings that change with every sample.
    for (block_samples, seed) in [(1, 11), (64, 12), (700, 13)] {
        let mut random = Random(seed);
        let mut engine_under_test = engine(1, 2);
        let mut output = music.clone();
        let mut deepest_db = 0.0f32;
        let num_samples = music[0].len();
        for start in (0..num_samples).step_by(block_samples) {
            let end = (start + block_samples).min(num_samples);
            let settings = extreme(&mut random);
            let mut observer = |snapshot: &Snapshot| {
                for cut_db in snapshot.cut_band_db {
                    assert!((0.0..=settings.max_cut_db).contains(&cut_db), "{cut_db} dB");
                    deepest_db = deepest_db.max(cut_db);
                }
            };
            let line: Vec<&[f32]> = dialogue.iter().map(|x| &x[start..end]).collect();
            let mut block: Vec<&mut [f32]> =
                output.iter_mut().map(|x| &mut x[start..end]).collect();
            engine_under_test.process(&line, &mut block, &settings, Some(&mut observer));
        }
        assert!(output.iter().flatten().all(|x| x.is_finite()));
        assert!(deepest_db > 1.0, "the duck was at work: {deepest_db} dB");
        let (_, after) = run(&mut engine(1, 2), &dialogue, &output, &meter, &[512]);
        for (before, after) in before.iter().zip(&after) {
            for (before_dbfs, after_dbfs) in
                before.music_band_dbfs.iter().zip(after.music_band_dbfs)
            {
                // Below, it is what a neighbour leaks into the band.
                if *before_dbfs > before.music_dbfs - 40.0 {
                    assert!(
                        after_dbfs < before_dbfs + 0.5,
                        "{before_dbfs} dBFS, then {after_dbfs} in blocks of {block_samples}"
                    );
                }
            }
        }
    }
}

/// Settings at one end or the other of what they may be.
fn extreme(random: &mut Random) -> Settings {
    let mut either = |low: f32, high: f32| if random.below(2) == 0 { low } else { high };
    Settings {
        mode: if either(0.0, 1.0)
            + either(0.0, 1.0)
            + either(0.0, 1.0)
            + either(0.0, 1.0)
            + either(0.0, 1.0)
            > 0.0
        {
            Mode::Duck
        } else {
            Mode::Meter
        },
        steer: if either(0.0, 1.0) > 0.0 {
            Steer::Target
        } else {
            Steer::Amount
        },
        amount_lu: either(AMOUNT_LU.min, AMOUNT_LU.max),
        target: either(0.5, 0.8),
        max_cut_db: either(6.0, MAX_CUT_DB.max),
        attack_ms: either(1.0, 200.0),
        hold_ms: either(0.0, 1000.0),
        release_ms: either(20.0, 2000.0),
        low_hz: either(100.0, 1000.0),
        high_hz: either(1500.0, 10_000.0),
        trim_db: either(-24.0, 24.0),
        focus: either(0.0, 1.0),
        monitor_db_spl: either(MONITOR_DB_SPL.min, MONITOR_DB_SPL.max),
        ..Settings::default()
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
    let line = scene("dialogue.flac", 4.9, 2.6);
    let tutti = scene("music.flac", 4.9, 2.6);
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
