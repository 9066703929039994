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

// Elsewhere the system's own libraries differ, which each asks for what it needs of.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    /// Names and versions of the libraries in cargo's tree of `package`, each with its features; of those that are
    /// there twice, both.
    fn features(package: &str, edges: &str) -> BTreeMap<String, BTreeSet<String>> {
        let text = tool::output_of(
            tool::cargo()
                .args(["tree", "--locked", "--package", package])
                .args(["--edges", edges, "--prefix", "none", "--format", "{p}|{f}"])
                .current_dir(workspace_root()),
        )
        .unwrap();
        let mut features: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for line in text.lines() {
            let (name, of_line) = line.split_once('|').unwrap_or_default();
            if !name.is_empty() && !name.contains("(proc-macro)") && !name.contains('/') {
                let of_line = of_line.trim_end_matches(" (*)").to_owned();
                features.entry(name.to_owned()).or_default().insert(of_line);
            }
        }
        features
    }

    /// Asserts that what both have has the same features: else cargo compiles it twice, and all that is built upon it.
    #[track_caller]
    fn assert_shared(
        a: &BTreeMap<String, BTreeSet<String>>,
        b: &BTreeMap<String, BTreeSet<String>>,
        least_shared: usize,
    ) {
        let shared = a.iter().filter(|(name, _)| b.contains_key(*name));
        assert!(shared.clone().count() > least_shared, "{a:?}");
        let differ: Vec<_> = shared
            .filter(|(name, features)| b[*name] != **features)
            .map(|(name, features)| format!("{name}: {features:?} | {:?}", b[name]))
            .collect();
        assert!(
            differ.is_empty(),
            "ask for the same features in Cargo.toml and xtask/Cargo.toml: {differ:#?}"
        );
    }

    /// What macros are made of is compiled for itself, with features of its own.
    const LINKED: &str = "normal,no-proc-macro";

    /// What is compiled for macros alone. Each library has the macros that it uses as a part of what it is, so that
    /// one feature of `syn` made all of Symphonia compile twice.
    fn of_macros(package: &str) -> BTreeMap<String, BTreeSet<String>> {
        let linked = features(package, LINKED);
        let mut all = features(package, "normal,build");
        for (name, of_name) in &mut all {
            of_name.retain(|it| !linked.get(name).is_some_and(|it_too| it_too.contains(it)));
        }
        all.retain(|_, of_name| !of_name.is_empty());
        all
    }

    /// Cargo builds xtask before it runs it, with the features that xtask alone asks for.
    #[test]
    fn libraries_that_xtask_and_the_plugin_have_compile_once() {
        let [own, plugins] = ["xtask", "underscore"].map(|package| features(package, LINKED));
        assert_shared(&own, &plugins, 30);
        let [own, plugins] = ["xtask", "underscore"].map(of_macros);
        assert_shared(&own, &plugins, 1);
    }

    /// What tests have beside it may not ask for more of the plugin's libraries than the plugin does.
    #[test]
    fn the_plugin_does_not_compile_again_for_its_tests() {
        let plugins = features("underscore", LINKED);
        let of_tests = features("underscore", "normal,dev,no-proc-macro");
        assert_shared(&plugins, &of_tests, 100);
    }
}
