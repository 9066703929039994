//! A screen without a monitor (Xvfb), with a window manager, and a hand on its mouse and keyboard.

use crate::hosts::home::{Home, Running};
use crate::tool;
use crate::x_server::XServer;
use anyhow::{Context, Result, bail, ensure};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const MANAGER_PATIENCE: Duration = Duration::from_secs(30);
const CLICK_PATIENCE: Duration = Duration::from_secs(10);

/// An Xvfb, which ends with this.
pub struct Screen {
    _manager: Running,
    server: XServer,
}

impl Screen {
    /// Starts one.
    ///
    /// # Errors
    /// If it doesn't start.
    pub fn start(home: &Home) -> Result<Self> {
        let server = XServer::start(&mut home.command("Xvfb"))?.context("Xvfb is missing")?;
        // Without one, no window of Ardour's ever gets the keyboard.
        let mut manager = home.command("openbox");
        manager.env("DISPLAY", &server.display);
        let screen = Self {
            _manager: Running::start(&mut manager, &home.folder.join("openbox.log"))?,
            server,
        };
        let end = Instant::now() + MANAGER_PATIENCE;
        // Only a window manager knows of desktops.
        while let Err(error) = screen.xdotool(&["get_num_desktops"]) {
            ensure!(Instant::now() < end, "openbox doesn't start: {error:#}");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(screen)
    }

    /// Puts a program on this screen.
    pub fn show(&self, command: &mut Command) {
        command.env("DISPLAY", &self.server.display);
    }

    /// The id of the window with this title, a regular expression, as soon as it is seen.
    ///
    /// # Errors
    /// If it isn't there after `patience`.
    pub fn window(&self, title: &str, patience: Duration) -> Result<String> {
        let end = Instant::now() + patience;
        loop {
            let found = self.xdotool(&["search", "--onlyvisible", "--name", title]);
            // It fails where it finds none.
            if let Some(id) = found.unwrap_or_default().lines().last() {
                return Ok(id.to_owned());
            }
            if Instant::now() > end {
                bail!("no window `{title}` after {} s", patience.as_secs());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Clicks at a place of a window, points from its upper left corner, and waits for what comes of it.
    ///
    /// # Errors
    /// If xdotool fails, or the window looks the same afterwards.
    pub fn click(&self, window: &str, (x, y): (u32, u32)) -> Result<()> {
        let place = [x.to_string(), y.to_string()];
        self.xdotool(&["mousemove", "--window", window, &place[0], &place[1]])?;
        let before = self.still(window)?;
        self.xdotool(&["click", "1"])?;
        let end = Instant::now() + CLICK_PATIENCE;
        while self.look(window, "%#")? == before {
            ensure!(Instant::now() < end, "nothing comes of a click at {x}, {y}");
        }
        self.still(window).map(drop)
    }

    /// Waits until a window doesn't change any more, for at most [`CLICK_PATIENCE`]; returns what stands for
    /// its picture.
    fn still(&self, window: &str) -> Result<String> {
        let end = Instant::now() + CLICK_PATIENCE;
        let mut last = String::new();
        let mut num_same = 0;
        // An editor on a busy machine may take that long for a frame.
        while num_same < 4 && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(200));
            let now = self.look(window, "%#")?;
            num_same = if now == last { num_same + 1 } else { 0 };
            last = now;
        }
        Ok(last)
    }

    /// Brings a window to the front.
    ///
    /// # Errors
    /// If xdotool fails.
    pub fn activate(&self, window: &str) -> Result<()> {
        self.xdotool(&["windowactivate", "--sync", window])?;
        std::thread::sleep(Duration::from_millis(300));
        Ok(())
    }

    /// Presses a key, in the window that has the keyboard.
    ///
    /// # Errors
    /// If xdotool fails.
    pub fn press(&self, key: &str) -> Result<()> {
        self.xdotool(&["key", key]).map(drop)
    }

    /// Writes a picture of the whole screen.
    ///
    /// # Errors
    /// If it can't be taken or written.
    pub fn picture(&self, path: &Path) -> Result<()> {
        let mut command = Command::new("import");
        self.show(&mut command);
        tool::output_of(command.args(["-window", "root"]).arg(path)).map(drop)
    }

    /// The number of colours in a window.
    ///
    /// # Errors
    /// If no picture of it can be taken.
    pub fn num_colours(&self, window: &str) -> Result<u32> {
        let said = self.look(window, "%k")?;
        said.parse()
            .with_context(|| format!("import says `{said}`"))
    }

    /// What ImageMagick says of a window's picture: `%k` is the number of its colours, `%#` a hash of all.
    fn look(&self, window: &str, format: &str) -> Result<String> {
        let mut command = Command::new("import");
        self.show(&mut command);
        let said = tool::output_of(command.args(["-window", window, "-format", format, "info:-"]))?;
        Ok(said.trim().to_owned())
    }

    fn xdotool(&self, args: &[&str]) -> Result<String> {
        let mut command = Command::new("xdotool");
        self.show(&mut command);
        tool::output_of(command.args(args))
    }
}
