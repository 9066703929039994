//! Standard input and output in place of files, names of outputs, lists for spreadsheets, and what a duck
//! says.

use std::fs::{self, File};
use std::process::{Command, Stdio};

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

fn scene(folder: &Folder) {
    folder.float_wave("voice.wav", 1, RATE_HZ, &demo::dialogue()[0]);
    folder.float_wave("music.wav", 1, RATE_HZ, &demo::music()[0]);
}

#[test]
fn pipes_stand_for_files() {
    let folder = Folder::new();
    scene(&folder);
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let said = run.stdout;
    for (args, stdin) in [
        (["duck", "-", "music.wav", "-o", "-"], "voice.wav"),
        (["duck", "voice.wav", "-", "-o", "-"], "music.wav"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
            .args(args)
            .current_dir(folder.path(""))
            .stdin(Stdio::from(File::open(folder.path(stdin)).unwrap()))
            .output()
            .unwrap();
        assert!(output.status.success());
        assert_eq!(output.stdout, fs::read(folder.path("out.wav")).unwrap());
        assert_eq!(String::from_utf8(output.stderr).unwrap(), said);
    }
    let check = ["check", "voice.wav", "music.wav", "--json", "-"];
    let run = folder.run(&check);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["lines"].as_array().unwrap().len(), 7);
    // Nothing was given.
    let run = folder.run(&["check", "-", "music.wav"]);
    assert_eq!(run.code, 2);
    assert!(
        run.stderr.contains("standard input: is empty"),
        "{}",
        run.stderr
    );
    assert_eq!(folder.names(), ["music.wav", "out.wav", "voice.wav"]);
}

#[test]
fn names_of_other_formats_are_refused() {
    let folder = Folder::new();
    scene(&folder);
    for name in ["out.flac", "out.AIF", "out.mp3", "out.m4a"] {
        let args = ["duck", "voice.wav", "music.wav", "-o", name];
        folder.refuses(&args, name, "give it the ending .wav");
        let args = [
            "duck",
            "voice.wav",
            "music.wav",
            "-o",
            "out.wav",
            "--delta",
            name,
        ];
        folder.refuses(&args, name, "give it the ending .wav");
    }
}

#[test]
fn a_duck_says_what_each_line_lost_and_what_came_of_it() {
    let folder = Folder::new();
    scene(&folder);
    let run = folder.run(&[
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--json",
        "out.json",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let report: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap();
    assert_eq!(report["schema"], "underscore.duck/1");
    let lines = report["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 7);
    assert_eq!(run.stdout.lines().count(), 7 + 5, "{}", run.stdout);
    let number = |value: &Value| value.as_f64().unwrap();
    let mut num_better = 0;
    for (line, row) in lines.iter().zip(run.stdout.lines().skip(1)) {
        assert!(
            number(&line["sii_after"]) >= number(&line["sii_before"]) - 1e-3,
            "{line}"
        );
        assert!(number(&line["loss_lu"]) >= -0.01, "{line}");
        for key in ["verdict_before", "verdict_after"] {
            assert!(row.contains(line[key].as_str().unwrap()), "{row}");
        }
        num_better += u32::from(line["verdict_before"] != line["verdict_after"]);
    }
    assert!(num_better >= 3, "{report}");
    // What the output itself measures, in a check of it.
    let check = ["check", "voice.wav", "out.wav", "--json", "after.json"];
    assert_eq!(folder.run(&check).code, 0);
    let after: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("after.json")).unwrap()).unwrap();
    let before = ["check", "voice.wav", "music.wav", "--json", "before.json"];
    assert_eq!(folder.run(&before).code, 0);
    let before: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("before.json")).unwrap()).unwrap();
    for (idx, line) in lines.iter().enumerate() {
        let measured = &after["lines"][idx];
        assert!(
            (number(&line["sii_after"]) - number(&measured["sii"])).abs() < 0.03,
            "{line}"
        );
        let key = "loudness_difference_lu";
        let lost = number(&measured[key]) - number(&before["lines"][idx][key]);
        assert!(
            (number(&line["loss_lu"]) - lost).abs() < 0.3,
            "{line}: {lost}"
        );
    }
}

#[test]
fn tables_for_spreadsheets_have_their_commas_and_no_formulas() {
    let folder = Folder::new();
    scene(&folder);
    let cues = "name;in;out;note\n=1+1;0:00,5;0:08,0;x\n@home;0:08,0;0:30,0;y\n";
    fs::write(folder.path("cues.csv"), cues).unwrap();
    let check = [
        "check",
        "voice.wav",
        "music.wav",
        "--cues",
        "cues.csv",
        "--csv",
        "out.csv",
    ];
    let run = folder.run(&check);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let plain = fs::read_to_string(folder.path("out.csv")).unwrap();
    assert!(
        plain.contains("\n1,'=1+1,1.0") && plain.contains(",'@home,"),
        "{plain}"
    );
    let run = folder.run(&[&check[..], &["--csv-locale", "de"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let german = fs::read_to_string(folder.path("out.csv")).unwrap();
    assert!(german.starts_with("\u{FEFF}number;cue;"), "{german}");
    assert!(german.contains("\n1;'=1+1;1,0"), "{german}");
    let run = folder.run(&[&check[..5], &["--session-text"]].concat());
    assert!(run.stdout.contains("\t'=1+1\t"), "{}", run.stdout);
    let run = folder.run(&[&check[..], &["--csv-locale", "4"]].concat());
    assert_eq!(run.code, 2);
}
