//! What comes out: the mix, what was removed, or the dialogue.

use crate::common::{clashing_line, ducking, engine, is_bit_exact, run};
use test_support::Channels;
use test_support::demo::RATE_HZ;
use underscore::settings::{Listen, LookAhead, Mode, Settings};

fn listening(listen: Listen) -> Settings {
    Settings {
        listen,
        ..ducking()
    }
}

/// A tone that moves by at most 0.0066 from sample to sample.
fn tone(phase: f32, num_samples: usize) -> Vec<f32> {
    (0..num_samples)
        .map(|n| 0.5 * (std::f32::consts::TAU * 100.0 * n as f32 / RATE_HZ as f32 + phase).sin())
        .collect()
}

fn part(channels: &Channels, range: std::ops::Range<usize>) -> Channels {
    channels.iter().map(|x| x[range.clone()].to_vec()).collect()
}

/// Runs `engine` in parts of so many samples, each with its own listening.
fn run_parts(
    dialogue: &Channels,
    music: &Channels,
    parts: &[(usize, Listen)],
    block_sizes: &[usize],
) -> Channels {
    let mut engine = engine(dialogue.len(), music.len());
    let mut output: Channels = vec![Vec::new(); music.len()];
    let mut start = 0;
    for &(num_samples, listen) in parts {
        let range = start..start + num_samples;
        let (dialogue, music) = (part(dialogue, range.clone()), part(music, range));
        let settings = listening(listen);
        let (piece, _) = run(&mut engine, &dialogue, &music, &settings, block_sizes);
        for (output, piece) in output.iter_mut().zip(piece) {
            output.extend(piece);
        }
        start += num_samples;
    }
    output
}

#[test]
fn removed_is_exactly_input_minus_mix() {
    let (dialogue, stereo) = clashing_line();
    for num_channels in [2, 6] {
        // No channel like another: 5.1 has a Focus group and an LFE that is left alone.
        let music: Channels = (0..num_channels)
            .map(|idx| {
                stereo[idx % 2]
                    .iter()
                    .map(|x| x / (1.0 + idx as f32))
                    .collect()
            })
            .collect();
        for look_ahead in [LookAhead::Off, LookAhead::Ms10] {
            let heard = |listen| {
                let settings = listening(listen);
                let mut engine = engine(1, num_channels);
                engine.set_look_ahead(look_ahead);
                run(&mut engine, &dialogue, &music, &settings, &[512]).0
            };
            let (mix, removed) = (heard(Listen::Mix), heard(Listen::Removed));
            let late_samples = look_ahead.samples(RATE_HZ) as usize;
            let expected: Channels = music
                .iter()
                .zip(&mix)
                .map(|(input, mix)| {
                    let late = std::iter::repeat_n(&0.0, late_samples).chain(input);
                    late.zip(mix).map(|(x, y)| x - y).collect()
                })
                .collect();
            for (channel_idx, removed) in removed.iter().enumerate() {
                let is_cut = removed.iter().any(|x| x.abs() > 0.001);
                assert_eq!(is_cut, channel_idx != 3, "channel {channel_idx}");
            }
            assert!(
                is_bit_exact(&removed, &expected),
                "{num_channels} channels, {look_ahead:?}"
            );
        }
    }
}

#[test]
fn where_nothing_is_cut_removed_is_silence() {
    let (dialogue, music) = clashing_line();
    let settings = Settings {
        mode: Mode::Meter,
        listen: Listen::Removed,
        ..Settings::default()
    };
    let (output, _) = run(&mut engine(1, 2), &dialogue, &music, &settings, &[512]);
    assert!(output.iter().flatten().all(|x| x.to_bits() == 0));
}

#[test]
fn the_dialogue_comes_with_its_trim_and_from_the_front() {
    let num_samples = 10_000;
    let (left, right) = (tone(0.0, num_samples), tone(1.0, num_samples));
    let silence = vec![0.0; num_samples];
    let settings = Settings {
        trim_db: -6.0,
        ..listening(Listen::Dialogue)
    };
    let gain = underscore::dsp::units::gain_from_db(-6.0);
    let trimmed = |x: &Vec<f32>| -> Vec<f32> { x.iter().map(|x| gain * x).collect() };
    let heard = |dialogue: &Channels, num_music_channels: usize| {
        let music = vec![tone(2.0, num_samples); num_music_channels];
        let mut engine = engine(dialogue.len(), num_music_channels);
        run(&mut engine, dialogue, &music, &settings, &[512]).0
    };

    let mono = vec![left.clone()];
    let front = trimmed(&left);
    assert!(is_bit_exact(&heard(&mono, 1), &vec![front.clone()]));
    let in_surround = heard(&mono, 6);
    assert!(is_bit_exact(
        &part(&in_surround, 0..num_samples)[..3].to_vec(),
        &vec![front; 3]
    ));
    assert!(in_surround[3..].iter().flatten().all(|&x| x == 0.0));

    let stereo = vec![left.clone(), right.clone()];
    let pair = vec![trimmed(&left), trimmed(&right)];
    assert!(is_bit_exact(&heard(&stereo, 2), &pair));
    let in_surround = heard(&stereo, 12);
    assert!(is_bit_exact(&in_surround[..2].to_vec(), &pair));
    assert!(in_surround[2..].iter().flatten().all(|&x| x == 0.0));

    // A voice in both channels keeps its level in one.
    let centre = vec![left.clone(), left.clone()];
    for (x, expected) in heard(&centre, 1)[0].iter().zip(trimmed(&left)) {
        assert!((x - expected).abs() < 1e-6);
    }

    // Channel to channel where the buses are the same; LFE isn't heard.
    let surround = vec![
        left.clone(),
        silence.clone(),
        right.clone(),
        left,
        silence,
        right,
    ];
    let in_surround = heard(&surround, 6);
    for (channel_idx, (x, expected)) in in_surround.iter().zip(&surround).enumerate() {
        if channel_idx == 3 {
            assert!(x.iter().all(|&x| x == 0.0));
        } else {
            assert_eq!(x, &trimmed(expected));
        }
    }
}

#[test]
fn the_dialogue_is_in_time_with_the_music_under_look_ahead() {
    let (dialogue, music) = clashing_line();
    let mut engine = engine(1, 2);
    engine.set_look_ahead(LookAhead::Ms20);
    let latency = engine.latency_samples() as usize;
    let settings = listening(Listen::Dialogue);
    let (output, _) = run(&mut engine, &dialogue, &music, &settings, &[512]);
    assert!(output[0][..latency].iter().all(|&x| x == 0.0));
    assert_eq!(
        output[0][latency..],
        dialogue[0][..dialogue[0].len() - latency]
    );
}

#[test]
fn changes_do_not_click_and_the_mix_is_exact_after_10_ms() {
    use Listen::{Dialogue, Mix, Removed};
    let num_samples = 40_000;
    let dialogue = vec![tone(1.0, num_samples)];
    let music = vec![tone(0.0, num_samples); 2];
    let changes = [
        (10_000, Mix),
        (5_000, Removed),
        (100, Dialogue),
        (100, Mix),
        (4_800, Dialogue),
        (50, Removed),
        (19_950, Mix),
    ];
    let output = run_parts(&dialogue, &music, &changes, &[480]);
    // The tone's own step, and the steepest of a fade over 480 samples between two tones.
    let most = 0.0066 + 1.875 / 480.0;
    for pair in output[0].windows(2) {
        assert!((pair[1] - pair[0]).abs() < most, "{pair:?}");
    }
    let (mix, _) = run(&mut engine(1, 2), &dialogue, &music, &ducking(), &[480]);
    // The last two changes wait for each other.
    let from = 20_050 + 2 * 480;
    assert!(output[0][from..] == mix[0][from..]);
    assert!(output[0][10_480..15_000].iter().all(|&x| x == 0.0));

    for sizes in [&[1][..], &[7, 300], &[4096]] {
        let again = run_parts(&dialogue, &music, &changes, sizes);
        assert!(is_bit_exact(&again, &output), "blocks of {sizes:?}");
    }
}
