//! A ride follows its lines: moved, dropped, doubled, trimmed, at another level, under other noise, at another
//! speed. A list of an earlier version is compared that way too.

use std::fs;

use serde_json::{Value, json};
use test_support::demo;
use test_support::noise::white;

use crate::folder::{Folder, RATE_HZ};

const RATE: f64 = RATE_HZ as f64;

fn read(folder: &Folder, name: &str) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.path(name)).unwrap()).unwrap()
}

/// A folder with the demo scene, learned, with an order for the third line.
fn learned() -> (Folder, Vec<(f64, f64)>) {
    let folder = Folder::new();
    folder.float_wave("voice.wav", 1, RATE_HZ, &demo::dialogue()[0]);
    folder.float_wave("music.wav", 1, RATE_HZ, &demo::music()[0]);
    fs::write(folder.path("orders.csv"), "#3,,less 1,keep the horn\n").unwrap();
    let args = [
        "learn",
        "voice.wav",
        "music.wav",
        "-o",
        "old.ride.json",
        "--orders",
        "orders.csv",
    ];
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = read(&folder, "old.ride.json")["lines"].clone();
    let spans = lines.as_array().unwrap().iter().map(|line| {
        (
            line["start_s"].as_f64().unwrap(),
            line["end_s"].as_f64().unwrap(),
        )
    });
    (folder, spans.collect())
}

/// Pieces of the demo's voice one after another, s, with so much silence before each.
fn cut(pieces: &[(f64, f64, f64)]) -> Vec<f32> {
    let voice = &demo::dialogue()[0];
    let at = |time_s: f64| (time_s * RATE).round() as usize;
    let mut out = Vec::new();
    for &(silence_s, from_s, to_s) in pieces {
        out.resize(out.len() + at(silence_s), 0.0);
        out.extend_from_slice(&voice[at(from_s)..at(to_s).min(voice.len())]);
    }
    out
}

fn conform(folder: &Folder, new: &[f32], more: &[&str]) -> Vec<Value> {
    folder.float_wave("new.wav", 1, RATE_HZ, new);
    let args = [
        "conform",
        "old.ride.json",
        "new.wav",
        "-o",
        "new.ride.json",
        "--json",
        "followed.json",
    ];
    let run = folder.run(&[&args[..], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    read(folder, "followed.json").as_array().unwrap().clone()
}

/// Where an old line is now, s; the first place.
#[track_caller]
fn place(followed: &[Value], number: usize) -> f64 {
    let entry = followed
        .iter()
        .find(|it| it["old_number"] == number && it["is_copy"] == false);
    let entry = entry.unwrap_or_else(|| panic!("no line {number}: {followed:?}"));
    entry["new_start_s"]
        .as_f64()
        .unwrap_or_else(|| panic!("line {number} is lost: {entry}"))
}

#[test]
fn lines_are_found_where_they_were_moved_to_with_their_orders() {
    let (folder, lines) = learned();
    let pause = |a: usize| 0.5 * (lines[a].1 + lines[a + 1].0);
    // The first two swap places with the third and fourth after an insert of 3.2 s; the fifth is dropped.
    let (a, b, c) = (pause(1), pause(3), pause(4));
    let end_s = demo::dialogue()[0].len() as f64 / RATE;
    let new = cut(&[(3.2, a, b), (0.0, 0.0, a), (0.0, c, end_s)]);
    let followed = conform(&folder, &new, &[]);
    for (idx, by_s) in [
        (0, 3.2 + b - a),
        (1, 3.2 + b - a),
        (2, 3.2 - a),
        (3, 3.2 - a),
        (5, 3.2 + b - c),
        (6, 3.2 + b - c),
    ] {
        let error_s = place(&followed, idx + 1) - lines[idx].0 - by_s;
        assert!(error_s.abs() < 0.005, "line {}: {error_s} s off", idx + 1);
    }
    assert_eq!(
        followed.iter().filter(|it| it["state"] == "lost").count(),
        1
    );
    assert_eq!(
        followed.iter().filter(|it| it["state"] == "new").count(),
        0,
        "{followed:?}"
    );
    let ride = read(&folder, "new.ride.json");
    let noted: Vec<&Value> = ride["lines"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["note"] == "keep the horn")
        .collect();
    assert_eq!(noted.len(), 1);
    assert_eq!(noted[0]["order"], json!({ "change_lu": -1.0 }));
    let start_s = noted[0]["start_s"].as_f64().unwrap();
    assert!((start_s - (lines[2].0 + 3.2 - a)).abs() < 0.005);
}

#[test]
fn other_levels_noise_and_speeds_change_nothing_and_a_trimmed_line_is_found() {
    let (folder, lines) = learned();
    // 25 dB under the voice; the last line loses its first fifth.
    let last = lines[lines.len() - 1];
    let from_s = last.0 + 0.2 * (last.1 - last.0);
    let mut new = cut(&[(1.0, 0.0, last.0 - 0.3), (0.3, from_s, last.1 + 0.2)]);
    for (idx, (sample, noise)) in new.iter_mut().zip(white(0.01, 7)).enumerate() {
        let gain = if (idx as f64 / RATE) < 12.0 { 2.0 } else { 0.5 };
        *sample = gain * *sample + noise;
    }
    for speed in [1.0, 25.0 / 24.0, 1.0 / 1.001] {
        let faster: Vec<f32> = (0..(new.len() as f64 / speed) as usize)
            .map(|idx| {
                let place = idx as f64 * speed;
                let (at, share) = (place as usize, place.fract() as f32);
                let next = new.get(at + 1).copied().unwrap_or(0.0);
                new[at] + share * (next - new[at])
            })
            .collect();
        let followed = conform(&folder, &faster, &[]);
        for (idx, line) in lines.iter().enumerate() {
            let moved_s = if idx + 1 == lines.len() {
                1.0 + 0.3 - 0.3 - (from_s - last.0)
            } else {
                1.0
            };
            let error_s = place(&followed, idx + 1) - (line.0 + moved_s) / speed;
            assert!(
                error_s.abs() < 0.01,
                "line {} at {speed}: {error_s} s off",
                idx + 1
            );
        }
    }
}

#[test]
fn a_phrase_that_comes_back_as_the_same_recording_stays_at_its_own_place() {
    let (folder, lines) = learned();
    let end_s = demo::dialogue()[0].len() as f64 / RATE;
    let pause = |a: usize| 0.5 * (lines[a].1 + lines[a + 1].0);
    // The second line stands before each of the others, oftener than places are kept of a phrase.
    let phrase = (0.5, lines[1].0 - 0.2, lines[1].1 + 0.2);
    let others = || (2..lines.len()).chain(2..lines.len());
    let old: Vec<(f64, f64, f64)> = others()
        .flat_map(|idx| {
            let to_s = if idx + 1 < lines.len() {
                pause(idx)
            } else {
                end_s
            };
            [phrase, (0.5, lines[idx].0 - 0.2, to_s)]
        })
        .collect();
    let old_voice = cut(&old);
    folder.float_wave("old.wav", 1, RATE_HZ, &old_voice);
    folder.float_wave("score.wav", 1, RATE_HZ, &vec![0.0; old_voice.len()]);
    let run = folder.run(&["learn", "old.wav", "score.wav", "-o", "old.ride.json"]);
    assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
    let unchanged = conform(&folder, &old_voice, &[]);
    assert!(unchanged.len() >= old.len(), "{unchanged:?}");
    assert!(
        unchanged.iter().all(|it| it["state"] == "same"),
        "{unchanged:?}"
    );

    // Without the seventh phrase, and with 2 s more before what follows the ninth.
    let mut new = old.clone();
    new[16].0 += 2.0;
    new.remove(12);
    let dropped_s = 0.5 + phrase.2 - phrase.1;
    let at_s = |idx: usize| -> f64 {
        let before = old[..idx]
            .iter()
            .map(|(silence_s, from_s, to_s)| silence_s + to_s - from_s);
        before.sum()
    };
    let followed = conform(&folder, &cut(&new), &[]);
    assert!(
        followed.iter().all(|it| it["is_copy"] == false),
        "{followed:?}"
    );
    let lost: Vec<&Value> = followed.iter().filter(|it| it["state"] == "lost").collect();
    assert_eq!(lost.len(), 1, "{followed:?}");
    let lost_s = lost[0]["old_start_s"].as_f64().unwrap();
    assert!(lost_s > at_s(12) && lost_s < at_s(13), "{lost:?}");
    for it in followed.iter().filter(|it| it["state"] != "lost") {
        let old_s = it["old_start_s"].as_f64().unwrap();
        let shift_s = it["new_start_s"].as_f64().unwrap() - old_s;
        let expected_s = match old_s {
            it if it < at_s(12) => 0.0,
            it if it < at_s(16) => -dropped_s,
            _ => 2.0 - dropped_s,
        };
        assert!((shift_s - expected_s).abs() < 0.01, "{it}");
    }
}

#[test]
fn a_list_of_changes_tells_two_that_are_the_same_recording_apart() {
    let (folder, lines) = learned();
    let phrase = (lines[1].0 - 0.5, lines[1].1 + 0.5);
    let length_s = phrase.1 - phrase.0;
    let whole_frames_s = (length_s * 24.0).ceil() / 24.0;
    let pause_s = whole_frames_s - length_s;
    let twice = cut(&[(pause_s, phrase.0, phrase.1), (pause_s, phrase.0, phrase.1)]);
    folder.float_wave("old.wav", 1, RATE_HZ, &twice);
    folder.float_wave("score.wav", 1, RATE_HZ, &vec![0.0; twice.len()]);
    let run = folder.run(&["learn", "old.wav", "score.wav", "-o", "old.ride.json"]);
    assert!(run.code == 0 || run.code == 3, "{}", run.stderr);
    let once = cut(&[(pause_s, phrase.0, phrase.1)]);
    let lost = |followed: &[Value]| -> Vec<u64> {
        let lost = followed.iter().filter(|it| it["state"] == "lost");
        lost.filter_map(|it| it["old_number"].as_u64()).collect()
    };
    assert_eq!(lost(&conform(&folder, &once, &[])), [2]);
    let label = |time_s: f64| {
        let frames = (time_s * 24.0).round() as u64;
        format!("01:00:{:02}:{:02}", frames / 24, frames % 24)
    };
    let (from, to, end) = (
        label(0.0),
        label(whole_frames_s),
        label(2.0 * whole_frames_s),
    );
    let edl = format!("TITLE: CUT\n001  OLD V C {to} {end} {from} {to}\n");
    fs::write(folder.path("changes.edl"), edl).unwrap();
    let followed = conform(&folder, &once, &["--edl", "changes.edl"]);
    assert_eq!(lost(&followed), [1], "{followed:?}");
    assert!((place(&followed, 2) - (pause_s + 0.5)).abs() < 0.1);
}

#[test]
fn words_that_are_not_there_are_lost_and_others_are_new() {
    let (folder, lines) = learned();
    let kept_to = 0.5 * (lines[2].1 + lines[3].0);
    // Backwards, it is speech and nobody's words.
    let mut new = cut(&[(0.0, 0.0, kept_to)]);
    let mut other = cut(&[(0.0, kept_to, lines[5].1 + 0.2)]);
    other.reverse();
    new.extend(other);
    let followed = conform(&folder, &new, &[]);
    for entry in &followed {
        let expected = match entry["old_number"].as_u64() {
            Some(1..=3) => "same",
            Some(_) => "lost",
            None => "new",
        };
        assert_eq!(entry["state"], expected, "{entry}");
    }
    assert!(followed.iter().any(|entry| entry["state"] == "new"));
    // What is new isn't remembered.
    let spans = read(&folder, "new.ride.json")["spans_s"].clone();
    assert!(spans.as_array().unwrap().len() > 1, "{spans}");
}

#[test]
fn bad_inputs_are_one_clear_line() {
    let (folder, _) = learned();
    let args = [
        "conform",
        "old.ride.json",
        "none.wav",
        "-o",
        "new.ride.json",
    ];
    folder.refuses(&args, "none.wav", "no such file");
    let args = ["conform", "voice.wav", "voice.wav", "-o", "new.ride.json"];
    folder.refuses(&args, "voice.wav", "is not a ride");
    fs::write(folder.path("changes.edl"), "TITLE: none\n").unwrap();
    let args = [
        "conform",
        "old.ride.json",
        "voice.wav",
        "-o",
        "new.ride.json",
        "--edl",
        "changes.edl",
    ];
    folder.refuses(&args, "changes.edl", "is no list of changes");
    let mut ride = read(&folder, "old.ride.json");
    for line in ride["lines"].as_array_mut().unwrap() {
        line["fingerprint"] = json!("");
    }
    fs::write(folder.path("bare.ride.json"), ride.to_string()).unwrap();
    let args = [
        "conform",
        "bare.ride.json",
        "voice.wav",
        "-o",
        "new.ride.json",
    ];
    folder.refuses(&args, "bare.ride.json", "has no fingerprints");
    let args = [
        "conform",
        "old.ride.json",
        "voice.wav",
        "-o",
        "old.ride.json",
    ];
    folder.refuses(&args, "old.ride.json", "is also an input");
}

#[test]
fn a_list_is_compared_by_words_after_an_insert() {
    let (folder, lines) = learned();
    let run = folder.run(&["check", "voice.wav", "music.wav", "--json", "before.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let cut_s = 0.5 * (lines[1].1 + lines[2].0);
    let end_s = demo::dialogue()[0].len() as f64 / RATE;
    let shift_s = 76.0 / 24.0;
    folder.float_wave(
        "later.wav",
        1,
        RATE_HZ,
        &cut(&[(0.0, 0.0, cut_s), (shift_s, cut_s, end_s)]),
    );
    let at = (cut_s * RATE) as usize;
    let music = &demo::music()[0];
    let gap = vec![0.0; (shift_s * RATE).round() as usize];
    let louder: Vec<f32> = [&music[..at], &gap, &music[at..]]
        .concat()
        .iter()
        .map(|sample| 1.41 * sample)
        .collect();
    folder.float_wave("louder.wav", 1, RATE_HZ, &louder);
    let args = [
        "check",
        "later.wav",
        "louder.wav",
        "--compare",
        "before.json",
        "--fps",
        "24",
        "--json",
        "after.json",
    ];
    let run = folder.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("0 better") && run.stdout.contains("0 new, 0 gone"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("moved by +3 s 4 frames"),
        "{}",
        run.stdout
    );
    let report = read(&folder, "after.json");
    let moved: Vec<Option<f64>> = report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["compare"]["moved_s"].as_f64())
        .collect();
    assert_eq!(moved[..2], [None, None]);
    for moved_s in &moved[2..] {
        assert!((moved_s.unwrap() - shift_s).abs() < 0.005, "{moved:?}");
    }
}
