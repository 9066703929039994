//! `cargo xtask bundle`: the plugin as hosts load it, by nice-plug's bundler.

use crate::tool;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

const PACKAGE: &str = "underscore";
const RELEASE: [&str; 2] = [PACKAGE, "--release"];

/// A release build: what is under `target/` once [`release`] has run.
pub struct Built {
    /// The target directory, wherever cargo was told to have it.
    pub target: PathBuf,
    /// `Underscore.clap`: a file on Linux and Windows, a folder on macOS.
    pub clap: PathBuf,
    /// `Underscore.vst3`, a folder.
    pub vst3: PathBuf,
    /// The command line.
    pub cli: PathBuf,
}

/// Hands `args` to the bundler; none means a release build.
pub fn run(args: &[String]) -> Result<()> {
    let args = match args {
        [] => RELEASE.map(String::from).to_vec(),
        given => given.to_vec(),
    };
    nice_plug_xtask::main_with_args("cargo xtask", std::iter::once("bundle".into()).chain(args))?;
    remove_standalone(&target_directory()?.join("bundled"))
}

/// The bundler takes the command line for the plugin as a program of its own, and copies it under the plugin's name.
fn remove_standalone(bundled: &Path) -> Result<()> {
    for name in ["Underscore", "Underscore.exe", "Underscore.app"] {
        let path = bundled.join(name);
        let removed = match path.is_dir() {
            true => fs::remove_dir_all(&path),
            false if path.exists() => fs::remove_file(&path),
            false => continue,
        };
        removed.with_context(|| format!("could not remove {}", path.display()))?;
    }
    Ok(())
}

/// Builds plugin and command line in release and bundles the plugin.
///
/// # Errors
/// If the build fails, or one of the files isn't where it should be.
pub fn release() -> Result<Built> {
    run(&[])?;
    let target = target_directory()?;
    let bundled = target.join("bundled");
    let cli = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    let built = Built {
        clap: bundled.join("Underscore.clap"),
        vst3: bundled.join("Underscore.vst3"),
        cli: target.join("release").join(cli),
        target,
    };
    for path in [&built.clap, &built.vst3, &built.cli] {
        ensure!(path.exists(), "the build left no {}", path.display());
    }
    Ok(built)
}

/// The folder of the workspace's `Cargo.toml`.
pub fn workspace_root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The target directory, wherever cargo was told to have it.
///
/// # Errors
/// If cargo doesn't say.
pub fn target_directory() -> Result<PathBuf> {
    #[derive(Deserialize)]
    struct Metadata {
        target_directory: PathBuf,
    }
    let json = tool::output_of(
        tool::cargo()
            .args(["metadata", "--format-version=1", "--no-deps"])
            .current_dir(workspace_root()),
    )?;
    let metadata: Metadata = serde_json::from_str(&json).context("`cargo metadata`")?;
    Ok(metadata.target_directory)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Names and versions of the libraries that `package` is linked with, each with its features.
    fn features(package: &str) -> BTreeMap<String, String> {
        let text = tool::output_of(
            tool::cargo()
                .args([
                    "tree",
                    "--locked",
                    "--package",
                    package,
                    "--edges",
                    // What macros are made of is compiled for itself, without being optimised.
                    "normal,no-proc-macro",
                ])
                .args(["--prefix", "none", "--format", "{p}|{f}"])
                .current_dir(workspace_root()),
        )
        .unwrap();
        let of_line = |line: &str| {
            let (name, features) = line.split_once('|')?;
            let is_library = !name.contains("(proc-macro)") && !name.contains('/');
            let features = features.trim_end_matches(" (*)");
            is_library.then(|| (name.to_owned(), features.to_owned()))
        };
        text.lines().filter_map(of_line).collect()
    }

    /// Cargo builds xtask before it runs it, with the features that xtask alone asks for.
    #[test]
    fn libraries_that_xtask_and_the_plugin_have_compile_once() {
        let (own, plugins) = (features("xtask"), features("underscore"));
        let shared = own.iter().filter(|(name, _)| plugins.contains_key(*name));
        assert!(shared.clone().count() > 30, "{own:?}");
        let differ: Vec<_> = shared
            .filter(|(name, features)| plugins[*name] != **features)
            .map(|(name, features)| format!("{name}: {features} | {}", plugins[name]))
            .collect();
        assert!(
            differ.is_empty(),
            "xtask's features | the plugin's: {differ:#?}"
        );
    }
}
