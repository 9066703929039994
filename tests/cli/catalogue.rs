//! Many reels on many machines: shards, runs that go on where one was killed, and the summary of all.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
#[cfg(unix)]
use std::process::{Command, Stdio};
#[cfg(unix)]
use std::{thread, time::Duration};

use test_support::demo;

use crate::folder::{Folder, RATE_HZ, Run};

const NUM_REELS: usize = 8;

/// What every run checks and writes.
const CHECK: [&str; 8] = [
    "check",
    "--manifest",
    "reels.csv",
    "--cues",
    "cues.csv",
    "--audience",
    "home,phone=me.txt+200-9000",
    "--json",
];

/// Eight reels of five seconds out of the demo scene, in two languages, the first two of which hide more and
/// more.
fn catalogue() -> Folder {
    let folder = Folder::new();
    let from_s = demo::LINE_2_S.start - 1.0;
    let dialogue = demo::dialogue_at(from_s..from_s + 5.0).swap_remove(0);
    let music = demo::music_at(from_s..from_s + 5.0);
    for reel in 0..NUM_REELS {
        let gain = 0.4 + 0.2 * reel as f32;
        folder.float_wave(&format!("d{reel}.wav"), 1, RATE_HZ, &dialogue);
        let frames = music[0].iter().zip(&music[1]);
        let samples: Vec<f32> = frames.flat_map(|(l, r)| [gain * l, gain * r]).collect();
        folder.float_wave(&format!("m{reel}.wav"), 2, RATE_HZ, &samples);
    }
    fs::write(folder.path("cues.csv"), "name,in,out\n1M1,0,5\n").unwrap();
    fs::write(folder.path("me.txt"), "20,20,25,35,45,50").unwrap();
    write_manifest(&folder, 0..NUM_REELS);
    folder
}

fn write_manifest(folder: &Folder, reels: impl Iterator<Item = usize>) {
    let rows = reels.map(|reel| {
        let language = ["de", "fr"][reel % 2];
        format!("R{reel},d{reel}.wav,m{reel}.wav,{language}\n")
    });
    let text = format!("name,dialogue,music,language\n{}", rows.collect::<String>());
    fs::write(folder.path("reels.csv"), text).unwrap();
}

/// Runs `check` on the catalogue, with its lists in the folder `out`.
fn check(folder: &Folder, out: &str, more: &[&str]) -> Run {
    folder.run(&check_args(folder, out, more))
}

fn check_args<'a>(folder: &Folder, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    fs::create_dir_all(folder.path(out)).unwrap();
    let [json, csv]: [&str; 2] = match out {
        "all" => ["all/{name}.json", "all/{name}.csv"],
        "parts" => ["parts/{name}.json", "parts/{name}.csv"],
        _ => ["killed/{name}.json", "killed/{name}.csv"],
    };
    let mut args = CHECK.to_vec();
    args.extend([json, "--csv", csv]);
    args.extend(more);
    args
}

/// A file in a folder, as messages name it.
fn within(folder: &str, file: &str) -> String {
    Path::new(folder).join(file).display().to_string()
}

/// Every file of a folder, by its name.
fn files(folder: &Folder, out: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.path(out)).unwrap();
    let file = |entry: std::io::Result<fs::DirEntry>| {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    };
    entries.map(file).collect()
}

/// The rows of which a run told that it had done them, or found them done.
fn told<'a>(stderr: &'a str, what: &str) -> Vec<&'a str> {
    let lines = stderr.lines();
    lines
        .filter_map(|line| line.strip_prefix("underscore: ")?.split_once(": "))
        .filter(|(_, said)| *said == what)
        .map(|(name, _)| name)
        .collect()
}

const DONE: &str = "done";
const DONE_BEFORE: &str = "done before, left as it is";

/// A summary in every form, and what was printed.
fn summary(folder: &Folder, out: &str, manifest: bool) -> (i32, Vec<Vec<u8>>) {
    let mut args = vec!["merge", out, "--report", "s.html", "--csv", "s.csv"];
    args.extend(["--json", "s.json"]);
    if manifest {
        args.extend(["--manifest", "reels.csv"]);
    }
    let run = folder.run(&args);
    let mut all = vec![run.stdout.into_bytes()];
    for name in ["s.html", "s.csv", "s.json"] {
        all.push(fs::read(folder.path(name)).unwrap());
        fs::remove_file(folder.path(name)).unwrap();
    }
    (run.code, all)
}

#[test]
fn the_summary_of_all_shards_is_that_of_one_run() {
    let folder = catalogue();
    assert_eq!(check(&folder, "all", &[]).code, 0);
    let mut rows_of_shard = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        let run = check(&folder, "parts", &["--shard", shard]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows = told(&run.stderr, DONE);
        rows_of_shard.push(rows.into_iter().map(str::to_owned).collect::<BTreeSet<_>>());
        assert_eq!(
            run.stdout.lines().count(),
            1 + rows_of_shard.last().unwrap().len()
        );
    }
    let sizes: usize = rows_of_shard.iter().map(BTreeSet::len).sum();
    assert_eq!(sizes, NUM_REELS, "{rows_of_shard:?}");
    assert!(files(&folder, "all") == files(&folder, "parts"));
    for manifest in [true, false] {
        let all = summary(&folder, "all", manifest);
        assert!(all == summary(&folder, "parts", manifest));
        assert_eq!(all.0, 0);
    }
    // In another order, with fewer rows and one more: each stays where it was.
    write_manifest(&folder, (1..NUM_REELS).rev());
    for (shard, before) in ["1/3", "2/3", "3/3"].into_iter().zip(&rows_of_shard) {
        let run = check(&folder, "parts", &["--shard", shard, "--resume"]);
        assert_eq!(told(&run.stderr, DONE), [""; 0], "{}", run.stderr);
        let rows: BTreeSet<String> = told(&run.stderr, DONE_BEFORE)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let expected: BTreeSet<String> = before.iter().filter(|it| *it != "R0").cloned().collect();
        assert_eq!(rows, expected);
    }
}

#[test]
fn the_summary_has_the_worst_first_and_the_sums_by_what_reels_share() {
    let folder = catalogue();
    check(&folder, "all", &[]);
    fs::remove_file(folder.path("m2.wav")).unwrap();
    let run = check(&folder, "all", &["--resume"]);
    assert_eq!(run.code, 2);
    fs::remove_file(folder.path("all/R5.json")).unwrap();
    let args = [
        "merge",
        "all",
        "--manifest",
        "reels.csv",
        "--json",
        "s.json",
    ];
    let run = folder.run(&args);
    assert_eq!(run.code, 2);
    for line in [
        "underscore: R2: failed: m2.wav: no such file: check the path\n",
        "underscore: R5: missing: no report of it\n",
        "underscore: 1 of 8 pairs failed, 1 have no report\n",
    ] {
        assert!(run.stderr.contains(line), "{}", run.stderr);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&fs::read(folder.path("s.json")).unwrap()).unwrap();
    let names: Vec<&str> = json["pairs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| pair["name"].as_str().unwrap())
        .collect();
    // The louder the music, the worse.
    assert_eq!(names, ["R2", "R5", "R7", "R6", "R4", "R3", "R1", "R0"]);
    let by: BTreeMap<&str, &serde_json::Value> = json["by"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["by"].as_str().unwrap(), &it["groups"]))
        .collect();
    let kinds: Vec<&&str> = by.keys().collect();
    assert_eq!(kinds, [&"audience", &"cue", &"language"]);
    let group = |kind: &str, name: &str| {
        let groups = by[kind].as_array().unwrap().iter();
        let found = groups.clone().find(|group| group["name"] == name);
        found
            .unwrap_or_else(|| panic!("{name}: {groups:?}"))
            .clone()
    };
    // R0, R4 and R6; R1, R3 and R7.
    for (language, reels) in [("de", [0, 4, 6]), ("fr", [1, 3, 7])] {
        let found = group("language", language);
        assert_eq!(found["pairs"], 3);
        assert_eq!(found["worst"], format!("R{}", reels[2]));
        let clash = reels.map(|reel| {
            let pairs = json["pairs"].as_array().unwrap();
            let pair = pairs.iter().find(|it| it["name"] == format!("R{reel}"));
            let figure = |key: &str| pair.unwrap()[key].as_f64().unwrap();
            [
                figure("clash_percent") * figure("speech_s"),
                figure("speech_s"),
            ]
        });
        let sum = |part: usize| clash.iter().map(|it| it[part]).sum::<f64>();
        let expected = (100.0 * sum(0) / sum(1)).round() / 100.0;
        assert_eq!(found["clash_percent"].as_f64(), Some(expected));
    }
    assert_eq!(group("cue", "1M1")["lines"], 6);
    assert_eq!(group("audience", "phone")["pairs"], 6);
}

#[test]
fn only_what_changed_or_is_gone_is_done_again() {
    let folder = catalogue();
    assert_eq!(check(&folder, "all", &[]).code, 0);
    let first = files(&folder, "all");
    let all: Vec<String> = (0..NUM_REELS).map(|reel| format!("R{reel}")).collect();
    let redone = |more: &[&str]| {
        let args = [&["--resume", "--jobs", "2"], more].concat();
        let run = check(&folder, "all", &args);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let done: BTreeSet<String> = told(&run.stderr, DONE)
            .into_iter()
            .map(str::to_owned)
            .collect();
        let before = told(&run.stderr, DONE_BEFORE).len();
        assert_eq!(done.len() + before, NUM_REELS);
        (Vec::from_iter(done), run.stdout)
    };
    // The table is the same whether rows were done now or before.
    let (none, table) = redone(&[]);
    assert_eq!(none, [""; 0]);
    assert_eq!(table, check(&folder, "all", &[]).stdout);
    assert!(files(&folder, "all") == first);

    // A list that is gone, one that is cut short, one that was edited, a report that is cut short or edited.
    fs::remove_file(folder.path("all/R1.csv")).unwrap();
    let cut = &first["R2.csv"][..first["R2.csv"].len() - 1];
    fs::write(folder.path("all/R2.csv"), cut).unwrap();
    fs::write(folder.path("all/R3.csv"), "number\n").unwrap();
    let cut = &first["R4.json"][..first["R4.json"].len() / 2];
    fs::write(folder.path("all/R4.json"), cut).unwrap();
    let edited = String::from_utf8(first["R5.json"].clone()).unwrap();
    let edited = edited.replacen("\"clash_percent\": ", "\"clash_percent\": 1", 1);
    fs::write(folder.path("all/R5.json"), edited).unwrap();
    assert_eq!(redone(&[]).0, ["R1", "R2", "R3", "R4", "R5"]);
    assert!(files(&folder, "all") == first);

    // An input of one row; one of all; a setting; another list.
    fs::copy(folder.path("m7.wav"), folder.path("m6.wav")).unwrap();
    assert_eq!(redone(&[]).0, ["R6"]);
    fs::write(folder.path("cues.csv"), "name,in,out\n1M2,0,5\n").unwrap();
    assert_eq!(redone(&[]).0, all);
    fs::write(folder.path("me.txt"), "20,20,25,35,45,55").unwrap();
    assert_eq!(redone(&[]).0, all);
    assert_eq!(redone(&[]).0, [""; 0]);
    for more in [
        &["--monitor", "80"][..],
        &["--monitor", "80", "--viewer", "general"],
        &["--monitor", "80", "--tempo", "92"],
        &["--csv-locale", "de"],
        &["--markers", "all/{name}.mid"],
    ] {
        assert_eq!(redone(more).0, all, "{more:?}");
        assert_eq!(redone(more).0, [""; 0], "{more:?}");
    }
    // What has no part in the figures.
    for more in [&["--fail-above", "100"][..], &["--jobs", "1"]] {
        let more = [&["--markers", "all/{name}.mid"], more].concat();
        let args = [&["--resume"], more.as_slice()].concat();
        assert_eq!(told(&check(&folder, "all", &args).stderr, DONE), [""; 0]);
    }
    // Made by another version: the digest of the inputs has it.
    let json = String::from_utf8(files(&folder, "all")["R0.json"].clone()).unwrap();
    let (before, inputs) = json.split_once("\"inputs\": \"").unwrap();
    let other = format!("{before}\"inputs\": \"{}{}", "0".repeat(64), &inputs[64..]);
    fs::write(folder.path("all/R0.json"), other).unwrap();
    assert_eq!(redone(&["--markers", "all/{name}.mid"]).0, ["R0"]);
}

#[test]
fn a_limit_holds_for_rows_that_were_done_before() {
    let folder = catalogue();
    let limited = ["--fail-above", "1"];
    let now = check(&folder, "all", &limited);
    let before = check(&folder, "all", &["--resume", "--fail-above", "1"]);
    assert_eq!((now.code, before.code), (1, 1), "{}", before.stderr);
    let above = |run: &Run| {
        let lines = run.stderr.lines().filter(|line| line.contains("is above"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert!(!above(&now).is_empty());
    assert_eq!(above(&now), above(&before));
}

#[cfg(unix)]
#[test]
fn a_run_that_was_killed_goes_on_and_does_nothing_twice() {
    let folder = catalogue();
    assert_eq!(check(&folder, "all", &["--shard", "1/1"]).code, 0);
    let expected = files(&folder, "all");
    let mut rng = fastrand::Rng::with_seed(20);
    for jobs in ["1", "2"] {
        let _ = fs::remove_dir_all(folder.path("killed"));
        let more = ["--shard", "1/1", "--resume", "--jobs", jobs];
        let args = check_args(&folder, "killed", &more);
        let (mut done, mut num_killed) = (Vec::new(), 0);
        loop {
            let mut child = Command::new(env!("CARGO_BIN_EXE_underscore"))
                .args(&args)
                .current_dir(folder.path("."))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            // Longer and longer, or a busy machine would come no further than to the first row.
            let most_ms = 300 + 100 * num_killed;
            thread::sleep(Duration::from_millis(rng.u64(20..most_ms as u64)));
            child.kill().unwrap();
            let output = child.wait_with_output().unwrap();
            let stderr = String::from_utf8(output.stderr).unwrap();
            done.extend(told(&stderr, DONE).into_iter().map(str::to_owned));
            // Whatever has its name is whole.
            for (name, bytes) in files(&folder, "killed") {
                assert!(name.starts_with('.') || bytes == expected[&name], "{name}");
            }
            match output.status.code() {
                None => num_killed += 1,
                Some(code) => {
                    assert_eq!(code, 0, "{stderr}");
                    break;
                }
            }
            assert!(num_killed < 100, "it gets nowhere");
        }
        let last = folder.run(&args);
        assert_eq!(told(&last.stderr, DONE), [""; 0], "{}", last.stderr);
        assert!(
            last.stderr
                .ends_with("0 done now, 8 done before, 0 failed\n")
        );
        // Nothing is left of what was half-written, either.
        assert!(files(&folder, "killed") == expected);
        let once: BTreeSet<&String> = done.iter().collect();
        assert_eq!(once.len(), done.len(), "{done:?}");
        // All but those whose run was killed between their name and its word.
        assert!(done.len() + num_killed >= NUM_REELS, "{done:?}");
        assert!(num_killed > 0, "nothing was killed");
    }
}

#[test]
fn a_broken_row_is_kept_with_its_reason_and_tried_again() {
    let folder = catalogue();
    let whole = fs::read(folder.path("m3.wav")).unwrap();
    fs::write(folder.path("m3.wav"), b"RIFF").unwrap();
    let run = check(&folder, "all", &["--resume"]);
    assert_eq!(run.code, 2);
    let reason = "m3.wav: is truncated (it ends inside its header): copy or export it again";
    let line = format!("underscore: R3: failed: {reason}\n");
    assert!(run.stderr.contains(&line), "{}", run.stderr);
    let (code, forms) = summary(&folder, "all", false);
    assert_eq!(code, 2);
    assert!(forms.iter().skip(1).all(|form| {
        let text = String::from_utf8_lossy(form);
        text.contains(reason)
    }));
    fs::write(folder.path("m3.wav"), whole).unwrap();
    let run = check(&folder, "all", &["--resume"]);
    assert_eq!((run.code, told(&run.stderr, DONE)), (0, vec!["R3"]));
    // A flag that can't be used is no row's fault: what was done stays.
    let before = files(&folder, "all");
    assert_eq!(check(&folder, "all", &["--resume", "--start", "1"]).code, 2);
    assert!(files(&folder, "all") == before);
}

#[test]
fn the_same_row_in_two_reports_counts_once_or_is_refused() {
    let folder = catalogue();
    check(&folder, "all", &["--shard", "1/1"]);
    fs::create_dir(folder.path("parts")).unwrap();
    fs::copy(folder.path("all/R1.json"), folder.path("parts/again.json")).unwrap();
    let run = folder.run(&["merge", "all", "parts"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.ends_with("8 pairs: 8 checked\n"),
        "{}",
        run.stdout
    );
    let text = fs::read_to_string(folder.path("all/R1.json")).unwrap();
    let other = text.replacen("\"sii\": 0.", "\"sii\": 0.0", 1);
    fs::write(folder.path("parts/again.json"), other).unwrap();
    let args = ["merge", "all", "parts", "--csv", "s.csv"];
    let (again, first) = (within("parts", "again.json"), within("all", "R1.json"));
    let what = format!("is a report of R1, and so is {first}");
    folder.refuses(&args, &again, &what);
    // One that isn't in the manifest is named, and left out.
    fs::remove_file(folder.path("parts/again.json")).unwrap();
    write_manifest(&folder, 1..NUM_REELS);
    let run = folder.run(&["merge", "all", "--manifest", "reels.csv"]);
    assert_eq!(run.code, 0);
    assert_eq!(
        run.stderr,
        "underscore: R0: is not in the manifest: its report is left out\n"
    );
    assert!(run.stdout.ends_with("7 pairs: 7 checked\n"));
}

#[test]
fn reports_that_were_not_made_alike_are_told() {
    let folder = catalogue();
    check(&folder, "all", &["--shard", "1/2"]);
    check(&folder, "all", &["--shard", "2/2", "--monitor", "85"]);
    let run = folder.run(&["merge", "all"]);
    assert_eq!(run.code, 0);
    assert!(
        run.stderr.contains("2 different settings"),
        "{}",
        run.stderr
    );
}

#[test]
fn reports_of_single_pairs_are_called_by_their_files() {
    let folder = catalogue();
    for reel in ["0", "1"] {
        let [d, m, json] = [
            format!("d{reel}.wav"),
            format!("m{reel}.wav"),
            format!("r{reel}.json"),
        ];
        assert_eq!(folder.run(&["check", &d, &m, "--json", &json]).code, 0);
    }
    let run = folder.run(&["merge", "r0.json", "r1.json", "--csv", "-"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let names: Vec<&str> = run
        .stdout
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(names, ["name", "r1", "r0"]);
}

#[test]
fn what_can_not_be_is_refused_in_one_line() {
    let folder = catalogue();
    for (shard, rule) in [
        ("0/40", "must be 1/40 to 40/40"),
        ("41/40", "must be 1/40 to 40/40"),
        ("a/b", "must be K/N"),
        ("3", "must be K/N"),
        ("1/0", "must be K/N"),
        ("-1/4", "must be K/N"),
    ] {
        let args = ["check", "--manifest", "reels.csv", "--shard", shard];
        folder.refuses(&args, &format!("--shard {shard}"), rule);
    }
    for jobs in ["0", "x", "-1", "100000"] {
        let args = ["check", "--manifest", "reels.csv", "--jobs", jobs];
        folder.refuses(&args, &format!("--jobs {jobs}"), "must be 1 to 1024");
    }
    let resume = ["check", "--manifest", "reels.csv", "--resume"];
    folder.refuses(&resume, "--resume", "needs --json");
    for (flags, named) in [
        (&["--shard", "1/2"][..], "--shard 1/2"),
        (&["--resume"], "--resume"),
        (&["--jobs", "2"], "--jobs"),
    ] {
        let args = [&["check", "d0.wav", "m0.wav"], flags].concat();
        folder.refuses(&args, named, "needs many pairs");
    }
    folder.refuses(&["merge"], "nothing to merge", "give the reports");
    folder.refuses(&["merge", "gone.json"], "gone.json", "no such file");
    folder.refuses(&["merge", "reels.csv"], "reels.csv", "is not a report");
    fs::write(
        folder.path("other.json"),
        r#"{"schema": "underscore.summary/1"}"#,
    )
    .unwrap();
    folder.refuses(&["merge", "other.json"], "other.json", "has schema");
    for file in [None, Some("other.json")] {
        fs::create_dir_all(folder.path("empty")).unwrap();
        if let Some(file) = file {
            fs::copy(folder.path(file), folder.path("empty/x.json")).unwrap();
        }
        folder.refuses(&["merge", "empty"], "empty", "has no reports");
    }
    fs::write(
        folder.path("empty/cut.json"),
        "{\"schema\": \"underscore.re",
    )
    .unwrap();
    let cut = within("empty", "cut.json");
    folder.refuses(&["merge", "empty"], &cut, "is not a report");
    assert_eq!(
        folder
            .run(&["check", "d0.wav", "m0.wav", "--json", "r.json"])
            .code,
        0
    );
    folder.refuses(
        &["merge", "r.json", "--csv", "r.json"],
        "r.json",
        "is also an input",
    );
    let twice = ["merge", "r.json", "--csv", "s", "--json", "s"];
    folder.refuses(&twice, "s", "two outputs");
}
