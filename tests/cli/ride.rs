//! Rides: what is learned is played back the same, edited by hand or by a table, and refused in a line where it
//! is damaged.

use std::fs;

use serde_json::{Value, json};
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

fn scene() -> Folder {
    let folder = Folder::new();
    folder.float_wave("voice.wav", 1, RATE_HZ, &demo::dialogue()[0]);
    folder.float_wave("music.wav", 1, RATE_HZ, &demo::music()[0]);
    folder
}

#[track_caller]
fn done(folder: &Folder, args: &str) -> String {
    let args: Vec<&str> = args.split(' ').collect();
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

fn read(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path(name)).unwrap()).unwrap()
}

fn write(folder: &Folder, name: &str, value: &Value) {
    fs::write(folder.path(name), value.to_string()).unwrap();
}

#[test]
fn a_ride_plays_what_duck_learns_by_itself() {
    let folder = scene();
    let said = done(&folder, "learn voice.wav music.wav -o reel.ride.json");
    assert!(said.contains("Learned  7 lines: "), "{said}");
    done(&folder, "duck voice.wav music.wav -o learned.wav");
    done(
        &folder,
        "duck voice.wav music.wav -o played.wav --ride reel.ride.json",
    );
    done(&folder, "duck voice.wav music.wav -o live.wav --live");
    let bytes = |name| fs::read(folder.path(name)).unwrap();
    assert!(
        bytes("learned.wav") == bytes("played.wav"),
        "the ride plays something else"
    );
    assert!(bytes("live.wav") != bytes("played.wav"));
    let ride = read(&folder, "reel.ride.json");
    assert_eq!(ride["schema"], "underscore.ride/1");
    assert!(ride["settings"]["target"].is_f64());
    let line = &ride["lines"][0];
    for key in [
        "needed_lu",
        "given_lu",
        "verdict_before",
        "verdict_given",
        "fingerprint",
    ] {
        assert!(!line[key].is_null(), "{key}");
    }
    assert_eq!(line["order"], "auto");
    // To standard output, the list goes to standard error.
    let piped = done(&folder, "learn voice.wav music.wav -o -");
    assert_eq!(serde_json::from_str::<Value>(&piped).unwrap(), ride);
}

#[test]
fn orders_come_from_a_table_or_by_hand_and_are_heard() {
    let folder = scene();
    fs::write(
        folder.path("orders.csv"),
        "in,out,order,note\n#2,,off,as the director wants\n",
    )
    .unwrap();
    let said = done(
        &folder,
        "learn voice.wav music.wav -o reel.ride.json --orders orders.csv",
    );
    assert!(
        said.contains("off as the director wants") && said.contains("Orders   for 1 line"),
        "{said}"
    );
    let mut ride = read(&folder, "reel.ride.json");
    assert_eq!(ride["lines"][1]["given_lu"], 0.0);
    ride["lines"][4]["order"] = json!({ "fixed_lu": 3.0 });
    ride["lines"][4]["someone"] = json!("knows more");
    write(&folder, "edited.ride.json", &ride);
    done(
        &folder,
        "duck voice.wav music.wav -o out.wav --ride edited.ride.json --json out.json",
    );
    let lost = |line: usize| {
        read(&folder, "out.json")["lines"][line]["loss_lu"]
            .as_f64()
            .unwrap()
    };
    assert!(lost(1) < 0.1, "{} LU", lost(1));
    assert!((lost(4) - 3.0).abs() < 0.5, "{} LU", lost(4));
    // Learned anew, orders stay with their words.
    let said = done(
        &folder,
        "learn voice.wav music.wav -o new.ride.json --keep edited.ride.json",
    );
    assert!(
        said.contains("fixed 3.0") && said.contains("Orders   for 2 lines"),
        "{said}"
    );
}

#[test]
fn files_lie_where_at_says_and_a_ride_about_another_place_is_doubtful() {
    let folder = scene();
    done(
        &folder,
        "learn voice.wav music.wav -o reel.ride.json --at 3600",
    );
    let ride = read(&folder, "reel.ride.json");
    assert!(ride["lines"][0]["start_s"].as_f64().unwrap() > 3600.0);
    let first_s = ride["spans_s"][0][0].as_f64().unwrap();
    assert!((first_s - 3600.0).abs() < 0.01, "{first_s}");
    let at = "duck voice.wav music.wav -o there.wav --ride reel.ride.json --at 3600";
    done(&folder, at);
    let run = folder.run(&[
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--ride",
        "reel.ride.json",
        "--elsewhere",
        "untouched",
    ]);
    assert_eq!(run.code, 3);
    assert!(
        run.stderr
            .contains("remembers nothing of where the files lie"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    let bytes = |name| fs::read(folder.path(name)).unwrap();
    let samples = |name| bytes(name)[bytes(name).len() - 4 * demo::music()[0].len()..].to_vec();
    assert!(
        samples("out.wav") == samples("music.wav"),
        "the music isn't untouched"
    );
    assert!(samples("there.wav") != samples("music.wav"));
}

#[test]
fn a_newer_ride_is_read_as_far_as_it_can_be() {
    let folder = scene();
    done(&folder, "learn voice.wav music.wav -o reel.ride.json");
    let mut ride = read(&folder, "reel.ride.json");
    ride["schema"] = json!("underscore.ride/2");
    ride["lines"][0]["order"] = json!({ "as_the_trailer": true });
    write(&folder, "newer.ride.json", &ride);
    let args = [
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--ride",
        "newer.ride.json",
    ];
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("written by a later version"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("6 of its 7 lines are read"),
        "{}",
        run.stderr
    );
}

#[test]
fn damaged_rides_and_flags_that_do_not_go_together_are_one_clear_line() {
    let folder = scene();
    done(&folder, "learn voice.wav music.wav -o reel.ride.json");
    let whole = fs::read_to_string(folder.path("reel.ride.json")).unwrap();
    let edited = |from: &str, to: &str| whole.replacen(from, to, 1);
    for (text, rule) in [
        (whole[..whole.len() / 2].to_owned(), "is not a ride"),
        ("[]".into(), "is not a ride"),
        ("{}".into(), "has schema"),
        (
            edited("underscore.ride/1", "underscore.duck/1"),
            "has schema",
        ),
        (
            edited("\"auto\"", "\"loud\""),
            "line 1: order \"loud\": must be",
        ),
        (edited("\"auto\"", "{\"fixed_lu\": -1}"), "must be"),
        (
            edited("\"knots\": [[", "\"knots\": [[1,"),
            "line 1: knots must have 21 values",
        ),
        (
            edited("\"in_s\": null", "\"in_s\": 900"),
            "must begin before it ends",
        ),
        (
            edited("\"fingerprint\": \"", "\"fingerprint\": \"!"),
            "line 1: fingerprint",
        ),
        (
            edited("\"spans_s\": [[", "\"spans_s\": [[9,"),
            "spans_s must be pairs",
        ),
    ] {
        fs::write(folder.path("bad.ride.json"), text).unwrap();
        let args = [
            "duck",
            "voice.wav",
            "music.wav",
            "-o",
            "out.wav",
            "--ride",
            "bad.ride.json",
        ];
        folder.refuses(&args, "bad.ride.json", rule);
    }
    fs::write(folder.path("orders.csv"), "in,out,order\n#8,,off\n").unwrap();
    let args = [
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--orders",
        "orders.csv",
    ];
    folder.refuses(&args, "orders.csv", "nobody speaks in line #8");
    let live = [&args[..], &["--live"]].concat();
    folder.refuses(&live, "--orders orders.csv", "there are no lines to order");
    let args = ["duck", "-", "music.wav", "-o", "out.wav", "--ride", "-"];
    folder.refuses(
        &args,
        "--ride",
        "standard input (-) is the dialogue already",
    );
    let args = [
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        "out.wav",
        "--at",
        "x",
    ];
    folder.refuses(&args, "--at x", "must be seconds");
    assert!(!folder.names().iter().any(|name| name == "out.wav"));
}
