//! `cargo xtask hosts`: the built VST3 in Ardour, without and with its window, on a screen without a monitor.

mod home;
mod lane;
mod saved;
mod screen;
mod sound;
mod window;

use crate::bundle;
use crate::hosts::home::Home;
use crate::tool::Missing;
use anyhow::{Context, Result, bail};
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

/// Programs that this needs, and Debian's packages that have them.
const PROGRAMS: [(&str, &str); 6] = [
    ("ardour", "ardour"),
    ("ardour7-lua", "ardour"),
    ("Xvfb", "xvfb"),
    ("openbox", "openbox"),
    ("xdotool", "xdotool"),
    ("import", "imagemagick"),
];

/// A script that takes seconds, on a machine that has other things to do.
const SCRIPT_PATIENCE: Duration = Duration::from_secs(180);

/// What was promised, and whether it holds.
#[derive(Default)]
struct Checks {
    num_passed: usize,
    num_failed: usize,
}

impl Checks {
    /// Notes and prints one: `outcome` has what was measured, or what is wrong.
    fn note(&mut self, promise: &str, outcome: Result<impl Display, impl Display>) {
        match outcome {
            Ok(figures) => {
                self.num_passed += 1;
                println!("  {promise} ... ok: {figures}");
            }
            Err(error) => {
                self.num_failed += 1;
                println!("  {promise} ... FAILED: {error:#}");
            }
        }
    }
}

pub fn run() -> Result<()> {
    // First, so that a missing tool is named before the minutes of building.
    find_programs()?;
    let built = bundle::release()?;
    let home = Home::make(&built)?;
    let mut checks = Checks::default();
    println!("\nthe VST3 in Ardour, in {}", home.folder.display());

    let found = home.scan();
    let is_found = found.is_ok();
    checks.note("Ardour's scanner finds it", found);
    if is_found {
        let scene = sound::Scene::read()?;
        make_session(&home, &scene)?;
        let at_first = saved::Values::read(&home.session_file("scene"))?;
        check_session(&home, &mut checks)?;
        saved::check(&home, &at_first, &mut checks);
        for export in sound::EXPORTS {
            // How it ends isn't judged: the script says why.
            run_script(
                &home,
                "export_session",
                &[&scene.num_frames().to_string(), export],
            )?;
        }
        sound::check(&home, &built, &scene, &mut checks);
        lane::check(&home, &scene, &mut checks)?;
        window::check(&home, &mut checks)?;
    }

    println!(
        "Ardour: {} passed, {} failed",
        checks.num_passed, checks.num_failed
    );
    if checks.num_failed > 0 {
        bail!(
            "Ardour: {} failed; what it said is in {}",
            checks.num_failed,
            home.folder.join("*.log").display()
        );
    }
    Ok(())
}

/// # Errors
/// [`Missing`], with the packages that have what is missing.
fn find_programs() -> Result<()> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let is_here = |name: &str| std::env::split_paths(&path).any(|dir| dir.join(name).is_file());
    match packages_for(is_here) {
        None => Ok(()),
        Some(line) => Err(Missing(line).into()),
    }
}

/// What to install where `is_here` doesn't find all programs.
fn packages_for(is_here: impl Fn(&str) -> bool) -> Option<String> {
    let mut missing = PROGRAMS.to_vec();
    missing.retain(|(name, _)| !is_here(name));
    if missing.is_empty() {
        return None;
    }
    let names: Vec<_> = missing.iter().map(|(name, _)| *name).collect();
    let mut packages: Vec<_> = missing.iter().map(|(_, package)| *package).collect();
    packages.dedup();
    Some(format!(
        "the check in Ardour 7 needs {}: on Debian 12, `apt-get install {}`",
        names.join(", "),
        packages.join(" ")
    ))
}

/// Makes the session and puts the scene's files in it.
fn make_session(home: &Home, scene: &sound::Scene) -> Result<()> {
    let (said, status) = run_script(home, "make_session", &[&scene.num_frames().to_string()])?;
    if !status.success() || said.lines().all(|line| line != "done") {
        let error = said.lines().find(|line| line.starts_with("Error:"));
        bail!(
            "Ardour made no session ({status}): {}",
            error.unwrap_or("it doesn't say why")
        );
    }
    scene.write(&home.session.join("interchange/scene/audiofiles"))
}

/// Runs the checks in Ardour's own Lua, and notes what it finds.
fn check_session(home: &Home, checks: &mut Checks) -> Result<()> {
    let (said, status) = run_script(home, "check_session", &[])?;
    let mut has_ended = false;
    for line in said.lines() {
        match *line.split('\t').collect::<Vec<_>>() {
            ["check", "ok", promise, figures] => checks.note(promise, Ok::<_, &str>(figures)),
            ["check", _, promise, error] => checks.note(promise, Err::<&str, _>(error)),
            ["check", "end"] => has_ended = true,
            _ => (),
        }
    }
    let ended = match has_ended {
        true if status.success() => Ok("exit code 0".to_owned()),
        true => Err(format!("it ended with {status}")),
        false => Err(format!("it ended before its script did, with {status}")),
    };
    checks.note("Ardour loads, plays, saves and closes sessions", ended);
    Ok(())
}

/// Runs `name`.lua in Ardour's Lua, with the session's folder and `args`; returns what it wrote, and how it
/// ended.
fn run_script(home: &Home, name: &str, args: &[&str]) -> Result<(String, ExitStatus)> {
    let mut command = home.command("ardour7-lua");
    command
        .arg(scripts().join(format!("{name}.lua")))
        .arg(&home.session)
        .args(args);
    let log = [&[name], args].concat().join("-");
    let log = home.folder.join(format!("{log}.log"));
    let mut running = home::Running::start(&mut command, &log)?;
    let status = running.wait(SCRIPT_PATIENCE)?;
    let said = std::fs::read(&log).with_context(|| format!("could not read {}", log.display()))?;
    Ok((String::from_utf8_lossy(&said).into_owned(), status))
}

/// The folder of Ardour's scripts and settings.
fn scripts() -> PathBuf {
    let tests = bundle::workspace_root().join("tests");
    tests.join("hosts").join("ardour")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_programs_are_named_with_their_packages_once() {
        assert_eq!(packages_for(|_| true), None);
        assert_eq!(
            packages_for(|name| !name.starts_with("ardour") && name != "import").unwrap(),
            "the check in Ardour 7 needs ardour, ardour7-lua, import: on Debian 12, \
             `apt-get install ardour imagemagick`"
        );
    }
}
