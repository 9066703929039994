//! Look-ahead: the music is late by exactly the latency that is reported, and the cuts come that much
//! earlier.

use crate::common::{clashing_line, ducking, engine, is_bit_exact, run};
use test_support::Channels;
use test_support::demo::RATE_HZ;
use underscore::engine::Engine;
use underscore::layout::Layout;
use underscore::settings::{LookAhead, Mode, Settings};

fn late(channels: &Channels, num_samples: usize) -> Channels {
    channels
        .iter()
        .map(|channel| {
            let kept = &channel[..channel.len() - num_samples];
            [&vec![0.0; num_samples][..], kept].concat()
        })
        .collect()
}

#[test]
fn an_impulse_is_late_by_the_reported_latency_at_any_rate() {
    for rate_hz in [8_000.0, 44_100.0, 48_000.0, 192_000.0] {
        for (look_ahead, ms) in LookAhead::ALL.into_iter().zip([0.0, 5.0, 10.0, 20.0, 40.0]) {
            let layout = Layout::from_num_channels(1).expect("mono");
            let mut engine = Engine::prepare(rate_hz, layout, layout).expect("the rate is known");
            assert_eq!(engine.latency_samples(), 0, "off by default");
            engine.set_look_ahead(look_ahead);
            let latency = engine.latency_samples() as usize;
            assert_eq!(latency, (ms * 1e-3 * rate_hz).round() as usize);
            for mode in [Mode::Meter, Mode::Duck] {
                let settings = Settings {
                    mode,
                    ..Settings::default()
                };
                let mut music = vec![vec![0.0; 10_000]];
                music[0][100] = 1.0;
                engine.reset();
                let (output, _) = run(&mut engine, &vec![], &music, &settings, &[441]);
                assert!(
                    is_bit_exact(&output, &late(&music, latency)),
                    "{rate_hz} {ms}"
                );
                assert_eq!(engine.latency_samples() as usize, latency);
            }
        }
    }
}

#[test]
fn metering_and_idle_music_is_late_to_the_bit_in_all_channels() {
    let (dialogue, stereo) = clashing_line();
    let music: Channels = (0..6).map(|idx| stereo[idx % 2].clone()).collect();
    let silence = vec![vec![0.0; music[0].len()]];
    for (dialogue, mode) in [(&dialogue, Mode::Meter), (&silence, Mode::Duck)] {
        let settings = Settings {
            mode,
            ..Settings::default()
        };
        let mut engine = engine(1, 6);
        engine.set_look_ahead(LookAhead::Ms40);
        let latency = engine.latency_samples() as usize;
        let (output, _) = run(&mut engine, dialogue, &music, &settings, &[17, 4096, 1]);
        assert!(is_bit_exact(&output, &late(&music, latency)), "{mode:?}");
    }
}

#[test]
fn the_result_does_not_depend_on_block_sizes() {
    let (dialogue, music) = clashing_line();
    let ducked = |sizes: &[usize]| {
        let mut engine = engine(1, 2);
        engine.set_look_ahead(LookAhead::Ms10);
        run(&mut engine, &dialogue, &music, &ducking(), sizes).0
    };
    let reference = ducked(&[512]);
    assert!(
        !is_bit_exact(&reference, &late(&music, 480)),
        "the duck is at work"
    );
    for sizes in [&[1][..], &[17, 3000], &[4096]] {
        assert!(
            is_bit_exact(&ducked(sizes), &reference),
            "blocks of {sizes:?}"
        );
    }
}

#[test]
fn a_cut_begins_earlier_in_the_music_by_the_look_ahead() {
    let (dialogue, music) = clashing_line();
    let begins = |look_ahead: LookAhead| {
        let mut engine = engine(1, 2);
        engine.set_look_ahead(look_ahead);
        let latency = engine.latency_samples() as usize;
        let (output, _) = run(&mut engine, &dialogue, &music, &ducking(), &[512]);
        let untouched = late(&music, latency);
        let changes = |(x, y): (&f32, &f32)| (x - y).abs() > 1e-4;
        let first = output[0].iter().zip(&untouched[0]).position(changes);
        first.expect("the duck is at work") as f64 - latency as f64
    };
    let plain = begins(LookAhead::Off);
    for look_ahead in LookAhead::ALL {
        let earlier_ms = (plain - begins(look_ahead)) * 1e3 / RATE_HZ;
        let ms = f64::from(look_ahead.ms());
        // Where a difference of 1e-4 shows depends on the music at that moment.
        assert!((earlier_ms - ms).abs() < 3.0, "{ms} ms: {earlier_ms} ms");
    }
}

#[test]
fn a_change_does_not_click_and_is_exact_after_10_ms() {
    let music: Channels = vec![
        (0..48_000)
            .map(|n| 0.5 * (std::f32::consts::TAU * 100.0 * n as f32 / RATE_HZ as f32).sin())
            .collect(),
    ];
    let mut engine = engine(1, 1);
    let mut output = music[0].clone();
    let mut latency = 0;
    let looks = [
        LookAhead::Off,
        LookAhead::Ms20,
        LookAhead::Ms5,
        LookAhead::Ms40,
        LookAhead::Off,
    ];
    for (piece, look_ahead) in output.chunks_mut(9_600).zip(looks) {
        engine.set_look_ahead(look_ahead);
        engine.process(&[], &mut [piece], &Settings::default(), None);
    }
    for pair in output.windows(2) {
        // The tone's own step, and the steepest of a fade over 480 samples between two moments of it.
        assert!(
            (pair[1] - pair[0]).abs() < 0.0066 + 1.875 / 480.0,
            "{pair:?}"
        );
    }
    for (part_idx, look_ahead) in looks.into_iter().enumerate() {
        latency = look_ahead.samples(RATE_HZ) as usize;
        let range = part_idx * 9_600 + 480..(part_idx + 1) * 9_600;
        let expected = &music[0][range.start - latency..range.end - latency];
        assert!(output[range] == *expected, "{look_ahead:?}");
    }
    assert_eq!(engine.latency_samples() as usize, latency);
}

#[test]
fn a_reset_keeps_the_look_ahead_and_forgets_the_music() {
    let (dialogue, music) = clashing_line();
    let mut engine = engine(1, 2);
    engine.set_look_ahead(LookAhead::Ms20);
    let first = run(&mut engine, &dialogue, &music, &ducking(), &[480]);
    engine.reset();
    assert_eq!(engine.latency_samples(), 960);
    let second = run(&mut engine, &dialogue, &music, &ducking(), &[480]);
    assert!(is_bit_exact(&first.0, &second.0));
}
