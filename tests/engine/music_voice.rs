//! A voice in the music is heard, and instruments aren't taken for one.

use underscore::settings::Settings;

use crate::common::{Channels, RATE_HZ, engine, run, scene};

/// Share of the hops from `from_s` to `to_s` in which a voice is heard in `music`, %.
fn voice_percent(music: &Channels, from_s: f64, to_s: f64) -> f64 {
    let silence = vec![vec![0.0; music[0].len()]];
    let mut engine = engine(1, music.len());
    let (_, snapshots) = run(&mut engine, &silence, music, &Settings::default(), &[512]);
    let within: Vec<bool> = snapshots
        .iter()
        .filter(|s| (from_s..to_s).contains(&(s.position_samples as f64 / RATE_HZ)))
        .map(|s| s.is_music_voice)
        .collect();
    let num_voiced = within.iter().filter(|&&is_voice| is_voice).count();
    100.0 * num_voiced as f64 / within.len() as f64
}

fn scaled(music: &Channels, gain: f32) -> Channels {
    let scale = |channel: &Vec<f32>| channel.iter().map(|x| gain * x).collect();
    music.iter().map(scale).collect()
}

#[test]
fn instruments_are_no_voice_at_any_level() {
    let music = scene("music.flac", 0.0, 34.0);
    for gain in [0.1, 1.0, 4.0] {
        let percent = voice_percent(&scaled(&music, gain), 0.0, 34.0);
        assert!(percent < 1.0, "gain {gain}: {percent} %");
    }
}

#[test]
fn a_voice_in_front_of_instruments_is_heard_at_any_level() {
    // The demo's dialogue as the lead of its music, 6 dB up: lines at 4.95 and 17.2 s.
    let voice = scene("dialogue.flac", 0.0, 30.0);
    let mut music = scaled(&scene("music.flac", 0.0, 30.0), 0.5);
    for channel in &mut music {
        for (x, voice) in channel.iter_mut().zip(&voice[0]) {
            *x += voice;
        }
    }
    for gain in [0.1, 1.0, 4.0] {
        for (from_s, to_s) in [(5.1, 7.5), (17.4, 19.8)] {
            let percent = voice_percent(&scaled(&music, gain), from_s, to_s);
            assert!(percent > 70.0, "gain {gain}, from {from_s} s: {percent} %");
        }
    }
}
