//! Python environments: made under `target/` from pinned requirements, and reused as long as they and
//! the Python stay the same.

use crate::tool::{self, Missing};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// DawDreamer's wheels begin there.
const OLDEST_PYTHON: (u32, u32) = (3, 11);
const STAMP: &str = "requirements-installed.txt";

/// Where the dependencies of required packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deps {
    /// pip finds them.
    Found,
    /// The requirements list them all.
    Listed,
}

/// A Python that can make virtual environments.
pub struct Python {
    program: &'static str,
    version: String,
}

/// Looks for a Python that is new enough and has `venv` and `pip`.
///
/// # Errors
/// [`Missing`], with the way to get it.
pub fn find_python() -> Result<Python> {
    let (major, minor) = OLDEST_PYTHON;
    let ask = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
    let found = ["python3", "python"].into_iter().find_map(|program| {
        let version = tool::output_of(Command::new(program).args(["-c", ask])).ok()?;
        let version = version.trim().to_owned();
        Some(Python { program, version })
    });
    let Some(python) = found else {
        return Err(missing(format!(
            "Python {major}.{minor} or newer is missing: get it from python.org, \
             or `apt-get install python3 python3-venv`, or `brew install python`"
        )));
    };
    let mut numbers = python.version.split('.').map_while(|n| n.parse().ok());
    if (numbers.next(), numbers.next()) < (Some(major), Some(minor)) {
        return Err(missing(format!(
            "`{}` is Python {}: {major}.{minor} or newer is needed, from python.org or your \
             package manager",
            python.program, python.version
        )));
    }
    let modules = ["-c", "import ensurepip, venv"];
    if tool::output_of(Command::new(python.program).args(modules)).is_err() {
        return Err(missing(format!(
            "`{}` can't make virtual environments: `apt-get install python3-venv`, or a Python \
             from python.org",
            python.program
        )));
    }
    Ok(python)
}

/// Makes the environment `venv` with the packages of `requirements`, unless it's there already,
/// and returns its Python.
///
/// # Errors
/// [`Missing`] if the packages can't be had; any other error if a file can't be written.
pub fn prepare(python: &Python, venv: &Path, requirements: &Path, deps: Deps) -> Result<PathBuf> {
    let program = if cfg!(windows) {
        venv.join("Scripts").join("python.exe")
    } else {
        venv.join("bin").join("python")
    };
    let wanted = fs::read_to_string(requirements)
        .with_context(|| format!("could not read {}", requirements.display()))?;
    // The text itself is the stamp: it says what is installed.
    let stamp = format!("# Python {}\n{wanted}", python.version);
    if fs::read_to_string(venv.join(STAMP)).is_ok_and(|installed| installed == stamp) {
        return Ok(program);
    }

    println!("making {}", venv.display());
    tool::run(
        Command::new(python.program)
            .args(["-m", "venv", "--clear"])
            .arg(venv),
    )
    .map_err(|error| missing(format!("no virtual environment: {error:#}")))?;
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    tool::run(
        Command::new(&program)
            .args(pip)
            .args((deps == Deps::Listed).then_some("--no-deps"))
            .args(["--only-binary", ":all:", "--requirement"])
            .arg(requirements),
    )
    .map_err(|_| {
        missing(format!(
            "pip could not install {} (its reason is above): it needs PyPI or a mirror of it \
             (PIP_INDEX_URL) and a 64-bit system with glibc 2.34, macOS or Windows",
            requirements.display()
        ))
    })?;
    fs::write(venv.join(STAMP), stamp)
        .with_context(|| format!("could not write to {}", venv.display()))?;
    Ok(program)
}

fn missing(line: String) -> anyhow::Error {
    Missing(line).into()
}
