//! Inputs that can't be read and outputs that can't be written: one line, and no file.

use std::fs;
use std::path::Path;

use test_support::demo;

use crate::folder::{Folder, RATE_HZ};

#[test]
fn bad_inputs_get_one_line_and_leave_no_file() {
    let folder = Folder::new();
    folder.music("good.wav", 2, 4_800);
    fs::create_dir(folder.path("folder")).unwrap();
    fs::write(folder.path("empty.wav"), b"").unwrap();
    fs::write(folder.path("text.wav"), "Not audio at all.\n".repeat(400)).unwrap();
    fs::write(folder.path("riff.wav"), b"RIFF\x24\0\0\0WAVE").unwrap();
    let good = fs::read(folder.path("good.wav")).unwrap();
    let zip = [&b"PK\x03\x04\x0A\0\0\0\0\0"[..], &good].concat();
    fs::write(folder.path("stems.zip"), zip).unwrap();
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
        ("stems.zip", "is not audio but a ZIP archive"),
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
    let flac = fs::read(demo::path("music.flac")).unwrap();
    let middle = flac.len() / 2;
    let mut hurt = flac.clone();
    hurt[middle..middle + 20_000].fill(0x55);
    fs::write(folder.path("hurt.flac"), hurt).unwrap();
    // What is behind it would come too early.
    let hole = [&flac[..middle], &flac[middle + 40_000..]].concat();
    fs::write(folder.path("hole.flac"), hole).unwrap();
    for bad in ["hurt.flac", "hole.flac"] {
        let duck = ["duck", "voice.wav", bad, "-o", "out.wav"];
        folder.refuses(&duck, bad, "");
        let check = ["check", "voice.wav", bad, "--json", "out.json"];
        folder.refuses(&check, bad, "");
    }
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

#[cfg(unix)]
fn symlink(target: &str, link: &Path) {
    std::os::unix::fs::symlink(target, link).unwrap();
}

#[cfg(not(unix))]
fn symlink(_: &str, _: &Path) {}
