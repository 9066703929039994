//! A desktop's session with AT-SPI, and a screen reader in it (`tests/window/screen_reader.py`).

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::screen::{self, Screen};

/// Said where there is none.
const HOW_TO_GET: &str = "no AT-SPI here: \
    `apt-get install at-spi2-core dbus-daemon python3-gi gir1.2-atspi-2.0`";

/// Debian's, which has Debian's modules.
const PYTHON: &str = "/usr/bin/python3";

/// How AT-SPI is started.
const SERVICE: &str = "/usr/share/dbus-1/services/org.a11y.Bus.service";

/// A bus on which nothing can be started.
const BARE_BUS: &str = r#"<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>"#;

/// A session's bus, which ends with this, and whatever was started on it.
pub struct Session {
    daemon: Child,
    address: String,
    folder: tempfile::TempDir,
}

impl Session {
    /// `None` where something is missing.
    pub fn start() -> Option<Self> {
        let load = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi";
        let python = Command::new(PYTHON).args(["-c", load]).output();
        if !python.is_ok_and(|output| output.status.success()) || !Path::new(SERVICE).exists() {
            return None;
        }
        Self::of("--session")
    }

    /// A session that knows no AT-SPI; `None` without D-Bus.
    pub fn without_readers() -> Option<Self> {
        let file = tempfile::NamedTempFile::new().expect("a file can be made");
        std::fs::write(file.path(), BARE_BUS).expect("it can be written");
        Self::of(&format!("--config-file={}", file.path().display()))
    }

    fn of(config: &str) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut command = Command::new("dbus-daemon");
        command.args([config, "--nofork", "--nopidfile", "--print-address"]);
        set_folder(&mut command, folder.path());
        let mut daemon = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .ok()?;
        let mut address = String::new();
        let stdout = daemon.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut address)
            .expect("it writes its address");
        Some(Self {
            daemon,
            address: address.trim().to_owned(),
            folder,
        })
    }

    /// Puts a program into this session.
    pub fn set(&self, command: &mut Command) {
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.address);
        set_folder(command, self.folder.path());
    }
}

/// Where sockets are; what a desktop has set is neither read nor changed.
fn set_folder(command: &mut Command, folder: &Path) {
    command.env("XDG_RUNTIME_DIR", folder);
    command.env("GSETTINGS_BACKEND", "memory");
    command.env_remove("AT_SPI_BUS_ADDRESS");
}

impl Drop for Session {
    fn drop(&mut self) {
        unsafe extern "C" {
            /// Sends a signal to a process, or with a negative number to its group (POSIX).
            fn kill(process: i32, signal: i32) -> i32;
        }
        const SIGTERM: i32 = 15;
        // SAFETY: it is the group that the daemon made for itself, which hasn't been waited for yet.
        unsafe { kill(-(self.daemon.id() as i32), SIGTERM) };
        let _ = self.daemon.wait();
    }
}

/// Runs `body`, the body of the test with the full name `test`, in a process of its own on a screen and in a session of
/// its own. Where there is none it says so and does nothing.
pub fn test_with_a_reader(test: &str, body: impl FnOnce()) {
    if screen::is_on_screen() {
        return body();
    }
    let Some(screen) = Screen::start(&[]) else {
        println!("skipped: {}", screen::HOW_TO_GET);
        return;
    };
    match Session::start() {
        Some(session) => screen::test_again(test, screen.display(), |command| session.set(command)),
        None => println!("skipped: {HOW_TO_GET}"),
    }
}

/// A running screen reader.
pub struct ScreenReader {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl ScreenReader {
    /// In the session of this process.
    pub fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/window");
        let mut process = Command::new(PYTHON)
            .args(["-B", "-W", "ignore::DeprecationWarning"])
            .arg(folder.join("screen_reader.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the reader starts");
        let to = process.stdin.take().expect("it is piped");
        let from = BufReader::new(process.stdout.take().expect("it is piped"));
        Self { process, to, from }
    }

    /// Says a command and gives the answer.
    pub fn ask(&mut self, command: Value) -> Value {
        self.say(command);
        self.hear()
    }

    /// Says a command.
    pub fn say(&mut self, command: Value) {
        writeln!(self.to, "{command}").expect("the reader runs");
    }

    /// The answer to what was said.
    pub fn hear(&mut self) -> Value {
        let mut answer = String::new();
        self.from.read_line(&mut answer).expect("it answers");
        serde_json::from_str(&answer).unwrap_or_else(|_| panic!("the reader says {answer:?}"))
    }

    /// Says for all programs of the session that somebody listens, or nobody any more.
    pub fn listen(&mut self, is_listening: bool) {
        self.ask(json!(["enable", is_listening]));
    }

    /// The control of that name, as a reader finds it; null without one.
    pub fn find(&mut self, name: &str) -> Value {
        self.ask(json!(["find", name]))
    }
}

impl Drop for ScreenReader {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
