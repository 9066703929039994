//! What `check` and `duck` write and print.

use std::fs;

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use test_support::demo;

use crate::folder::{Folder, RATE_HZ, Run, bits, noise, read_float};

/// Ducks `music.wav` under `silence.wav` into `out.wav` with 24 bits.
fn duck_in_24_bits(folder: &Folder) -> Run {
    folder.run(&[
        "duck",
        "silence.wav",
        "music.wav",
        "--bits",
        "24",
        "-o",
        "out.wav",
    ])
}

#[test]
fn without_speech_duck_gives_back_the_same_bits() {
    for num_channels in [1, 2, 6, 12, 16] {
        let folder = Folder::new();
        let mut music = folder.music("music.wav", num_channels, 20_000);
        // Above full scale, and the first and last sample: nothing may be lost or shifted.
        music[0] = 1.5;
        *music.last_mut().unwrap() = -1.25;
        folder.float_wave("music.wav", num_channels, RATE_HZ, &music);
        folder.silence("silence.wav", RATE_HZ, 20_000);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{num_channels}");
        let (spec, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(spec.channels, num_channels);
        assert_eq!(spec.sample_rate, RATE_HZ);
        assert_eq!(bits(&samples), bits(&music), "{num_channels} channels");
        assert_eq!(folder.names(), ["music.wav", "out.wav", "silence.wav"]);
    }
}

#[test]
fn integers_of_24_bits_come_back_as_they_were() {
    let folder = Folder::new();
    let spec = WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut music: Vec<i32> = noise(9_001 * 2)
        .iter()
        .map(|sample| (sample * 8_388_608.0) as i32)
        .collect();
    music[..3].copy_from_slice(&[-8_388_608, 8_388_607, 1]);
    let mut writer = WavWriter::create(folder.path("music.wav"), spec).unwrap();
    for &sample in &music {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    folder.silence("silence.wav", RATE_HZ, 9_001);
    let run = duck_in_24_bits(&folder);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let mut reader = WavReader::open(folder.path("out.wav")).unwrap();
    assert_eq!(reader.spec().bits_per_sample, 24);
    let samples: Vec<i32> = reader.samples::<i32>().map(Result::unwrap).collect();
    assert_eq!(samples, music);
}

#[test]
fn clipping_in_24_bits_is_said() {
    let folder = Folder::new();
    folder.float_wave("music.wav", 1, RATE_HZ, &[0.5, 1.5, -2.0, 1.0]);
    folder.silence("silence.wav", RATE_HZ, 4);
    let run = duck_in_24_bits(&folder);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("out.wav: 2 samples"), "{}", run.stderr);
    let samples: Vec<i32> = WavReader::open(folder.path("out.wav"))
        .unwrap()
        .samples::<i32>()
        .map(Result::unwrap)
        .collect();
    assert_eq!(samples, [4_194_304, 8_388_607, -8_388_608, 8_388_607]);
}

#[test]
fn the_music_keeps_its_rate_whatever_the_dialogue_has() {
    for (dialogue_hz, music_hz) in [(44_100, 48_000), (96_000, 44_100), (8_000, 192_000)] {
        let folder = Folder::new();
        let music = noise(music_hz as usize);
        folder.float_wave("music.wav", 1, music_hz, &music);
        folder.silence("silence.wav", dialogue_hz, dialogue_hz as usize);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let (spec, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(spec.sample_rate, music_hz);
        assert_eq!(bits(&samples), bits(&music));
    }
}

#[test]
fn different_lengths_are_said_in_one_line_and_allowed() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 2, RATE_HZ);
    for (seconds, what) in [(0.25, "0.750 s shorter"), (1.5, "0.500 s longer")] {
        folder.silence("silence.wav", RATE_HZ, (seconds * 48_000.0) as usize);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!(run.code, 0);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains("silence.wav") && run.stderr.contains(what));
        let (_, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(samples.len(), music.len());
    }
}

#[test]
fn check_writes_the_contract_and_prints_nothing_but_the_report() {
    let folder = Folder::new();
    folder.music("music.wav", 2, RATE_HZ);
    folder.silence("silence.wav", RATE_HZ, RATE_HZ as usize);
    let run = folder.run(&["check", "silence.wav", "music.wav", "--json", "out.json"]);
    // Standard error is a pipe here: no progress bar.
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("nobody speaks"), "{}", run.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "underscore.report/1");
    assert_eq!(json["sample_rate_hz"], RATE_HZ);
    assert_eq!(json["duration_s"], 1.0);
    assert_eq!(json["speech_s"], 0.0);
    assert_eq!(json["clash_percent"], 0.0);
    assert_eq!(json["lines"], serde_json::json!([]));
    let num_hz = json["bands"]["hz"].as_array().unwrap().len();
    let num_excess = json["bands"]["excess_db"].as_array().unwrap().len();
    assert_eq!((num_hz, num_excess), (21, 21));
}

#[test]
fn each_line_and_second_of_the_demo_has_its_figures() {
    let folder = Folder::new();
    let (dialogue, music) = (demo::path("dialogue.flac"), demo::path("music.flac"));
    let check = |args: &[&str]| -> serde_json::Value {
        let files = [dialogue.to_str().unwrap(), music.to_str().unwrap()];
        let run = folder.run(&[&["check", "--json", "out.json"], &files[..], args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap()
    };
    let near_field = check(&[]);
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let lines = near_field["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 7);
    for line in lines {
        let (sii, alone) = (number(&line["sii"]), number(&line["sii_without_music"]));
        assert!(sii <= alone && alone <= 1.0);
        assert!(number(&line["loudness_difference_lu"]).abs() < 20.0);
        let num_goals = match line["verdict"].as_str().unwrap() {
            "clear" => 0,
            "strained" => 1,
            "masked" => 2,
            other => panic!("{other}"),
        };
        let remedies = line["remedies"].as_array().unwrap();
        assert_eq!(remedies.len(), num_goals);
        assert_eq!(
            line["causes"].as_array().unwrap().is_empty(),
            num_goals == 0
        );
        for remedy in remedies {
            assert!(number(&remedy["fader"]["sii"]) > sii);
        }
    }
    let segments = near_field["segments"].as_array().unwrap();
    assert!((15..=24).contains(&segments.len()), "{}", segments.len());
    for segment in segments {
        assert_eq!(number(&segment["end_s"]), number(&segment["start_s"]) + 1.0);
        assert!((0.0..=100.0).contains(&number(&segment["clash_percent"])));
        assert!(number(&segment["sii"]) <= number(&segment["sii_without_music"]));
        assert!(segment["loudness_difference_lu"].is_number());
    }
    let dub_stage = check(&["--monitor", "85", "--viewer", "general"]);
    assert_ne!(dub_stage["sii"], near_field["sii"]);
    assert_eq!(near_field["guide_lu"], 10.0);
    assert_eq!(dub_stage["guide_lu"], 14.0);
}

#[test]
fn help_is_shown_on_request() {
    let folder = Folder::new();
    for args in [&["--help"][..], &["--version"], &["check", "--help"]] {
        let run = folder.run(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        assert!(!run.stdout.is_empty());
    }
    assert_eq!(folder.run(&["mix", "a", "b"]).code, 2);
}

#[test]
fn an_output_that_exists_is_replaced_whole() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 1, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    fs::write(folder.path("out.wav"), vec![7; 1_000_000]).unwrap();
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(read_float(&folder.path("out.wav")).1, music);
}
