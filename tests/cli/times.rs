//! Where the files lie in time: by the times in them, or as was asked for.

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ};
use crate::side_chunks::{add, bext};

/// The demo's scene in `folder`, with a `bext` chunk in each file that has a time: the dialogue's before
/// its audio, the music's behind it.
fn scene(folder: &Folder, dialogue_samples: Option<u64>, music_samples: Option<u64>) {
    let music = demo::music();
    let music: Vec<f32> = music[0]
        .iter()
        .zip(&music[1])
        .flat_map(|(&left, &right)| [left, right])
        .collect();
    folder.float_wave("voice.wav", 1, RATE_HZ, &demo::dialogue()[0]);
    folder.float_wave("music.wav", 2, RATE_HZ, &music);
    if let Some(samples) = dialogue_samples {
        add(folder, "voice.wav", &[("bext", &bext(samples))], &[]);
    }
    if let Some(samples) = music_samples {
        add(folder, "music.wav", &[], &[("bext", &bext(samples))]);
    }
}

/// Where the lines begin, s, and what was said on standard error.
fn starts(folder: &Folder, args: &[&str]) -> (Vec<f64>, String) {
    let check = ["check", "voice.wav", "music.wav", "--json", "out.json"];
    let run = folder.run(&[&check[..], args].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let json = std::fs::read_to_string(folder.path("out.json")).unwrap();
    let report: Value = serde_json::from_str(&json).unwrap();
    let lines = report["lines"].as_array().unwrap();
    let starts = lines.iter().map(|line| line["start_s"].as_f64().unwrap());
    (starts.collect(), run.stderr)
}

#[test]
fn different_times_are_told_and_line_the_files_up_on_request() {
    let folder = Folder::new();
    let hour = 3600 * u64::from(RATE_HZ);
    scene(&folder, Some(hour + 48_000), Some(hour));
    let (together, said) = starts(&folder, &[]);
    let told = "underscore: voice.wav: its time stamp is 1.000 s after the music's";
    assert!(
        said.starts_with(told) && said.lines().count() == 1,
        "{said}"
    );
    let duck = ["duck", "voice.wav", "music.wav", "-o", "out.wav"];
    let run = folder.run(&duck);
    assert!(run.stderr.starts_with(told), "{}", run.stderr);

    let (apart, said) = starts(&folder, &["--align", "timestamps"]);
    assert!(said.contains("begins 1.000 s after the music"), "{said}");
    // The last line may be cut by the music's end.
    for (together, apart) in together.iter().zip(&apart).take(5) {
        assert!((apart - together - 1.0).abs() < 0.02, "{together} {apart}");
    }
    let run = folder.run(&[&duck[..], &["--align", "timestamps"]].concat());
    assert!(run.stderr.contains("lined up"), "{}", run.stderr);
    // The lists count from the music's time.
    let args = ["--align", "timestamps", "--fps", "25"];
    let run = folder.run(&[&["check", "voice.wav", "music.wav"][..], &args].concat());
    assert!(run.stdout.contains("01:00:0"), "{}", run.stdout);
}

#[test]
fn ixml_tells_the_time_where_bext_does_not() {
    let folder = Folder::new();
    scene(&folder, None, Some(1 << 32));
    let ixml = b"<BWFXML><SPEED><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>1\
        </TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI><TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>96000\
        </TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO></SPEED></BWFXML>";
    add(&folder, "voice.wav", &[], &[("iXML", ixml)]);
    let (_, said) = starts(&folder, &[]);
    assert!(
        said.contains("its time stamp is 2.000 s after the music's"),
        "{said}"
    );
}

#[test]
fn a_shift_in_seconds_moves_the_dialogue() {
    let folder = Folder::new();
    scene(&folder, None, None);
    let (together, said) = starts(&folder, &[]);
    assert_eq!(said, "");
    for shift_s in [0.75, -0.125] {
        let (apart, _) = starts(&folder, &["--align", &shift_s.to_string()]);
        for (together, apart) in together.iter().zip(&apart).skip(1).take(4) {
            assert!(
                (apart - together - shift_s).abs() < 0.02,
                "{together} {apart}"
            );
        }
    }
}

#[test]
fn a_mix_of_both_shows_where_they_lie() {
    let folder = Folder::new();
    scene(&folder, None, None);
    let (together, _) = starts(&folder, &[]);
    // The dialogue comes 1.5 s late in a mono mix at another rate, both of them 0.25 s in.
    let (dialogue, music) = (&demo::dialogue()[0], demo::music());
    let late = |samples: &[f32], frames: usize| {
        let zeros = std::iter::repeat_n(0.0, frames);
        zeros
            .chain(samples.to_vec())
            .step_by(2)
            .collect::<Vec<f32>>()
    };
    let dialogue = late(dialogue, 84_000);
    let both: Vec<f32> = music[0].iter().zip(&music[1]).map(|(a, b)| a + b).collect();
    let mix: Vec<f32> = late(&both, 12_000)
        .iter()
        .enumerate()
        .map(|(idx, music)| 0.5 * (music + dialogue.get(idx).unwrap_or(&0.0)))
        .collect();
    folder.float_wave("mix.wav", 1, RATE_HZ / 2, &mix);
    let args = ["--align", "audio", "--reference", "mix.wav"];
    let (apart, said) = starts(&folder, &args);
    assert!(
        said.contains("begins 1.500 s after the music, by their places in mix.wav"),
        "{said}"
    );
    for (together, apart) in together.iter().zip(&apart).take(5) {
        assert!((apart - together - 1.5).abs() < 0.02, "{together} {apart}");
    }
    let check = ["check", "voice.wav", "music.wav"];
    folder.music("other.wav", 1, 480_000);
    let other = [
        &check[..],
        &["--align", "audio", "--reference", "other.wav"],
    ]
    .concat();
    folder.refuses(&other, "voice.wav", "isn't heard in the mix");
    for (args, what) in [
        (
            &["--align", "audio"][..],
            "--align audio: needs --reference",
        ),
        (
            &["--reference", "mix.wav"],
            "--reference mix.wav: needs --align audio",
        ),
    ] {
        let run = folder.run(&[&check[..], args].concat());
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.starts_with(&format!("underscore: {what}")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn times_that_can_not_be_used_are_refused() {
    let folder = Folder::new();
    scene(&folder, Some(48_000), None);
    let check = ["check", "voice.wav", "music.wav", "--json", "o.json"];
    let timestamps = [&check[..], &["--align", "timestamps"]].concat();
    folder.refuses(&timestamps, "music.wav", "has no time stamp");
    for value in ["never", "nan", "1e9"] {
        let run = folder.run(&[&check[..], &["--align", value]].concat());
        assert_eq!(run.code, 2);
        let start = format!("underscore: --align {value}: must be start, ");
        assert!(run.stderr.starts_with(&start), "{}", run.stderr);
    }
    scene(&folder, Some(48_000), Some(200_000 * u64::from(RATE_HZ)));
    folder.refuses(&timestamps, "voice.wav", "begins -199999 s from the music");
}
