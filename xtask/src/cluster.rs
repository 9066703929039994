//! `cargo xtask cluster`: the workflow of `cluster/` on a Slurm of this one machine.

use crate::bundle;
use crate::tool;
use crate::venv::{self, Deps, Python};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Where Debian has the settings of a Slurm that somebody uses.
const SYSTEM_CONF: &str = "/etc/slurm/slurm.conf";

/// Daemons and programs that this needs, and Debian's packages that have them.
const PROGRAMS: [(&str, &str); 4] = [
    ("/usr/sbin/munged", "munge"),
    ("/usr/sbin/slurmctld", "slurm-wlm"),
    ("/usr/sbin/slurmd", "slurm-wlm"),
    ("/usr/bin/sbatch", "slurm-wlm"),
];

pub fn run() -> Result<()> {
    let system_python = venv::find_python()?;
    let mut cargo = tool::cargo();
    cargo.current_dir(bundle::workspace_root());
    tool::run(cargo.args([
        "build",
        "--release",
        "--package",
        "underscore",
        "--bin",
        "underscore",
    ]))?;
    let cli = bundle::target_directory()?.join("release/underscore");
    test(&system_python, &cli)
}

/// Runs the test, or says in one line why it can't.
pub fn test(system_python: &Python, cli: &Path) -> Result<()> {
    if let Some(why) = obstacle() {
        println!("skipped: the workflow on Slurm: {why}");
        return Ok(());
    }
    let root = bundle::workspace_root();
    let tests = root.join("tests").join("cluster");
    let target = bundle::target_directory()?;
    let python = venv::prepare(
        system_python,
        &target.join("cluster-venv"),
        &tests.join("requirements.txt"),
        Deps::Found,
    )?;
    let mut command = Command::new(python);
    // No bytecode files among the sources.
    command.arg("-B").arg(tests.join("cluster_test.py"));
    command.arg("--cli").arg(cli);
    command.arg("--scene").arg(root.join("assets/demo"));
    command
        .arg("--workflow")
        .arg(root.join("cluster/Snakefile"));
    command.arg("--figures").arg(target.join("cluster.json"));
    tool::run(&mut command)
}

/// Why there can be no Slurm here. What a test that was killed has left is no reason.
fn obstacle() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("it needs Linux".into());
    }
    let missing = PROGRAMS.iter().find(|(path, _)| !Path::new(path).exists());
    if let Some((path, package)) = missing {
        return Some(format!("{path} is missing (`apt-get install {package}`)"));
    }
    let user = tool::output_of(Command::new("id").arg("-u"));
    if user.is_ok_and(|user| user.trim() != "0") {
        return Some("it needs root".into());
    }
    let is_left = std::fs::read_link(SYSTEM_CONF)
        .is_ok_and(|target| target.to_string_lossy().contains("/underscore-cluster-"));
    if Path::new(SYSTEM_CONF).exists() && !is_left {
        return Some(format!(
            "this machine has a Slurm of its own ({SYSTEM_CONF})"
        ));
    }
    None
}
