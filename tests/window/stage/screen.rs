//! A screen without a monitor (Xvfb), and programs that run on it.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Set in a program that has its screen, or is to have none.
const IS_ON_SCREEN: &str = "UNDERSCORE_IS_ON_SCREEN";

/// Said where there is none.
pub const HOW_TO_GET: &str = "Xvfb is missing: `apt-get install xvfb libgl1-mesa-dri`";

/// Large enough for the editor at twice its size.
const SIZE_AND_DEPTH: &str = "2560x1600x24";

/// A program that hangs is ended after this time.
const PATIENCE: Duration = Duration::from_secs(180);

/// An Xvfb, which ends with this.
pub struct Screen {
    server: Child,
    display: String,
}

impl Screen {
    /// Starts one with `options` beside our own; `None` if there is no Xvfb here.
    pub fn start(options: &[&str]) -> Option<Self> {
        let mut server = Command::new("Xvfb")
            // It looks for a free number by itself, and writes it when it is ready.
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            // Else it starts anew when the last program has gone, and shuts the next one out meanwhile.
            .arg("-noreset")
            .args(["-screen", "0", SIZE_AND_DEPTH])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut number = String::new();
        let stdout = server.stdout.take().expect("it is piped");
        BufReader::new(stdout)
            .read_line(&mut number)
            .expect("Xvfb writes its number");
        let display = format!(":{}", number.trim());
        assert!(display.len() > 1, "Xvfb started");
        Some(Self { server, display })
    }

    /// What `DISPLAY` must be for programs on this screen.
    pub fn display(&self) -> &str {
        &self.display
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// Whether this program was started by [`run_again`]: then a test has the process for itself. It ends as any
/// process does, by way of the exit handlers of the graphics drivers too.
pub fn is_on_screen() -> bool {
    std::env::var_os(IS_ON_SCREEN).is_some()
}

/// Runs this program again with `args`, on `display` and with what else `setup` gives it, and
/// says whether it ended well.
pub fn run_again<A: AsRef<OsStr>>(
    args: impl IntoIterator<Item = A>,
    display: &str,
    setup: impl FnOnce(&mut Command),
) -> bool {
    run_again_for(PATIENCE, args, display, setup)
}

/// [`run_again`], with more patience.
pub fn run_again_for<A: AsRef<OsStr>>(
    patience: Duration,
    args: impl IntoIterator<Item = A>,
    display: &str,
    setup: impl FnOnce(&mut Command),
) -> bool {
    let mut command = Command::new(std::env::current_exe().expect("this program has a path"));
    command.args(args);
    command.env(IS_ON_SCREEN, "1").env("DISPLAY", display);
    // Another screen of this machine is none of ours.
    command.env_remove("WAYLAND_DISPLAY");
    // Nor its session, whose readers would be told of the windows.
    command.env("DBUS_SESSION_BUS_ADDRESS", "");
    setup(&mut command);
    let mut child = command.spawn().expect("this program runs again");
    let end = Instant::now() + patience;
    loop {
        if let Some(status) = child.try_wait().expect("it is our child") {
            return status.success();
        }
        if Instant::now() > end {
            let _ = child.kill();
            let _ = child.wait();
            panic!("it still ran after {} s", patience.as_secs());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Runs `body`, the body of the test with the full name `test`, in a process of its own on a
/// screen of its own; `setup` sees that process before it starts. Where there is no Xvfb it says
/// so and does nothing.
pub fn test_on_a_screen(test: &str, setup: impl FnOnce(&mut Command), body: impl FnOnce()) {
    if is_on_screen() {
        return body();
    }
    match Screen::start(&[]) {
        Some(screen) => test_again(test, screen.display(), setup),
        None => println!("skipped: {HOW_TO_GET}"),
    }
}

/// Runs the test with the full name `test` again in a process of its own; see [`run_again`].
pub fn test_again(test: &str, display: &str, setup: impl FnOnce(&mut Command)) {
    let passed = run_again(["--exact", test, "--nocapture"], display, setup);
    assert!(
        passed,
        "{test} failed in its own process; its reason is above"
    );
}
