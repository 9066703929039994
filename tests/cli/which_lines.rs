//! Which lines count: how sure it is that each is a voice, `--min-confidence`, `--ignore`.

use std::f64::consts::TAU;
use std::fs;

use hound::WavReader;
use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

/// Half a second of a horn: harmonics that fall with their number, with vibrato.
fn note(hz: f64, tilt: f64, vibrato: f64) -> Vec<f32> {
    let num_samples = RATE_HZ as usize / 2;
    let mut phase = 0.0;
    let sample = |idx: usize| {
        let time_s = idx as f64 / f64::from(RATE_HZ);
        phase += TAU * hz * (1.0 + vibrato * (TAU * 5.5 * time_s).sin()) / f64::from(RATE_HZ);
        let harmonics = (1..25).map(f64::from);
        let sum: f64 = harmonics.map(|k| (k * phase).sin() * k.powf(-tilt)).sum();
        let rise = (time_s / 0.02).min((0.5 - time_s) / 0.03).min(1.0);
        (0.06 * sum * rise) as f32
    };
    (0..num_samples).map(sample).collect()
}

/// Where the voices end in `dialogue.wav`, s.
const VOICES_TO_S: f64 = 6.5;

/// `dialogue.wav`: the demo's first lines, then notes; and `music.wav` of the same length.
fn voices_and_notes(folder: &Folder) {
    let mut dialogue = demo::dialogue_at(0.0..6.0).swap_remove(0);
    dialogue.resize(7 * RATE_HZ as usize, 0.0);
    for tilt in [1.0, 1.5] {
        for vibrato in [0.0, 0.01, 0.03, 0.05] {
            dialogue.extend(note(82.0, tilt, vibrato));
            dialogue.resize(dialogue.len() + RATE_HZ as usize * 3 / 2, 0.0);
        }
    }
    folder.music("music.wav", 2, dialogue.len() as u32);
    folder.float_wave("dialogue.wav", 1, RATE_HZ, &dialogue);
}

/// `dialogue.wav`: the demo's first three lines; and `music.wav`.
fn three_lines(folder: &Folder) {
    let dialogue = demo::dialogue_at(0.0..12.0).swap_remove(0);
    folder.music("music.wav", 2, dialogue.len() as u32);
    folder.float_wave("dialogue.wav", 1, RATE_HZ, &dialogue);
}

/// The JSON that `command` writes with these flags.
#[track_caller]
fn json(folder: &Folder, command: &[&str], flags: &[&str]) -> Value {
    let files = ["dialogue.wav", "music.wav", "--json", "list.json"];
    let run = folder.run(&[command, &files, flags].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let text = fs::read_to_string(folder.path("list.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

const CHECK: &[&str] = &["check"];
const DUCK: &[&str] = &["duck", "-o", "out.wav"];

/// Start, end and confidence of each line.
fn lines(json: &Value) -> Vec<(f64, f64, f64)> {
    let lines = json["lines"].as_array().unwrap().iter();
    let number = |line: &Value, key: &str| line[key].as_f64().unwrap();
    lines
        .map(|line| {
            (
                number(line, "start_s"),
                number(line, "end_s"),
                number(line, "confidence"),
            )
        })
        .collect()
}

#[test]
fn doubtful_lines_are_marked_and_left_out_on_request() {
    let folder = Folder::new();
    voices_and_notes(&folder);
    let all = lines(&json(&folder, CHECK, &[]));
    let voices: Vec<_> = all.iter().filter(|it| it.0 < VOICES_TO_S).collect();
    let doubtful: Vec<_> = all.iter().filter(|it| it.2 < 0.5).collect();
    assert!(
        voices.len() >= 2 && voices.iter().all(|it| it.2 > 0.9),
        "{all:?}"
    );
    assert!(
        !doubtful.is_empty(),
        "no note was taken for a line: {all:?}"
    );
    assert!(doubtful.iter().all(|it| it.0 > VOICES_TO_S), "{all:?}");

    let said = folder.run(&["check", "dialogue.wav", "music.wav"]).stdout;
    let num_doubtful = doubtful.len();
    assert!(said.contains(&format!("? {:.2}", doubtful[0].2)), "{said}");
    let about = format!("{num_doubtful} line");
    let row = said
        .lines()
        .find(|row| row.contains("may be no speech"))
        .unwrap();
    assert!(
        row.contains(&about) && row.contains("--min-confidence 0.5"),
        "{row}"
    );

    let sheet = folder.run(&["check", "dialogue.wav", "music.wav", "--session-text"]);
    assert!(
        sheet.stderr.contains("may be no speech"),
        "{}",
        sheet.stderr
    );
    let many = "name,dialogue,music\nR1,dialogue.wav,music.wav\n";
    fs::write(folder.path("pairs.csv"), many).unwrap();
    let many = folder.run(&[
        "check",
        "--manifest",
        "pairs.csv",
        "--min-confidence",
        "0.5",
    ]);
    let expected = format!("R1: {num_doubtful} line");
    assert!(many.stderr.contains(&expected), "{}", many.stderr);

    for command in [CHECK, DUCK] {
        let kept = json(&folder, command, &["--min-confidence", "0.5"]);
        let expected: Vec<_> = all.iter().filter(|it| it.2 >= 0.5).copied().collect();
        assert_eq!(lines(&kept), expected);
        assert_eq!(kept["lines_left_out"], num_doubtful);
        assert_eq!(kept["min_confidence"], 0.5);
        let none = json(&folder, command, &["--min-confidence", "1"]);
        assert!(lines(&none).iter().all(|it| it.2 == 1.0));
    }
    // The sums are those of what is in the list.
    let speech_s = |flags: &[&str]| json(&folder, CHECK, flags)["speech_s"].as_f64().unwrap();
    assert!(speech_s(&["--min-confidence", "0.5"]) < speech_s(&[]) - 0.15);
    let page = [
        "--min-confidence",
        "0.5",
        "--report",
        "page.html",
        "--csv",
        "list.csv",
    ];
    json(&folder, CHECK, &page);
    let page = fs::read_to_string(folder.path("page.html")).unwrap();
    assert!(page.contains("left out (confidence under 0.5)"));
    let csv = fs::read_to_string(folder.path("list.csv")).unwrap();
    assert!(csv.lines().next().unwrap().contains(",confidence,"));
    assert_eq!(csv.lines().count(), 1 + all.len() - num_doubtful);
}

#[test]
fn where_the_dialogue_is_ignored_nobody_speaks() {
    let folder = Folder::new();
    three_lines(&folder);
    let all = lines(&json(&folder, CHECK, &[]));
    let (start_s, end_s, _) = *all.last().unwrap();
    let range = format!("{start_s}-{end_s}");
    let clock = format!("0:00:{start_s:06.3}-0:00:{end_s:06.3}");
    let earlier: Vec<_> = all[..all.len() - 1].to_vec();
    for command in [CHECK, DUCK] {
        for range in [&range, &clock] {
            let json = json(&folder, command, &["--ignore", range]);
            assert_eq!(lines(&json), earlier, "{range}");
            let ignored = &json["ignored"][0];
            assert_eq!(
                (ignored["start_s"].as_f64(), ignored["end_s"].as_f64()),
                (Some(start_s), Some(end_s))
            );
        }
    }
    // The music there is left as it was.
    let music: Vec<f32> = samples(&folder, "music.wav");
    let ducked: Vec<f32> = samples(&folder, "out.wav");
    let frames = (2.0 * (start_s + 0.2) * f64::from(RATE_HZ)) as usize..music.len();
    assert_eq!(ducked[frames.clone()], music[frames]);
    // Twice, and the rows of a list.
    let twice = ["--ignore", &range, "--ignore", "0-4.5"];
    assert_eq!(lines(&json(&folder, CHECK, &twice)), all[1..2]);
    json(
        &folder,
        CHECK,
        &["--csv", "list.csv", "--fps", "25", "--start", "10:00:00:00"],
    );
    let list = [
        "--ignore",
        "list.csv",
        "--fps",
        "25",
        "--start",
        "10:00:00:00",
    ];
    let rows = fs::read_to_string(folder.path("list.csv")).unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    fs::write(
        folder.path("list.csv"),
        [&rows[..1], &rows[2..]].concat().join("\n"),
    )
    .unwrap();
    assert_eq!(lines(&json(&folder, CHECK, &list)), all[..1]);
    let said = folder.run(&["check", "dialogue.wav", "music.wav", "--ignore", "0-60"]);
    assert!(
        said.stdout.contains("no line is left in the list"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("nobody speaks"), "{}", said.stdout);
    assert!(
        said.stdout.contains("in 1 place: taken for silence"),
        "{}",
        said.stdout
    );
}

fn samples(folder: &Folder, name: &str) -> Vec<f32> {
    let reader = WavReader::open(folder.path(name)).unwrap();
    reader.into_samples().map(Result::unwrap).collect()
}

#[test]
fn values_that_mean_nothing_are_refused() {
    let folder = Folder::new();
    folder.music("music.wav", 1, 4_800);
    folder.silence("dialogue.wav", RATE_HZ, 4_800);
    fs::write(folder.path("bad.csv"), "bark,2,1\n").unwrap();
    let check = ["check", "dialogue.wav", "music.wav"];
    let duck = ["duck", "dialogue.wav", "music.wav", "-o", "out.wav"];
    for args in [&check[..], &duck[..]] {
        for (flag, value, start, what) in [
            (
                "--min-confidence",
                "1.1",
                "--min-confidence 1.1",
                "must be 0 to 1",
            ),
            (
                "--min-confidence",
                "-1",
                "--min-confidence -1",
                "must be 0 to 1",
            ),
            (
                "--min-confidence",
                "NaN",
                "--min-confidence NaN",
                "must be 0 to 1",
            ),
            ("--ignore", "2-1", "--ignore 2-1", "exchange in and out"),
            (
                "--ignore",
                "0:0:0:1-0:0:0:9",
                "--ignore 0:0:0:1-0:0:0:9",
                "needs --fps",
            ),
            ("--ignore", "no.csv", "no.csv", "no such file"),
            (
                "--ignore",
                "bad.csv",
                "bad.csv",
                "line 1: ends before it begins",
            ),
        ] {
            folder.refuses(&[args, &[flag, value]].concat(), start, what);
        }
    }
}

#[test]
fn what_is_said_of_the_files_stands_in_the_lists_too() {
    let folder = Folder::new();
    three_lines(&folder);
    let whole = fs::read(folder.path("dialogue.wav")).unwrap();
    let mut unfinished = whole;
    let data = unfinished.windows(4).position(|it| it == b"data").unwrap();
    unfinished[data + 4..data + 8].fill(0);
    fs::write(folder.path("dialogue.wav"), unfinished).unwrap();
    for command in [CHECK, DUCK] {
        let json = json(&folder, command, &[]);
        let note = json["notes"][0].as_str().unwrap();
        assert!(note.starts_with("dialogue.wav: "), "{note}");
        assert!(!lines(&json).is_empty());
    }
    json(&folder, CHECK, &["--report", "page.html"]);
    let page = fs::read_to_string(folder.path("page.html")).unwrap();
    assert!(page.contains("Noticed about the files") && page.contains("<li>dialogue.wav: "));
}
