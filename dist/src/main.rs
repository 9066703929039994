//! `cargo xtask dist`: builds Underscore for a release and packages it, the same bytes for the same commit, compiler
//! and folder. `docs/releases.md` says how a release is made.

mod archive;
mod compile;
mod deb;
mod installer;
mod licences;
mod mac;
mod payload;
mod release;
mod sign;
mod symbols;
#[path = "../../xtask/src/tool.rs"]
mod tool;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use sha2::{Digest, Sha256};

use crate::compile::System;
use crate::payload::Payload;
use crate::release::Release;

/// Builds Underscore for a release and packages it, in target/dist.
#[derive(Parser)]
#[command(
    name = "cargo xtask dist",
    bin_name = "cargo xtask dist",
    max_term_width = 100
)]
struct Args {
    /// Makes the packages for Windows, on Linux with mingw-w64 (and NSIS for the installer)
    #[arg(long)]
    windows: bool,
    /// Packages what isn't committed, too; the version then says so
    #[arg(long)]
    dirty: bool,
    /// Packages the daily build of target/release, to try the packages out: nothing compiles twice, but
    /// folders of this machine are named in it, and it says `own build`
    #[arg(long, conflicts_with = "windows")]
    quick: bool,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(if error.is::<tool::Missing>() { 2 } else { 1 })
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let root = workspace_root();
    let system = match args.windows {
        true => System::WindowsGnu,
        false => System::this()?,
    };
    let mut release = Release::of(root, args.dirty || args.quick)?;
    if args.quick {
        // Nobody knows of what commit the daily build is.
        "own".clone_into(&mut release.commit);
    }
    println!(
        "Underscore {}, build {}, for {}",
        release.version,
        release.commit,
        system.target()
    );
    let folder = root.join("target").join("dist");
    let built = match args.quick {
        true => compile::run_quickly(root, &folder, system)?,
        false => compile::run(root, &folder, system, &release)?,
    };
    let out = folder.join(system.name());
    if out.exists() {
        fs::remove_dir_all(&out).with_context(|| format!("could not empty {}", out.display()))?;
    }
    fs::create_dir_all(&out).with_context(|| format!("could not make {}", out.display()))?;
    let symbols = symbols::split(&built)?;
    compile::check_parts(&built)?;
    if !args.quick {
        compile::check_paths(root, &built)?;
    }
    if matches!(system, System::WindowsGnu | System::WindowsMsvc) {
        sign::for_windows(&[&built.cli, &built.plugin])?;
    }
    let payload = Payload::gather(root, &built, &licences::text(root, system.target())?)?;

    let name = format!("underscore-{}-{}", release.version, system.name());
    let mut files = BTreeMap::new();
    let plain = payload.plain(system, &name);
    match system {
        System::Linux => {
            files.insert(
                format!("{name}.tar.gz"),
                archive::tar_gz(&plain, release.epoch)?,
            );
            let (deb_name, deb) = deb::package(&payload, &built, &release)?;
            files.insert(deb_name, deb);
        }
        System::WindowsGnu | System::WindowsMsvc => {
            files.insert(format!("{name}.zip"), archive::zip(&plain, release.epoch)?);
            if let Some(installer) = installer::make(&plain, &name, &out, &release)? {
                files.insert(format!("{name}-setup.exe"), installer);
            }
        }
        System::Mac => {
            for (file, bytes) in mac::packages(&plain, &name, &out, &release)? {
                files.insert(file, bytes);
            }
        }
    }
    if !symbols.is_empty() {
        let bytes = archive::tar_gz(&symbols, release.epoch)?;
        files.insert(format!("{name}-symbols.tar.gz"), bytes);
    }
    write_all(&out, &files)
}

/// Writes the packages with a list of their checksums, as `sha256sum -c` reads it.
fn write_all(out: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    ensure!(!files.is_empty(), "nothing was packaged");
    let mut sums = String::new();
    for (name, bytes) in files {
        let path = out.join(name);
        fs::write(&path, bytes).with_context(|| format!("could not write {}", path.display()))?;
        let digest = Sha256::digest(bytes);
        let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        sums += &format!("{digest}  {name}\n");
        println!("{:>8.2} MB  {}", bytes.len() as f64 / 1e6, path.display());
    }
    let path = out.join("SHA256SUMS");
    fs::write(&path, sums).with_context(|| format!("could not write {}", path.display()))
}

/// The folder of the workspace's `Cargo.toml`.
fn workspace_root() -> &'static Path {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR"));
    dist.parent().unwrap_or(dist)
}

/// A file of a package: its place there, with `/`.
pub type Files = BTreeMap<String, PackedFile>;

/// Content of a file in a package.
#[derive(Debug, Clone)]
pub struct PackedFile {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// Whether it is run by its name.
    pub is_program: bool,
}

impl PackedFile {
    /// The file at `path`.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn read(path: &Path, is_program: bool) -> Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
        Ok(Self { bytes, is_program })
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self {
            bytes: text.as_bytes().to_vec(),
            is_program: false,
        }
    }

    /// Unix permissions.
    pub fn mode(&self) -> u32 {
        if self.is_program { 0o755 } else { 0o644 }
    }
}

/// Writes `files` below `folder`, which is emptied first.
///
/// # Errors
/// If one can't be written.
pub fn unpack(files: &Files, folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for (name, file) in files {
        let path = folder.join(name);
        let parent = path.parent().context("a file is in a folder")?;
        fs::create_dir_all(parent)?;
        fs::write(&path, &file.bytes)
            .with_context(|| format!("could not write {}", path.display()))?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(file.mode()))?;
        }
    }
    Ok(folder.to_owned())
}
