//! Wine in a prefix of its own under the target directory, and folders that only Linux can make: a small disk and
//! one that can't be written.

use crate::tool::{self, Missing};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The stand-in for a library that some Wines lack.
const PROCESS_PRNG: &str = include_str!("process_prng.c");

/// Room on the small disk, as `mount` takes it.
const SMALL_DISK: &str = "size=1m";

/// Mounts both folders where one may, and goes on without them where not. `$0` is the small one, `$1` the other.
const MOUNT: &str = r#"
small=$0; sealed=$1; shift
if mount -t tmpfs -o "$SMALL_DISK" tmpfs "$small" 2>/dev/null && mount -t tmpfs -o ro tmpfs "$sealed" 2>/dev/null
then export UNDERSCORE_SMALL_DISK="Z:$small" UNDERSCORE_SEALED_FOLDER="Z:$sealed"
fi
exec "$@"
"#;

/// A Wine that is ready.
pub struct Wine {
    folder: PathBuf,
    prefix: PathBuf,
}

impl Wine {
    /// Makes the prefix in `folder` with what is missing in it, unless it is there.
    ///
    /// # Errors
    /// If a program fails or a file can't be written.
    pub fn prepare(folder: &Path) -> Result<Self> {
        let wine = Self {
            folder: folder.to_owned(),
            prefix: folder.join("prefix"),
        };
        for name in ["small-disk", "sealed"] {
            let path = folder.join(name);
            fs::create_dir_all(&path)
                .with_context(|| format!("could not make {}", path.display()))?;
        }
        let system = wine.drive().join("windows").join("system32");
        if !system.join("kernel32.dll").exists() {
            tool::output_of(wine.set_up(Command::new("wine").args(["wineboot", "--init"])))?;
        }
        wine.end()?;
        ensure!(system.exists(), "Wine made no {}", system.display());
        let library = system.join("bcryptprimitives.dll");
        if !library.exists() {
            let source = folder.join("process_prng.c");
            fs::write(&source, PROCESS_PRNG)
                .with_context(|| format!("could not write {}", source.display()))?;
            let mut compiler = Command::new(super::COMPILER);
            compiler.args(["-shared", "-O1", "-s", "-o"]).arg(library);
            tool::output_of(compiler.arg(source).arg("-ladvapi32"))?;
        }
        Ok(wine)
    }

    /// `command`, with this prefix for what of it is Wine, a small disk and a sealed folder.
    pub fn command(&self, program: &std::ffi::OsStr) -> Command {
        let mut command = if may_mount() {
            let mut command = Command::new("unshare");
            command.args(["--mount", "sh", "-c", MOUNT]);
            command.args(["small-disk", "sealed"].map(|name| self.folder.join(name)));
            command.arg(program);
            command
        } else {
            println!("skipped: nobody may mount here, so no disk is full or read-only");
            Command::new(program)
        };
        command.env("SMALL_DISK", SMALL_DISK);
        self.set_up(&mut command);
        command
    }

    /// `program` of Windows, on its own.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new("wine");
        self.set_up(command.arg(program));
        command
    }

    /// What programs see as the drive `C:`.
    pub fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// Waits until no program runs any more.
    ///
    /// # Errors
    /// If the server can't be asked.
    pub fn wait(&self) -> Result<()> {
        let mut server = Command::new("wineserver");
        tool::run(self.set_up(server.arg("-w")))
    }

    /// Ends the server, which opens the files of all: another one sees other mounts.
    ///
    /// # Errors
    /// If it can't be started at all.
    pub fn end(&self) -> Result<()> {
        let mut server = Command::new("wineserver");
        // It fails where none runs.
        self.set_up(server.arg("-k"))
            .status()
            .context("wineserver")?;
        Ok(())
    }

    fn set_up<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // Without a screen it would wait for one.
            .env_remove("DISPLAY")
            // It would ask whether to fetch them.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
    }
}

/// How programs under Wine name the file or folder `path` of this machine, which is absolute.
pub fn path(path: &Path) -> String {
    format!("Z:{}", path.display())
}

/// # Errors
/// [`Missing`] without Wine.
pub fn find() -> Result<()> {
    match tool::output_of(
        Command::new("wine")
            .arg("--version")
            .env("WINEDEBUG", "-all"),
    ) {
        Ok(_) => Ok(()),
        Err(_) => Err(Missing("Wine is missing: `apt-get install wine wine64`".to_owned()).into()),
    }
}

fn may_mount() -> bool {
    let mut probe = Command::new("unshare");
    tool::output_of(probe.args(["--mount", "true"])).is_ok()
}
