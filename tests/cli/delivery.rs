//! What a duck writes for the delivery: the music whole, the list of dips, the move of a fader.

use std::fs;

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ, noise, read_float};
use crate::prints::{LENGTH_S, duck, k_weighted_squares, music_24, read_24};

/// Length of the window over which a fader's move averages, s.
const WINDOW_S: f64 = 0.2;

#[test]
fn the_music_comes_out_whole_beside_the_ducked_one() {
    let folder = Folder::new();
    let music = music_24(&folder, "music.wav", 2);
    let flags = [
        "--bits",
        "24",
        "--undipped",
        "whole.wav",
        "--delta",
        "delta.wav",
    ];
    duck(&folder, &flags);
    let [whole, output, delta] =
        ["whole.wav", "out.wav", "delta.wav"].map(|it| read_24(&folder, it));
    assert_eq!(whole, music);
    assert_ne!(output, music);
    for ((whole, output), delta) in whole.iter().zip(&output).zip(&delta) {
        assert_eq!(*whole, output + delta);
    }
    let sizes = ["whole.wav", "out.wav"].map(|it| fs::metadata(folder.path(it)).unwrap().len());
    assert_eq!(sizes[0], sizes[1]);
}

#[test]
fn samples_that_are_no_numbers_are_silent_in_both() {
    let folder = Folder::new();
    let mut music = noise((LENGTH_S * RATE_HZ) as usize);
    music[1000] = f32::NAN;
    music[1001] = f32::INFINITY;
    folder.float_wave("music.wav", 1, RATE_HZ, &music);
    duck(&folder, &["--undipped", "whole.wav"]);
    let (_, whole) = read_float(&folder.path("whole.wav"));
    (music[1000], music[1001]) = (0.0, 0.0);
    assert_eq!(whole, music);
}

/// The dips of a run in every form that it wrote.
fn dips_of(folder: &Folder) -> Vec<Value> {
    let text = fs::read_to_string(folder.path("duck.json")).unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    json["dips"].as_array().unwrap().clone()
}

#[test]
fn dips_say_where_how_much_and_why_in_every_form() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 1);
    duck(
        &folder,
        &[
            "--json",
            "duck.json",
            "--dips",
            "dips.csv",
            "--dips",
            "dips.txt",
            "--dips",
            "dips.mid",
            "--dips",
            "dips.regions.csv",
            "--dips",
            "dips.EDL",
            "--dips",
            "dips.otio",
            "--fps",
            "25",
            "--undipped",
            "whole.wav",
        ],
    );
    let dips = dips_of(&folder);
    assert!(dips.len() >= 2, "{dips:?}");
    let mut reader = csv::Reader::from_path(folder.path("dips.csv")).unwrap();
    let headings = reader.headings_of(&["start_s", "loss_lu", "deepest_hz", "verdict_before"]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), dips.len());
    for (row, dip) in rows.iter().zip(&dips) {
        let number = |idx: usize| row[headings[idx]].parse::<f64>().unwrap();
        assert!((number(0) - dip["start_s"].as_f64().unwrap()).abs() < 1e-3);
        assert!((number(1) - dip["loss_lu"].as_f64().unwrap()).abs() < 0.01);
        assert_eq!(number(2), dip["deepest_hz"].as_f64().unwrap());
        assert_eq!(&row[headings[3]], dip["verdict_before"].as_str().unwrap());
    }
    let count = |name: &str, what: &str| {
        let text = String::from_utf8_lossy(&fs::read(folder.path(name)).unwrap()).into_owned();
        text.matches(what).count()
    };
    assert_eq!(count("dips.txt", "\n"), dips.len() + 1);
    assert_eq!(count("dips.mid", "Dip "), dips.len());
    assert_eq!(count("dips.regions.csv", "LU lost"), dips.len());
    assert_eq!(count("dips.EDL", "* LOC:"), dips.len());
    assert_eq!(count("dips.otio", "Marker.2"), dips.len());

    // Nothing to speak of is taken outside of them.
    let (output, whole) = (
        read_float(&folder.path("out.wav")).1,
        read_float(&folder.path("whole.wav")).1,
    );
    let is_dipped = |sample_idx: usize| {
        let time_s = sample_idx as f64 / f64::from(RATE_HZ);
        let end = |dip: &Value, key: &str| dip[key].as_f64().unwrap();
        dips.iter()
            .any(|dip| (end(dip, "start_s") - 0.05..end(dip, "end_s") + 0.05).contains(&time_s))
    };
    let (mut taken, mut there) = (0.0, 0.0);
    for (sample_idx, (output, whole)) in output.iter().zip(&whole).enumerate() {
        if !is_dipped(sample_idx) {
            taken += f64::from(output - whole).powi(2);
            there += f64::from(*whole).powi(2);
        }
    }
    assert!(there > 0.0 && taken < 1e-4 * there, "{taken} of {there}");
}

trait Headings {
    fn headings_of(&mut self, names: &[&str]) -> Vec<usize>;
}

impl Headings for csv::Reader<fs::File> {
    fn headings_of(&mut self, names: &[&str]) -> Vec<usize> {
        let headings = self.headers().unwrap().clone();
        let place = |name: &&str| headings.iter().position(|it| it == *name).unwrap();
        names.iter().map(place).collect()
    }
}

#[test]
fn endings_that_no_print_has_are_refused_before_anything_is_written() {
    let folder = Folder::new();
    music_24(&folder, "music.wav", 1);
    let dialogue = demo::path("dialogue.flac");
    for (flag, name, told) in [
        ("--dips", "dips.xyz", ".regions.csv"),
        ("--dips", "dips", ".regions.csv"),
        ("--dips", "dips.edl", "--fps"),
        ("--envelope", "ride.csv", ".RTrackTemplate"),
        ("--undipped", "whole.flac", ".wav"),
        ("--undipped", "out.wav", "two outputs"),
    ] {
        let run = folder.run(&[
            "duck",
            dialogue.to_str().unwrap(),
            "music.wav",
            "-o",
            "out.wav",
            flag,
            name,
        ]);
        assert_eq!(run.code, 2, "{name}: {}", run.stderr);
        let told_last = run.stderr.lines().last().unwrap();
        assert!(
            told_last.contains(name) && told_last.contains(told),
            "{}",
            run.stderr
        );
        assert_eq!(folder.names(), ["music.wav"]);
    }
}

/// Times (s) and decibels of the script for Ardour.
fn script_points(folder: &Folder, name: &str) -> Vec<(f64, f64)> {
    let text = fs::read_to_string(folder.path(name)).unwrap();
    let (_, rest) = text.split_once("local points = {").unwrap();
    let (inside, _) = rest.split_once('}').unwrap();
    let numbers: Vec<f64> = inside
        .split(',')
        .filter_map(|word| word.trim().parse().ok())
        .collect();
    numbers.chunks_exact(2).map(|it| (it[0], it[1])).collect()
}

/// Times (s) and decibels of REAPER's volume envelope.
fn reaper_points(text: &str) -> Vec<(f64, f64)> {
    let point = |line: &str| {
        let mut words = line.trim().strip_prefix("PT ")?.split(' ');
        let (time_s, gain) = (
            words.next()?.parse().ok()?,
            words.next()?.parse::<f64>().ok()?,
        );
        Some((time_s, 20.0 * gain.log10()))
    };
    text.lines().filter_map(point).collect()
}

fn value_at(points: &[(f64, f64)], time_s: f64, is_gain: bool) -> f64 {
    let idx = points.partition_point(|point| point.0 <= time_s);
    let (before, after) = (points[idx.max(1) - 1], points[idx.min(points.len() - 1)]);
    if after.0 <= before.0 {
        return before.1;
    }
    let share = (time_s - before.0) / (after.0 - before.0);
    let gain = |db: f64| 10f64.powf(db / 20.0);
    match is_gain {
        true => 20.0 * (gain(before.1) + share * (gain(after.1) - gain(before.1))).log10(),
        false => before.1 + share * (after.1 - before.1),
    }
}

#[test]
fn the_fader_s_move_is_what_the_output_has_lost_in_few_points() {
    let folder = Folder::new();
    let music: Vec<f32> = noise((LENGTH_S * RATE_HZ) as usize)
        .into_iter()
        .flat_map(|sample| [sample; 2])
        .collect();
    folder.float_wave("music.wav", 2, RATE_HZ, &music);
    duck(&folder, &["--envelope", "ride.lua"]);
    duck(&folder, &["--envelope", "ride.RTrackTemplate"]);
    duck(&folder, &["--envelope", "ride.rpp"]);
    let track = fs::read_to_string(folder.path("ride.RTrackTemplate")).unwrap();
    let project = fs::read_to_string(folder.path("ride.rpp")).unwrap();
    let script = script_points(&folder, "ride.lua");
    let lane = reaper_points(&track);
    assert_eq!(lane, reaper_points(&project));
    assert!(track.starts_with("<TRACK\n") && project.starts_with("<REAPER_PROJECT"));
    for text in [&track, &project] {
        assert_eq!(text.matches('<').count(), text.matches(">\n").count());
        let path = folder.path("music.wav");
        assert!(
            text.contains(&format!("FILE \"{}\"", path.display())),
            "{text}"
        );
        assert!(text.contains("LENGTH 8.000000"));
    }

    let (_, output) = read_float(&folder.path("out.wav"));
    let (before, after) = (k_weighted_squares(&music), k_weighted_squares(&output));
    let half = (0.5 * WINDOW_S * f64::from(RATE_HZ)) as usize;
    let mut deepest_db = 0.0f64;
    for middle in (half..before.len() - half).step_by(480) {
        let weighted = |squares: &[f64]| {
            let window = squares[middle - half..middle + half].iter().enumerate();
            let weight = |idx: usize| 1.0 - (std::f64::consts::PI * idx as f64 / half as f64).cos();
            window
                .map(|(idx, square)| weight(idx) * square)
                .sum::<f64>()
        };
        let db = 10.0 * (weighted(&after) / weighted(&before)).log10();
        let time_s = middle as f64 / f64::from(RATE_HZ);
        for (points, is_gain) in [(&script, false), (&lane, true)] {
            let told = value_at(points, time_s, is_gain);
            assert!((told - db).abs() < 0.5, "{time_s} s: {told} dB for {db} dB");
        }
        deepest_db = deepest_db.min(db);
    }
    assert!(deepest_db < -1.0, "{deepest_db}");
    for points in [&script, &lane] {
        assert!(points[0].0 == 0.0 && points[0].1.abs() < 0.1);
        for (idx, point) in points.iter().enumerate() {
            let within = points[idx..].iter().take_while(|it| it.0 < point.0 + 1.0);
            assert!(within.count() <= 20);
        }
    }
}
