//! What the command line promises: exit codes, one clear line for each bad input, outputs of the
//! music's form, and nothing half-written.

mod beside;
mod disk;
mod prints;
mod settings;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use hound::{SampleFormat, WavReader, WavSpec, WavWriter};
use tempfile::TempDir;

const RATE_HZ: u32 = 48_000;

/// A folder of its own for each test, removed when it ends.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.0.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// A float file of `num_frames` with noise at about -20 dBFS, different in each channel.
    fn music(&self, name: &str, num_channels: u16, num_frames: u32) -> Vec<f32> {
        let samples = noise(usize::from(num_channels) * num_frames as usize);
        self.float_wave(name, num_channels, RATE_HZ, &samples);
        samples
    }

    fn silence(&self, name: &str, rate_hz: u32, num_frames: usize) {
        self.float_wave(name, 1, rate_hz, &vec![0.0; num_frames]);
    }

    fn float_wave(&self, name: &str, channels: u16, sample_rate: u32, samples: &[f32]) {
        let spec = WavSpec {
            channels,
            sample_rate,
            bits_per_sample: 32,
            sample_format: SampleFormat::Float,
        };
        let mut writer = WavWriter::create(self.path(name), spec).unwrap();
        for &sample in samples {
            writer.write_sample(sample).unwrap();
        }
        writer.finalize().unwrap();
    }

    /// Runs the tool in this folder.
    fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run::from(output)
    }

    /// Runs the tool and demands exit code 2 with one line that begins with the name of `file` and
    /// has `what` in it, nothing on standard output, and no new file.
    #[track_caller]
    fn refuses(&self, args: &[&str], file: &str, what: &str) {
        let before = self.names();
        let run = self.run(args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{args:?}: {}", run.stderr);
        let start = format!("underscore: {file}: ");
        assert!(run.stderr.starts_with(&start), "{args:?}: {}", run.stderr);
        assert!(run.stderr.contains(what), "{args:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{args:?}");
        assert_eq!(self.names(), before, "{args:?}");
    }
}

struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// White noise at -20 dBFS from a fixed linear congruential generator (Knuth's MMIX constants).
fn noise(num_samples: usize) -> Vec<f32> {
    let mut state = 1u64;
    (0..num_samples)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            ((state >> 40) as f32 / (1u64 << 23) as f32 - 1.0) * 0.173
        })
        .collect()
}

fn read_float(path: &Path) -> (WavSpec, Vec<f32>) {
    let mut reader = WavReader::open(path).unwrap();
    let samples = reader.samples::<f32>().map(Result::unwrap).collect();
    (reader.spec(), samples)
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}

#[test]
fn without_speech_duck_gives_back_the_same_bits() {
    for num_channels in [1, 2, 6, 12, 16] {
        let folder = Folder::new();
        let mut music = folder.music("music.wav", num_channels, 20_000);
        // Above full scale, and the first and last sample: nothing may be lost or shifted.
        music[0] = 1.5;
        *music.last_mut().unwrap() = -1.25;
        folder.float_wave("music.wav", num_channels, RATE_HZ, &music);
        folder.silence("silence.wav", RATE_HZ, 20_000);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{num_channels}");
        let (spec, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(spec.channels, num_channels);
        assert_eq!(spec.sample_rate, RATE_HZ);
        assert_eq!(bits(&samples), bits(&music), "{num_channels} channels");
        assert_eq!(folder.names(), ["music.wav", "out.wav", "silence.wav"]);
    }
}

#[test]
fn integers_of_24_bits_come_back_as_they_were() {
    let folder = Folder::new();
    let spec = WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 24,
        sample_format: SampleFormat::Int,
    };
    let mut music: Vec<i32> = noise(9_001 * 2)
        .iter()
        .map(|sample| (sample * 8_388_608.0) as i32)
        .collect();
    music[..3].copy_from_slice(&[-8_388_608, 8_388_607, 1]);
    let mut writer = WavWriter::create(folder.path("music.wav"), spec).unwrap();
    for &sample in &music {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
    folder.silence("silence.wav", RATE_HZ, 9_001);
    let run = folder.run(&[
        "duck",
        "silence.wav",
        "music.wav",
        "--bits",
        "24",
        "-o",
        "out.wav",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let mut reader = WavReader::open(folder.path("out.wav")).unwrap();
    assert_eq!(reader.spec().bits_per_sample, 24);
    let samples: Vec<i32> = reader.samples::<i32>().map(Result::unwrap).collect();
    assert_eq!(samples, music);
}

#[test]
fn clipping_in_24_bits_is_said() {
    let folder = Folder::new();
    folder.float_wave("music.wav", 1, RATE_HZ, &[0.5, 1.5, -2.0, 1.0]);
    folder.silence("silence.wav", RATE_HZ, 4);
    let run = folder.run(&[
        "duck",
        "silence.wav",
        "music.wav",
        "--bits",
        "24",
        "-o",
        "out.wav",
    ]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("out.wav: 2 samples"), "{}", run.stderr);
    let samples: Vec<i32> = WavReader::open(folder.path("out.wav"))
        .unwrap()
        .samples::<i32>()
        .map(Result::unwrap)
        .collect();
    assert_eq!(samples, [4_194_304, 8_388_607, -8_388_608, 8_388_607]);
}

#[test]
fn the_music_keeps_its_rate_whatever_the_dialogue_has() {
    for (dialogue_hz, music_hz) in [(44_100, 48_000), (96_000, 44_100), (8_000, 192_000)] {
        let folder = Folder::new();
        let music = noise(music_hz as usize);
        folder.float_wave("music.wav", 1, music_hz, &music);
        folder.silence("silence.wav", dialogue_hz, dialogue_hz as usize);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        let (spec, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(spec.sample_rate, music_hz);
        assert_eq!(bits(&samples), bits(&music));
    }
}

#[test]
fn different_lengths_are_said_in_one_line_and_allowed() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 2, RATE_HZ);
    for (seconds, what) in [(0.25, "0.750 s shorter"), (1.5, "0.500 s longer")] {
        folder.silence("silence.wav", RATE_HZ, (seconds * 48_000.0) as usize);
        let run = folder.run(&["duck", "silence.wav", "music.wav", "-o", "out.wav"]);
        assert_eq!(run.code, 0);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        assert!(run.stderr.contains("silence.wav") && run.stderr.contains(what));
        let (_, samples) = read_float(&folder.path("out.wav"));
        assert_eq!(samples.len(), music.len());
    }
}

#[test]
fn check_writes_the_contract_and_prints_nothing_but_the_report() {
    let folder = Folder::new();
    folder.music("music.wav", 2, RATE_HZ);
    folder.silence("silence.wav", RATE_HZ, RATE_HZ as usize);
    let run = folder.run(&["check", "silence.wav", "music.wav", "--json", "out.json"]);
    // Standard error is a pipe here: no progress bar.
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("nobody speaks"), "{}", run.stdout);
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap();
    assert_eq!(json["schema"], "underscore.report/1");
    assert_eq!(json["sample_rate_hz"], RATE_HZ);
    assert_eq!(json["duration_s"], 1.0);
    assert_eq!(json["speech_s"], 0.0);
    assert_eq!(json["clash_percent"], 0.0);
    assert_eq!(json["lines"], serde_json::json!([]));
    let num_hz = json["bands"]["hz"].as_array().unwrap().len();
    let num_excess = json["bands"]["excess_db"].as_array().unwrap().len();
    assert_eq!((num_hz, num_excess), (21, 21));
}

#[test]
fn each_line_and_second_of_the_demo_has_its_figures() {
    let folder = Folder::new();
    let (dialogue, music) = (demo("dialogue.flac"), demo("music.flac"));
    let check = |args: &[&str]| -> serde_json::Value {
        let files = [dialogue.to_str().unwrap(), music.to_str().unwrap()];
        let run = folder.run(&[&["check", "--json", "out.json"], &files[..], args].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        serde_json::from_str(&fs::read_to_string(folder.path("out.json")).unwrap()).unwrap()
    };
    let near_field = check(&[]);
    let number = |value: &serde_json::Value| value.as_f64().expect("a number");
    let lines = near_field["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 7);
    for line in lines {
        let (sii, alone) = (number(&line["sii"]), number(&line["sii_without_music"]));
        assert!(sii <= alone && alone <= 1.0);
        assert!(number(&line["loudness_difference_lu"]).abs() < 20.0);
        let num_goals = match line["verdict"].as_str().unwrap() {
            "clear" => 0,
            "strained" => 1,
            "masked" => 2,
            other => panic!("{other}"),
        };
        let remedies = line["remedies"].as_array().unwrap();
        assert_eq!(remedies.len(), num_goals);
        assert_eq!(
            line["causes"].as_array().unwrap().is_empty(),
            num_goals == 0
        );
        for remedy in remedies {
            assert!(number(&remedy["fader"]["sii"]) > sii);
        }
    }
    let segments = near_field["segments"].as_array().unwrap();
    assert!((15..=24).contains(&segments.len()), "{}", segments.len());
    for segment in segments {
        assert_eq!(number(&segment["end_s"]), number(&segment["start_s"]) + 1.0);
        assert!((0.0..=100.0).contains(&number(&segment["clash_percent"])));
        assert!(number(&segment["sii"]) <= number(&segment["sii_without_music"]));
        assert!(segment["loudness_difference_lu"].is_number());
    }
    let dub_stage = check(&["--monitor", "85", "--viewer", "general"]);
    assert_ne!(dub_stage["sii"], near_field["sii"]);
    assert_eq!(near_field["guide_lu"], 10.0);
    assert_eq!(dub_stage["guide_lu"], 14.0);
}

#[test]
fn help_is_shown_without_arguments_and_on_request() {
    let folder = Folder::new();
    let run = folder.run(&[]);
    assert!(run.stderr.contains("Usage:"), "{}", run.stderr);
    assert_eq!(run.code, 2);
    for args in [&["--help"][..], &["--version"], &["check", "--help"]] {
        let run = folder.run(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        assert!(!run.stdout.is_empty());
    }
    assert_eq!(folder.run(&["mix", "a", "b"]).code, 2);
}

#[test]
fn a_setting_out_of_range_is_refused_with_the_range() {
    let folder = Folder::new();
    for (flag, value, rule) in [
        ("--target", "0.95", "must be 0.5 to 0.8"),
        ("--target", "NaN", "must be 0.5 to 0.8"),
        ("--amount-lu", "6.5", "must be 0 to 6"),
        ("--max-cut", "-1", "must be 0 to 18"),
        ("--attack", "0", "must be 1 to 200"),
        ("--hold", "inf", "must be 0 to 1000"),
        ("--release", "5000", "must be 20 to 2000"),
        ("--low", "50", "must be 100 to 10000"),
        ("--high", "20000", "must be 100 to 10000"),
        ("--trim", "-30", "must be -24 to 24"),
        ("--trim", "-nan", "must be -24 to 24"),
        ("--focus", "two", "must be 0 to 1"),
        ("--monitor", "95", "must be 60 to 90"),
        ("--fail-above", "101", "must be 0 to 100"),
    ] {
        let run = folder.run(&["check", "a.wav", "b.wav", flag, value]);
        assert_eq!(run.code, 2);
        assert_eq!(run.stderr, format!("underscore: {flag} {value}: {rule}\n"));
    }
    let run = folder.run(&["check", "a.wav", "b.wav", "--low", "900", "--high", "800"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.stderr,
        "underscore: --low 900: must not be above --high 800\n"
    );
}

#[test]
fn settings_in_range_are_taken() {
    let folder = Folder::new();
    folder.music("music.wav", 1, 4_800);
    folder.silence("silence.wav", RATE_HZ, 4_800);
    let run = folder.run(&[
        "check",
        "silence.wav",
        "music.wav",
        "--steer",
        "amount",
        "--amount-lu",
        "3",
        "--target",
        "0.5",
        "--max-cut",
        "18",
        "--attack",
        "1",
        "--hold",
        "0",
        "--release",
        "2000",
        "--low",
        "160",
        "--high",
        "8000",
        "--trim",
        "-6.5",
        "--focus",
        "1",
        "--fail-above",
        "0",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn bad_inputs_get_one_line_and_leave_no_file() {
    let folder = Folder::new();
    folder.music("good.wav", 2, 4_800);
    fs::create_dir(folder.path("folder")).unwrap();
    fs::write(folder.path("empty.wav"), b"").unwrap();
    fs::write(folder.path("text.wav"), "Not audio at all.\n".repeat(400)).unwrap();
    fs::write(folder.path("riff.wav"), b"RIFF\x24\0\0\0WAVE").unwrap();
    let good = fs::read(folder.path("good.wav")).unwrap();
    fs::write(folder.path("truncated.wav"), &good[..good.len() / 2]).unwrap();
    folder.float_wave("nothing.wav", 2, RATE_HZ, &[]);
    folder.float_wave("slow.wav", 1, 100, &[0.0; 100]);
    folder.float_wave("fast.wav", 1, 4_000_000_000, &[0.0; 100]);
    folder.float_wave("many.wav", 17, RATE_HZ, &[0.0; 17]);
    let mut zero = good;
    zero[22..24].fill(0);
    fs::write(folder.path("zero.wav"), zero).unwrap();
    for (bad, what) in [
        ("missing.wav", "no such file"),
        ("folder", "is a folder"),
        ("empty.wav", "is empty"),
        ("text.wav", "is not audio"),
        ("riff.wav", "is truncated"),
        ("truncated.wav", "is truncated"),
        ("nothing.wav", "has no audio"),
        ("slow.wav", "sample rate of 100 Hz"),
        ("fast.wav", "sample rate of 4000000000 Hz"),
        ("many.wav", "has 17 channels"),
        ("zero.wav", "has no channels"),
    ] {
        for (dialogue, music) in [(bad, "good.wav"), ("good.wav", bad)] {
            folder.refuses(&["check", dialogue, music, "--json", "o.json"], bad, what);
            folder.refuses(&["duck", dialogue, music, "-o", "out.wav"], bad, what);
        }
    }
}

#[test]
fn damage_that_shows_late_leaves_no_file() {
    let folder = Folder::new();
    folder.silence("voice.wav", RATE_HZ, 48_000);
    let flac = fs::read(demo("music.flac")).unwrap();
    fs::write(folder.path("cut.flac"), &flac[..flac.len() / 2]).unwrap();
    let mut hurt = flac;
    let middle = hurt.len() / 2;
    hurt[middle..middle + 20_000].fill(0x55);
    fs::write(folder.path("hurt.flac"), hurt).unwrap();
    for (bad, what) in [("cut.flac", "is truncated"), ("hurt.flac", "")] {
        let duck = ["duck", "voice.wav", bad, "-o", "out.wav"];
        folder.refuses(&duck, bad, what);
        let check = ["check", "voice.wav", bad, "--json", "out.json"];
        folder.refuses(&check, bad, what);
    }
    let whole = aiff(2, &[0x1234; 96_000]);
    fs::write(folder.path("cut.aiff"), &whole[..whole.len() / 2]).unwrap();
    let duck = ["duck", "voice.wav", "cut.aiff", "-o", "out.wav"];
    folder.refuses(&duck, "cut.aiff", "is truncated");
}

#[test]
fn one_file_given_twice_is_refused_by_whatever_name() {
    let folder = Folder::new();
    folder.music("good.wav", 2, 4_800);
    fs::create_dir(folder.path("sub")).unwrap();
    fs::hard_link(folder.path("good.wav"), folder.path("hard.wav")).unwrap();
    let mut names = vec!["good.wav", "./good.wav", "sub/../good.wav", "hard.wav"];
    if cfg!(unix) {
        symlink("good.wav", &folder.path("link.wav"));
        names.push("link.wav");
    }
    for name in names {
        let what = "as dialogue and as music";
        folder.refuses(&["check", "good.wav", name], name, what);
        folder.refuses(&["duck", "good.wav", name, "-o", "out.wav"], name, what);
    }
}

#[test]
fn outputs_that_can_not_be_are_refused() {
    let folder = Folder::new();
    folder.music("music.wav", 2, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    fs::create_dir(folder.path("sub")).unwrap();
    for (output, what) in [
        ("music.wav", "is also an input"),
        ("sub/../voice.wav", "is also an input"),
        ("sub", "is a folder"),
        ("new/", "is a folder"),
        ("none/out.wav", "there is no folder none"),
        ("music.wav/out.wav", "there is no folder music.wav"),
    ] {
        let duck = ["duck", "voice.wav", "music.wav", "-o", output];
        folder.refuses(&duck, output, what);
        let check = ["check", "voice.wav", "music.wav", "--json", output];
        folder.refuses(&check, output, what);
    }
    if cfg!(unix) {
        let duck = ["duck", "voice.wav", "music.wav", "-o", "/dev/null"];
        folder.refuses(&duck, "/dev/null", "is not a regular file");
    }
}

#[test]
fn an_output_that_exists_is_replaced_whole() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 1, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    fs::write(folder.path("out.wav"), vec![7; 1_000_000]).unwrap();
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(read_float(&folder.path("out.wav")).1, music);
}

#[test]
fn long_wave_forms_are_read() {
    let folder = Folder::new();
    let music = folder.music("music.wav", 1, 3_000);
    folder.silence("voice.wav", RATE_HZ, 3_000);
    for form in [b"RF64", b"BW64"] {
        fs::write(folder.path("long.wav"), long_wave(form, &music)).unwrap();
        let run = folder.run(&["duck", "voice.wav", "long.wav", "-o", "out.wav"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert_eq!(bits(&read_float(&folder.path("out.wav")).1), bits(&music));
    }
    let mut cut = long_wave(b"RF64", &music);
    cut.truncate(6_000);
    fs::write(folder.path("cut.wav"), cut).unwrap();
    folder.refuses(
        &["check", "voice.wav", "cut.wav"],
        "cut.wav",
        "is truncated",
    );
}

#[test]
fn flac_is_read_to_its_last_sample() {
    let folder = Folder::new();
    let path = demo("music.flac");
    // STREAMINFO (RFC 9639, section 8.2): 36 bits of length end 26 bytes into the file.
    let flac = fs::read(&path).unwrap();
    let num_frames = flac[21..26]
        .iter()
        .fold(0u64, |sum, &byte| sum << 8 | u64::from(byte))
        & 0xF_FFFF_FFFF;
    folder.silence("voice.wav", RATE_HZ, num_frames as usize);
    let music = path.to_str().unwrap();
    let run = folder.run(&["duck", "voice.wav", music, "-o", "out.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let (spec, samples) = read_float(&folder.path("out.wav"));
    assert_eq!(samples.len() as u64, num_frames * u64::from(spec.channels));
    assert!(samples.iter().any(|&sample| sample != 0.0));
}

#[test]
fn aiff_is_read() {
    let folder = Folder::new();
    let music: Vec<i16> = noise(6_000).iter().map(|s| (s * 32_768.0) as i16).collect();
    fs::write(folder.path("music.aiff"), aiff(2, &music)).unwrap();
    folder.silence("voice.wav", RATE_HZ, 3_000);
    let run = folder.run(&["duck", "voice.wav", "music.aiff", "-o", "out.wav"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let expected: Vec<f32> = music.iter().map(|&s| f32::from(s) / 32_768.0).collect();
    assert_eq!(read_float(&folder.path("out.wav")).1, expected);
}

#[test]
fn loudspeaker_positions_are_kept() {
    let folder = Folder::new();
    folder.silence("voice.wav", RATE_HZ, 100);
    folder.music("music.wav", 6, 100);
    let mut wave = fs::read(folder.path("music.wav")).unwrap();
    let mask_at = 40;
    // 5.1 with side instead of back channels.
    wave[mask_at..mask_at + 4].copy_from_slice(&0x60Fu32.to_le_bytes());
    fs::write(folder.path("music.wav"), wave).unwrap();
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "out.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let out = fs::read(folder.path("out.wav")).unwrap();
    let fmt = out.windows(4).position(|bytes| bytes == b"fmt ").unwrap();
    assert_eq!(out[fmt + 28..fmt + 32], 0x60Fu32.to_le_bytes());
}

/// A file of the demo scene.
fn demo(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("assets/demo")
        .join(name)
}

#[cfg(unix)]
fn symlink(target: &str, link: &Path) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) {}

/// A mono float file in a 64-bit form (EBU Tech 3306), with a chunk after the audio that is no
/// audio.
fn long_wave(form: &[u8; 4], samples: &[f32]) -> Vec<u8> {
    let data_bytes = samples.len() as u64 * 4;
    let mut wave = Vec::new();
    wave.extend(form);
    wave.extend(u32::MAX.to_le_bytes());
    wave.extend(b"WAVEds64");
    wave.extend(28u32.to_le_bytes());
    wave.extend((72 + data_bytes + 16).to_le_bytes());
    wave.extend(data_bytes.to_le_bytes());
    wave.extend((samples.len() as u64).to_le_bytes());
    wave.extend(0u32.to_le_bytes());
    wave.extend(b"fmt ");
    wave.extend(16u32.to_le_bytes());
    wave.extend(3u16.to_le_bytes());
    wave.extend(1u16.to_le_bytes());
    wave.extend(RATE_HZ.to_le_bytes());
    wave.extend((RATE_HZ * 4).to_le_bytes());
    wave.extend(4u16.to_le_bytes());
    wave.extend(32u16.to_le_bytes());
    wave.extend(b"data");
    wave.extend(u32::MAX.to_le_bytes());
    for sample in samples {
        wave.extend(sample.to_le_bytes());
    }
    wave.extend(b"LGWV");
    wave.extend(8u32.to_le_bytes());
    wave.extend([0x3F; 8]);
    wave
}

/// A 16-bit AIFF file at 48 kHz (Apple, "Audio Interchange File Format", 1989).
fn aiff(num_channels: u16, samples: &[i16]) -> Vec<u8> {
    let num_frames = samples.len() as u32 / u32::from(num_channels);
    let data_bytes = samples.len() as u32 * 2;
    let mut aiff = Vec::new();
    aiff.extend(b"FORM");
    aiff.extend((4 + 26 + 16 + data_bytes).to_be_bytes());
    aiff.extend(b"AIFFCOMM");
    aiff.extend(18u32.to_be_bytes());
    aiff.extend(num_channels.to_be_bytes());
    aiff.extend(num_frames.to_be_bytes());
    aiff.extend(16u16.to_be_bytes());
    // 48000 as an 80-bit IEEE 754 number: 2^15 * 1.46484375.
    aiff.extend([0x40, 0x0E, 0xBB, 0x80, 0, 0, 0, 0, 0, 0]);
    aiff.extend(b"SSND");
    aiff.extend((8 + data_bytes).to_be_bytes());
    aiff.extend([0; 8]);
    for sample in samples {
        aiff.extend(sample.to_be_bytes());
    }
    aiff
}
