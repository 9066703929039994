//! A home of Ardour's own under the target directory, so that nothing of the user's is read or changed, and
//! programs that run in it.

use crate::bundle::Built;
use crate::hosts::scripts;
use crate::install;
use crate::tool;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant, SystemTime};

/// Where Debian has Ardour's libraries, and its scanner.
const ARDOUR_LIBRARIES: &str = "/usr/lib/ardour7";

/// The folders, all made anew.
pub struct Home {
    /// Holds all others, and the logs.
    pub folder: PathBuf,
    /// The session's.
    pub session: PathBuf,
    home: PathBuf,
    vst3: PathBuf,
}

impl Home {
    /// Makes it, with the plugin and Ardour's settings in it.
    ///
    /// # Errors
    /// If something can't be written.
    pub fn make(built: &Built) -> Result<Self> {
        let folder = built.target.join("hosts");
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("could not remove {}", folder.display()))?;
        }
        let home = folder.join("home");
        let config = home.join(".config/ardour7");
        fs::create_dir_all(config.join("export"))
            .with_context(|| format!("could not make {}", config.display()))?;
        let write = |name: &str, content: &[u8]| {
            let path = config.join(name);
            fs::write(&path, content).with_context(|| format!("could not write {}", path.display()))
        };
        for (from, to) in [
            ("config.xml", "config"),
            ("float.preset", "export/float.preset"),
        ] {
            let from = scripts().join(from);
            let content =
                fs::read(&from).with_context(|| format!("could not read {}", from.display()))?;
            write(to, &content)?;
        }
        // Without this file Ardour 7 welcomes who is new to it.
        write(".a7", b"")?;

        let vst3 = install::replace(&built.vst3, &home.join(".vst3"))?;
        // A plugin that isn't older than what the scanner found out about it counts as another one.
        age(&vst3)?;
        Ok(Self {
            // Ardour names the folder of the session's files for this one.
            session: folder.join("scene"),
            folder,
            home,
            vst3,
        })
    }

    /// A session's file, by its name.
    pub fn session_file(&self, name: &str) -> PathBuf {
        self.session.join(format!("{name}.ardour"))
    }

    /// A program that knows this home alone, and no screen.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("HOME", &self.home);
        for (name, folder) in [
            ("XDG_CONFIG_HOME", ".config"),
            ("XDG_CACHE_HOME", ".cache"),
            ("XDG_DATA_HOME", ".local/share"),
        ] {
            command.env(name, self.home.join(folder));
        }
        for name in [
            "DISPLAY",
            "WAYLAND_DISPLAY",
            "DBUS_SESSION_BUS_ADDRESS",
            "VST3_PATH",
        ] {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C.UTF-8");
        command
    }

    /// Runs Ardour's scanner, whose findings Ardour then takes; returns what it says of the plugin.
    ///
    /// # Errors
    /// If it doesn't find one plugin with the buses that it has.
    pub fn scan(&self) -> Result<String> {
        let scanner = Path::new(ARDOUR_LIBRARIES).join("ardour-vst3-scanner");
        let mut command = self.command(&scanner.to_string_lossy());
        command.env("LD_LIBRARY_PATH", ARDOUR_LIBRARIES);
        command.arg("--verbose").arg(&self.vst3);
        let said = tool::output_of(command.stderr(Stdio::piped()))?;
        let line = said
            .lines()
            .find(|line| line.contains("<VST3Info"))
            .context("it found no plugin")?;
        let figure = |name: &str| -> Result<&str> {
            let start = format!(" {name}=\"");
            let (_, rest) = line
                .split_once(&start)
                .with_context(|| format!("it says nothing of {name}"))?;
            Ok(rest.split('"').next().unwrap_or_default())
        };
        let buses = (
            figure("n_inputs")?,
            figure("n_aux_inputs")?,
            figure("n_outputs")?,
        );
        ensure!(
            buses == ("2", "2", "2"),
            "channels (in, sidechain, out): {buses:?}"
        );
        Ok(format!(
            "{}, {} channels in, {} sidechain, {} out",
            figure("name")?,
            buses.0,
            buses.1,
            buses.2
        ))
    }
}

/// Makes every file in `folder` a day older.
fn age(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            age(&path)?;
        } else {
            let yesterday = SystemTime::now() - Duration::from_secs(24 * 3600);
            File::options()
                .append(true)
                .open(&path)
                .and_then(|file| file.set_modified(yesterday))
                .with_context(|| format!("could not change the time of {}", path.display()))?;
        }
    }
    Ok(())
}

/// A program that was started here, and ends with this.
pub struct Running {
    child: Child,
    line: String,
}

impl Running {
    /// Starts `command`, with all that it says in the file `log`.
    ///
    /// # Errors
    /// If it can't be started, or the file not be written.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let line = tool::line_of(command);
        let file =
            File::create(log).with_context(|| format!("could not write {}", log.display()))?;
        let both = file.try_clone().context("could not write the log twice")?;
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(both)
            .spawn()
            .with_context(|| format!("could not start `{line}`"))?;
        Ok(Self { child, line })
    }

    /// Waits until it has ended.
    ///
    /// # Errors
    /// If it hasn't after `patience`.
    pub fn wait(&mut self, patience: Duration) -> Result<ExitStatus> {
        let end = Instant::now() + patience;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            if Instant::now() > end {
                bail!("`{}` still ran after {} s", self.line, patience.as_secs());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
