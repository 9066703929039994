//! Disks that are full or read-only, and runs that are interrupted: one line, exit code 2, and
//! nothing half-written.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use test_support::demo;

use crate::folder::{Folder, RATE_HZ, Run};

const TOOL: &str = env!("CARGO_BIN_EXE_underscore");

/// Longest wait for a program to come to a point that it must come to.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the shell script `steps` in a mount namespace of its own, with a file system in memory at
/// `$M` in `folder`. Then `$M` is listed on standard output, below the output of the steps; the exit
/// code is theirs. `None` on machines where nobody may mount.
#[cfg(target_os = "linux")]
fn in_memory(folder: &Folder, mount_options: &str, steps: &str) -> Option<Run> {
    let mount = folder.path("mount");
    fs::create_dir_all(&mount).unwrap();
    let script = format!(
        "set -e; mount -t tmpfs -o {mount_options} tmpfs \"$M\"; set +e\n\
         ( {steps} ); code=$?; ls -A \"$M\"; exit $code"
    );
    let run = |unshare: &[&str], script: &str| -> std::process::Output {
        Command::new("unshare")
            .args(unshare)
            .args(["sh", "-c", script])
            .current_dir(folder.path("."))
            .env("M", &mount)
            .env("U", TOOL)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    };
    // Root may; others may where the system lets them be root of a namespace.
    let ways: [&[&str]; 2] = [&["--mount"], &["--map-root-user", "--mount"]];
    let probe = format!("mount -t tmpfs -o {mount_options} tmpfs \"$M\"");
    let Some(way) = ways.iter().find(|way| run(way, &probe).status.success()) else {
        println!("skipped: nobody may mount here");
        return None;
    };
    Some(Run::from(run(way, &script)))
}

#[cfg(target_os = "linux")]
#[track_caller]
fn is_refused(run: &Run, what: &str) {
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains(what), "{}", run.stderr);
}

/// Ten seconds of voice and of music.
fn pair(folder: &Folder) {
    folder.music("music.wav", 2, 10 * RATE_HZ);
    fs::copy(demo::path("dialogue.flac"), folder.path("voice.flac")).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing() {
    let folder = Folder::new();
    pair(&folder);
    // Words about the lengths are no error.
    let without_lengths = "code=$?; grep -v -e shorter -e longer err >&2; exit $code";
    let commands = [
        // 3.8 MB of audio.
        format!(
            "\"$U\" duck voice.flac music.wav -o \"$M/out.wav\" --curve \"$M/curve.csv\" 2> err; \
             {without_lengths}"
        ),
        // More than is left.
        format!(
            "head -c 1000000 /dev/zero > \"$M/full\"; \"$U\" check voice.flac music.wav --json \
             \"$M/a.json\" --report \"$M/a.html\" --csv \"$M/a.csv\" 2> err; code=$?; rm \
             \"$M/full\"; (exit $code); {without_lengths}"
        ),
    ];
    for command in commands {
        let Some(run) = in_memory(&folder, "size=1m", &command) else {
            return;
        };
        is_refused(&run, "can't be written");
        assert_eq!(run.stdout, "", "{command}");
    }
}

/// The same without a mount: files may not grow beyond 512 bytes.
#[test]
fn a_file_that_may_not_grow_leaves_nothing() {
    let folder = Folder::new();
    pair(&folder);
    let before = folder.names();
    for command in [
        "duck voice.flac music.wav -o out.wav --delta delta.wav",
        "check voice.flac music.wav --json a.json --report a.html",
    ] {
        let script = format!("trap '' XFSZ; ulimit -f 1; exec \"$U\" {command}");
        let output = Command::new("sh")
            .args(["-c", &script])
            .current_dir(folder.path("."))
            .env("U", TOOL)
            .output()
            .unwrap();
        let run = Run::from(output);
        assert_eq!(run.code, 2, "{}", run.stderr);
        let error = run.stderr.lines().last().unwrap();
        assert!(error.contains("can't be written"), "{}", run.stderr);
        assert_eq!(folder.names(), before, "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_read_only_folder_is_named() {
    let folder = Folder::new();
    folder.music("music.wav", 1, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    for command in [
        "duck voice.wav music.wav -o mount/out.wav",
        "check voice.wav music.wav --csv a.csv --report mount/a.html",
    ] {
        let Some(run) = in_memory(&folder, "ro", &format!("\"$U\" {command}")) else {
            return;
        };
        is_refused(&run, "can't be written");
        assert!(run.stderr.contains("underscore: mount/"), "{}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(!folder.path("a.csv").exists());
    }
}

/// A WAV file of silence that takes no room on disk: 16 bits, mono.
fn long_silence(path: &Path, seconds: u32) {
    let data_bytes = seconds * RATE_HZ * 2;
    let mut header = Vec::new();
    header.extend(b"RIFF");
    header.extend((36 + data_bytes).to_le_bytes());
    header.extend(b"WAVEfmt ");
    header.extend(16u32.to_le_bytes());
    header.extend(1u16.to_le_bytes());
    header.extend(1u16.to_le_bytes());
    header.extend(RATE_HZ.to_le_bytes());
    header.extend((2 * RATE_HZ).to_le_bytes());
    header.extend(2u16.to_le_bytes());
    header.extend(16u16.to_le_bytes());
    header.extend(b"data");
    header.extend(data_bytes.to_le_bytes());
    let mut file = File::create(path).unwrap();
    file.write_all(&header).unwrap();
    file.set_len(header.len() as u64 + u64::from(data_bytes))
        .unwrap();
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited for {what}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn interrupt(child: &Child, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status()
        .unwrap();
    assert!(
        status.success(),
        "the program ended before it was interrupted"
    );
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = Folder::new();
    // An hour, so that the work isn't done before the signal comes.
    for name in ["voice.wav", "music.wav"] {
        long_silence(&folder.path(name), 3_600);
    }
    let before = folder.names();
    for signal in ["-INT", "-TERM"] {
        for args in [
            &["duck", "voice.wav", "music.wav", "-o", "out.wav"][..],
            &["check", "voice.wav", "music.wav", "--report", "a.html"],
        ] {
            let child = Command::new(TOOL)
                .args(args)
                .current_dir(folder.path("."))
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            wait_until("an output in the making", || folder.names() != before);
            interrupt(&child, signal);
            let run = Run::from(child.wait_with_output().unwrap());
            assert_eq!(run.code, 2, "{}", run.stderr);
            assert_eq!(run.stderr, "underscore: interrupted: nothing was written\n");
            assert_eq!(run.stdout, "");
            assert_eq!(folder.names(), before, "{args:?}");
        }
    }
}

#[test]
fn interrupted_pairs_that_were_done_have_their_lists() {
    let folder = Folder::new();
    folder.music("short.wav", 1, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
    long_silence(&folder.path("long.wav"), 3_600);
    let manifest = "R1,voice.wav,short.wav\nR2,voice.wav,long.wav\n";
    fs::write(folder.path("reels.csv"), manifest).unwrap();
    let child = Command::new(TOOL)
        .args(["check", "--manifest", "reels.csv", "--json", "{name}.json"])
        .current_dir(folder.path("."))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_until("the first pair", || folder.path("R1.json").exists());
    interrupt(&child, "-INT");
    let run = Run::from(child.wait_with_output().unwrap());
    assert_eq!(run.code, 2, "{}", run.stderr);
    let expected = "underscore: interrupted: only pairs that were done have their lists";
    assert_eq!(run.stderr.lines().last(), Some(expected), "{}", run.stderr);
    let mut names = folder.names();
    names.retain(|name| name.ends_with(".json") || name.ends_with(".partial"));
    assert_eq!(names, ["R1.json"]);
}
