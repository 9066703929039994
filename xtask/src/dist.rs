//! `cargo xtask dist`: packages, made by a program of their own.

use crate::windows::installer;
use crate::{bundle, tool};
use anyhow::Result;

/// Hands `args` to the program that does it, and tries the installer for Windows where one was made.
///
/// # Errors
/// If the packages can't be made, or the installer doesn't do what it should.
pub fn run(args: &[String]) -> Result<()> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    cargo.args(["run", "--quiet", "--release", "--package", "dist", "--"]);
    tool::run(cargo.args(args))?;
    let is = |option: &str| args.iter().any(|arg| arg == option);
    if is("--windows") && !is("--help") && !is("-h") {
        installer::check()?;
    }
    Ok(())
}
