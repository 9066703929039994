//! `check --audience`: who can follow each line, judged in the same pass.

use std::fs;

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

/// `voice.wav` and `music.wav`: the demo's first 12 s, the music by `gain`.
fn scene(folder: &Folder, gain: f32) {
    let voice = demo::dialogue_at(0.0..12.0).swap_remove(0);
    folder.float_wave("voice.wav", 1, RATE_HZ, &voice);
    let music = demo::music_at(0.0..12.0);
    let interleaved: Vec<f32> = music[0]
        .iter()
        .zip(&music[1])
        .flat_map(|(left, right)| [gain * left, gain * right])
        .collect();
    folder.float_wave("music.wav", 2, RATE_HZ, &interleaved);
}

#[track_caller]
fn json(folder: &Folder, flags: &[&str]) -> Value {
    let files = ["check", "voice.wav", "music.wav", "--json", "list.json"];
    let run = folder.run(&[&files, flags].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&fs::read_to_string(folder.path("list.json")).unwrap()).unwrap()
}

fn lines(json: &Value) -> &Vec<Value> {
    json["lines"].as_array().unwrap()
}

#[test]
fn other_figures_stay_those_of_the_reference_and_its_own_column_says_the_same() {
    let folder = Folder::new();
    scene(&folder, 1.0);
    let without = json(&folder, &[]);
    let mut with = json(
        &folder,
        &["--audience", "same=normal+near-field+full,N3,home"],
    );
    assert_eq!(with["audiences"].as_array().unwrap().len(), 3);
    for line in lines(&with) {
        let same = &line["audiences"][0];
        assert_eq!(same["name"], "same");
        for key in ["sii", "sii_without_music", "verdict"] {
            assert_eq!(same[key], line[key], "{key}");
        }
        let n3 = &line["audiences"][1];
        assert!(n3["sii"].as_f64() < same["sii"].as_f64());
    }
    for line in with["lines"].as_array_mut().unwrap() {
        line.as_object_mut().unwrap().remove("audiences");
    }
    with.as_object_mut().unwrap().remove("audiences");
    assert_eq!(with, without);
}

#[test]
fn what_helps_whom_is_said_in_every_list() {
    let folder = Folder::new();
    scene(&folder, 1.5);
    let flags = [
        "--audience",
        "home,gran=age-70+kitchen+tv@66,N4",
        "--csv",
        "list.csv",
        "--report",
        "page.html",
    ];
    let json = json(&folder, &flags);
    let deaf = &lines(&json)[0]["audiences"][2];
    assert_eq!(deaf["verdict"], "masked");
    assert_eq!(deaf["lost_to"], "hearing");
    assert_eq!(deaf["fader_cut_db"], Value::Null);
    let csv = fs::read_to_string(folder.path("list.csv")).unwrap();
    let [head, first, ..] = csv.lines().collect::<Vec<_>>()[..] else {
        panic!("{csv}");
    };
    assert!(head.contains(",audiences,audiences_sii,"), "{head}");
    assert!(
        first.contains("N4:masked") && first.contains("gran:"),
        "{first}"
    );
    let page = fs::read_to_string(folder.path("page.html")).unwrap();
    for text in [
        "Who can follow it, and where",
        "lost mostly to hearing",
        "<b class=\"masked\">masked</b>",
        "not for judging anybody",
    ] {
        assert!(page.contains(text), "{text}");
    }
    let run = folder.run(&["check", "voice.wav", "music.wav", "--audience", "home,N4"]);
    assert!(run.stdout.contains("for N4"), "{}", run.stdout);
    let heading = run.stdout.lines().next().unwrap();
    assert!(
        heading.contains("  home") && heading.contains("  N4"),
        "{heading}"
    );
}

#[test]
fn devices_play_the_stereo_fold_down() {
    let folder = Folder::new();
    let voice = demo::dialogue_at(0.0..8.0).swap_remove(0);
    folder.float_wave("voice.wav", 1, RATE_HZ, &voice);
    let music = demo::music_at(0.0..8.0).swap_remove(0);
    // All of the music in the surrounds, which cancel each other in no mix, but half of it is left in stereo.
    let surround: Vec<f32> = music
        .iter()
        .flat_map(|&it| [0.0, 0.0, 0.0, 0.0, 2.0 * it, 2.0 * it])
        .collect();
    folder.float_wave("music.wav", 6, RATE_HZ, &surround);
    let json = json(
        &folder,
        &[
            "--audience",
            "all=normal+near-field,set=normal+near-field+20-20000",
        ],
    );
    for line in lines(&json) {
        let sii = |idx: usize| line["audiences"][idx]["sii"].as_f64().unwrap();
        assert!(sii(1) > sii(0) + 0.02, "{line}");
    }
}

#[test]
fn what_is_no_audience_is_refused_in_one_line() {
    let folder = Folder::new();
    scene(&folder, 1.0);
    fs::write(folder.path("five.csv"), "20,20,20,20,20\n").unwrap();
    fs::write(folder.path("deaf.csv"), "250,20\n500,20\n1000,200\n").unwrap();
    fs::write(
        folder.path("bad.csv"),
        "name,listener,place\nme,normal,attic\n",
    )
    .unwrap();
    fs::write(folder.path("none.csv"), "name,listener,place\n").unwrap();
    for (flag, value, what) in [
        ("--audience", "attic", "places dub-stage, near-field"),
        ("--audience", "home,normal+attic", "attic isn't known"),
        ("--audience", "me=20/20/20/20/20+home", "5 values"),
        ("--audience", "me=20/20/20/20/200/20", "200 dB"),
        ("--audience", "me=20/20/b/20/20/20", "\"b\" is no number"),
        ("--audience", "me=./five.csv", "five.csv: 5 values"),
        ("--audience", "me=./deaf.csv", "deaf.csv: 200 dB"),
        ("--audience", "me=./gone.csv", "no such file"),
        ("--audience", "age-93", "18 to 70"),
        ("--audience", "home@20", "40 to 100"),
        ("--audience", "me=tv+phone", "two of device"),
        ("--audience", "home,home", "given twice"),
        ("--audience", "=home", "a name"),
        ("--audience", "me=9000-300", "from one frequency up"),
        ("--audiences", "bad.csv", "line 2: attic isn't known"),
        ("--audiences", "none.csv", "no audience"),
        ("--audiences", "gone.csv", "no such file"),
    ] {
        let files = ["check", "voice.wav", "music.wav", "--json", "o.json"];
        let run = folder.run(&[&files[..], &[flag, value]].concat());
        assert_eq!(run.code, 2, "{value}: {}", run.stderr);
        assert_eq!(run.stderr.trim_end().lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains(what), "{value}: {}", run.stderr);
        assert!(!folder.path("o.json").exists(), "{value}");
    }
}

#[test]
fn a_table_of_audiences_is_read_and_all_names_are_listed() {
    let folder = Folder::new();
    scene(&folder, 1.0);
    fs::write(
        folder.path("people.csv"),
        "name;listener;place;loudspeakers\nGran;20 20 25 35 45 50;kitchen@70;tv\nMe;normal;noise-45;200-9000\n",
    )
    .unwrap();
    let json = json(&folder, &["--audiences", "people.csv"]);
    assert_eq!(json["audiences"][0]["name"], "Gran");
    assert_eq!(json["audiences"][0]["monitor_db_spl"], 70.0);
    assert_eq!(json["audiences"][1]["monitor_db_spl"], 79.0);
    let run = folder.run(&["check", "--list-audiences"]);
    assert_eq!(run.code, 0);
    for name in ["home-70", "N4", "kitchen", "telephone", "ISO 7029:2000"] {
        assert!(run.stdout.contains(name), "{name}");
    }
}

/// `music.wav` as 5.1 with the demo's left music in one channel, `voice.wav` as it was.
fn surround_scene(folder: &Folder, channel_idx: usize) {
    scene(folder, 1.0);
    let music = demo::music_at(0.0..12.0).swap_remove(0);
    let place = |sample: &f32| {
        let mut frame = [0.0; 6];
        frame[channel_idx] = *sample;
        frame
    };
    let interleaved: Vec<f32> = music.iter().flat_map(place).collect();
    folder.float_wave("music.wav", 6, RATE_HZ, &interleaved);
}

#[test]
fn two_ears_hear_music_from_a_side_and_nothing_else() {
    let folder = Folder::new();
    surround_scene(&folder, 4);
    let one = json(&folder, &[]);
    let cinema = json(&folder, &["--ears", "two-in-cinema"]);
    let two = json(&folder, &["--ears", "two", "--audience", "cinema,phone"]);
    assert_eq!(two["ears"], "two, without reverberation");
    assert_eq!(one.get("ears"), None);
    let without_audiences = json(&folder, &["--audience", "cinema,phone"]);
    for (idx, line) in lines(&two).iter().enumerate() {
        let sii = |json: &Value| lines(json)[idx]["sii"].as_f64().unwrap();
        assert!(sii(&one) < sii(&cinema) && sii(&cinema) < sii(&two));
        assert_eq!(line["ears"]["one_ear_sii"].as_f64().unwrap(), sii(&one));
        // In the cinema both ears hear, too; a phone plays all of it from one place.
        let of = |json: &Value, at: usize| lines(json)[idx]["audiences"][at]["sii"].as_f64();
        assert!(of(&two, 0) > of(&without_audiences, 0));
        assert_eq!(of(&two, 1), of(&without_audiences, 1));
    }
    surround_scene(&folder, 2);
    let one = json(&folder, &[]);
    let mut two = json(&folder, &["--ears", "two"]);
    two.as_object_mut().unwrap().remove("ears");
    for (line, one) in two["lines"]
        .as_array_mut()
        .unwrap()
        .iter_mut()
        .zip(lines(&one))
    {
        let line = line.as_object_mut().unwrap();
        line.remove("ears");
        line.insert("advice".into(), one["advice"].clone());
    }
    assert_eq!(two, one);
}

#[test]
fn a_list_for_two_ears_says_how_much_rests_on_them() {
    let folder = Folder::new();
    surround_scene(&folder, 4);
    let run = folder.run(&["check", "voice.wav", "music.wav", "--ears", "two"]);
    assert_eq!(run.code, 0);
    let row = run.stdout.lines().find(|it| it.starts_with("Ears"));
    let row = row.expect("a row Ears");
    assert!(
        row.contains("fares worse for one ear") || row.contains("fare worse for one ear"),
        "{row}"
    );
    assert!(!row.contains("no line"), "{row}");
    let run = folder.run(&["check", "voice.wav", "music.wav", "--ears", "three"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("two-in-cinema"), "{}", run.stderr);
}
