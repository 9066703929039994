//! A screen without a monitor (Xvfb), which ends with its owner.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, ErrorKind};
use std::process::{Child, Command, Stdio};

/// An Xvfb, which ends with this.
pub struct XServer {
    process: Child,
    /// Its name for programs, such as `:1`.
    pub display: String,
}

impl XServer {
    /// Starts `xvfb`, a command without arguments; `None` where there is no such program.
    ///
    /// # Errors
    /// If it doesn't start, or ends at once.
    pub fn start(xvfb: &mut Command) -> Result<Option<Self>> {
        let process = xvfb
            // It looks for a free number by itself, and writes it when it is ready.
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            // Else it turns away whoever comes in the moment after the last program has left.
            .arg("-noreset")
            .args(["-screen", "0", "1600x1000x24"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let process = match process {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            process => process.context("could not start Xvfb")?,
        };
        let mut server = Self {
            process,
            display: String::new(),
        };
        let mut number = String::new();
        let stdout = server.process.stdout.take().context("it is piped")?;
        BufReader::new(stdout).read_line(&mut number)?;
        ensure!(!number.trim().is_empty(), "Xvfb ended at once");
        server.display = format!(":{}", number.trim());
        Ok(Some(server))
    }
}

impl Drop for XServer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
