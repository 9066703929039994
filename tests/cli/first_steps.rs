//! What those see who have just installed it: the first commands, man pages and completions; and no plugin in
//! the command line's binary.

use std::fs;

use crate::folder::Folder;

#[test]
fn without_arguments_three_commands_are_shown_and_nothing_is_done() {
    let folder = Folder::new();
    let run = folder.run(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let commands: Vec<&str> = run
        .stderr
        .lines()
        .filter(|line| line.starts_with("  underscore "))
        .collect();
    assert_eq!(commands.len(), 3, "{}", run.stderr);
    // Each is one that the tool takes: what it misses are the files alone.
    for command in commands {
        let args: Vec<&str> = command.split_whitespace().skip(1).collect();
        let run = folder.run(&args);
        assert_eq!(run.code, 2, "{command}");
        let missing = run
            .stderr
            .starts_with("underscore: dialogue.wav: no such file");
        assert!(missing, "{command}: {}", run.stderr);
    }
    for named in ["underscore --help", "underscore doctor"] {
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
}

#[test]
fn man_pages_and_completions_know_the_commands() {
    let folder = Folder::new();
    let run = folder.run(&["shell-files", "made/here"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let read = |name: &str| fs::read_to_string(folder.path("made/here").join(name)).unwrap();
    for completions in [
        "underscore.bash",
        "_underscore",
        "underscore.fish",
        "_underscore.ps1",
    ] {
        for word in ["check", "doctor", "max-cut"] {
            assert!(read(completions).contains(word), "{completions}: {word}");
        }
        assert!(!read(completions).contains(folder.path("").to_str().unwrap()));
    }
    assert!(read("underscore.1").contains("underscore\\-duck(1)"));
    assert!(read("underscore-duck.1").contains("\\-\\-max\\-cut"));
    for page in ["underscore-shell-files.1", "underscore-help.1"] {
        assert!(!folder.path("made/here").join(page).exists(), "{page}");
    }

    fs::write(folder.path("file"), "").unwrap();
    folder.refuses(&["shell-files", "file"], "file", "can't be written");
}

/// With MinGW, whose linker leaves out nothing, what is released is built apart, and `cargo xtask dist` looks at it.
#[cfg(not(all(windows, target_env = "gnu")))]
#[test]
fn the_command_line_carries_no_plugin() {
    let binary = fs::read(env!("CARGO_BIN_EXE_underscore")).unwrap();
    // What hosts look for, what draws, and a text of the window.
    for part in [
        &b"clap_entry"[..],
        b"eglMakeCurrent",
        b"Monitors: level at your place",
    ] {
        let is_there = binary.windows(part.len()).any(|window| window == part);
        assert!(!is_there, "{}", String::from_utf8_lossy(part));
    }
}
