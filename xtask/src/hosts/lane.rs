//! The lane of the ride in Ardour: the plugin writes it while Ardour plays in its window, and Ardour's export
//! with the plugin reading it is what was heard.

use crate::hosts::home::Home;
use crate::hosts::screen::Screen;
use crate::hosts::window::{START_PATIENCE, press_quit, start};
use crate::hosts::{Checks, run_script, sound};
use anyhow::{Context, Result, ensure};
use std::thread::sleep;
use std::time::Duration;

/// Fewest break points that the demo scene's ride has.
const FEWEST_POINTS: usize = 20;

/// # Errors
/// If a program can't be started.
pub fn check(home: &Home, scene: &sound::Scene, checks: &mut Checks) -> Result<()> {
    let written = write(home, scene);
    let is_written = written.is_ok();
    checks.note(
        "the ride is written to a lane while the scene plays",
        written,
    );
    if is_written {
        checks.note(
            "the export that reads the lane is the one without it",
            read(home, scene),
        );
    }
    Ok(())
}

/// Plays the scene in Ardour's window, with the plugin writing.
fn write(home: &Home, scene: &sound::Scene) -> Result<String> {
    let (said, status) = run_script(home, "lane_session", &["write"])?;
    ensure!(
        said.lines().any(|line| line == "done"),
        "Ardour makes no session for it: {status}"
    );
    let screen = Screen::start(home)?;
    let mut ardour = start(home, &screen, "lane", "ardour-lane.log")?;
    let main = screen.window("lane.* - Ardour$", START_PATIENCE)?;
    // The plugin's own window may lie above it.
    sleep(Duration::from_secs(3));
    screen.activate(&main)?;
    screen.press("Home")?;
    sleep(Duration::from_secs(1));
    screen.press("space")?;
    let length_s = scene.num_frames() as f64 / 48_000.0;
    sleep(Duration::from_secs_f64(length_s + 2.0));
    screen.press("space")?;
    sleep(Duration::from_secs(1));
    screen.picture(&home.folder.join("ardour-lane.png"))?;
    screen.press("ctrl+s")?;
    sleep(Duration::from_secs(3));
    press_quit(&mut ardour, &screen)?;
    Ok(format!("{length_s:.0} s played, exit code 0"))
}

/// Exports the session with the plugin reading what Ardour holds.
fn read(home: &Home, scene: &sound::Scene) -> Result<String> {
    // How it ends isn't judged, as with every export.
    let num_frames = scene.num_frames().to_string();
    let (said, _) = run_script(home, "lane_session", &["read", &num_frames])?;
    let line = said.lines().find_map(|line| line.strip_prefix("lane\t"));
    let (num_points, highest_lu) = line
        .and_then(|line| line.split_once('\t'))
        .context("Ardour doesn't tell what is in the lane")?;
    let num_points: usize = num_points.parse()?;
    ensure!(
        num_points >= FEWEST_POINTS,
        "the lane has {num_points} points"
    );
    let heard = sound::compare_read(home, scene)?;
    Ok(format!(
        "{heard}; {num_points} points, at most {highest_lu} LU"
    ))
}
