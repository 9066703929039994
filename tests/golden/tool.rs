//! The built command line, in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder that is removed at the end.
pub struct Folder(TempDir);

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self(TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    /// A folder with the two files of the demo scene.
    pub fn with_scene() -> Self {
        let folder = Self::new();
        let demo = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        for name in ["dialogue.flac", "music.flac"] {
            fs::copy(demo.join(name), folder.path(name)).unwrap();
        }
        folder
    }

    /// Where a file called `name` is in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs the tool in this folder, for lines of 100 characters.
    pub fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_underscore"))
            .args(args)
            .current_dir(self.0.path())
            .env("COLUMNS", "100")
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs the tool in this folder and demands that it succeeds.
    #[track_caller]
    pub fn do_run(&self, args: &[&str]) {
        let run = self.run(args);
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
    }
}

/// What a run of the tool came to.
pub struct Run {
    /// Its exit code.
    pub code: i32,
    /// What it said.
    pub stdout: String,
    /// What it complained about.
    pub stderr: String,
}

impl Run {
    /// All of it as one text.
    pub fn said(&self) -> String {
        let mut said = self.stdout.clone();
        for line in self.stderr.lines() {
            said += &format!("[stderr] {line}\n");
        }
        said + &format!("[exit code] {}\n", self.code)
    }
}
