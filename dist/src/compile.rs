//! Plugin and command line, compiled for a release: no path of this machine is in them.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::release::Release;
use crate::tool;

/// What only the plugin has: what hosts look for, and a text of the window.
const OF_THE_PLUGIN: [&str; 2] = ["clap_entry", "Monitors: level at your place"];

/// Systems that there are packages for, each for one kind of processor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    Linux,
    WindowsGnu,
    WindowsMsvc,
    /// Both kinds of processors in one file.
    Mac,
}

impl System {
    /// The one that this program runs on.
    ///
    /// # Errors
    /// If there are no packages for it.
    pub fn this() -> Result<Self> {
        match (env::consts::OS, env::consts::ARCH) {
            ("linux", "x86_64") => Ok(Self::Linux),
            ("windows", "x86_64") => Ok(Self::WindowsMsvc),
            ("macos", _) => Ok(Self::Mac),
            (os, arch) => bail!("there are no packages for {os} on {arch}: `cargo xtask install`"),
        }
    }

    /// Rust's names of what is compiled for.
    pub fn targets(self) -> &'static [&'static str] {
        match self {
            Self::Linux => &["x86_64-unknown-linux-gnu"],
            Self::WindowsGnu => &["x86_64-pc-windows-gnu"],
            Self::WindowsMsvc => &["x86_64-pc-windows-msvc"],
            Self::Mac => &["x86_64-apple-darwin", "aarch64-apple-darwin"],
        }
    }

    /// The first of [`Self::targets`].
    pub fn target(self) -> &'static str {
        self.targets()[0]
    }

    /// Its name in the names of files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Linux => "linux-x86_64",
            Self::WindowsGnu | Self::WindowsMsvc => "windows-x86_64",
            Self::Mac => "macos-universal",
        }
    }
}

/// What was compiled.
pub struct Built {
    pub system: System,
    /// The command line.
    pub cli: PathBuf,
    /// The library with both of the plugin's formats.
    pub plugin: PathBuf,
    /// Man pages and completions.
    pub shell_files: PathBuf,
}

/// Compiles in a folder of its own: other flags than those of daily work would compile all anew there.
///
/// # Errors
/// If it doesn't compile, or the tool that joins two kinds of processors is missing.
pub fn run(root: &Path, folder: &Path, system: System, release: &Release) -> Result<Built> {
    let target_folder = folder.join("build");
    for parts in builds(system) {
        let mut cargo = build(root, &target_folder, parts);
        for target in system.targets() {
            cargo.args(["--target", target]);
        }
        cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(root)?.join("\u{1f}"));
        cargo.env("UNDERSCORE_COMMIT", &release.commit);
        // Pieces that are kept from one build to the next would make the result depend on the builds before.
        cargo.env("CARGO_INCREMENTAL", "0");
        tool::run(&mut cargo)?;
    }
    let made = |target: &&str| target_folder.join(target).join("release");
    let made: Vec<PathBuf> = system.targets().iter().map(made).collect();
    collect(folder, system, &made)
}

/// Takes what daily work compiles.
///
/// # Errors
/// If it doesn't compile.
pub fn run_quickly(root: &Path, folder: &Path, system: System) -> Result<Built> {
    let target_folder = root.join("target");
    for parts in builds(system) {
        tool::run(&mut build(root, &target_folder, parts))?;
    }
    collect(folder, system, &[target_folder.join("release")])
}

/// What cargo is asked for, build after build. Linkers leave out of the command line what it doesn't use: the plugin.
/// With MinGW Rust compiles without a section for each function, so that nothing can be left out: there the command line is
/// built without the plugin, and first, since that leaves a library without it, too.
fn builds(system: System) -> &'static [&'static [&'static str]] {
    match system {
        System::WindowsGnu => &[
            &["--bin", "underscore", "--no-default-features"],
            &["--lib"],
        ],
        _ => &[&["--lib", "--bin", "underscore"]],
    }
}

fn build(root: &Path, target_folder: &Path, parts: &[&str]) -> Command {
    let mut cargo = tool::cargo();
    cargo.current_dir(root);
    cargo.args(["build", "--release", "--locked", "--package", "underscore"]);
    cargo.args(parts).arg("--target-dir").arg(target_folder);
    cargo
}

/// Takes a copy of what was `made` for each kind of processor, joined: it will be stripped, and cargo keeps its own.
fn collect(folder: &Path, system: System, made: &[PathBuf]) -> Result<Built> {
    let (cli, plugin) = match system {
        System::Linux => ("underscore", "libunderscore.so"),
        System::WindowsGnu | System::WindowsMsvc => ("underscore.exe", "underscore.dll"),
        System::Mac => ("underscore", "libunderscore.dylib"),
    };
    let copied = |file: &str| -> Result<PathBuf> {
        let files: Vec<PathBuf> = made.iter().map(|folder| folder.join(file)).collect();
        for path in &files {
            ensure!(path.exists(), "the build left no {}", path.display());
        }
        let copy = folder.join("made").join(system.name()).join(file);
        fs::create_dir_all(copy.parent().context("it is in a folder")?)?;
        match files.as_slice() {
            [one] => fs::copy(one, &copy).map(drop)?,
            all => {
                let mut lipo = Command::new("lipo");
                tool::run(lipo.args(["-create", "-output"]).arg(&copy).args(all))?;
            }
        }
        Ok(copy)
    };
    let built = Built {
        system,
        cli: copied(cli)?,
        plugin: copied(plugin)?,
        shell_files: folder.join("made").join("shell-files"),
    };
    write_shell_files(&built)?;
    Ok(built)
}

/// Has the command line write its man pages and completions. What was compiled for Windows doesn't run on Linux: there
/// they are those that the packages for Linux left.
fn write_shell_files(built: &Built) -> Result<()> {
    let is_foreign = built.system == System::WindowsGnu;
    if is_foreign {
        ensure!(
            built.shell_files.exists(),
            "the completions are written by the command line for Linux: `cargo xtask dist` first"
        );
        return Ok(());
    }
    if built.shell_files.exists() {
        fs::remove_dir_all(&built.shell_files)?;
    }
    let mut command = Command::new(&built.cli);
    tool::output_of(command.arg("shell-files").arg(&built.shell_files)).map(drop)
}

/// Names for the folders that sources lie in, which panics and lists of symbols would tell.
fn flags(root: &Path) -> Result<Vec<String>> {
    let remap = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let mut flags = vec![remap(root, "/underscore")];
    for registry in registries()? {
        flags.push(remap(&registry, "/crates"));
    }
    Ok(flags)
}

/// Folders with the sources of crates.
fn registries() -> Result<Vec<PathBuf>> {
    let source = cargo_home()?.join("registry").join("src");
    let mut folders = Vec::new();
    for entry in
        fs::read_dir(&source).with_context(|| format!("could not read {}", source.display()))?
    {
        folders.push(entry?.path());
    }
    folders.sort();
    Ok(folders)
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = env::var_os("CARGO_HOME") {
        return Ok(PathBuf::from(home));
    }
    Ok(env::home_dir().context("no home folder")?.join(".cargo"))
}

/// Makes sure that nothing of what was compiled names a folder of this machine.
///
/// # Errors
/// If one does.
pub fn check_paths(root: &Path, built: &Built) -> Result<()> {
    for path in [&built.cli, &built.plugin] {
        let bytes = fs::read(path)?;
        for folder in [root.to_owned(), cargo_home()?] {
            let folder = folder.to_string_lossy().into_owned();
            let is_there = has(&bytes, folder.as_bytes());
            ensure!(!is_there, "{} has {folder} in it", path.display());
        }
    }
    Ok(())
}

/// Makes sure that the plugin is in the library, and not in the command line.
///
/// # Errors
/// If it is otherwise.
pub fn check_parts(built: &Built) -> Result<()> {
    let (cli, plugin) = (fs::read(&built.cli)?, fs::read(&built.plugin)?);
    for part in OF_THE_PLUGIN {
        let [in_cli, in_plugin] = [&cli, &plugin].map(|bytes| has(bytes, part.as_bytes()));
        ensure!(!in_cli, "{} has {part} in it", built.cli.display());
        ensure!(in_plugin, "{} has no {part} in it", built.plugin.display());
    }
    Ok(())
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
