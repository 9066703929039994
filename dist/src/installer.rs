//! The installer for Windows, made by NSIS.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::release::Release;
use crate::{Files, sign, tool, unpack, workspace_root};

/// The installer of `files`, which lie in a folder `name`; `None`, with a line that says so, where there is no NSIS.
///
/// # Errors
/// If NSIS refuses its script.
pub fn make(files: &Files, name: &str, out: &Path, release: &Release) -> Result<Option<Vec<u8>>> {
    if Command::new("makensis").arg("-VERSION").output().is_err() {
        println!("skipped: no installer without NSIS (`apt-get install nsis`)");
        return Ok(None);
    }
    let folder = unpack(files, &out.join("unpacked"))?;
    let installer = out.join("setup.exe");
    let define = |name: &str, value: &str| format!("-D{name}={value}");
    let mut command = Command::new("makensis");
    command.args(["-V2", "-NOCD"]);
    command.arg(define("VERSION", release.version));
    command.arg(define("BUILD", &release.commit));
    command.arg(define("SOURCE", &folder.join(name).to_string_lossy()));
    command.arg(define("OUT", &installer.to_string_lossy()));
    command.env("SOURCE_DATE_EPOCH", release.epoch.to_string());
    tool::run(command.arg(workspace_root().join("dist").join("installer.nsi")))?;
    sign::for_windows(&[&installer])?;
    let bytes = fs::read(&installer).with_context(|| installer.display().to_string())?;
    fs::remove_file(&installer)?;
    fs::remove_dir_all(&folder)?;
    Ok(Some(bytes))
}
