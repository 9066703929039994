//! `cargo xtask test`: the Rust tests, then the built VST3 in hosts that nobody here wrote.

use crate::browser;
use crate::bundle::{self, Built};
use crate::cluster;
use crate::science;
use crate::tool::{self, Missing};
use crate::venv::{self, Deps};
use crate::wrapper;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Each host runs in a process of its own: both are JUCE, and one that crashes takes no other
/// with it.
const HOSTS: [&str; 2] = ["dawdreamer", "pedalboard"];

/// No screen has this number.
const NO_DISPLAY: &str = ":9999";

/// Valgrind is some fifty times slower.
const CALLS_UNDER_VALGRIND: &str = "2000";

pub fn run() -> Result<()> {
    // First, so that a missing tool is named before the minutes of building.
    let system_python = venv::find_python()?;
    let chromium = browser::find()?;
    let built = bundle::release()?;
    // One package at a time: in one build for the whole workspace, xtask's needs would change the
    // features of libraries that the plugin has too, and all above them would compile again.
    let mut failed = Vec::new();
    for package in ["underscore", "xtask", "dist"] {
        let mut cargo = tool::cargo();
        cargo.current_dir(bundle::workspace_root());
        cargo.args(["test", "--release", "--no-fail-fast", "--package", package]);
        cargo.env("UNDERSCORE_LONG_PAGE", browser::long_page(&built)?);
        note_failure(&mut cargo, &format!("Rust tests of {package}"), &mut failed);
    }

    match under_valgrind() {
        Some(mut cargo) => note_failure(&mut cargo, "host guard under valgrind", &mut failed),
        None => println!("skipped: valgrind is missing (`apt-get install valgrind`)"),
    }

    let tests = bundle::workspace_root().join("tests").join("hosts");
    let venv = built.target.join("host-tests-venv");
    let python = venv::prepare(
        &system_python,
        &venv,
        &tests.join("requirements.txt"),
        Deps::Found,
    )?;
    let stand_in = libgl_stand_in(&python, &venv)?;
    for host in HOSTS {
        let mut command = host_test(&python, &tests, host, &built);
        if let Some(folder) = &stand_in {
            command.env("LD_LIBRARY_PATH", folder);
        }
        note_failure(&mut command, &format!("host tests in {host}"), &mut failed);
    }
    if let Err(error) = science::test() {
        eprintln!("{error:#}");
        failed.push("hearing science".to_owned());
    }
    if let Err(error) = cluster::test(&system_python, &built.cli) {
        eprintln!("{error:#}");
        failed.push("workflow on Slurm".to_owned());
    }
    if let Err(error) = wrapper::run() {
        eprintln!("{error:#}");
        failed.push("static library in a host in C".to_owned());
    }
    let mut command = read_back(&python, &built);
    note_failure(&mut command, "lists read back", &mut failed);
    if let Some(chromium) = chromium
        && let Err(error) = browser::run(&chromium, &system_python, &built)
    {
        eprintln!("{error:#}");
        failed.push("page in Chromium".to_owned());
    }
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    println!("\nall Rust tests and host tests passed");
    Ok(())
}

/// Runs `command`; one that fails is noted, so that the others still run.
fn note_failure(command: &mut Command, name: &str, failed: &mut Vec<String>) {
    if let Err(error) = tool::run(command) {
        eprintln!("{error:#}");
        failed.push(name.to_owned());
    }
}

/// The host guard with buses and pointers that are missing, null or too few, events outside
/// their block, and some thousand calls of any function, while valgrind looks for what is read or written outside the host's memory. `None`
/// where there is no valgrind.
fn under_valgrind() -> Option<Command> {
    tool::output_of(Command::new("valgrind").arg("--version")).ok()?;
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    let runner = r#"target."cfg(all())".runner = ["valgrind", "--quiet", "--error-exitcode=1"]"#;
    cargo.args(["test", "--release", "--config", runner]);
    cargo.args(["--package", "underscore", "--test", "awkward_hosts", "--"]);
    // Valgrind runs one thread at a time.
    cargo.args([
        "--test-threads=1",
        "pointers::",
        "changes_outside_the_block",
        "fuzz::",
    ]);
    cargo.env("UNDERSCORE_FUZZ_CALLS", CALLS_UNDER_VALGRIND);
    Some(cargo)
}

fn host_test(python: &Path, tests: &Path, host: &str, built: &Built) -> Command {
    let scene = bundle::workspace_root().join("assets").join("demo");
    let mut command = Command::new(python);
    // These hosts open windows of their own on any screen that they find, and end when it is a bare one.
    command.env("DISPLAY", NO_DISPLAY);
    // No bytecode files among the sources.
    command.arg("-B").arg(tests.join(format!("test_{host}.py")));
    command.arg("--vst3").arg(&built.vst3);
    command.arg("--cli").arg(&built.cli);
    command.arg("--scene").arg(scene);
    command.arg("--work").arg(built.target.join("host-tests"));
    command
}

/// The lists of the command line, read by the programs of others.
fn read_back(python: &Path, built: &Built) -> Command {
    let root = bundle::workspace_root();
    let mut command = Command::new(python);
    command
        .arg("-B")
        .arg(root.join("tests").join("report").join("read_back.py"));
    command.arg("--cli").arg(&built.cli);
    command.arg("--scene").arg(root.join("assets").join("demo"));
    command.arg("--work").arg(built.target.join("lists"));
    command
}

/// DawDreamer's wheel for Linux links `libGL.so.1`, which it needs only to draw. On a machine
/// without a graphics stack this makes an empty library of that name and returns its folder.
///
/// # Errors
/// [`Missing`] if there is neither the library nor a C compiler to make one.
fn libgl_stand_in(python: &Path, venv: &Path) -> Result<Option<PathBuf>> {
    let load = ["-c", "import ctypes; ctypes.CDLL('libGL.so.1')"];
    if !cfg!(target_os = "linux") || tool::output_of(Command::new(python).args(load)).is_ok() {
        return Ok(None);
    }
    let folder = venv.join("libgl-stand-in");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("could not make {}", folder.display()))?;
    let source = folder.join("libgl.c");
    // The one function that the wheel refers to.
    std::fs::write(
        &source,
        "void glDeleteTextures(int n, const unsigned *textures) {}\n",
    )
    .with_context(|| format!("could not write {}", source.display()))?;
    let library = folder.join("libGL.so.1");
    let mut compiler = Command::new("cc");
    compiler.args(["-shared", "-fPIC", "-w", "-o"]);
    tool::output_of(compiler.arg(&library).arg(&source))
        .map_err(|_| Missing("DawDreamer needs libGL.so.1: `apt-get install libgl1`".to_owned()))?;
    Ok(Some(folder))
}
