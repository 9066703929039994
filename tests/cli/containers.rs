//! Formats of picture and podcast people, at their right places in time. Those that our decoders know are
//! compared with FFmpeg to the sample; where it is missing, that is said and skipped.

use std::fs;
use std::path::Path;
use std::process::Command;

use test_support::demo;

use crate::folder::{Folder, RATE_HZ, noise, read_float};
use crate::forms::aiff;

/// What the tool reads from `name`, as it writes it under silence, and what it says about the file.
#[track_caller]
fn read(folder: &Folder, name: &str, args: &[&str]) -> (Vec<f32>, String) {
    folder.silence("voice.wav", RATE_HZ, 480);
    let run = folder.run(&[&["duck", "voice.wav", name, "-o", "out.wav"][..], args].concat());
    assert_eq!(run.code, 0, "{name}: {}", run.stderr);
    let about = format!("underscore: {name}: ");
    let said = run
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix(&about));
    let said: Vec<&str> = said.collect();
    (read_float(&folder.path("out.wav")).1, said.join("\n"))
}

#[test]
fn tags_of_other_formats_are_no_part_of_flac() {
    let folder = Folder::new();
    let flac = fs::read(demo::path("music.flac")).unwrap();
    fs::write(folder.path("plain.flac"), &flac).unwrap();
    let (plain, _) = read(&folder, "plain.flac", &[]);
    let id3v1 = [&b"TAG"[..], &[b' '; 125]].concat();
    let mut ape = b"APETAGEX\xD0\x07\0\0\x20\0\0\0".to_vec();
    ape.resize(32, 0);
    let id3v2 = b"ID3\x04\0\0\0\0\0\x05hello";
    let mut no_minimum = flac.clone();
    no_minimum[8..10].fill(0);
    for (name, bytes) in [
        ("v1.flac", [&flac[..], &id3v1].concat()),
        ("v2.flac", [&id3v2[..], &flac].concat()),
        ("ape.flac", [&flac[..], &ape, &id3v1].concat()),
        ("zero.flac", no_minimum),
    ] {
        fs::write(folder.path(name), bytes).unwrap();
        let (samples, said) = read(&folder, name, &["--strict"]);
        assert_eq!(said, "", "{name}");
        assert!(samples == plain, "{name}");
    }
}

/// Reads all of `whole` and what `cut` has of it: the same up to where it ends, with a word, and refused by
/// `--strict`. Gives the share that is there.
#[track_caller]
fn read_cut(folder: &Folder, whole: &str, cut: &str) -> f64 {
    let (all, _) = read(folder, whole, &[]);
    let (some, said) = read(folder, cut, &[]);
    assert!(said.contains("what is there is read"), "{cut}: {said}");
    assert!(!some.is_empty() && some.len() < all.len(), "{cut}");
    assert!(some == all[..some.len()], "{cut}");
    let strict = ["duck", "voice.wav", cut, "-o", "strict.wav", "--strict"];
    folder.refuses(&strict, cut, "what is there is read");
    some.len() as f64 / all.len() as f64
}

#[test]
fn files_that_break_off_are_read_as_far_as_they_go() {
    let folder = Folder::new();
    let cut = |name: &str, share: f64| {
        let bytes = fs::read(folder.path(name)).unwrap();
        let len = (share * bytes.len() as f64) as usize;
        fs::write(folder.path(&format!("cut-{name}")), &bytes[..len]).unwrap();
        format!("cut-{name}")
    };
    fs::copy(demo::path("music.flac"), folder.path("music.flac")).unwrap();
    let share = read_cut(&folder, "music.flac", &cut("music.flac", 0.5));
    assert!((share - 0.5).abs() < 0.1, "{share}");
    let samples: Vec<i16> = noise(96_001)
        .iter()
        .map(|s| (s * 32_768.0) as i16)
        .collect();
    fs::write(folder.path("music.aiff"), aiff(2, &samples[..96_000])).unwrap();
    let share = read_cut(&folder, "music.aiff", &cut("music.aiff", 0.6));
    assert!((share - 0.6).abs() < 0.01, "{share}");
    for (name, codec) in [
        ("pcm.mov", "pcm_s24le"),
        ("alac.m4a", "alac"),
        ("aac.m4a", "aac"),
    ] {
        let args = [
            "-i",
            "music.aiff",
            "-c:a",
            codec,
            "-movflags",
            "+faststart",
            name,
        ];
        if ffmpeg(&folder, &args).is_none() {
            return;
        }
        let share = read_cut(&folder, name, &cut(name, 0.7));
        assert!((share - 0.7).abs() < 0.1, "{name}: {share}");
    }
}

/// An element of Matroska (RFC 8794).
fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    let size = (body.len() as u64 | 1 << 56).to_be_bytes();
    [id, &size, body].concat()
}

/// A Matroska file of tracks with 16-bit samples; blocks: track, ms, samples. Each cluster has one.
fn matroska(num_tracks: u8, blocks: &[(u8, u32, &[i16])]) -> Vec<u8> {
    let head = element(b"\x1A\x45\xDF\xA3", &element(b"\x42\x82", b"matroska"));
    let about = [
        element(b"\x2A\xD7\xB1", &1_000_000u32.to_be_bytes()),
        element(b"\x4D\x80", b"test"),
        element(b"\x57\x41", b"test"),
    ];
    let info = element(b"\x15\x49\xA9\x66", &about.concat());
    let audio = [
        element(b"\xB5", &f64::from(RATE_HZ).to_be_bytes()),
        element(b"\x9F", &[1]),
        element(b"\x62\x64", &[16]),
    ];
    let track = |number: u8| {
        let entry = [
            element(b"\xD7", &[number]),
            element(b"\x73\xC5", &[number]),
            element(b"\x83", &[2]),
            element(b"\x88", &[0]),
            element(b"\x86", b"A_PCM/INT/LIT"),
            element(b"\xE1", &audio.concat()),
        ];
        element(b"\xAE", &entry.concat())
    };
    let tracks: Vec<u8> = (1..=num_tracks).flat_map(track).collect();
    let clusters = blocks.iter().flat_map(|(track, ms, samples)| {
        let mut block = vec![0x80 | track, 0, 0, 0x80];
        block.extend(samples.iter().flat_map(|it| it.to_le_bytes()));
        let parts = [
            element(b"\xE7", &ms.to_be_bytes()),
            element(b"\xA3", &block),
        ];
        element(b"\x1F\x43\xB6\x75", &parts.concat())
    });
    let clusters: Vec<u8> = clusters.collect();
    let segment = [info, element(b"\x16\x54\xAE\x6B", &tracks), clusters].concat();
    [head, element(b"\x18\x53\x80\x67", &segment)].concat()
}

#[test]
fn matroska_keeps_its_start_and_its_holes() {
    let folder = Folder::new();
    let noise: Vec<i16> = noise(9_600)
        .iter()
        .map(|it| (it * 32_768.0) as i16)
        .collect();
    let (first, second) = noise.split_at(4_800);
    // 100 ms each: from 1.5 s on, with half a second missing between them.
    let mkv = matroska(1, &[(1, 1_500, first), (1, 2_100, second)]);
    fs::write(folder.path("late.mkv"), &mkv).unwrap();
    let (samples, said) = read(&folder, "late.mkv", &[]);
    assert_eq!(
        said,
        "has 1 hole of 0.500 s in its time stamps: kept as silence"
    );
    let expected = |samples: &[i16]| -> Vec<f32> {
        samples.iter().map(|&it| f32::from(it) / 32_768.0).collect()
    };
    assert_eq!(samples.len(), 105_600);
    assert!(samples[..72_000].iter().all(|&it| it == 0.0));
    assert_eq!(samples[72_000..76_800], expected(first));
    assert!(samples[76_800..100_800].iter().all(|&it| it == 0.0));
    assert_eq!(samples[100_800..], expected(second));
    let strict = ["check", "voice.wav", "late.mkv", "--strict"];
    folder.refuses(&strict, "late.mkv", "has 1 hole");
    // Time stamps are rounded to 1 ms: that is no hole.
    let mkv = matroska(1, &[(1, 0, first), (1, 101, second)]);
    fs::write(folder.path("whole.mkv"), &mkv).unwrap();
    let (samples, said) = read(&folder, "whole.mkv", &[]);
    assert_eq!((samples, said.as_str()), (expected(&noise), ""));
    let cut = &mkv[..mkv.len() - 100];
    fs::write(folder.path("cut.mkv"), cut).unwrap();
    let (samples, said) = read(&folder, "cut.mkv", &[]);
    assert_eq!(samples, expected(first));
    assert!(said.starts_with("breaks off after 0.100 s"), "{said}");
}

#[test]
fn caf_is_read_with_an_open_end_and_as_far_as_it_goes() {
    let folder = Folder::new();
    let samples: Vec<i16> = noise(4_800)
        .iter()
        .map(|it| (it * 32_768.0) as i16)
        .collect();
    let mut head = b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20".to_vec();
    head.extend(f64::from(RATE_HZ).to_be_bytes());
    head.extend(b"lpcm");
    head.extend([0, 2, 1, 1, 16u32].map(u32::to_be_bytes).concat());
    let data: Vec<u8> = samples.iter().flat_map(|it| it.to_be_bytes()).collect();
    let expected: Vec<f32> = samples.iter().map(|&it| f32::from(it) / 32_768.0).collect();
    for (size, missing, what) in [
        (9_604, 0, ""),
        (-1, 0, ""),
        (
            9_604,
            2_000,
            "its last 2000 bytes are missing: what is there is read",
        ),
    ] {
        let size = i64::to_be_bytes(size);
        let caf = [
            &head[..],
            b"data",
            &size,
            &[0; 4],
            &data[..data.len() - missing],
        ]
        .concat();
        fs::write(folder.path("a.caf"), caf).unwrap();
        let (samples, said) = read(&folder, "a.caf", &[]);
        assert_eq!(said, what);
        assert!(
            samples == expected[..expected.len() - missing / 2],
            "{what}"
        );
    }
}

#[test]
fn one_of_several_tracks_is_named_and_chosen() {
    let folder = Folder::new();
    let (one, two) = ([0x1000i16; 4_800], [0x2000i16; 4_800]);
    fs::write(
        folder.path("two.mkv"),
        matroska(2, &[(1, 0, &one), (2, 0, &two)]),
    )
    .unwrap();
    let (samples, said) = read(&folder, "two.mkv", &[]);
    assert_eq!(samples[0], 0.125);
    assert!(
        said.starts_with("has 2 tracks with audio: number 1 is read"),
        "{said}"
    );
    let (samples, said) = read(&folder, "two.mkv", &["--track", "2"]);
    assert_eq!((samples[0], said.as_str()), (0.25, ""));
    // Both inputs may be one file, if they are two tracks of it.
    let both = ["duck", "two.mkv", "two.mkv", "-o", "out.wav"];
    let run = folder.run(&[&both[..], &["--track", "2,1"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(read_float(&folder.path("out.wav")).1[0], 0.125);
    fs::remove_file(folder.path("out.wav")).unwrap();
    let args = [&both[..], &["--track", "2"]].concat();
    folder.refuses(&args, "two.mkv", "as dialogue and as music");
    let args = [
        "duck",
        "voice.wav",
        "two.mkv",
        "-o",
        "out.wav",
        "--track",
        "3",
    ];
    folder.refuses(&args, "two.mkv", "has no track 3 with audio: choose 1 to 2");
    let args = ["check", "voice.wav", "out.flac", "--track", "2"];
    fs::copy(demo::path("music.flac"), folder.path("out.flac")).unwrap();
    folder.refuses(
        &args,
        "voice.wav",
        "has no track 2 with audio: choose 1 to 1",
    );
}

/// Checks the file `name` where no program is found: the exit code, and what is said on standard error.
fn check_without_ffmpeg(folder: &Folder, name: &str) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
        .args(["check", "voice.wav", name])
        .current_dir(folder.path(""))
        .env("PATH", "")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code(), said)
}

#[test]
fn what_takes_ffmpeg_is_named_where_it_is_missing() {
    let folder = Folder::new();
    folder.silence("voice.wav", RATE_HZ, 480);
    let mut opus = b"OggS\0\x02".to_vec();
    opus.resize(26, 0);
    opus.extend(b"\x01\x13OpusHead\x01\x01\0\0\0\0\0\0\0\0\0");
    for (name, bytes, what) in [
        (
            "a.opus",
            &opus[..],
            "is Opus, which takes FFmpeg to be read",
        ),
        (
            "a.mxf",
            b"\x06\x0E\x2B\x34\x02\x05\x01\x01",
            "is MXF, which takes",
        ),
        (
            "a.wma",
            b"\x30\x26\xB2\x75\x8E\x66\xCF\x11",
            "is Windows Media, which",
        ),
    ] {
        fs::write(folder.path(name), bytes).unwrap();
        let (code, said) = check_without_ffmpeg(&folder, name);
        assert_eq!(code, Some(2), "{said}");
        let start = format!("underscore: {name}: {what}");
        assert!(
            said.starts_with(&start) && said.lines().count() == 1,
            "{said}"
        );
    }
}

/// Runs FFmpeg in `folder`; `None` if it isn't installed, or can't do this.
fn ffmpeg(folder: &Folder, args: &[&str]) -> Option<Vec<u8>> {
    let run = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-y"])
        .args(args)
        .current_dir(folder.path(""))
        .output();
    let output = run.ok()?;
    if !output.status.success() {
        println!(
            "skipped: {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        return None;
    }
    Some(output.stdout)
}

/// Writes what is to be encoded as it is: mono at 48 kHz.
fn write_source(folder: &Folder, samples: &[f32]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|it| it.to_le_bytes()).collect();
    fs::write(folder.path("source.raw"), bytes).unwrap();
}

/// What FFmpeg is told to encode that as `args` say.
fn from_source<'a>(args: &[&'a str]) -> Vec<&'a str> {
    let source = [
        "-f",
        "f32le",
        "-ar",
        "48000",
        "-ac",
        "1",
        "-i",
        "source.raw",
    ];
    [&source[..], args].concat()
}

/// The samples that FFmpeg reads from `name`; for movies with silence before those that come late.
fn read_by_ffmpeg(folder: &Folder, name: &str) -> Option<Vec<f32>> {
    let movies = [".mov", ".mp4", ".m4a", ".mka"];
    // FFmpeg stamps the first frames of Vorbis a packet late.
    let is_movie = movies.iter().any(|ending| name.ends_with(ending)) && name != "vorbis.mka";
    let (clock, filter) = match is_movie {
        true => ("-copyts", "aresample=async=1:first_pts=0"),
        false => ("-nostdin", "anull"),
    };
    let output = ["-map", "0:a:0", "-af", filter, "-f", "f32le", "-"];
    let bytes = ffmpeg(folder, &[&[clock, "-i", name], &output[..]].concat())?;
    let samples = bytes.chunks_exact(4);
    Some(
        samples
            .map(|it| f32::from_le_bytes(it.try_into().unwrap()))
            .collect(),
    )
}

/// By how many samples `samples` are later than `source`: where the two are most alike.
fn lag(samples: &[f32], source: &[f32]) -> i64 {
    let span = 24_000..36_000;
    let likeness = |lag: i64| -> f32 {
        let pairs = span.clone().filter_map(|at: usize| {
            let at_lag = at.checked_add_signed(lag as isize)?;
            Some(source[at] * samples.get(at_lag)?)
        });
        pairs.sum()
    };
    let lags = -3_000..=3_000i64;
    lags.max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)))
        .unwrap()
}

fn is_installed() -> bool {
    let is_there = Command::new("ffmpeg").arg("-version").output().is_ok();
    if !is_there {
        println!("skipped: FFmpeg is missing (package ffmpeg)");
    }
    is_there
}

#[test]
fn our_decoders_agree_with_ffmpeg_to_the_sample() {
    if !is_installed() {
        return;
    }
    let folder = Folder::new();
    let source = &noise(96_001)[..];
    write_source(&folder, source);
    for (name, codec, is_exact) in [
        ("aac.m4a", "aac", false),
        ("aac.mov", "aac", false),
        ("alac.m4a", "alac", true),
        ("alac.caf", "alac", true),
        ("pcm.mov", "pcm_s24le", true),
        ("float.mov", "pcm_f32le", true),
        ("pcm.caf", "pcm_s24be", true),
        ("lame.mp3", "libmp3lame", false),
        ("vorbis.ogg", "libvorbis", false),
        ("flac.ogg", "flac", true),
        ("flac.mka", "flac", true),
        ("vorbis.mka", "libvorbis", false),
        ("law.au", "pcm_mulaw", false),
        ("adpcm.wav", "adpcm_ms", false),
        ("mpeg.wav", "libmp3lame", false),
        ("pcm.w64", "pcm_s24le", true),
    ] {
        if ffmpeg(&folder, &from_source(&["-c:a", codec, name])).is_none() {
            continue;
        }
        let (ours, said) = read(&folder, name, &[]);
        assert_eq!(said, "", "{name}");
        let theirs = read_by_ffmpeg(&folder, name).expect("it wrote the file itself");
        let num_both = ours.len().min(theirs.len());
        let pairs = ours[..num_both].iter().zip(&theirs);
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{name}: off by {worst}");
        // What stands nowhere in the file can't be taken off.
        let delay = if name == "mpeg.wav" { 1_105 } else { 0 };
        assert_eq!(lag(&ours, source), delay, "{name}");
        // FFmpeg gives out the padding of the last packet of AAC.
        let is_whole = ours.len() == source.len();
        let has_padding = [
            "vorbis.ogg",
            "vorbis.mka",
            "adpcm.wav",
            "mpeg.wav",
            "pcm.w64",
        ];
        let has_padding = has_padding.contains(&name);
        assert!(is_whole || has_padding, "{name}: {} frames", ours.len());
        assert!(!is_exact || num_both >= source.len(), "{name}");
    }
}

#[test]
fn late_tracks_of_movies_begin_late() {
    if !is_installed() {
        return;
    }
    let folder = Folder::new();
    let source = &noise(96_000)[..];
    write_source(&folder, source);
    for (name, codec) in [("late.mov", "pcm_s16le"), ("late.mp4", "aac")] {
        let late = ["-itsoffset", "0.5"];
        let args = [&late[..], &from_source(&["-c:a", codec, name])].concat();
        if ffmpeg(&folder, &args).is_none() {
            continue;
        }
        let (ours, _) = read(&folder, name, &[]);
        let theirs = read_by_ffmpeg(&folder, name).expect("it wrote the file itself");
        let pairs = ours.iter().zip(&theirs);
        let worst = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(worst < 1e-4, "{name}: off by {worst}");
        assert!(ours[..22_000].iter().all(|&it| it == 0.0), "{name}");
        // The list's times are in ms.
        assert!((lag(&ours[24_000..], source)).abs() <= 48, "{name}");
    }
}

#[test]
fn what_no_decoder_of_ours_knows_goes_through_ffmpeg() {
    if !is_installed() {
        return;
    }
    let folder = Folder::new();
    let source = &noise(96_000)[..];
    write_source(&folder, source);
    for (name, codec, what, delay) in [
        ("a.opus", "libopus", "is Opus: read with FFmpeg", 0),
        (
            "a.mka",
            "libopus",
            "is Matroska or WebM with Opus: read with FFmpeg",
            0,
        ),
        ("a.wv", "wavpack", "is WavPack: read with FFmpeg", 0),
        // Its encoder's delay stands nowhere in the file.
        ("a.ac3", "ac3", "is AC-3: read with FFmpeg", 256),
    ] {
        if ffmpeg(&folder, &from_source(&["-c:a", codec, name])).is_none() {
            continue;
        }
        let (ours, said) = read(&folder, name, &[]);
        assert_eq!(said, what);
        assert_eq!(lag(&ours, source), delay, "{name}");
        let both = read_by_ffmpeg(&folder, name).expect("it wrote the file itself");
        assert_eq!(ours.len(), both.len(), "{name}");
    }
    // Damage shows, and leaves nothing behind.
    let path = folder.path("a.opus");
    if Path::new(&path).exists() {
        let whole = fs::read(&path).unwrap();
        fs::write(folder.path("cut.opus"), &whole[..60]).unwrap();
        fs::remove_file(folder.path("out.wav")).unwrap();
        let args = ["duck", "voice.wav", "cut.opus", "-o", "out.wav"];
        folder.refuses(&args, "cut.opus", "");
    }
}
