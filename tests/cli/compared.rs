//! The two inputs compared: what doesn't fit is told everywhere, and nothing is called clear then.

use std::fs;

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

fn voice() -> Vec<f32> {
    demo::dialogue()[0].clone()
}

/// The music as stereo, left and right.
fn music() -> [Vec<f32>; 2] {
    demo::music().clone().try_into().unwrap()
}

fn interleaved(channels: [&[f32]; 2]) -> Vec<f32> {
    let [left, right] = channels;
    left.iter().zip(right).flat_map(|(l, r)| [*l, *r]).collect()
}

fn scene(folder: &Folder) -> Value {
    let [left, right] = music();
    folder.float_wave("voice.wav", 1, RATE_HZ, &voice());
    folder.float_wave("music.wav", 2, RATE_HZ, &interleaved([&left, &right]));
    let run = folder.run(&["check", "voice.wav", "music.wav", "--json", "plain.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report = json(folder, "plain.json");
    assert_eq!(report["doubts"], serde_json::json!([]));
    assert_eq!(report["is_doubtful"], false);
    report
}

fn json(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path(name)).unwrap()).unwrap()
}

/// Checks and ducks the pair: `kind` must be told on the terminal, in both lists and on the page, and
/// nothing be clear.
#[track_caller]
fn doubted(folder: &Folder, dialogue: &str, music: &str, kind: &str, what: &str) -> Value {
    let lists = [
        "--json", "out.json", "--report", "out.html", "--csv", "out.csv",
    ];
    let run = folder.run(&[&["check", dialogue, music][..], &lists].concat());
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains(what), "{}", run.stderr);
    assert!(
        run.stdout.contains("Doubtful ") && run.stdout.contains(what),
        "{}",
        run.stdout
    );
    let report = json(folder, "out.json");
    assert_eq!(report["is_doubtful"], true);
    let doubts = report["doubts"].as_array().unwrap();
    let doubt = doubts.iter().find(|doubt| doubt["kind"] == kind);
    let doubt = doubt
        .unwrap_or_else(|| panic!("no {kind}: {doubts:?}"))
        .clone();
    let page = fs::read_to_string(folder.path("out.html")).unwrap();
    assert!(page.contains("be trusted:") && page.contains(what));
    assert!(!page.contains("Every line gets through"));
    let csv = fs::read_to_string(folder.path("out.csv")).unwrap();
    for text in [&run.stdout, &csv] {
        assert!(
            !text.contains("clear,") && !text.contains("  clear  "),
            "{text}"
        );
        assert!(!text.contains("nobody speaks"), "{text}");
    }
    let lines = report["lines"].as_array().unwrap();
    assert!(
        lines.iter().all(|line| line["verdict"] != "clear"),
        "{lines:?}"
    );
    let run = folder.run(&[
        "duck",
        dialogue,
        music,
        "-o",
        "out.wav",
        "--json",
        "duck.json",
    ]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stdout.contains(what), "{}", run.stdout);
    let duck = json(folder, "duck.json");
    assert!(
        duck["doubts"]
            .as_array()
            .unwrap()
            .iter()
            .any(|it| it["kind"] == kind)
    );
    doubt
}

#[test]
fn dialogue_that_holds_the_music_is_told_with_its_shift_and_can_be_freed_of_it() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let (voice, [left, right]) = (voice(), music());
    for (shift_samples, gain) in [(0usize, 1.0f32), (2000, 0.7)] {
        let mut guide = voice.clone();
        for (idx, sample) in guide.iter_mut().enumerate().skip(shift_samples) {
            let music_idx = idx - shift_samples;
            if let (Some(l), Some(r)) = (left.get(music_idx), right.get(music_idx)) {
                *sample += gain * 0.5 * (l + r);
            }
        }
        folder.float_wave("guide.wav", 1, RATE_HZ, &guide);
        let kind = "dialogue_holds_music";
        let doubt = doubted(
            &folder,
            "guide.wav",
            "music.wav",
            kind,
            "the dialogue holds the music",
        );
        let shift_ms = shift_samples as f64 / 48.0;
        assert!(
            (doubt["shift_ms"].as_f64().unwrap() - shift_ms).abs() < 0.05,
            "{doubt}"
        );
        assert!(doubt["residual_db"].as_f64().unwrap() < -40.0, "{doubt}");
        assert!(doubt["text"].as_str().unwrap().contains("--subtract-music"));
        let flags = ["--subtract-music", "--json", "out.json"];
        let run = folder.run(&[&["check", "guide.wav", "music.wav"][..], &flags].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(
            run.stderr.contains("the music is taken out of it"),
            "{}",
            run.stderr
        );
        let report = json(&folder, "out.json");
        let verdicts = |report: &Value| -> Vec<String> {
            let lines = report["lines"].as_array().unwrap().iter();
            lines.map(|line| line["verdict"].to_string()).collect()
        };
        assert_eq!(verdicts(&report), verdicts(&expected));
    }
    // In frames of the picture, where the rate is known.
    let flags = ["--fps", "25", "--start", "01:00:00:00"];
    let run = folder.run(&[&["check", "guide.wav", "music.wav"][..], &flags].concat());
    assert!(
        run.stderr.contains("41.7 ms (1.04 frames at 25) later"),
        "{}",
        run.stderr
    );
}

#[test]
fn music_beside_the_voice_on_a_channel_of_its_own_is_told_too() {
    let folder = Folder::new();
    scene(&folder);
    let (voice, [left, right]) = (voice(), music());
    let mono: Vec<f32> = left
        .iter()
        .zip(&right)
        .map(|(l, r)| 0.5 * (l + r))
        .collect();
    folder.float_wave("beside.wav", 2, RATE_HZ, &interleaved([&voice, &mono]));
    let kind = "dialogue_holds_music";
    let doubt = doubted(
        &folder,
        "beside.wav",
        "music.wav",
        kind,
        "the dialogue holds the music",
    );
    assert!(doubt["residual_db"].as_f64().unwrap() < -40.0, "{doubt}");
}

#[test]
fn what_can_not_be_taken_out_is_refused_with_the_reason() {
    let folder = Folder::new();
    scene(&folder);
    let args = ["check", "voice.wav", "music.wav", "--subtract-music"];
    let run = folder.run(&args);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr
            .contains("--subtract-music: the dialogue doesn't hold the music")
    );
    let (mut dialogue, [left, _]) = (voice(), music());
    // Through a room.
    for (idx, sample) in dialogue.iter_mut().enumerate() {
        for (delay, gain) in [(0, 0.5), (700, 0.4), (1500, 0.4), (2600, 0.3)] {
            *sample += gain
                * idx
                    .checked_sub(delay)
                    .and_then(|idx| left.get(idx))
                    .unwrap_or(&0.0);
        }
    }
    folder.float_wave("room.wav", 1, RATE_HZ, &dialogue);
    doubted(
        &folder,
        "room.wav",
        "music.wav",
        "dialogue_holds_music",
        "in another form",
    );
    let run = folder.run(&["check", "room.wav", "music.wav", "--subtract-music"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("give dialogue without it"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_whole_mix_as_music_and_swapped_files_are_told() {
    let folder = Folder::new();
    scene(&folder);
    let (voice, [left, right]) = (voice(), music());
    let with_voice =
        |channel: &[f32]| -> Vec<f32> { channel.iter().zip(&voice).map(|(a, b)| a + b).collect() };
    let mix = [with_voice(&left), with_voice(&right)];
    folder.float_wave("mix.wav", 2, RATE_HZ, &interleaved([&mix[0], &mix[1]]));
    let what = "the music holds the dialogue";
    doubted(
        &folder,
        "voice.wav",
        "mix.wav",
        "music_holds_dialogue",
        what,
    );
    doubted(
        &folder,
        "music.wav",
        "voice.wav",
        "swapped",
        "are the two swapped?",
    );
}

#[test]
fn levels_that_no_dialogue_has_are_told() {
    let folder = Folder::new();
    scene(&folder);
    let scaled = |gain: f32| -> Vec<f32> { voice().iter().map(|it| gain * it).collect() };
    folder.float_wave("loud.wav", 1, RATE_HZ, &scaled(32_768.0));
    doubted(
        &folder,
        "loud.wav",
        "music.wav",
        "too_loud",
        "aren't scaled to full scale",
    );
    folder.float_wave("soft.wav", 1, RATE_HZ, &scaled(0.005));
    doubted(&folder, "soft.wav", "music.wav", "very_soft", "--trim 24");
    let run = folder.run(&["check", "soft.wav", "music.wav", "--trim", "24"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Silence is no doubt.
    folder.silence("silence.wav", RATE_HZ, 480_000);
    let run = folder.run(&["check", "silence.wav", "music.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn opposite_phases_are_heard_and_told() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let voice: Vec<f32> = voice()
        .iter()
        .map(|it| it * std::f32::consts::FRAC_1_SQRT_2)
        .collect();
    let upside_down: Vec<f32> = voice.iter().map(|it| -it).collect();
    folder.float_wave(
        "opposite.wav",
        2,
        RATE_HZ,
        &interleaved([&voice, &upside_down]),
    );
    doubted(
        &folder,
        "opposite.wav",
        "music.wav",
        "opposite_phase",
        "opposite phases",
    );
    let report = json(&folder, "out.json");
    let found = report["lines"].as_array().unwrap();
    let expected = expected["lines"].as_array().unwrap();
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let clash = |line: &Value| line["clash_percent"].as_f64().unwrap();
        assert!((clash(found) - clash(expected)).abs() < 2.0, "{found}");
    }
}

#[test]
fn stems_that_do_not_add_up_are_named() {
    let folder = Folder::new();
    scene(&folder);
    let [left, right] = music();
    folder.float_wave("left.wav", 1, RATE_HZ, &left);
    folder.float_wave("right.wav", 1, RATE_HZ, &right);
    let soft: Vec<f32> = left.iter().map(|it| 0.4 * it).collect();
    folder.float_wave("soft.wav", 1, RATE_HZ, &soft);
    let check = |stems: &[&str]| {
        let flags: Vec<&str> = stems.iter().flat_map(|stem| ["--stem", stem]).collect();
        folder.run(&[&["check", "voice.wav", "music.wav"][..], &flags].concat())
    };
    let run = check(&["a=left.wav", "b=right.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let run = check(&["a=soft.wav", "b=right.wav"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("don't add up to the music: a is not in it"),
        "{}",
        run.stderr
    );
    // A part of the stems is told, and its figures stand.
    let run = check(&["b=right.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("what is in none of them"),
        "{}",
        run.stderr
    );
}

#[test]
fn unrelated_pairs_are_not_doubted() {
    let folder = Folder::new();
    scene(&folder);
    let [left, right] = music();
    let num_frames = left.len();
    // The same music from another place, and noise.
    let turned: Vec<f32> = left[num_frames / 2..]
        .iter()
        .chain(&left[..num_frames / 2])
        .copied()
        .collect();
    folder.float_wave("turned.wav", 2, RATE_HZ, &interleaved([&turned, &right]));
    folder.music("noise.wav", 2, num_frames as u32);
    for music in ["turned.wav", "noise.wav"] {
        let run = folder.run(&["check", "voice.wav", music]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{music}");
    }
}
