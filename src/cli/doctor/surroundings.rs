//! System, processor and programs, as far as they matter to Underscore.

use std::env;
use std::fs;
use std::process::Command;
use std::thread;

/// What the plugin's window loads when it opens.
const WINDOW_LIBRARIES: [&str; 5] = [
    "libEGL.so.1",
    "libGL.so.1",
    "libX11.so.6",
    "libX11-xcb.so.1",
    "libxkbcommon-x11.so.0",
];

/// Lines of the report: what, and how it is.
pub fn lines() -> Vec<(String, String)> {
    let mut lines = vec![
        ("system", system()),
        ("processor", processor()),
        ("FFmpeg", ffmpeg()),
    ];
    if cfg!(target_os = "linux") {
        lines.push(("screen", screen()));
        lines.push(("window", window_libraries()));
    }
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    lines.into_iter().map(owned).collect()
}

fn system() -> String {
    let said_by = |program: &str, argument: &str| {
        let output = Command::new(program).arg(argument).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let name = match env::consts::OS {
        "macos" => said_by("sw_vers", "-productVersion").map(|version| format!("macOS {version}")),
        "windows" => said_by("cmd", "/Cver"),
        _ => fs::read_to_string("/etc/os-release")
            .ok()
            .and_then(|text| os_release_name(&text)),
    };
    let name = name.unwrap_or_else(|| env::consts::OS.to_owned());
    format!("{name}, {}", env::consts::ARCH)
}

/// What a distribution calls itself (`os-release(5)`).
fn os_release_name(text: &str) -> Option<String> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="));
    line.map(|name| name.trim_matches(['"', '\'']).to_owned())
}

fn processor() -> String {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    #[cfg(target_arch = "x86_64")]
    let loops = match is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        true => "AVX2 and FMA (the fast loops run)",
        false => "no AVX2 or no FMA (the loops for all processors run)",
    };
    #[cfg(not(target_arch = "x86_64"))]
    let loops = "the loops for all processors run";
    format!("{loops}, {threads} at once")
}

fn ffmpeg() -> String {
    let output = Command::new("ffmpeg").arg("-version").output();
    let version = output.ok().and_then(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        Some(
            text.strip_prefix("ffmpeg version ")?
                .split_whitespace()
                .next()?
                .to_owned(),
        )
    });
    version.unwrap_or_else(|| "not found: Opus, AC-3, MXF and others can't be read".to_owned())
}

/// What draws: hosts give the plugin a window of X11, also under Wayland.
fn screen() -> String {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match (is_set("WAYLAND_DISPLAY"), is_set("DISPLAY")) {
        (true, true) => "Wayland with X11",
        (true, false) => "Wayland without X11: the plugin's window can't open",
        (false, true) => "X11",
        (false, false) => "none here",
    }
    .to_owned()
}

fn window_libraries() -> String {
    let list = ["ldconfig", "/sbin/ldconfig", "/usr/sbin/ldconfig"]
        .into_iter()
        .filter_map(|program| Command::new(program).arg("-p").output().ok())
        .find(|output| output.status.success());
    let Some(list) = list else {
        return "libraries can't be told (no ldconfig)".to_owned();
    };
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let is_there = |name: &str| {
        list.lines()
            .any(|line| line.split_whitespace().next() == Some(name))
    };
    let missing: Vec<&str> = WINDOW_LIBRARIES
        .into_iter()
        .filter(|name| !is_there(name))
        .collect();
    match missing.is_empty() {
        true => "all libraries are there".to_owned(),
        false => format!("missing: {}", missing.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_is_called_as_it_calls_itself() {
        let text = "NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n";
        let name = os_release_name(text);
        assert_eq!(name.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(os_release_name("ID=x\n"), None);
    }
}
