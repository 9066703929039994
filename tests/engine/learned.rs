//! What learned lines promise: what was wanted is brought, from the first word on, and nothing else is touched.

use std::sync::OnceLock;

use crate::common::{confirmed, ducking, engine, is_bit_exact, run};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use underscore::learn::learner::Learner;
use underscore::memory::remembered::{Reel, RideLine};
use underscore::psycho::bands::PerBand;
use underscore::settings::{Mode, Pass, Settings, Steer};
use underscore::snapshot::Snapshot;

/// What was heard of the whole demo scene, without a cut.
fn heard() -> &'static [Snapshot] {
    static HEARD: OnceLock<Vec<Snapshot>> = OnceLock::new();
    HEARD.get_or_init(|| {
        let meter = Settings {
            mode: Mode::Meter,
            ..ducking()
        };
        let (dialogue, music) = scene();
        run(&mut engine(1, 2), &dialogue, &music, &meter, &[512]).1
    })
}

fn scene() -> (Channels, Channels) {
    (
        demo::dialogue_at(0.0..demo::LENGTH_S),
        demo::music_at(0.0..demo::LENGTH_S),
    )
}

fn learned(settings: &Settings) -> Reel {
    let (mut learner, mut reel) = (Learner::new(), Reel::default());
    for snapshot in heard() {
        learner.hear(snapshot, settings, &mut reel);
    }
    learner.end(settings, &mut reel);
    reel
}

fn played(reel: &Reel) -> Channels {
    let mut engine = engine(1, 2);
    engine.set_plan(Some(Box::new(reel.plan())));
    let (dialogue, music) = scene();
    let playing = Settings {
        pass: Pass::Play,
        ..ducking()
    };
    run(&mut engine, &dialogue, &music, &playing, &[512]).0
}

fn deepest_db(line: &RideLine) -> f32 {
    let cuts = line.curve.knots().iter().flatten();
    cuts.map(|&steps| 0.1 * f32::from(steps))
        .fold(0.0, f32::max)
}

/// Mean cut from one time to another, over bands and time, dB.
fn mean_cut_db(line: &RideLine, from_s: f64, to_s: f64) -> f32 {
    let num = 100;
    let at = |idx: i32| -> PerBand {
        let share = f64::from(idx) / f64::from(num);
        line.curve.cut_db_at(from_s + share * (to_s - from_s))
    };
    let sum: f32 = (0..num).flat_map(at).sum();
    sum / (num as f32 * 21.0)
}

#[test]
fn every_line_reaches_target_or_max_cut_or_is_untouched() {
    let settings = ducking();
    let reel = learned(&settings);
    assert_eq!(reel.lines().len(), 7);
    let mut num_reached = 0;
    for line in reel.lines() {
        let missing = (line.audibility - settings.target).abs();
        let is_deepest = deepest_db(line) > settings.max_cut_db - 0.15;
        let is_untouched = line.learned_scale == 0.0;
        assert!(
            missing < 0.02 || is_deepest || is_untouched,
            "{} s: audibility {}, {} dB",
            line.start_s,
            line.audibility,
            deepest_db(line)
        );
        num_reached += usize::from(missing < 0.02 && !is_untouched);
    }
    assert!(
        num_reached > 0,
        "no line of the scene needs a part of Max cut"
    );
}

#[test]
fn a_line_loses_the_amount_that_is_set() {
    for amount_lu in [1.0, 2.0, 3.0] {
        let settings = Settings {
            steer: Steer::Amount,
            amount_lu,
            ..ducking()
        };
        let reel = learned(&settings);
        let is_exact = |line: &RideLine| (line.given().loss_lu - amount_lu).abs() < 0.05;
        assert!(reel.lines().iter().filter(|line| is_exact(line)).count() > 3);
        for line in reel.lines() {
            let loss_lu = line.given().loss_lu;
            // In music that is mostly below the bands even Max cut can't bring it.
            let is_deepest = deepest_db(line) > settings.max_cut_db - 0.15;
            assert!(
                is_exact(line) || (loss_lu < amount_lu && is_deepest),
                "{} s: {loss_lu} of {amount_lu} LU",
                line.start_s
            );
        }
    }
}

#[test]
fn the_music_loses_what_a_line_tells() {
    let reel = learned(&ducking());
    let meter = Settings {
        mode: Mode::Meter,
        ..ducking()
    };
    let (dialogue, _) = scene();
    let after = run(&mut engine(1, 2), &dialogue, &played(&reel), &meter, &[512]).1;
    let spoken = confirmed(heard());
    for line in reel.lines() {
        // Windows whose middle lies in the line or in the hold after it.
        let is_in =
            |hop: &Snapshot| (line.start_s..line.end_s + 0.3).contains(&(hop.end_s() - 0.021));
        let power = |hops: &[Snapshot]| -> f32 {
            let spoken = hops
                .iter()
                .zip(&spoken)
                .filter(|(_, is_speech)| **is_speech);
            let there = spoken.filter(|(hop, _)| is_in(hop));
            there.map(|(hop, _)| hop.music_k_power).sum()
        };
        let loss_lu = 10.0 * (power(heard()) / power(&after)).log10();
        assert!(
            // Skirts of the lowest bands take some of what lies below them, too.
            (loss_lu - line.given().loss_lu).abs() < 0.3 + 0.1 * loss_lu,
            "{} s: {loss_lu} LU, not {}",
            line.start_s,
            line.given().loss_lu
        );
    }
}

#[test]
fn a_masked_line_is_opened_whole() {
    let reel = learned(&ducking());
    let masked: Vec<&RideLine> = reel
        .lines()
        .iter()
        .filter(|line| line.learned_scale > 0.0 && line.needed().loss_lu > 1.0)
        .collect();
    assert!(!masked.is_empty());
    for line in masked {
        let opening_db = mean_cut_db(line, line.start_s, line.start_s + 0.5);
        let later_db = mean_cut_db(line, line.start_s + 0.5, line.end_s);
        assert!(
            opening_db > 0.9 * later_db,
            "{} s: {opening_db} dB, then {later_db} dB",
            line.start_s
        );
    }
}

#[test]
fn music_is_untouched_in_long_gaps() {
    let reel = learned(&ducking());
    let (_, music) = scene();
    let output = played(&reel);
    let mut num_gaps = 0;
    for pair in reel.lines().windows(2) {
        // The fall after a line, with what rings on in the filters; the rise before the next.
        let (from_s, to_s) = (pair[0].end_s + 0.7, pair[1].start_s - 0.15);
        if pair[1].start_s - pair[0].end_s < 1.5 {
            continue;
        }
        num_gaps += 1;
        let range = (from_s * RATE_HZ) as usize..(to_s * RATE_HZ) as usize;
        let part = |channels: &Channels| -> Channels {
            channels
                .iter()
                .map(|it| it[range.clone()].to_vec())
                .collect()
        };
        assert!(is_bit_exact(&part(&output), &part(&music)), "{from_s} s");
    }
    assert!(num_gaps > 2, "{num_gaps} gaps");
}

#[test]
fn a_line_that_needs_nothing_takes_nothing() {
    let settings = Settings {
        target: 0.5,
        ..ducking()
    };
    let reel = learned(&settings);
    let untouched: Vec<&RideLine> = reel
        .lines()
        .iter()
        .filter(|line| line.learned_scale == 0.0)
        .collect();
    assert!(!untouched.is_empty());
    for line in untouched {
        assert_eq!(line.given().loss_lu, 0.0);
        // What it would take is known.
        assert!((0.5..2.05).contains(&line.effect_at(1.0).loss_lu));
    }
}

#[test]
fn the_same_is_learned_twice() {
    assert_eq!(learned(&ducking()), learned(&ducking()));
}
