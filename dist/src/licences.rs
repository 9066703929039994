//! The licences of what is linked into the programs, with their texts as the crates ship them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, MetadataCommand, Package, PackageId};

/// Beginnings of the names of files with licences.
const NAMES: [&str; 7] = [
    "license",
    "licence",
    "copying",
    "notice",
    "copyright",
    "unlicense",
    "ofl",
];

/// What the weights of the voice networks are from, and the file beside them that has its licence.
const WEIGHTS: [(&str, &str); 2] = [
    ("earshot 1.2.2", "LICENSE-earshot"),
    ("Silero VAD 6", "LICENSE-silero"),
];

/// Folders inside a crate that have licences of what it carries (fonts).
const DEPTH: usize = 2;

/// The list for Underscore, built for `target`: crates by name, each with its licence and texts.
///
/// # Errors
/// If cargo doesn't tell the crates, or one names no licence.
pub fn text(root: &Path, target: &str) -> Result<String> {
    let mut text = String::from(
        "Underscore is under MIT or Apache-2.0, as you like. Linked into it is what follows, each under its own\n\
         licence. Sources: https://crates.io/crates/NAME/VERSION. Crates under the MPL-2.0 are taken as they are.\n\
         The standard library of Rust (https://github.com/rust-lang/rust) is under MIT or Apache-2.0.\n",
    );
    for (of, name) in WEIGHTS {
        let path = root.join("assets").join("voice").join(name);
        let licence = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let title = format!("Weights of {of}: MIT");
        text += &section(&title, &[(name.to_owned(), licence)]);
    }
    for package in linked(root, target)? {
        let licence = package.license.clone().or_else(|| {
            let file = package.license_file.as_ref()?;
            Some(format!("see {file}"))
        });
        let licence = licence.with_context(|| format!("{} names no licence", package.name))?;
        let folder = package
            .manifest_path
            .parent()
            .context("it is in a folder")?;
        let mut texts = texts_in(folder.as_std_path(), DEPTH);
        if texts.is_empty() {
            texts = standard_texts(&licence);
        }
        let title = format!("{} {}: {licence}", package.name, package.version);
        text += &section(&title, &texts);
    }
    Ok(text)
}

fn section(title: &str, texts: &[(String, String)]) -> String {
    let rule = "=".repeat(80);
    let mut section = format!("\n{rule}\n{title}\n{rule}\n");
    for (name, text) in texts {
        section += &format!("\n--- {name}\n\n{}\n", text.trim_end());
    }
    section
}

/// Crates that are linked, by name; not those that only build or are macros, nor the project's own.
fn linked(root: &Path, target: &str) -> Result<Vec<Package>> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options([
            "--filter-platform".to_owned(),
            target.to_owned(),
            "--locked".to_owned(),
        ])
        .exec()?;
    let resolve = metadata
        .resolve
        .as_ref()
        .context("cargo resolved nothing")?;
    let own = metadata
        .packages
        .iter()
        .find(|package| package.name == "underscore" && package.source.is_none())
        .context("there is no underscore")?;
    let is_macro = |id: &PackageId| {
        metadata[id]
            .targets
            .iter()
            .any(|target| target.is_proc_macro())
    };
    let mut reached = BTreeSet::new();
    let mut open = vec![own.id.clone()];
    while let Some(id) = open.pop() {
        let node = resolve.nodes.iter().find(|node| node.id == id);
        for dep in node.into_iter().flat_map(|node| &node.deps) {
            let is_linked = dep
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal);
            if is_linked && !is_macro(&dep.pkg) && reached.insert(dep.pkg.clone()) {
                open.push(dep.pkg.clone());
            }
        }
    }
    let mut packages: Vec<Package> = reached.iter().map(|id| metadata[id].clone()).collect();
    packages.sort_by(|a, b| (a.name.as_str(), &a.version).cmp(&(b.name.as_str(), &b.version)));
    Ok(packages)
}

/// Names and contents of the licences in `folder` and the folders in it.
fn texts_in(folder: &Path, depth: usize) -> Vec<(String, String)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut texts = Vec::new();
    for path in paths {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let lower = name.to_lowercase();
        // Fonts have theirs beside them, as `UFL.txt` and `Hack-Regular.txt`.
        let is_of_font = lower.ends_with(".txt") && folder.ends_with("fonts");
        let is_licence = NAMES.iter().any(|start| lower.starts_with(start)) || is_of_font;
        if path.is_dir() && depth > 1 {
            let inside = texts_in(&path, depth - 1);
            texts.extend(
                inside
                    .into_iter()
                    .map(|(file, text)| (format!("{name}/{file}"), text)),
            );
        } else if is_licence && !lower.ends_with(".rs") {
            // Other files of such a name (pictures, tables) are no text.
            texts.extend(fs::read_to_string(&path).ok().map(|text| (name, text)));
        }
    }
    texts
}

/// For a crate that ships no text: those of SPDX for the licences that it names.
fn standard_texts(licence: &str) -> Vec<(String, String)> {
    let note = "the crate ships no text: this is the licence as SPDX has it";
    let Ok(expression) = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) else {
        return vec![("the crate ships no text".to_owned(), String::new())];
    };
    let ids = expression
        .requirements()
        .filter_map(|need| need.req.license.id());
    ids.map(|id| (format!("{} ({note})", id.name), id.text().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace_root;

    #[test]
    fn every_linked_crate_has_a_licence_and_a_text() {
        let text = text(workspace_root(), "x86_64-unknown-linux-gnu").unwrap();
        let sections: Vec<&str> = text.split(&"=".repeat(80)).skip(1).collect();
        assert!(sections.len() > 200, "{}", sections.len());
        for pair in sections.chunks(2) {
            let [title, body] = pair else {
                panic!("{pair:?}")
            };
            assert!(body.trim().len() > 100, "{title}: {body}");
        }
        for named in [
            "\negui 0.",
            "\nsymphonia-core 0.",
            "UBUNTU FONT LICENCE",
            "earshot",
            "Silero",
        ] {
            assert!(text.contains(named), "{named}");
        }
        // What only builds, tests or expands isn't linked. (Syn is: a library of D-Bus shares code with its own macros.)
        for other in [
            "\nproc-macro-crate ",
            "\nhound ",
            "\nclack-host ",
            "\npkg-config ",
            "\nunderscore ",
        ] {
            assert!(!text.contains(other), "{other}");
        }
    }
}
