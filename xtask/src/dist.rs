//! `cargo xtask dist`: packages, made by a program of their own.

use crate::{bundle, tool};
use anyhow::Result;

/// Hands `args` to the program that does it.
pub fn run(args: &[String]) -> Result<()> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    cargo.args(["run", "--quiet", "--release", "--package", "dist", "--"]);
    tool::run(cargo.args(args))
}
