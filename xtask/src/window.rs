//! `cargo xtask window`: what the editor looks like in a host, and what it costs while it is open.

use crate::{bundle, tool};
use anyhow::Result;

/// Hands `args` to the program that does it.
pub fn run(args: &[String]) -> Result<()> {
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    cargo.args(["run", "--quiet", "--release", "--package", "underscore"]);
    tool::run(cargo.args(["--example", "window", "--"]).args(args))
}
