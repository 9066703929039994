//! What is otherwise on Windows: names, separators, files that are open elsewhere, console events; and full or sealed
//! disks, which `cargo xtask test --windows` makes.

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::process::CommandExt;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use test_support::demo;
use windows_sys::Win32::System::Console::{CTRL_BREAK_EVENT, GenerateConsoleCtrlEvent};
use windows_sys::Win32::System::Threading::CREATE_NEW_PROCESS_GROUP;

use crate::folder::{Folder, RATE_HZ, Run, read_float};

const TOOL: &str = env!("CARGO_BIN_EXE_underscore");

/// Longest wait for the tool to come to a point that it must come to.
const PATIENCE: Duration = Duration::from_secs(120);

/// A tenth of a second of music and as much of silence.
fn short_pair(folder: &Folder) {
    folder.music("music.wav", 2, 4_800);
    folder.silence("voice.wav", RATE_HZ, 4_800);
}

#[track_caller]
fn is_refused(run: &Run, what: &str) {
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains(what), "{}", run.stderr);
    assert_eq!(run.stdout, "");
}

#[test]
fn paths_take_both_separators_and_say_what_the_user_wrote() {
    let folder = Folder::new();
    short_pair(&folder);
    fs::create_dir_all(folder.path("sub").join("deeper")).unwrap();
    for output in [
        r"sub\deeper\out.wav",
        "sub/deeper/out.wav",
        r".\sub\out.wav",
    ] {
        let run = folder.run(&["duck", r".\voice.wav", "music.wav", "-o", output]);
        assert_eq!(run.code, 0, "{output}: {}", run.stderr);
        assert!(folder.path(output).is_file(), "{output}");
    }
    let absolute = folder.path("absolute.wav");
    let drive = format!(
        r"\{}",
        absolute.display().to_string().split_once('\\').unwrap().1
    );
    let verbatim = format!(r"\\?\{}", absolute.display());
    for output in [absolute.to_str().unwrap(), &drive, &verbatim] {
        let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", output]);
        assert_eq!(run.code, 0, "{output}: {}", run.stderr);
        fs::remove_file(&absolute).unwrap();
    }
    for (output, what) in [
        (r"new\", "is a folder"),
        (r"none\out.wav", "there is no folder none"),
        (r"sub\..\music.wav", "is also an input"),
        // Names are the same in any case of letters.
        ("MUSIC.WAV", "is also an input"),
    ] {
        let duck = ["duck", "voice.wav", "music.wav", "-o", output];
        folder.refuses(&duck, output, what);
    }
    let check = ["check", r"sub\none.wav", "music.wav"];
    folder.refuses(&check, r"sub\none.wav", "no such file");
}

#[test]
fn names_of_devices_are_refused_before_the_work() {
    let folder = Folder::new();
    short_pair(&folder);
    for output in ["NUL", "con", "aux.wav", "Com1.wav"] {
        let duck = ["duck", "voice.wav", "music.wav", "-o", output];
        folder.refuses(&duck, output, "is not a regular file");
    }
    let run = folder.run(&["duck", "voice.wav", "music.wav", "-o", "console.wav"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn names_in_any_script_come_through() {
    let folder = Folder::new();
    let names = ["Diálogo – Größe.wav", "对白 🎬.wav", "музыка.wav"];
    folder.silence(names[0], RATE_HZ, 48_000);
    folder.silence(names[1], RATE_HZ, 48_000);
    folder.music(names[2], 2, 48_000);
    for dialogue in &names[..2] {
        let list = format!("{dialogue}.json");
        let run = folder.run(&["check", dialogue, names[2], "--json", &list]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let json = fs::read_to_string(folder.path(&list)).unwrap();
        assert!(json.contains(dialogue) && json.contains(names[2]), "{json}");
    }
    let missing = "缺少.wav";
    folder.refuses(&["check", missing, names[2]], missing, "no such file");
}

#[test]
fn a_name_that_is_no_text_is_shown_and_harms_nobody() {
    use std::os::windows::ffi::OsStringExt;

    let folder = Folder::new();
    short_pair(&folder);
    // Half of a pair, which NTFS takes.
    let name = OsString::from_wide(&[0xD83C, u16::from(b'.'), u16::from(b'w')]);
    let output = Command::new(TOOL)
        .arg("check")
        .arg(&name)
        .arg("music.wav")
        .current_dir(folder.path("."))
        .output()
        .unwrap();
    is_refused(&Run::from(output), "no such file");
}

#[test]
fn a_path_longer_than_260_characters_is_written_and_read() {
    let folder = Folder::new();
    short_pair(&folder);
    let mut long = folder.path("");
    while long.as_os_str().len() < 300 {
        long.push("a folder with a name of forty characters");
    }
    fs::create_dir_all(&long).unwrap();
    let ducked = long.join("ducked.wav");
    let duck = [
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        ducked.to_str().unwrap(),
    ];
    let run = folder.run(&duck);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = folder.run(&["check", "voice.wav", ducked.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn lists_with_the_line_ends_of_windows_are_read() {
    let folder = Folder::new();
    short_pair(&folder);
    fs::create_dir(folder.path("sub")).unwrap();
    fs::copy(folder.path("voice.wav"), folder.path(r"sub\voice.wav")).unwrap();
    let manifest =
        "\u{feff}name,dialogue,music\r\nR1,voice.wav,music.wav\r\nR2,sub\\voice.wav,music.wav\r\n";
    fs::write(folder.path("reels.csv"), manifest).unwrap();
    let list = format!("{{name}}{MAIN_SEPARATOR}list.json");
    for name in ["R1", "R2"] {
        fs::create_dir(folder.path(name)).unwrap();
    }
    let run = folder.run(&["check", "--manifest", "reels.csv", "--json", &list]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for name in ["R1", "R2"] {
        let json = fs::read_to_string(folder.path(name).join("list.json")).unwrap();
        // As everywhere: the same bytes on all systems.
        assert!(!json.contains('\r'), "{json}");
    }
    assert!(!run.stdout.contains('\r'), "{}", run.stdout);
}

#[test]
fn a_list_that_is_open_elsewhere_is_named_before_the_work_and_kept() {
    let folder = Folder::new();
    short_pair(&folder);
    fs::write(folder.path("list.csv"), "old").unwrap();
    // As spreadsheets open what they show: others may read it.
    const SHARE_READ: u32 = 1;
    let open = File::options();
    let open = open
        .clone()
        .read(true)
        .share_mode(SHARE_READ)
        .open(folder.path("list.csv"))
        .unwrap();
    let check = ["check", "voice.wav", "music.wav", "--csv", "list.csv"];
    folder.refuses(&check, "list.csv", "another program has it open");
    assert_eq!(fs::read(folder.path("list.csv")).unwrap(), b"old");
    drop(open);
    let run = folder.run(&check);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_ne!(fs::read(folder.path("list.csv")).unwrap(), b"old");
}

#[test]
fn a_file_that_is_marked_read_only_is_kept() {
    let folder = Folder::new();
    short_pair(&folder);
    let path = folder.path("out.wav");
    fs::write(&path, "old").unwrap();
    let set_read_only = |is_read_only| {
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(is_read_only);
        fs::set_permissions(&path, permissions).unwrap();
    };
    set_read_only(true);
    let duck = ["duck", "voice.wav", "music.wav", "-o", "out.wav"];
    folder.refuses(&duck, "out.wav", "permission denied");
    assert_eq!(fs::read(&path).unwrap(), b"old");
    set_read_only(false);
    let run = folder.run(&duck);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(read_float(&path).1.len(), 9_600);
}

/// A place that this machine has only in tests that say so.
fn place(variable: &str) -> Option<PathBuf> {
    let place = std::env::var_os(variable).map(PathBuf::from);
    if place.is_none() {
        println!("skipped: {variable} names no folder");
    }
    place
}

fn num_files(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_full_disk_leaves_nothing() {
    let Some(disk) = place("UNDERSCORE_SMALL_DISK") else {
        return;
    };
    let folder = Folder::new();
    folder.music("music.wav", 2, 10 * RATE_HZ);
    fs::copy(demo::path("dialogue.flac"), folder.path("voice.flac")).unwrap();
    // 3.8 MB of audio, for 1 MB.
    let [out, curve] = ["out.wav", "curve.csv"].map(|name| disk.join(name));
    let run = folder.run(&[
        "duck",
        "voice.flac",
        "music.wav",
        "-o",
        out.to_str().unwrap(),
        "--curve",
        curve.to_str().unwrap(),
    ]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    let error = run.stderr.lines().last().unwrap();
    assert!(error.contains("can't be written"), "{}", run.stderr);
    assert_eq!(run.stdout, "");
    assert_eq!(num_files(&disk), 0);
}

#[test]
fn a_sealed_folder_is_named() {
    let Some(sealed) = place("UNDERSCORE_SEALED_FOLDER") else {
        return;
    };
    let folder = Folder::new();
    short_pair(&folder);
    let out = sealed.join("out.wav");
    let run = folder.run(&[
        "duck",
        "voice.wav",
        "music.wav",
        "-o",
        out.to_str().unwrap(),
    ]);
    is_refused(&run, "can't be written");
    assert_eq!(num_files(&sealed), 0);
}

#[test]
fn an_interrupted_run_leaves_nothing() {
    let folder = Folder::new();
    // Long enough that the work isn't done before the event comes.
    folder.music("music.wav", 1, 600 * RATE_HZ);
    folder.silence("voice.wav", RATE_HZ, 600 * RATE_HZ as usize);
    let before = folder.names();
    for args in [
        &["duck", "voice.wav", "music.wav", "-o", "out.wav"][..],
        &["check", "voice.wav", "music.wav", "--report", "a.html"],
    ] {
        let mut child = Command::new(TOOL)
            .args(args)
            .current_dir(folder.path("."))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .creation_flags(CREATE_NEW_PROCESS_GROUP)
            .spawn()
            .unwrap();
        let start = Instant::now();
        while folder.names() == before {
            assert!(
                start.elapsed() < PATIENCE,
                "waited for an output in the making"
            );
            std::thread::sleep(Duration::from_millis(5));
        }
        // Ctrl-Break, which one group can be sent alone; the tool answers it as Ctrl-C.
        // SAFETY: it takes two numbers.
        let was_sent = unsafe { GenerateConsoleCtrlEvent(CTRL_BREAK_EVENT, child.id()) };
        if was_sent == 0 {
            // Wine's console is the terminal: `cargo xtask test --windows` sends a signal from outside.
            println!("skipped: this process has no console");
            child.kill().unwrap();
            child.wait().unwrap();
            return;
        }
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert_eq!(run.stderr, "underscore: interrupted: nothing was written\n");
        assert_eq!(run.stdout, "");
        assert_eq!(folder.names(), before, "{args:?}");
    }
}
