//! Ardour with its window, and the plugin's editor open in it: the mouse sets something there, the scene
//! plays, the session is saved, and Ardour quits.

use crate::hosts::Checks;
use crate::hosts::home::{Home, Running};
use crate::hosts::saved::Values;
use crate::hosts::screen::Screen;
use anyhow::{Result, ensure};
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Ardour, with all its libraries, on a machine that has other things to do.
pub const START_PATIENCE: Duration = Duration::from_secs(120);
const QUIT_PATIENCE: Duration = Duration::from_secs(60);
/// As long as there is something to see of the demo scene: a line is over, another is being spoken.
const PLAYED: Duration = Duration::from_secs(11);

/// Places in the editor as the session opens it, 1100 x 726 points: if the strip or the head of the
/// editor changes, so do they.
const DUCK: (u32, u32) = (91, 20);
const LOOK_AHEAD: (u32, u32) = (1037, 687);
const MS_40: (u32, u32) = (1045, 657);

/// A window that isn't drawn has one colour, one that is has hundreds, for its letters are smooth.
const FEWEST_COLOURS: u32 = 200;

pub fn check(home: &Home, checks: &mut Checks) -> Result<()> {
    let screen = Screen::start(home)?;
    let mut ardour = start(home, &screen, "scene", "ardour.log")?;

    let opened = open(&screen);
    let windows = opened.as_ref().ok().cloned();
    checks.note(
        "the editor opens in its window, and draws",
        opened.map(|windows| windows.figures),
    );
    let picture = home.folder.join("ardour.png");
    let Some(windows) = windows else {
        return screen.picture(&picture);
    };
    let played = play(&screen, &windows, &picture);
    checks.note("the scene plays with the editor open", played);
    checks.note(
        "what was clicked there is in the saved session",
        save(home, &screen, &windows),
    );
    checks.note(
        "it quits with the editor open",
        quit(&mut ardour, &screen, &windows),
    );
    Ok(())
}

/// Starts Ardour on `screen` with a session's file of this name.
///
/// # Errors
/// If it can't be started.
pub fn start(home: &Home, screen: &Screen, name: &str, log: &str) -> Result<Running> {
    let mut command = home.command("ardour");
    screen.show(&mut command);
    command.args(["--no-announcements", "--no-splash"]);
    command.arg(home.session_file(name));
    Running::start(&mut command, &home.folder.join(log))
}

/// Ids of Ardour's windows.
#[derive(Clone)]
struct Windows {
    main: String,
    /// Ardour's window round the editor.
    frame: String,
    editor: String,
    figures: String,
}

fn open(screen: &Screen) -> Result<Windows> {
    let main = screen.window("^scene - Ardour$", START_PATIENCE)?;
    let frame = screen.window("^music: Underscore", START_PATIENCE)?;
    let editor = screen.window("^Underscore$", START_PATIENCE)?;
    screen.activate(&frame)?;
    let end = Instant::now() + START_PATIENCE;
    let mut num_colours = screen.num_colours(&editor)?;
    while num_colours < FEWEST_COLOURS && Instant::now() < end {
        sleep(Duration::from_millis(500));
        num_colours = screen.num_colours(&editor)?;
    }
    ensure!(
        num_colours >= FEWEST_COLOURS,
        "it has {num_colours} colours"
    );
    Ok(Windows {
        main,
        frame,
        editor,
        figures: format!("{num_colours} colours"),
    })
}

fn play(screen: &Screen, windows: &Windows, picture: &Path) -> Result<String> {
    for place in [DUCK, LOOK_AHEAD, MS_40] {
        screen.click(&windows.editor, place)?;
    }
    let num_before = screen.num_colours(&windows.editor)?;
    screen.activate(&windows.main)?;
    // Ardour remembers where the playhead was, whatever session that was in.
    screen.press("Home")?;
    screen.press("space")?;
    screen.activate(&windows.frame)?;
    sleep(PLAYED);
    let num_while = screen.num_colours(&windows.editor)?;
    screen.picture(picture)?;
    screen.activate(&windows.main)?;
    screen.press("space")?;
    ensure!(
        num_while > num_before,
        "the editor shows nothing of it: {num_while} colours, {num_before} before"
    );
    Ok(format!(
        "{num_while} colours, {num_before} before; {}",
        picture.display()
    ))
}

fn save(home: &Home, screen: &Screen, windows: &Windows) -> Result<String> {
    screen.activate(&windows.main)?;
    screen.press("ctrl+s")?;
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        let saved = Values::read(&home.session_file("scene"));
        let is_late = Instant::now() > end;
        match saved {
            Ok(values) => {
                let [mode, look_ahead] =
                    ["mode", "look_ahead"].map(|id| values.choice(id).unwrap_or("not there"));
                if (mode, look_ahead) == ("duck", "40") {
                    return Ok(format!("mode {mode}, look-ahead {look_ahead} ms"));
                }
                ensure!(!is_late, "mode {mode}, look-ahead {look_ahead} after 10 s");
            }
            // Ardour may be writing it.
            Err(error) => ensure!(!is_late, "{error:#}"),
        }
        sleep(Duration::from_millis(200));
    }
}

fn quit(ardour: &mut Running, screen: &Screen, windows: &Windows) -> Result<String> {
    // It is still there.
    screen.window("^Underscore$", Duration::ZERO)?;
    screen.activate(&windows.main)?;
    press_quit(ardour, screen)?;
    Ok("exit code 0".to_owned())
}

/// Quits Ardour, whose main window has the keyboard.
///
/// # Errors
/// If it doesn't end, or not well.
pub fn press_quit(ardour: &mut Running, screen: &Screen) -> Result<()> {
    screen.press("ctrl+q")?;
    let status = ardour.wait(QUIT_PATIENCE)?;
    ensure!(status.success(), "{status}");
    Ok(())
}
