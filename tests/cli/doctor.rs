//! `underscore doctor` tells what is installed, and nothing personal.

use std::fs;
use std::process::{Command, Output};

use crate::folder::{Folder, Run};

/// The one who asks, in a folder of that name.
const USER: &str = "jane.q.mixer";
const OTHER_VERSION: &str = "9.8.7, build 0123456789ab, x86_64-unknown-linux-gnu";

fn doctor(folder: &Folder) -> Run {
    let home = folder.path(USER);
    let output: Output = Command::new(env!("CARGO_BIN_EXE_underscore"))
        .arg("doctor")
        .current_dir(&home)
        .env("HOME", &home)
        .env("USERPROFILE", &home)
        .env("LOCALAPPDATA", home.join("local"))
        .env("USER", USER)
        .env("LOGNAME", USER)
        .env("HOSTNAME", "janes-machine")
        .env("CLAP_PATH", folder.path("of-jane.q.mixer"))
        .output()
        .unwrap();
    Run::from(output)
}

/// Makes a plugin's file with this stamp in the user's own folder for CLAP.
fn install_clap(folder: &Folder, name: &str, stamp: &str) {
    let home = folder.path(USER);
    let place = match std::env::consts::OS {
        "macos" => home.join("Library/Audio/Plug-Ins/CLAP"),
        "windows" => home.join("local/Programs/Common/CLAP"),
        _ => home.join(".clap"),
    };
    fs::create_dir_all(&place).unwrap();
    fs::write(place.join(name), format!("\x7fELF {stamp} and more")).unwrap();
}

#[test]
fn the_plugins_that_are_installed_are_told_with_their_versions() {
    let folder = Folder::new();
    install_clap(
        &folder,
        "Underscore.clap",
        &format!("[underscore {OTHER_VERSION}]"),
    );
    install_clap(&folder, "Another.clap", "");
    let run = doctor(&folder);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let told = format!("Underscore.clap ({OTHER_VERSION})");
    assert!(run.stdout.contains(&told), "{}", run.stdout);
    assert!(run.stdout.contains("another version"), "{}", run.stdout);
    assert!(!run.stdout.contains("Another"), "{}", run.stdout);

    install_clap(&folder, "Underscore old.clap", "no stamp");
    let run = doctor(&folder);
    let told = "Underscore old.clap (version unknown)";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    assert!(run.stdout.contains("different versions"), "{}", run.stdout);
}

#[test]
fn a_copy_in_a_makers_folder_and_a_bundle_are_found() {
    let folder = Folder::new();
    install_clap(
        &folder,
        "Underscore.clap",
        &format!("[underscore {OTHER_VERSION}]"),
    );
    let home = folder.path(USER);
    let plain = fs::read_dir(&home).unwrap().next().unwrap().unwrap().path();
    let inside = folder
        .path("of-jane.q.mixer")
        .join("Maker/Underscore.clap/Contents/MacOS");
    fs::create_dir_all(&inside).unwrap();
    fs::write(
        inside.join("Underscore"),
        "[underscore 5.4.3, own build, t]",
    )
    .unwrap();
    fs::remove_dir_all(plain).unwrap();
    let run = doctor(&folder);
    let told = "Underscore.clap (5.4.3, own build, t)";
    assert!(run.stdout.contains(told), "{}", run.stdout);
}

#[test]
fn nothing_personal_is_in_the_report() {
    let folder = Folder::new();
    install_clap(&folder, "Underscore.clap", "");
    let run = doctor(&folder);
    for secret in [
        USER,
        "janes-machine",
        &folder.path("").display().to_string(),
    ] {
        assert!(!run.stdout.contains(secret), "{secret}: {}", run.stdout);
    }
    assert!(run.stdout.contains('~'), "{}", run.stdout);
    if let Ok(host) = fs::read_to_string("/proc/sys/kernel/hostname")
        && host.trim().len() > 3
    {
        assert!(!run.stdout.contains(host.trim()), "{}", run.stdout);
    }
}

#[test]
fn version_and_report_name_the_same_build() {
    let folder = Folder::new();
    fs::create_dir(folder.path(USER)).unwrap();
    let version = folder.run(&["--version"]).stdout;
    let version = version.trim().strip_prefix("underscore ").unwrap();
    assert!(version.starts_with(env!("CARGO_PKG_VERSION")), "{version}");
    assert_eq!(version.split(", ").count(), 3, "{version}");
    let report = doctor(&folder).stdout;
    assert!(
        report.lines().next().unwrap().ends_with(version),
        "{report}"
    );
    assert!(report.contains("No host will find the plugin") || report.contains("Underscore."));
}
