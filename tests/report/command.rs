//! The lists as the command writes them: all or none, with one clear line for each bad input.

use std::fs;
use std::path::Path;
use std::process::Command;

use hound::{SampleFormat, WavSpec, WavWriter};
use serde_json::Value;
use tempfile::TempDir;
use test_support::demo;

const RATE_HZ: u32 = 48_000;

/// A folder with a second of silent dialogue and music.
fn folder() -> TempDir {
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    for name in ["dialogue.wav", "music.wav"] {
        wave(&folder.path().join(name));
    }
    folder
}

fn wave(path: &Path) {
    let spec = WavSpec {
        channels: 1,
        sample_rate: RATE_HZ,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut writer = WavWriter::create(path, spec).unwrap();
    for _ in 0..RATE_HZ {
        writer.write_sample(0i16).unwrap();
    }
    writer.finalize().unwrap();
}

/// Puts a `bext` chunk with this body in front of the other chunks of a wave file.
fn add_bext(path: &Path, body: &[u8]) {
    let bytes = fs::read(path).unwrap();
    let mut with = bytes[..12].to_vec();
    with.extend(b"bext");
    with.extend((body.len() as u32).to_le_bytes());
    with.extend(body);
    with.extend(&bytes[12..]);
    let size = (with.len() as u32 - 8).to_le_bytes();
    with[4..8].copy_from_slice(&size);
    fs::write(path, with).unwrap();
}

/// Body of a `bext` chunk (EBU Tech 3285, version 1) with this time reference.
fn bext(time_reference: u64) -> Vec<u8> {
    let mut body = vec![0; 602];
    body[338..346].copy_from_slice(&time_reference.to_le_bytes());
    body
}

/// Exit code, standard output and standard error of `underscore check ARGS` in `folder`.
fn check(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
        .arg("check")
        .args(args)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}

const PAIR: [&str; 2] = ["dialogue.wav", "music.wav"];

fn check_pair(folder: &TempDir, args: &[&str]) -> (i32, String, String) {
    check(folder, &[&PAIR[..], args].concat())
}

fn otio_start_frame(folder: &TempDir) -> f64 {
    let text = fs::read_to_string(folder.path().join("a.otio")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    json["global_start_time"]["value"].as_f64().unwrap()
}

#[test]
fn each_mistake_is_one_line_and_leaves_nothing_behind() {
    let folder = folder();
    for (name, contents) in [
        (
            "zero.mid",
            &b"MThd\0\0\0\x06\0\0\0\x01\0\x60MTrk\0\0\0\x0b\0\xff\x51\x03\0\0\0\0\xff\x2f\0"[..],
        ),
        ("junk.mid", b"junk"),
        ("overlap.csv", b"1M1,0,0:10\n1M2,0:05,0:20\n"),
        ("columns.csv", b"1M1,0\n"),
        ("manifest.csv", b"only,two\n"),
    ] {
        fs::write(folder.path().join(name), contents).unwrap();
    }
    let num_files = || fs::read_dir(folder.path()).unwrap().count();
    let before = num_files();
    for (args, expected) in [
        (
            &["--fps", "29.97df", "--start", "00:01:00:00"][..],
            "a label that drop frame leaves out",
        ),
        (
            &["--fps", "25", "--start", "01:00:00:25"],
            "is out of range",
        ),
        (
            &["--fps", "25", "--start", "01:00:00;00"],
            "has the `;` of drop frame",
        ),
        (&["--start", "01:00:00:00"], "needs --fps"),
        (&["--fps", "1e9"], "must be one of 23.976, 24"),
        (&["--fps", "0"], "must be one of"),
        (&["--tempo", "0"], "must be 4 to 1000"),
        (&["--tempo", "NaN"], "must be 4 to 1000"),
        (
            &["--tempo", "120", "--meter", "4/3"],
            "must be a time signature",
        ),
        (&["--tempo-map", "zero.mid"], "zero.mid: has a tempo of 0"),
        (
            &["--tempo-map", "junk.mid"],
            "junk.mid: is not a Standard MIDI file",
        ),
        (&["--tempo-map", "none.mid"], "none.mid: no such file"),
        (
            &["--cues", "overlap.csv"],
            "overlap.csv: 1M1 and 1M2 overlap",
        ),
        (
            &["--cues", "columns.csv"],
            "columns.csv: is not a list of cues (line 1: 2 columns)",
        ),
        (
            &["--csv", "a.csv", "--edl", "a.edl"],
            "a.edl: is a list that counts in frames: give --fps",
        ),
        (&["--csv", "a", "--json", "./a"], "is given for two outputs"),
        (&["--csv", "music.wav"], "music.wav: is also an input"),
        (&["--report", "none/a.html"], "there is no folder none"),
        (
            &["--cues", "overlap.csv", "--csv", "overlap.csv"],
            "overlap.csv: ",
        ),
    ] {
        let (code, stdout, stderr) = check_pair(&folder, args);
        assert_eq!((code, stdout.as_str()), (2, ""), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(stderr.contains(expected), "{args:?}: {stderr}");
        assert_eq!(num_files(), before, "{args:?}");
    }
    let (code, _, stderr) = check(&folder, &["--manifest", "manifest.csv"]);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("manifest.csv: is not a manifest (line 1: 2 columns)"),
        "{stderr}"
    );
}

#[test]
fn every_list_is_written_at_once() {
    let folder = folder();
    let outputs = [
        "--report",
        "a.html",
        "--json",
        "a.json",
        "--csv",
        "a.csv",
        "--markers",
        "a.mid",
    ];
    let more = [
        "--reaper", "r.csv", "--edl", "a.edl", "--otio", "a.otio", "--fps", "25",
    ];
    let (code, _, stderr) = check_pair(&folder, &[&outputs[..], &more[..]].concat());
    assert_eq!((code, stderr.as_str()), (0, ""));
    for name in [
        "a.html", "a.json", "a.csv", "a.mid", "r.csv", "a.edl", "a.otio",
    ] {
        assert!(
            fs::metadata(folder.path().join(name)).unwrap().len() > 0,
            "{name}"
        );
    }
}

#[test]
fn the_time_reference_of_the_music_is_the_origin() {
    let folder = folder();
    add_bext(
        &folder.path().join("music.wav"),
        &bext(3600 * u64::from(RATE_HZ)),
    );
    add_bext(
        &folder.path().join("dialogue.wav"),
        &bext(3601 * u64::from(RATE_HZ)),
    );
    let (code, _, stderr) = check_pair(&folder, &["--fps", "25", "--otio", "a.otio"]);
    assert_eq!(code, 0);
    let told = "dialogue.wav: its time stamp is 1.000 s after the music's";
    assert!(stderr.contains(told), "{stderr}");
    assert_eq!(otio_start_frame(&folder), 90_000.0);
    // A start that is given counts for more.
    let start = ["--fps", "25", "--start", "02:00:00:00", "--otio", "a.otio"];
    let (code, _, stderr) = check_pair(&folder, &start);
    assert_eq!((code, stderr.lines().count()), (0, 1), "{stderr}");
    assert!(stderr.contains(told), "{stderr}");
    assert_eq!(otio_start_frame(&folder), 180_000.0);
}

#[test]
fn a_damaged_time_reference_matters_only_where_it_is_needed() {
    for (body, expected) in [
        (
            bext(u64::MAX),
            "music.wav: has a bext time reference of 18446744073709551615 samples",
        ),
        (vec![0; 100], "music.wav: has a damaged bext chunk"),
    ] {
        let folder = folder();
        add_bext(&folder.path().join("music.wav"), &body);
        let (code, _, stderr) = check_pair(&folder, &["--fps", "25"]);
        assert_eq!(code, 2);
        assert!(
            stderr.contains(expected) && stderr.lines().count() == 1,
            "{stderr}"
        );
        assert_eq!(check_pair(&folder, &[]).0, 0);
        assert_eq!(
            check_pair(&folder, &["--fps", "25", "--start", "00:00:00:00"]).0,
            0
        );
    }
}

#[test]
fn one_broken_pair_does_not_stop_the_others() {
    let folder = folder();
    let manifest = "name,dialogue,music\nR1,dialogue.wav,music.wav\nR2,gone.wav,music.wav\n\
                    R3,dialogue.wav,music.wav\n";
    fs::write(folder.path().join("reels.csv"), manifest).unwrap();
    let args = ["--manifest", "reels.csv", "--json", "{name}.json"];
    let (code, stdout, stderr) = check(&folder, &args);
    assert_eq!(code, 2);
    assert_eq!(stdout.lines().count(), 4, "{stdout}");
    assert!(
        stdout.lines().nth(2).unwrap().contains("failed"),
        "{stdout}"
    );
    assert!(stderr.contains("gone.wav: no such file"), "{stderr}");
    assert!(stderr.contains("1 of 3 pairs failed"), "{stderr}");
    // In the place of its list stands why there is none.
    let schemas = ["R1", "R2", "R3"].map(|name| {
        let bytes = fs::read(folder.path().join(format!("{name}.json"))).unwrap();
        let json: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        json["schema"].as_str().unwrap().to_owned()
    });
    let report = "underscore.report/1";
    assert_eq!(schemas, [report, "underscore.failure/1", report]);
}

#[test]
fn results_do_not_depend_on_the_number_of_jobs() {
    let folder = folder();
    for name in ["dialogue.flac", "music.flac"] {
        fs::copy(demo::path(name), folder.path().join(name)).unwrap();
    }
    let manifest = "R1,dialogue.flac,music.flac\nR2,dialogue.wav,music.wav\n\
                    R3,dialogue.flac,music.wav\nR4,music.flac,dialogue.flac\n";
    fs::write(folder.path().join("reels.csv"), manifest).unwrap();
    let run = |num_jobs: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
            .args(["check", "--manifest", "reels.csv", "--fps", "25"])
            .args(["--json", "{name}.json", "--report", "{name}.html"])
            .args(["--stem", "all=music.flac", "--otio", "{name}.otio"])
            .env("RAYON_NUM_THREADS", num_jobs)
            .current_dir(folder.path())
            .output()
            .unwrap();
        // R4 is the wrong way round.
        assert_eq!(output.status.code(), Some(3));
        let mut written = vec![output.stdout];
        for reel in ["R1", "R2", "R3", "R4"] {
            for form in ["json", "html", "otio"] {
                let path = folder.path().join(format!("{reel}.{form}"));
                written.push(fs::read(path).unwrap());
            }
        }
        written
    };
    let alone = run("1");
    assert!(alone == run("2") && alone == run("7"));
}

#[test]
fn folders_pair_their_files_by_name() {
    let folder = folder();
    for side in ["d", "m"] {
        fs::create_dir(folder.path().join(side)).unwrap();
        for reel in ["R1", "R2"] {
            wave(&folder.path().join(side).join(format!("{reel}.wav")));
        }
    }
    let (code, stdout, stderr) = check(&folder, &["d", "m"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    let names: Vec<&str> = stdout
        .lines()
        .skip(1)
        .filter_map(|row| row.split_whitespace().next())
        .collect();
    assert_eq!(names, ["R1", "R2"]);
}

#[test]
fn many_pairs_need_a_name_in_each_output() {
    let folder = folder();
    fs::write(
        folder.path().join("reels.csv"),
        "R1,dialogue.wav,music.wav\n",
    )
    .unwrap();
    let args = ["--manifest", "reels.csv", "--csv", "a.csv"];
    let (code, _, stderr) = check(&folder, &args);
    assert_eq!(code, 2);
    assert!(
        stderr.contains("a.csv: would be written by every pair: put {name}"),
        "{stderr}"
    );
}
