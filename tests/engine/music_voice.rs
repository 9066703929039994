//! A voice in the music is heard, and instruments aren't taken for one.

use underscore::settings::Settings;

use crate::common::{engine, log_of, run};
use test_support::Channels;
use test_support::demo::{self, RATE_HZ};
use test_support::noise::white;

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
    let music = demo::music_at(0.0..demo::LENGTH_S);
    for gain in [0.1, 1.0, 4.0] {
        let percent = voice_percent(&scaled(&music, gain), 0.0, 34.0);
        assert!(percent < 1.0, "gain {gain}: {percent} %");
    }
}

#[test]
fn a_voice_in_front_of_instruments_is_heard_at_any_level() {
    // The demo's dialogue as the lead of its music, 6 dB up: lines at 4.95 and 17.2 s.
    let voice = demo::dialogue_at(0.0..30.0);
    let mut music = scaled(&demo::music_at(0.0..30.0), 0.5);
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

#[test]
fn instruments_after_a_rest_are_no_voice() {
    let cue = demo::music_at(3.0..8.0);
    for rest_dbfs in [-200.0, -90.0] {
        let amplitude = 10f32.powf(rest_dbfs / 20.0);
        let mut noise = white(amplitude, 5);
        let mut music: Channels = vec![Vec::new(); cue.len()];
        for (channel, cue) in music.iter_mut().zip(&cue) {
            for _ in 0..2 {
                channel.extend(noise.by_ref().take(6 * RATE_HZ as usize));
                channel.extend(cue);
            }
        }
        let percent = voice_percent(&music, 0.0, 22.0);
        assert!(percent < 1.0, "{rest_dbfs} dBFS: {percent} %");
    }
}

/// The demo's line at 4.95 s over its music with the line at 17.2 s as the lead, soft and loud by turns.
fn dialogue_and_song() -> (Channels, Channels) {
    let lead = demo::dialogue_at(16.2..24.2);
    let mut song = scaled(&demo::music_at(demo::ROUND_LINE_2_S), 0.5);
    for channel in &mut song {
        for (n, (x, lead)) in channel.iter_mut().zip(&lead[0]).enumerate() {
            let swell = 0.1 + 0.9 * (n as f32 / 20_000.0).sin().powi(2);
            *x += swell * lead;
        }
    }
    (demo::dialogue_at(demo::ROUND_LINE_2_S), song)
}

#[test]
fn a_song_that_comes_down_has_the_same_voice_and_never_clashes_more() {
    let (dialogue, song) = dialogue_and_song();
    let mut loudest_voice = None;
    let mut previous: Option<(f32, Vec<f32>)> = None;
    for step in 0..=40 {
        let gain_db = -0.75 * step as f32;
        let quieter = scaled(&song, 10f32.powf(gain_db / 20.0));
        let (_, snapshots) = run(
            &mut engine(1, 2),
            &dialogue,
            &quieter,
            &Settings::default(),
            &[512],
        );
        let voice: Vec<bool> = snapshots.iter().map(|s| s.is_music_voice).collect();
        assert!(voice.contains(&true) && voice.contains(&false));
        assert!(
            loudest_voice.get_or_insert_with(|| voice.clone()) == &voice,
            "{gain_db} dB: another voice"
        );
        let log = log_of(&snapshots);
        let seconds: Vec<f32> = log.segments().iter().map(|s| s.clash_percent).collect();
        let programme = log.summary().clash_percent;
        if let Some((louder_programme, louder_seconds)) = &previous {
            assert!(programme <= *louder_programme, "{gain_db} dB");
            assert_eq!(seconds.len(), louder_seconds.len());
            for (quieter, louder) in seconds.iter().zip(louder_seconds) {
                assert!(quieter <= louder, "{gain_db} dB: {quieter} {louder}");
            }
        }
        previous = Some((programme, seconds));
    }
}
