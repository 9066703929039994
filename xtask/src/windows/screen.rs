//! A screen without a monitor (Xvfb), for the windows of programs under Wine.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An Xvfb, which ends with this.
pub struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Starts one; `None` where there is no Xvfb.
    ///
    /// # Errors
    /// If it ends at once.
    pub fn start() -> Result<Option<Self>> {
        let server = Command::new("Xvfb")
            // It looks for a free number by itself, and writes it when it is ready.
            .args(["-displayfd", "1", "-nolisten", "tcp", "-noreset"])
            .args(["-screen", "0", "1600x1000x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(server) = server else {
            println!("skipped: Xvfb is missing, so no window opens (`apt-get install xvfb`)");
            return Ok(None);
        };
        let mut screen = Self {
            server,
            display: String::new(),
        };
        let mut number = String::new();
        let stdout = screen.server.stdout.take().context("it is piped")?;
        BufReader::new(stdout).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended at once");
        screen.display = format!(":{}", number.trim());
        Ok(Some(screen))
    }

    /// Puts a program on this screen, and tells it so.
    pub fn show(&self, command: &mut Command) {
        command.env("DISPLAY", &self.display);
        command.env("UNDERSCORE_HAS_SCREEN", "1");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
