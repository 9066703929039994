//! What `check` hears beside the pair (stems, fold-downs), what it compares with, and the excerpts
//! of its page.

use std::fs;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::Value;
use test_support::demo;
use underscore::cli::audio::audio_in::AudioFile;

use crate::folder::{Folder, RATE_HZ, noise};

/// The demo's dialogue and music in `folder` as floats: the voice, and left and right.
fn scene(folder: &Folder) -> (Vec<f32>, [Vec<f32>; 2]) {
    let voice = demo::dialogue()[0].clone();
    let [left, right] = <[_; 2]>::try_from(demo::music().clone()).unwrap();
    folder.float_wave("voice.wav", 1, RATE_HZ, &voice);
    write(folder, "music.wav", &[&left, &right], 1.0);
    (voice, [left, right])
}

/// Writes these channels, each times `gain`.
fn write(folder: &Folder, name: &str, channels: &[&[f32]], gain: f32) {
    let num_frames = channels[0].len();
    let samples: Vec<f32> = (0..num_frames)
        .flat_map(|frame_idx| channels.iter().map(move |it| gain * it[frame_idx]))
        .collect();
    folder.float_wave(name, channels.len() as u16, RATE_HZ, &samples);
}

fn check(folder: &Folder, music: &str, args: &[&str]) -> Value {
    let command = ["check", "voice.wav", music, "--json", "out.json"];
    let run = folder.run(&[&command[..], args].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap()
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

fn lines(report: &Value) -> &Vec<Value> {
    report["lines"].as_array().unwrap()
}

#[test]
fn each_clash_names_its_stem() {
    let folder = Folder::new();
    let (_, [left, right]) = scene(&folder);
    let silence = vec![0.0; left.len() / 2];
    write(&folder, "silence.wav", &[&silence], 1.0);
    // Left and right as stems: each alone is part of it, and they are not alike.
    let nothing = vec![0.0; left.len()];
    write(&folder, "left.wav", &[&left, &nothing], 1.0);
    write(&folder, "right.wav", &[&right], 1.0);
    let flags = ["--stem", "left=left.wav", "--stem", "right=right.wav"];
    let more = ["--stem", "tacet=silence.wav", "--csv", "out.csv"];
    let report = check(&folder, "music.wav", &[&flags[..], &more].concat());
    let mut num_clashing = 0;
    for line in lines(&report) {
        if line["verdict"] == "clear" {
            assert!(line.get("stems").is_none(), "{line}");
            continue;
        }
        num_clashing += 1;
        let stems = line["stems"].as_array().unwrap();
        let shares: Vec<f64> = stems.iter().map(|stem| number(&stem["share"])).collect();
        assert!(shares.is_sorted_by(|a, b| a >= b));
        let sum: f64 = shares.iter().sum();
        assert!(
            (sum + number(&line["other_stems_share"]) - 1.0).abs() < 0.01,
            "{line}"
        );
        assert!(sum > 0.95, "two channels are all of the music: {line}");
        assert_eq!(stems[2]["name"], "tacet");
        assert_eq!(number(&stems[2]["share"]), 0.0);
        assert!((number(&stems[2]["sii_without"]) - number(&line["sii"])).abs() < 1e-3);
        assert!(number(&stems[0]["sii_without"]) > number(&line["sii"]));
    }
    assert!(num_clashing > 0);
    let csv = fs::read_to_string(folder.path("out.csv")).unwrap();
    assert!(
        csv.contains(",left,0.") || csv.contains(",right,0."),
        "{csv}"
    );

    // The music as its own only stem: all of it, and without it nothing is left.
    let report = check(&folder, "music.wav", &["--stem", "all=./music.wav"]);
    for line in lines(&report).iter().filter(|it| it["verdict"] != "clear") {
        assert!(number(&line["stems"][0]["share"]) > 0.999, "{line}");
        let without = number(&line["stems"][0]["sii_without"]);
        assert!(
            (without - number(&line["sii_without_music"])).abs() < 1e-3,
            "{line}"
        );
    }
}

#[test]
fn fold_downs_are_heard_as_they_are_mixed() {
    let folder = Folder::new();
    let (_, [left, _]) = scene(&folder);
    let nothing = vec![0.0; left.len()];
    let fold = |report: &Value, name: &str| -> f64 {
        let folds = report["fold_downs"].as_array().unwrap();
        let fold = folds.iter().find(|fold| fold["name"] == name);
        number(&fold.unwrap_or_else(|| panic!("{name}: {report}"))["sii"])
    };
    // A centre keeps its power in stereo and mono; so does the dialogue, which is one.
    let channels = [&nothing, &nothing, &left, &nothing, &nothing, &nothing];
    write(&folder, "centre.wav", &channels.map(Vec::as_slice), 1.0);
    let report = check(&folder, "centre.wav", &["--fold-down"]);
    for name in ["stereo", "mono"] {
        assert!(
            (fold(&report, name) - number(&report["sii"])).abs() < 2e-3,
            "{name}"
        );
    }
    assert!(
        report["fold_down_coefficients"]
            .as_str()
            .unwrap()
            .contains("BS.775")
    );
    // A surround comes at -3 dB into stereo and -6 dB into mono.
    let channels = [&nothing, &nothing, &nothing, &nothing, &left, &nothing];
    write(&folder, "side.wav", &channels.map(Vec::as_slice), 1.0);
    let report = check(&folder, "side.wav", &["--fold-down"]);
    let folded = [fold(&report, "stereo"), fold(&report, "mono")];
    for (gain_db, folded) in [-3.01f32, -6.02].iter().zip(folded) {
        write(&folder, "soft.wav", &[&left], 10f32.powf(gain_db / 20.0));
        let soft = number(&check(&folder, "soft.wav", &[])["sii"]);
        assert!(
            (folded - soft).abs() < 2e-3,
            "{gain_db} dB: {folded}, not {soft}"
        );
    }
}

#[test]
fn where_only_a_fold_down_clashes_is_said() {
    let folder = Folder::new();
    let (_, [left, _]) = scene(&folder);
    // The same in all loudspeakers: on fewer it adds up.
    let channels = [left.as_slice(); 12];
    write(&folder, "wide.wav", &channels, 0.2);
    let args = ["--fold-down", "--fps", "25", "--edl", "out.edl"];
    let report = check(&folder, "wide.wav", &args);
    let names: Vec<&Value> = report["fold_downs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fold| &fold["name"])
        .collect();
    assert_eq!(names, ["5.1", "stereo", "mono"]);
    let only_there = |line: &&Value| {
        let folds = line["fold_downs"].as_array().unwrap();
        line["verdict"] == "clear" && folds.iter().any(|fold| fold["verdict"] != "clear")
    };
    let found: Vec<&Value> = lines(&report).iter().filter(only_there).collect();
    assert!(!found.is_empty(), "{report}");
    let run = folder.run(&["check", "voice.wav", "wide.wav", "--fold-down"]);
    assert!(run.stdout.contains("clash only there: #"), "{}", run.stdout);
    // Who looks for it finds a marker.
    let edl = fs::read_to_string(folder.path("out.edl")).unwrap();
    let num_clashing = lines(&report)
        .iter()
        .filter(|it| it["verdict"] != "clear")
        .count();
    assert_eq!(edl.matches("* LOC:").count(), num_clashing + found.len());
    assert_eq!(edl.matches("CYAN").count(), found.len());
}

#[test]
fn what_changed_since_the_last_version_is_said_line_by_line() {
    let folder = Folder::new();
    let (_, [left, right]) = scene(&folder);
    check(&folder, "music.wav", &[]);
    fs::rename(folder.path("out.json"), folder.path("v1.json")).unwrap();
    write(&folder, "v2.wav", &[&left, &right], 0.4);
    let compare = ["--compare", "v1.json"];
    let report = check(&folder, "v2.wav", &compare);
    let v1: Value =
        serde_json::from_str(&fs::read_to_string(folder.path("v1.json")).unwrap()).unwrap();
    assert_eq!(lines(&report).len(), lines(&v1).len());
    for (line, before) in lines(&report).iter().zip(lines(&v1)) {
        let was_clear = before["verdict"] == "clear";
        let expected = if was_clear { "same" } else { "better" };
        assert_eq!(line["compare"]["change"], expected, "{line}");
        assert_eq!(line["compare"]["before"]["verdict"], before["verdict"]);
    }
    assert_eq!(report["compare"]["clash_percent"], v1["clash_percent"]);
    let run = folder.run(&["check", "voice.wav", "v2.wav", "--compare", "v1.json"]);
    assert!(
        run.stdout.contains("Since    music.wav: 4 better, 0 worse"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("better (was masked"), "{}", run.stdout);
}

#[test]
fn each_of_many_pairs_has_its_own_earlier_list_and_stems() {
    let folder = Folder::new();
    let (_, [left, right]) = scene(&folder);
    write(&folder, "R1_strings.wav", &[&left], 1.0);
    write(&folder, "R2_strings.wav", &[&right], 1.0);
    let manifest = "R1,voice.wav,music.wav\nR2,voice.wav,R2_strings.wav\n";
    fs::write(folder.path("reels.csv"), manifest).unwrap();
    let check = ["check", "--manifest", "reels.csv", "--json"];
    let run = folder.run(&[&check[..], &["{name}.json"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("since"), "{}", run.stdout);
    let more = [
        "--compare",
        "{name}.json",
        "--stem",
        "strings={name}_strings.wav",
    ];
    let run = folder.run(&[&check[..], &["{name}.new.json"], &more[..]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let same = run.stdout.matches("0 better, 0 worse, 7 the same").count();
    assert_eq!(same, 2, "{}", run.stdout);
    let json = fs::read_to_string(folder.path("R2.new.json")).unwrap();
    let report: Value = serde_json::from_str(&json).unwrap();
    let clashing = lines(&report).iter().find(|it| it["verdict"] != "clear");
    let stem = &clashing.unwrap()["stems"][0];
    assert!(
        stem["name"] == "strings" && number(&stem["share"]) > 0.99,
        "{stem}"
    );
}

#[test]
fn excerpts_play_what_is_there_and_what_duck_makes_of_it() {
    let folder = Folder::new();
    scene(&folder);
    let report = check(&folder, "music.wav", &["--report", "a.html", "--audio"]);
    let html = fs::read_to_string(folder.path("a.html")).unwrap();
    let excerpts: Vec<Vec<f32>> = html
        .split("data:audio/flac;base64,")
        .skip(1)
        .map(|rest| {
            let text = rest.split('"').next().unwrap();
            fs::write(folder.path("a.flac"), BASE64_STANDARD.decode(text).unwrap()).unwrap();
            let mut file = AudioFile::open(&folder.path("a.flac")).unwrap();
            assert_eq!((file.sample_rate_hz(), file.num_channels()), (24_000, 1));
            let mut channels = vec![Vec::new()];
            file.read(&mut channels, usize::MAX).unwrap();
            channels.remove(0)
        })
        .collect();
    let clashing = lines(&report).iter().filter(|it| it["verdict"] != "clear");
    let clashing: Vec<&Value> = clashing.collect();
    assert_eq!(excerpts.len(), 2 * clashing.len());
    let power = |samples: &[f32]| samples.iter().map(|it| it * it).sum::<f32>();
    for (pair, line) in excerpts.chunks(2).zip(clashing) {
        let expected_s = number(&line["end_s"]) - number(&line["start_s"]) + 1.0;
        for excerpt in pair {
            assert!((excerpt.len() as f64 / 24_000.0 - expected_s).abs() < 0.01);
        }
        // The duck takes something out, and the voice stays.
        let (as_is, ducked) = (power(&pair[0]), power(&pair[1]));
        assert!(
            ducked < 0.98 * as_is && ducked > 0.05 * as_is,
            "{as_is} {ducked}"
        );
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    let folder = Folder::new();
    folder.music("music.wav", 2, 4_800);
    folder.music("mono.wav", 1, 4_800);
    // Of which no mask says where they stand.
    let channel = noise(4_800);
    folder.masked_wave("eleven.wav", &[channel.as_slice(); 11], 0, &[]);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    folder.silence("slow.wav", 44_100, 4_410);
    fs::write(folder.path("junk.json"), "{\"schema\": 1}").unwrap();
    fs::write(folder.path("other.json"), "{\"schema\": \"x\"}").unwrap();
    let check = |music: &'static str, args: &[&'static str]| {
        [&["check", "voice.wav", music, "--csv", "o.csv"], args].concat()
    };
    for (args, file, what) in [
        (
            check("music.wav", &["--stem", "a=slow.wav"]),
            "slow.wav",
            "44100 Hz, the music 48000",
        ),
        (
            check("music.wav", &["--stem", "a=none.wav"]),
            "none.wav",
            "no such file",
        ),
        (
            check("music.wav", &["--stem", "a=junk.json"]),
            "junk.json",
            "is not audio",
        ),
        (
            check("mono.wav", &["--fold-down"]),
            "mono.wav",
            "has 1 channels",
        ),
        (
            check("eleven.wav", &["--fold-down"]),
            "eleven.wav",
            "has 11 channels",
        ),
        (
            check("music.wav", &["--compare", "junk.json"]),
            "junk.json",
            "is not a report",
        ),
        (
            check("music.wav", &["--compare", "other.json"]),
            "other.json",
            "has schema \"x\"",
        ),
        (
            check("music.wav", &["--compare", "none.json"]),
            "none.json",
            "no such file",
        ),
        (
            check("music.wav", &["--stem", "a=mono.wav", "--json", "mono.wav"]),
            "mono.wav",
            "an input",
        ),
    ] {
        folder.refuses(&args, file, what);
    }
    for (args, expected) in [
        (
            &["--stem", "brass.wav"][..],
            "underscore: --stem brass.wav: must be NAME=FILE",
        ),
        (
            &["--stem", "=brass.wav"],
            "underscore: --stem =brass.wav: must be NAME=FILE",
        ),
        (
            &["--stem", "a=mono.wav", "--stem", "a=music.wav"],
            "underscore: --stem a: is given twice",
        ),
    ] {
        let run = folder.run(&check("music.wav", args));
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.starts_with(expected), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
}
