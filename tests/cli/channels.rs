//! What the channels of files are taken for: loudspeakers as the file or the user says it, tracks of a
//! recorder, sets of files, timecode.

use std::fs;

use serde_json::Value;
use test_support::demo;

use crate::folder::{Folder, RATE_HZ, Run, read_float};

/// Length of the scene here, s: two lines of the demo fall into it, one of them masked.
const LENGTH_S: u32 = 9;

fn voice() -> Vec<f32> {
    demo::dialogue()[0][..(LENGTH_S * RATE_HZ) as usize].to_vec()
}

fn music() -> Vec<f32> {
    demo::music()[0][..(LENGTH_S * RATE_HZ) as usize].to_vec()
}

fn check(folder: &Folder, dialogue: &str, music: &str, flags: &[&str]) -> (Run, Value) {
    let args = ["check", dialogue, music, "--json", "out.json"];
    let run = folder.run(&[&args[..], flags].concat());
    assert_eq!(run.code, 0, "{flags:?}: {}", run.stderr);
    let json = fs::read_to_string(folder.path("out.json")).unwrap();
    (run, serde_json::from_str(&json).unwrap())
}

/// Start, verdict and loudness difference of each line.
fn lines(report: &Value) -> Vec<(f64, String, f64)> {
    let line = |line: &Value| {
        let number = |key: &str| line[key].as_f64().unwrap();
        let verdict = line["verdict"].as_str().unwrap().to_owned();
        (number("start_s"), verdict, number("loudness_difference_lu"))
    };
    report["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

#[track_caller]
fn assert_same(found: &Value, expected: &Value) {
    let (found, expected) = (lines(found), lines(expected));
    assert_eq!(found.len(), expected.len(), "{found:?}, not {expected:?}");
    for (found, expected) in found.iter().zip(&expected) {
        assert!(
            (found.0 - expected.0).abs() < 0.03,
            "{found:?}, not {expected:?}"
        );
        assert_eq!(found.1, expected.1);
        assert!(
            (found.2 - expected.2).abs() < 0.3,
            "{found:?}, not {expected:?}"
        );
    }
}

/// The files of the scene, each one channel, and the report on them.
fn scene(folder: &Folder) -> Value {
    folder.float_wave("voice.wav", 1, RATE_HZ, &voice());
    folder.float_wave("music.wav", 1, RATE_HZ, &music());
    let (_, report) = check(folder, "voice.wav", "music.wav", &[]);
    assert!(
        lines(&report).iter().any(|line| line.1 == "masked"),
        "{report}"
    );
    report
}

/// How much of each channel of the music a duck leaves while the second line is spoken, dB.
fn left_db(folder: &Folder, music: &str, flags: &[&str]) -> (Run, Vec<f64>) {
    let args = ["duck", "voice.wav", music, "-o", "out.wav"];
    let run = folder.run(&[&args[..], flags].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (spec, ducked) = read_float(&folder.path("out.wav"));
    let (_, input) = read_float(&folder.path(music));
    let num_channels = usize::from(spec.channels);
    let span = 5 * RATE_HZ as usize..7 * RATE_HZ as usize;
    let power = |samples: &[f32], channel_idx: usize| -> f64 {
        let frames = samples
            .chunks(num_channels)
            .skip(span.start)
            .take(span.len());
        frames
            .map(|frame| f64::from(frame[channel_idx]).powi(2))
            .sum()
    };
    let left = (0..num_channels)
        .map(|idx| 10.0 * (power(&ducked, idx) / power(&input, idx)).log10())
        .collect();
    (run, left)
}

#[test]
fn the_mask_says_where_the_lfe_is_and_what_surrounds() {
    let folder = Folder::new();
    scene(&folder);
    let music = music();
    // Loudspeakers, mask, place of the LFE, places of the surrounds.
    for (names, mask, lfe, surrounds) in [
        ("L R LFE", 0x00B, Some(2), &[][..]),
        ("L R C LFE", 0x00F, Some(3), &[]),
        ("L R Ls Rs", 0x033, None, &[2, 3]),
        ("L R LFE Ls Rs", 0x03B, Some(2), &[3, 4]),
        ("L R C Cs Ls Rs", 0x707, None, &[3, 4, 5]),
        ("L R C LFE Cs Ls Rs", 0x70F, Some(3), &[4, 5, 6]),
    ] {
        let num_channels = names.split(' ').count();
        folder.masked_wave("wide.wav", &vec![music.as_slice(); num_channels], mask, &[]);
        let (run, left) = left_db(&folder, "wide.wav", &[]);
        let said = format!("wide.wav: {num_channels} channels, {names} (channel mask)");
        assert!(run.understood.contains(&said), "{}", run.understood);
        for (idx, &left_db) in left.iter().enumerate() {
            if Some(idx) == lfe {
                assert_eq!(left_db, 0.0, "{names}: the LFE");
            } else if surrounds.contains(&idx) {
                assert!(
                    left_db < -0.5 && left_db > left[0] + 0.3,
                    "{names}: {left:?}"
                );
            } else {
                assert!(left_db < -1.0, "{names}: {left:?}");
            }
        }
        // The output says so, too.
        let written = fs::read(folder.path("out.wav")).unwrap();
        let fmt = written.windows(4).position(|it| it == b"fmt ").unwrap();
        assert_eq!(
            written[fmt + 28..fmt + 32],
            mask.to_le_bytes()[..],
            "{names}"
        );
    }
}

#[test]
fn a_flag_tells_the_order_of_film_and_must_fit() {
    let folder = Folder::new();
    scene(&folder);
    let music = music();
    folder.masked_wave("film.wav", &[music.as_slice(); 6], 0, &[]);
    let (run, by_number) = left_db(&folder, "film.wav", &[]);
    assert!(
        run.understood.contains("L R C LFE Ls Rs (by their number"),
        "{}",
        run.understood
    );
    assert_eq!(by_number[3], 0.0);
    for layout in ["5.1-film", "L,C,R,Ls,Rs,LFE"] {
        let (run, film) = left_db(&folder, "film.wav", &["--music-layout", layout]);
        assert!(
            run.understood.contains("L C R Ls Rs LFE (--music-layout)"),
            "{}",
            run.understood
        );
        assert_eq!(film[5], 0.0);
        assert!(film[3] < -0.5 && film[3] > film[0], "{film:?}");
    }
    for (layout, what) in [
        ("stereo", "has 6 channels"),
        ("5.9", "must be loudspeakers"),
    ] {
        let run = folder.run(&["check", "voice.wav", "film.wav", "--music-layout", layout]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(what), "{}", run.stderr);
    }
}

#[test]
fn track_names_say_what_channels_are() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let (voice, music) = (voice(), music());
    let chunk = |names: &[&str]| {
        let tracks: String = names
            .iter()
            .enumerate()
            .map(|(idx, name)| {
                format!(
                    "<TRACK><INTERLEAVE_INDEX>{}</INTERLEAVE_INDEX><NAME>{name}</NAME></TRACK>",
                    idx + 1
                )
            })
            .collect();
        let xml = format!("<BWFXML><TRACK_LIST>{tracks}</TRACK_LIST></BWFXML> ");
        let xml = &xml.as_bytes()[..xml.len() / 2 * 2];
        [b"iXML", &(xml.len() as u32).to_le_bytes()[..], xml].concat()
    };
    let names = chunk(&["LFE", "C", "L", "R"]);
    folder.masked_wave("named.wav", &[music.as_slice(); 4], 0, &names);
    let (run, left) = left_db(&folder, "named.wav", &[]);
    assert!(
        run.understood.contains("LFE C L R (track names)"),
        "{}",
        run.understood
    );
    assert_eq!(left[0], 0.0);
    assert!(left[3] < -1.0, "{left:?}");
    // Microphones are no loudspeakers, whatever mask the recorder writes.
    let names = chunk(&["Boom", "Lav Anna", "Lav Ben", "Plant"]);
    let silence = vec![0.0; voice.len()];
    let channels = [&silence, &silence, &silence, &voice].map(Vec::as_slice);
    folder.masked_wave("poly.wav", &channels, 0xF, &names);
    let (run, report) = check(&folder, "poly.wav", "music.wav", &[]);
    assert!(
        run.understood.contains("(Boom, Lav Anna, Lav Ben, Plant)"),
        "{}",
        run.understood
    );
    assert_same(&report, &expected);
}

#[test]
fn tracks_of_a_recorder_are_heard_whichever_has_the_voice_and_as_loud_as_one() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let voice = voice();
    let silence = vec![0.0; voice.len()];
    for num_channels in [3, 6, 8, 10, 12, 16] {
        for voice_idx in [0, 3, num_channels - 1] {
            let mut channels = vec![silence.as_slice(); num_channels];
            channels[voice_idx.min(num_channels - 1)] = &voice;
            folder.masked_wave("poly.wav", &channels, 0, &[]);
            let (run, report) = check(&folder, "poly.wav", "music.wav", &[]);
            assert!(
                run.understood.contains("the loudest at each moment"),
                "{}",
                run.understood
            );
            assert_same(&report, &expected);
        }
    }
    let upside_down: Vec<f32> = voice.iter().map(|it| -it).collect();
    let mut channels = vec![voice.as_slice(); 6];
    channels[2] = &upside_down;
    folder.masked_wave("poly.wav", &channels, 0, &[]);
    assert_same(&check(&folder, "poly.wav", "music.wav", &[]).1, &expected);
}

#[test]
fn channels_of_the_dialogue_can_be_chosen() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let (voice, music) = (voice(), music());
    let silence = vec![0.0; voice.len()];
    let loud: Vec<f32> = music.iter().map(|it| 3.0 * it).collect();
    let channels = [&loud, &silence, &voice].map(Vec::as_slice);
    folder.masked_wave("poly.wav", &channels, 0, &[]);
    for choice in ["3", "2,3", "3, 2"] {
        let flags = ["--dialogue-channels", choice];
        assert_same(
            &check(&folder, "poly.wav", "music.wav", &flags).1,
            &expected,
        );
    }
    for choice in ["0", "4", "1,1", "x", ""] {
        let flags = [
            "check",
            "poly.wav",
            "music.wav",
            "--dialogue-channels",
            choice,
        ];
        let run = folder.run(&flags);
        assert_eq!(run.code, 2, "{choice}");
        assert!(run.stderr.contains("--dialogue-channels"), "{}", run.stderr);
    }
}

#[test]
fn a_set_of_files_is_one_bus_when_one_of_them_or_a_pattern_is_given() {
    let folder = Folder::new();
    let alone = scene(&folder);
    let music = music();
    for (name, gain) in [
        ("L", 1.0),
        ("R", 1.0),
        ("C", 0.5),
        ("Lfe", 1.0),
        ("Ls", 0.5),
        ("Rs", 0.5),
    ] {
        let channel: Vec<f32> = music.iter().map(|it| gain * it).collect();
        folder.float_wave(&format!("Reel1.{name}.wav"), 1, RATE_HZ, &channel);
    }
    let given = ["Reel1.L.wav", "Reel1.Rs.wav", "Reel1.*.wav"];
    let reports = given.map(|given| {
        let (run, report) = check(&folder, "voice.wav", given, &[]);
        let said = "6 channels, L R C LFE Ls Rs (one file each";
        assert!(run.understood.contains(said), "{}", run.understood);
        report
    });
    for report in &reports {
        assert_same(report, &reports[0]);
    }
    assert!(
        lines(&reports[0])[1].2 < lines(&alone)[1].2 - 2.0,
        "more than one is heard"
    );
    let run = folder.run(&["duck", "voice.wav", "Reel1.C.wav", "-o", "out.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let (spec, ducked) = read_float(&folder.path("out.wav"));
    assert_eq!(spec.channels, 6);
    let is_lfe = |(idx, sample): (usize, &f32)| *sample == music[idx];
    assert!(ducked.iter().skip(3).step_by(6).enumerate().all(is_lfe));
    // A dialogue is one as well.
    folder.float_wave("dx_L.wav", 1, RATE_HZ, &vec![0.0; music.len()]);
    folder.float_wave("dx_R.wav", 1, RATE_HZ, &voice());
    assert_same(&check(&folder, "dx_L.wav", "music.wav", &[]).1, &alone);
    // Two folders find it, too, and what systems leave there doesn't matter.
    for name in ["mx", "dx"] {
        fs::create_dir(folder.path(name)).unwrap();
    }
    for name in ["L", "R", "C", "Lfe", "Ls", "Rs"] {
        let name = format!("Reel1.{name}.wav");
        fs::rename(folder.path(&name), folder.path("mx").join(&name)).unwrap();
    }
    fs::rename(folder.path("voice.wav"), folder.path("dx/Reel1.wav")).unwrap();
    for name in [
        "dx/Thumbs.db",
        "dx/.DS_Store",
        "mx/desktop.ini",
        "mx/._Reel1.L.wav",
        "mx/notes.txt",
    ] {
        fs::write(folder.path(name), b"x").unwrap();
    }
    let run = folder.run(&["check", "dx", "mx"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout.lines().count(), 2, "{}", run.stdout);
}

#[test]
fn a_set_that_is_none_is_refused() {
    let folder = Folder::new();
    scene(&folder);
    folder.float_wave("a.L.wav", 1, RATE_HZ, &music());
    folder.float_wave("a.R.wav", 1, 44_100, &music());
    folder.refuses(&["check", "voice.wav", "a.L.wav"], "a.R.wav", "sample rate");
    folder.refuses(
        &["check", "voice.wav", "*.wav"],
        "*.wav",
        "is no set of files",
    );
    folder.refuses(
        &["check", "voice.wav", "b.*.wav"],
        "b.*.wav",
        "no such file",
    );
}

/// 9 s of timecode at 25 frames per second, all with the same time.
fn timecode() -> Vec<f32> {
    let bits = |idx: usize| match idx % 80 {
        // The sync word.
        64 | 65 | 78 => false,
        66..=77 | 79 => true,
        idx => idx % 3 == 1,
    };
    let half_samples = RATE_HZ as usize / (25 * 160);
    let mut level = 0.1f32;
    let mut samples = Vec::new();
    for bit_idx in 0..(LENGTH_S as usize * 25 * 80) {
        level = -level;
        samples.extend(vec![level; half_samples]);
        if bits(bit_idx) {
            level = -level;
        }
        samples.extend(vec![level; half_samples]);
    }
    samples
}

#[test]
fn timecode_on_a_channel_is_left_out_and_alone_it_is_doubted() {
    let folder = Folder::new();
    let expected = scene(&folder);
    let (voice, timecode) = (voice(), timecode());
    let interleaved: Vec<f32> = voice
        .iter()
        .zip(&timecode)
        .flat_map(|(a, b)| [*a, *b])
        .collect();
    folder.float_wave("both.wav", 2, RATE_HZ, &interleaved);
    let (run, report) = check(&folder, "both.wav", "music.wav", &[]);
    assert!(
        run.understood.contains("channel 2 is timecode (LTC)"),
        "{}",
        run.understood
    );
    assert_same(&report, &expected);
    folder.float_wave("code.wav", 1, RATE_HZ, &timecode);
    for pair in [["code.wav", "music.wav"], ["voice.wav", "code.wav"]] {
        let run = folder.run(&[&["check"][..], &pair].concat());
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert!(
            run.stderr.contains("is timecode (LTC) and nothing else"),
            "{}",
            run.stderr
        );
        assert!(!run.stdout.contains("nobody speaks") && !run.stdout.contains("  clear"));
    }
}
