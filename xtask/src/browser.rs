//! The page of the command line in a real browser: a Chromium of the system, driven by Playwright.

use crate::bundle::{self, Built};
use crate::tool::{self, Missing};
use crate::venv::{self, Deps, Python};
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Names that Chromium has on various systems.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// Looks for a Chromium; `None` after a word about it where the machine isn't one that checks
/// everything.
///
/// # Errors
/// [`Missing`] under CI.
pub fn find() -> Result<Option<PathBuf>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|program| program.is_file());
    if found.is_some() {
        return Ok(found);
    }
    let missing = "Chromium is missing: `apt-get install chromium`";
    if std::env::var_os("CI").is_some() {
        return Err(Missing(missing.to_owned()).into());
    }
    println!("skipped: the page in a browser ({missing})");
    Ok(None)
}

/// Where the Rust tests leave the page of a long reel for the browser.
///
/// # Errors
/// If its folder can't be made.
pub fn long_page(built: &Built) -> Result<PathBuf> {
    let folder = built.target.join("pages");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("could not make {}", folder.display()))?;
    Ok(folder.join("long.html"))
}

/// Opens pages in `chromium`; pictures of them stay in `target/pages`.
///
/// # Errors
/// If something is wrong with a page, or Playwright can't be had.
pub fn run(chromium: &PathBuf, python: &Python, built: &Built) -> Result<()> {
    let root = bundle::workspace_root();
    let tests = root.join("tests").join("report");
    let venv = built.target.join("page-tests-venv");
    let python = venv::prepare(python, &venv, &tests.join("requirements.txt"), Deps::Found)?;
    let mut command = Command::new(python);
    command.arg("-B").arg(tests.join("browser.py"));
    command.arg("--cli").arg(&built.cli);
    command.arg("--scene").arg(root.join("assets").join("demo"));
    command.arg("--work").arg(built.target.join("pages"));
    command.arg("--chromium").arg(chromium);
    let long = long_page(built)?;
    if long.exists() {
        command.arg("--long").arg(long);
    }
    tool::run(&mut command)
}
