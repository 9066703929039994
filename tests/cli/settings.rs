//! Settings, presets and look-ahead on the command line.

use std::fs;

use hound::WavReader;
use test_support::demo;
use underscore::presets::{PRESETS, Preset};

use crate::folder::{Folder, RATE_HZ, bits, read_float};

/// Ducks three seconds of noise under the demo's dialogue and gives the output.
fn ducked(folder: &Folder, flags: &[&str]) -> Vec<f32> {
    let dialogue = demo::path("dialogue.flac");
    let dialogue = dialogue.to_str().unwrap();
    let args = [&["duck", dialogue, "music.wav", "-o", "out.wav"], flags].concat();
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{flags:?}: {}", run.stderr);
    read_float(&folder.path("out.wav")).1
}

#[test]
fn a_preset_is_its_values_and_flags_override_them() {
    let folder = Folder::new();
    folder.music("music.wav", 1, 4 * RATE_HZ);
    let outputs: Vec<_> = PRESETS
        .iter()
        .map(|preset| ducked(&folder, &["--preset", preset.slug]))
        .collect();
    for (idx, output) in outputs.iter().enumerate() {
        assert!(!outputs[..idx].contains(output), "{}", PRESETS[idx].slug);
    }
    let of = |slug: &str| {
        PRESETS
            .iter()
            .position(|preset| preset.slug == slug)
            .unwrap()
    };
    let (gentle, balanced) = (&outputs[of("gentle")], &outputs[of("balanced")]);
    assert!(ducked(&folder, &[]) == *balanced);

    let settings = Preset::of_slug("gentle").unwrap().settings();
    let values = [
        ("--target", settings.target),
        ("--max-cut", settings.max_cut_db),
        ("--attack", settings.attack_ms),
        ("--hold", settings.hold_ms),
        ("--release", settings.release_ms),
    ]
    .map(|(flag, value)| (flag, value.to_string()));
    let flags: Vec<&str> = values
        .iter()
        .flat_map(|(flag, value)| [*flag, value])
        .collect();
    assert!(ducked(&folder, &flags) == *gentle);
    let over_firm = [&["--preset", "firm"], &flags[..]].concat();
    assert!(ducked(&folder, &over_firm) == *gentle);
}

#[test]
fn presets_are_listed_in_the_help() {
    let folder = Folder::new();
    let run = folder.run(&["duck", "--help"]);
    for preset in &PRESETS {
        assert!(run.stdout.contains(preset.slug), "{}", run.stdout);
    }
    let run = folder.run(&["duck", "a", "b", "-o", "c", "--preset", "loud"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("loud"), "{}", run.stderr);
}

#[test]
fn with_look_ahead_the_output_stays_in_time_with_the_music() {
    for ms in ["0", "5", "10", "20", "40"] {
        let folder = Folder::new();
        // Shorter than the look-ahead, and longer than a block.
        for num_frames in [100, 20_000] {
            let music = folder.music("music.wav", 6, num_frames);
            folder.silence("silence.wav", RATE_HZ, num_frames as usize);
            let duck = ["duck", "silence.wav", "music.wav", "-o", "out.wav"];
            let flags = ["--look-ahead", ms, "--delta", "delta.wav"];
            let run = folder.run(&[&duck[..], &flags].concat());
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{ms} ms");
            let (_, output) = read_float(&folder.path("out.wav"));
            assert_eq!(bits(&output), bits(&music), "{ms} ms");
            let (_, delta) = read_float(&folder.path("delta.wav"));
            assert_eq!(delta.len(), music.len());
            assert!(delta.iter().all(|&sample| sample == 0.0), "{ms} ms");
        }
    }
}

#[test]
fn with_look_ahead_output_and_delta_are_still_the_music() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 1, 4 * RATE_HZ);
    let plain = ducked(&folder, &[]);
    let flags = ["--look-ahead", "20", "--bits", "24", "--delta", "delta.wav"];
    let dialogue = demo::path("dialogue.flac");
    let duck = [
        "duck",
        dialogue.to_str().unwrap(),
        "music.wav",
        "-o",
        "early.wav",
    ];
    let run = folder.run(&[&duck[..], &flags].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let read = |name: &str| -> Vec<i32> {
        let mut reader = WavReader::open(folder.path(name)).unwrap();
        reader.samples::<i32>().map(Result::unwrap).collect()
    };
    let early = read("early.wav");
    for ((early, delta), music) in early.iter().zip(read("delta.wav")).zip(&music) {
        assert_eq!(early + delta, (music * 8_388_608.0).round() as i32);
    }
    let plain: Vec<i32> = plain
        .iter()
        .map(|x| (x * 8_388_608.0).round() as i32)
        .collect();
    assert!(early.len() == plain.len() && early != plain);
}

#[test]
fn other_look_aheads_are_refused() {
    let folder = Folder::new();
    for value in ["15", "-5", "5.0", "ms"] {
        let run = folder.run(&["duck", "a", "b", "-o", "c", "--look-ahead", value]);
        assert_eq!(run.code, 2);
        let expected = format!("underscore: --look-ahead {value}: must be 0, 5, 10, 20 or 40\n");
        assert_eq!(run.stderr, expected);
    }
    assert!(fs::read_dir(folder.path(".")).unwrap().next().is_none());
}

#[test]
fn a_setting_out_of_range_is_refused_with_the_range() {
    let folder = Folder::new();
    for (flag, value, rule) in [
        ("--target", "0.95", "must be 0.5 to 0.8"),
        ("--target", "NaN", "must be 0.5 to 0.8"),
        ("--amount-lu", "6.5", "must be 0 to 6"),
        ("--max-cut", "-1", "must be 0 to 18"),
        ("--attack", "0", "must be 1 to 200"),
        ("--hold", "inf", "must be 0 to 1000"),
        ("--release", "5000", "must be 20 to 2000"),
        ("--low", "50", "must be 100 to 10000"),
        ("--high", "20000", "must be 100 to 10000"),
        ("--trim", "-30", "must be -24 to 24"),
        ("--trim", "-nan", "must be -24 to 24"),
        ("--focus", "two", "must be 0 to 1"),
        ("--monitor", "95", "must be 60 to 90"),
        ("--fail-above", "101", "must be 0 to 100"),
    ] {
        let run = folder.run(&["check", "a.wav", "b.wav", flag, value]);
        assert_eq!(run.code, 2);
        assert_eq!(run.stderr, format!("underscore: {flag} {value}: {rule}\n"));
    }
    let run = folder.run(&["check", "a.wav", "b.wav", "--low", "900", "--high", "800"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "underscore: --low 900: must not be above --high 800\n"
    );
}

#[test]
fn settings_in_range_are_taken() {
    let folder = Folder::new();
    folder.music("music.wav", 1, 4_800);
    folder.silence("silence.wav", RATE_HZ, 4_800);
    let run = folder.run(&[
        "check",
        "silence.wav",
        "music.wav",
        "--steer",
        "amount",
        "--amount-lu",
        "3",
        "--target",
        "0.5",
        "--max-cut",
        "18",
        "--attack",
        "1",
        "--hold",
        "0",
        "--release",
        "2000",
        "--low",
        "160",
        "--high",
        "8000",
        "--trim",
        "-6.5",
        "--focus",
        "1",
        "--fail-above",
        "0",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}
